"""The public register as rows of its own."""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models

import carbonfoot.clock
from carbonfoot.audit.immutable import frozen


class Migration(migrations.Migration):
    """Register entries, immutable."""

    dependencies = [
        ("declarations", "0003_review_notes"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegisterEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20)),
                ("version", models.PositiveIntegerField()),
                ("maker_zh", models.CharField(max_length=120)),
                ("maker_en", models.CharField(max_length=120)),
                ("maker_code", models.CharField(max_length=40)),
                ("province", models.CharField(blank=True, max_length=6)),
                ("model", models.CharField(max_length=60)),
                (
                    "chemistry",
                    models.CharField(
                        choices=[
                            ("LFP", "Lithium iron phosphate (LFP)"),
                            ("LMFP", "Lithium manganese iron phosphate (LMFP)"),
                            ("NMC", "Lithium nickel manganese cobalt oxide (NMC)"),
                            ("NCA", "Lithium nickel cobalt aluminium oxide (NCA)"),
                            ("LMO", "Lithium manganese oxide (LMO)"),
                            ("LTO", "Lithium titanate (LTO)"),
                            ("SIB", "Sodium-ion"),
                            ("OTHER", "Other"),
                        ],
                        max_length=6,
                    ),
                ),
                ("rated_energy_kwh", models.DecimalField(decimal_places=4, max_digits=12)),
                ("ruleset_id", models.CharField(max_length=40)),
                ("per_functional_unit", models.FloatField()),
                ("per_kwh_capacity", models.FloatField()),
                ("stages", models.JSONField(default=dict)),
                ("primary_share", models.FloatField(null=True)),
                ("content", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("snapshot_sha256", models.CharField(max_length=64)),
                ("search", models.TextField(editable=False)),
                ("accepted_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
                (
                    "declaration",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="register_entry",
                        to="declarations.declaration",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "register entries",
                "ordering": ["-accepted_at", "-id"],
                "indexes": [
                    models.Index(fields=["chemistry", "-accepted_at"], name="declaration_chemist_0b5c91_idx"),
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["search"], name="register_search_trgm", opclasses=["gin_trgm_ops"]
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("number", "version"), name="register_version_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("chemistry__in", ["LFP", "LMFP", "NMC", "NCA", "LMO", "LTO", "SIB", "OTHER"])
                        ),
                        name="register_chemistry_known",
                    ),
                ],
            },
        ),
        frozen("declarations_registerentry"),
    ]
