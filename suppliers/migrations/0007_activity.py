"""Activity data that other systems send: sources, items, deliveries, and records that never change."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carbonfoot.clock
from carbonfoot.audit.immutable import frozen


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_secret_links"),
        ("jobs", "0001_initial"),
        ("suppliers", "0006_answer_drafts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ActivityBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(choices=[("api", "API"), ("file", "file")], max_length=4)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("columns", "Columns to be named"),
                            ("waiting", "Being read"),
                            ("done", "Read"),
                            ("refused", "Refused"),
                        ],
                        max_length=7,
                    ),
                ),
                ("key", models.CharField(max_length=100)),
                ("sha256", models.CharField(max_length=64)),
                ("file", models.FileField(blank=True, upload_to="activity/%Y/%m")),
                ("filename", models.CharField(blank=True, max_length=200)),
                ("rows", models.PositiveIntegerField(default=0)),
                ("stored", models.PositiveIntegerField(default=0)),
                ("changed", models.PositiveIntegerField(default=0)),
                ("unchanged", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("results", models.JSONField(default=list)),
                ("received_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
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
                    "received_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-received_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="ActivityItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=80)),
                ("name", models.CharField(blank=True, max_length=160)),
                ("table", models.CharField(blank=True, max_length=20)),
                ("values", models.JSONField(default=dict)),
                ("changed_at", models.DateTimeField(default=carbonfoot.clock.now)),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="ActivitySource",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=40,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9-]*\\Z", "Small letters, digits, -."
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("meter", "Energy meters"),
                            ("mes", "MES"),
                            ("erp", "ERP"),
                            ("other", "Other system"),
                        ],
                        max_length=5,
                        verbose_name="kind of system",
                    ),
                ),
                ("columns", models.JSONField(default=dict)),
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
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="activity_sources",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["name", "id"],
            },
        ),
        migrations.CreateModel(
            name="ActivityRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=120)),
                ("version", models.PositiveIntegerField(default=1)),
                ("period_from", models.DateField()),
                ("period_to", models.DateField()),
                ("amount", models.DecimalField(decimal_places=15, max_digits=36)),
                ("unit", models.CharField(max_length=20)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="suppliers.activitybatch",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="suppliers.activityitem",
                    ),
                ),
                (
                    "replaces",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaced_by",
                        to="suppliers.activityrecord",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="suppliers.activitysource",
                    ),
                ),
            ],
            options={
                "ordering": ["period_from", "key"],
            },
        ),
        migrations.AddField(
            model_name="activityitem",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items",
                to="suppliers.activitysource",
            ),
        ),
        migrations.AddField(
            model_name="activitybatch",
            name="source",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="batches",
                to="suppliers.activitysource",
            ),
        ),
        migrations.AddConstraint(
            model_name="activitysource",
            constraint=models.UniqueConstraint(fields=("organisation", "code"), name="activity_source_once"),
        ),
        migrations.AddConstraint(
            model_name="activitysource",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["meter", "mes", "erp", "other"])),
                name="activity_source_kind_known",
            ),
        ),
        migrations.AddIndex(
            model_name="activityrecord",
            index=models.Index(fields=["item", "period_from"], name="suppliers_a_item_id_0e94e9_idx"),
        ),
        migrations.AddConstraint(
            model_name="activityrecord",
            constraint=models.UniqueConstraint(
                fields=("source", "key", "version"), name="activity_record_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="activityrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_to__gte", models.F("period_from"))),
                name="activity_record_period_forward",
            ),
        ),
        migrations.AddConstraint(
            model_name="activityrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="activity_record_not_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="activityitem",
            constraint=models.UniqueConstraint(fields=("source", "code"), name="activity_item_once"),
        ),
        migrations.AddConstraint(
            model_name="activitybatch",
            constraint=models.UniqueConstraint(
                fields=("source", "channel", "key"), name="activity_batch_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="activitybatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["columns", "waiting", "done", "refused"])),
                name="activity_batch_state_known",
            ),
        ),
        frozen("suppliers_activityrecord"),
    ]
