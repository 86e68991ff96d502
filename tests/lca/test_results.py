"""Published results: versioned, granted, the same once, and never a recipe."""

from __future__ import annotations

import datetime as dt
import json
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from carbonfoot.accounts.access import AccessDenied
from carbonfoot.accounts.actor import Actor
from carbonfoot.problems import Problems
from lca import selectors
from lca.models import Calculation, PublishedResult, ResultGrant
from lca.services import inventories, replacing, results
from lca.services.documents import to_document
from tests.support import factories
from tests.support.inventories import calculated, module_inventory, pack_inventory

pytestmark = pytest.mark.django_db


@pytest.fixture
def supplier() -> Actor:
    return factories.person(factories.organisation("supplier"))


@pytest.fixture
def buyer() -> Actor:
    return factories.person(factories.organisation("maker"))


def publish(supplier: Actor, rows: list[Calculation], buyers: list[Any], **changes: Any) -> PublishedResult:
    usual: dict[str, Any] = {
        "actor": supplier,
        "organisation": supplier.organisation,
        "calculations": rows,
        "product_zh": "示例正极材料",
        "product_en": "Example cathode material",
        "module_type": "cathode",
        "declared_unit": "kg",
        "valid_until": dt.date(2027, 12, 31),
        "buyers": buyers,
    }
    return results.publish_result(**{**usual, **changes})


def test_result_holds_scores_by_rule_set_and_stage(supplier: Actor, buyer: Actor) -> None:
    rows = calculated(supplier, module_inventory(supplier))
    result = publish(supplier, rows, [buyer.organisation])
    assert set(result.scores) == {"cn-miit-551", "eu-cfb-ev", "iso-14067-gate"}
    scores = result.scores["cn-miit-551"]
    assert Decimal(scores["materials"]) + Decimal(scores["manufacturing"]) == pytest.approx(
        Decimal(str(rows[0].per_piece)), rel=Decimal("0.0005")
    )
    assert float(scores["materials"]) == pytest.approx(250.5 * 9.44555 / 1000, rel=1e-3)
    assert result.company_specific == ["cathode"]
    assert selectors.results_for(buyer).get() == result
    assert selectors.latest_result(result.series) == result


def test_no_recipe_in_a_result(supplier: Actor, buyer: Actor) -> None:
    rows = calculated(supplier, module_inventory(supplier))
    result = publish(supplier, rows, [buyer.organisation])
    shown = json.dumps([result.scores, result.quality, result.company_specific], ensure_ascii=False)
    for secret in ("碳酸锂", "Lithium", "250.5", "5200", "F12", "示例.xlsx", "cam.lfp"):
        assert secret not in shown


def test_per_declared_unit_follows_the_unit(supplier: Actor) -> None:
    rows = calculated(supplier, module_inventory(supplier))
    result = publish(supplier, rows, [], declared_unit="t")
    assert float(result.scores["cn-miit-551"]["materials"]) == pytest.approx(250.5 * 9.44555, rel=1e-3)
    with pytest.raises(Problems) as caught, transaction.atomic():
        publish(
            supplier,
            calculated(supplier, module_inventory(supplier)),
            [],
            declared_unit="kWh",
            previous=result,
        )
    assert {item.code for item in caught.value.items} == {"RESULT-UNIT"}


def test_publishing_twice_is_one_result_and_a_new_version_supersedes(supplier: Actor, buyer: Actor) -> None:
    inventory = module_inventory(supplier)
    rows = calculated(supplier, inventory)
    first = publish(supplier, rows, [buyer.organisation])
    assert publish(supplier, rows, [buyer.organisation]).pk == first.pk
    inventories.update_product(actor=supplier, inventory=inventory, name_en="Cathode")
    line = inventory.processes.get().exchanges.get(code="cathode.e1")
    line.amount = Decimal(4000)
    line.save()
    newer = calculated(supplier, inventory)
    second = publish(supplier, newer, [buyer.organisation], previous=first)
    assert (second.version, second.series, second.supersedes_id) == (2, first.series, first.pk)
    assert publish(supplier, newer, [buyer.organisation], previous=first).pk == second.pk
    assert selectors.newer_result(buyer, first) == second
    assert [item.pk for item in selectors.usable_results(buyer)] == [second.pk]
    line.amount = Decimal(3000)
    line.save()
    with pytest.raises(Problems) as caught, transaction.atomic():
        publish(supplier, calculated(supplier, inventory), [], previous=first)
    assert {item.code for item in caught.value.items} == {"RESULT-SUPERSEDED"}
    with pytest.raises(IntegrityError), transaction.atomic():
        PublishedResult.objects.filter(pk=first.pk).update(scores={})


def test_nobody_else_publishes_or_sees(supplier: Actor, buyer: Actor) -> None:
    rows = calculated(supplier, module_inventory(supplier))
    rival = factories.person(factories.organisation("supplier"))
    for actor in (rival, buyer):
        with pytest.raises(AccessDenied):
            publish(supplier, rows, [], actor=actor)
        with pytest.raises(AccessDenied):
            publish(supplier, rows, [], actor=actor, organisation=actor.organisation)
    result = publish(supplier, rows, [buyer.organisation])
    assert not selectors.results_for(rival).exists()
    with pytest.raises(AccessDenied):
        results.grant_result(actor=buyer, result=result, buyer=rival.organisation)  # type: ignore[arg-type]


def test_managed_supplier_is_marked(buyer: Actor) -> None:
    managed = factories.organisation("supplier")
    rows = calculated(buyer, module_inventory(buyer))
    result = publish(buyer, rows, [], organisation=managed, entered_by=buyer.organisation)
    assert (result.organisation, result.entered_by) == (managed, buyer.organisation)
    assert selectors.results_for(buyer).get() == result


def test_pack_uses_a_granted_result_stage_by_stage(supplier: Actor, buyer: Actor) -> None:
    result = publish(supplier, calculated(supplier, module_inventory(supplier)), [buyer.organisation])
    inventory = pack_inventory(buyer)
    before = calculated(buyer, inventory, ["cn-miit-551"])[0]
    line = inventory.processes.get(code="cell").exchanges.get(code="cell.m1")
    inventories.link_exchange(actor=buyer, exchange=line, result=result)
    document = to_document(inventory)
    assert document["results"][0]["scores"] == result.scores
    after = calculated(buyer, inventory, ["cn-miit-551"])[0]
    lines = [item for item in after.ledger["lines"] if item["exchange"] == "cell.m1"]
    assert {item["stage"] for item in lines if item["kgco2e"]} == {"materials", "manufacturing"}
    assert sum(item["kgco2e"] for item in lines) == pytest.approx(
        105000 / 500 * sum(float(value) for value in result.scores["cn-miit-551"].values())
    )
    assert after.ledger["total"] != before.ledger["total"]


def test_result_that_was_not_granted_cannot_be_linked(supplier: Actor, buyer: Actor) -> None:
    result = publish(supplier, calculated(supplier, module_inventory(supplier)), [])
    inventory = pack_inventory(buyer)
    line = inventory.processes.get(code="cell").exchanges.get(code="cell.m1")
    with pytest.raises(Problems) as caught, transaction.atomic():
        inventories.link_exchange(actor=buyer, exchange=line, result=result)
    assert {item.code for item in caught.value.items} == {"LINK-RESULT"}
    document = to_document(inventory)
    document["results"] = [
        {
            "id": str(result.pk),
            "version": "1",
            "declared_unit": "kg",
            "scores": {"cn-miit-551": {"materials": "0"}},
        }
    ]
    document["processes"][1]["exchanges"][0]["link"] = {"result": str(result.pk)}
    with pytest.raises(Problems) as caught, transaction.atomic():
        replacing.replace_from_document(actor=buyer, inventory=inventory, document=document, reason="api")
    assert {item.code for item in caught.value.items} == {"LINK-RESULT"}


def level0(supplier: Actor, **changes: Any) -> PublishedResult:
    usual: dict[str, Any] = {
        "actor": supplier,
        "organisation": supplier.organisation,
        "scores": {"cn-miit-551": {"materials": "7.10", "manufacturing": Decimal("2.5")}},
        "period_from": dt.date(2025, 1, 1),
        "period_to": dt.date(2025, 12, 31),
        "product_zh": "示例隔膜",
        "module_type": "separator",
        "declared_unit": "m2",
        "valid_until": dt.date(2028, 1, 1),
        "verified": {"body": "示例核查机构", "report": "R-1", "date": "2026-02-01", "standard": "ISO 14067"},
    }
    return results.publish_level0(**{**usual, **changes})


def test_level0_needs_its_report_and_keeps_exact_figures(supplier: Actor) -> None:
    result = level0(supplier)
    assert result.level == 0 and result.verified_share == 1
    assert result.scores == {"cn-miit-551": {"materials": "7.10", "manufacturing": "2.5"}}
    assert level0(supplier).pk == result.pk
    newer = level0(supplier, scores={"cn-miit-551": {"materials": "6.9"}}, previous=result)
    assert newer.version == 2
    for change in (
        {"verified": None},
        {"scores": {}},
        {"scores": {"cn-miit-551": {"use": "1"}}},
        {"period_to": dt.date(2024, 1, 1)},
    ):
        with pytest.raises(Problems), transaction.atomic():
            level0(supplier, **change)


@pytest.mark.django_db(transaction=True)
def test_concurrent_publishing_gives_one_result() -> None:
    supplier = factories.person(factories.organisation("supplier"))
    buyer = factories.organisation("maker")
    rows = calculated(supplier, module_inventory(supplier))
    barrier = threading.Barrier(6)
    errors: list[BaseException] = []

    def click() -> None:
        try:
            barrier.wait()
            publish(supplier, rows, [buyer])
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert PublishedResult.objects.count() == 1 and ResultGrant.objects.count() == 1
