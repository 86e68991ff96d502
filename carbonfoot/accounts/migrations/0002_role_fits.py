"""A membership and a token have a role that the kind of their organisation knows; an organisation keeps its kind."""

from django.db import migrations

ROLE_FITS = migrations.RunSQL(
    sql="""
    create or replace function accounts_role_fits() returns trigger language plpgsql as $$
    declare
        kind text := (select o.kind from accounts_organisation o where o.id = new.organisation_id);
    begin
        if not (
            (kind = 'maker' and new.role in ('editor', 'approver', 'viewer'))
            or (kind = 'supplier' and new.role = 'supplier')
            or (kind = 'verifier' and new.role = 'verifier')
            or (kind = 'authority' and new.role = 'regulator')
            or (kind = 'operator' and new.role = 'administrator')
        ) then
            raise exception 'an organisation of kind % has no role %', kind, new.role
                using errcode = 'check_violation';
        end if;
        return new;
    end $$;
    create trigger accounts_membership_role_fits before insert or update of role, organisation_id
        on accounts_membership for each row execute function accounts_role_fits();
    create trigger accounts_apicredential_role_fits before insert or update of role, organisation_id
        on accounts_apicredential for each row execute function accounts_role_fits();
    """,
    reverse_sql="""
    drop trigger if exists accounts_membership_role_fits on accounts_membership;
    drop trigger if exists accounts_apicredential_role_fits on accounts_apicredential;
    drop function if exists accounts_role_fits();
    """,
)

KIND_STAYS = migrations.RunSQL(
    sql="""
    create or replace function accounts_kind_stays() returns trigger language plpgsql as $$
    begin
        raise exception 'an organisation keeps its kind' using errcode = 'check_violation';
    end $$;
    create trigger accounts_organisation_kind_stays before update of kind on accounts_organisation
        for each row when (old.kind is distinct from new.kind) execute function accounts_kind_stays();
    """,
    reverse_sql="""
    drop trigger if exists accounts_organisation_kind_stays on accounts_organisation;
    drop function if exists accounts_kind_stays();
    """,
)


class Migration(migrations.Migration):
    """Triggers of the accounts app."""

    dependencies = [("accounts", "0001_initial")]
    operations = [ROLE_FITS, KIND_STAYS]
