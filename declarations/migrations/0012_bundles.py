"""Verification bundles; one that was written is never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carbonfoot.clock
from carbonfoot.audit.immutable import frozen


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_secret_links"),
        ("declarations", "0011_verification_records"),
        ("jobs", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Bundle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "variant",
                    models.CharField(
                        choices=[
                            ("maker", "for the maker"),
                            ("body", "for the verification body"),
                            ("authority", "for the authority"),
                        ],
                        max_length=9,
                    ),
                ),
                ("until_seq", models.BigIntegerField()),
                ("file", models.FileField(blank=True, upload_to="bundles/%Y/%m")),
                ("filename", models.CharField(blank=True, max_length=120)),
                ("size", models.PositiveBigIntegerField(null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("manifest_sha256", models.CharField(blank=True, max_length=64)),
                ("requested_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "job",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jobs.job",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bundles",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="bundles",
                        to="declarations.snapshot",
                    ),
                ),
            ],
            options={
                "ordering": ["-requested_at"],
                "indexes": [models.Index(fields=["sha256"], name="declaration_sha256_a69476_idx")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("snapshot", "organisation", "variant", "until_seq"), name="bundle_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("variant__in", ["maker", "body", "authority"])),
                        name="bundle_variant_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("done_at__isnull", True),
                            models.Q(
                                models.Q(("sha256", ""), _negated=True),
                                models.Q(("manifest_sha256", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="bundle_done_has_digest",
                    ),
                ],
            },
        ),
        frozen("declarations_bundle", "old.done_at is not null"),
    ]
