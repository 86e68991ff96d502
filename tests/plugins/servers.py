"""PostgreSQL and Valkey for the test run, started before Django reads its settings.

Loaded with `-p` (see pyproject.toml). Loaded from a conftest it would come too late: the settings would be read without
the addresses, and the tests would run on something else without a word.

Each concurrent run takes a folder of its own, var/test-1, var/test-2 and so on, and so does each worker of a run that
is spread over several processes (pytest-xdist): no worker meets another's rows, messages, cached values or files. The
process that hands out the tests runs none and starts no servers.

Addresses in DATABASE_URL or REDIS_URL are used as they are, but that workers take numbered databases of that broker;
the database's name pytest-django numbers by itself.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Generator
from urllib.parse import urlsplit, urlunsplit

import pytest

from carbonfoot.dev.halt import Halt
from carbonfoot.dev.paths import REPOSITORY, VAR, private_folder
from carbonfoot.dev.processes import Lock
from carbonfoot.dev.servers import Servers
from carbonfoot.ui.catalogues import compile_all
from tests.plugins.spread import is_controller, worker_number

MARK = "CARBONFOOT_TEST_SERVERS"  # set in the environment: a pytest that a test starts uses the same servers
SLOTS = 32

_servers: Servers | None = None
_lock: Lock | None = None


def _start() -> None:
    global _servers, _lock
    for number in range(1, SLOTS + 1):
        lock = Lock(VAR / f"test-{number}.lock")
        if lock.acquire():
            break
    else:
        raise Halt(f"{SLOTS} test runs are going on already; wait for one to end.")
    _lock = lock
    folder = private_folder(VAR / f"test-{number}")
    for name in ("files", "brightway"):
        shutil.rmtree(folder / name, ignore_errors=True)
    private_folder(folder / "static")
    _servers = Servers(folder, folder / "log", volatile=True)
    os.environ.update(_servers.start(_given()))
    os.environ[MARK] = str(folder)
    os.environ["VAR_DIR"] = str(folder)
    os.environ["MEDIA_ROOT"] = str(folder / "files")
    os.environ["CELERY_BEAT_SCHEDULE"] = str(folder / "beat-schedule")
    os.environ["LOCAL_HTTP"] = "1"
    # bw2data makes its folder on import, in the home of whoever runs the tests unless told otherwise.
    os.environ["BRIGHTWAY2_DIR"] = str(private_folder(folder / "brightway"))
    os.environ.setdefault("SECRET_KEY", "for-tests-only-" + "0123456789" * 5)
    os.environ.setdefault("RECEIPT_SIGNING_KEY", secrets.token_urlsafe(32))


def _given() -> dict[str, str]:
    """The environment, with a database of its own for each worker on a broker that was given."""
    number, environment = worker_number(), dict(os.environ)
    if number is not None and environment.get("REDIS_URL"):
        address = urlsplit(environment["REDIS_URL"])
        base = int(address.path.strip("/") or 0)
        environment["REDIS_URL"] = urlunsplit(address._replace(path=f"/{base + 1 + number}"))
    return environment


def _stop() -> None:
    global _servers, _lock
    if _servers is not None:
        _servers.stop()
        _servers = None
        del os.environ[MARK]
    if _lock is not None:
        _lock.release()
        _lock = None


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """Start the servers before pytest-django, whose hook this one wraps, loads Django's settings."""
    if MARK not in os.environ:
        try:
            if worker_number() is None:
                # Compiled catalogues are not in the repository: a fresh clone would test Chinese pages in English.
                compile_all(REPOSITORY)
            if not is_controller(early_config):
                _start()
        except Halt as halt:
            _stop()
            raise pytest.UsageError(str(halt)) from None
        except BaseException:
            _stop()
            raise
    return (yield)


def pytest_unconfigure() -> None:
    """Stop the servers that this process started."""
    _stop()
