"""Scaling a variant's inventory: exact ratios, what is scaled and what is not, nothing spent twice, nothing silent."""

from __future__ import annotations

import copy
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca import rulesets
from lca.data import load_release
from lca.engine import calculate, parse_inventory
from lca.engine.variants import DRIVERS, Ratio, ScalingError, departures, scalable_lines, scale

EXAMPLE = json.loads((Path(__file__).parents[1] / "cases" / "example_pack.json").read_text("utf-8"))
SOURCE = {"pack": "P", "revision": 1, "sha256": "0" * 64}
PRODUCT = {**EXAMPLE["product"], "rated_energy_kwh": "80", "mass_kg": "540"}


def ratios(cells: Any = (400, 320), energy: Any = (100, 80), mass: Any = (650, 540)) -> dict[str, Ratio]:
    """Drivers as exact ratios; the housing is not stated."""
    pairs = {"cells": cells, "energy": energy, "mass": mass}
    return {name: Ratio(Decimal(first), Decimal(last)) for name, (first, last) in pairs.items()}


def scaled(document: Any = EXAMPLE, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The example scaled."""
    return scale(document, **{"product": PRODUCT, "drivers": ratios(), "source": SOURCE, **more})


def line(document: dict[str, Any], process: str, name: str) -> dict[str, Any]:
    """One exchange of a document."""
    row = next(item for item in document["processes"] if item["id"] == process)
    found: dict[str, Any] = next(item for item in row["exchanges"] if item["id"] == name)
    return found


def test_each_line_by_its_fact() -> None:
    """By hand: 4,240 t of cells times 320/400, 2,600 MWh times 80/100; the cell's own process stays per ton."""
    before = copy.deepcopy(EXAMPLE)
    document, record = scaled()
    assert EXAMPLE == before
    assert Decimal(line(document, "pack", "pack.cells")["amount"]) == 3392
    assert Decimal(line(document, "pack", "pack.power")["amount"]) == 2080
    assert line(document, "pack", "pack.delivery")["amount"] == "10000"
    assert line(document, "delivery", "delivery.road")["transport"]["distance_km"] == "900"
    assert Decimal(line(document, "delivery", "delivery.road")["transport"]["mass_kg"]) == (
        (Decimal(680) * 540 / 650).quantize(Decimal("1e-15"))
    )
    assert line(document, "cell", "cell.cathode") == line(EXAMPLE, "cell", "cell.cathode")
    copper = document["end_of_life"]["materials"][0]
    assert Decimal(copper["mass_kg"]) == Decimal("35.44")
    assert {row["line"]: row["driver"] for row in record["lines"]}["pack.cells"] == "cells"
    assert line(document, "pack", "pack.cells")["provenance"]["amount"] == "4240"


def test_certificates_stay_with_the_representative() -> None:
    """A certificate is spent once: the variant's line falls back to the grid, and the record says so."""
    assert line(EXAMPLE, "cell", "cell.green")["electricity"]["certificates"]
    document, record = scaled()
    block = line(document, "cell", "cell.green")["electricity"]
    assert block["supply"] == "grid" and "certificates" not in block
    assert [(row["process"], row["line"]) for row in record["to_grid"]] == [("cell", "cell.green")]


def test_the_result_is_the_engines_own() -> None:
    """The scaled document is an ordinary one: it is calculated, and is no multiple of the representative's result."""
    ruleset, release = rulesets.load("cn-miit-551"), load_release()
    base = calculate(parse_inventory(EXAMPLE), ruleset, release).to_dict()["totals"]
    variant = calculate(parse_inventory(scaled()[0]), ruleset, release).to_dict()["totals"]
    share = variant["per_piece"] / base["per_piece"]
    assert 0.75 < share < 0.95
    assert all(abs(share - float(item.target / item.source)) > 1e-4 for item in ratios().values())


def test_another_fact_is_chosen_or_refused() -> None:
    """A chosen driver is taken and recorded; one that is not stated for both packs is refused."""
    document, _record = scaled(chosen={"pack/pack.power": "piece"})
    assert line(document, "pack", "pack.power")["amount"] == "2600"
    with pytest.raises(ScalingError, match="driver"):
        scaled(chosen={"pack/pack.power": "housing"})
    both = copy.deepcopy(EXAMPLE)
    both["processes"][0]["products"].append({"id": "scrap", "amount": "1", "unit": "t"})
    with pytest.raises(ScalingError, match="coproducts"):
        scaled(both)


def test_departures_name_every_line_that_differs() -> None:
    """Amount, link, electricity, a missing and an added line, and a material; nothing where nothing differs."""
    expected, _record = scaled()
    assert departures(expected, expected) == []
    now = copy.deepcopy(expected)
    line(now, "pack", "pack.power")["amount"] = "2081"
    line(now, "cell", "cell.anode")["link"] = {"factor": "anode.other"}
    now["end_of_life"]["materials"][0]["mass_kg"] = "1"
    gone = now["processes"][0]["exchanges"].pop()
    now["processes"][0]["exchanges"].append({**gone, "id": "new"})
    assert set(departures(now, expected)) == {
        "pack/pack.power",
        "cell/cell.anode",
        "end_of_life/copper",
        f"pack/{gone['id']}",
        "pack/new",
    }


POSITIVE = st.decimals("0.0001", "100000", places=4)


@given(amount=st.decimals("-100000", "100000", places=9), first=POSITIVE, last=POSITIVE)
def test_a_ratio_is_exact_to_the_fifteenth_decimal(amount: Decimal, first: Decimal, last: Decimal) -> None:
    """Times ``to`` and over ``from``: at most half a step of the fifteenth decimal away from the exact quotient."""
    value = Ratio(first, last).times(amount)
    assert abs(value * first - amount * last) <= first * Decimal("0.5e-15") * (1 + Decimal("1e-9"))


@given(cells=st.tuples(st.integers(1, 9999), st.integers(1, 9999)), energy=st.tuples(POSITIVE, POSITIVE))
def test_scaling_to_itself_changes_no_amount(cells: tuple[int, int], energy: tuple[Decimal, Decimal]) -> None:
    """With equal facts every amount stays; with others only lines that are stated per pack move."""
    same = ratios((cells[0], cells[0]), (energy[0], energy[0]), (650, 650))
    document, _record = scaled(drivers=same)
    kept = [key for key in departures(document, EXAMPLE) if key != "cell/cell.green"]
    assert kept == []
    other, record = scaled(drivers=ratios(cells, energy))
    moved = set(departures(other, EXAMPLE))
    assert moved <= {f"{row['process']}/{row['line']}" for row in record["lines"]} | {
        "cell/cell.green",
        "end_of_life/copper",
        "end_of_life/aluminium",
        "end_of_life/graphite",
    }


def test_every_usual_driver_is_known() -> None:
    """No line goes by a fact that scaling does not have."""
    assert {row.driver for row in scalable_lines(EXAMPLE, ratios())} <= set(DRIVERS)
