"""Our own PostgreSQL starts where it should, keeps its data, and says clearly where it cannot."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from carbonfoot.dev import postgres
from carbonfoot.dev.halt import Halt
from carbonfoot.dev.postgres import Postgres
from tests.dev.test_processes import wait_gone

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that every user can reach, with a path longer than a socket's may be."""
    top = Path(tempfile.mkdtemp(dir="/var/tmp"))
    top.chmod(0o755)
    place = top / ("deep" * 30)
    place.mkdir(mode=0o755)
    yield place
    shutil.rmtree(top)


def query(address: str, text: str) -> list[tuple[object, ...]]:
    """Rows of one statement, committed."""
    connection = psycopg2.connect(address)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(text)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def test_data_survive_a_killed_server(folder: Path) -> None:
    server = Postgres(folder / "postgres", folder / "postgres.log", volatile=True)
    address = server.start()
    try:
        query(address, "CREATE TABLE kept AS SELECT '动力电池' AS word")
        assert server.child is not None
        assert server.child.process is not None
        server.child.process.send_signal(signal.SIGKILL)
        server.child.process.wait()
        assert server.start() == address, "a server that is started again keeps its address"
        assert query(address, "SELECT word FROM kept") == [("动力电池",)]
    finally:
        server.stop()


def test_a_server_left_behind_is_ended_and_its_data_used(folder: Path) -> None:
    first = Postgres(folder / "postgres", folder / "postgres.log", volatile=True)
    query(first.start(), "CREATE TABLE kept AS SELECT 1 AS one")
    second = Postgres(folder / "postgres", folder / "postgres.log", volatile=True)
    try:
        assert query(second.start(), "SELECT one FROM kept") == [(1,)]
        assert first.child is not None
        assert not first.child.running()
    finally:
        second.stop()
        first.stop()


def test_a_pid_file_that_names_a_stranger_is_no_hindrance(folder: Path) -> None:
    server = Postgres(folder / "postgres", folder / "postgres.log", volatile=True)
    server.start()
    server.stop()
    pid_file = folder / "postgres" / "data" / "postmaster.pid"
    if not pid_file.parent.exists():
        pytest.fail("the server keeps its data in its folder")
    pid_file.write_text(f"{os.getpid()}\n{pid_file.parent}\n", encoding="ascii")
    try:
        assert query(server.start(), "SELECT 1") == [(1,)]
    finally:
        server.stop()


def test_the_application_is_no_superuser_and_needs_its_password(folder: Path) -> None:
    server = Postgres(folder / "postgres", folder / "postgres.log", volatile=True)
    address = server.start()
    try:
        assert query(address, "SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user") == [
            (False, True)
        ]
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(
                host="127.0.0.1", port=server.port, user="carbonfoot", dbname="carbonfoot", password="no"
            )
        assert (folder / "postgres" / "password").stat().st_mode & 0o777 == 0o600
    finally:
        server.stop()


def test_data_of_another_version_are_refused_with_the_mend(folder: Path) -> None:
    data = folder / "postgres" / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9.6\n", encoding="ascii")
    with pytest.raises(Halt, match=r"written by PostgreSQL 9\.6.*make demo-reset"):
        Postgres(folder / "postgres", folder / "postgres.log").start()


def test_no_program_that_runs_is_one_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "postgres_folders", lambda: iter([folder]))
    with pytest.raises(Halt, match=r"apt-get install postgresql.*DATABASE_URL"):
        Postgres(folder / "postgres", folder / "postgres.log").start()


def test_root_without_user_namespaces_runs_it_as_an_unprivileged_user(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not AS_ROOT:  # whoever is not root runs PostgreSQL directly: the tests above have done so
        return
    monkeypatch.setattr(postgres, "_namespace", lambda: ("false",))
    monkeypatch.setattr(postgres, "OUTSIDE_HOME", folder / "outside")
    (folder / "home").mkdir(mode=0o700)
    server = Postgres(folder / "home" / "postgres", folder / "postgres.log", volatile=True)
    address = server.start()
    try:
        assert query(address, "SELECT 1") == [(1,)]
        assert server.child is not None
        assert server.child.process is not None
        pid = server.child.process.pid
        assert Path(f"/proc/{pid}").stat().st_uid != 0
        assert (folder / "home").stat().st_mode & 0o777 == 0o700
    finally:
        server.stop()
    assert wait_gone([pid]) == []
