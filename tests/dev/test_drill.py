"""The drill of docs/operations.md: dump, restore, verify; then forge one event and see it named."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest
from django.conf import settings
from django.db import connection, transaction

from carbonfoot.audit.services import record
from carbonfoot.dev.programs import executable, postgres_folders
from tests.support import factories

DRILL = "drill"


def address(database: str) -> str:
    """Address of a database on the server of this test run."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{database}"))


def program(name: str) -> str:
    """A PostgreSQL client program."""
    return str(next(folder / name for folder in postgres_folders() if executable(folder / name)))


def execute(database: str, *statements: str) -> None:
    """Statements outside a transaction."""
    link = psycopg2.connect(address(database))
    link.autocommit = True
    try:
        with link.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
    finally:
        link.close()


def verify() -> subprocess.CompletedProcess[str]:
    """`manage.py audit_verify` on the restored database."""
    return subprocess.run(
        [sys.executable, "manage.py", "audit_verify"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": address(DRILL)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def restored(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database restored from a dump of one that holds audit events."""
    organisation = factories.organisation()
    actor = factories.person(organisation)
    for number in range(3):
        with transaction.atomic():
            record(actor=actor, verb="organisation.created", obj=organisation, data={"number": number})
    dump = tmp_path / "database.dump"
    source = address(connection.settings_dict["NAME"])
    arguments = [program("pg_dump"), "--format=custom", "--no-owner", "--file", str(dump), source]
    subprocess.run(arguments, check=True)
    execute("postgres", f"CREATE DATABASE {DRILL}")
    try:
        restore = [
            program("pg_restore"),
            "--no-owner",
            "--exit-on-error",
            "--dbname",
            address(DRILL),
            str(dump),
        ]
        subprocess.run(restore, check=True)
        yield
    finally:
        execute("postgres", f"DROP DATABASE {DRILL}")


@pytest.mark.usefixtures("restored")
def test_a_restored_backup_verifies_and_a_forged_one_does_not() -> None:
    clean = verify()
    assert (clean.returncode, clean.stdout) == (0, "clean: 3 events\n"), clean.stderr

    with pytest.raises(psycopg2.Error):  # the restored database refuses changes as the first one did
        execute(DRILL, "UPDATE audit_auditevent SET actor_label = 'someone else' WHERE seq = 2")
    execute(
        DRILL,
        "ALTER TABLE audit_auditevent DISABLE TRIGGER USER",
        "UPDATE audit_auditevent SET actor_label = 'someone else' WHERE seq = 2",
        "ALTER TABLE audit_auditevent ENABLE TRIGGER USER",
    )
    forged = verify()
    assert forged.returncode == 1
    assert "event 2" in forged.stderr
