"""What names a file and its origin never changes, and the correspondence stays as it was written."""

from django.db import migrations

from carbonfoot.audit.immutable import frozen

KEPT = (
    "id",
    "request_id",
    "organisation_id",
    "file",
    "filename",
    "size",
    "sha256",
    "uploaded_by_id",
    "uploaded_at",
)
ASKED = ("number", "buyer_id", "supplier_id", "managed", "created_at")


def pinned(table: str, columns: tuple[str, ...]) -> migrations.RunSQL:
    """Refuse DELETE on ``table``, and UPDATE of any of ``columns``."""
    changed = " or ".join(f"old.{name} is distinct from new.{name}" for name in columns)
    return migrations.RunSQL(
        sql=f"""
        create trigger {table}_pinned before update on {table}
            for each row when ({changed}) execute function carbonfoot_refuse();
        create trigger {table}_kept before delete on {table}
            for each row execute function carbonfoot_refuse();
        create trigger {table}_no_truncate before truncate on {table}
            for each statement execute function carbonfoot_refuse();
        """,
        reverse_sql=f"""
        drop trigger if exists {table}_pinned on {table};
        drop trigger if exists {table}_kept on {table};
        drop trigger if exists {table}_no_truncate on {table};
        """,
    )


class Migration(migrations.Migration):
    """Triggers on uploads, requests and notes."""

    dependencies = [
        ("suppliers", "0002_answers"),
        ("audit", "0002_append_only"),
    ]

    operations = [
        pinned("suppliers_upload", KEPT),
        pinned("suppliers_datarequest", ASKED),
        frozen("suppliers_requestnote"),
    ]
