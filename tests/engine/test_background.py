"""Background releases: their identity, unit scores against a dense solution and bw2calc, errors by name."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.engine.background import (
    Background,
    BackgroundError,
    UnitScores,
    forward_error,
    solve,
    unit_scores,
    verify,
)
from tests.engine.backgrounds import background_arrays, make_background


def dense(background: Background) -> np.ndarray:
    return np.linalg.solve(np.eye(background.size) - background.needs.toarray(), background.unit_direct)


def chain(gain: float, size: int = 40) -> Background:
    """A ring in which a unit of each needs `gain` of the next."""
    rows = np.arange(size)
    return Background.build(
        "ring",
        [f"ring{n}" for n in rows],
        rows,
        (rows + 1) % size,
        np.full(size, gain),
        np.ones(size),
        np.ones(size),
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 120), st.sampled_from([0.0, 0.02, 0.3]))
def test_unit_scores_agree_with_a_dense_solution(seed: int, size: int, credit: float) -> None:
    background = make_background(size, seed, credit=credit)
    found = unit_scores(background)
    expected = dense(background)
    gross = np.abs(background.unit_direct) + abs(background.needs) @ np.abs(expected)
    assert (np.abs(found.values - expected) <= 1e-11 * gross).all()
    assert verify(background, found).bound < 1e-9


def test_a_waste_treatment_has_a_negative_output() -> None:
    """Product 1 is a waste: treating 1 kg (output -1) burdens 3 kg CO2e; the plant hands over -0.5 kg of it."""
    background = Background.build("w", ["plant", "treat"], [0], [1], [-0.5], [1.0, -1.0], [2.0, 3.0])
    assert unit_scores(background).values == pytest.approx([2 + 0.5 * 3, -3])


def test_identity_follows_every_array_and_not_the_order_of_the_needs() -> None:
    arrays = background_arrays(50)
    first = make_background(50)
    # One need a pair, so that nothing is added up and the order can leave no trace.
    pairs = arrays["users"] * 50 + arrays["suppliers"]
    _, once = np.unique(pairs, return_index=True)
    single = {**arrays, **{name: arrays[name][once] for name in ("users", "suppliers", "amounts")}}
    mixed = dict(single)
    shuffle = np.random.default_rng(2).permutation(len(once))
    for name in ("users", "suppliers", "amounts"):
        mixed[name] = single[name][shuffle]
    ids = [f"p{n}" for n in range(50)]
    assert Background.build("a", ids, **single).sha256 == Background.build("a", ids, **mixed).sha256
    hashes = {first.sha256, Background.build("b", ids, **arrays).sha256}
    for name in ("amounts", "outputs", "direct"):
        changed = arrays[name].copy()
        changed[3] = np.nextafter(changed[3], np.inf) + 1e-12
        hashes.add(Background.build("test", ids, **{**arrays, name: changed}).sha256)
    hashes.add(Background.build("test", [*ids[:-1], "other"], **arrays).sha256)
    assert len(hashes) == 6


def test_a_release_cannot_be_changed() -> None:
    background = make_background(20)
    for array in (background.amounts, background.outputs, background.direct, background.suppliers):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"ids": ["a", "a"]}, "twice: a"),
        ({"suppliers": [2]}, "does not have"),
        ({"users": [-1]}, "does not have"),
        ({"amounts": [np.nan]}, "that a needs"),
        ({"outputs": [1.0, 0.0]}, "b makes nothing"),
        ({"direct": [1.0, np.inf]}, "direct burden of b"),
        ({"direct": [1.0]}, "as many"),
        ({"amounts": [1.0, 2.0]}, "equally long"),
    ],
)
def test_what_is_malformed_is_refused_by_name(changes: dict, text: str) -> None:
    good = {
        "ids": ["a", "b"],
        "users": [0],
        "suppliers": [1],
        "amounts": [0.5],
        "outputs": [1.0, 1.0],
        "direct": [1.0, 1.0],
    }
    Background.build("x", **good)
    with pytest.raises(BackgroundError, match=text):
        Background.build("x", **{**good, **changes})


def test_a_slow_ring_is_solved_by_another_method_and_verified() -> None:
    """Gain 0.999: the series would take 30,000 sweeps."""
    background = chain(0.999)
    found = unit_scores(background)
    assert found.method != "series"
    assert found.values == pytest.approx(np.full(40, 1000.0), rel=1e-10)
    verification = verify(background, found)
    assert verification.difference < 1e-9
    assert np.abs(found.values / 1000 - 1).max() <= verification.bound < 1e-9


@pytest.mark.parametrize("gain", [1.0, 1.01, 1.5])
def test_a_ring_that_uses_up_what_it_makes_is_refused(gain: float) -> None:
    with pytest.raises(BackgroundError, match=r"ring\d+"):
        unit_scores(chain(gain))


def test_credits_that_keep_the_series_from_settling() -> None:
    """A ring of two with gain -1.5 and 1: the series grows, the system is sound."""
    background = Background.build("c", ["a", "b"], [0, 1], [1, 0], [-1.5, 1.0], [1.0, 1.0], [1.0, 2.0])
    found = unit_scores(background)
    assert found.values == pytest.approx(dense(background), rel=1e-12)
    verification = verify(background, found)
    assert verification.bound < 1e-9 and not verification.rigorous


def test_the_error_bound_holds_for_scores_that_are_off() -> None:
    background = make_background(300, credit=0.02)
    right = dense(background)
    rng = np.random.default_rng(3)
    for size in (1e-12, 1e-8, 1e-3):
        wrong = right * (1 + size * rng.standard_normal(300))
        bound, rigorous = forward_error(background.needs, background.unit_direct, wrong)
        assert rigorous
        assert (np.abs(wrong - right) <= bound).all()
        assert bound.max() < 1e3 * size * np.abs(right).max()
    with pytest.raises(BackgroundError, match="do not agree"):
        verify(background, UnitScores(wrong, "series", 0))


def test_strong_loops_that_fade_at_rates_of_their_own_settle_in_few_sweeps() -> None:
    """Pairs that supply each other with gains up to 0.8: the plain series would take 134 sweeps."""
    gains = np.repeat(np.linspace(0.3, 0.8, 50), 2)
    rows = np.arange(100)
    ids = [f"p{n}" for n in rows]
    background = Background.build("l", ids, rows, rows ^ 1, gains, np.ones(100), np.linspace(1, 3, 100))
    found = unit_scores(background)
    assert (found.method, found.sweeps <= 48) == ("series", True), found.sweeps
    assert found.values == pytest.approx(dense(background), rel=1e-12)


def test_a_guess_saves_sweeps() -> None:
    background = make_background(2000)
    cold = unit_scores(background)
    warm = solve(background.needs, background.unit_direct * 1.0001, start=cold.values)
    assert warm.sweeps < cold.sweeps
    assert warm.values == pytest.approx(cold.values * 1.0001, rel=1e-11)


def test_large_release_is_accurate_in_every_component() -> None:
    background = make_background(5000)
    found = unit_scores(background)
    verification = verify(background, found)
    assert verification.rigorous
    assert verification.bound < 1e-11
