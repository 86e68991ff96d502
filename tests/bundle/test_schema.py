"""The published schema and what the code freezes are one."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from jsonschema import Draft202012Validator

from carbonfoot import clock
from declarations.schema import snapshot
from tests.declarations import build

ROOT = Path(__file__).resolve().parents[2]
SUMMER = "2026-06-01T09:00+08:00"


def faults(content: Any) -> list[str]:
    return [error.json_path for error in Draft202012Validator(snapshot.schema()).iter_errors(content)]


def test_the_file_is_the_code() -> None:
    """docs/schemas holds the schema of the present format, as `manage.py schemas` writes it."""
    assert (ROOT / "docs" / "schemas" / f"{snapshot.NAME}.json").read_text(
        encoding="utf-8"
    ) == snapshot.text()
    Draft202012Validator.check_schema(snapshot.schema())


@pytest.mark.django_db
def test_frozen_content_validates_and_nothing_else() -> None:
    """A snapshot fits; with any of its fields taken out or of another type it does not, and neither with one more."""
    with clock.at(SUMMER):
        _of, declaration = build.frozen()
    assert declaration.snapshot is not None
    content = json.loads(declaration.snapshot.content)
    assert faults(content) == []
    for way in required(content):
        less, other, more = copy.deepcopy(content), copy.deepcopy(content), copy.deepcopy(content)
        del at(less, way[:-1])[way[-1]]
        assert faults(less), way
        at(other, way[:-1])[way[-1]] = [[]]
        assert faults(other), way
        at(more, way[:-1])["surprise"] = 1
        assert faults(more), way


def at(content: Any, way: tuple[Any, ...]) -> Any:
    for step in way:
        content = content[step]
    return content


def required(content: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Ways to fields of objects whose form is closed: of everything but the parts that the schema leaves open."""
    for name in content:
        yield (name,)
    for name in ("declaration", "declarant", "phase", "pack", "plan", "calculation", "frozen"):
        yield from ((name, field) for field in content[name] if field != "typical_reason")
    ledger = ("calculation", "ledger")
    yield from ((*ledger, field) for field in at(content, ledger))
    for part in ("totals", "product", "reference", "ruleset"):
        yield from ((*ledger, part, field) for field in at(content, (*ledger, part)))
    yield from ((*ledger, "lines", 0, field) for field in at(content, (*ledger, "lines", 0)))


@pytest.mark.django_db
def test_served_to_everyone() -> None:
    """The schema has an address that needs no account; another name has none."""
    answer = Client().get(reverse("declarations:schema", args=[snapshot.NAME]))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/schema+json"
    assert answer.content.decode() == snapshot.text()
    assert Client().get(reverse("declarations:schema", args=["other"])).status_code == 404
