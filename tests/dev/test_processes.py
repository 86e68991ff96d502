"""Children end with their parent, locks tell runs apart, secrets are private."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from carbonfoot.dev.paths import MAX_LOG_BYTES, open_log, secret, tail
from carbonfoot.dev.processes import Child, Lock, free_port, port_is_free

PARENT = """
import sys, time
from pathlib import Path
from carbonfoot.dev.processes import Child
child = Child("sleeper", ["sleep", "600"], Path(sys.argv[1]))
child.start()
print(child.process.pid, flush=True)
time.sleep(600)
"""


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_gone(pids: list[int], seconds: float = 90) -> list[int]:
    """Those of `pids` that still run when the patience is over."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and any(alive(pid) for pid in pids):
        time.sleep(0.05)
    return [pid for pid in pids if alive(pid)]


def test_a_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert alive(pid)
        parent.kill()
    assert wait_gone([pid]) == []


def test_a_child_that_does_not_listen_is_killed_with_its_family(tmp_path: Path) -> None:
    script = "trap '' TERM; sleep 600 & echo $!; wait; wait"
    child = Child("deaf", ["sh", "-c", script], tmp_path / "log", patience=0.3)
    child.start()
    while not (text := (tmp_path / "log").read_text(encoding="utf-8")):
        time.sleep(0.02)
    child.stop()
    assert child.returncode() == -signal.SIGKILL
    assert wait_gone([int(text)]) == []


def test_a_lock_is_held_by_one_and_given_back_by_the_kernel(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    script = f"""
import sys, time
from pathlib import Path
from carbonfoot.dev.processes import Lock
lock = Lock(Path({str(path)!r}))
print(lock.acquire(), flush=True)
lock.note("process of the test")
print("noted", flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert [holder.stdout.readline(), holder.stdout.readline()] == ["True\n", "noted\n"]
        mine = Lock(path)
        assert mine.acquire() is False
        assert mine.holder() == "process of the test"
        holder.kill()
    assert mine.acquire() is True
    mine.release()


def test_a_port_in_use_is_seen() -> None:
    port = free_port()
    assert port_is_free("127.0.0.1", port)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", port))
        listener.listen()
        assert not port_is_free("127.0.0.1", port)


def test_a_secret_is_made_once_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"
    first = secret(path)
    assert len(first) >= 50
    assert secret(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert [file.name for file in path.parent.iterdir()] == ["secret"]


def test_a_long_log_is_set_aside_and_its_end_can_be_told(tmp_path: Path) -> None:
    log = tmp_path / "log" / "web.log"
    os.close(open_log(log))
    log.write_bytes(b"x" * (MAX_LOG_BYTES + 1))
    os.close(open_log(log))
    assert log.stat().st_size == 0
    assert log.with_name("web.log.1").stat().st_size == MAX_LOG_BYTES + 1
    log.write_text("one\ntwo\nthree\n", encoding="utf-8")
    assert tail(log, 2) == "    two\n    three"
    assert tail(tmp_path / "none.log") == ""
