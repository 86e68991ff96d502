"""Co-products: physical by default, economic past the price ratio, recorded with a reason."""

from typing import Any

import pytest

from lca import rulesets
from lca.data import load_release
from lca.engine import InventoryError, Ledger, calculate, parse_inventory
from tests.engine.documents import exchange, inventory, process


def run(
    products: list[dict[str, Any]], unit: str = "kg", ruleset: str = "cn-miit-551", **extra: Any
) -> Ledger:
    """One pack that takes 1 unit of product a of a process with burdens of 100 kg CO2e."""
    document = inventory(
        [
            process("pack", [exchange("in", "1", unit, {"process": "joint", "product": "a"})]),
            process("joint", [exchange("x", "100", link={"factor": "one"})], products=products, **extra),
        ]
    )
    return calculate(parse_inventory(document), rulesets.load(ruleset), load_release())


def product(identifier: str, amount: str, unit: str = "kg", **allocation: Any) -> dict[str, Any]:
    return {"id": identifier, "amount": amount, "unit": unit, "allocation": allocation or None}


def test_mass_is_the_default() -> None:
    ledger = run([product("a", "30"), product("b", "70")])
    assert ledger.total == pytest.approx(100 * 0.3 / 30)
    assert ledger.allocation == (
        {"process": "joint", "method": "mass", "shares": {"a": 0.3, "b": 0.7}, "reason": ""},
    )


def test_energy_is_the_default_for_energy() -> None:
    ledger = run([product("a", "10", "kWh"), product("b", "54", "MJ")], "kWh")
    assert ledger.total == pytest.approx(100 * 36 / 90 / 10)


def test_economic_past_the_ratio_of_the_rule_set() -> None:
    outputs = [product("a", "30", price="9"), product("b", "70", price="2")]
    under_five = run(outputs)
    assert under_five.total == pytest.approx(1.0), "9 to 2 is under the 5 of cn-miit-551"
    past_four = run(outputs, ruleset="eu-cfb-ev")
    assert past_four.total == pytest.approx(100 * 270 / 410 / 30)
    assert "allocation.economic" in {problem.code for problem in past_four.warnings}


def test_a_recorded_choice_needs_a_reason_and_shares_that_add_up() -> None:
    outputs = [product("a", "30", share="0.8"), product("b", "70", share="0.2")]
    ledger = run(outputs, allocation={"method": "recorded", "reason": "contract"})
    assert ledger.total == pytest.approx(80 / 30)
    with pytest.raises(InventoryError) as caught:
        run(
            [product("a", "30", share="0.8"), product("b", "70", share="0.3")],
            allocation={"method": "recorded", "reason": ""},
        )
    assert {problem.code for problem in caught.value.problems} == {"allocation.reason", "allocation.shares"}


def test_a_missing_basis_names_process_and_product() -> None:
    with pytest.raises(InventoryError) as caught:
        run([product("a", "30"), product("b", "7", "piece")])
    problem = caught.value.problems[0]
    assert (problem.code, problem.value) == ("allocation.no_basis", "b")
    assert "joint" in problem.message("en")


def test_shares_of_all_products_carry_all_burdens() -> None:
    """What a and b carry together is what the process causes, whatever the method."""
    outputs = [product("a", "30", price="90"), product("b", "70", price="1")]
    document = inventory(
        [
            process(
                "pack",
                [
                    exchange("a", "30", link={"process": "joint", "product": "a"}),
                    exchange("b", "70", link={"process": "joint", "product": "b"}),
                ],
            ),
            process("joint", [exchange("x", "100", link={"factor": "one"})], products=outputs),
        ]
    )
    ledger = calculate(parse_inventory(document), rulesets.load("cn-miit-551"), load_release())
    assert ledger.total == pytest.approx(100.0)
