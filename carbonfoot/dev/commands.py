"""What can be done with a folder's servers and data besides running the site."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys

from carbonfoot.dev.halt import Halt
from carbonfoot.dev.paths import ACCOUNTS, LOGS, REPOSITORY, VAR, private_folder
from carbonfoot.dev.postgres import data_places
from carbonfoot.dev.processes import Lock
from carbonfoot.dev.run import ADDRESSES, LOCK, child_environment, say, web_address
from carbonfoot.dev.servers import Servers


def manage(arguments: list[str]) -> int:
    """Run a Django command with this folder's servers: those of a run that goes on, or started for the command.

    Returns the command's exit code.
    """
    private_folder(VAR)
    lock = Lock(LOCK)
    if lock.acquire():
        servers = Servers(VAR, LOGS)
        try:
            return _django(arguments, child_environment(servers.start(), web_address(os.environ)[1]))
        finally:
            servers.stop()
            lock.release()
    if not ADDRESSES.exists():
        raise Halt(
            f"carbonfoot is just starting or stopping in this folder ({lock.holder()}): try again in a moment."
        )
    addresses = json.loads(ADDRESSES.read_text(encoding="utf-8"))
    port = int(addresses.pop("PORT"))
    return _django(arguments, child_environment(addresses, port))


def _django(arguments: list[str], environment: dict[str, str]) -> int:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], env=environment, cwd=REPOSITORY, check=False
    ).returncode


def demo_reset() -> None:
    """Throw away the data of local runs: database, broker, files. The secret and the logs stay."""
    if os.environ.get("DATABASE_URL"):
        raise Halt("DATABASE_URL names a server that is not this folder's: empty its database there.")
    private_folder(VAR)
    lock = Lock(LOCK)
    if not lock.acquire():
        raise Halt(f"carbonfoot runs from this folder ({lock.holder()}): stop it with Ctrl-C first.")
    try:
        for folder in [*data_places(VAR / "postgres"), VAR / "valkey", VAR / "files"]:
            shutil.rmtree(folder, ignore_errors=True)
        for file in [ACCOUNTS, *VAR.glob("beat-schedule*")]:
            file.unlink(missing_ok=True)
    finally:
        lock.release()
    say("local data are gone; `make run` begins anew.")
