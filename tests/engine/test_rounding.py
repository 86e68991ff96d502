"""Rounding to GB/T 8170: half to even, on exact decimals, once."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.engine.rounding import round_interval, round_places, round_significant


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        # Examples of the kind that GB/T 8170-2008 gives in its section 3.
        ("12.1498", 1, "12.1"),
        ("1268", -2, "1300"),
        ("10.5002", 0, "11"),
        ("1.050", 1, "1.0"),
        ("0.35", 1, "0.4"),
        ("2500", -3, "2000"),
        ("3500", -3, "4000"),
        ("0.0325", 3, "0.032"),
        ("-355", -1, "-360"),
        ("-325", -1, "-320"),
        ("15.4546", 0, "15"),
    ],
)
def test_half_to_even(value: str, places: int, expected: str) -> None:
    assert round_places(value, places) == Decimal(expected)


@pytest.mark.parametrize(
    ("value", "expected"), [("60.25", "60.0"), ("60.38", "60.5"), ("60.28", "60.5"), ("-60.75", "-61.0")]
)
def test_half_unit_rounding(value: str, expected: str) -> None:
    assert round_interval(value, "0.5") == Decimal(expected)


@pytest.mark.parametrize(
    ("value", "expected"), [("830", "840"), ("842", "840"), ("832", "840"), ("-930", "-920")]
)
def test_fifth_unit_rounding(value: str, expected: str) -> None:
    assert round_interval(value, "20") == Decimal(expected)


@pytest.mark.parametrize(
    ("value", "digits", "expected"), [("0.0012345", 3, "0.00123"), ("98765", 2, "99000"), ("0", 4, "0")]
)
def test_significant_digits(value: str, digits: int, expected: str) -> None:
    assert round_significant(value, digits) == Decimal(expected)


def test_a_float_means_its_shortest_decimal() -> None:
    assert round_places(0.15, 1) == Decimal("0.2")
    assert round_places(2.675, 2) == Decimal("2.68")


@pytest.mark.parametrize("value", ["nan", "inf", "abc"])
def test_what_is_no_number_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        round_places(value, 2)


@given(st.decimals("-1e12", "1e12", places=9), st.integers(-3, 8))
def test_rounding_is_nearest_and_ties_go_to_even(value: Decimal, places: int) -> None:
    step = Fraction(10) ** -places
    rounded = Fraction(round_places(value, places))
    assert (rounded / step).denominator == 1
    distance = abs(rounded - Fraction(value))
    assert distance * 2 <= step
    if distance * 2 == step:
        assert (rounded / step) % 2 == 0


@given(st.decimals("-1e6", "1e6", places=6), st.sampled_from(["0.2", "0.5", "0.3", "7"]))
def test_interval_rounding_is_nearest(value: Decimal, interval: str) -> None:
    step = Fraction(interval)
    rounded = Fraction(round_interval(value, interval))
    assert (rounded / step).denominator == 1
    assert abs(rounded - Fraction(value)) * 2 <= step
