"""Fixtures that every test may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import settings as hypothesis_settings

from carbonfoot import clock
from tests.support.database import without_triggers

# An example may take as long as it takes: how fast it is depends on what else the machine does.
# CI judges a change by the same examples each time; a person's runs go on looking for new ones.
hypothesis_settings.register_profile("patient", deadline=None)
hypothesis_settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "patient")


@pytest.fixture(autouse=True)
def fresh_clock_and_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test leaves the clock moved or a counter in the cache for the next."""
    yield
    clock.set_process_time(None)
    if "django_db_setup" in request.fixturenames:
        cache.clear()


@pytest.fixture(scope="session", autouse=True)
def flush_past_triggers() -> None:
    """Let the flush between transactional tests pass the triggers that refuse TRUNCATE."""
    # On the class: a browser test runs inside Playwright's loop, where Django gives it a connection of its own.
    kind = type(connection.ops)
    original = kind.execute_sql_flush

    def execute(self: Any, sql_list: Any) -> None:
        with without_triggers():
            original(self, sql_list)

    kind.execute_sql_flush = execute  # type: ignore[method-assign]


@pytest.fixture
def count_queries() -> type[CaptureQueriesContext]:
    """``with count_queries(connection) as q: ...; len(q)``"""
    return CaptureQueriesContext


@pytest.fixture
def media() -> Any:
    """The storage that uploads and reports use in tests."""
    return default_storage
