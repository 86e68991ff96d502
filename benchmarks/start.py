"""How long a person waits: from `make run` in a fresh clone to the first page, and again on the second start.

The clone is made in a temporary folder and removed afterwards; package caches are used as they are (a first run on a
machine fills them). The demonstration is loaded as in every first run.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
LIMITS = {"first_page": 90.0, "second_start": 10.0}


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def seconds_to_page(clone: Path, port: int) -> float:
    """Start `make run`, wait for the sign-in page, stop it; returns the seconds waited."""
    environment = {**os.environ, "PORT": str(port)}
    environment.pop("DATABASE_URL", None)
    environment.pop("REDIS_URL", None)
    begun = time.monotonic()
    process = subprocess.Popen(
        ["make", "run"],
        cwd=clone,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        while process.poll() is None:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/signin/", timeout=2) as answer:
                    if answer.status == 200:
                        return time.monotonic() - begun
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise SystemExit(f"make run ended with {process.returncode}")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            process.wait(timeout=60)


def main() -> int:
    """Measure both starts of one clone and print them beside their limits."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", str(REPOSITORY), str(clone)], check=True)
        port = free_port()
        figures = {"first_page": seconds_to_page(clone, port), "second_start": seconds_to_page(clone, port)}
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} cores, load {load:.1f}")
    for name, value in figures.items():
        print(
            f"{name:14} {value:6.1f} s   limit {LIMITS[name]:.0f} s   {'within' if value <= LIMITS[name] else 'over'}"
        )
    for name, value in figures.items():
        print(f"figure: {name} {value:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
