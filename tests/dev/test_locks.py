"""The lock files hold what pyproject.toml asks for, by digest, and name no index."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from carbonfoot.dev.locks import HEADER, LOCKS, strange_lines

ROOT = Path(settings.BASE_DIR)


def pins(name: str) -> dict[str, set[str]]:
    """Package -> pinned versions (more than one where Pythons differ)."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        match = re.match(r"([a-z0-9._-]+)==(\S+)", line)
        if match:
            found.setdefault(canonicalize_name(match.group(1)), set()).add(match.group(2))
    return found


def requirements() -> dict[str, list[Requirement]]:
    with (ROOT / "pyproject.toml").open("rb") as stream:
        project = tomllib.load(stream)
    runtime = project["project"]["dependencies"]
    local = runtime + project["project"]["optional-dependencies"]["local"]
    names = {
        "requirements.lock": runtime,
        "requirements-local.lock": local,
        "requirements-dev.lock": local + project["dependency-groups"]["dev"],
        "requirements-bench.lock": runtime + project["dependency-groups"]["bench"],
    }
    return {lock: [Requirement(text) for text in texts] for lock, texts in names.items()}


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_packages_and_digests_and_nothing_else(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert text.startswith(HEADER)
    assert strange_lines(text) == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_fits_what_the_project_asks_for(name: str) -> None:
    pinned = pins(name)
    for requirement in requirements()[name]:
        versions = pinned.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement.name} is not pinned: run `make lock`"
        for version in versions:
            assert requirement.specifier.contains(version), (
                f"{requirement} is pinned to {version}: run `make lock`"
            )


def test_tests_run_on_the_versions_of_production() -> None:
    production, local, dev = (pins(f"requirements{kind}.lock") for kind in ("", "-local", "-dev"))
    assert production.items() <= local.items()
    assert local.items() <= dev.items()


def test_the_benchmark_runs_on_the_versions_of_production_and_tests() -> None:
    production, dev, bench = (pins(f"requirements{kind}.lock") for kind in ("", "-dev", "-bench"))
    assert production.items() <= bench.items()
    assert {name: versions for name, versions in bench.items() if name in dev}.items() <= dev.items()


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.example/simple",
        "--find-links /srv/wheels",
        "carbon @ file:///srv/carbon.whl \\",
        "carbon==1.0",
        "    --hash=md5:00000000000000000000000000000000",
        "# from https://packages.example/simple",
        "-e .",
    ],
)
def test_a_line_that_names_more_than_a_package_is_seen(line: str) -> None:
    assert strange_lines(HEADER + line + "\n") == [line]
