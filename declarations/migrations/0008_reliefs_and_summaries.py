"""Extensions and waivers of a phase, summaries of a phase, and why a pack is typical."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carbonfoot.clock
from carbonfoot.audit.immutable import frozen

SUMMARY_DIGEST = migrations.RunSQL(
    sql="""
    alter table declarations_phasesummary add constraint summary_digest_true
        check (sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex'));
    """,
    reverse_sql="alter table declarations_phasesummary drop constraint summary_digest_true;",
)


class Migration(migrations.Migration):
    """Tables of extensions, waivers and summaries, with what must never change in them."""

    dependencies = [
        ("accounts", "0004_secret_links"),
        ("declarations", "0007_register_published"),
        ("jobs", "0001_initial"),
        ("lca", "0006_scenarios_and_certificates"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="PhaseSummary",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True)),
                ("content", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("created_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
            ],
            options={
                "verbose_name_plural": "phase summaries",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Relief",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=20, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("extension", "Extension: a later last day"),
                            ("waiver", "Waiver: exempt in this phase"),
                        ],
                        max_length=9,
                    ),
                ),
                ("wanted_until", models.DateField(blank=True, null=True)),
                ("reason", models.TextField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "To be decided"),
                            ("granted", "Granted"),
                            ("refused", "Refused"),
                            ("cancelled", "Taken back"),
                        ],
                        default="asked",
                        max_length=9,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
                ("until", models.DateField(blank=True, null=True)),
                ("conditions", models.TextField(blank=True)),
                ("decision_reason", models.TextField(blank=True)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-asked_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="SummaryFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("pdf", "PDF"), ("xlsx", "XLSX"), ("json", "JSON")], max_length=5
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=10)),
                ("file", models.FileField(upload_to="summaries/%Y/%m")),
                ("filename", models.CharField(max_length=120)),
                ("size", models.PositiveBigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("done_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
            ],
            options={
                "ordering": ["kind", "-language"],
            },
        ),
        migrations.CreateModel(
            name="SummaryFiling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=24, unique=True)),
                ("sha256", models.CharField(max_length=64)),
                ("filed_at", models.DateTimeField()),
                ("audit_seq", models.BigIntegerField()),
            ],
            options={
                "ordering": ["-filed_at"],
            },
        ),
        migrations.AddField(
            model_name="pack",
            name="typical_reason",
            field=models.TextField(blank=True, max_length=1000, verbose_name="why it is typical"),
        ),
        migrations.AddField(
            model_name="phasesummary",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="phasesummary",
            name="job",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jobs.job"
            ),
        ),
        migrations.AddField(
            model_name="phasesummary",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="summaries",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="phasesummary",
            name="phase",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="summaries", to="declarations.phase"
            ),
        ),
        migrations.AddField(
            model_name="relief",
            name="asked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="relief",
            name="decided_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="relief",
            name="decided_for",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="relief",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reliefs",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="relief",
            name="pack",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reliefs",
                to="declarations.pack",
            ),
        ),
        migrations.AddField(
            model_name="relief",
            name="phase",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="reliefs", to="declarations.phase"
            ),
        ),
        migrations.AddField(
            model_name="summaryfile",
            name="summary",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="files",
                to="declarations.phasesummary",
            ),
        ),
        migrations.AddField(
            model_name="summaryfiling",
            name="filed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="summaryfiling",
            name="summary",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="filing",
                to="declarations.phasesummary",
            ),
        ),
        migrations.AddConstraint(
            model_name="relief",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["asked", "granted", "refused", "cancelled"])),
                name="relief_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="relief",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "extension"), ("wanted_until__isnull", False)),
                    models.Q(("kind", "waiver"), ("wanted_until__isnull", True)),
                    _connector="OR",
                ),
                name="relief_kind_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="relief",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="relief_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="relief",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("state__in", ["asked", "cancelled"])),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("state__in", ["granted", "refused"]),
                        models.Q(("decision_reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="relief_decided_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="relief",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "extension"), ("state", "granted"), _negated=True),
                    ("until__isnull", False),
                    _connector="OR",
                ),
                name="relief_extension_has_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="relief",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")),
                fields=("organisation", "phase", "pack", "kind"),
                name="relief_asked_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="summaryfile",
            constraint=models.UniqueConstraint(
                fields=("summary", "kind", "language"), name="summary_file_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="summaryfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("sha256", ""), _negated=True), name="summary_file_has_digest"
            ),
        ),
        frozen("declarations_relief", "old.state <> 'asked'"),
        frozen("declarations_phasesummary"),
        frozen("declarations_summaryfile"),
        frozen("declarations_summaryfiling"),
        SUMMARY_DIGEST,
    ]
