"""Assignment of reviews, questions to the maker, conditions of an acceptance, and decisions that can be exported."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carbonfoot.clock
from carbonfoot.audit.immutable import frozen

DECISION_DIGEST = migrations.RunSQL(
    sql="""
    alter table declarations_reviewdecision add constraint decision_digest_true
        check (sha256 = '' or sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex'));
    """,
    reverse_sql="alter table declarations_reviewdecision drop constraint decision_digest_true;",
)

# Only the state of a matter moves, and only until it is closed.
MATTER_STANDS = migrations.RunSQL(
    sql="""
    create or replace function declarations_matter_stands() returns trigger language plpgsql as $$
    begin
        if tg_op = 'DELETE' or old.state = 'closed'
           or (old.declaration_id, old.organisation_id, old.kind, old.number, old.section, old.text, old.due_on,
               old.decision_id, old.raised_by_id, old.raised_at)
              is distinct from
              (new.declaration_id, new.organisation_id, new.kind, new.number, new.section, new.text, new.due_on,
               new.decision_id, new.raised_by_id, new.raised_at) then
            raise exception 'what was asked is never changed, and a closed question or condition not at all'
                using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
    create trigger declarations_matter_stands before update or delete on declarations_reviewmatter
        for each row execute function declarations_matter_stands();
    create trigger declarations_matter_no_truncate before truncate on declarations_reviewmatter
        for each statement execute function carbonfoot_refuse();
    """,
    reverse_sql="""
    drop trigger if exists declarations_matter_stands on declarations_reviewmatter;
    drop trigger if exists declarations_matter_no_truncate on declarations_reviewmatter;
    drop function if exists declarations_matter_stands();
    """,
)

# Acceptance is refused while a question is not settled: two reviewers, or two tabs, cannot pass each other.
NO_OPEN_QUESTION = migrations.RunSQL(
    sql="""
    create or replace function declarations_no_open_question() returns trigger language plpgsql as $$
    begin
        if exists (select 1 from declarations_reviewmatter m
                   where m.declaration_id = new.id and m.kind = 'question' and m.state <> 'closed') then
            raise exception 'a question to the maker is not settled' using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
    create trigger declarations_no_open_question before update of state on declarations_declaration
        for each row when (new.state in ('accepted', 'returned') and old.state = 'in_review')
        execute function declarations_no_open_question();
    """,
    reverse_sql="""
    drop trigger if exists declarations_no_open_question on declarations_declaration;
    drop function if exists declarations_no_open_question();
    """,
)

REVIEWERS = migrations.RunSQL(
    sql="""
    update declarations_declaration d set reviewer_id = (
        select r.decided_by_id from declarations_reviewdecision r
        where r.declaration_id = d.id and r.kind = 'taken_up' order by r.decided_at desc, r.id desc limit 1
    ) where d.state in ('in_review', 'returned', 'accepted', 'superseded');
    set constraints all immediate;
    """,
    reverse_sql=migrations.RunSQL.noop,
)


class Migration(migrations.Migration):
    """Review with questions, conditions and letters."""

    dependencies = [
        ("declarations", "0008_reliefs_and_summaries"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MatterEntry",
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
                        choices=[
                            ("answer", "Answer of the maker"),
                            ("again", "Not settled"),
                            ("closed", "Settled"),
                        ],
                        max_length=6,
                    ),
                ),
                ("text", models.TextField()),
                ("evidence", models.FileField(blank=True, upload_to="review/%Y/%m")),
                ("evidence_name", models.CharField(blank=True, max_length=200)),
                ("evidence_sha256", models.CharField(blank=True, max_length=64)),
                ("created_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
            ],
            options={
                "verbose_name_plural": "matter entries",
                "ordering": ["created_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ReviewAssignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("note", models.TextField(blank=True)),
                ("assigned_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
            ],
            options={
                "ordering": ["assigned_at", "id"],
            },
        ),
        migrations.CreateModel(
            name="ReviewMatter",
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
                        choices=[("question", "Question"), ("condition", "Condition")], max_length=9
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("product", "Product and choice as typical product"),
                            ("energy", "Delivered energy and test report"),
                            ("activity", "Activity data"),
                            ("electricity", "Electricity"),
                            ("suppliers", "Supplier results"),
                            ("cutoff", "Cut-off and allocation"),
                            ("quality", "Data quality and quality control plan"),
                            ("verification", "Verification statement"),
                        ],
                        max_length=14,
                    ),
                ),
                ("text", models.TextField()),
                ("due_on", models.DateField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To be answered"), ("answered", "Answered"), ("closed", "Closed")],
                        default="open",
                        max_length=8,
                    ),
                ),
                ("raised_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
                ("closed_at", models.DateTimeField(null=True)),
            ],
            options={
                "ordering": ["declaration", "kind", "number"],
            },
        ),
        migrations.AddField(
            model_name="declaration",
            name="reviewer",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reviews",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reviewdecision",
            name="audit_seq",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="reviewdecision",
            name="content",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="reviewdecision",
            name="number",
            field=models.CharField(max_length=24, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="reviewdecision",
            name="sha256",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddIndex(
            model_name="reviewdecision",
            index=models.Index(fields=["kind", "-decided_at"], name="declaration_kind_0f81c8_idx"),
        ),
        migrations.AddConstraint(
            model_name="reviewdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("number__isnull", True),
                    models.Q(
                        models.Q(("content", ""), _negated=True),
                        models.Q(("sha256", ""), _negated=True),
                        ("audit_seq__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="numbered_decision_is_whole",
            ),
        ),
        migrations.AddField(
            model_name="matterentry",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
            ),
        ),
        migrations.AddField(
            model_name="matterentry",
            name="user",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reviewassignment",
            name="assigned_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reviewassignment",
            name="declaration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="assignments",
                to="declarations.declaration",
            ),
        ),
        migrations.AddField(
            model_name="reviewassignment",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
            ),
        ),
        migrations.AddField(
            model_name="reviewassignment",
            name="reviewer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="reviewmatter",
            name="closed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="reviewmatter",
            name="decision",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="conditions",
                to="declarations.reviewdecision",
            ),
        ),
        migrations.AddField(
            model_name="reviewmatter",
            name="declaration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="matters",
                to="declarations.declaration",
            ),
        ),
        migrations.AddField(
            model_name="reviewmatter",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
            ),
        ),
        migrations.AddField(
            model_name="reviewmatter",
            name="raised_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="matterentry",
            name="matter",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="declarations.reviewmatter",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewmatter",
            index=models.Index(
                models.F("due_on"),
                models.F("declaration"),
                condition=models.Q(("state", "closed"), _negated=True),
                name="matter_unsettled",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewmatter",
            constraint=models.UniqueConstraint(
                fields=("declaration", "kind", "number"), name="matter_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewmatter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "section__in",
                        [
                            "product",
                            "energy",
                            "activity",
                            "electricity",
                            "suppliers",
                            "cutoff",
                            "quality",
                            "verification",
                        ],
                    )
                ),
                name="matter_section_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewmatter",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "answered", "closed"])), name="matter_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewmatter",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="matter_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewmatter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decision__isnull", True), ("kind", "question")),
                    models.Q(("decision__isnull", False), ("due_on__isnull", False), ("kind", "condition")),
                    _connector="OR",
                ),
                name="matter_condition_has_decision_and_day",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewmatter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", False), ("state", "closed")),
                    models.Q(models.Q(("state", "closed"), _negated=True), ("closed_at__isnull", True)),
                    _connector="OR",
                ),
                name="matter_closed_dated",
            ),
        ),
        migrations.AddConstraint(
            model_name="matterentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("evidence", ""), models.Q(("evidence_sha256", ""), _negated=True), _connector="OR"
                ),
                name="matter_evidence_has_digest",
            ),
        ),
        frozen("declarations_reviewassignment"),
        frozen("declarations_matterentry"),
        DECISION_DIGEST,
        MATTER_STANDS,
        NO_OPEN_QUESTION,
        REVIEWERS,
    ]
