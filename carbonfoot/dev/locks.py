"""Pinning: pyproject.toml says what is needed, the lock files say which versions, with the digest of every file."""

from __future__ import annotations

import re
import subprocess
import sys

from carbonfoot.dev.halt import Halt
from carbonfoot.dev.paths import REPOSITORY

LOCKS = {
    "requirements-dev.lock": ("--extra", "local", "--group", "dev"),
    "requirements-local.lock": ("--extra", "local", "--constraint", "requirements-dev.lock"),
    "requirements.lock": ("--constraint", "requirements-dev.lock"),
    "requirements-bench.lock": ("--group", "bench", "--constraint", "requirements-dev.lock"),
}
ALLOWED_LINE = re.compile(
    r"[a-z0-9][a-z0-9._-]*==[^\s]+( ; [^\\]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|# .*"
)
HEADER = (
    "# Written by `make lock` from pyproject.toml. Every file that may be installed is named by its digest.\n"
)


def write_locks(*, upgrade: bool) -> None:
    """Resolve pyproject.toml for every supported Python and write the lock files; `upgrade` takes the newest versions.

    The files must install from any index, so they name none: a line of another form is refused.
    """
    for name, selection in LOCKS.items():
        command = [
            sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", *selection, "--universal",
            "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links",
            "--no-header", "--no-annotate", "--quiet", "--output-file", name,
        ]  # fmt: skip
        if upgrade and name == "requirements-dev.lock":
            command.append("--upgrade")
        if subprocess.run(command, cwd=REPOSITORY, check=False).returncode != 0:
            raise Halt(
                f"{name} could not be written: the lines above say which requirements do not fit together."
            )
        path = REPOSITORY / name
        text = HEADER + path.read_text(encoding="utf-8").removeprefix(HEADER)
        strange = strange_lines(text)
        if strange:
            raise Halt(f"{name} holds a line that names more than a package and its digests: {strange[0]}")
        path.write_text(text, encoding="utf-8")


def strange_lines(text: str) -> list[str]:
    """Lines of a lock file that are neither `name==version`, a digest, nor a comment without an address."""
    return [line for line in text.splitlines() if not ALLOWED_LINE.fullmatch(line) or "://" in line]
