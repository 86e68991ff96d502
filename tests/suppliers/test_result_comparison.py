"""Two published results side by side: as published, within reach, never a recipe."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from carbonfoot.accounts.actor import Actor
from lca.models import Exchange, PublishedResult
from tests.lca.test_pages import client_of
from tests.lca.test_results import publish
from tests.support import factories
from tests.support.inventories import calculated, module_inventory

pytestmark = pytest.mark.django_db
SECRETS = ("碳酸锂", "Lithium carbonate", "250.5", "5,200", "5200", "F12", "示例.xlsx", "cam.lfp")


@pytest.fixture
def buyer() -> Actor:
    return factories.person(factories.organisation("maker"))


def result_of(buyer: Actor, **changes: Any) -> PublishedResult:
    """A cathode of a supplier of its own, published to the buyer."""
    supplier = factories.person(factories.organisation("supplier"))
    inventory = module_inventory(supplier)
    Exchange.objects.filter(process__inventory=inventory, code="cathode.e1").update(
        amount=changes.pop("power", 5200)
    )
    rows = calculated(supplier, inventory, changes.pop("rulesets", None))
    return publish(supplier, rows, [buyer.organisation], **changes)


def compare(client: Client, **query: Any) -> Any:
    return client.get(reverse("suppliers:result_compare"), query)


def test_two_results_of_one_type_of_part(buyer: Actor) -> None:
    first = result_of(buyer)
    second = result_of(buyer, power=6200, rulesets=["cn-miit-551"], product_en="Another cathode")
    client = client_of(buyer, "en")
    offered = compare(client, a=first.pk).content.decode()
    assert "Another cathode" in offered and f"b={second.pk}" in offered
    assert "Nothing matches" in compare(client, a=first.pk, q="zzz").content.decode()
    response = compare(client, a=first.pk, b=second.pk)
    page = response.content.decode()
    tables = {table["ruleset"]: table for table in response.context["tables"]}
    assert float(tables["cn-miit-551"]["total"]["difference"]) == pytest.approx(0.5777, abs=5e-4)
    assert tables["eu-cfb-ev"]["total"]["values"][1] is None and "not published" in page
    for secret in SECRETS:
        assert secret not in page, secret
    chinese = compare(client_of(buyer), a=first.pk, b=second.pk).content.decode()
    assert "已发布结果对比" in chinese and "未发布" in chinese


def test_units_and_types_that_do_not_fit(buyer: Actor) -> None:
    first = result_of(buyer, rulesets=["cn-miit-551"])
    tonnes = result_of(buyer, rulesets=["cn-miit-551"], declared_unit="t")
    anode = result_of(buyer, rulesets=["cn-miit-551"], module_type="anode")
    client = client_of(buyer, "en")
    beside = compare(client, a=first.pk, b=tonnes.pk)
    assert "different declared units" in beside.content.decode()
    assert all(row["difference"] is None for table in beside.context["tables"] for row in table["rows"])
    assert "different types of part" in compare(client, a=first.pk, b=anode.pk).content.decode()


def test_only_what_was_granted(buyer: Actor) -> None:
    first = result_of(buyer, rulesets=["cn-miit-551"])
    rival = factories.person(factories.organisation("maker"))
    for query in ({"a": first.pk}, {"a": first.pk, "b": first.pk}):
        assert compare(client_of(rival), **query).status_code == 404
    client = client_of(buyer)
    hidden = result_of(rival, rulesets=["cn-miit-551"])
    assert compare(client, a=first.pk, b=hidden.pk).status_code == 404
    assert str(hidden.pk) not in compare(client, a=first.pk).content.decode()
    for wrong in ({}, {"a": "x"}):
        assert compare(client, **wrong).status_code == 404
