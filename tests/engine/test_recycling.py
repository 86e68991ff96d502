"""End of life: three models from the same parameters, routes from the release, gaps by name."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca import rulesets
from lca.data import load_release
from lca.engine import InventoryError, Ledger, calculate, parse_inventory
from lca.engine.recycling import CircularFootprint
from tests.engine.documents import exchange, inventory, process

COPPER = {
    "id": "cu",
    "name": "copper",
    "mass_kg": "10",
    "kind": "metal",
    "r1": "0.4",
    "r1_source": "certificate of the smelter",
    "r2": "0.9",
    "ev": "5",
    "e_recycled": "1",
    "e_recycling_eol": "0.5",
    "ed": "0.1",
}


def run(ruleset: str, end_of_life: dict[str, Any]) -> Ledger:
    document = inventory(
        [process("pack", [exchange("cu", "10", link={"factor": "five"})])],
        factors=[{"key": "five", "value": "5", "unit": "kg CO2e/kg"}],
        end_of_life=end_of_life,
    )
    return calculate(parse_inventory(document), rulesets.load(ruleset), load_release())


def alternatives(ledger: Ledger) -> dict[str, float | None]:
    return {entry["model"]: entry["total"] for entry in ledger.end_of_life["alternatives"]}


# By hand, per kg: cut-off 0.4 (1 - 5) + 0.1 0.1; formula 0.4 (0.2 + 0.8 5 - 5) + 0.8 0.9 (0.5 - 5) + 0.01;
# substitution 0.9 (0.5 - 5) + 0.01.
EXPECTED = {"cut_off": 50 - 16 + 0.1, "cff": 50 - 3.2 - 32.4 + 0.1, "substitution": 50 - 40.5 + 0.1}


@pytest.mark.parametrize(("ruleset", "model"), [("cn-miit-551", "cut_off"), ("eu-cfb-ev", "cff")])
def test_one_model_counts_and_the_others_stand_beside_it(ruleset: str, model: str) -> None:
    ledger = run(ruleset, {"materials": [COPPER]})
    assert ledger.total == pytest.approx(EXPECTED[model])
    assert alternatives(ledger) == pytest.approx(EXPECTED)
    assert ledger.tree["kgco2e"] == pytest.approx(ledger.total)
    assert sum(line.kgco2e for line in ledger.lines) == pytest.approx(ledger.total)


def test_stages_of_the_formula() -> None:
    ledger = run("eu-cfb-ev", {"materials": [COPPER]})
    assert ledger.stages["materials"]["kgco2e"] == pytest.approx(50 - 3.2)
    assert ledger.stages["recycling"]["kgco2e"] == pytest.approx(-32.4 + 0.1)


def test_a_missing_burden_makes_a_model_unavailable_and_is_named() -> None:
    lacking = {key: value for key, value in COPPER.items() if key != "e_recycling_eol"}
    ledger = run("eu-cfb-ev", {"materials": [lacking]})
    found = alternatives(ledger)
    assert found["cff"] is None
    assert found["substitution"] is None
    assert found["cut_off"] == pytest.approx(EXPECTED["cut_off"])
    problem = next(problem for problem in ledger.blocking if problem.code == "eol.burden_missing")
    assert problem.params["field"] == "e_recycling_eol"


def test_without_parameters_nothing_is_credited_and_it_is_said() -> None:
    ledger = run("eu-cfb-ev", {})
    assert ledger.total == 50
    assert "eol.parameters_missing" in {problem.code for problem in ledger.warnings}


@pytest.mark.parametrize(("route", "recovered"), [("hydro", 0.9), ("pyro", 0.9), ("direct", 0.9)])
def test_a_route_gives_recovery_and_burden(route: str, recovered: float) -> None:
    item = {
        key: value
        for key, value in COPPER.items()
        if key not in ("r2", "e_recycling_eol", "r1", "e_recycled")
    }
    ledger = run(
        "eu-cfb-ev", {"route": route, "collection_rate": "0.95", "materials": [{**item, "material": "cu"}]}
    )
    parameters = ledger.end_of_life["materials"][0]["parameters"]
    assert parameters["r2"] == pytest.approx(0.95 * recovered)
    burden = ledger.end_of_life["route_burden_per_kg"]
    assert burden > 0
    # 600 kg of battery, 95 % collected; all of the route's burden is carried by the one recovered material.
    assert parameters["e_recycling_eol"] == pytest.approx(burden * 600 * 0.95 / (10 * 0.95 * recovered))


def test_a_route_input_without_a_factor_is_named() -> None:
    item = {key: value for key, value in COPPER.items() if key not in ("r2", "e_recycling_eol")}
    ledger = run("eu-cfb-ev", {"route": "direct", "materials": [{**item, "material": "cu"}]})
    assert [(p.code, p.value) for p in ledger.warnings if p.code == "eol.route_gap"] == [
        ("eol.route_gap", "co2")
    ]


_share = st.floats(0, 1)
_burden = st.floats(0, 100)


@given(_share, _share, _share, _burden, _burden, _burden, _burden)
def test_with_a_of_one_the_formula_is_recycled_content(
    r1: float, r2: float, r3: float, ev: float, erec: float, eol: float, ed: float
) -> None:
    r3 *= 1 - r2
    one = CircularFootprint(
        ev=ev, a=1.0, r1=r1, r2=r2, r3=r3, e_recycled=erec, e_recycling_eol=eol, e_star_v=ev, ed=ed
    )
    assert one.recycling == 0
    assert one.material == pytest.approx((1 - r1) * ev + r1 * erec)
    nothing = CircularFootprint(ev=ev, a=0.2, e_star_v=ev)
    assert nothing.total == pytest.approx(ev)


def test_recycled_content_that_cannot_be_traced_counts_as_none() -> None:
    """R1 is 0 unless traceable: the credit is not given, and the material is named."""
    untraced = {key: value for key, value in COPPER.items() if key != "r1_source"}
    ledger = run("cn-miit-551", {"materials": [untraced]})
    assert ledger.total == pytest.approx(50 + 0.1)
    assert ledger.end_of_life["materials"][0]["parameters"]["r1"] == 0
    assert [item.value for item in ledger.warnings if item.code == "eol.r1_untraced"] == ["0.4"]


def test_terms_by_name_add_up_to_the_formula() -> None:
    ledger = run("eu-cfb-ev", {"materials": [COPPER]})
    row = ledger.end_of_life["materials"][0]
    terms = row["terms"]
    assert terms == pytest.approx(
        {"virgin": 30, "recycled_content": 16.8, "recycling": -32.4, "energy": 0, "disposal": 0.1}
    )
    effect = row["effects"]["cff"]
    assert terms["virgin"] + terms["recycled_content"] - 50 == pytest.approx(effect["materials"])
    assert terms["recycling"] + terms["energy"] + terms["disposal"] == pytest.approx(effect["recycling"])
    assert row["filled"] == ["a", "b", "e_star_v"]


def test_a_route_burdens_as_many_batteries_as_the_reference_flow_has() -> None:
    """Ten packs with ten times the copper: ten times the burden, and the same per pack."""
    item = {key: value for key, value in COPPER.items() if key not in ("r2", "e_recycling_eol")} | {
        "material": "cu"
    }
    one = run("eu-cfb-ev", {"route": "hydro", "materials": [item]})
    document = inventory(
        [process("pack", [exchange("cu", "10", link={"factor": "five"})])],
        factors=[{"key": "five", "value": "5", "unit": "kg CO2e/kg"}],
        end_of_life={"route": "hydro", "materials": [{**item, "mass_kg": "100"}]},
    )
    document["reference"]["amount"] = "10"
    ten = calculate(parse_inventory(document), rulesets.load("eu-cfb-ev"), load_release())
    assert ten.total == pytest.approx(10 * one.total)
    assert ten.totals["per_piece"] == pytest.approx(one.totals["per_piece"])


def found(ledger: Ledger, code: str) -> list[tuple[str, str]]:
    return [(problem.place, problem.value) for problem in ledger.warnings if problem.code == code]


@pytest.mark.parametrize("code", ["copper", "Cu", "al"])
def test_a_material_that_a_route_does_not_know_is_lost_and_named(code: str) -> None:
    """Pyrometallurgy loses aluminium; a code that nobody knows looks the same and must not pass in silence."""
    item = {key: value for key, value in COPPER.items() if key != "r2"} | {"material": code}
    ledger = run("eu-cfb-ev", {"route": "pyro", "materials": [item]})
    assert ledger.end_of_life["materials"][0]["parameters"]["r2"] == 0
    assert found(ledger, "eol.not_recovered") == [("end_of_life.materials[cu].material", code)]
    (problem,) = [problem for problem in ledger.warnings if problem.code == "eol.not_recovered"]
    assert "co, cu, ni, steel" in problem.message("zh")


def test_recovery_by_the_route_and_energy_recovery_leave_no_negative_disposal() -> None:
    item = {key: value for key, value in COPPER.items() if key != "r2"} | {
        "material": "cu",
        "r3": "0.5",
        "e_er": "1",
    }
    ledger = run("eu-cfb-ev", {"route": "hydro", "materials": [item]})
    assert found(ledger, "eol.shares") == [("end_of_life.materials[cu]", "1.355")]
    assert set(alternatives(ledger).values()) == {None}
    assert ledger.total == 50


@pytest.mark.parametrize(
    ("burden", "code", "expected"),
    [
        ({"factor": "fuel.ng.combustion.greet2022"}, "eol.burden_factor", None),
        ({"factor": "rec.hydro.recovery.cu.everbatt2019"}, "eol.burden_factor", None),
        ({"factor": "gwp.ar6.sf6"}, "eol.burden_factor", None),
        ({"factor": "nothing"}, "eol.burden_unknown", None),
        ({"factor": "per_tonne"}, "", EXPECTED["cff"]),
    ],
)
def test_burdens_of_materials_are_per_mass(burden: dict[str, str], code: str, expected: float | None) -> None:
    document = inventory(
        [process("pack", [exchange("cu", "10", link={"factor": "five"})])],
        factors=[
            {"key": "five", "value": "5", "unit": "kg CO2e/kg"},
            {"key": "per_tonne", "value": "5000", "unit": "kg CO2e/t"},
        ],
        end_of_life={"materials": [{**COPPER, "ev": burden}]},
    )
    ledger = calculate(parse_inventory(document), rulesets.load("eu-cfb-ev"), load_release())
    if code:
        assert found(ledger, code)[0] == ("end_of_life.materials[cu].ev", burden["factor"])
    assert alternatives(ledger)["cff"] == (None if expected is None else pytest.approx(expected))


def test_burning_with_energy_recovery_stays_with_the_product_under_every_model() -> None:
    plastic = {
        **{key: COPPER[key] for key in ("id", "name", "mass_kg", "ev", "ed")},
        "kind": "other",
        "r2": "0",
        "r3": "0.6",
        "e_er": "2.5",
        "lhv_mj": "30",
        "x_heat": "0.5",
        "x_elec": "0",
        "e_se_heat": "0.06",
    }
    ledger = run("eu-cfb-ev", {"materials": [plastic]})
    disposal, burnt, credit = 0.4 * 0.1, 0.6 * 2.5, 0.6 * 30 * 0.5 * 0.06
    assert alternatives(ledger) == pytest.approx(
        {
            "cut_off": 50 + 10 * (burnt + disposal),
            "cff": 50 + 10 * (burnt - credit + disposal),
            "substitution": 50 + 10 * (burnt - credit + disposal),
        }
    )


def test_where_recycling_begins_is_said_and_the_model_counts_in_the_shares_of_quality() -> None:
    document = inventory(
        [
            process(
                "pack",
                [
                    exchange("cu", "10", link={"factor": "five"}, primary=True),
                    exchange("eol", "1", "piece", {"process": "collect"}, kind="module"),
                ],
            ),
            process("collect", [exchange("t", "2", link={"factor": "five"})], stage="recycling"),
        ],
        factors=[{"key": "five", "value": "5", "unit": "kg CO2e/kg", "primary": True}],
        end_of_life={"materials": [COPPER]},
    )
    ledger = calculate(parse_inventory(document), rulesets.load("eu-cfb-ev"), load_release())
    (problem,) = [problem for problem in ledger.warnings if problem.code == "eol.handover"]
    assert "collect" in problem.message("en")
    # 50 primary of 50 + 10 + |-3.2| + |-32.4 + 0.1|
    assert ledger.quality["pcf_abs"] == pytest.approx(60 + 3.2 + 32.3)
    assert ledger.quality["pds"] == pytest.approx(50 / 95.5)
    chinese = calculate(parse_inventory(document), rulesets.load("cn-miit-551"), load_release())
    assert "eol.handover" not in {problem.code for problem in chinese.warnings}


def test_a_material_stated_twice_is_refused() -> None:
    with pytest.raises(InventoryError) as caught:
        run("eu-cfb-ev", {"materials": [COPPER, COPPER]})
    assert [problem.code for problem in caught.value.problems] == ["id.duplicate"]
