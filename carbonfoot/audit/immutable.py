"""Migration operations that make PostgreSQL refuse to change what must never change."""

from __future__ import annotations

from django.db.migrations import RunSQL

FUNCTION = RunSQL(
    sql="""
    create or replace function carbonfoot_refuse() returns trigger language plpgsql as $$
    begin
        raise exception '%: rows of % are never changed or deleted', tg_op, tg_table_name
            using errcode = 'restrict_violation';
    end $$;
    """,
    reverse_sql="drop function if exists carbonfoot_refuse() cascade;",
)


def frozen(table: str, when: str = "") -> RunSQL:
    """Refuse UPDATE and DELETE on rows of ``table`` for which the SQL condition ``when`` on ``old`` holds (all rows
    if empty), and TRUNCATE in any case."""
    condition = f"when ({when})" if when else ""
    return RunSQL(
        sql=f"""
        create trigger {table}_frozen before update or delete on {table}
            for each row {condition} execute function carbonfoot_refuse();
        create trigger {table}_no_truncate before truncate on {table}
            for each statement execute function carbonfoot_refuse();
        """,
        reverse_sql=f"""
        drop trigger if exists {table}_frozen on {table};
        drop trigger if exists {table}_no_truncate on {table};
        """,
    )
