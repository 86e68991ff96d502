"""Numbers as people read them."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbonfoot.ui.numbers import (
    decimals_for,
    format_number,
    format_percent,
    format_significant,
    format_size,
    round_half_even,
    to_decimal,
)

decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=8)


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        (Decimal("0.25"), 1, "0.2"),
        (Decimal("0.35"), 1, "0.4"),
        (Decimal("-2.5"), 0, "−2"),
        (Decimal("-0.04"), 1, "0.0"),
        (0.15, 1, "0.2"),
        ("5909.25", 1, "5,909.2"),
        (Decimal("1E+5"), None, "100,000"),
        (Decimal("1.50"), None, "1.50"),
        (1e-7, None, "0.0000001"),
        (Decimal(12345), -2, "12,300"),
        (None, 2, None),
        (float("nan"), 2, None),
        ("", 2, None),
    ],
)
def test_numbers_are_rounded_half_to_even_on_the_exact_decimal(
    value: object, places: int | None, shown: str | None
) -> None:
    assert format_number(value, places) == shown


def test_text_that_is_no_number_is_never_shown_as_one() -> None:
    with pytest.raises(ValueError, match="not a number"):
        to_decimal("12 kg")


@given(decimals, st.integers(0, 6))
def test_what_is_shown_is_the_nearest_and_reads_back(value: Decimal, places: int) -> None:
    shown = format_number(value, places)
    assert shown is not None
    back = Decimal(shown.replace(",", "").replace("−", "-"))
    assert back == value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
    assert abs(back - value) <= Decimal(5).scaleb(-places - 1)
    assert "-" not in shown


@given(decimals.filter(bool), st.integers(2, 5))
def test_significant_digits(value: Decimal, digits: int) -> None:
    shown = format_significant(value, digits)
    assert shown is not None
    places = decimals_for(value, digits)
    rounded = round_half_even(value, places)
    kept = shown.replace(",", "").replace("−", "").replace(".", "").lstrip("0")
    assert len(kept) >= digits or rounded == 0
    if places:
        assert len(kept) == digits


def test_signs_shares_and_sizes() -> None:
    assert format_number(Decimal("0.0516"), 4, sign=True) == "+0.0516"
    assert format_number(Decimal("-0.0062"), 4, sign=True) == "−0.0062"
    assert format_number(0, 4, sign=True) == "0.0000"
    assert format_percent(Decimal("0.29949")) == "29.9%"
    assert format_percent(None) is None
    assert [format_size(n) for n in (0, 999, 1000, 184_320, 9_990_000, 999_600, 10**13)] == [
        "0 B", "999 B", "1.0 kB", "184 kB", "10.0 MB", "1.0 MB", "10,000 GB",
    ]  # fmt: skip
