"""Random systems with loops, co-products and negative exchanges: the same score as bw2calc, to 1e-9 relative.

The oracle is built from the document itself, with its own allocation and its own matrices;
nothing of the engine is used.
"""

import warnings
from decimal import Decimal
from typing import Any

import bw_processing as bwp
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from lca import rulesets
from lca.data import load_release
from lca.engine import calculate, parse_inventory
from tests.engine.documents import exchange, inventory, process

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import bw2calc

RELEASE = load_release()
RULESET = rulesets.load("cn-miit-551")


def decimals(low: str, high: str) -> st.SearchStrategy[str]:
    return st.decimals(low, high, places=4).map(str)


@st.composite
def systems(draw: st.DrawFn) -> dict[str, Any]:
    """A pack inventory of 2 to 9 processes that link to each other in any direction, with one or two products each."""
    size = draw(st.integers(2, 9))
    processes = []
    for number in range(size):
        outputs = [{"id": "p0", "amount": draw(decimals("0.5", "5000")), "unit": "kg"}]
        if draw(st.booleans()):
            outputs.append({"id": "p1", "amount": draw(decimals("0.5", "5000")), "unit": "kg"})
        total = sum(Decimal(output["amount"]) for output in outputs)
        exchanges = [
            exchange(f"{number}.burden", draw(decimals("-50", "500")), link={"factor": "one"}),
            exchange(f"{number}.ch4", draw(decimals("0", "3")), link={"gas": "CH4"}, kind="emission"),
        ]
        for position in range(draw(st.integers(0, 4))):
            # Amounts relative to the output keep loops productive; some are credits.
            share = draw(st.decimals("-0.1", "0.3", places=3))
            target = draw(st.integers(0, size - 1))
            exchanges.append(
                exchange(
                    f"{number}.{position}",
                    str(share * total),
                    link={"process": f"u{target}", "product": "p0"},
                )
            )
        processes.append(process(f"u{number}", exchanges, products=outputs))
    document = inventory(processes)
    document["reference"] = {
        "process": "u0",
        "product": "p0",
        "amount": draw(decimals("0.1", "1000")),
        "unit": "kg",
    }
    return document


def brightway_score(document: dict[str, Any]) -> float:
    """The score by bw2calc: one activity per product, burdens shared by mass, one characterised flow."""
    columns = [
        (unit["id"], product["id"], float(product["amount"]))
        for unit in document["processes"]
        for product in unit["products"]
    ]
    index = {(owner, product): number for number, (owner, product, _) in enumerate(columns)}
    rows, cols, values, burdens = [], [], [], np.zeros(len(columns))
    for unit in document["processes"]:
        mass = sum(float(product["amount"]) for product in unit["products"])
        for product in unit["products"]:
            column, share = index[unit["id"], product["id"]], float(product["amount"]) / mass
            rows.append(column)
            cols.append(column)
            values.append(float(product["amount"]))
            for item in unit["exchanges"]:
                amount = float(item["amount"]) * share
                if "process" in item["link"]:
                    rows.append(index[item["link"]["process"], item["link"]["product"]])
                    cols.append(column)
                    values.append(-amount)
                else:
                    burdens[column] += amount * (29.8 if "gas" in item["link"] else 1.0)
    dense = np.zeros((len(columns), len(columns)))
    np.add.at(dense, (rows, cols), values)
    package = bwp.create_datapackage()
    filled = np.argwhere(dense)
    package.add_persistent_vector(
        matrix="technosphere_matrix",
        indices_array=np.array([(row + 1, column + 1) for row, column in filled], dtype=bwp.INDICES_DTYPE),
        data_array=np.array([dense[row, column] for row, column in filled]),
    )
    package.add_persistent_vector(
        matrix="biosphere_matrix",
        indices_array=np.array(
            [(1001, column + 1) for column in range(len(columns))], dtype=bwp.INDICES_DTYPE
        ),
        data_array=burdens,
    )
    package.add_persistent_vector(
        matrix="characterization_matrix",
        indices_array=np.array([(1001, 1001)], dtype=bwp.INDICES_DTYPE),
        data_array=np.array([1.0]),
    )
    reference = document["reference"]
    demand = {index[reference["process"], reference["product"]] + 1: float(reference["amount"])}
    lca = bw2calc.LCA(demand, data_objs=[package])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lca.lci()
        lca.lcia()
    return float(lca.score)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(systems())
def test_random_systems_score_as_in_brightway(document: dict[str, Any]) -> None:
    ledger = calculate(parse_inventory(document), RULESET, RELEASE)
    expected = brightway_score(document)
    absolute = sum(abs(line.kgco2e) for line in ledger.lines)
    assume(abs(expected) > 1e-6 * absolute)  # a sum that cancels out has no relative accuracy
    assert ledger.total == pytest.approx(expected, rel=1e-9)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(systems())
def test_every_sum_of_a_ledger_is_the_sum_of_its_lines(document: dict[str, Any]) -> None:
    ledger = calculate(parse_inventory(document), RULESET, RELEASE)
    absolute = sum(abs(line.kgco2e) for line in ledger.lines) or 1.0
    close = {"rel": 1e-9, "abs": 1e-9 * absolute}
    assert sum(line.kgco2e for line in ledger.lines if line.counted) == pytest.approx(ledger.total, **close)
    assert sum(entry["kgco2e"] for entry in ledger.stages.values()) == pytest.approx(ledger.total, **close)
    assert sum(entry["direct"] for entry in ledger.processes) == pytest.approx(ledger.total, **close)
    assert sum(entry["kgco2e"] for entry in ledger.groups) == pytest.approx(ledger.total, **close)
    assert sum(ledger.gases.values()) == pytest.approx(ledger.total, **close)
    assert ledger.tree["kgco2e"] == pytest.approx(ledger.total, **close)


def test_a_long_chain_and_a_wide_loop() -> None:
    """60 processes, each needing the next and a tenth of the first: one strongly connected component."""
    units = [
        process(
            f"u{n}",
            [
                exchange(f"{n}.burden", "1", link={"factor": "one"}),
                exchange(f"{n}.next", "0.9", link={"process": f"u{(n + 1) % 60}", "product": "p0"}),
                exchange(f"{n}.first", "0.01", link={"process": "u0", "product": "p0"}),
            ],
            products=[{"id": "p0", "amount": "1", "unit": "kg"}],
        )
        for n in range(60)
    ]
    document = inventory(units)
    document["reference"] = {"process": "u0", "product": "p0", "amount": "1", "unit": "kg"}
    ledger = calculate(parse_inventory(document), RULESET, RELEASE)
    assert ledger.total == pytest.approx(brightway_score(document), rel=1e-9)
