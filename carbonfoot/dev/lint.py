"""Every check of the code that needs no test: one command, one list, all failures told at once."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

from carbonfoot.dev.halt import Halt
from carbonfoot.dev.paths import REPOSITORY

# As production sets them (docker-compose.yml), so that `check --deploy` sees what production would.
PRODUCTION = {
    "DEBUG": "false",
    "ALLOWED_HOSTS": "carbonfoot.example",
    "CSRF_TRUSTED_ORIGINS": "https://carbonfoot.example",
    "PUBLIC_URL": "https://carbonfoot.example",
    "DATABASE_URL": "postgres://carbonfoot@postgres:5432/carbonfoot",
    "REDIS_URL": "redis://redis:6379/0",
    "STATIC_MANIFEST": "true",
    "LOCAL_HTTP": "false",
}


def checks() -> list[tuple[str, list[str], dict[str, str]]]:
    """Name, command and extra environment of each check."""
    python = sys.executable
    production = PRODUCTION | {"SECRET_KEY": secrets.token_urlsafe(64)}
    # The history of migrations is read from the sources alone here; no database answers, and that is no warning.
    django = [python, "-W", "ignore::RuntimeWarning", "manage.py"]
    return [
        ("ruff check", [python, "-m", "ruff", "check", "."], {}),
        ("ruff format", [python, "-m", "ruff", "format", "--check", "--quiet", "."], {}),
        ("mypy", [python, "-m", "mypy"], {}),
        ("import contracts", [str(Path(python).parent / "lint-imports"), "--no-cache"], {}),
        ("migrations", [*django, "makemigrations", "--check", "--dry-run"], {}),
        ("deployment", [*django, "check", "--deploy", "--fail-level", "WARNING"], production),
        ("message catalogues", [*django, "messages", "--check"], {}),
    ]


def lint() -> None:
    """Run every check; print what each failing one says, and raise Halt with the names of those that failed."""
    failed = []
    for name, command, extra in checks():
        begun = time.monotonic()
        done = subprocess.run(
            command,
            cwd=REPOSITORY,
            env=os.environ | extra,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        verdict = "ok" if done.returncode == 0 else "FAILED"
        print(f"{name:20} {verdict:8} {time.monotonic() - begun:5.1f} s", flush=True)
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout, flush=True)
    if failed:
        raise Halt(f"these checks failed: {', '.join(failed)}.")
