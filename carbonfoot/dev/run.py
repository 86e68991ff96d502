"""`make run`: servers, database, web server and worker of one folder, until Ctrl-C."""

from __future__ import annotations

import http.client
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from carbonfoot.dev import system
from carbonfoot.dev.halt import Halt
from carbonfoot.dev.paths import ACCOUNTS, LOGS, REPOSITORY, VAR, private_folder, secret, tail
from carbonfoot.dev.processes import Child, Lock, port_is_free
from carbonfoot.dev.servers import Servers

LOCK = VAR / "run.lock"
ADDRESSES = VAR / "run.json"
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - named, to know where such a server answers
QUICK_DEATH = (
    10.0  # seconds; a process that ends sooner than this, several times in a row, is not worth restarting
)
QUICK_DEATHS_ALLOWED = 3


class Stopped(Exception):
    """Someone asked the run to stop."""


def say(text: str) -> None:
    """Print one line for the person at the terminal, at once."""
    print(f"carbonfoot: {text}", flush=True)


def web_address(environment: Mapping[str, str]) -> tuple[str, int]:
    """Host and port of the web server, from WEB_HOST (many shells set HOST) and PORT; Halt when that is no port."""
    text = environment.get("PORT") or "8000"
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise Halt(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return environment.get("WEB_HOST") or "127.0.0.1", int(text)


def child_environment(addresses: Mapping[str, str], port: int) -> dict[str, str]:
    """Environment of every Django process of a local run; what the caller has set stays as it is."""
    caller = dict(os.environ)
    caller.pop("PYTHONDONTWRITEBYTECODE", None)  # compiling every module at every start costs seconds
    defaults = {
        "SECRET_KEY": secret(VAR / "secret"),
        "RECEIPT_SIGNING_KEY": secret(VAR / "receipt-key", 32),
        "LOCAL_HTTP": "1",
        "PUBLIC_URL": f"http://localhost:{port}",
        "PYTHONUNBUFFERED": "1",
        "VAR_DIR": str(VAR),
    }
    return defaults | caller | dict(addresses)


def web_command(host: str, port: int) -> list[str]:
    """The production web server, on the given address."""
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    configuration = str(REPOSITORY / "deploy" / "gunicorn.conf.py")
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        configuration,
        "--bind",
        bind,
        "carbonfoot.wsgi:application",
    ]


def worker_command() -> list[str]:
    """A Celery worker with the scheduler inside."""
    return [
        sys.executable, "-m", "celery", "--app", "carbonfoot", "worker", "--beat", "--concurrency", "2",
        "--loglevel", "INFO", "--without-mingle", "--without-gossip",
    ]  # fmt: skip


@dataclass
class Kept:
    """A child that is started again when it ends by itself."""

    child: Child
    started: float = 0.0
    quick_deaths: int = 0

    def start(self) -> None:
        """Start the child and note when."""
        self.child.start()
        self.started = time.monotonic()

    def keep(self) -> None:
        """Start the child again if it has ended. Halt when it keeps ending right after its start."""
        if self.child.running():
            return
        code = self.child.returncode()
        self.quick_deaths = self.quick_deaths + 1 if time.monotonic() - self.started < QUICK_DEATH else 1
        self.child.sweep()
        if self.quick_deaths > QUICK_DEATHS_ALLOWED:
            raise Halt(
                f"The {self.child.name} process keeps ending (code {code}); the end of {self.child.log} says why:\n"
                f"{tail(self.child.log)}"
            )
        say(f"the {self.child.name} process ended (code {code}); starting it again, see {self.child.log}")
        self.start()


@dataclass
class Run:
    """One run of this folder. `go` returns when someone asks it to stop, and leaves no process behind."""

    host: str
    port: int
    servers: Servers = field(default_factory=lambda: Servers(VAR, LOGS))
    kept: list[Kept] = field(default_factory=list)
    stop_asked: threading.Event = field(default_factory=threading.Event)

    def go(self) -> None:
        """Start everything, tell the address, and stay until SIGINT, SIGTERM or SIGHUP."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        begun = time.monotonic()
        try:
            self.servers.start()
            self._pause(0)
            environment = self._environment()
            self._prepare(environment)
            self._start_processes(environment)
            self._announce(time.monotonic() - begun)
            while True:
                self._pause(0.5)
                self._keep()
        except Stopped:
            say("stopping")
        finally:
            self._stop_all()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.stop_asked.set()

    def _pause(self, seconds: float) -> None:
        if self.stop_asked.wait(seconds):
            raise Stopped

    def _environment(self) -> dict[str, str]:
        """What the processes need to know, written down too for `make manage` beside this run."""
        _write_private(ADDRESSES, json.dumps(self.servers.addresses | {"PORT": str(self.port)}))
        return child_environment(self.servers.addresses, self.port)

    def _prepare(self, environment: dict[str, str]) -> None:
        say("bringing database and demo data up to date")
        child = Child(
            "prepare",
            [sys.executable, "-m", "carbonfoot.dev.prepare"],
            LOGS / "prepare.log",
            environment,
            REPOSITORY,
        )
        child.start()
        try:
            while child.running():
                self._pause(0.05)
        finally:
            child.stop()
        if child.returncode() != 0:
            raise Halt(
                f"The database could not be prepared; the end of {child.log} says why:\n{tail(child.log)}"
            )

    def _start_processes(self, environment: dict[str, str]) -> None:
        """Start the web server, and the worker once pages come: on few cores they would hold one another up."""
        web = Child("web", web_command(self.host, self.port), LOGS / "web.log", environment, REPOSITORY)
        worker = Child("worker", worker_command(), LOGS / "worker.log", environment, REPOSITORY)
        self.kept = [Kept(web)]
        self.kept[0].start()
        self._wait_for_web()
        self.kept.append(Kept(worker))
        self.kept[1].start()

    def _stop_processes(self) -> None:
        for kept in self.kept:
            kept.child.ask_to_stop()
        for kept in self.kept:
            kept.child.wait_until_stopped()
        self.kept = []

    def _wait_for_web(self) -> None:
        deadline = time.monotonic() + 180
        while not _answers(EVERY_ADDRESS.get(self.host, self.host), self.port):
            if time.monotonic() > deadline:
                log = LOGS / "web.log"
                raise Halt(f"The web server does not answer; the end of {log} says why:\n{tail(log)}")
            self._pause(0.05)
            self.kept[0].keep()

    def _keep(self) -> None:
        """Start again what has ended by itself: a server, or a process of the site."""
        for name, same_address in self.servers.restart_dead().items():
            say(f"{name} had ended and was started again, see {LOGS / name}.log")
            if not same_address:
                self._stop_processes()
                self._start_processes(self._environment())
        for kept in self.kept:
            kept.keep()

    def _announce(self, seconds: float) -> None:
        address = f"http://{display_host(self.host)}:{self.port}/"
        print(f"\n  {address}    ready after {seconds:.0f} s; data and logs are in {VAR}\n", flush=True)
        for line in account_lines(ACCOUNTS):
            print(f"  {line}")
        print("\n  Ctrl-C stops everything; `make run` goes on with the same data.\n", flush=True)

    def _stop_all(self) -> None:
        self._stop_processes()
        self.servers.stop()
        ADDRESSES.unlink(missing_ok=True)


def display_host(host: str) -> str:
    """The name by which a browser on this machine reaches a server that listens on `host`."""
    if EVERY_ADDRESS.get(host, host) in ("127.0.0.1", "::1"):
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _answers(host: str, port: int) -> bool:
    """Whether the site says that it is well. No proxy is asked, whatever the environment names."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)


def account_lines(path: Path) -> list[str]:
    """The demo accounts as a table of text: role, organisation, e-mail, password. Empty when there is no such file.

    The file is a JSON list of objects with the keys role, organisation, email and password.
    """
    if not path.exists():
        return []
    accounts = json.loads(path.read_text(encoding="utf-8"))
    columns = ("role", "organisation", "email", "password")
    rows = [columns, *(tuple(str(account[column]) for column in columns) for account in accounts)]
    widths = [max(_width(row[index]) for row in rows) for index in range(len(columns))]
    return [
        "  ".join(cell + " " * (widths[i] - _width(cell)) for i, cell in enumerate(row)).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    """Columns a text takes on a terminal: Chinese characters take two."""
    return sum(2 if ord(character) >= 0x2E80 else 1 for character in text)


def run() -> None:
    """Check the machine, then run this folder until someone stops it."""
    private_folder(VAR)
    lock = Lock(LOCK)
    if not lock.acquire():
        raise Halt(
            f"carbonfoot runs from this folder already ({lock.holder()}): use that one, or stop it with Ctrl-C."
        )
    try:
        host, port = web_address(os.environ)
        if not port_is_free(host, port):
            raise Halt(
                f"Port {port} is in use on {host}: stop the program that listens there, or choose another port: "
                f"PORT={port + 1 if port < 65535 else 8000} make run."
            )
        lock.note(f"process {os.getpid()}, http://localhost:{port}/")
        system.ensure(system.RUN, say)
        # WhiteNoise warns about a folder that is missing, even where it serves the sources.
        private_folder(VAR / "static")
        Run(host, port).go()
    finally:
        lock.release()
