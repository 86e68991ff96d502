"""What was frozen, signed, submitted or decided never changes; nothing is signed over an open finding."""

from django.db import migrations

from carbonfoot.audit.immutable import frozen

SNAPSHOT_DIGEST = migrations.RunSQL(
    sql="""
    alter table declarations_snapshot add constraint snapshot_digest_true
        check (sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex'));
    """,
    reverse_sql="alter table declarations_snapshot drop constraint snapshot_digest_true;",
)

NO_OPEN_FINDING = migrations.RunSQL(
    sql="""
    create or replace function declarations_no_open_finding() returns trigger language plpgsql as $$
    begin
        if exists (select 1 from declarations_finding f
                   where f.declaration_id = new.declaration_id and f.state <> 'closed' and f.kind <> 'observation') then
            raise exception 'a finding is open: the statement cannot be signed' using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
    create trigger declarations_statement_no_open_finding before insert on declarations_statement
        for each row execute function declarations_no_open_finding();
    """,
    reverse_sql="""
    drop trigger if exists declarations_statement_no_open_finding on declarations_statement;
    drop function if exists declarations_no_open_finding();
    """,
)

SUBMITTED_FACTS = migrations.RunSQL(
    sql="""
    create or replace function declarations_submitted_facts() returns trigger language plpgsql as $$
    begin
        if tg_op = 'DELETE' then
            if old.snapshot_id is not null then
                raise exception 'a declaration that was frozen is never deleted' using errcode = 'restrict_violation';
            end if;
            return old;
        end if;
        if old.state in ('submitted', 'in_review', 'returned', 'accepted', 'superseded')
           and (old.organisation_id, old.number, old.version, old.pack_id, old.phase_id, old.plan_id, old.calculation_id,
                old.snapshot_id, old.supersedes_id)
               is distinct from
               (new.organisation_id, new.number, new.version, new.pack_id, new.phase_id, new.plan_id, new.calculation_id,
                new.snapshot_id, new.supersedes_id) then
            raise exception 'what was submitted is never changed' using errcode = 'restrict_violation';
        end if;
        if old.state in ('submitted', 'in_review', 'returned', 'accepted', 'superseded')
           and new.state in ('draft', 'frozen', 'in_verification', 'verified') then
            raise exception 'what was submitted does not become a draft again' using errcode = 'restrict_violation';
        end if;
        return new;
    end $$;
    create trigger declarations_declaration_submitted before update or delete on declarations_declaration
        for each row execute function declarations_submitted_facts();
    """,
    reverse_sql="""
    drop trigger if exists declarations_declaration_submitted on declarations_declaration;
    drop function if exists declarations_submitted_facts();
    """,
)


class Migration(migrations.Migration):
    """Triggers and checks of the declarations app."""

    dependencies = [("declarations", "0001_initial"), ("audit", "0002_append_only")]
    operations = [
        frozen("declarations_snapshot"),
        frozen("declarations_receipt"),
        frozen("declarations_findingentry"),
        frozen("declarations_statement"),
        frozen("declarations_reviewdecision"),
        frozen("declarations_qualityplan", "old.state = 'adopted'"),
        frozen("declarations_reportfile", "old.done_at is not null"),
        SNAPSHOT_DIGEST,
        NO_OPEN_FINDING,
        SUBMITTED_FACTS,
    ]
