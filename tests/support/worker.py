"""A real Celery worker in a process of its own, on the test's database and broker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

BASE = Path(__file__).resolve().parent.parent.parent


def database_url() -> str:
    """Address of the test database, which is not the one that DATABASE_URL names."""
    found = connection.settings_dict
    return f"postgres://{found['USER']}:{found['PASSWORD']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


class Worker:
    """Starts, kills and stops a worker, with one child unless told otherwise, in its own process group."""

    def __init__(
        self, *, beat: bool = False, modules: str = "", children: int = 1, **environment: str
    ) -> None:
        self.environment = {
            **os.environ,
            "DATABASE_URL": database_url(),
            "JOBS_SWEEP_SECONDS": "0.5",
            "DJANGO_SETTINGS_MODULE": "carbonfoot.settings",
            **environment,
        }
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "carbonfoot",
            "worker",
            "-c",
            str(children),
            "-l",
            "WARNING",
            "--without-gossip",
        ]
        command += (
            ["--without-mingle", "-P", "prefork"]
            + (["-B"] if beat else [])
            + (["-I", modules] if modules else [])
        )
        if beat:
            schedule = Path(os.environ["MEDIA_ROOT"]).parent / f"beat-{os.getpid()}-{time.monotonic_ns()}"
            self.environment["CELERY_BEAT_SCHEDULE"] = str(schedule)
        self.process = subprocess.Popen(command, cwd=BASE, env=self.environment, start_new_session=True)

    def kill(self) -> None:
        """End the worker and its children at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=10)

    def stop(self) -> None:
        """End the worker in order; kill it when it does not obey."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.kill()


@contextmanager
def running(**options: object) -> Iterator[Worker]:
    """A worker for the length of a block."""
    worker = Worker(**options)  # type: ignore[arg-type]
    try:
        yield worker
    finally:
        worker.stop()


def wait_until(condition: Callable[[], bool], *, seconds: float = 60) -> None:
    """Wait for something that another process does; AssertionError when it does not happen."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("did not happen in time")
