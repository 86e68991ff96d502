"""Delivered energy and the functional unit under each rule set."""

from typing import Any

import pytest

from lca import rulesets
from lca.data import load_release
from lca.engine import Ledger, calculate, parse_inventory
from tests.engine.documents import exchange, inventory, process

PRODUCT = {
    "kind": "battery_pack",
    "chemistry": "LFP",
    "rated_energy_kwh": "80",
    "usable_energy_kwh": "76",
    "mass_kg": "500",
    "cycle_life": {"cycles": "1500", "depth_of_discharge": "0.9", "capacity_retention": "0.8"},
    "vehicle_category": "M1",
    "warranty_years": "8",
}


def run(ruleset: str, **changes: Any) -> Ledger:
    document = inventory(
        [process("pack", [exchange("x", "5000", link={"factor": "one"})])], product={**PRODUCT, **changes}
    )
    return calculate(parse_inventory(document), rulesets.load(ruleset), load_release())


def test_cn_miit_551_takes_tested_cycles_with_a_linear_fade() -> None:
    ledger = run("cn-miit-551")
    assert ledger.delivered_energy_kwh == pytest.approx(80 * 1500 * 0.9 * 1.8 / 2)
    assert ledger.totals["per_functional_unit"] == pytest.approx(5000 / 97200)
    assert ledger.totals["per_kwh_capacity"] == pytest.approx(62.5)
    assert ledger.totals["per_kg"] == pytest.approx(10)
    assert ledger.totals["per_piece"] == ledger.totals["per_unit"] == pytest.approx(5000)


@pytest.mark.parametrize(
    ("category", "cycles"), [("M1", 60), ("N1", 60), ("L", 20), ("M3", 250), ("N2", 250)]
)
def test_eu_cfb_ev_takes_usable_energy_cycles_and_warranty(category: str, cycles: int) -> None:
    ledger = run("eu-cfb-ev", vehicle_category=category)
    assert ledger.delivered_energy_kwh == pytest.approx(76 * cycles * 8)


def test_the_gate_rule_set_is_per_kwh_of_capacity() -> None:
    ledger = run("iso-14067-gate")
    assert ledger.delivered_energy_kwh is None
    assert ledger.totals["per_functional_unit"] == ledger.totals["per_kwh_capacity"] == pytest.approx(62.5)


@pytest.mark.parametrize(
    ("ruleset", "changes", "code", "fields"),
    [
        ("cn-miit-551", {"cycle_life": None}, "energy.missing", "cycle_life.cycles"),
        ("cn-miit-551", {"rated_energy_kwh": None}, "energy.missing", "rated_energy_kwh"),
        ("eu-cfb-ev", {"usable_energy_kwh": None}, "energy.missing", "usable_energy_kwh"),
        ("eu-cfb-ev", {"warranty_years": None}, "energy.missing", "warranty_years"),
        ("eu-cfb-ev", {"vehicle_category": "X9"}, "energy.category_unknown", ""),
    ],
)
def test_what_is_missing_blocks_a_declaration_and_not_the_calculation(
    ruleset: str, changes: dict[str, Any], code: str, fields: str
) -> None:
    ledger = run(ruleset, **changes)
    assert ledger.total == 5000
    assert ledger.totals["per_functional_unit"] is None
    problem = next(problem for problem in ledger.blocking if problem.code == code)
    assert fields in str(problem.params.get("fields", ""))


@pytest.mark.parametrize(("rated", "refused"), [("2", True), ("1.9", True), ("2.001", False)])
def test_packs_up_to_2_kwh_are_out_of_scope(rated: str, refused: bool) -> None:
    ledger = run("cn-miit-551", rated_energy_kwh=rated)
    assert ("energy.too_small" in {problem.code for problem in ledger.blocking}) is refused


def test_a_mileage_warranty_without_a_conversion_is_pointed_out() -> None:
    ledger = run("eu-cfb-ev", warranty_km="160000")
    assert ledger.delivered_energy_kwh == pytest.approx(76 * 60 * 8)
    assert "energy.mileage_not_converted" in {problem.code for problem in ledger.warnings}


def test_a_module_has_totals_per_declared_unit_and_no_functional_unit() -> None:
    document = inventory(
        [
            process(
                "foil",
                [
                    exchange("x", "9000", link={"factor": "one"}),
                    exchange("p", "3000", link={"factor": "one"}, stage="manufacturing"),
                ],
                products=[{"id": "foil", "amount": "4", "unit": "t"}],
            )
        ],
        product={"kind": "module", "module_type": "copper_foil"},
    )
    document["reference"] = {"process": "foil", "product": "foil", "amount": "1", "unit": "kg"}
    ledger = calculate(parse_inventory(document), rulesets.load("cn-miit-551"), load_release())
    assert ledger.stage_scores() == pytest.approx(
        {"materials": 2.25, "manufacturing": 0.75, "distribution": 0.0, "recycling": 0.0}
    )
    assert ledger.totals["per_unit"] == ledger.totals["per_kg"] == pytest.approx(3.0)
    assert ledger.totals["per_functional_unit"] is None
    assert ledger.totals["per_piece"] is None
    assert ledger.blocking == ()
