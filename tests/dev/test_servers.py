"""The tests run on PostgreSQL and Valkey, started for them, and on nothing else."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings
from django.core.cache import caches
from django.db import connection, connections

from carbonfoot.celery import app
from carbonfoot.dev.servers import Servers


@pytest.mark.django_db
def test_the_database_is_postgresql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version(), current_setting('server_version_num')::int, current_user")
        version, number, user = cursor.fetchone()
        assert version.startswith("PostgreSQL ")
        assert number >= 150000
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False,), f"{user} must not be a superuser: production's role is none"


@pytest.mark.django_db
def test_the_database_is_the_one_of_this_run() -> None:
    address = urlsplit(os.environ["DATABASE_URL"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT inet_server_port(), current_database()")
        port, database = cursor.fetchone()
    worker = os.environ.get("PYTEST_XDIST_WORKER")  # one of several has a database named after it
    names = ["test", address.path.lstrip("/"), *([worker] if worker else [])]
    assert (port, database) == (address.port, "_".join(names))


@pytest.mark.django_db
def test_text_sorts_and_searches_as_in_production() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()"
        )
        assert cursor.fetchone() == ("C.UTF-8", "UTF8")


def test_no_other_database_is_configured() -> None:
    assert list(connections) == ["default"]
    assert connections["default"].vendor == "postgresql"
    assert settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql"


def test_the_broker_is_valkey_or_redis_and_the_one_of_this_run() -> None:
    assert settings.CELERY_BROKER_URL == os.environ["REDIS_URL"]
    assert app.conf.broker_url == os.environ["REDIS_URL"]
    assert app.conf.task_always_eager is False
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        information = client.info("server")
    assert information["tcp_port"] == urlsplit(os.environ["REDIS_URL"]).port
    assert information.get("server_name", "redis") in {"redis", "valkey"}
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1)
        assert broker.transport.driver_type == "redis"


def test_the_cache_is_on_the_same_server() -> None:
    caches["default"].set("tests.dev.servers", "kept", 30)
    with redis.Redis.from_url(os.environ["REDIS_URL"]) as client:
        assert any(b"tests.dev.servers" in key for key in client.scan_iter("*tests.dev.servers*"))


def test_a_given_address_is_used_and_its_server_not_started(tmp_path: Path) -> None:
    given = {"DATABASE_URL": "postgres://someone@db.example/name", "REDIS_URL": "redis://broker.example"}
    servers = Servers(tmp_path, tmp_path / "log", volatile=True)
    assert servers.start(given) == given
    assert list(tmp_path.iterdir()) == []
    mixed = Servers(tmp_path, tmp_path / "log", volatile=True)
    try:
        addresses = mixed.start({"DATABASE_URL": given["DATABASE_URL"]})
        assert addresses["DATABASE_URL"] == given["DATABASE_URL"]
        with redis.Redis.from_url(addresses["REDIS_URL"]) as client:
            assert client.ping() is True
        assert not (tmp_path / "postgres").exists()
    finally:
        mixed.stop()
