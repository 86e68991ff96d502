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
from hypothesis import HealthCheck, Phase, assume, given, settings
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


# Kilograms in a unit of mass; what the oracle converts by.
KILOGRAMS = {"kg": 1.0, "g": 0.001, "t": 1000.0}
# Sixth assessment report, 100 years.
POTENTIALS = {
    "CO2": 1.0,
    "CH4": 29.8,
    "CH4_nonfossil": 27.0,
    "N2O": 273.0,
    "SF6": 25200.0,
    "CO2_biogenic": 0.0,
}
FACTORS = [
    {"key": "one", "value": "1", "unit": "kg CO2e/kg", "year": "2025"},
    {"key": "truck", "value": "0.08", "unit": "kg CO2e/tkm", "year": "2025"},
    {"key": "heat", "value": "0.07", "unit": "kg CO2e/MJ", "year": "2025"},
]
GRID = 0.5777
# A system that fails is small as it is: making it smaller would take minutes.
SEARCH = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow], phases=[Phase.explicit, Phase.generate]
)


@st.composite
def outputs(draw: st.DrawFn) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """One to three products of a process, and how it shares its burdens among them."""
    found = []
    method = draw(st.sampled_from(["", "", "mass", "economic", "recorded", "by price"]))
    count = draw(st.integers(1, 3))
    for number in range(count):
        product = {
            "id": f"p{number}",
            "amount": draw(decimals("0.5", "5000")),
            "unit": draw(st.sampled_from(sorted(KILOGRAMS))),
        }
        if method in ("economic", "by price"):
            product["allocation"] = {"price": draw(decimals("0.5", "9")), "currency": "CNY"}
        if method == "recorded":
            # The last share is what the others leave.
            share = "0.25" if number < count - 1 else str(1 - Decimal("0.25") * (count - 1))
            product["allocation"] = {"share": share}
        found.append(product)
    stated = "" if method == "by price" or count == 1 else method
    return found, {"method": stated, "reason": "as measured"} if stated else {}


@st.composite
def systems(draw: st.DrawFn) -> dict[str, Any]:
    """A pack inventory of 2 to 9 processes that link to each other in any direction.

    Co-products by mass, value or record; units of mass mixed; credits; gases, transport, heat and electricity; and one
    process may be a treatment, which takes the wastes of the others.
    """
    size = draw(st.integers(2, 9))
    treatment = draw(st.sampled_from([None, size - 1]))
    products = [draw(outputs()) for _ in range(size)]
    if treatment is not None:
        products[treatment] = ([{"id": "p0", "amount": draw(decimals("0.5", "5000")), "unit": "kg"}], {})
    processes = []
    for number, (made, allocation) in enumerate(products):
        # With at most 0.8 of it going round, a loop delivers whatever the allocation.
        unit = {"products": made, "allocation": allocation}
        total = min(
            Decimal(product["amount"]) * Decimal(str(KILOGRAMS[product["unit"]])) / Decimal(share)
            for product, share in zip(made, oracle_shares(unit), strict=True)
        )
        exchanges = [
            exchange(f"{number}.burden", draw(decimals("-50", "500")), link={"factor": "one"}),
            exchange(f"{number}.heat", draw(decimals("0", "90")), "kWh", {"factor": "heat"}, kind="energy"),
            {
                **exchange(f"{number}.truck", None, "tkm", {"factor": "truck"}, kind="transport"),
                "transport": {
                    "mass_kg": draw(decimals("1", "900")),
                    "distance_km": draw(decimals("1", "900")),
                },
            },
            exchange(
                f"{number}.power",
                draw(decimals("0", "90")),
                "MJ",
                kind="energy",
                electricity={"supply": "grid", "region": "CN"},
            ),
        ]
        for position, gas in enumerate(draw(st.lists(st.sampled_from(sorted(POTENTIALS)), max_size=3))):
            amount = draw(decimals("0", "3"))
            exchanges.append(exchange(f"{number}.gas{position}", amount, "g", {"gas": gas}, kind="emission"))
        for position in range(draw(st.integers(0, 4))):
            # Amounts relative to the output keep loops productive; some are credits.
            share, target = draw(st.decimals("-0.1", "0.2", places=3)), draw(st.integers(0, size - 1))
            product = draw(st.sampled_from(products[target][0]))["id"]
            waste = target == treatment
            measure = draw(st.sampled_from(sorted(KILOGRAMS)))
            amount = (abs(share) if waste else share) * total / Decimal(str(KILOGRAMS[measure]))
            exchanges.append(
                exchange(
                    f"{number}.{position}",
                    f"{amount:.12g}",
                    measure,
                    {"process": f"u{target}", "product": product},
                    kind="waste" if waste else "material",
                )
            )
        processes.append(process(f"u{number}", exchanges, products=made, allocation=allocation))
    document = inventory(processes, factors=FACTORS)
    document["reference"] = {
        "process": "u0",
        "product": "p0",
        "amount": draw(decimals("0.1", "1000")),
        "unit": "kg",
    }
    document["x_treatment"] = f"u{treatment}" if treatment else ""
    return document


def oracle_shares(unit: dict[str, Any]) -> list[float]:
    """How a process's burdens are shared, by the rules as they are written down."""
    made = unit["products"]
    kilograms = [float(product["amount"]) * KILOGRAMS[product["unit"]] for product in made]
    stated = [product.get("allocation", {}) for product in made]
    bases, method = kilograms, unit.get("allocation", {}).get("method", "")
    if len(made) > 1 and all("price" in item for item in stated):
        value = [
            float(product["amount"]) * float(item["price"])
            for product, item in zip(made, stated, strict=True)
        ]
        ratios = [worth / mass for worth, mass in zip(value, kilograms, strict=True)]
        if method == "economic" or max(ratios) / min(ratios) > 5:
            bases = value
    if method == "recorded":
        bases = [float(item["share"]) for item in stated]
    return [basis / sum(bases) for basis in bases]


def oracle_burden(item: dict[str, Any]) -> float:
    """kg CO2e of an exchange that leads to no process."""
    if item["kind"] == "transport":
        return float(item["transport"]["mass_kg"]) * float(item["transport"]["distance_km"]) / 1000 * 0.08
    amount = float(item["amount"])
    if "electricity" in item:
        return amount / 3.6 * GRID
    if "gas" in item["link"]:
        return amount * KILOGRAMS[item["unit"]] * POTENTIALS[item["link"]["gas"]]
    return amount * 3.6 * 0.07 if item["link"]["factor"] == "heat" else amount


def brightway_score(document: dict[str, Any]) -> float:
    """The score by bw2calc: one activity per product, one characterised flow.

    A treatment is written as its databases do: its reference product is negative, and a waste that another process
    gives off is one of that process's products.
    """
    columns = [
        (unit["id"], product["id"], float(product["amount"]) * KILOGRAMS[product["unit"]])
        for unit in document["processes"]
        for product in unit["products"]
    ]
    index = {(owner, product): number for number, (owner, product, _) in enumerate(columns)}
    sign = {owner: -1.0 if owner == document.get("x_treatment") else 1.0 for owner, _, _ in columns}
    dense, burdens = np.zeros((len(columns), len(columns))), np.zeros(len(columns))
    for unit in document["processes"]:
        for product, share in zip(unit["products"], oracle_shares(unit), strict=True):
            column = index[unit["id"], product["id"]]
            dense[column, column] += columns[column][2] * sign[unit["id"]]
            for item in unit["exchanges"]:
                target = (item["link"] or {}).get("process")
                if target:
                    row = index[target, item["link"]["product"]]
                    amount = float(item["amount"]) * KILOGRAMS[item["unit"]] * share
                    dense[row, column] -= amount * sign[target]
                else:
                    burdens[column] += oracle_burden(item) * share
    return score_of(
        dense, burdens, index[document["reference"]["process"], "p0"], document["reference"]["amount"]
    )


def score_of(dense: Any, burdens: Any, column: int, amount: str) -> float:
    """What bw2calc says of these matrices."""
    package = bwp.create_datapackage()
    filled = np.argwhere(dense)
    package.add_persistent_vector(
        matrix="technosphere_matrix",
        indices_array=np.array([(row + 1, number + 1) for row, number in filled], dtype=bwp.INDICES_DTYPE),
        data_array=np.array([dense[row, number] for row, number in filled]),
    )
    package.add_persistent_vector(
        matrix="biosphere_matrix",
        indices_array=np.array(
            [(1001, number + 1) for number in range(len(burdens))], dtype=bwp.INDICES_DTYPE
        ),
        data_array=burdens,
    )
    package.add_persistent_vector(
        matrix="characterization_matrix",
        indices_array=np.array([(1001, 1001)], dtype=bwp.INDICES_DTYPE),
        data_array=np.array([1.0]),
    )
    lca = bw2calc.LCA({column + 1: float(amount)}, data_objs=[package])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lca.lci()
        lca.lcia()
    return float(lca.score)


@settings(SEARCH, max_examples=100)
@given(systems())
def test_random_systems_score_as_in_brightway(document: dict[str, Any]) -> None:
    ledger = calculate(parse_inventory(document), RULESET, RELEASE)
    expected = brightway_score(document)
    absolute = sum(abs(line.kgco2e) for line in ledger.lines)
    assume(abs(expected) > 1e-6 * absolute)  # a sum that cancels out has no relative accuracy
    assert ledger.total == pytest.approx(expected, rel=1e-9)


@settings(SEARCH, max_examples=60)
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
