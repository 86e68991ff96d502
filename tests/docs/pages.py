"""The repository's own text: its files as git lists them, and what Markdown pages name."""

from __future__ import annotations

import functools
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^```.*?^```\s*$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (.+?)\s*$", re.MULTILINE)


@functools.cache
def tracked() -> tuple[Path, ...]:
    """Files under version control, and new ones that are not ignored; all files of a copy that is no repository."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=BASE, capture_output=True, check=False)
    if done.returncode == 0:
        names = [BASE / name for name in done.stdout.decode().split("\0") if name]
    else:
        names = [path for path in BASE.rglob("*") if not {".venv", "var"} & set(path.relative_to(BASE).parts)]
    return tuple(sorted(path for path in names if path.is_file()))


def markdown() -> list[Path]:
    """README and all pages under docs/."""
    return [path for path in tracked() if path.suffix == ".md" and path.parent.name != "should_fail"]


def links(path: Path) -> list[str]:
    """Targets of links and images outside of code blocks."""
    return _LINK.findall(_FENCE.sub("", path.read_text("utf-8")))


def anchors(path: Path) -> set[str]:
    """What headings can be linked to as, in the way of GitHub."""
    headings = _HEADING.findall(_FENCE.sub("", path.read_text("utf-8")))
    kept = (re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower()) for heading in headings)
    return {heading.replace(" ", "-") for heading in kept}


def code_words(path: Path) -> Iterator[str]:
    """Text between backticks, and lines of code blocks."""
    text = path.read_text("utf-8")
    yield from re.findall(r"`([^`\n]+)`", _FENCE.sub("", text))
    for block in _FENCE.findall(text):
        yield from block.splitlines()[1:-1]
