"""Engagements with their answers; samples, checks, reasons for changed figures and reports of a verification."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carbonfoot.clock
from carbonfoot.audit.immutable import frozen

# Engagements from before answers were recorded count as taken on: the body has worked on them.
TAKEN_OVER = migrations.RunSQL(
    sql="""
    insert into declarations_sending
        (declaration_id, snapshot_id, organisation_id, assurance, scope, due_on, sent_by_id, sent_at)
    select e.declaration_id, s.id, e.organisation_id, e.assurance, '', e.due_on, e.created_by_id, e.created_at
    from declarations_engagement e
    join lateral (select id from declarations_snapshot where declaration_id = e.declaration_id
                  order by number limit 1) s on true;
    insert into declarations_engagementanswer (sending_id, accepted, text, answered_at)
    select id, true, 'Engaged before answers were recorded.', sent_at from declarations_sending;
    update declarations_engagement e set state = 'accepted', answer_id = a.id
    from declarations_sending s join declarations_engagementanswer a on a.sending_id = s.id
    where s.declaration_id = e.declaration_id;
    """,
    reverse_sql=migrations.RunSQL.noop,
)

SIGNED_BY_THE_ENGAGED = migrations.RunSQL(
    sql="""
    create or replace function declarations_statement_engaged() returns trigger language plpgsql as $$
    begin
        if not exists (select 1 from declarations_engagement e where e.declaration_id = new.declaration_id
                       and e.organisation_id = new.organisation_id and e.state = 'accepted') then
            raise exception 'a statement is signed by a body that has taken the engagement on'
                using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
    create trigger declarations_statement_engaged before insert on declarations_statement
        for each row execute function declarations_statement_engaged();
    """,
    reverse_sql="""
    drop trigger if exists declarations_statement_engaged on declarations_statement;
    drop function if exists declarations_statement_engaged();
    """,
)

CHECKED_BEFORE_SIGNED = migrations.RunSQL(
    sql="""
    create or replace function declarations_checked_before_signed() returns trigger language plpgsql as $$
    begin
        if exists (select 1 from declarations_statement t where t.snapshot_id = new.snapshot_id) then
            raise exception 'the statement is signed: nothing is sampled or checked any more'
                using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
    create trigger declarations_sample_before_signed before insert on declarations_sample
        for each row execute function declarations_checked_before_signed();
    create trigger declarations_check_before_signed before insert on declarations_verificationcheck
        for each row execute function declarations_checked_before_signed();
    """,
    reverse_sql="""
    drop trigger if exists declarations_sample_before_signed on declarations_sample;
    drop trigger if exists declarations_check_before_signed on declarations_verificationcheck;
    drop function if exists declarations_checked_before_signed();
    """,
)


class Migration(migrations.Migration):
    """Records of verification, what they held before, and what never changes."""

    dependencies = [
        ("declarations", "0010_families"),
        ("jobs", "0001_initial"),
        ("lca", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Sample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("seed", models.CharField(max_length=64)),
                ("method", models.CharField(max_length=40)),
                ("population", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("drawn_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
            ],
            options={
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Sending",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "assurance",
                    models.CharField(
                        choices=[("reasonable", "Reasonable assurance"), ("limited", "Limited assurance")],
                        max_length=10,
                    ),
                ),
                ("scope", models.TextField(blank=True)),
                ("due_on", models.DateField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
            ],
            options={
                "ordering": ["sent_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="VerificationCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(max_length=300)),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("matches", "Matches the evidence"),
                            ("differs", "Differs from the evidence"),
                            ("not_seen", "Evidence not seen"),
                        ],
                        max_length=8,
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("checked_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
            ],
            options={
                "ordering": ["checked_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="VerificationReport",
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
                        choices=[("pdf", "PDF"), ("json", "JSON"), ("uploaded", "The body's own report")],
                        max_length=8,
                    ),
                ),
                (
                    "audience",
                    models.CharField(
                        choices=[
                            ("open", "Maker, authority and body"),
                            ("clean_room", "The verification body alone"),
                        ],
                        max_length=10,
                    ),
                ),
                ("language", models.CharField(blank=True, max_length=10)),
                ("file", models.FileField(blank=True, upload_to="verification/%Y/%m")),
                ("filename", models.CharField(blank=True, max_length=120)),
                ("size", models.PositiveBigIntegerField(null=True)),
                ("sha256", models.CharField(blank=True, max_length=64)),
                ("requested_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["-requested_at"],
            },
        ),
        migrations.AddField(
            model_name="engagement",
            name="assurance",
            field=models.CharField(
                choices=[("reasonable", "Reasonable assurance"), ("limited", "Limited assurance")],
                default="reasonable",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="engagement",
            name="scope",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="engagement",
            name="state",
            field=models.CharField(
                choices=[("asked", "Asked"), ("accepted", "Taken on"), ("refused", "Refused")],
                db_index=True,
                default="asked",
                max_length=8,
            ),
        ),
        migrations.CreateModel(
            name="ChangeReason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=80)),
                ("before", models.CharField(max_length=400)),
                ("after", models.CharField(max_length=400)),
                ("reason", models.TextField()),
                ("written_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
                (
                    "declaration",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change_reasons",
                        to="declarations.declaration",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="changes",
                        to="declarations.finding",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["written_at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="EngagementAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("accepted", models.BooleanField()),
                ("text", models.TextField()),
                ("answered_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["answered_at", "pk"],
            },
        ),
        migrations.AddField(
            model_name="engagement",
            name="answer",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="engagement",
                to="declarations.engagementanswer",
            ),
        ),
        migrations.AddField(
            model_name="sample",
            name="calculation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="samples", to="lca.calculation"
            ),
        ),
        migrations.AddField(
            model_name="sample",
            name="declaration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="samples",
                to="declarations.declaration",
            ),
        ),
        migrations.AddField(
            model_name="sample",
            name="drawn_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sample",
            name="snapshot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="samples",
                to="declarations.snapshot",
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="declaration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sendings",
                to="declarations.declaration",
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sendings",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="sent_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="sending",
            name="snapshot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="sendings",
                to="declarations.snapshot",
            ),
        ),
        migrations.AddField(
            model_name="engagementanswer",
            name="sending",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="answer", to="declarations.sending"
            ),
        ),
        migrations.AddField(
            model_name="verificationcheck",
            name="checked_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="verificationcheck",
            name="declaration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="verification_checks",
                to="declarations.declaration",
            ),
        ),
        migrations.AddField(
            model_name="verificationcheck",
            name="sample",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="checks",
                to="declarations.sample",
            ),
        ),
        migrations.AddField(
            model_name="verificationcheck",
            name="snapshot",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="verification_checks",
                to="declarations.snapshot",
            ),
        ),
        migrations.AddField(
            model_name="verificationreport",
            name="job",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="jobs.job"
            ),
        ),
        migrations.AddField(
            model_name="verificationreport",
            name="requested_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="verificationreport",
            name="statement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="verification_reports",
                to="declarations.statement",
            ),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.UniqueConstraint(fields=("declaration", "number"), name="sample_number_once"),
        ),
        migrations.AddConstraint(
            model_name="sample",
            constraint=models.UniqueConstraint(fields=("snapshot", "sha256"), name="sample_once"),
        ),
        migrations.AddIndex(
            model_name="verificationcheck",
            index=models.Index(fields=["snapshot", "sample", "item"], name="declaration_snapsho_97792c_idx"),
        ),
        migrations.AddConstraint(
            model_name="verificationreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "uploaded"), _negated=True),
                fields=("statement", "kind", "audience", "language"),
                name="verification_report_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="verificationreport",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "uploaded")),
                fields=("statement", "sha256"),
                name="verification_report_uploaded_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="verificationreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("done_at__isnull", True), models.Q(("sha256", ""), _negated=True), _connector="OR"
                ),
                name="verification_report_done_has_digest",
            ),
        ),
        migrations.AddConstraint(
            model_name="verificationreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "uploaded"), _negated=True),
                    models.Q(("audience", "open"), ("done_at__isnull", False)),
                    _connector="OR",
                ),
                name="verification_report_uploaded_open",
            ),
        ),
        TAKEN_OVER,
        migrations.AddConstraint(
            model_name="engagement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answer__isnull", True), ("state", "asked")),
                    models.Q(("state__in", ["accepted", "refused"]), ("answer__isnull", False)),
                    _connector="OR",
                ),
                name="engagement_state_answered",
            ),
        ),
        frozen("declarations_sending"),
        frozen("declarations_engagementanswer"),
        frozen("declarations_sample"),
        frozen("declarations_verificationcheck"),
        frozen("declarations_changereason"),
        frozen("declarations_verificationreport", "old.done_at is not null"),
        SIGNED_BY_THE_ENGAGED,
        CHECKED_BEFORE_SIGNED,
    ]
