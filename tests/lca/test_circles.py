"""No product rests on itself, through however many hands; the refusal tells nothing about whose they are."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carbonfoot.problems import Collector, Problems
from lca.models import Inventory, PublishedResult
from lca.reference import ensure_reference_data
from lca.services import circles
from lca.services.inventories import save_exchange
from lca.services.results import publish_result
from tests.support import factories, inventories

pytestmark = pytest.mark.django_db

PERIOD = {"period": {"from": "2025-01-01", "to": "2025-12-31"}}
STEPS = st.lists(st.tuples(st.integers(0, 3), st.sets(st.integers(0, 20), max_size=3)), max_size=9)


@dataclass
class Market:
    """Four makers of one product each; each publishes versions that use results of the others."""

    inventories: list[Inventory] = field(default_factory=list)
    published: list[tuple[int, PublishedResult]] = field(default_factory=list)
    uses: dict[uuid.UUID, list[uuid.UUID]] = field(default_factory=dict)

    def publish(self, maker: int, used: list[PublishedResult]) -> PublishedResult:
        of = self.inventories[maker].organisation
        before = next((row for who, row in reversed(self.published) if who == maker), None)
        calculation = factories.calculation(of, results=used, inventory_=self.inventories[maker])
        versions = (
            {"series": before.series, "version": before.version + 1, "supersedes": before} if before else {}
        )
        made = factories.result(of, calculations=[calculation], product_zh=f"产品{maker}", **versions)
        self.uses[made.pk] = [row.pk for row in used]
        self.published.append((maker, made))
        return made


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=STEPS)
def test_random_markets(steps: list[tuple[int, set[int]]]) -> None:
    """The query follows the graph as a plain walk does, and both see a product under itself exactly when it is."""
    with transaction.atomic():
        market = Market([factories.inventory(factories.organisation("supplier"), "module") for _ in range(4)])
        for maker, wanted in steps:
            used = [market.published[key][1] for key in sorted(wanted) if key < len(market.published)]
            own = {row.pk for who, row in market.published if who == maker}
            below = circles.ancestors([row.pk for row in used], market.uses)
            assert circles.chain_of([row.pk for row in used]) == below
            circle = bool(below & own)
            assert circles.rests_on_inventory([row.pk for row in used], market.inventories[maker]) == circle
            made = market.publish(maker, used)
            assert circles.rests_on_product(made) == circle
        transaction.set_rollback(True)


def chain() -> tuple[Any, Any, Any, PublishedResult]:
    """A's module rests on nothing; B's rests on A's; A is granted B's."""
    ensure_reference_data()
    first, second = (factories.person(factories.organisation("supplier")) for _ in range(2))
    own = inventories.module_inventory(first)
    rows = inventories.calculated(first, own)
    facts: dict[str, Any] = {
        "product_zh": "正极",
        "module_type": "cathode",
        "declared_unit": "kg",
        "valid_until": dt.date(2030, 1, 1),
    }
    published = publish_result(
        actor=first, organisation=first.organisation, calculations=rows, buyers=[second.organisation], **facts
    )
    above = inventories.module_inventory(second)
    calculation = factories.calculation(second.organisation, results=[published], inventory_=above)
    other = factories.result(second.organisation, first.organisation, calculations=[calculation])
    return first, own, facts | {"previous": published}, other


def test_refused_where_a_line_is_linked() -> None:
    """The sentence names neither the other organisation, nor its product, nor how far down it is."""
    actor, own, _facts, other = chain()
    process = own.processes.get()
    line: dict[str, Any] = {"kind": "module", "name_zh": "回购件", "amount": 1, "unit": "kg"}
    with pytest.raises(Problems) as refused:
        save_exchange(actor=actor, process=process, code="cathode.x1", result=other, **line)
    assert [item.code for item in refused.value.items] == ["LINK-CIRCLE"]
    told = " ".join(f"{item.message} {item.mend} {item.value} {item.where}" for item in refused.value.items)
    for secret in (other.organisation.name_zh, other.organisation.code, other.product_zh, str(other.pk)):
        assert secret not in told
    assert not own.processes.get().exchanges.filter(code="cathode.x1").exists()


def test_refused_where_a_result_is_published() -> None:
    """What was linked before the circle was there cannot be published either."""
    actor, own, facts, other = chain()
    calculation = factories.calculation(actor.organisation, results=[other], inventory_=own, document=PERIOD)
    count = PublishedResult.objects.count()
    with pytest.raises(Problems) as refused:
        publish_result(actor=actor, organisation=actor.organisation, calculations=[calculation], **facts)
    assert [item.code for item in refused.value.items] == ["LINK-CIRCLE"]
    assert PublishedResult.objects.count() == count


def test_the_same_product_under_a_new_series_is_the_same() -> None:
    """Beginning a series anew under the same name does not open the circle."""
    actor, own, facts, other = chain()
    calculation = factories.calculation(actor.organisation, results=[other], inventory_=own, document=PERIOD)
    with pytest.raises(Problems):
        publish_result(
            actor=actor,
            organisation=actor.organisation,
            calculations=[calculation],
            **(facts | {"previous": None}),
        )


def test_nothing_used_is_no_circle() -> None:
    own = factories.inventory(factories.organisation("supplier"), "module")
    assert circles.chain_of([]) == set() and not circles.rests_on_inventory([], own)
    found = Collector()
    circles.refuse_circle(found)
    with pytest.raises(Problems):
        found.done()
