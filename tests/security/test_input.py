"""What a hostile or broken client may send: an answer in words, never a crash, and nothing stored by half."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from carbonfoot.accounts.actor import Actor
from declarations.models import Pack
from lca.models import Inventory
from tests.api.test_api import FACTS, token_client
from tests.support import factories

pytestmark = pytest.mark.django_db
Document = dict[str, Any]


@pytest.fixture
def editor() -> Actor:
    return factories.person(factories.organisation("maker"))


@pytest.fixture
def api(editor: Actor) -> Client:
    return token_client(editor)


@pytest.fixture
def inventory(api: Client) -> Inventory:
    """The inventory of a pack with one part."""
    assert api.post("/api/v1/packs/", FACTS, content_type="application/json").status_code == 201
    pack = Pack.objects.get()
    part = {"module_type": "cathode", "name_zh": "正极", "amount": "1.50", "unit": "kg", "process": "cell"}
    api.post(f"/api/v1/packs/{pack.pk}/parts/", part, content_type="application/json")
    assert pack.inventory is not None
    return pack.inventory


def _line(document: Document) -> Document:
    return next(row for item in document["processes"] for row in item["exchanges"] if item["id"] == "cell")


def _set(path: str, value: Any) -> Callable[[Document], None]:
    """A change of the document: ``line.note`` of its line, ``process.id`` of its first process, else of the top."""

    def change(document: Document) -> None:
        *places, last = path.split(".")
        target: Any = document
        for place in places:
            if place == "line":
                target = _line(document)
            elif place == "process":
                target = document["processes"][0]
            elif place == "output":
                target = document["processes"][0]["products"][0]
            else:
                target = target[place]
        target[last] = value

    change.__name__ = f"{path}={str(value)[:20]!a}"
    return change


@pytest.mark.parametrize(
    "change",
    [
        _set("name", {"zh": "长" * 121, "en": "x"}),
        _set("process.name", {"zh": "长" * 121, "en": "x"}),
        _set("process.group", "g" * 41),
        _set("line.name", {"zh": "长" * 201, "en": "x"}),
        _set("line.note", "n" * 501),
        _set("line.component", "c" * 41),
        _set("line.id", "i" * 81),
        _set("line.amount", "1e999999"),
        _set("line.amount", "1e40"),
        _set("line.amount", "NaN"),
        _set("line.amount", "Infinity"),
        _set("reference.amount", "1e30"),
        _set("reference.amount", "1e-30"),
        _set("output.amount", "1e999999"),
        _set("line.note", "a\u0000b"),
        _set("line.provenance", {"kind": "manual", "note": "\u0000"}),
        _set("line.provenance", "text"),
        _set("line.uncertainty", ["a"]),
        _set("omitted", [{"name": "x", "reason": "\ud800"}]),
        _set("period", {"from": "2025-06-01", "to": "2025-06-01"}),
    ],
    ids=lambda change: change.__name__,
)
def test_documents_that_do_not_fit_are_refused(
    api: Client, inventory: Inventory, change: Callable[[Document], None]
) -> None:
    """Too long, too large, not text: problems with a code, and the inventory is as it was."""
    path = f"/api/v1/inventories/{inventory.pk}/"
    body = api.get(path).json()
    before = json.dumps(body, sort_keys=True)
    change(body["document"])
    answer = api.put(path, json.dumps(body), content_type="application/json")
    assert answer.status_code in (400, 422), answer.status_code
    assert answer.json()["problems"][0]["code"]
    assert json.dumps(api.get(path).json(), sort_keys=True) == before


@pytest.mark.parametrize(
    "body", ["[" * 100_000, '{"a":' * 100_000, '{"document": ' + "[" * 900 + "]" * 900 + "}"]
)
def test_json_without_a_floor(api: Client, inventory: Inventory, body: str) -> None:
    """Nesting deeper than any document is a bad request."""
    answer = api.put(f"/api/v1/inventories/{inventory.pk}/", body, content_type="application/json")
    assert answer.status_code == 400


def test_a_body_without_end(api: Client, inventory: Inventory) -> None:
    """More than the document of the largest workbook is refused, and far more is not even read."""
    body = '{"version": 1, "document": {"x_": "' + "x" * 17_000_000 + '"}}'
    answer = api.put(f"/api/v1/inventories/{inventory.pk}/", body, content_type="application/json")
    assert answer.status_code == 413
    assert Client().get("/register/", headers={"content-length": "70000000"}).status_code == 413


@pytest.mark.parametrize("year", [0, -1, 1, 99_999, 2_000_000_000, 1999, 2100])
def test_year_of_a_pack(api: Client, year: int) -> None:
    """A year that is none is a problem of the field."""
    answer = api.post("/api/v1/packs/", {**FACTS, "year": year}, content_type="application/json")
    assert answer.status_code in (400, 422)
    assert not Pack.objects.exists()


@pytest.mark.parametrize("text", ["²", "٣x", "9" * 30, "x", "%00"])
def test_numbers_in_addresses(api: Client, text: str) -> None:
    """What only looks like a digit finds nothing."""
    assert api.get(f"/api/v1/calculations/?inventory={text}").status_code in (200, 400)


@pytest.mark.parametrize(
    "address",
    [
        "/register/?q=%00",
        "/register/%00/",
        "/register/?maker=a%00",
        "/reference/?q=%00",
        "/reference/?region=%00",
    ],
)
def test_zero_bytes_of_visitors(address: str) -> None:
    """PostgreSQL holds no zero byte: such a request is refused, not crashed on."""
    assert Client(raise_request_exception=False).get(address).status_code in (200, 400, 404)


@pytest.mark.parametrize(
    "address",
    ["/search/?q=a%00b", "/requests/?q=%00", "/results/?q=%00", "/audit/?object=%00", "/packs/?q=%00", "/requests/%00/",
     "/declarations/?q=%00", "/inventories/?q=%00"],
)  # fmt: skip
def test_zero_bytes_of_members(editor: Actor, address: str) -> None:
    """The same for who is signed in."""
    client = Client(raise_request_exception=False)
    assert editor.user is not None
    client.force_login(editor.user)
    assert client.get(address).status_code in (200, 400, 404, 422)


def test_posted_nonsense_of_members(editor: Actor) -> None:
    """Fields that no form checks."""
    client = Client(raise_request_exception=False)
    assert editor.user is not None
    client.force_login(editor.user)
    for address, data in (
        ("/switch/", {"membership": "abc"}),
        ("/switch/", {"membership": "9" * 30}),
        ("/signin/", {"email": "a\u0000@example.org", "password": "x\u0000"}),
        ("/language/", {"language": "\u0000", "next": "\u0000"}),
    ):
        assert client.post(address, data).status_code < 500, address
