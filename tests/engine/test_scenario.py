"""Scenarios: changes are made on a copy, every problem at once, and effects add up to the whole difference."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca import rulesets
from lca.data import load_release
from lca.engine import InventoryError, calculate, parse_inventory
from lca.engine.scenario import KINDS, MAX_CHANGES, read_changes, scenario_digest
from lca.engine.scenario_apply import apply_changes
from lca.engine.scenario_outcome import ScenarioOutcome, run_scenario
from tests.engine.documents import example

RESULT = {
    "id": "cell-x",
    "version": "3",
    "supplier": {"zh": "乙", "en": "B"},
    "product": {"zh": "正极", "en": "Cathode"},
    "declared_unit": "kg",
    "scores": {"cn-miit-551": {"materials": "9", "manufacturing": "1"}},
}
POWER_PROCESSES = {"pack", "cell", "nmp", "take_back"}


@cache
def _base() -> str:
    return json.dumps(example())


def base() -> dict[str, Any]:
    """The example pack, fresh."""
    found: dict[str, Any] = json.loads(_base())
    return found


def changed(*changes: dict[str, Any], results: Any = None) -> dict[str, Any]:
    """The example with the changes made."""
    return apply_changes(base(), read_changes(list(changes)), results=results or {}, release=load_release())


def run(*changes: dict[str, Any], rules: str = "cn-miit-551", **more: Any) -> ScenarioOutcome:
    """The outcome of changes on the example."""
    return run_scenario(base(), list(changes), rulesets.load(rules), load_release(), **more)


def refused(*changes: Any, results: Any = None) -> dict[str, str]:
    """Code of every problem by its place."""
    with pytest.raises(InventoryError) as caught:
        changed(*changes, results=results)
    for item in caught.value.problems:
        assert item.message("zh") and item.message("en")
    return {item.place: item.code for item in caught.value.problems}


def line(document: dict[str, Any], process: str, identifier: str) -> dict[str, Any]:
    """One exchange of a document."""
    rows = next(row for row in document["processes"] if row["id"] == process)["exchanges"]
    found: dict[str, Any] = next(row for row in rows if row["id"] == identifier)
    return found


def test_the_document_that_comes_in_is_never_changed() -> None:
    before = base()
    document = copy.deepcopy(before)
    changes = [
        {"kind": "electricity", "region": "DE"},
        {"kind": "remove", "process": "pack", "line": "pack.steel"},
        {"kind": "amount", "process": "cell", "line": "cell.cathode", "times": "0.5"},
        {"kind": "material", "material": "aluminium", "r1": "0.9"},
        {"kind": "route", "route": "none"},
        {"kind": "product", "cycles": "3000", "warranty_years": "10"},
        {"kind": "result", "process": "cell", "line": "cell.anode", "result": "cell-x"},
    ]
    made = apply_changes(document, read_changes(changes), results={"cell-x": RESULT}, release=load_release())
    assert document == before
    assert made != before


def test_an_amount_is_set_or_multiplied_and_is_no_longer_measured() -> None:
    made = line(
        changed({"kind": "amount", "process": "cell", "line": "cell.cathode", "times": "0.5"}),
        "cell",
        "cell.cathode",
    )
    assert made["amount"] == "10100.0" and made["data_kind"] == "estimated" and made["primary"] is False
    made = line(
        changed({"kind": "amount", "process": "cell", "line": "cell.cathode", "amount": "7"}),
        "cell",
        "cell.cathode",
    )
    assert made["amount"] == "7" and made["provenance"] == {"kind": "scenario"}


def test_another_grid_moves_what_comes_through_the_grid_and_nothing_else() -> None:
    made = changed({"kind": "electricity", "region": "de"})
    supplies = {
        row["id"]: row["electricity"]
        for process in made["processes"]
        for row in process["exchanges"]
        if row.get("electricity")
    }
    assert supplies["cell.grid"] == {"supply": "grid", "region": "DE"}
    assert supplies["cell.pv"] == {"supply": "self", "generation": "solar", "region": "CN-32"}
    # A Chinese certificate stands for nothing on the German grid.
    assert supplies["cell.green"] == {"supply": "grid", "region": "DE"}
    assert supplies["take_back.power"] == {"supply": "grid", "region": "DE"}
    one = changed({"kind": "electricity", "process": "nmp", "region": "DE"})
    assert line(one, "nmp", "nmp.power")["electricity"]["region"] == "DE"
    assert line(one, "pack", "pack.power")["electricity"]["region"] == "CN-32"


def test_another_province_keeps_certificates() -> None:
    made = line(changed({"kind": "electricity", "region": "CN-44"}), "cell", "cell.green")
    assert made["electricity"]["supply"] == "certificate" and made["electricity"]["region"] == "CN-44"


def test_own_generation_replaces_the_grid_of_one_line() -> None:
    change = {
        "kind": "electricity",
        "process": "cell",
        "line": "cell.grid",
        "supply": "self",
        "generation": "wind",
    }
    outcome = run(change)
    # By hand: what the line takes for one pack, at the national footprint factor against that of wind.
    release = load_release()
    grid, wind = release.get("elec.cn.footprint.2024"), release.get("elec.cn.gen.wind.2024")
    assert grid is not None and wind is not None
    taken = next(row for row in outcome.base.lines if row.exchange == "cell.grid")
    assert taken.unit == "MWh" and taken.amount is not None
    expected = taken.amount * 1000 * float(wind.value - grid.value)
    assert outcome.ledger.total - outcome.base.total == pytest.approx(expected)


def test_a_distance_scales_the_transport() -> None:
    change = {"kind": "transport", "process": "pack", "line": "pack.inbound", "distance_km": "840"}
    made = line(changed(change), "pack", "pack.inbound")
    assert made["amount"] == "1911000" and made["unit"] == "tkm"
    assert made["transport"]["distance_km"] == "840"
    doubled = {"kind": "transport", "process": "pack", "line": "pack.inbound", "times": "2"}
    assert run(doubled).ledger.total == pytest.approx(run(change).ledger.total)
    no_distance = {"kind": "transport", "process": "take_back", "line": "take_back.road", "distance_km": "5"}
    assert refused(no_distance) == {"changes[0]": "scenario.no_distance"}


def test_another_supplier_brings_its_figures_and_its_result() -> None:
    change = {"kind": "result", "process": "cell", "line": "cell.cathode", "result": "cell-x"}
    outcome = run(change, results={"cell-x": RESULT})
    assert "cell-x" in {row["id"] for row in outcome.document["results"]}
    moved = [row for row in outcome.to_dict()["moved"] if row["process"] == "cell"]
    after = sum(row["after"]["kgco2e"] for row in moved if row["after"])
    taken = next(row for row in outcome.base.lines if row.exchange == "cell.cathode")
    assert taken.unit == "t" and taken.amount is not None
    assert after == pytest.approx(taken.amount * 1000 * 10)
    assert refused(change) == {"changes[0].result": "scenario.result_unknown"}


def test_recycled_content_counts_in_a_scenario_and_only_there() -> None:
    outcome = run({"kind": "material", "material": "aluminium", "r1": "0.5"})
    assert outcome.ledger.total < outcome.base.total
    assert outcome.document["end_of_life"]["materials"][1]["r1_source"].startswith("GRS")
    other = base()
    del other["end_of_life"]["materials"][1]["r1_source"]
    made = apply_changes(
        other,
        read_changes([{"kind": "material", "material": "aluminium", "r1": "0.5"}]),
        results={},
        release=load_release(),
    )
    assert made["end_of_life"]["materials"][1]["r1_source"] == "scenario"


def test_product_facts_change_the_divisor_alone() -> None:
    outcome = run({"kind": "product", "cycles": "3000"})
    assert outcome.ledger.total == outcome.base.total
    assert outcome.steps[0].effect is not None and outcome.steps[0].effect.total == 0
    before, after = outcome.base.totals["per_functional_unit"], outcome.ledger.totals["per_functional_unit"]
    assert before is not None and after == pytest.approx(before / 2)


def test_every_problem_of_every_change_at_once() -> None:
    found = refused(
        {"kind": "amount", "process": "cell", "line": "cell.cathode"},
        {"kind": "amount", "process": "cell", "line": "cell.cathode", "amount": "1", "times": "2"},
        {"kind": "amount", "process": "cell", "line": "cell.cathode", "amount": "-1"},
        {"kind": "magic"},
        {"kind": "factor", "process": "cell", "line": "cell.cathode", "factor": "x", "amout": "1"},
        {"kind": "electricity"},
        {"kind": "electricity", "supply": "self"},
        {"kind": "electricity", "supply": "certificate"},
        {"kind": "material", "material": "aluminium", "r1": "1.5"},
        {"kind": "product", "cycles": "0"},
        {"kind": "route"},
        "nonsense",
        {},
    )
    assert found == {
        "changes[0]": "scenario.one_of",
        "changes[1]": "scenario.one_of",
        "changes[2]": "field.range",
        "changes[3]": "field.choice",
        "changes[4].amout": "scenario.field_unknown",
        "changes[5]": "scenario.nothing",
        "changes[6].generation": "scenario.no_generation",
        "changes[7]": "field.choice",
        "changes[8]": "field.range",
        "changes[9].cycles": "scenario.not_positive",
        "changes[10]": "scenario.nothing",
        "changes[11]": "field.type",
        "changes[12]": "field.missing",
    }
    found = refused(
        {"kind": "factor", "process": "cell", "line": "cell.cathode", "factor": "cam.lfp.gone"},
        {"kind": "factor", "process": "cell", "line": "cell.cathode", "factor": "gwp.ar6.n2o"},
        {"kind": "factor", "process": "cell", "line": "cell.cathode", "factor": "elec.cn.footprint.2024"},
        {"kind": "remove", "process": "cell", "line": "gone"},
        {"kind": "remove", "process": "gone", "line": "cell.cathode"},
        {"kind": "electricity", "process": "delivery", "region": "DE"},
        {"kind": "transport", "process": "cell", "line": "cell.cathode", "times": "2"},
        {"kind": "material", "material": "gold", "r1": "0.1"},
        {"kind": "material", "material": "copper", "ed": {"factor": "elec.cn.footprint.2024"}},
        {"kind": "amount", "process": "cell", "line": "cell.water", "times": "2"},
    )
    assert found == {
        "changes[0].factor": "scenario.factor_unknown",
        "changes[1].factor": "scenario.no_emission_factor",
        "changes[2].factor": "scenario.unit",
        "changes[3].line": "scenario.line_unknown",
        "changes[4].process": "scenario.process_unknown",
        "changes[5]": "scenario.no_electricity",
        "changes[6].line": "scenario.no_transport",
        "changes[7].material": "scenario.material_unknown",
        "changes[8].ed": "scenario.burden_unit",
        "changes[9].times": "scenario.amount_unknown",
    }
    with pytest.raises(InventoryError):
        read_changes({"kind": "amount"})
    assert refused(*[{"kind": "route", "route": "none"}] * (MAX_CHANGES + 1)) == {
        "changes": "scenario.too_many"
    }
    assert len(KINDS) == 9


def test_order_is_part_of_the_identity() -> None:
    first, second = {"kind": "route", "route": "none"}, {"kind": "product", "cycles": "2"}
    rules, release = rulesets.load("cn-miit-551"), load_release()

    def identity(*changes: dict[str, Any]) -> str:
        return scenario_digest(base(), changes, {}, rules, release)

    assert identity(first, second) == identity(dict(first), dict(second))
    assert len({identity(first, second), identity(second, first), identity(first)}) == 3


def test_a_change_that_cannot_stand_alone_says_so() -> None:
    """Without a grid factor for its region a line has no figure; the next change gives it a factor of its own."""
    lonely = {"kind": "electricity", "process": "pack", "line": "pack.power", "region": "ZZ"}
    saved = {"kind": "factor", "process": "pack", "line": "pack.power", "factor": "elec.cn.footprint.2024"}
    outcome = run(lonely, saved)
    assert [step.effect is None for step in outcome.steps] == [True, False]
    assert outcome.steps[0].alone is None and outcome.interaction() is None
    assert outcome.steps[1].effect is not None
    assert outcome.steps[1].effect.total == pytest.approx(outcome.ledger.total - outcome.base.total)


_times = st.decimals("0.1", "3", places=2).map(str)
_lines = st.sampled_from(
    [
        ("cell", "cell.cathode"),
        ("cell", "cell.anode"),
        ("cell", "cell.grid"),
        ("pack", "pack.case"),
        ("nmp", "nmp.loop"),
    ]
)
_changes = st.one_of(
    st.builds(
        lambda at, times: {"kind": "amount", "process": at[0], "line": at[1], "times": times}, _lines, _times
    ),
    st.builds(lambda region: {"kind": "electricity", "region": region}, st.sampled_from(["DE", "US", "KR"])),
    st.builds(lambda cycles: {"kind": "product", "cycles": str(cycles)}, st.integers(500, 5000)),
    st.builds(
        lambda r1: {"kind": "material", "material": "aluminium", "r1": r1},
        st.decimals("0", "1", places=2).map(str),
    ),
    st.builds(
        lambda route: {"kind": "route", "route": route}, st.sampled_from(["pyro", "hydro", "direct", "none"])
    ),
)


@settings(max_examples=20)
@given(
    st.lists(_changes, min_size=1, max_size=3),
    st.sampled_from(["cn-miit-551", "eu-cfb-ev", "iso-14067-gate"]),
)
def test_effects_in_order_add_up_to_the_whole_difference(changes: list[dict[str, Any]], rules: str) -> None:
    outcome = run(*changes, rules=rules)
    again = calculate(parse_inventory(outcome.document), rulesets.load(rules), load_release())
    assert again.total == outcome.ledger.total
    effects = [step.effect for step in outcome.steps]
    assert all(effect is not None for effect in effects)
    total = sum(effect.total for effect in effects if effect)
    assert total == pytest.approx(outcome.ledger.total - outcome.base.total, rel=1e-9, abs=1e-6)
    moved = sum(row["kgco2e"] for row in outcome.to_dict()["moved"])
    assert moved == pytest.approx(outcome.ledger.total - outcome.base.total, rel=1e-9, abs=1e-6)
    interaction = outcome.interaction()
    assert interaction is not None
    alone = sum(step.alone.total for step in outcome.steps if step.alone)
    assert alone + interaction.total == pytest.approx(total, rel=1e-9, abs=1e-6)
    if len(changes) == 1:
        assert interaction.total == 0
