"""The repository speaks of the project alone: no path of a machine, no host of a package registry."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import BASE, tracked

# Written in pieces, so that this file does not find itself.
MACHINE_PATHS = re.compile(
    r"(?<![\w.\-/])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me/\w+|Us" + r"ers/\w+)(?:/|\b)(?!\w)"
)
SCRATCH = re.compile(r"(?<![\w.\-/])/t" + r"mp(?:/|\b)")
REGISTRIES = re.compile(
    r"pypi"
    + r"\.org|pythonho"
    + r"sted\.org|np"
    + r"mjs\.(?:org|com)|//[\w.-]*(?:mirr"
    + r"or|arti"
    + r"factory)[\w.-]*/",
    re.IGNORECASE,
)
# Inside a container there is a scratch folder, and nothing else of anybody's machine.
CONTAINER = {"deploy/Dockerfile", "docker-compose.yml"}
TEXT = {
    ".py", ".md", ".html", ".txt", ".toml", ".yml", ".yaml", ".json", ".css", ".js", ".sh", ".svg", ".po", ".csv",
    ".lock", ".example", ".conf", "",
}  # fmt: skip
FILES = [path for path in tracked() if path.suffix in TEXT]


@pytest.mark.parametrize(
    "pattern", [MACHINE_PATHS, SCRATCH, REGISTRIES], ids=["machine paths", "scratch folder", "registries"]
)
def test_no_file_names(pattern: re.Pattern[str]) -> None:
    """What is found is named with file and line."""
    found = []
    for path in FILES:
        name = path.relative_to(BASE).as_posix()
        if pattern is SCRATCH and name in CONTAINER:
            continue
        for number, line in enumerate(path.read_text("utf-8", errors="replace").splitlines(), 1):
            if pattern.search(line):
                found.append(f"{name}:{number}: {line.strip()[:120]}")
    assert found == []
