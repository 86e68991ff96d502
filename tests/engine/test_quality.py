"""Shares, ratings, cut-off, mass balance, company-specific data, plausibility."""

from typing import Any

import pytest

from lca import rulesets
from lca.data import load_release
from lca.engine import Ledger, calculate, parse_inventory
from lca.engine.plausibility import chemistry_family
from tests.engine.documents import example, exchange, inventory, process


def run(exchanges: list[dict[str, Any]], ruleset: str = "cn-miit-551", **extra: Any) -> Ledger:
    document = inventory([process("pack", exchanges)], **extra)
    return calculate(parse_inventory(document), rulesets.load(ruleset), load_release())


def codes(ledger: Ledger) -> list[str]:
    return [problem.code for problem in ledger.warnings]


def test_primary_needs_activity_and_factor() -> None:
    ledger = run(
        [
            exchange("both", "10", link={"factor": "two"}, primary=True),
            exchange("activity", "30", link={"factor": "one"}, primary=True),
            exchange("factor", "10", link={"factor": "two"}),
            exchange("credit", "-30", link={"factor": "one"}),
        ]
    )
    assert ledger.total == 40
    assert ledger.quality["pcf_abs"] == 100
    assert ledger.quality["pds"] == pytest.approx(0.2)
    assert ledger.quality["activity_primary_share"] == pytest.approx(0.5)


def test_ratings_are_kept_apart_and_missing_ones_are_the_worst() -> None:
    ledger = run(
        [
            exchange("rated", "50", link={"factor": "one"}, dqr={"ter": "1", "ger": "3"}),
            exchange("bare", "25", link={"factor": "two"}),
        ]
    )
    dqr = ledger.quality["dqr"]
    # Factor "one" is of 2025, the last year of the period: TiR 1; factor "two" of 2020 is five years old: TiR 5.
    assert (dqr["ter"], dqr["tir"], dqr["ger"]) == pytest.approx((3.0, 3.0, 4.0))
    assert dqr["overall"] == pytest.approx(10 / 3)


def test_a_suppliers_shares_are_weighed_in() -> None:
    result = {
        "id": "r",
        "declared_unit": "piece",
        "scores": {"cn-miit-551": {"materials": "60", "manufacturing": "20"}},
        "pds": "0.5",
        "verified_share": "1",
        "dqr": {"ter": "2", "tir": "2", "ger": "2"},
    }
    ledger = run(
        [
            exchange("bought", "1", "piece", {"result": "r"}, kind="module"),
            exchange("x", "20", link={"factor": "one"}),
        ],
        results=[result],
    )
    assert ledger.quality["pds"] == pytest.approx(0.4)
    assert ledger.quality["verified_share"] == pytest.approx(0.8)
    assert ledger.quality["tier_shares"] == pytest.approx({"supplier": 0.8, "own": 0.2})
    assert [(line.id, line.stage, line.kgco2e) for line in ledger.lines if line.result] == [
        ("bought@materials", "materials", 60.0),
        ("bought@manufacturing", "manufacturing", 20.0),
    ]


def test_a_result_without_figures_for_the_rule_set_is_an_error() -> None:
    document = inventory(
        [process("pack", [exchange("bought", "1", "piece", {"result": "r"}, kind="module")])],
        results=[{"id": "r", "declared_unit": "piece", "scores": {"eu-cfb-ev": {"materials": "1"}}}],
    )
    with pytest.raises(ValueError, match="no figures under cn-miit-551"):
        calculate(parse_inventory(document), rulesets.load("cn-miit-551"), load_release())


def test_cut_off_is_computed_and_an_unknown_share_is_not_zero() -> None:
    def omitted(*shares: str | None) -> Ledger:
        rows = [
            {"name": f"o{n}", "reason": "small", "estimated_mass_share": share}
            for n, share in enumerate(shares)
        ]
        return run([exchange("x", "1", link={"factor": "one"})], omitted=rows)

    assert omitted("0.01", "0.01", "0.01").quality["cutoff"]["within"] is True
    total = omitted("0.01", "0.01", "0.01", "0.001")
    assert total.quality["cutoff"]["within"] is False
    assert "cutoff.total" in codes(total)
    assert "cutoff.single" in codes(omitted("0.011"))
    unknown = omitted("0.001", None)
    assert unknown.quality["cutoff"]["total_share"] is None
    assert unknown.quality["cutoff"]["known_share"] == pytest.approx(0.001)
    assert unknown.quality["cutoff"]["within"] is False


@pytest.mark.parametrize(("waste", "within"), [("350", True), ("200", False)])
def test_mass_balance(waste: str, within: bool) -> None:
    out = exchange("out", waste, link={"burden_free": "scrap"}, kind="waste")
    pack = process(
        "pack",
        [exchange("x", "1", "t", {"factor": "one"}), out],
        products=[{"id": "pack", "amount": "1", "unit": "piece", "mass_kg": "650"}],
    )
    ledger = calculate(parse_inventory(inventory([pack])), rulesets.load("cn-miit-551"), load_release())
    assert ledger.quality["mass_balance"][0]["within"] is within
    assert ("balance.off" in codes(ledger)) is not within


def test_mass_balance_says_nothing_where_a_mass_is_not_known() -> None:
    ledger = run([exchange("x", "1", "t", {"factor": "one"})])
    assert ledger.quality["mass_balance"][0]["complete"] is False
    assert ledger.quality["mass_balance"][0]["within"] is None
    assert "balance.off" not in codes(ledger)


def test_company_specific_data_are_checked() -> None:
    ledger = run(
        [
            exchange("c", "1", link={"factor": "cam.lfp.greet2022"}, primary=True),
            exchange("a", "1", link={"factor": "anode.graphite.greet2022"}),
        ]
    )
    rows = {row["component"]: (row["found"], row["primary"]) for row in ledger.quality["mandatory"]}
    assert rows["cathode"] == (True, True)
    assert rows["anode"] == (True, False)
    assert rows["separator"] == (False, False)


@pytest.mark.parametrize(
    ("kilograms", "position"),
    [("4000", "below"), ("4100", "within"), ("11000", "within"), ("11001", "above")],
)
def test_plausibility_is_a_warning(kilograms: str, position: str) -> None:
    ledger = run([exchange("x", kilograms, link={"factor": "one"})])
    assert ledger.plausibility is not None
    assert ledger.plausibility["position"] == position
    assert ("plausibility.outside" in codes(ledger)) is (position != "within")
    assert "plausibility.outside" not in {problem.code for problem in ledger.blocking}


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("LFP", "LFP"),
        ("磷酸铁锂", "LFP"),
        ("NMC(622)", "NMC"),
        ("NCM811", "NMC"),
        ("三元锂", "NMC"),
        ("LTO", ""),
        ("", ""),
    ],
)
def test_chemistries_as_people_write_them(text: str, family: str) -> None:
    assert chemistry_family(text) == family


def test_the_example_has_no_error() -> None:
    for ruleset in rulesets.available():
        ledger = calculate(parse_inventory(example()), ruleset, load_release())
        assert ledger.blocking == ()


def test_company_specific_amounts_on_background_factors_are_told_apart_from_primary_data() -> None:
    lines = [
        exchange("a", "90", link={"factor": "one"}, primary=True),
        exchange("b", "5", link={"factor": "two"}, primary=True),
    ]
    ledger = calculate(
        parse_inventory(inventory([process("pack", lines)])), rulesets.load("cn-miit-551"), load_release()
    )
    assert ledger.quality["activity_primary_share"] == 1.0
    assert ledger.quality["pds"] == pytest.approx(10 / 100)
    (finding,) = [problem for problem in ledger.warnings if problem.code == "quality.two_shares"]
    assert "100.0 %" in finding.message("en")
    assert "10.0 %" in finding.message("zh")
    alone = calculate(
        parse_inventory(inventory([process("pack", lines[1:])])), rulesets.load("cn-miit-551"), load_release()
    )
    assert "quality.two_shares" not in {problem.code for problem in alone.warnings}
