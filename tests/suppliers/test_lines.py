"""A supplier asks its own suppliers: the same way at any tier, and neither side sees through to the other."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.problems import Problems
from lca.models import Calculation, Exchange, Inventory, PublishedResult
from suppliers.models import DataRequest, LineAsk
from suppliers.selectors import line_rows, newer_lines
from suppliers.services import lines
from suppliers.services import requests as asking
from suppliers.services.links import add_supplier
from tests.suppliers.conftest import World, browser
from tests.support import factories, inventories

pytestmark = pytest.mark.django_db
CANARY = "CANARY-LINE-NAME"


class Tier:
    """The world's supplier has an inventory, and a supplier of its own."""

    def __init__(self, world: World) -> None:
        self.below = factories.person(factories.organisation("supplier"))
        add_supplier(actor=world.supplier, supplier=self.below.organisation)
        self.inventory: Inventory = inventories.module_inventory(world.supplier)
        self.line = Exchange.objects.get(process__inventory=self.inventory, code="cathode.m1")
        Exchange.objects.filter(pk=self.line.pk).update(note=CANARY)
        self.asked: dict[str, Any] = {
            "part_zh": "前驱体",
            "module_type": "other",
            "declared_unit": "kg",
            "year": 2025,
            "due_on": clock.today(),
        }

    def ask(self, actor: Actor) -> DataRequest:
        return lines.ask_for_line(
            actor=actor,
            line=self.line,
            supplier=self.below.organisation,  # type: ignore[arg-type]
            **self.asked,
        )

    def answer(self, request: DataRequest, **fields: Any) -> PublishedResult:
        made = factories.result(self.below.organisation, request.buyer, **fields)  # type: ignore[arg-type]
        DataRequest.objects.filter(pk=request.pk).update(result=made, state="published")
        return made


@pytest.fixture
def tier(world: World) -> Tier:
    return Tier(world)


def row_of(actor: Actor, tier: Tier) -> Any:
    return next(row for row in line_rows(actor, tier.inventory) if row.line.pk == tier.line.pk)


def test_ask_use_and_newer(world: World, tier: Tier) -> None:
    """The answer is offered, used by choice, and a newer version offered again; nothing changes by itself."""
    request = tier.ask(world.supplier)
    with pytest.raises(Problems):
        tier.ask(world.supplier)
    assert row_of(world.supplier, tier).can_use is None
    first = tier.answer(request)
    assert row_of(world.supplier, tier).can_use == first
    lines.use_result(actor=world.supplier, line=tier.line, result=first)
    tier.line.refresh_from_db()
    assert tier.line.result == first and row_of(world.supplier, tier).can_use is None
    newer = factories.result(
        first.organisation, request.buyer, series=first.series, version=2, supersedes=first
    )
    shown = row_of(world.supplier, tier)
    assert (shown.newer, shown.can_use) == (newer, newer)
    tier.line.refresh_from_db()
    assert tier.line.result == first and not Calculation.objects.exists()
    with pytest.raises(Problems):
        lines.use_result(actor=world.supplier, line=tier.line, result=first)
    lines.use_result(actor=world.supplier, line=tier.line, result=newer)
    tier.line.refresh_from_db()
    assert tier.line.result == newer


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_my_work_names_newer_data_of_the_suppliers_below(world: World, tier: Tier, language: str) -> None:
    """Only where a line rests on the older version, only once the newer one is granted, and to nobody else."""
    request = tier.ask(world.supplier)
    first = tier.answer(request)
    lines.use_result(actor=world.supplier, line=tier.line, result=first)
    tier.line.refresh_from_db()
    link = reverse("suppliers:line_list", args=[tier.inventory.pk])
    words = "v1 → v2"

    def home(actor: Actor) -> str:
        return browser(actor, language).get("/").content.decode()

    assert newer_lines(world.supplier) == [] and words not in home(world.supplier)
    newer = factories.result(
        first.organisation, request.buyer, series=first.series, version=2, supersedes=first
    )
    assert newer_lines(world.supplier) == [(tier.line, newer)]
    page = home(world.supplier)
    assert words in page and link in page
    for other in (world.buyer, tier.below, world.rival_supplier):
        assert newer_lines(other) == [] and link not in home(other)
    lines.use_result(actor=world.supplier, line=tier.line, result=newer)
    assert newer_lines(world.supplier) == [] and words not in home(world.supplier)


def test_a_declined_line_can_be_asked_again(world: World, tier: Tier) -> None:
    request = tier.ask(world.supplier)
    asking.decline(actor=tier.below, request=request, text="没有")
    assert tier.ask(world.supplier).pk != request.pk and LineAsk.objects.count() == 2


def test_nobody_sees_through(world: World, tier: Tier) -> None:
    """The one below sees no line; the customer above sees neither the one below nor its result."""
    request = tier.ask(world.supplier)
    first = tier.answer(request)
    lines.use_result(actor=world.supplier, line=tier.line, result=first)
    below = browser(tier.below).get(f"/requests/{request.number}/").content.decode()
    assert CANARY not in below and "碳酸锂" not in below and "前驱体" in below
    for other in (world.buyer, world.rival, world.rival_supplier, tier.below):
        client = browser(other)
        pages = [f"/inventories/{tier.inventory.pk}/suppliers/"]
        pages += [f"{pages[0]}{tier.line.pk}/ask/"]
        assert {client.get(page).status_code for page in pages} == {404}
        assert client.post(f"{pages[0]}{tier.line.pk}/use/").status_code == 404
    for page in ("/requests/", "/results/", "/suppliers/", "/audit/"):
        shown = browser(world.buyer).get(page).content.decode()
        assert tier.below.organisation is not None
        assert tier.below.organisation.name_zh not in shown and request.number not in shown
    assert browser(world.buyer).get(f"/results/{first.pk}/").status_code == 404


def test_the_pages(world: World, tier: Tier, count_queries: Any) -> None:
    client = browser(world.supplier, "en")
    path = f"/inventories/{tier.inventory.pk}/suppliers/"
    with count_queries(connection) as few:
        assert "Lithium carbonate" in client.get(path).content.decode()
    assert tier.below.organisation is not None
    form = tier.asked | {"supplier": tier.below.organisation.pk, "due_on": clock.today().isoformat()}
    assert client.get(f"{path}{tier.line.pk}/ask/").status_code == 200
    assert client.post(f"{path}{tier.line.pk}/ask/", form).status_code == 302
    made = LineAsk.objects.get()
    first = tier.answer(made.request)
    page = client.get(path).content.decode()
    assert "Use the answer" in page and str(first.pk) in page
    assert client.post(f"{path}{tier.line.pk}/use/", {"result": "nonsense"}).status_code == 302
    tier.line.refresh_from_db()
    assert tier.line.result is None
    assert client.post(f"{path}{tier.line.pk}/use/", {"result": str(first.pk)}).status_code == 302
    tier.line.refresh_from_db()
    assert tier.line.result == first
    process = tier.line.process
    for number in range(8):
        Exchange.objects.create(
            process=process,
            code=f"cathode.x{number}",
            kind="material",
            name_zh=f"料{number}",
            amount=1,
            unit="kg",
        )
    with count_queries(connection) as many:
        client.get(path)
    assert len(many) <= len(few) + 3  # the asks, what they granted, and what is newer
