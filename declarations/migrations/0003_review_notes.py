"""Notes of reviewers, the authority's term, and what binds a statement to what was sent to the body."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import carbonfoot.clock
from carbonfoot.audit.immutable import frozen

STATEMENT_BINDING = migrations.RunSQL(
    sql="""
    create or replace function declarations_statement_binding() returns trigger language plpgsql as $$
    begin
        if not exists (
            select 1 from declarations_declaration d
            join declarations_engagement e on e.declaration_id = d.id
            join declarations_snapshot s on s.id = d.snapshot_id
            where d.id = new.declaration_id and d.state = 'in_verification' and d.snapshot_id = new.snapshot_id
              and s.declaration_id = d.id and e.organisation_id = new.organisation_id
        ) then
            raise exception 'a statement is signed by the engaged body, for the snapshot that is in verification'
                using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
    create trigger declarations_statement_binding before insert on declarations_statement
        for each row execute function declarations_statement_binding();
    """,
    reverse_sql="""
    drop trigger if exists declarations_statement_binding on declarations_statement;
    drop function if exists declarations_statement_binding();
    """,
)

VERIFIED_IS_SIGNED = migrations.RunSQL(
    sql="""
    create or replace function declarations_verified_is_signed() returns trigger language plpgsql as $$
    begin
        if not exists (select 1 from declarations_statement t where t.snapshot_id = new.snapshot_id) then
            raise exception 'no statement is signed for this snapshot' using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
    create trigger declarations_verified_is_signed before update of state on declarations_declaration
        for each row when (new.state = 'verified' and old.state = 'in_verification')
        execute function declarations_verified_is_signed();
    """,
    reverse_sql="""
    drop trigger if exists declarations_verified_is_signed on declarations_declaration;
    drop function if exists declarations_verified_is_signed();
    """,
)

DECIDED_IS_WRITTEN = migrations.RunSQL(
    sql="""
    create or replace function declarations_decided_is_written() returns trigger language plpgsql as $$
    begin
        if not exists (select 1 from declarations_reviewdecision r
                       where r.declaration_id = new.id and r.kind = new.state) then
            raise exception 'no decision is written for this declaration' using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
    create trigger declarations_decided_is_written before update of state on declarations_declaration
        for each row when (new.state in ('accepted', 'returned') and old.state = 'in_review')
        execute function declarations_decided_is_written();
    """,
    reverse_sql="""
    drop trigger if exists declarations_decided_is_written on declarations_declaration;
    drop function if exists declarations_decided_is_written();
    """,
)


class Migration(migrations.Migration):
    """Review notes, term of review, and triggers."""

    dependencies = [
        ("accounts", "0001_initial"),
        ("declarations", "0002_immutable"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="ReviewNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
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
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("", "Remark"), ("ok", "In order"), ("doubt", "In doubt")],
                        default="",
                        max_length=6,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("written_at", models.DateTimeField(default=carbonfoot.clock.now, editable=False)),
            ],
            options={
                "ordering": ["written_at", "id"],
            },
        ),
        migrations.AddField(
            model_name="phase",
            name="review_days",
            field=models.PositiveSmallIntegerField(default=30),
        ),
        migrations.AddConstraint(
            model_name="phase",
            constraint=models.CheckConstraint(
                condition=models.Q(("review_days__gte", 1)), name="phase_review_days_positive"
            ),
        ),
        migrations.AddField(
            model_name="reviewnote",
            name="declaration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="review_notes",
                to="declarations.declaration",
            ),
        ),
        migrations.AddField(
            model_name="reviewnote",
            name="organisation",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.organisation"
            ),
        ),
        migrations.AddField(
            model_name="reviewnote",
            name="written_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewnote",
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
                name="review_note_section_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict", "ok"), models.Q(("text", ""), _negated=True), _connector="OR"),
                name="review_note_says_something",
            ),
        ),
        frozen("declarations_reviewnote"),
        frozen("declarations_finding", "old.state = 'closed'"),
        STATEMENT_BINDING,
        VERIFIED_IS_SIGNED,
        DECIDED_IS_WRITTEN,
    ]
