"""Exported calculations score the same in openLCA's and Brightway's own libraries, to 1e-9 relative."""

from __future__ import annotations

import bz2
import csv
import io
import json
import zipfile
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import olca_schema.units
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lca import rulesets
from lca.data import load_release
from lca.engine import calculate, parse_inventory
from lca.engine.cases import case_to_inventory
from lca.engine.units import UNITS as KNOWN_UNITS
from lca.interchange import System, brightway_package, build_system, olca_package
from lca.interchange.olca_units import UNITS, factor_of, quantity_of, unit_of
from tests.engine.documents import CASES, example, exchange
from tests.engine.test_against_brightway import systems
from tests.support.exchange import Package, brightway_score, imported_score

RELEASE = load_release()
RULESETS = ("cn-miit-551", "eu-cfb-ev", "iso-14067-gate")


def exported(document: dict[str, Any], ruleset: str, language: str = "en") -> tuple[System, Any]:
    inventory, rules = parse_inventory(document), rulesets.load(ruleset)
    ledger = calculate(inventory, rules, RELEASE)
    return build_system(inventory, rules, RELEASE, ledger.to_dict(), language), ledger


def everbatt(pack: int) -> dict[str, Any]:
    case = json.loads((CASES / "everbatt2023.json").read_text(), parse_float=Decimal)
    return case_to_inventory(case, case["packs"][pack], "US", RELEASE)


@pytest.mark.parametrize("ruleset", RULESETS)
@pytest.mark.parametrize(
    "make", [example, lambda: everbatt(0), lambda: everbatt(1)], ids=["example", "lfp", "nmc"]
)
def test_published_packs_score_the_same_in_both(make: Any, ruleset: str, tmp_path: Path) -> None:
    """With loops, co-products, supplies of electricity, gases, results and end of life, as far as each has them."""
    system, ledger = exported(make(), ruleset)
    assert system.score == ledger.total
    assert Package(olca_package(system), tmp_path).score() == pytest.approx(ledger.total, rel=1e-9)
    assert brightway_score(brightway_package(system), tmp_path) == pytest.approx(ledger.total, rel=1e-9)
    assert imported_score(brightway_package(system), tmp_path) == pytest.approx(ledger.total, rel=1e-7)


@st.composite
def any_system(draw: st.DrawFn) -> dict[str, Any]:
    """Random processes with loops, co-products and credits, and lines of every kind that an export treats by itself."""
    document = draw(systems())
    supplies: list[dict[str, Any]] = [
        {"supply": "grid", "region": "CN-32"},
        {"supply": "self", "generation": "solar", "region": "CN-32"},
        {"supply": "certificate", "generation": "wind", "region": "CN-32", "certificates": ["1" * 32]},
        {"supply": "direct", "generation": "hydro", "region": "CN-53"},
    ]
    extra: list[dict[str, Any]] = [
        *(
            exchange(f"power{n}", "40", "MJ", kind="energy", electricity=supply)
            for n, supply in enumerate(supplies)
        ),
        exchange("module", "12.5", link={"result": "made"}, kind="module"),
        exchange("spare", "2.5", link={"result": "made"}, kind="module", stage="distribution"),
        exchange(
            "truck", "900", "kgkm", link={"factor": "trans.road.cn.heavy_diesel.cpcd"}, kind="transport"
        ),
        exchange("late", "3", link={"factor": "metal.steel.greet2022"}, stage="recycling"),
        exchange("leak", "0.2", "g", link={"gas": "sf6"}, kind="emission"),
        exchange("wood", "7", link={"gas": "CO2_biogenic"}, kind="emission"),
        exchange("scrap", "1", link={"burden_free": "cut off"}, kind="waste"),
    ]
    for line in draw(st.lists(st.sampled_from(extra), unique_by=lambda line: line["id"])):
        draw(st.sampled_from(document["processes"]))["exchanges"].append(line)
    scores = {"materials": "3.25", "manufacturing": "1.5", "distribution": "0.25", "recycling": "-0.125"}
    document["results"] = [
        {"id": "made", "version": "1", "supplier": "S", "product": "P", "declared_unit": "kg",
         "scores": dict.fromkeys(RULESETS, scores)},
    ]  # fmt: skip
    copper = {
        "id": "cu",
        "name": "cu",
        "mass_kg": "44.3",
        "kind": "metal",
        "material": "cu",
        "r1": "0.2",
        "r2": "0.9",
        "ev": {"factor": "metal.copper.greet2022"},
        "e_recycled": {"factor": "metal.al.recycled.ademe"},
        "e_recycling_eol": {"factor": "metal.steel.greet2022"},
        "ed": {"factor": "waste.hazardous.landfill.ademe"},
    }
    if draw(st.booleans()):
        document["end_of_life"] = {"route": "", "collection_rate": "0.95", "materials": [copper]}
    return document


def cancels(ledger: Any) -> bool:
    """A sum that cancels out has no relative accuracy."""
    return abs(ledger.total) <= 1e-6 * sum(abs(line.kgco2e) for line in ledger.lines)


_SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@settings(max_examples=30, suppress_health_check=_SLOW)
@given(any_system(), st.sampled_from(RULESETS))
def test_random_systems_score_the_same_in_both(
    tmp_path: Path, document: dict[str, Any], ruleset: str
) -> None:
    system, ledger = exported(document, ruleset)
    assume(not cancels(ledger))
    assert Package(olca_package(system), tmp_path).score() == pytest.approx(ledger.total, rel=1e-9)
    assert brightway_score(brightway_package(system), tmp_path) == pytest.approx(ledger.total, rel=1e-9)


def test_a_package_says_where_every_factor_comes_from(tmp_path: Path) -> None:
    """Source, licence and key of each factor; the share and reason of each co-product; what electricity is counted."""
    system, ledger = exported(example(), "cn-miit-551")
    package = Package(olca_package(system), tmp_path)
    factors = {line.factor["key"]: line.factor for line in ledger.lines if line.factor}
    for key, factor in factors.items():
        (process,) = [p for p in package.processes.values() if f"Factor {key}:" in (p.description or "")]
        documentation = process.process_documentation
        assert [package.sources[ref.id].name for ref in documentation.sources] == [factor["source"] or key]
        assert (documentation.restrictions_description or "") == factor["licence"]
        assert process.process_type == olca_schema.ProcessType.LCI_RESULT
    (cell,) = [p for p in package.processes.values() if p.name == "Cell making | cell"]
    assert "shared by mass" in cell.description
    assert {"HFC-134a" in package.flows[x.flow.id].name for x in cell.exchanges if not x.is_input} == {
        True,
        False,
    }
    power = [
        x.description
        for x in cell.exchanges
        if x.description and "supply: certificate-backed; generation: wind" in x.description
    ]
    assert len(power) == 1
    (system_,) = package.systems.values()
    assert system_.target_amount == 1
    assert "cn-miit-551" in system_.description and ledger.input_digest in system_.description


def lost(written: Any, read: Any, place: str) -> list[str]:
    """Fields that were written and that olca_schema does not give back as they were."""
    if isinstance(written, dict):
        return [
            field
            for key, value in written.items()
            if key != "@type"
            for field in lost(value, read.get(key) if isinstance(read, dict) else None, f"{place}.{key}")
        ]
    if isinstance(written, list):
        pairs = zip(written, read or [None] * len(written), strict=True)
        return [field for value, other in pairs for field in lost(value, other, place)]
    return [] if written == read else [place]


def test_every_field_of_a_package_is_one_of_olca_schema() -> None:
    """A misspelt field would be passed over in silence by openLCA."""
    kinds = {
        name: getattr(olca_schema, name)
        for name in (
            "UnitGroup",
            "FlowProperty",
            "Flow",
            "Source",
            "Process",
            "ProductSystem",
            "ImpactCategory",
        )
    } | {"ImpactMethod": olca_schema.ImpactMethod}
    seen = set()
    with zipfile.ZipFile(io.BytesIO(olca_package(exported(example(), "cn-miit-551")[0]))) as package:
        for name in package.namelist():
            if name == "olca-schema.json":
                continue
            written = json.loads(package.read(name))
            seen.add(written["@type"])
            read = kinds[written["@type"]].from_dict(written).to_dict()
            assert lost(written, read, name) == []
    assert seen == set(kinds)
    assert lost({"name": 1, "isRefUnt": True}, {"name": 1}, "unit") == ["unit.isRefUnt"]


def test_a_suppliers_result_is_one_process_with_its_stages_and_no_more(tmp_path: Path) -> None:
    system, _ = exported(example(), "iso-14067-gate")
    package = Package(olca_package(system), tmp_path)
    (result,) = [p for p in package.processes.values() if p.name == "BMS"]
    assert [x.amount for x in result.exchanges] == [1, 88.4, 21.7]
    assert not any(x.is_input for x in result.exchanges)


def test_no_years_total_is_told() -> None:
    """Amounts are per unit of product, as the ledger tells them; the year's output is nobody's business."""
    document = example()
    document["processes"][1]["products"][0]["amount"] = "987654321"
    system, ledger = exported(document, "cn-miit-551")
    assert "987654321" not in json.dumps(ledger.to_dict())
    assert b"987654321" not in bz2.decompress(brightway_package(system))


def test_the_same_calculation_is_the_same_file() -> None:
    first, second = exported(example(), "eu-cfb-ev")[0], exported(example(), "eu-cfb-ev")[0]
    assert olca_package(first) == olca_package(second)
    assert brightway_package(first) == brightway_package(second)


def test_calculations_share_the_factors_that_they_have_in_common() -> None:
    """So that a tool that imports two of them sees one process for one factor; a result of its own stays its own."""
    first, second = exported(example(), "cn-miit-551")[0], exported(example(), "iso-14067-gate")[0]
    ids = [{a.id for a in system.activities if a.kind == "factors"} for system in (first, second)]
    assert len(ids[0] & ids[1]) >= 10
    assert first.root != second.root


def test_names_come_in_the_language_asked_for() -> None:
    chinese = exported(example(), "cn-miit-551", "zh")[0]
    assert "基准流" in chinese.activities[0].name
    assert {chinese.words[a.kind] for a in chinese.activities} == {
        "结果",
        "单元过程",
        "背景因子",
        "供应商发布的结果",
        "回收利用模型",
    }


def test_units_are_those_of_openlca() -> None:
    path = Path(olca_schema.units.__file__).parent / "units.csv"
    with path.open(encoding="utf-8") as stream:
        table = list(csv.DictReader(stream))
    rows = {row["unit uuid"]: row for row in table}
    names: dict[str, set[str]] = defaultdict(set)
    for row in table:
        names[row["unit uuid"]].add(row["unit name"])
    for code in KNOWN_UNITS:
        quantity = quantity_of(code)
        name, identifier = unit_of(code)
        if code not in UNITS:
            assert name not in {row["unit name"] for row in rows.values()}, code
            continue
        row = rows[identifier]
        assert (quantity.id, quantity.group_id) == (row["flow property uuid"], row["unit group uuid"]), code
        assert name in names[identifier], code
    assert (factor_of("kWh"), factor_of("t"), factor_of("piece")) == (3.6, 1000.0, 1.0)
