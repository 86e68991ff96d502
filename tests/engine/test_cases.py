"""Published cases: EverBatt packs, the Circular Footprint Formula, PDS and DQR."""

import contextlib
import copy
import csv
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lca import rulesets
from lca.data import load_release
from lca.engine import EngineProblem, InventoryError, calculate, parse_inventory
from lca.engine.cases import case_to_inventory, grids, run_case
from lca.engine.quality import absolute, aggregate_dqr, aggregate_pds, time_rating
from lca.engine.recycling import CircularFootprint
from tests.engine.documents import CASES

EVERBATT: dict[str, Any] = json.loads((CASES / "everbatt2023.json").read_text(), parse_float=Decimal)
QUALITY: dict[str, Any] = json.loads((CASES / "pds_dqr.json").read_text())


@pytest.mark.parametrize("ruleset", ["cn-miit-551", "eu-cfb-ev", "iso-14067-gate"])
def test_everbatt_packs_within_a_ten_thousandth(ruleset: str) -> None:
    results = run_case(EVERBATT, rulesets.load(ruleset), load_release())
    assert len(results) == 2 * 4
    compared = [difference for result in results if (difference := result.largest_difference()) is not None]
    assert len(compared) == 6
    assert max(compared) < 1e-4


def test_everbatt_materials_line_by_line() -> None:
    pack = EVERBATT["packs"][0]
    document = case_to_inventory(EVERBATT, pack, "US", load_release())
    ledger = calculate(parse_inventory(document), rulesets.load("iso-14067-gate"), load_release())
    found = {line.exchange: line.kgco2e for line in ledger.lines}
    # The case prints the smaller figures with four digits.
    cell_mass = pack["cell"]["cell_mass_kg"] * pack["cells_per_pack"]
    for number, row in enumerate(pack["cell_inputs"], 1):
        expected = float(row["expected_kgCO2e_per_kg_cell"] * cell_mass)
        assert found[f"cell.m{number}"] == pytest.approx(expected, rel=3e-4)
    for number, row in enumerate(pack["pack_parts"], 1):
        assert found[f"pack.p{number}"] == pytest.approx(float(row["expected_kgCO2e_per_pack"]), rel=1e-4)


def test_a_pack_without_expected_figures_is_calculated() -> None:
    case = copy.deepcopy(EVERBATT)
    pack = case["packs"][0]
    for rows in (pack["cell_inputs"], pack["pack_parts"]):
        for row in rows:
            for name in [name for name in row if name.startswith("expected")]:
                del row[name]
    del pack["expected_kgCO2e"]
    pack["chemistry"] = "NMC(811)"
    pack["cell_inputs"][0]["material"] = "NMC(811)"
    case["factor_keys"]["NMC(811)"] = "cam.nmc811.greet2022"
    result = run_case(case, rulesets.load("cn-miit-551"), load_release())[0]
    original = run_case(EVERBATT, rulesets.load("cn-miit-551"), load_release())[0]
    release = load_release().factors
    swap = float(release["cam.nmc811.greet2022"].value - release["cam.lfp.greet2022"].value)
    added = swap * 0.521311 * 1.059544 * 400 / 100
    assert result.largest_difference() is None
    assert result.pack_total == pytest.approx(original.pack_total + added, rel=1e-9)


def test_changed_energy_values_and_factors_in_the_file_count() -> None:
    case = copy.deepcopy(EVERBATT)
    case["energy_factors_kgCO2e"]["electricity_per_kWh"] = {"US": "0.9330"}
    case["factors"] = {"cam.lfp.greet2022": "18.8911"}
    before = run_case(EVERBATT, rulesets.load("cn-miit-551"), load_release())[0]
    after = run_case(case, rulesets.load("cn-miit-551"), load_release())[0]
    electricity = 40.0774 * 1.059544 * 4 * 0.176 / 3.6 * 0.4665
    assert after.cell_energy == pytest.approx(before.cell_energy + electricity, rel=1e-9)
    assert after.cell_materials > before.cell_materials + 19


def test_a_material_without_key_takes_the_factor_of_exactly_its_name() -> None:
    case = copy.deepcopy(EVERBATT)
    for name in ("LFP", "Electrolyte: EC"):
        del case["factor_keys"][name]
    plain, named = (
        run_case(item, rulesets.load("iso-14067-gate"), load_release()) for item in (EVERBATT, case)
    )
    assert [row.ledger.total for row in named] == [row.ledger.total for row in plain]


def test_every_problem_of_a_case_is_named() -> None:
    case = copy.deepcopy(EVERBATT)
    pack = case["packs"][0]
    pack["cell_inputs"][1]["material"] = "Unobtainium"
    pack["pack_parts"][2]["kg_per_pack"] = "-1"
    del pack["cell"]["cell_mass_kg"]
    case["factor_keys"]["Steel"] = "metal.steel.greet9999"
    with pytest.raises(InventoryError) as caught:
        run_case(case, rulesets.load("cn-miit-551"), load_release())
    found = {(problem.code, problem.value) for problem in caught.value.problems}
    assert ("case.material_unknown", "Unobtainium") in found
    assert ("case.number", "-1") in found
    assert ("case.field", "") in found
    assert ("case.factor_unknown", "metal.steel.greet9999") in found
    assert len(caught.value.problems) == 5, "the steel factor is wrong in both packs, the rest in one"


@pytest.mark.parametrize("cells", [200, 240, 320, 400])
def test_scaling_a_pack_by_its_cells_keeps_the_figures_per_kwh(cells: int) -> None:
    release, ruleset = load_release(), rulesets.load("iso-14067-gate")
    whole = calculate(
        parse_inventory(case_to_inventory(EVERBATT, EVERBATT["packs"][0], "CN", release)), ruleset, release
    )
    document = case_to_inventory(EVERBATT, EVERBATT["packs"][0], "CN", release, cells=cells)
    part = calculate(parse_inventory(document), ruleset, release)
    assert document["product"]["rated_energy_kwh"] == str(cells * 100 // 400)
    assert part.totals["per_kwh_capacity"] == pytest.approx(whole.totals["per_kwh_capacity"])
    assert part.total == pytest.approx(whole.total * cells / 400)


def test_a_case_takes_the_grid_factor_of_the_release_where_asked() -> None:
    release = load_release()
    document = case_to_inventory(
        EVERBATT, EVERBATT["packs"][0], "CN", release, grid_factor="elec.cn.footprint.2024"
    )
    ledger = calculate(parse_inventory(document), rulesets.load("cn-miit-551"), release)
    electricity = next(line for line in ledger.lines if line.exchange == "cell.electricity")
    assert electricity.factor is not None
    assert electricity.factor["key"] == "elec.cn.footprint.2024"
    assert "electricity.own_grid_factor" not in {problem.code for problem in ledger.warnings}
    assert "CN" in grids(EVERBATT)


def _cff_rows() -> list[dict[str, str]]:
    lines = (CASES / "cff.csv").read_text().splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@pytest.mark.parametrize("row", _cff_rows(), ids=lambda row: row["material"])
def test_circular_footprint_formula_within_one_percent(row: dict[str, str]) -> None:
    parameters = CircularFootprint(
        a=float(row["A"]),
        r1=float(row["R1"]),
        r2=float(row["R2"]),
        ev=float(row["Ev"]),
        e_star_v=float(row["Ev"]),
        e_recycled=float(row["Erecycled"]),
        e_recycling_eol=float(row["ErecyclingEoL"]),
        ed=float(row["ED"]),
    )
    assert parameters.total == pytest.approx(float(row["expected"]), rel=0.01)


@pytest.mark.parametrize("case", QUALITY["pds"])
def test_primary_data_share_is_exact(case: dict[str, Any]) -> None:
    assert aggregate_pds([(part["pcf"], part["pds"]) for part in case["parts"]]) == case["expected"]


@pytest.mark.parametrize("case", QUALITY["pcf_abs"])
def test_absolute_footprint_is_exact(case: dict[str, Any]) -> None:
    assert absolute(case["pcf"]) == case["absolute"]
    assert sum(case["pcf"]) == case["net"]


@pytest.mark.parametrize("case", QUALITY["tir"])
def test_time_rating_is_exact(case: dict[str, Any]) -> None:
    assert time_rating(case["age_days"]) == case["expected"]


def test_what_is_missing_counts_as_the_worst() -> None:
    assert aggregate_pds([(10, 1.0), (10, None)]) == 0.5
    assert aggregate_dqr([(10, 1.0), (-10, None)]) == 3.0
    assert aggregate_pds([]) is None


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [found for key, item in items for found in [(*path, key), *_paths(item, (*path, key))]]


_JUNK: Any = st.sampled_from([None, True, "", "x", "-1", "0", "NaN", 0, -3, 1e300, [], {}, [None], {"a": 1}])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sampled_from(_paths(EVERBATT)), _JUNK), min_size=1, max_size=3))
def test_any_mutation_of_a_case_is_calculated_or_refused_with_sentences(
    changes: list[tuple[tuple[Any, ...], Any]],
) -> None:
    case = copy.deepcopy(EVERBATT)
    for path, junk in changes:
        holder: Any = case
        with contextlib.suppress(KeyError, IndexError, TypeError):
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = junk
    problems: list[EngineProblem] = []
    try:
        for result in run_case(case, rulesets.load("cn-miit-551"), load_release()):
            json.dumps([result.per_kwh(), result.largest_difference()], allow_nan=False)
    except InventoryError as error:
        problems = error.problems
        assert problems, "a refusal names its reasons"
    for problem in problems:
        assert problem.message("zh")
        assert problem.message("en")
