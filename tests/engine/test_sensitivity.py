"""Sensitivity: exact derivatives and exact responses to a change of one input, loops and co-products included."""

import numpy as np
import pytest

from lca import rulesets
from lca.data import load_release
from lca.engine import parse_inventory
from lca.engine.background import unit_scores
from lca.engine.packed import Packed
from lca.engine.packing import pack
from lca.engine.sensitivity import elasticities, ranked, response
from tests.engine.backgrounds import make_background, make_foreground
from tests.engine.documents import exchange, inventory, process

SCORES = unit_scores(make_background(300)).values
FACTORS = (0.0, 0.5, 0.999999, 1.0, 1.000001, 1.5, 2.0)


def scaled(packed: Packed, key: int, factor: float) -> Packed:
    rates = np.where(packed.key == key, packed.rate * factor, packed.rate)
    return Packed.build(
        packed.size, packed.owner, packed.target, packed.source, rates, key=packed.key, keys=packed.keys
    )


def test_a_response_is_the_result_of_the_changed_foreground() -> None:
    packed = make_foreground(25, 300, loops=3)
    exact, _ = elasticities(packed, {0: 3.0}, SCORES)
    inner = [key for key, target in enumerate(packed.target) if target >= 0]
    for key in [*inner[::3], *inner[-3:], *range(0, len(packed.keys), 12)]:
        name = packed.keys[key]
        found = response(packed, {0: 3.0}, SCORES, name, FACTORS)
        expected = [scaled(packed, key, factor).solve({0: 3.0}, SCORES).total for factor in FACTORS]
        assert found == pytest.approx(expected, rel=1e-10)
        slope = (expected[4] - expected[2]) / 2e-6
        assert exact[key] == pytest.approx(slope, rel=1e-4, abs=1e-7 * expected[3])


def test_background_products_have_an_elasticity_too() -> None:
    packed = make_foreground(25, 300)
    _, found = elasticities(packed, {0: 1.0}, SCORES)
    base = packed.solve({0: 1.0}, SCORES).total
    for row, value in found.items():
        more = SCORES.copy()
        more[row] *= 1.01
        # The result is linear in a unit score: no higher terms.
        assert packed.solve({0: 1.0}, more).total - base == pytest.approx(0.01 * value, rel=1e-6)


def test_without_loops_the_burdens_add_up_to_the_result() -> None:
    packed = make_foreground(25, 300, loops=0)
    found = ranked(packed, {0: 1.0}, SCORES)
    total = packed.solve({0: 1.0}, SCORES).total
    leaves = {packed.keys[key] for key in packed.key[packed.leaves]}
    assert sum(item.elasticity for item in found if item.key in leaves) == pytest.approx(total)
    assert [abs(item.elasticity) for item in found] == sorted(
        (abs(item.elasticity) for item in found), reverse=True
    )
    assert found[0].relative == pytest.approx(found[0].elasticity / total)


def test_an_exchange_of_a_process_with_co_products_changes_as_one() -> None:
    """Half of the shared input goes to each co-product; product 0 needs both of them."""
    unit = process(
        "mill",
        [
            exchange("ore", "10", link={"process": "mine", "product": "p0"}),
            exchange("heat", "4", link={"factor": "one"}),
        ],
        products=[{"id": "p0", "amount": "2", "unit": "kg"}, {"id": "p1", "amount": "3", "unit": "kg"}],
    )
    mine = process(
        "mine",
        [exchange("fuel", "1", link={"factor": "one"})],
        products=[{"id": "p0", "amount": "1", "unit": "kg"}],
    )
    make = process(
        "make",
        [
            exchange("a", "1", link={"process": "mill", "product": "p0"}),
            exchange("b", "2", link={"process": "mill", "product": "p1"}),
        ],
        products=[{"id": "p0", "amount": "1", "unit": "kg"}],
    )
    document = inventory([make, unit, mine])
    document["reference"] = {"process": "make", "product": "p0", "amount": "1", "unit": "kg"}
    packed, demand = pack(parse_inventory(document), rulesets.load("cn-miit-551"), load_release())
    none = np.zeros(0)
    for name in ("mill/ore", "mill/heat", "make/a"):
        expected = [
            scaled(packed, packed.keys.index(name), factor).solve(demand, none).total for factor in FACTORS
        ]
        assert response(packed, demand, none, name, FACTORS) == pytest.approx(expected, rel=1e-12)


def test_a_change_that_has_no_result_is_refused() -> None:
    packed = Packed.build(1, [0, 0], [0, -1], [-1, -1], [0.5, 1.0], keys=["own use", "fuel"])
    assert response(packed, {0: 1.0}, np.zeros(0), "own use", [0.0, 1.0, 1.8]) == pytest.approx([1, 2, 10])
    with pytest.raises(ValueError, match="own use closes a loop"):
        response(packed, {0: 1.0}, np.zeros(0), "own use", [2.0])
    with pytest.raises(KeyError):
        response(packed, {0: 1.0}, np.zeros(0), "nothing", [1.0])
