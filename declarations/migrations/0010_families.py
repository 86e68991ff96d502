"""Families of packs with their derivations, and triggers that were put aside; both records never change."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carbonfoot.clock
from carbonfoot.audit.immutable import frozen


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_secret_links"),
        ("declarations", "0009_review_matters"),
        ("lca", "0006_scenarios_and_certificates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PackFamily",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("nearest", "Nearest case: the rated energies lie close together"),
                            ("worst_case", "Worst case: no variant has a higher footprint"),
                        ],
                        default="nearest",
                        max_length=12,
                    ),
                ),
                ("reason", models.TextField()),
                ("created_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
                ("changed_at", models.DateTimeField(default=carbonfoot.clock.now)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pack_families",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "pack families",
                "ordering": ["name"],
            },
        ),
        migrations.CreateModel(
            name="FamilyMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("representative", "Representative"), ("variant", "Variant")], max_length=14
                    ),
                ),
                ("cell_model", models.CharField(max_length=60, verbose_name="cell model")),
                ("cells", models.PositiveIntegerField(verbose_name="number of cells")),
                (
                    "housing_kg",
                    models.DecimalField(
                        blank=True,
                        decimal_places=4,
                        max_digits=12,
                        null=True,
                        verbose_name="mass of the housing",
                    ),
                ),
                ("joined_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
                (
                    "joined_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pack",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="membership",
                        to="declarations.pack",
                    ),
                ),
                (
                    "family",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="members",
                        to="declarations.packfamily",
                    ),
                ),
            ],
            options={
                "ordering": ["role", "pack__model"],
            },
        ),
        migrations.CreateModel(
            name="TriggerDismissal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("trigger", models.CharField(max_length=20)),
                ("evidence", models.JSONField()),
                ("evidence_sha256", models.CharField(max_length=64)),
                ("reason", models.TextField()),
                ("dismissed_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dismissals",
                        to="declarations.declaration",
                    ),
                ),
                (
                    "dismissed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-dismissed_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Derivation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "pack",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="derivations",
                        to="declarations.pack",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lca.inventoryrevision",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("sha256", ""), _negated=True), name="derivation_has_digest"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="packfamily",
            constraint=models.UniqueConstraint(fields=("organisation", "name"), name="family_name_once"),
        ),
        migrations.AddConstraint(
            model_name="packfamily",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis__in", ["nearest", "worst_case"])), name="family_basis_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="packfamily",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="family_reason_given"
            ),
        ),
        migrations.AddConstraint(
            model_name="familymember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("role", "representative")),
                fields=("family",),
                name="family_one_representative",
            ),
        ),
        migrations.AddConstraint(
            model_name="familymember",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ["representative", "variant"])), name="family_role_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="familymember",
            constraint=models.CheckConstraint(
                condition=models.Q(("cells__gt", 0)), name="family_cells_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="familymember",
            constraint=models.CheckConstraint(
                condition=models.Q(("housing_kg__isnull", True), ("housing_kg__gt", 0), _connector="OR"),
                name="family_housing_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="triggerdismissal",
            constraint=models.UniqueConstraint(
                fields=("declaration", "trigger", "evidence_sha256"), name="dismissal_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="triggerdismissal",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="dismissal_has_reason"
            ),
        ),
        frozen("declarations_derivation"),
        frozen("declarations_triggerdismissal"),
    ]
