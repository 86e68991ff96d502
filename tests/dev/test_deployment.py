"""docker-compose.yml and what it leans on fit one another and the settings."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
APPLICATION = {"migrate", "web", "worker", "beat"}
# Read by gunicorn's configuration, by the worker's command, and by Python itself.
READ_ELSEWHERE = {"WEB_CONCURRENCY", "WEB_THREADS", "WORKER_CONCURRENCY"}
ALWAYS_GIVEN = {
    "SECRET_KEY",
    "RECEIPT_SIGNING_KEY",
    "DATABASE_URL",
    "REDIS_URL",
    "ALLOWED_HOSTS",
    "PUBLIC_URL",
    "CSRF_TRUSTED_ORIGINS",
}
MUST_BE_GIVEN = {
    "SECRET_KEY", "RECEIPT_SIGNING_KEY", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "PUBLIC_URL",
    "POSTGRES_PASSWORD", "DATABASE_PASSWORD", "REDIS_PASSWORD",
}  # fmt: skip
SECRETS = {
    "METRICS_TOKEN",
    "SECRET_KEY",
    "RECEIPT_SIGNING_KEY",
    "POSTGRES_PASSWORD",
    "DATABASE_PASSWORD",
    "REDIS_PASSWORD",
    "EMAIL_HOST_PASSWORD",
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load(COMPOSE)


@pytest.fixture(scope="module")
def example() -> dict[str, str]:
    lines = (ROOT / "deploy" / "env.example").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def settings_names() -> set[str]:
    """Environment variables that the settings read."""
    source = (ROOT / "carbonfoot" / "settings.py").read_text(encoding="utf-8")
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))


def test_every_part_of_production_is_there(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {"postgres", "redis"} | APPLICATION


def test_one_image_serves_the_whole_application(compose: dict[str, Any]) -> None:
    assert len({compose["services"][name]["image"] for name in APPLICATION}) == 1
    for name in APPLICATION:
        assert (ROOT / compose["services"][name]["build"]["dockerfile"]).is_file()


def test_what_stays_up_has_a_health_check_and_starts_again(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        if name != "migrate":
            assert service["healthcheck"]["test"], name
            assert service["restart"] == "unless-stopped", name


def test_nothing_serves_before_migrations_and_servers_are_ready(compose: dict[str, Any]) -> None:
    assert compose["services"]["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"
    for name in APPLICATION - {"migrate"}:
        waits = compose["services"][name]["depends_on"]
        assert waits["migrate"]["condition"] == "service_completed_successfully"
        assert waits["redis"]["condition"] == "service_healthy"


def test_what_must_last_lies_on_volumes(compose: dict[str, Any]) -> None:
    named = {
        name: {volume.split(":")[0]: volume.split(":")[1] for volume in service.get("volumes", [])}
        for name, service in compose["services"].items()
    }
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert named["postgres"]["database"] == "/var/lib/postgresql/data"
    assert named["redis"]["broker"] == "/data"
    for name in ("web", "worker"):
        assert f"MEDIA_ROOT={named[name]['files']}" in dockerfile
    assert f"CELERY_BEAT_SCHEDULE={named['beat']['schedule']}/" in dockerfile
    used = {volume for volumes in named.values() for volume in volumes if not volume.startswith(".")}
    assert used == set(compose["volumes"])


def test_mounted_files_are_in_the_repository(compose: dict[str, Any]) -> None:
    mounted = [
        volume.split(":")[0]
        for service in compose["services"].values()
        for volume in service.get("volumes", [])
    ]
    for path in mounted:
        if path.startswith("."):
            assert (ROOT / path).is_file(), path


def test_the_application_is_given_only_what_it_reads(compose: dict[str, Any]) -> None:
    for name in APPLICATION:
        given = set(compose["services"][name]["environment"])
        assert given <= settings_names() | READ_ELSEWHERE, name
        assert {
            "SECRET_KEY",
            "DATABASE_URL",
            "REDIS_URL",
            "ALLOWED_HOSTS",
            "PUBLIC_URL",
            "CSRF_TRUSTED_ORIGINS",
        } <= given


def test_django_finds_no_fault_with_the_settings_of_production(
    compose: dict[str, Any], example: dict[str, str]
) -> None:
    given = example | {name: f"{name.lower()}-{'0123456789abcdef' * 4}" for name in SECRETS}

    def expand(text: str) -> str:
        return re.sub(
            r"\$\{([A-Z_]+)(?::[-?]([^}]*))?\}",
            lambda found: given[found.group(1)] or found.group(2) or "",
            text,
        )

    environment = {name: expand(value) for name, value in compose["services"]["web"]["environment"].items()}
    assert (
        environment["DATABASE_URL"]
        == f"postgres://carbonfoot:{given['DATABASE_PASSWORD']}@postgres:5432/carbonfoot"
    )
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "STATIC_MANIFEST": "true"} | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_variable_is_in_the_example(example: dict[str, str]) -> None:
    used = set(re.findall(r"(?<!\$)\$\{([A-Z_]+)", COMPOSE))
    assert used - {"CARBONFOOT_VERSION", "WEB_PORT"} == set(example)


def test_what_has_no_safe_default_must_be_given() -> None:
    assert set(re.findall(r"(?<!\$)\$\{([A-Z_]+):\?", COMPOSE)) == MUST_BE_GIVEN


def test_no_secret_is_in_the_repository(example: dict[str, str]) -> None:
    assert {name for name in SECRETS if example[name]} == set()
    for name in SECRETS:
        assert not re.search(rf"\$\{{{name}:-[^}}]", COMPOSE), name
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert ".env" in ignored


def test_the_image_installs_by_digest_and_does_not_run_as_root() -> None:
    dockerfile = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    assert "--require-hashes --requirement requirements.lock" in dockerfile
    assert re.search(r"^USER carbonfoot$", dockerfile, re.MULTILINE)
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {".git", ".env", "var", ".venv"} <= set(ignored)


def test_the_scripts_of_the_deployment_are_executable_sh() -> None:
    script = ROOT / "deploy" / "postgres-init.sh"
    assert script.stat().st_mode & 0o111
    assert script.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
