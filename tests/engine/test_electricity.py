"""Electricity: two families that never mix, supplies by policy, location- and contract-based figures, certificates."""

from typing import Any

import pytest

from lca import rulesets
from lca.data import load_release
from lca.engine import InventoryError, Ledger, calculate, parse_inventory
from tests.engine.documents import exchange, inventory, process

GREEN = "12345678901234567890123456789012"
NATIONAL, WIND, SOLAR, TD = 0.5777, 0.0324, 0.052, 0.0327


def power(supply: str, link: Any = None, region: str = "CN-32", **extra: Any) -> dict[str, Any]:
    stated = {"supply": supply, "region": region, **extra}
    return exchange("power", "1000", "kWh", link, kind="energy", electricity=stated)


def run(*exchanges: dict[str, Any], ruleset: str = "cn-miit-551") -> Ledger:
    document = inventory([process("pack", list(exchanges))])
    return calculate(parse_inventory(document), rulesets.load(ruleset), load_release())


def refused(*exchanges: dict[str, Any], ruleset: str = "cn-miit-551") -> set[str]:
    with pytest.raises(InventoryError) as caught:
        run(*exchanges, ruleset=ruleset)
    return {problem.code for problem in caught.value.problems}


def figures(ledger: Ledger) -> tuple[float, float, float]:
    """Declared, location-based, contract-based, kg CO2e per kWh."""
    electricity = ledger.electricity
    return (
        ledger.total / 1000,
        electricity["location_based"]["total"] / 1000,
        electricity["contract_based"]["total"] / 1000,
    )


@pytest.mark.parametrize(
    ("ruleset", "supply", "generation", "expected"),
    [
        ("cn-miit-551", "grid", "", (NATIONAL, NATIONAL, NATIONAL)),
        ("cn-miit-551", "self", "solar", (SOLAR, SOLAR, SOLAR)),
        ("cn-miit-551", "direct", "wind", (WIND, WIND, WIND)),
        ("cn-miit-551", "certificate", "wind", (NATIONAL, NATIONAL, WIND + TD)),
        ("eu-cfb-ev", "certificate", "wind", (NATIONAL, NATIONAL, WIND + TD)),
        ("iso-14067-gate", "certificate", "wind", (WIND + TD, NATIONAL, WIND + TD)),
    ],
)
def test_supplies_follow_the_policy(
    ruleset: str, supply: str, generation: str, expected: tuple[float, ...]
) -> None:
    extra = {"generation": generation} if generation else {}
    if supply == "certificate":
        extra["certificates"] = [GREEN]  # type: ignore[assignment]
    assert figures(run(power(supply, **extra), ruleset=ruleset)) == pytest.approx(expected)


@pytest.mark.parametrize(
    "key", ["elec.cn.co2.prov.JS.2023", "elec.cn.co2.avg.2023", "elec.cn.co2.region.ECGRID.2023"]
)
@pytest.mark.parametrize("ruleset", ["cn-miit-551", "eu-cfb-ev", "iso-14067-gate"])
def test_a_co2_factor_is_refused_where_a_footprint_factor_is_asked_for(key: str, ruleset: str) -> None:
    assert refused(power("grid", {"factor": key}), ruleset=ruleset) == {"electricity.co2_family"}
    plain = exchange("power", "1", "kWh", {"factor": key}, kind="energy")
    assert refused(plain, ruleset=ruleset) == {"electricity.co2_family"}


def test_an_own_co2_factor_is_refused_under_any_family() -> None:
    own = {"key": "own", "value": "0.6", "unit": "kg CO2/kWh", "region": "CN-32", "family": "other"}
    document = inventory([process("pack", [power("grid", {"factor": "own"})])], factors=[own])
    with pytest.raises(InventoryError) as caught:
        calculate(parse_inventory(document), rulesets.load("cn-miit-551"), load_release())
    assert {problem.code for problem in caught.value.problems} == {"electricity.co2_family"}


def test_a_generation_factor_is_refused_for_grid_supply() -> None:
    assert refused(power("grid", {"factor": "elec.cn.gen.hydro.2024"})) == {"electricity.generation_for_grid"}


def test_another_average_factor_is_pointed_out() -> None:
    ledger = run(power("grid", {"factor": "elec.cn.footprint.2023"}))
    assert ledger.total == pytest.approx(620.5)
    assert "electricity.own_grid_factor" in {problem.code for problem in ledger.warnings}


def test_a_grid_abroad_takes_the_country_factor_and_says_what_is_not_known_of_it() -> None:
    ledger = run(power("grid", region="KR"))
    assert ledger.total == pytest.approx(415.65)
    assert "electricity.scope_not_stated" in {problem.code for problem in ledger.warnings}


def test_a_region_without_a_factor_is_an_error() -> None:
    assert refused(power("grid", region="ZZ")) == {"electricity.no_grid_factor"}
    assert refused(power("grid", region="")) == {"electricity.no_grid_factor"}


def test_generated_supply_needs_its_type() -> None:
    assert refused(power("self")) == {"electricity.no_generation"}


def test_mj_of_electricity_convert() -> None:
    block = {"supply": "grid", "region": "CN"}
    ledger = run(exchange("power", "3.6", "GJ", kind="energy", electricity=block))
    assert ledger.total == pytest.approx(1000 * NATIONAL)
    assert ledger.electricity["kwh"] == pytest.approx(1000)


@pytest.mark.parametrize("number", ["123", "1" * 31, "1" * 33, "A" * 32, "１" * 32])
def test_a_certificate_has_32_digits(number: str) -> None:
    found = refused(power("certificate", generation="wind", certificates=[number]))
    assert found == {"electricity.certificate_form"}


def test_a_certificate_is_spent_once() -> None:
    first = power("certificate", generation="wind", certificates=[GREEN])
    second = {**first, "id": "again"}
    assert refused(first, second) == {"electricity.certificate_twice"}
    document = inventory([process("pack", [first])])
    assert parse_inventory(document).certificates() == {GREEN: ["processes[pack].exchanges[power]"]}


def test_certificates_are_needed_for_certificate_electricity() -> None:
    assert refused(power("certificate", generation="wind")) == {"electricity.certificate_missing"}


def test_supplies_add_up_by_kwh() -> None:
    own = {**power("self", generation="solar"), "id": "own"}
    ledger = run(power("grid"), own)
    assert ledger.electricity["by_supply"]["grid"]["kwh"] == pytest.approx(1000)
    assert ledger.electricity["by_supply"]["self"]["kgco2e"] == pytest.approx(52.0)
