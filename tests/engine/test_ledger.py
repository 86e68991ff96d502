"""The ledger: identity, stages of bought parts, tree, JSON."""

import json
from typing import Any

import pytest

from lca import rulesets
from lca.data import load_release
from lca.engine import (
    ENGINE_VERSION,
    Factor,
    FactorRelease,
    calculate,
    input_digest,
    parse_inventory,
    read_json,
)
from lca.engine.canonical import canonical_json, digest
from tests.engine.documents import CASES, example, exchange, inventory, process


def run(document: dict[str, Any], ruleset: str = "cn-miit-551") -> dict[str, Any]:
    return calculate(parse_inventory(document), rulesets.load(ruleset), load_release()).to_dict()


def test_the_same_input_is_the_same_calculation() -> None:
    first, second = run(example()), run(read_json((CASES / "example_pack.json").read_bytes()))
    assert first == second
    assert len(first["input_digest"]) == 64
    assert first["engine_version"] == ENGINE_VERSION


def test_the_identity_changes_with_each_of_its_parts() -> None:
    document, ruleset, release = example(), rulesets.load("cn-miit-551"), load_release()
    changed = example()
    changed["processes"][0]["exchanges"][2]["amount"] = "1150001"
    other = FactorRelease.build("X", [*release.factors.values()][1:])
    digests = {
        input_digest(document, ruleset, release),
        input_digest(changed, ruleset, release),
        input_digest(document, rulesets.load("eu-cfb-ev"), release),
        input_digest(document, ruleset, other),
    }
    assert len(digests) == 4


def test_the_order_of_fields_does_not_change_the_identity() -> None:
    document = example()
    turned = dict(reversed(document.items()))
    assert digest(document) == digest(turned)
    assert canonical_json({"b": "é", "a": None}) == '{"a":null,"b":"é"}'.encode()
    with pytest.raises(ValueError, match="Out of range"):
        canonical_json({"a": float("nan")})


def test_a_changed_factor_changes_the_release_and_nothing_else_does() -> None:
    release = load_release()
    rebuilt = FactorRelease.build(release.code, reversed(release.factors.values()))
    assert rebuilt.sha256 == release.sha256
    first = next(iter(release.factors.values()))
    changed = Factor(
        **{**{name: getattr(first, name) for name in Factor.__slots__}, "note": first.note + "."}
    )
    assert (
        FactorRelease.build(release.code, [changed, *[*release.factors.values()][1:]]).sha256
        != release.sha256
    )


def test_every_stage_gets_what_belongs_to_it() -> None:
    ledger = run(example())
    by_id = {line["id"]: line["stage"] for line in ledger["lines"]}
    assert by_id["cell.cathode"] == "materials", "bought material"
    assert by_id["pack.inbound"] == "materials", "inbound transport counts with what it carries"
    assert by_id["cell.grid"] == "manufacturing"
    assert by_id["cell.gas"] == "manufacturing"
    assert by_id["delivery.road"] == "distribution"
    assert by_id["take_back.road"] == "recycling"
    assert by_id["pack.bms@materials"] == "materials"
    assert by_id["pack.bms@manufacturing"] == "manufacturing"


def test_stages_outside_the_rule_set_are_shown_and_not_counted() -> None:
    ledger = run(example(), "iso-14067-gate")
    outside = [line for line in ledger["lines"] if not line["counted"]]
    assert {line["stage"] for line in outside} == {"distribution", "recycling"}
    assert set(ledger["stages"]) == {"materials", "manufacturing"}
    assert sum(line["kgco2e"] for line in ledger["lines"] if line["counted"]) == pytest.approx(
        ledger["total"]
    )
    assert "stage.out_of_scope" in {problem["code"] for problem in ledger["warnings"]}


def _check(node: dict[str, Any]) -> int:
    if node["kind"] in ("process", "end_of_life") and node["children"]:
        assert sum(child["kgco2e"] for child in node["children"]) == pytest.approx(node["kgco2e"], rel=1e-9)
    return 1 + sum(_check(child) for child in node["children"])


@pytest.mark.parametrize("ruleset", ["cn-miit-551", "eu-cfb-ev", "iso-14067-gate"])
def test_children_of_the_tree_add_up_to_their_node(ruleset: str) -> None:
    ledger = run(example(), ruleset)
    assert ledger["tree"]["kgco2e"] == pytest.approx(ledger["total"], rel=1e-9)
    assert _check(ledger["tree"]) > 20
    assert '"loop"' in json.dumps(ledger["tree"])


def test_a_wide_shared_structure_does_not_blow_the_tree_up() -> None:
    """20 layers in which each process takes two of the next: a million paths, and still a small tree that adds up."""
    layers = []
    for n in range(20):
        link = {"process": f"l{n + 1}"}
        exchanges = [exchange("a", "1", "piece", link), exchange("b", "1", "piece", link)] if n < 19 else []
        layers.append(process(f"l{n}", [*exchanges, exchange("x", "1", link={"factor": "one"})]))
    ledger = run(inventory(layers))
    assert ledger["total"] == pytest.approx(2**20 - 1)
    assert len(json.dumps(ledger["tree"])) < 3_000_000
    _check(ledger["tree"])


def test_cumulative_figures_hold_everything_upstream() -> None:
    ledger = run(example())
    rows = {row["id"]: row for row in ledger["processes"]}
    adjustments = sum(line["kgco2e"] for line in ledger["lines"] if line["kind"] == "end_of_life")
    assert rows["pack"]["cumulative"] + adjustments == pytest.approx(ledger["total"])
    assert rows["cell"]["cumulative"] > rows["cell"]["direct"]


def test_every_line_says_where_it_comes_from() -> None:
    lines = {line["id"]: line for line in run(example())["lines"]}
    assert lines["pack.case"]["provenance"]["cell"] == "F12"
    assert lines["pack.case"]["factor"]["release"] == "CN-2026.1"
    assert lines["pack.case"]["factor"]["source"].startswith("EverBatt")
    assert lines["cell.steam"]["factor"]["own"] is True
    assert lines["cell.gas"]["gas"] == {"gas": "HFC-134a", "gwp": "1530"}
    assert lines["pack.bms@materials"]["result"]["version"] == "2"
    for line in lines.values():
        if line["converted_amount"] is not None and line["unit_burden"] is not None:
            assert line["converted_amount"] * line["unit_burden"] == pytest.approx(line["kgco2e"])
