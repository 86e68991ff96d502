"""Child processes that never outlive the one who started them, and locks that tell two runs apart."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from carbonfoot.dev.paths import open_log

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _die_with_parent(stop_signal: int) -> None:
    """In the child, before exec: have the kernel send `stop_signal` when the parent is gone (Linux only)."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, stop_signal, 0, 0, 0)


@dataclass
class Child:
    """A process in a session of its own, writing to a log file.

    stop_signal: what asks it to finish in good order. patience: seconds until it is killed instead.
    """

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str] | None = None
    folder: Path | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 20.0
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start the process. Its output is appended to the log; its own session keeps a Ctrl-C from reaching it."""
        descriptor = open_log(self.log)
        stop_signal = int(self.stop_signal)
        try:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=subprocess.STDOUT,
                env=dict(self.environment) if self.environment is not None else None,
                cwd=self.folder,
                start_new_session=True,
                preexec_fn=lambda: _die_with_parent(stop_signal),
            )
        finally:
            os.close(descriptor)

    def returncode(self) -> int | None:
        """Exit code, or None while it runs."""
        return None if self.process is None else self.process.poll()

    def running(self) -> bool:
        """Whether it was started and has not ended."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Send the stop signal to the process alone: it ends its own children."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def wait_until_stopped(self) -> None:
        """Wait for the end; past the patience, kill it. Whatever is left of its session is killed in any case."""
        if self.process is None:
            return
        try:
            self.process.wait(self.patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.sweep()

    def sweep(self) -> None:
        """Kill what an ended process left behind in its session (a pool of workers, for one)."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            return

    def stop(self) -> None:
        """Ask it to stop and wait until it has."""
        self.ask_to_stop()
        self.wait_until_stopped()


class Lock:
    """An advisory lock on a file, released by the kernel when its process ends. The file says who holds it."""

    def __init__(self, path: Path) -> None:
        """Name the lock file; nothing is opened yet."""
        self.path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock; False when another process has it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        self.note(f"process {os.getpid()}")
        return True

    def note(self, text: str) -> None:
        """Write into the lock file what its holder is doing."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, text.encode(), 0)

    def holder(self) -> str:
        """What the holder wrote."""
        return self.path.read_text(encoding="utf-8").strip() if self.path.exists() else ""

    def release(self) -> None:
        """Give the lock up; the file stays."""
        if self._descriptor is not None:
            self.note("")
            os.close(self._descriptor)
            self._descriptor = None


def port_is_free(host: str, port: int) -> bool:
    """Whether a server could listen on that address now."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A loopback port that nothing listens on at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(ready: Callable[[], bool], child: Child, seconds: float) -> bool:
    """Call `ready` until it is true; False when the child ends first or the time is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not child.running():
            return False
        if ready():
            return True
        time.sleep(0.05)
    return False
