"""Figures for customers: close enough, adding up, and too coarse for a recipe."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from lca.disclosure import disclosed_rating, disclosed_share, disclosed_stages, last_digit

FIGURE = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False, allow_subnormal=False)
STAGES = st.dictionaries(
    st.sampled_from(["materials", "manufacturing", "distribution", "recycling"]), FIGURE, min_size=1
)


@given(STAGES)
def test_stages_share_one_step_and_their_sum_is_rounded_once(stages: dict[str, float]) -> None:
    exact = {key: Decimal(repr(value)) for key, value in stages.items()}
    told = {key: Decimal(value) for key, value in disclosed_stages(stages).items()}
    step = last_digit(exact)
    assert all(value % step == 0 for value in told.values())
    assert abs(sum(told.values()) - sum(exact.values())) <= step / 2
    assert all(abs(told[key] - exact[key]) <= step * Decimal("2.5") for key in told)


@given(st.floats(min_value=1e-6, max_value=1e6), st.floats(min_value=-1, max_value=1))
def test_four_digits_and_not_one_more(total: float, nudge: float) -> None:
    (told,) = disclosed_stages({"materials": total}).values()
    assert len(Decimal(told).normalize().as_tuple().digits) <= 4
    assert abs(float(told) - total) <= total * 5.0001e-4
    # What is told depends on nothing beyond its own last digit.
    step = float(last_digit({"materials": Decimal(told)}))
    inside = float(told) + nudge * step * 0.49
    if Decimal(told) > 0 and last_digit({"materials": Decimal(repr(inside))}) == Decimal(repr(step)):
        (again,) = disclosed_stages({"materials": inside}).values()
        assert Decimal(again) == Decimal(told)


def test_credits_that_nearly_cancel_do_not_open_further_digits() -> None:
    assert disclosed_stages({"materials": 12.345678, "recycling": -12.344321}) == {
        "materials": "12.34",
        "recycling": "-12.34",
    }


def test_nothing_stays_nothing() -> None:
    assert disclosed_stages({}) == {}
    assert disclosed_stages({"materials": 0.0, "distribution": -0.0}) == {
        "materials": "0",
        "distribution": "0",
    }


def test_shares_and_ratings_are_never_better_than_they_are() -> None:
    assert disclosed_share(0.9999) == Decimal("0.99")
    assert disclosed_share(0.29) == Decimal("0.29")
    assert disclosed_share(0.2901, upwards=True) == Decimal("0.30")
    assert disclosed_share(1.0000000002) == Decimal("1.00")
    assert disclosed_share(None) is None
    assert disclosed_rating(1.9500001) == "2.0"
    assert disclosed_rating(2) == "2.0"
    assert disclosed_rating(None) is None
