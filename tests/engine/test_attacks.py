"""Inventories that try to get a number out of nothing, a traceback, or a zero nobody asked for."""

import json
import time
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lca import rulesets
from lca.data import load_release
from lca.engine import EngineProblem, InventoryError, Ledger, calculate, parse_inventory, read_json
from tests.engine.documents import exchange, inventory, process

KG = [{"id": "p", "amount": "1", "unit": "kg"}]


def run(document: dict[str, Any], ruleset: str = "cn-miit-551") -> Ledger:
    return calculate(parse_inventory(document), rulesets.load(ruleset), load_release())


def refused(document: dict[str, Any]) -> list[EngineProblem]:
    with pytest.raises(InventoryError) as caught:
        run(document)
    for problem in caught.value.problems:
        assert problem.message("zh")
        assert problem.message("en")
    return caught.value.problems


def codes(ledger: Ledger) -> set[str]:
    return {problem.code for problem in ledger.warnings}


def pack(*exchanges: dict[str, Any], **extra: Any) -> dict[str, Any]:
    return inventory([process("pack", list(exchanges))], **extra)


def per_kg(document: dict[str, Any], amount: str = "1") -> dict[str, Any]:
    """The same with a kilogram of the first process as its reference flow, as a module."""
    document["reference"] = {
        "process": document["processes"][0]["id"],
        "product": "p",
        "amount": amount,
        "unit": "kg",
    }
    document["product"] = {"kind": "module"}
    return document


def chain(size: int, lines: int, back: str = "") -> dict[str, Any]:
    """A chain of processes that each need 0.99 of the next; with `back`, the last needs so much of the first."""
    units = []
    for n in range(size):
        exchanges = [exchange(f"{n}.{k}", "1", link={"factor": "one"}) for k in range(lines)]
        if n + 1 < size:
            exchanges.append(exchange(f"{n}.next", "0.99", link={"process": f"u{n + 1}"}))
        elif back:
            exchanges.append(exchange(f"{n}.back", back, link={"process": "u0"}))
        units.append(process(f"u{n}", exchanges, products=KG))
    return per_kg(inventory(units))


def test_a_chain_three_thousand_deep_with_twenty_thousand_lines() -> None:
    started = time.process_time()
    ledger = run(chain(2900, 6))
    assert ledger.total == pytest.approx(6 * (1 - 0.99**2900) / 0.01, rel=1e-9)
    assert len(ledger.lines) == 2900 * 6
    text = json.dumps(ledger.to_dict(), allow_nan=False)
    assert '"collapsed"' in text, "the tree stops at a depth that readers of nested data can follow"
    assert time.process_time() - started < 30


def test_a_loop_of_many_processes_is_solved_or_refused_without_a_list_of_all_names() -> None:
    ring = run(chain(500, 1, "0.5"))
    assert ring.total == pytest.approx((1 - 0.99**500) / 0.01 / (1 - 0.5 * 0.99**499), rel=1e-9)
    (problem,) = refused(chain(500, 1, "200"))
    assert problem.code == "system.amplifying"
    assert "488 more" in problem.message("en")
    assert "500 个过程" in problem.message("zh")
    assert len(problem.message("zh")) < 300


def test_a_loop_that_nearly_uses_up_what_it_makes_says_how_many_digits_are_left() -> None:
    def loop(back: str) -> dict[str, Any]:
        return chain(2, 1, back)

    assert "system.digits_lost" in codes(run(loop("1.010101")))
    assert refused(loop("1.01010101010101"))[0].code in (
        "system.ill_conditioned",
        "system.singular",
        "system.amplifying",
    )


def test_credits_that_hide_an_amplifying_loop_are_pointed_out() -> None:
    units = [
        process(
            "a",
            [exchange("ab", "2", link={"process": "b"}), exchange("x", "1", link={"factor": "one"})],
            products=KG,
        ),
        process("b", [exchange("ba", "-2", link={"process": "a"})], products=KG),
    ]
    ledger = run(per_kg(inventory(units)))
    assert ledger.total == pytest.approx(1 / 5)
    assert "system.credit_loop" in codes(ledger)


@pytest.mark.parametrize(("output", "amount"), [("1e-60", "1e60"), ("1e-50", "9e59")])
def test_amounts_that_no_float_can_hold_are_refused_by_the_name_of_a_process(
    output: str, amount: str
) -> None:
    tiny = [{"id": "p", "amount": output, "unit": "kg"}]
    units = [
        process(
            f"u{n}",
            [exchange(f"{n}", amount, link={"process": f"u{n + 1}"})],
            products=tiny,
            name=f"step {n}",
        )
        for n in range(3)
    ]
    units.append(process("u3", [exchange("x", amount, link={"factor": "one"})], products=tiny))
    (problem,) = refused(per_kg(inventory(units)))
    assert problem.code == "system.overflow"
    assert problem.place.startswith("processes[u")


@pytest.mark.parametrize("amount", ["1e61", "-1e300", "5e-324", "1e-61"])
def test_amounts_past_all_reason_are_refused_and_not_called_no_number(amount: str) -> None:
    (problem,) = refused(pack(exchange("x", amount, link={"factor": "one"})))
    assert (problem.code, problem.value) == ("number.size", amount)


@pytest.mark.parametrize("amount", ["1_000", "１２", "1,5", "0x10", "NaN", "Infinity", "", "1e", True])
def test_only_plain_decimals_are_numbers(amount: Any) -> None:
    assert {problem.code for problem in refused(pack(exchange("x", amount, link={"factor": "one"})))} == {
        "number.invalid"
    }


@pytest.mark.parametrize("output", ["0", "-1", None])
def test_an_output_of_nothing_or_less_is_refused_and_says_how_wastes_are_written(output: Any) -> None:
    made = [{"id": "p", "amount": output, "unit": "kg"}]
    found = refused(
        per_kg(inventory([process("a", [], products=made, name={"zh": "焚烧", "en": "incineration"})]))
    )
    (problem,) = [problem for problem in found if problem.code == "product.not_positive"]
    assert "incineration" in problem.message("en")
    assert "焚烧" in problem.message("zh")
    assert "positive amount of treated waste" in problem.message("en")


def test_a_waste_with_the_sign_of_another_software_is_pointed_out() -> None:
    ledger = run(pack(exchange("w", "-5", link={"factor": "one"}, kind="waste")))
    assert ledger.total == -5
    assert {"exchange.negative_waste", "total.negative"} <= codes(ledger)


def test_a_total_that_cancels_has_no_shares() -> None:
    lines = [exchange("a", "0.1", link={"factor": "one"}), exchange("b", "0.2", link={"factor": "one"})]
    ledger = run(pack(*lines, exchange("c", "-0.3", link={"factor": "one"})))
    assert abs(ledger.total) < 1e-12
    assert "total.cancels" in codes(ledger)
    assert {line.share for line in ledger.lines} == {None}
    assert {entry["share"] for entry in ledger.stages.values()} == {None}
    assert ledger.tree["share"] is None
    assert ledger.quality["pds"] == 0.0, "shares of quality are of amounts without signs"


def test_shares_of_a_negative_total_add_up_to_one() -> None:
    ledger = run(
        pack(exchange("a", "1", link={"factor": "one"}), exchange("b", "-3", link={"factor": "one"}))
    )
    assert [line.share for line in ledger.lines] == [pytest.approx(-0.5), pytest.approx(1.5)]


def test_a_link_to_one_of_several_products_says_which() -> None:
    two = [{"id": "a", "amount": "1", "unit": "kg"}, {"id": "b", "amount": "1", "unit": "kg"}]
    joint = process("joint", [exchange("x", "1", link={"factor": "one"})], products=two)
    document = inventory([process("pack", [exchange("in", "1", link={"process": "joint"})]), joint])
    (problem,) = refused(document)
    assert problem.code == "link.product_unstated"
    assert "a, b" in problem.message("zh")
    (reference,) = refused(
        {**inventory([joint]), "reference": {"process": "joint", "amount": "1", "unit": "kg"}}
    )
    assert reference.place == "reference.product"


def test_a_price_of_zero_takes_no_burden_and_it_is_said() -> None:
    products = [
        {"id": "p", "amount": "30", "unit": "kg", "allocation": {"price": "9"}},
        {"id": "scrap", "amount": "70", "unit": "kg", "allocation": {"price": "0"}},
    ]
    joint = process("joint", [exchange("x", "100", link={"factor": "one"})], products=products)
    ledger = run(per_kg(inventory([joint]), "30"))
    assert ledger.total == pytest.approx(100)
    assert {"allocation.economic", "allocation.free"} <= codes(ledger)


@pytest.mark.parametrize(
    ("fields", "allocation", "code"),
    [
        ({"price": "0"}, {"method": "economic", "reason": "x"}, "allocation.all_zero"),
        ({"share": "0"}, {"method": "recorded", "reason": "x"}, "allocation.shares"),
    ],
)
def test_burdens_that_would_go_nowhere_are_refused(fields: Any, allocation: Any, code: str) -> None:
    products = [{"id": name, "amount": "1", "unit": "kg", "allocation": fields} for name in ("p", "q")]
    joint = process(
        "joint", [exchange("x", "1", link={"factor": "one"})], products=products, allocation=allocation
    )
    assert [problem.code for problem in refused(per_kg(inventory([joint])))] == [code]


def test_prices_in_two_currencies_do_not_compare() -> None:
    products = [
        {"id": "p", "amount": "1", "unit": "kg", "allocation": {"price": "9", "currency": "CNY"}},
        {"id": "q", "amount": "1", "unit": "kg", "allocation": {"price": "9", "currency": "usd"}},
    ]
    (problem,) = refused(per_kg(inventory([process("joint", [], products=products)])))
    assert (problem.code, problem.value) == ("allocation.currency", "CNY, USD")


def test_a_field_stated_twice_is_refused() -> None:
    with pytest.raises(InventoryError) as caught:
        read_json('{"a": {"amount": "1", "amount": "2"}}')
    assert [(problem.code, problem.value) for problem in caught.value.problems] == [
        ("document.duplicate_name", "amount")
    ]


@pytest.mark.parametrize("text", ["20251231", "2025-W52-3", "2025-2-1", "2025-02-29", "2025-12-31T00:00:00"])
def test_dates_have_one_form(text: str) -> None:
    document = pack(exchange("x", "1", link={"factor": "one"}), period={"from": "2025-01-01", "to": text})
    assert {problem.code for problem in refused(document)} == {"field.date"}


def test_a_leap_day_is_a_date_and_a_period_runs_forwards() -> None:
    line = exchange("x", "1", link={"factor": "one"})
    assert run(pack(line, period={"from": "2024-02-29", "to": "2025-02-28"})).total == 1
    found = refused(pack(line, period={"from": "2025-12-31", "to": "2025-01-01"}))
    assert [problem.code for problem in found] == ["period.order"]


def test_methane_without_origin_and_biogenic_carbon_are_said() -> None:
    gases = [
        exchange(gas, "1", link={"gas": gas}, kind="emission")
        for gas in ("CH4", "CH4_fossil", "CO2_biogenic")
    ]
    ledger = run(pack(*gases))
    assert ledger.total == pytest.approx(2 * 29.8)
    assert sorted(p.code for p in ledger.warnings if p.code.startswith("gas.")) == [
        "gas.biogenic",
        "gas.methane_origin",
    ]


def test_transport_that_disagrees_with_itself_is_pointed_out() -> None:
    line = exchange("t", "500", "tkm", {"factor": "trans.rail.cn.cpcd"}, kind="transport")
    agreed = {**line, "transport": {"mass_kg": "1000", "distance_km": "502"}}
    other = {**line, "transport": {"mass_kg": "1000", "distance_km": "50"}}
    assert "transport.disagrees" not in codes(run(pack(agreed)))
    ledger = run(pack(other))
    assert "transport.disagrees" in codes(ledger)
    assert ledger.total == pytest.approx(500 * 0.006502)


def test_electricity_has_a_unit_of_energy() -> None:
    line = exchange("e", "5", "kg", {"factor": "own"}, kind="energy")
    own = {"key": "own", "value": "1", "unit": "kg CO2e/kg", "family": "electricity_footprint"}
    assert {problem.code for problem in refused(pack(line, factors=[own]))} == {"factor.electricity_unit"}
    stated = {**line, "link": None, "electricity": {"supply": "grid", "region": "CN"}}
    assert {problem.code for problem in refused(pack(stated))} == {"electricity.not_electricity"}


@pytest.mark.parametrize(
    ("supply", "link", "code"),
    [
        ({"supply": "grid"}, "fuel.ng.combustion.greet2022", "electricity.factor_not_electricity"),
        (
            {"supply": "self", "generation": "wind"},
            "elec.cn.footprint.2023",
            "electricity.average_for_generation",
        ),
        (
            {"supply": "direct", "generation": "hydro"},
            "elec.usa.ember.2024",
            "electricity.average_for_generation",
        ),
    ],
)
def test_electricity_linked_to_something_else_is_refused(supply: Any, link: str, code: str) -> None:
    line = exchange("e", "5", "kWh", {"factor": link}, kind="energy", electricity={**supply, "region": "CN"})
    assert {problem.code for problem in refused(pack(line))} == {code}


def test_a_generation_factor_of_another_type_is_pointed_out() -> None:
    supply = {"supply": "self", "generation": "wind", "region": "CN"}
    line = exchange(
        "e", "1000", "kWh", {"factor": "elec.cn.gen.coal.2024"}, kind="energy", electricity=supply
    )
    assert "electricity.other_generation_factor" in codes(run(pack(line)))


def test_a_pack_that_is_not_counted_in_pieces_has_no_result_per_kwh() -> None:
    document = inventory([process("pack", [exchange("x", "600", link={"factor": "one"})], products=KG)])
    document["reference"] = {"process": "pack", "product": "", "amount": "2", "unit": "kg"}
    ledger = run(document)
    assert ledger.totals["per_unit"] == pytest.approx(600)
    assert ledger.totals["per_functional_unit"] is None
    assert {problem.code for problem in ledger.blocking} == {"reference.not_piece"}


def test_own_factors_of_zero_or_less_and_assumed_stages_are_said() -> None:
    own = [{"key": "free", "value": "0", "unit": "kg CO2e/kg"}]
    document = pack(exchange("x", "1", link={"factor": "free"}), factors=own)
    del document["processes"][0]["stage"]
    assert {"factor.not_positive", "process.stage_assumed"} <= codes(run(document))


def test_a_stage_of_a_result_that_is_null_is_no_zero() -> None:
    result = {
        "id": "r",
        "product": "cell",
        "declared_unit": "piece",
        "scores": {"cn-miit-551": {"materials": None}},
    }
    found = refused(pack(exchange("c", "1", "piece", {"result": "r"}), results=[result]))
    assert {problem.code for problem in found} == {"field.missing", "result.empty"}


def test_usable_energy_above_rated_is_pointed_out() -> None:
    document = pack(exchange("x", "1", link={"factor": "one"}))
    document["product"]["usable_energy_kwh"] = "101"
    assert "energy.usable_above_rated" in codes(run(document))


def test_a_file_full_of_wrong_links_is_answered_in_seconds() -> None:
    started = time.process_time()
    found = refused(pack(*(exchange(f"x{n}", "1", link={"factor": f"metal.coper.{n}"}) for n in range(3000))))
    assert len(found) == 3000
    assert "metal.copper" in found[0].message("en")
    assert time.process_time() - started < 8


_GOOD = st.decimals("0.001", "1e6", places=3).map(str)
_ODD = st.sampled_from(["0", "-5", "1e-59", "1e60", "-1e60", "1e300", "1e-300", "-0", "", "x", None, 1, -3])


def _mostly(good: Any, odd: Any) -> st.SearchStrategy[Any]:
    """Nine times of ten something that can be calculated: with a flaw everywhere nothing would get far."""
    return st.integers(0, 9).flatmap(lambda number: odd if number == 0 else good)


_LINKS = st.sampled_from(
    [
        None,
        {"factor": "one"},
        {"factor": "elec.cn.footprint.2024"},
        {"factor": "elec.cn.co2.prov.JS.2023"},
        {"factor": "nothing"},
        {"process": "u0"},
        {"process": "u1", "product": "p"},
        {"process": "u1", "product": "q"},
        {"process": "u9"},
        {"gas": "CH4"},
        {"gas": "?"},
        {"result": "r"},
        {"burden_free": "waste heat"},
        {"factor": "one", "gas": "CO2"},
    ]
)


@st.composite
def _hostile(draw: st.DrawFn) -> dict[str, Any]:
    size = draw(st.integers(1, 3))
    fits = [{"factor": "one"}, {"gas": "N2O"}, *({"process": f"u{n}", "product": "p"} for n in range(size))]
    units = []
    for n in range(size):
        lines = [
            exchange(
                draw(_mostly(st.just(f"{n}.{k}"), st.just("a"))),
                draw(_mostly(_GOOD, _ODD)),
                draw(_mostly(st.just("kg"), st.sampled_from(["kWh", "piece", "tkm", "t", "?"]))),
                draw(_mostly(st.sampled_from(fits), _LINKS)),
                kind=draw(
                    _mostly(
                        st.just("emission"), st.sampled_from(["material", "energy", "waste", "transport"])
                    )
                ),
                state=draw(_mostly(st.just("known"), st.sampled_from(["unknown", "not_applicable"]))),
            )
            for k in range(draw(st.integers(0, 4)))
        ]
        products = [{"id": "p", "amount": draw(_mostly(_GOOD, _ODD)), "unit": "kg"}]
        products += draw(_mostly(st.just([]), st.just([{"id": "q", "amount": "2", "unit": "kWh"}])))
        units.append(process(draw(_mostly(st.just(f"u{n}"), st.just("u0"))), lines, products=products))
    document = inventory(units)
    document["reference"] = {
        "process": "u0",
        "product": "p",
        "amount": draw(_mostly(_GOOD, _ODD)),
        "unit": "kg",
    }
    return document


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_hostile())
def test_whatever_is_stated_gives_finite_figures_or_sentences(document: dict[str, Any]) -> None:
    try:
        ledger = run(document)
    except InventoryError as error:
        found = error.problems
    else:
        found = []
        _check_figures(ledger, document)
    for problem in found:
        assert problem.message("zh")
        assert problem.message("en")
        assert problem.place, problem


def _check_figures(ledger: Ledger, document: dict[str, Any]) -> None:
    json.dumps(ledger.to_dict(), allow_nan=False)
    applied = [
        item for unit in document["processes"] for item in unit["exchanges"] if item["state"] == "known"
    ]
    reached = {(line.process, line.exchange) for line in ledger.lines}
    silent = {problem.place for problem in ledger.warnings if problem.code == "system.not_connected"}
    for unit in document["processes"]:
        for item in unit["exchanges"]:
            leads_on = "process" in (item["link"] or {})
            if item in applied and not leads_on and f"processes[{unit['id']}]" not in silent:
                assert (unit["id"], item["id"]) in reached, "every amount that applies has its line"
    assert Decimal(document["reference"]["amount"]) > 0
