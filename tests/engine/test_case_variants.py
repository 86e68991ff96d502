"""Bills of materials like EverBatt's with other chemistries and grids, against sums that a spreadsheet makes.

Nothing of the engine is used for what is expected: the factors are read from the CSV, and the sums are written out.
"""

import copy
import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lca.data
from lca import rulesets
from lca.data import load_release
from lca.engine import InventoryError
from lca.engine.cases import run_case
from lca.footprint import from_bytes, to_json
from tests.engine.documents import CASES

EVERBATT: dict[str, Any] = json.loads((CASES / "everbatt2023.json").read_text(), parse_float=Decimal)
ROWS = list(
    csv.DictReader((Path(lca.data.__file__).parent / "CN-2026.1" / "factors.csv").open(encoding="utf-8"))
)
VALUES = {row["key"]: Decimal(row["value"]) for row in ROWS}
# Every material of EverBatt by the name that it has there.
MATERIALS = {
    row["name_en"]: Decimal(row["value"])
    for row in ROWS
    if row["key"].endswith(".greet2022")
    and row["unit"] == "kg CO2e/kg"
    and not row["key"].startswith("fuel.")
}
# What EverBatt prices by another row, as its own notes say, and names with their group.
MATERIALS |= {
    "Carbon black": MATERIALS["Graphite"],
    "Binder: anode": MATERIALS["PVDF"],
    **{f"Electrolyte: {name}": MATERIALS[name] for name in ("LiPF6", "EC", "DMC")},
    **{f"Plastic: {name}": MATERIALS[name] for name in ("PP", "PE", "PET")},
    "Binder: PVDF": MATERIALS["PVDF"],
}
CHEMISTRIES = ["LFP", "NMC(111)", "NMC(532)", "NMC(622)", "NMC(811)", "NCA", "LMO", "LCO"]


def spreadsheet(case: dict[str, Any], pack: dict[str, Any], grid: str) -> dict[str, float]:
    """The five figures per kWh, summed as a spreadsheet sums them."""
    cell, energy = pack["cell"], case["energy_factors_kgCO2e"]

    def value(row: dict[str, Any]) -> Decimal:
        key = case.get("factor_keys", {}).get(row["material"])
        return VALUES[key] if key else MATERIALS[row["material"]]

    mass, kwh = pack["cells_per_pack"] * cell["cell_mass_kg"], pack["pack_kWh"]
    materials = sum(row["kg_per_kg_cell"] * value(row) for row in pack["cell_inputs"]) * mass / kwh
    burnt = cell["natural_gas_share"] * energy["natural_gas_burnt_per_MJ"]
    power = cell["electricity_share"] * energy["electricity_per_kWh"][grid] / Decimal("3.6")
    heat = cell["mfg_energy_MJ_per_kg"] * mass * (burnt + power) / kwh
    parts = sum(row["kg_per_pack"] * value(row) for row in pack["pack_parts"]) / kwh
    return {
        "cell_materials_per_kWh": float(materials),
        "cell_energy_per_kWh": float(heat),
        "cell_total_per_kWh": float(materials + heat),
        "pack_parts_per_kWh": float(parts),
        "pack_total_per_kWh": float(materials + heat + parts),
    }


def variant(chemistry: str, **figures: Any) -> dict[str, Any]:
    """EverBatt's first pack with another cathode and other figures of the cell."""
    case = copy.deepcopy(EVERBATT)
    pack = case["packs"][0]
    for row in (*pack["cell_inputs"], *pack["pack_parts"]):
        for name in [name for name in row if name.startswith("expected")]:
            del row[name]
    del pack["expected_kgCO2e"], case["packs"][1:]
    pack["chemistry"] = pack["cell_inputs"][0]["material"] = chemistry
    pack["cell"].update(figures)
    return case


@pytest.mark.parametrize("chemistry", CHEMISTRIES)
@pytest.mark.parametrize("named", [True, False], ids=["factor_keys", "names only"])
def test_every_chemistry_of_everbatt_on_any_grid(chemistry: str, named: bool) -> None:
    case = variant(chemistry, cell_mass_kg=Decimal("0.85"), mfg_energy_MJ_per_kg=Decimal("51.5"))
    case["energy_factors_kgCO2e"]["electricity_per_kWh"] |= {
        "JP": Decimal("0.4837"),
        "DE": Decimal("0.34206"),
    }
    if not named:
        del case["factor_keys"]
    results = run_case(case, rulesets.load("iso-14067-gate"), load_release())
    assert [result.grid for result in results] == ["US", "US-CA", "KR", "CN", "JP", "DE"]
    for result in results:
        wanted = spreadsheet(case, case["packs"][0], result.grid)
        assert result.per_kwh() == pytest.approx(wanted, rel=1e-12)
        assert result.largest_difference() is None


def test_every_material_of_everbatt_by_its_name() -> None:
    case = variant("LFP")
    del case["factor_keys"]
    names = sorted(MATERIALS)
    assert len(names) > 55
    rows = [{"material": name, "kg_per_kg_cell": Decimal(n + 1) / 997} for n, name in enumerate(names)]
    parts = [{"material": name, "kg_per_pack": Decimal(n + 3) / 7} for n, name in enumerate(reversed(names))]
    case["packs"][0] |= {"cell_inputs": rows, "pack_parts": parts}
    for result in run_case(case, rulesets.load("cn-miit-551"), load_release()):
        assert result.per_kwh() == pytest.approx(spreadsheet(case, case["packs"][0], result.grid), rel=1e-12)
        lines = {line.exchange: line.kgco2e for line in result.ledger.lines}
        for n, name in enumerate(reversed(names)):
            assert lines[f"pack.p{n + 1}"] == pytest.approx(float(parts[n]["kg_per_pack"] * MATERIALS[name]))


@pytest.mark.parametrize(
    "written", ["NMC811", "nmc (811)", "NMC 811", "Aluminium", "copper", "Electrolyte: lipf6"]
)
def test_names_that_only_differ_in_spelling(written: str) -> None:
    case = variant("LFP")
    del case["factor_keys"]
    case["packs"][0]["pack_parts"] = [{"material": written, "kg_per_pack": Decimal(10)}]
    (result, *_) = run_case(case, rulesets.load("cn-miit-551"), load_release())
    row = next(line for line in result.ledger.lines if line.group == "pack" and line.kind == "material")
    assert row.factor is not None
    assert row.factor["key"].endswith(".greet2022")


@pytest.mark.parametrize("unknown", ["Silicon", "CMC", "LiFSI", "Sodium", "NMC", "NMC(955)", "Plastic: PVC"])
def test_what_everbatt_has_no_factor_for_is_refused_by_name(unknown: str) -> None:
    case = variant("LFP")
    del case["factor_keys"]
    case["packs"][0]["cell_inputs"][1]["material"] = unknown
    with pytest.raises(InventoryError) as caught:
        run_case(case, rulesets.load("cn-miit-551"), load_release())
    assert [(problem.code, problem.value) for problem in caught.value.problems] == [
        ("case.material_unknown", unknown)
    ]


def test_a_material_that_the_file_prices_itself_takes_that_price() -> None:
    case = variant("LFP")
    case["packs"][0]["cell_inputs"][1]["material"] = "Silicon"
    case["factors_kgCO2e_per_kg"] = {"Silicon": "40", "metal.copper.greet2022": "9"}
    (result, *_) = run_case(case, rulesets.load("cn-miit-551"), load_release())
    pack = case["packs"][0]
    mass = pack["cell"]["cell_mass_kg"] * pack["cells_per_pack"]
    lines = {line.exchange: line for line in result.ledger.lines}
    assert lines["cell.m2"].kgco2e == pytest.approx(
        float(pack["cell_inputs"][1]["kg_per_kg_cell"] * mass * 40)
    )
    assert lines["pack.p1"].kgco2e == pytest.approx(float(pack["pack_parts"][0]["kg_per_pack"] * 9))


@pytest.mark.parametrize("shares", [("0.1", "0.8"), ("0.5", "0.6")])
def test_energy_that_neither_carrier_brings_is_not_left_out(shares: tuple[str, str]) -> None:
    case = variant("LFP", electricity_share=Decimal(shares[0]), natural_gas_share=Decimal(shares[1]))
    with pytest.raises(InventoryError) as caught:
        run_case(case, rulesets.load("cn-miit-551"), load_release())
    assert {problem.code for problem in caught.value.problems} == {"case.energy_shares"}


_amount = st.decimals("0", "2", places=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from(sorted(MATERIALS)), _amount), min_size=1, max_size=20),
    st.lists(st.tuples(st.sampled_from(sorted(MATERIALS)), _amount), max_size=12),
    st.decimals("0.05", "0.95", places=4),
    st.decimals("0", "1.2", places=5),
    st.integers(1, 900),
)
def test_any_mix_is_the_sum_of_its_rows(
    inputs: list[tuple[str, Decimal]],
    parts: list[tuple[str, Decimal]],
    electricity: Decimal,
    grid: Decimal,
    cells: int,
) -> None:
    case = variant("any", electricity_share=electricity, natural_gas_share=1 - electricity)
    del case["factor_keys"]
    case["energy_factors_kgCO2e"]["electricity_per_kWh"] = {"X": grid}
    case["packs"][0] |= {
        "cells_per_pack": cells,
        "cell_inputs": [{"material": name, "kg_per_kg_cell": amount} for name, amount in inputs],
        "pack_parts": [{"material": name, "kg_per_pack": amount} for name, amount in parts],
    }
    (result,) = run_case(case, rulesets.load("iso-14067-gate"), load_release())
    assert result.per_kwh() == pytest.approx(spreadsheet(case, case["packs"][0], "X"), rel=1e-11, abs=1e-12)


# Worked numbers in the shapes in which the published ones come.

CFF = """# all terms; by hand
material,A,B,R1,R2,R3,Ev,Erecycled,ErecyclingEoL,Estar_v,ED,Qsin/Qp,Qsout/Qp,EER,LHV,XER_heat,XER_elec,ESE_heat,ESE_elec,expected,expected_material,expected_recycling,expected_energy,expected_disposal
plastic,0.5,0,0.1,0.4,0.5,2,1,0.3,1.8,0.05,0.9,0.8,2.5,40,0.5,0.2,0.06,0.15,{total},1.94,-0.228,0.05,0.005
foil,0.2,,0,0.41,,0.07,,0.21,,0.0001243,,,,,,,,,0.1159933,,,,
"""


def worked(content: str, ruleset: str = "eu-cfb-ev") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = to_json(from_bytes(content.encode(), ruleset))["results"]
    return found


def test_the_circular_footprint_formula_with_energy_and_disposal() -> None:
    # material 0.9 2 + 0.1 (0.5 1 + 0.5 2 0.9); recycling 0.5 0.4 (0.3 - 1.8 0.8);
    # energy 0.5 (2.5 - 40 0.5 0.06 - 40 0.2 0.15); disposal (1 - 0.4 - 0.5) 0.05
    total = 1.94 - 0.228 + 0.05 + 0.005
    rows = worked(CFF.format(total=total))
    assert [row["name"] for row in rows][:2] == ["plastic", "plastic, material"]
    assert len(rows) == 10
    assert max(row["difference"] for row in rows if row["difference"] is not None) < 1e-6


@pytest.mark.parametrize("name", ["cff.csv", "pds_dqr.json"])
def test_published_worked_numbers_through_the_command(name: str) -> None:
    rows = worked((CASES / name).read_text(encoding="utf-8"))
    exact = name.endswith("json")
    assert len(rows) == (7 if exact else 2)
    assert all(row["difference"] == 0 if exact else row["difference"] < 0.01 for row in rows)


def test_data_quality_of_an_aggregate_through_the_command() -> None:
    case = {
        "dqr": [
            {"parts": [{"pcf": 10, "dqr": 1}, {"pcf": -30, "dqr": 3}], "expected": 2.5},
            {
                "parts": [{"pcf": 1, "ter": 1, "tir": 2}, {"pcf": 3, "ter": 3, "tir": None}],
                "expected": {"ter": 2.5, "tir": 4.25},
            },
        ],
        "tir": [{"age_days": days, "expected": rating} for days, rating in
                [(-1, 1), (0, 1), (366, 1), (367, 2), (731, 2), (732, 3), (1096, 3), (1097, 4), (1461, 4), (1462, 5)]],
    }  # fmt: skip
    rows = worked(json.dumps(case))
    assert [row["difference"] for row in rows] == [0] * 13


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("material,A,R1,R2,Ev\nx,2,0,0,1\n", "x.a"),
        ("material,A,R1,R2,Ev\nx,0.2,0,0,much\n", "x.ev"),
        ("material,A,R1,R2,Ev\nx,0.2,0,0,\n", "x.ev"),
        ("material,A,R1,R2,Ev\n", "material"),
        ('{"pds": [{"parts": []}]}', "pds[0].parts"),
        ('{"pds": [{"parts": [{"pds": 1}]}]}', "pds[0].parts[0].pcf"),
        ('{"tir": [{"age_days": "old"}]}', "tir[0].age_days"),
        ('{"tir": [7]}', "tir[0]"),
        ('{"pcf_abs": [{"pcf": [true]}]}', "pcf_abs[0].pcf[0]"),
    ],
)
def test_worked_numbers_that_cannot_be_read_are_named(content: str, place: str) -> None:
    with pytest.raises(InventoryError) as caught:
        worked(content)
    assert place in [problem.place for problem in caught.value.problems]
    assert all(problem.message("zh") and problem.message("en") for problem in caught.value.problems)
