"""Loops: solved where they can be, and refused by the names of their processes where they cannot."""

from typing import Any

import pytest

from lca import rulesets
from lca.data import load_release
from lca.engine import InventoryError, Ledger, calculate, parse_inventory
from tests.engine.documents import exchange, inventory, process

KG = [{"id": "p", "amount": "1", "unit": "kg"}]


def run(document: dict[str, Any], ruleset: str = "cn-miit-551") -> Ledger:
    return calculate(parse_inventory(document), rulesets.load(ruleset), load_release())


def loop(first: str, second: str) -> dict[str, Any]:
    """A pack that takes 1 kg of a, where a and b supply each other with the given amounts."""
    return inventory(
        [
            process("pack", [exchange("in", "1", link={"process": "a", "product": "p"})]),
            process(
                "a",
                [exchange("b", first, link={"process": "b"}), exchange("x", "1", link={"factor": "one"})],
                products=KG,
            ),
            process(
                "b",
                [exchange("a", second, link={"process": "a"})],
                products=KG,
                name={"zh": "乙", "en": "Bee"},
            ),
        ]
    )


def test_a_loop_is_solved() -> None:
    # 1 kg of a needs 0.5 kg of b, which needs 0.4 kg of a: a is made 1 / (1 - 0.2) times.
    assert run(loop("0.5", "0.4")).total == pytest.approx(1.25, rel=1e-12)


def test_a_process_that_uses_its_own_product_is_solved() -> None:
    own = process(
        "pack",
        [exchange("x", "3", link={"factor": "one"}), exchange("self", "0.25", "piece", {"process": "pack"})],
    )
    assert run(inventory([own])).total == pytest.approx(4.0, rel=1e-12)


@pytest.mark.parametrize(("first", "second"), [("1", "1"), ("2", "0.5"), ("3", "2")])
def test_a_loop_that_uses_up_what_it_makes_is_refused_by_name(first: str, second: str) -> None:
    with pytest.raises(InventoryError) as caught:
        run(loop(first, second))
    problem = caught.value.problems[0]
    assert (problem.code, problem.place) == ("system.amplifying", "processes[a, b]")
    assert "Bee" in problem.message("en")
    assert "乙" in problem.message("zh")


def test_a_singular_loop_with_credits_is_refused_by_name() -> None:
    with pytest.raises(InventoryError) as caught:
        run(loop("-1", "-1"))
    assert caught.value.problems[0].code == "system.singular"


def test_an_ill_conditioned_loop_is_refused_by_name() -> None:
    with pytest.raises(InventoryError) as caught:
        run(loop("-1", "-1.00000000001"))
    assert caught.value.problems[0].code == "system.ill_conditioned"


def test_a_supply_that_credits_turn_negative_is_pointed_out() -> None:
    ledger = run(loop("-0.5", "0.4"))
    assert ledger.total == pytest.approx(1 / 1.2)
    assert [p.value for p in ledger.warnings if p.code == "system.negative_supply"] == ["p"]


def test_units_do_not_make_a_loop_ill_conditioned() -> None:
    document = loop("0.5", "0.4")
    tonnes, milligrams = document["processes"][1], document["processes"][2]
    tonnes["products"] = [{"id": "p", "amount": "0.001", "unit": "t"}]
    milligrams["products"] = [{"id": "p", "amount": "1000000", "unit": "mg"}]
    assert run(document).total == pytest.approx(1.25, rel=1e-12)


def test_a_strong_loop_is_pointed_out() -> None:
    ledger = run(loop("0.9", "0.95"))
    assert "system.strong_loop" in {problem.code for problem in ledger.warnings}


def test_a_process_that_supplies_nothing_is_pointed_out_and_does_not_count() -> None:
    document = inventory(
        [
            process("pack", [exchange("x", "1", link={"factor": "one"})]),
            process("alone", [exchange("y", "7", link={"factor": "one"})]),
        ]
    )
    ledger = run(document)
    assert ledger.total == 1.0
    assert [(p.code, p.value) for p in ledger.warnings if p.code == "system.not_connected"] == [
        ("system.not_connected", "alone")
    ]


def test_annual_totals_are_scaled_to_one_pack() -> None:
    document = inventory(
        [
            process(
                "pack",
                [exchange("x", "500", "t", {"factor": "one"})],
                products=[{"id": "pack", "amount": "2000", "unit": "piece"}],
            )
        ]
    )
    ledger = run(document)
    assert ledger.total == pytest.approx(250.0)
    assert ledger.lines[0].amount == pytest.approx(0.25)
    assert ledger.lines[0].converted_amount == pytest.approx(250.0)


@pytest.mark.parametrize(
    ("link", "unit", "code"),
    [
        (None, "kg", "exchange.unlinked"),
        ({"factor": "metal.coper"}, "kg", "link.factor_unknown"),
        ({"factor": "rec.hydro.recovery.cu.everbatt2019"}, "kg", "link.not_emission_factor"),
        ({"factor": "gwp.ar6.n2o"}, "kg", "link.not_emission_factor"),
        ({"factor": "metal.copper.greet2022"}, "kWh", "exchange.unit_mismatch"),
        ({"process": "b"}, "kWh", "exchange.unit_mismatch"),
    ],
)
def test_what_cannot_be_linked_is_an_error_and_never_zero(link: Any, unit: str, code: str) -> None:
    document = inventory(
        [process("pack", [exchange("item", "1", unit, link)]), process("b", [], products=KG)]
    )
    with pytest.raises(InventoryError) as caught:
        run(document)
    assert [(problem.code, problem.place) for problem in caught.value.problems] == [
        (code, "processes[pack].exchanges[item]")
    ]
    assert "item" in caught.value.problems[0].message("en")


@pytest.mark.parametrize(
    ("gas", "expected"),
    [("CO2", 1), ("CH4", 29.8), ("CH4_nonfossil", 27), ("N2O", 273), ("HFC-134a", 1530), ("CO2_biogenic", 0)],
)
def test_gases_have_their_ar6_potentials(gas: str, expected: float) -> None:
    ledger = run(inventory([process("pack", [exchange("g", "2", link={"gas": gas}, kind="emission")])]))
    assert ledger.total == pytest.approx(2 * expected)
    assert ledger.gases == {gas: pytest.approx(2 * expected)}


def test_an_unknown_gas_is_refused() -> None:
    with pytest.raises(InventoryError) as caught:
        run(inventory([process("pack", [exchange("g", "2", link={"gas": "XYZ"}, kind="emission")])]))
    assert caught.value.problems[0].code == "link.gas_unknown"
