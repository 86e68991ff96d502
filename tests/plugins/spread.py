"""A run spread over the cores (pytest-xdist): which tests stay together, and which come first.

Tests of one file share fixtures and stay in one process; so do all tests in tests/browser, which share a site with the
demonstration loaded. Long groups start first, so that no core waits at the end for one that began late.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("tests/browser/",)
# Long tests that share nothing with their neighbours may go anywhere.
APART = ("tests/test_access_table.py", "tests/test_demo.py")
# Longest first, as `pytest --durations=0` showed; what is not named keeps its place after these.
LONG = (
    "tests/browser/",
    "tests/security/test_canaries.py",
    "tests/robustness/",
    "tests/dev/test_run.py",
    "tests/test_access_table.py",
    "tests/test_demo.py",
    "tests/test_jobs.py",
    "tests/suppliers/test_in_browser.py",
    "tests/lca/test_pages.py",
)


def worker_number() -> int | None:
    """Number of this process among the workers; None where it is none."""
    name = os.environ.get("PYTEST_XDIST_WORKER", "")
    return int(name.removeprefix("gw")) if name.startswith("gw") else None


def is_controller(config: pytest.Config) -> bool:
    """Whether this process only hands out tests to workers."""
    return worker_number() is None and bool(getattr(config.known_args_namespace, "numprocesses", None))


def group_of(nodeid: str) -> str:
    """The tests that must run in one process, by the id of one of them: its file or folder, or it alone."""
    if nodeid.startswith(APART):
        return nodeid
    return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid.split("::", 1)[0])


class Spread(LoadScopeScheduling):
    """Hands out whole groups, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Spread:
    """In place of xdist's own choices of --dist."""
    config.option.loadscopereorder = False  # by the number of tests, which says nothing about their length
    return Spread(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long groups first, where a run is spread."""
    if worker_number() is not None:
        items.sort(
            key=lambda item: next(
                (n for n, name in enumerate(LONG) if item.nodeid.startswith(name)), len(LONG)
            )
        )
