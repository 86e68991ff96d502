"""Fixtures that every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from carbonfoot import clock


@pytest.fixture(autouse=True)
def fresh_clock_and_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """No test leaves the clock moved or a counter in the cache for the next."""
    yield
    clock.set_process_time(None)
    if "django_db_setup" in request.fixturenames:
        cache.clear()


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Let a flush between transactional tests pass the triggers that refuse TRUNCATE.

    Only a superuser may do so, which the test server's user is and a production user must not be.
    """
    original = connection.ops.execute_sql_flush

    def execute(sql_list: Any) -> None:
        original(["set session_replication_role = replica;", *sql_list, "set session_replication_role = default;"])

    connection.ops.execute_sql_flush = execute  # type: ignore[method-assign]


@pytest.fixture
def count_queries() -> type[CaptureQueriesContext]:
    """``with count_queries(connection) as q: ...; len(q)``"""
    return CaptureQueriesContext


@pytest.fixture
def media() -> Any:
    """The storage that uploads and reports use in tests."""
    return default_storage
