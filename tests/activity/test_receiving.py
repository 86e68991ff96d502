"""Deliveries: each row by itself, once whatever is repeated, corrected by a further version, summed to a year."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from carbonfoot.problems import Problems
from suppliers.activity import receiving, selectors, services
from suppliers.activity.totals import totals_of
from suppliers.models import ActivityBatch, ActivityRecord, ActivitySource
from tests.suppliers.conftest import World, world
from tests.support.workbooks import run_jobs

pytestmark = pytest.mark.django_db
__all__ = ["world"]


@pytest.fixture
def source(world: World) -> ActivitySource:
    return services.create_source(actor=world.supplier, code="meters", name="Meters", kind="meter")


def row(month: int, amount: Any = "100", item: str = "E-1", **changes: Any) -> dict[str, Any]:
    year = clock.today().year - 1
    return {
        "key": f"{item}/{month}",
        "item": item,
        "from": f"{year}-{month:02}",
        "amount": amount,
        "unit": "kWh",
        **changes,
    }


def send(world: World, source: ActivitySource, rows: list[dict[str, Any]], key: str) -> ActivityBatch:
    return receiving.receive_rows(actor=world.supplier, source=source, rows=rows, key=key)


def outcomes(batch: ActivityBatch) -> list[str]:
    return [result["outcome"] for result in batch.results]


def test_each_row_by_itself(world: World, source: ActivitySource) -> None:
    rows = [row(1), row(2, "much"), row(1), row(3), row(3, "7"), row(4, key="", unit="?")]
    batch = send(world, source, rows, "call-1")
    assert outcomes(batch) == ["stored", "refused", "unchanged", "stored", "refused", "refused"]
    assert [[fault["code"] for fault in result["problems"]] for result in batch.results] == [
        [],
        ["ACT-AMOUNT"],
        [],
        [],
        ["ACT-TWICE"],
        ["ACT-MISSING", "ACT-UNIT"],
    ]
    assert (batch.rows, batch.stored, batch.unchanged, batch.refused) == (6, 2, 1, 3)
    assert source.records.count() == 2


def test_the_same_call_again_changes_nothing_and_another_under_its_key_is_refused(
    world: World, source: ActivitySource
) -> None:
    first = send(world, source, [row(1)], "call-1")
    assert send(world, source, [row(1)], "call-1") == first
    with pytest.raises(Problems) as caught, transaction.atomic():
        send(world, source, [row(1, "101")], "call-1")
    assert [item.code for item in caught.value.items] == ["ACT-IDEMPOTENCY-OTHER"]
    assert source.records.count() == 1
    for rows, key in (([], "k"), ([row(1)], ""), ([row(1)] * 5_001, "k")):
        with pytest.raises(Problems), transaction.atomic():
            send(world, source, rows, key)


def test_a_correction_is_a_further_version_and_the_old_one_stays(
    world: World, source: ActivitySource
) -> None:
    send(world, source, [row(1), row(2)], "a")
    batch = send(world, source, [row(1, "120"), row(2), row(2, item="E-2", key="E-1/2")], "b")
    assert outcomes(batch) == ["changed", "unchanged", "refused"]
    assert batch.results[2]["problems"][0]["code"] in ("ACT-OTHER-ITEM", "ACT-TWICE")
    versions = source.records.filter(key="E-1/1").order_by("version").values_list("version", "amount")
    assert list(versions) == [(1, Decimal(100)), (2, Decimal(120))]
    assert totals_of(source, clock.today().year - 1)[0].amount == 220
    with pytest.raises(IntegrityError), transaction.atomic():
        ActivityRecord.objects.update(amount=1)


def test_a_year_says_what_it_rests_on(world: World, source: ActivitySource) -> None:
    year = clock.today().year - 1
    send(
        world,
        source,
        [
            row(1, "0.1", unit="MWh"),
            row(2, "50"),
            row(12, "1", to=f"{year + 1}-01"),  # reaches beyond the year
            row(5, "3", "Mixed"),
            row(6, "3", "Mixed", unit="kg"),
            row(1, "10", "Twice", to=f"{year}-03"),
            row(3, "10", "Twice"),
            row(1, "1", "Goods", **{"key": "g1", "from": f"{year}-01-05", "unit": "kg"}),
            row(1, "2", "Goods", **{"key": "g2", "from": f"{year}-01-05", "unit": "kg"}),
        ],
        "k",
    )
    found = {total.item.code: total for total in totals_of(source, year)}
    meter = found["E-1"]
    assert (meter.amount, meter.unit, meter.records, meter.months, meter.across) == (
        Decimal("0.15"),
        "MWh",
        2,
        2,
        1,
    )
    assert found["Mixed"].amount is None and found["Mixed"].units == ["kWh", "kg"]
    assert (found["Twice"].overlapping, found["Twice"].months) == (1, 3)
    assert (found["Goods"].amount, found["Goods"].overlapping) == (3, 0)
    assert not any(total.usable for total in found.values())  # nothing is mapped yet
    services.map_item(
        actor=world.supplier,
        item=meter.item,
        table="energy",
        values={"carrier": "electricity", "amount": "9"},
    )
    (again,) = (total for total in totals_of(source, year) if total.item.code == "E-1")
    assert again.usable and again.item.values == {"carrier": "electricity"}
    assert again.evidence == f"meters/E-1: 2 ({meter.digest[:12]})"


CSV = "表号,月份,电量,单位,记录号\nE-1,{year}-01,100,kWh,r1\nE-1,{year}-02,viel,kWh,r2\n"


def drop(world: World, source: ActivitySource, text: str) -> ActivityBatch:
    batch = receiving.receive_file(
        actor=world.supplier, source=source, file=ContentFile(text.encode()), filename="电表.csv"
    )
    run_jobs("suppliers.read_activity")
    batch.refresh_from_db()
    return batch


def test_a_file_waits_for_its_columns_once(world: World, source: ActivitySource) -> None:
    year = clock.today().year - 1
    first = drop(world, source, CSV.format(year=year))
    assert first.state == "columns" and not source.records.exists()
    columns = {"key": "记录号", "item": "表号", "from": "月份", "amount": "电量"}
    with pytest.raises(Problems) as caught, transaction.atomic():
        receiving.name_columns(actor=world.supplier, source=source, columns={**columns, "name": "表号"})
    assert {item.code for item in caught.value.items} == {"ACT-COLUMN-MISSING", "ACT-COLUMN-TWICE"}
    receiving.name_columns(actor=world.supplier, source=source, columns={**columns, "unit": "单位"})
    run_jobs("suppliers.read_activity")
    first.refresh_from_db()
    assert (first.state, first.stored, first.refused) == ("done", 1, 1)
    assert first.results == [
        {
            "row": 3,
            "key": "r2",
            "outcome": "refused",
            "problems": [{"code": "ACT-AMOUNT", "field": "amount", "value": "viel"}],
        }
    ]
    source.refresh_from_db()
    assert drop(world, source, CSV.format(year=year)) == first  # the same bytes
    second = drop(world, source, CSV.format(year=year).replace("viel", "90"))
    assert (second.state, second.stored, second.unchanged) == ("done", 1, 1)
    other = drop(world, source, "a;b\n1;2\n")
    assert other.state == "columns"


def test_nobody_else_sends_or_sees(world: World, source: ActivitySource) -> None:
    batch = send(world, source, [row(1)], "k")
    for stranger in (world.rival_supplier, world.rival, world.buyer):
        with pytest.raises(AccessDenied), transaction.atomic():
            receiving.receive_rows(actor=stranger, source=source, rows=[row(1)], key="k2")
        assert not selectors.sources_for(stranger).exists()
        assert not selectors.batches_for(stranger, source).exists()
        assert not selectors.records_for(stranger, batch.records.get().item).exists()
    with pytest.raises(AccessDenied):
        services.create_source(actor=world.viewer, code="x", name="X", kind="erp")


def test_sources_say_everything_that_is_wrong(world: World, source: ActivitySource) -> None:
    with pytest.raises(Problems) as caught, transaction.atomic():
        services.create_source(actor=world.supplier, code="No Good", name=" ", kind="?")
    assert {item.code for item in caught.value.items} == {"NAME-MISSING", "ACT-KIND", "ACT-CODE"}
    with pytest.raises(Problems) as caught, transaction.atomic():
        services.create_source(actor=world.supplier, code="meters", name="Again", kind="erp")
    assert {item.code for item in caught.value.items} == {"ACT-CODE-TAKEN"}
    assert services.create_source(actor=world.rival_supplier, code="meters", name="M", kind="erp").pk


def test_long_amounts_add_up_to_the_last_digit(world: World, source: ActivitySource) -> None:
    year = clock.today().year - 1
    long = "123456789012345678901.123456789012345"
    send(world, source, [row(1, long), row(2, "0.000000000000001")], "k")
    (total,) = totals_of(source, year)
    assert total.amount == Decimal("123456789012345678901.123456789012346")


def test_a_row_of_two_days_at_the_turn_of_the_year(world: World, source: ActivitySource) -> None:
    year = clock.today().year - 1
    send(world, source, [row(1, "5", **{"from": f"{year - 1}-12-31", "to": f"{year}-01-01"})], "k")
    for asked in (year - 1, year):
        (total,) = totals_of(source, asked)
        assert (total.amount, total.records, total.across) == (0, 0, 1)
    assert selectors.years_of(source) == [year - 1]
    assert dt.date(year, 1, 1) < clock.today()
