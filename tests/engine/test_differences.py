"""Why two rule sets differ: the steps add up, each names its lines and reasons, and no unit is mixed with another."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lca import rulesets
from lca.data import load_release
from lca.engine import Factor, FactorRelease, InventoryError, calculate, parse_inventory
from lca.engine.differences import Difference, Step, explain
from lca.engine.moves import REASONS
from lca.rulesets.compare import DESCRIPTIVE, FIELDS, GROUPS, flat, group_of, parameter_pairs
from lca.rulesets.model import RuleSet
from tests.engine.documents import example, exchange, inventory, process

RELEASE = load_release()
MIIT, EU, GATE = (rulesets.load(name) for name in ("cn-miit-551", "eu-cfb-ev", "iso-14067-gate"))


def changed(ruleset: RuleSet, **parts: dict[str, Any]) -> RuleSet:
    """A rule set with other values: ``changed(EU, electricity={"recognise_direct": False})``; its data say so too."""
    data = {name: dict(value) if isinstance(value, dict) else value for name, value in ruleset.data.items()}
    fields_now: dict[str, Any] = {}
    for part, values in parts.items():
        now = getattr(ruleset, part)
        fields_now[part] = replace(now, **values) if values else now
        data[part] = {**data[part], **{name: str(value) for name, value in values.items()}}
    return replace(ruleset, data=data, **fields_now)


def report(document: dict[str, Any], a: RuleSet, b: RuleSet, release: FactorRelease = RELEASE) -> Difference:
    return explain(parse_inventory(document), (a, RELEASE), (b, release))


def step(found: Difference, group: str) -> Step:
    return next(item for item in found.steps if item.group == group)


def adds_up(found: Difference) -> None:
    """The steps are the whole difference, and the lines of a step are the whole step."""
    size = max(abs(found.a.total), abs(found.b.total), *(abs(item.kgco2e) for item in found.steps), 1e-9)
    assert math.fsum(item.kgco2e for item in found.steps) == pytest.approx(found.kgco2e, abs=1e-12 * size)
    for item in found.steps:
        lines = math.fsum(move.kgco2e for move in item.moves)
        assert lines == pytest.approx(item.kgco2e, abs=1e-11 * size), item.group


def test_every_field_of_a_rule_set_is_in_exactly_one_group() -> None:
    grouped = [name for group in GROUPS for name in FIELDS[group]]
    assert sorted([*grouped, *DESCRIPTIVE]) == sorted(field.name for field in fields(RuleSet))
    assert set(FIELDS) == set(GROUPS)
    for ruleset in (MIIT, EU, GATE):
        assert {group_of(path) for path in flat(ruleset.data)} <= {*GROUPS, "rounding"}


@pytest.mark.parametrize(("a", "b"), [(MIIT, EU), (MIIT, GATE), (EU, GATE), (GATE, EU), (MIIT, MIIT)])
def test_the_ends_are_the_calculations_and_the_steps_lie_between(a: RuleSet, b: RuleSet) -> None:
    found = report(example(), a, b)
    first, second = (calculate(parse_inventory(example()), ruleset, RELEASE) for ruleset in (a, b))
    assert found.a.total == pytest.approx(first.total, rel=1e-14)
    assert found.b.total == pytest.approx(second.total, rel=1e-14)
    assert found.a.per_functional_unit == pytest.approx(first.totals["per_functional_unit"], rel=1e-12)
    assert found.b.per_functional_unit == pytest.approx(second.totals["per_functional_unit"], rel=1e-12)
    assert tuple(item.group for item in found.steps) == GROUPS
    adds_up(found)


def test_a_rule_set_agrees_with_itself() -> None:
    found = report(example(), EU, EU)
    assert {item.status for item in found.steps} == {"agree"} and found.kgco2e == 0 and found.same_unit


def test_each_group_has_its_effect_and_its_lines() -> None:
    found = report(example(), MIIT, GATE)
    boundary = step(found, "boundary")
    assert boundary.status == "effect" and boundary.kgco2e < 0
    assert {move.reason for move in boundary.moves} == {"boundary.left"}
    assert {move.stage_before for move in boundary.moves} == {"distribution", "recycling"}
    assert all(move.after == 0 and move.present_after for move in boundary.moves)
    assert step(found, "functional_unit").status == "divisor"
    assert step(found, "functional_unit").kgco2e == 0
    end_of_life = step(report(example(), MIIT, EU), "end_of_life")
    assert end_of_life.status == "effect" and {move.process for move in end_of_life.moves} == {""}
    assert end_of_life.details[0]["model"] == "cut_off" and end_of_life.details[1]["model"] == "cff"
    assert step(report(example(), MIIT, EU), "allocation").because == "same_shares"


def electricity(supply: str, **extra: str) -> dict[str, Any]:
    stated = {"supply": supply, "region": "CN-32", **extra}
    return exchange("power", "1000", "kWh", None, kind="energy", electricity=stated)


@pytest.mark.parametrize("supply", ["direct", "self", "certificate"])
@pytest.mark.parametrize("recognised", [True, False])
def test_a_supply_that_only_one_recognises_says_so(supply: str, recognised: bool) -> None:
    flag = {"direct": "recognise_direct", "self": "recognise_self", "certificate": "recognise_certificates"}
    power = electricity(supply, generation="wind")
    if supply == "certificate":
        power["electricity"]["certificates"] = ["1" * 32]
    document = inventory([process("pack", [power])])
    a = changed(MIIT, electricity={flag[supply]: not recognised})
    b = changed(MIIT, electricity={flag[supply]: recognised})
    found = step(report(document, a, b), "electricity")
    (move,) = found.moves
    assert move.reason == f"electricity.{supply}_{'recognised' if recognised else 'not_recognised'}"
    assert (found.kgco2e < 0) is recognised and found.kgco2e == move.kgco2e
    assert move.amount_before == move.amount_after == 1000
    assert move.source_before["id"] != move.source_after["id"]


def test_another_grid_factor_and_another_delivery_are_told_apart() -> None:
    grid = inventory([process("pack", [electricity("grid")])])
    b = changed(MIIT, electricity={"grid": {"CN": "elec.cn.footprint.2023"}})
    (move,) = step(report(grid, MIIT, b), "electricity").moves
    assert move.reason == "electricity.other_factor"
    assert (move.burden_before, move.burden_after) == (0.5777, 0.6205)
    direct = inventory([process("pack", [electricity("direct", generation="wind")])])
    b = changed(MIIT, electricity={"direct_td": "elec.cn.td.incl_loss.2024"})
    (move,) = step(report(direct, MIIT, b), "electricity").moves
    assert move.reason == "electricity.delivery" and move.kgco2e == pytest.approx(32.7)


def test_warming_potentials_and_biogenic_carbon() -> None:
    gases = [
        exchange("ch4", "2", link={"gas": "CH4"}, kind="emission"),
        exchange("co2", "5", link={"gas": "CO2_biogenic"}, kind="emission"),
    ]
    document = inventory([process("pack", gases)])
    b = replace(MIIT, biogenic_co2=Decimal(1), gwp_set="ar5", data={**MIIT.data, "gwp_set": "ar5"})
    ar5 = RELEASE.factors["gwp.ar5.ch4_fossil"]
    found = report(document, MIIT, b)
    reasons = {move.exchange: (move.reason, move.kgco2e) for move in step(found, "factors").moves}
    assert reasons["ch4"] == ("factors.gwp", pytest.approx(2 * (float(ar5.value) - 29.8)))
    assert reasons["co2"] == ("factors.biogenic", 5.0)


def test_another_release_is_a_matter_of_factors() -> None:
    values = dict(RELEASE.factors)
    cathode = values["cam.lfp.greet2022"]
    values[cathode.key] = replace(cathode, value=cathode.value + 1)
    release = FactorRelease.build("T", values.values())
    document = inventory([process("pack", [exchange("m", "10", link={"factor": cathode.key})])])
    found = report(document, MIIT, MIIT, release)
    (move,) = step(found, "factors").moves
    assert move.reason == "factors.release" and move.kgco2e == pytest.approx(10)
    assert [pair.path for pair in step(found, "factors").parameters] == ["factor_release"]


def test_a_rule_that_needs_the_other_release_is_told_apart_with_it_only() -> None:
    grid = RELEASE.factors["elec.cn.footprint.2024"]
    new = Factor(
        **{**{name: getattr(grid, name) for name in Factor.__slots__}, "key": "elec.cn.footprint.2030"}
    )
    release = FactorRelease.build("T", [*RELEASE.factors.values(), replace(new, value=Decimal("0.3"))])
    b = changed(MIIT, electricity={"grid": {"CN": "elec.cn.footprint.2030"}})
    found = report(inventory([process("pack", [electricity("grid")])]), MIIT, b, release)
    assert step(found, "electricity").status == "joined" and step(found, "electricity").kgco2e == 0
    (move,) = step(found, "factors").moves
    assert move.reason == "joined" and move.kgco2e == pytest.approx(-277.7)
    adds_up(found)


def test_economic_allocation_moves_the_amounts_behind_it() -> None:
    outputs = [
        {"id": "p", "amount": "1", "unit": "piece", "mass_kg": "10", "allocation": {"price": "900"}},
        {"id": "q", "amount": "1", "unit": "piece", "mass_kg": "10", "allocation": {"price": "200"}},
    ]
    document = inventory([process("pack", [exchange("m", "10", link={"factor": "one"})], products=outputs)])
    document["reference"]["product"] = "p"
    found = step(report(document, MIIT, EU), "allocation")
    (move,) = found.moves
    assert move.reason == "allocation.shares" and (move.amount_before, move.amount_after) == (
        5.0,
        pytest.approx(10 * 900 / 1100),
    )
    (detail,) = found.details
    assert detail["method"] == ["mass", "economic"] and detail["process"] == "pack"


def test_a_result_has_another_score_under_each_rule_set() -> None:
    found = step(report(example(), GATE, EU), "suppliers")
    assert {(move.reason, move.stage_after, round(move.kgco2e, 9)) for move in found.moves} == {
        ("suppliers.stage_added", "distribution", 0.6),
        ("suppliers.stage_added", "recycling", 0.1),
    }


def test_a_line_that_only_changes_its_stage_is_shown_without_effect() -> None:
    document = inventory([process("pack", [exchange("m", "10", link={"factor": "one"})])])
    b = replace(
        MIIT,
        stages=replace(MIIT.stages, moved={}),
        data={**MIIT.data, "stages": {**MIIT.data["stages"], "moved": {}}},
    )
    found = step(report(document, MIIT, b), "boundary")
    (move,) = found.moves
    assert (move.reason, move.stage_before, move.stage_after) == (
        "boundary.moved",
        "materials",
        "manufacturing",
    )
    assert found.status == "effect" and found.kgco2e == 0


def test_end_of_life_without_all_parameters_says_so() -> None:
    document = example()
    assert document["end_of_life"]["materials"]
    for material in document["end_of_life"]["materials"]:
        material.pop("e_recycling_eol", None)
        material["r1"], material["r2"] = "0.5", "0.9"
    document["end_of_life"].pop("route", None)
    found = step(report(document, MIIT, EU), "end_of_life")
    assert not found.details[1]["available"]
    assert {move.reason for move in found.moves} <= {"end_of_life.incomplete"}
    document["end_of_life"]["materials"] = []
    found = step(report(document, MIIT, EU), "end_of_life")
    assert (found.status, found.because) == ("no_effect", "no_parameters")


def test_what_is_only_checked_moves_no_line() -> None:
    found = step(report(example(), MIIT, GATE), "checks")
    assert found.status == "checks" and not found.moves and found.kgco2e == 0
    assert "mandatory.components" in {pair.path for pair in found.parameters}


def test_delivered_energy_and_capacity_are_never_the_same_unit() -> None:
    gate, eu = report(example(), MIIT, GATE), report(example(), MIIT, EU)
    assert not gate.same_unit and not eu.same_unit
    assert (gate.a.divisor.value, gate.b.divisor.value, eu.b.divisor.value) == (135000.0, 100.0, 45600.0)
    assert [item.name for item in eu.b.divisor.inputs] == [
        "usable_energy_kwh", "vehicle_category", "energy.cycles_per_year", "warranty_years",
    ]  # fmt: skip
    effect = gate.per_functional_unit(1350.0)
    assert effect == {"a": pytest.approx(0.01), "b": pytest.approx(13.5)}
    document = example()
    del document["product"]["cycle_life"]["cycles"]
    unknown = report(document, MIIT, GATE)
    assert unknown.a.per_functional_unit is None and unknown.per_functional_unit(1.0)["a"] is None


def test_what_cannot_be_calculated_under_one_of_them_is_refused() -> None:
    document = example()
    del document["results"][0]["scores"]["eu-cfb-ev"]
    with pytest.raises(InventoryError):
        report(document, MIIT, EU)


def test_plain_data_say_the_order_and_every_line_with_both_units() -> None:
    found = report(example(), MIIT, EU).to_dict()
    assert found["order"] == list(GROUPS) and found["format"] == "carbonfoot-difference/1"
    lines = [line for item in found["steps"] for line in item["lines"]]
    assert lines and {line["reason"] for line in lines} <= set(REASONS)
    for line in lines:
        assert line["per_functional_unit"]["a"] == pytest.approx(line["kgco2e"] / 135000)
    assert sum(row["kgco2e"] for item in found["steps"] for row in item["reasons"]) == pytest.approx(
        found["kgco2e"]
    )


def test_parameters_that_differ_name_their_assumption() -> None:
    pairs = {pair.path: pair for pair in parameter_pairs(MIIT, EU)}
    assert (
        pairs["allocation.economic_ratio"].differs
        and pairs["allocation.economic_ratio"].group == "allocation"
    )
    assert (
        pairs["allocation.economic_ratio"].assumed_a
        == pairs["allocation.economic_ratio"].assumed_b
        == "allocation"
    )
    assert pairs["energy.cycles_per_year.M1"].a is None and pairs["energy.cycles_per_year.M1"].b == "60"
    assert not pairs["gwp_set"].differs


@st.composite
def rules(draw: st.DrawFn) -> RuleSet:
    """Any of the three rule sets with other boundaries, recognised supplies, allocation and end-of-life model."""
    base = draw(st.sampled_from([MIIT, EU, GATE]))
    stages = draw(st.lists(st.sampled_from(MIIT.stages.declared), min_size=1, max_size=4, unique=True))
    flags = {f"recognise_{supply}": draw(st.booleans()) for supply in ("direct", "self", "certificates")}
    return changed(
        base,
        stages={"declared": tuple(stages), "moved": draw(st.sampled_from([{}, dict(MIIT.stages.moved)]))},
        electricity=flags,
        allocation={"economic_ratio": draw(st.decimals("1", "9", places=1))},
        end_of_life={
            "model": draw(st.sampled_from(["cut_off", "cff", "substitution"])),
            "a_metals": draw(st.decimals("0", "1", places=2)),
        },
    )


@st.composite
def inventories(draw: st.DrawFn) -> dict[str, Any]:
    """A pack with every kind of line that a rule can move: supplies, gases, a result, end of life, co-products."""
    amounts = st.decimals("-1000", "1000", places=2).map(str)
    gases = st.sampled_from(["CH4", "SF6", "CO2_biogenic"])

    def power(identifier: str, supply: str, generation: str) -> dict[str, Any]:
        stated = {"supply": supply, "generation": generation, "region": "CN-32"}
        return exchange(identifier, draw(amounts), "kWh", None, kind="energy", electricity=stated)

    source = example()
    cell = [
        exchange("m", draw(amounts), link={"factor": "one"}),
        exchange("r", draw(amounts), "piece", {"result": source["results"][0]["id"]}, kind="module"),
        exchange("gas", draw(amounts), link={"gas": draw(gases)}, kind="emission"),
        power("wind", "direct", "wind"),
        power("sun", "self", "solar"),
        power("grid", "grid", ""),
    ]  # fmt: skip
    outputs = [
        {"id": "c", "amount": "10", "unit": "kg", "allocation": {"price": str(draw(st.integers(1, 30)))}},
        {"id": "by", "amount": str(draw(st.integers(1, 30))), "unit": "kg", "allocation": {"price": "1"}},
    ]
    pack = [
        exchange("c", "3", link={"process": "cell", "product": "c"}, kind="module"),
        power("p", "grid", ""),
    ]
    way = [exchange("way", draw(amounts), link={"factor": "two"}, kind="transport", stage="distribution")]
    return inventory(
        [process("pack", [*pack, *way]), process("cell", cell, products=outputs)],
        results=source["results"],
        end_of_life=source["end_of_life"],
    )


@given(a=rules(), b=rules(), document=inventories())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_steps_add_up_whatever_the_rules(a: RuleSet, b: RuleSet, document: dict[str, Any]) -> None:
    found = report(document, a, b)
    adds_up(found)
    second = calculate(parse_inventory(document), b, RELEASE)
    assert found.b.total == pytest.approx(second.total, rel=1e-12, abs=1e-9)
    assert report(document, b, a).kgco2e == -found.kgco2e
