import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carbonfoot.clock
from carbonfoot.audit.immutable import frozen


class Migration(migrations.Migration):
    dependencies = [
        ("jobs", "0001_initial"),
        ("suppliers", "0004_chasing"),
        ("audit", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AnnotatedCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=2)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("file", models.FileField(blank=True, upload_to="annotated/%Y/%m")),
                ("size", models.PositiveBigIntegerField(default=0)),
                ("made_at", models.DateTimeField(null=True)),
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
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="suppliers.upload",
                    ),
                ),
            ],
            options={
                "ordering": ["-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("upload", "language", "revision"), name="copy_once"),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["zh", "en"])), name="copy_language_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UploadCorrection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sheet", models.CharField(max_length=80)),
                ("cell", models.CharField(max_length=12)),
                ("table", models.CharField(max_length=40)),
                ("column", models.CharField(max_length=60)),
                ("before", models.CharField(blank=True, max_length=300)),
                ("after", models.CharField(blank=True, max_length=200)),
                ("restored", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="suppliers.upload",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(fields=["upload", "sheet", "cell"], name="suppliers_u_upload__3eeba9_idx")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("after", ""), _negated=True), ("restored", True), _connector="OR"
                        ),
                        name="correction_has_a_value",
                    )
                ],
            },
        ),
        frozen("suppliers_uploadcorrection"),
        frozen("suppliers_annotatedcopy", "old.made_at is not null"),
    ]
