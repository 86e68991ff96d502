"""Foregrounds as arrays: the same result as the ledger, a dense solution, and volatile factors as coefficients."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca import rulesets
from lca.data import load_release
from lca.engine import calculate, parse_inventory
from lca.engine.background import Background, BackgroundError, unit_scores
from lca.engine.packed import NONE, Packed
from lca.engine.packing import pack
from lca.engine.volatile import coefficients, remixed, rescored
from tests.engine.backgrounds import background_arrays, make_background, make_foreground
from tests.engine.documents import example
from tests.engine.test_against_brightway import systems

SCORES = unit_scores(make_background(300)).values


def dense_total(packed: Packed, scores: np.ndarray) -> float:
    matrix, direct = np.eye(packed.size), np.zeros(packed.size)
    for owner, target, source, rate in zip(
        packed.owner, packed.target, packed.source, packed.rate, strict=True
    ):
        if target != NONE:
            matrix[target, owner] -= rate
        else:
            direct[owner] += rate * (1.0 if source == NONE else scores[source])
    return float(direct @ np.linalg.solve(matrix, np.eye(packed.size)[0]))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 60), st.integers(0, 3))
def test_one_pass_equals_a_dense_solution(seed: int, size: int, loops: int) -> None:
    packed = make_foreground(size, 300, seed, loops)
    answer = packed.solve({0: 1.0}, SCORES)
    assert answer.total == pytest.approx(dense_total(packed, SCORES), rel=1e-11)
    assert answer.stages.sum() == pytest.approx(answer.total, rel=1e-12)
    assert packed.cumulative(SCORES)[0] == pytest.approx(answer.total, rel=1e-11)


@settings(max_examples=40, deadline=None)
@given(systems())
def test_an_inventory_as_arrays_has_the_total_of_its_ledger(document: dict) -> None:
    inventory, ruleset, release = parse_inventory(document), rulesets.load("cn-miit-551"), load_release()
    ledger = calculate(inventory, ruleset, release)
    packed, demand = pack(inventory, ruleset, release)
    absolute = sum(abs(line.kgco2e) for line in ledger.lines)
    assert packed.solve(demand, np.zeros(0)).total == pytest.approx(ledger.total, abs=1e-10 * absolute)


def test_the_example_has_the_burdens_of_its_lines() -> None:
    inventory, ruleset, release = parse_inventory(example()), rulesets.load("cn-miit-551"), load_release()
    lines = calculate(inventory, ruleset, release).lines
    packed, demand = pack(inventory, ruleset, release)
    answer = packed.solve(demand, np.zeros(0))
    by_key: dict[str, float] = {}
    for key, burden in zip(packed.key[packed.leaves], answer.burdens, strict=True):
        by_key[packed.keys[key]] = by_key.get(packed.keys[key], 0.0) + float(burden)
    exchanges = {(unit.id, item.id) for unit in inventory.processes for item in unit.exchanges}
    for line in lines:
        if line.counted and (line.process, line.exchange) in exchanges:
            assert by_key[f"{line.process}/{line.exchange}"] != 0 or line.kgco2e == 0
    expected = sum(
        line.kgco2e for line in lines if line.counted and (line.process, line.exchange) in exchanges
    )
    assert answer.total == pytest.approx(expected, rel=1e-12)


def test_stages_come_from_the_same_pass() -> None:
    packed = Packed.build(
        2,
        [0, 0, 1, 1],
        [1, NONE, NONE, NONE],
        [NONE, 5, NONE, 7],
        [2.0, 3.0, 0.5, 0.25],
        stage=[0, 0, 1, 1],
        stages=("materials", "manufacturing"),
    )
    answer = packed.solve({0: 10.0}, SCORES)
    assert answer.supply == pytest.approx([10, 20])
    assert answer.stages == pytest.approx([30 * SCORES[5], 20 * (0.5 + 0.25 * SCORES[7])])


@pytest.mark.parametrize(
    "changes",
    [
        {"owner": [2]},
        {"target": [2]},
        {"target": [1], "source": [0]},
        {"rate": [np.nan]},
        {"rate": [1.0, 2.0]},
        {"stage": [1]},
    ],
)
def test_malformed_entries_are_refused(changes: dict) -> None:
    good: dict = {"size": 2, "owner": [0], "target": [NONE], "source": [NONE], "rate": [1.0]}
    Packed.build(**good)
    with pytest.raises(ValueError, match=r"entr|amount"):
        Packed.build(**{**good, **changes})


def test_a_new_factor_is_one_vector_operation() -> None:
    background = make_background(400)
    names = ["p0", "p1", "p17"]
    found = coefficients(background, names)
    before = unit_scores(background).values
    arrays = background_arrays(400)
    for name, row in zip(names, found.amounts, strict=True):
        number = background.index[name]
        old = background.unit_direct[number]
        changed = arrays["direct"].copy()
        changed[number] = (old * 1.7 + 0.1) * arrays["outputs"][number]
        again = Background.build("n", background.ids, **{**arrays, "direct": changed})
        expected = unit_scores(again).values
        assert rescored(before, row, old, old * 1.7 + 0.1) == pytest.approx(expected, rel=1e-11)
        assert found.row(name) is not None
    demand = np.random.default_rng(5).random((7, 400))
    assert found.of_products(demand) == pytest.approx(found.amounts @ demand.T)


def test_a_new_mix_is_a_rank_one_update() -> None:
    """The inputs of hub p1, per unit: 0.05 more of p2, 0.02 less of p9, 0.01 more of itself."""
    background = make_background(400)
    before, row = unit_scores(background).values, coefficients(background, ["p1"]).row("p1")
    change = {"p2": 0.05, "p9": -0.02, "p1": 0.01}
    arrays = background_arrays(400)
    arrays["users"] = np.append(arrays["users"], [1, 1, 1])
    arrays["suppliers"] = np.append(arrays["suppliers"], [2, 9, 1])
    arrays["amounts"] = np.append(arrays["amounts"], np.array([0.05, -0.02, 0.01]) * arrays["outputs"][1])
    expected = unit_scores(Background.build("n", background.ids, **arrays)).values
    assert remixed(background, before, row, change) == pytest.approx(expected, rel=1e-10)


def test_volatile_factors_have_limits() -> None:
    background = make_background(200)
    with pytest.raises(BackgroundError, match="solve again"):
        coefficients(background, [f"p{n}" for n in range(101)])
    with pytest.raises(BackgroundError, match="no process nowhere"):
        coefficients(background, ["nowhere"])
    row = coefficients(background, ["p1"])
    with pytest.raises(BackgroundError, match="uses up"):
        remixed(background, unit_scores(background).values, row.row("p1"), {"p1": 5.0})
    with pytest.raises(KeyError):
        row.row("p2")
