"""`make run` as a person meets it: one run in a folder of its own, with everything killed that can be killed."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from carbonfoot.dev.halt import Halt
from carbonfoot.dev.paths import REPOSITORY
from carbonfoot.dev.processes import free_port
from carbonfoot.dev.run import account_lines, display_host, web_address
from tests.dev.test_processes import wait_gone

OWN = (
    "DATABASE_URL",
    "REDIS_URL",
    "MEDIA_ROOT",
    "CELERY_BEAT_SCHEDULE",
    "SECRET_KEY",
    "LOCAL_HTTP",
    "PUBLIC_URL",
)


class LocalRun:
    """A run of `python -m carbonfoot.dev run` with a data folder of its own."""

    def __init__(self, var: Path, port: int) -> None:
        self.var, self.port = var, port
        self.process: subprocess.Popen[str] | None = None
        self.output = var.parent / f"{var.name}.output"

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in OWN}
        return kept | {"VAR_DIR": str(self.var), "PORT": str(self.port)}

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A command beside the run, to its end."""
        return subprocess.run(
            [sys.executable, "-m", "carbonfoot.dev", *arguments],
            cwd=REPOSITORY, env=self.environment(), capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip

    def shell(self, code: str) -> str:
        """What Python code prints when it runs with Django beside the run."""
        done = self.command("manage", "shell", "-v", "0", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> str:
        """Start and wait for the address; returns what was printed."""
        with self.output.open("w", encoding="utf-8") as stream:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "carbonfoot.dev", "run"],
                cwd=REPOSITORY, env=self.environment(), stdout=stream, stderr=subprocess.STDOUT, text=True,
            )  # fmt: skip
        return self.wait_for("Ctrl-C stops everything")

    def wait_for(self, words: str) -> str:
        """Wait until the run has printed `words`; returns all that it printed."""
        assert self.process is not None
        deadline = time.monotonic() + 600
        while words not in (text := self.output.read_text(encoding="utf-8")):
            assert self.process.poll() is None, text
            assert time.monotonic() < deadline, text
            time.sleep(0.1)
        return text

    def get(self, path: str) -> int:
        """Status of a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def children(self) -> dict[int, str]:
        """Processes of this run besides itself: those that were given its data folder, and its servers."""
        found = {}
        marks = (f"VAR_DIR={self.var}".encode(), f"{self.var}/".encode())
        for process in Path("/proc").glob("[0-9]*"):
            try:
                command = (process / "cmdline").read_bytes()
                # Servers write their title over their environment; they still stand in their folder.
                known = (
                    command
                    + (process / "environ").read_bytes()
                    + os.readlink(process / "cwd").encode()
                    + b"/"
                )
            except OSError:
                continue
            pid = int(process.name)
            if any(mark in known for mark in marks) and self.process is not None and pid != self.process.pid:
                found[pid] = command.replace(b"\0", b" ").decode("utf-8", "replace")
        return found

    def pid_of(self, words: str) -> int:
        """The process that the run started itself whose command holds `words` (its own children hold them too)."""
        assert self.process is not None
        own = (
            Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
            .read_text(encoding="ascii")
            .split()
        )
        commands = self.children()
        (found,) = [int(pid) for pid in own if words in commands.get(int(pid), "")]
        return found

    def stop(self) -> int:
        """Ask it to stop, as Ctrl-C does; returns the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(90)


@pytest.fixture(scope="module")
def local_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalRun]:
    run = LocalRun(tmp_path_factory.mktemp("run") / "var", free_port())
    yield run
    if run.process is not None and run.process.poll() is None:
        run.process.kill()


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_a_run_from_first_start_to_last_stop(local_run: LocalRun) -> None:
    printed = local_run.start()
    assert f"http://localhost:{local_run.port}/" in printed

    # Pages come, with the static files that they need.
    assert local_run.get("/healthz") == 200
    assert local_run.get("/readyz") == 200
    assert local_run.get("/static/css/app.css") == 200

    # Every demo account is told.
    for account in json.loads((local_run.var / "demo-accounts.json").read_text(encoding="utf-8")):
        assert account["email"] in printed
        assert account["password"] in printed

    # A second run of the folder, and one that wants the same port, are refused with one sentence.
    second = local_run.command("run")
    assert second.returncode == 1
    assert re.fullmatch(
        r"carbonfoot: carbonfoot runs from this folder already \(process \d+, http://.*\n", second.stderr
    )
    other = LocalRun(local_run.var.parent / "other", local_run.port).command("run")
    assert other.returncode == 1
    assert re.fullmatch(
        rf"carbonfoot: Port {local_run.port} is in use .* PORT=\d+ make run\.\n", other.stderr
    )
    reset = local_run.command("demo-reset")
    assert (reset.returncode, reset.stdout) == (1, "")

    # Commands beside the run use its servers.
    beside = local_run.shell(
        "from django.db import connection as c; print('port', c.get_connection_params()['port'])"
    )
    addresses = json.loads((local_run.var / "run.json").read_text(encoding="utf-8"))
    assert f":{beside.split()[-1]}/" in addresses["DATABASE_URL"]
    local_run.shell("from django.core.cache import cache; cache.set('kept', 1, None)")

    # Whatever is killed comes back.
    for name, words in (
        ("web", "gunicorn"),
        ("worker", "celery"),
        ("valkey", "valkey-server"),
        ("postgres", "postgres"),
    ):
        killed = local_run.pid_of(words)
        os.kill(killed, signal.SIGKILL)
        assert wait_gone([killed]) == []
        local_run.wait_for(
            f"{name} process ended" if name in ("web", "worker") else f"{name} had ended and was started"
        )
        deadline = time.monotonic() + 180
        while _status(local_run, "/readyz") != 200:
            assert time.monotonic() < deadline, f"after {name} was killed"
            time.sleep(0.2)

    # Ctrl-C ends everything.
    pids = list(local_run.children())
    assert len(pids) >= 6
    assert local_run.stop() == 0
    assert wait_gone(pids) == []
    assert local_run.children() == {}
    assert not (local_run.var / "run.json").exists()

    # A second start goes on with the same data, and even a killed run leaves nothing behind.
    local_run.start()
    assert "kept: 1" in local_run.shell(
        "from django.core.cache import cache; print('kept:', cache.get('kept'))"
    )
    pids = list(local_run.children())
    assert local_run.process is not None
    local_run.process.kill()
    local_run.process.wait()
    assert wait_gone(pids, 120) == []
    local_run.start()
    assert local_run.get("/readyz") == 200
    assert local_run.stop() == 0
    assert local_run.command("demo-reset").returncode == 0
    assert not (local_run.var / "postgres").exists()


def _status(run: LocalRun, path: str) -> int:
    try:
        return run.get(path)
    except OSError:
        return 0


@pytest.mark.parametrize("port", ["eighty", "0", "65536", "-1", "８０００"])
def test_a_port_that_is_no_port_is_one_sentence(port: str) -> None:
    with pytest.raises(Halt, match="PORT must be a number from 1 to 65535"):
        web_address({"PORT": port})


def test_the_web_server_listens_on_this_machine_alone_unless_told_otherwise() -> None:
    assert web_address({}) == ("127.0.0.1", 8000)
    assert web_address({"PORT": "", "WEB_HOST": ""}) == ("127.0.0.1", 8000)
    assert web_address({"PORT": "9000", "WEB_HOST": "192.0.2.1"}) == ("192.0.2.1", 9000)


def test_the_address_is_told_as_a_browser_takes_it() -> None:
    assert [display_host(host) for host in ("127.0.0.1", "0.0.0.0", "::", "::1")] == ["localhost"] * 4
    assert display_host("192.0.2.1") == "192.0.2.1"
    assert display_host("2001:db8::1") == "[2001:db8::1]"


def test_accounts_are_told_in_columns_that_chinese_does_not_bend(tmp_path: Path) -> None:
    accounts = [
        {"role": "申报专员", "organisation": "示例", "email": "a@demo.example", "password": "one"},
        {"role": "viewer", "organisation": "A (demo)", "email": "b@demo.example", "password": "two"},
    ]
    path = tmp_path / "accounts.json"
    path.write_text(json.dumps(accounts), encoding="utf-8")
    assert account_lines(path) == [
        "role      organisation  email           password",
        "申报专员  示例          a@demo.example  one",
        "viewer    A (demo)      b@demo.example  two",
    ]
    assert account_lines(tmp_path / "none.json") == []
