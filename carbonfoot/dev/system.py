"""What the machine itself must have: libraries and fonts that no Python package brings, and a browser for tests."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from carbonfoot.dev.halt import Halt
from carbonfoot.dev.paths import LOGS, open_log, tail

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Need:
    """Something the machine must have: what it is for, how to tell that it is there, Debian's packages with it."""

    what: str
    present: Callable[[], bool]
    packages: tuple[str, ...]


def _loads(*libraries: str) -> bool:
    try:
        for library in libraries:
            ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_pango() -> bool:
    return _loads("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")


def _has_chinese_font() -> bool:
    if shutil.which("fc-list"):
        found = subprocess.run(["fc-list", ":lang=zh-cn", "family"], capture_output=True, check=False)
        return bool(found.stdout.strip())
    folders = [Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".local/share/fonts"]
    return any(folder.is_dir() and any(folder.rglob("*CJK*")) for folder in folders)


def browser() -> str | None:
    """Path of the browser that tests drive, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


RUN = (
    Need("the Pango library, which sets PDF reports", _has_pango,
         ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fontconfig")),
    Need("a Chinese font for PDF reports", _has_chinese_font, ("fonts-noto-cjk", "fontconfig")),
)  # fmt: skip
TESTS = (
    *RUN,
    Need("Chromium, which browser tests drive", lambda: browser() is not None, ("chromium",)),
    Need(
        "pdftoppm and pdffonts, which look at reports",
        lambda: shutil.which("pdffonts") is not None,
        ("poppler-utils",),
    ),
)
NEEDS = {"run": RUN, "tests": TESTS}


def ensure(needs: tuple[Need, ...], say: Callable[[str], None]) -> None:
    """Check `needs`; as root on Debian install what is missing, otherwise raise Halt with the command that would."""
    missing = [need for need in needs if not need.present()]
    if not missing:
        return
    packages = list(dict.fromkeys(package for need in missing for package in need.packages))
    what = " and ".join(need.what for need in missing)
    if shutil.which("apt-get") is None:
        raise Halt(
            f"This machine lacks {what}: install it as your system does (Debian calls it {' '.join(packages)})."
        )
    command = f"apt-get install -y --no-install-recommends {' '.join(packages)}"
    if os.geteuid() != 0:
        raise Halt(f"This machine lacks {what}; run: sudo {command}; then try again.")
    say(f"installing {what}: {' '.join(packages)}")
    _install(packages)
    still = [need.what for need in missing if not need.present()]
    if still:
        log = LOGS / "apt.log"
        raise Halt(f"{' and '.join(still)} could not be installed; the end of {log} says why:\n{tail(log)}")


def _install(packages: list[str]) -> None:
    """Run apt-get; its words go to a log. Whether it helped is for the caller to see."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8"}
    descriptor = open_log(LOGS / "apt.log")
    try:
        for command in (
            ["apt-get", "update", "-q"],
            ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages],
        ):
            subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=subprocess.STDOUT,
                env=environment,
                check=False,
            )
    finally:
        os.close(descriptor)
