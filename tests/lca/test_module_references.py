"""The published inventories of modules: keys of the release and of the workbook's lists, and masses that make sense."""

from __future__ import annotations

from decimal import Decimal

import pytest

from lca.data import load_release
from lca.engine.units import compatible, split_factor_unit
from lca.module_references import Reference, references, references_of
from suppliers.workbook.choices import find_choice
from suppliers.workbook.layout import BY_KEY

NINE = ("cathode", "anode", "electrolyte", "separator", "foil", "cell", "casing", "bms", "housing")


@pytest.mark.parametrize("module_type", NINE)
def test_every_type_of_module_has_one_main_inventory_with_its_source(module_type: str) -> None:
    found = references_of(module_type)
    assert [item.main for item in found] == [True] + [False] * (len(found) - 1)
    for item in found:
        assert {line.table for line in item.lines} >= {"materials", "energy"}
        assert item.source["title"] and item.source["ref"] and item.source["licence"] and item.source["year"]
        assert item.scope["zh"] and item.scope["en"] and item.name["zh"] and item.name["en"]


@pytest.mark.parametrize("item", references().values(), ids=lambda item: item.key)
def test_lines_use_the_lists_of_the_workbook_and_factors_of_the_release(item: Reference) -> None:
    release = load_release()
    for line in item.lines:
        assert (line.amount is None or line.amount > 0) and line.flow and line.name["zh"] and line.name["en"]
        for key, value in line.values.items():
            choice = find_choice(BY_KEY[line.table].column(key).choices, value)
            assert choice is not None and choice.key == value, (line.flow, key, value)
        if line.factor:
            per = split_factor_unit(release.factors[line.factor].unit)[1]
            assert compatible(line.unit, per), (line.flow, line.factor)


@pytest.mark.parametrize("item", references().values(), ids=lambda item: item.key)
def test_no_product_is_heavier_than_what_goes_in(item: Reference) -> None:
    mass = sum(
        (line.amount for line in item.lines if line.table == "materials" and line.amount is not None),
        Decimal(0),
    )
    assert mass >= Decimal("0.97"), "a kilogram of product needs about a kilogram of materials"
