"""Numbers as people write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from suppliers.workbook.numbers import from_float, parse_number, plain, readable, suggest

FULL_WIDTH = str.maketrans("0123456789.,-%", "０１２３４５６７８９．，－％")

amounts = st.decimals(
    min_value=Decimal("-1e12"), max_value=Decimal("1e12"), allow_nan=False, allow_infinity=False, places=4
)


def _grouped(value: Decimal, group: str, point: str) -> str:
    return f"{value:,.4f}".replace(",", "\0").replace(".", point).replace("\0", group)


@given(amounts)
def test_plain_digits(value):
    number = parse_number(plain(value))
    assert number is not None and number.value == value and number.notes == ()


@given(amounts, st.sampled_from([",", " ", "'", "\u00a0", "\u202f", "’"]))
def test_thousands_separators_with_a_decimal_point(value, group):
    number = parse_number(_grouped(value, group, "."))
    assert number is not None and number.value == value


@given(amounts, st.sampled_from([".", " ", "\u00a0"]))
def test_decimal_comma_with_thousands_separators(value, group):
    number = parse_number(_grouped(value, group, ","))
    assert number is not None and number.value == value
    assert "decimal_comma" in number.notes


@given(amounts)
def test_full_width_digits(value):
    number = parse_number(plain(value).translate(FULL_WIDTH))
    assert number is not None and number.value == value and "full_width" in number.notes


@given(amounts, st.sampled_from(["%", " %", "％"]))
def test_percent_sign(value, sign):
    number = parse_number(plain(value) + sign)
    assert number is not None and number.percent and number.value == value


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_spreadsheet_numbers_keep_fifteen_digits(value):
    assert float(from_float(value)) == pytest.approx(value, rel=1e-14, abs=1e-300)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_without_an_error(text):
    number = parse_number(text)
    assert number is None or number.value.is_finite()
    suggest(text)


@pytest.mark.parametrize(
    ("text", "value", "note"),
    [
        ("1,234", "1234", "ambiguous_comma"),
        ("12,345", "12345", "ambiguous_comma"),
        ("0,123", "0.123", "decimal_comma"),
        ("12,5", "12.5", "decimal_comma"),
        ("1,2345", "1.2345", "decimal_comma"),
        ("1.284,50", "1284.50", "decimal_comma"),
        ("1,284.50", "1284.50", "grouping"),
        ("1.234.567", "1234567", "grouping"),
        ("1,234,567", "1234567", "grouping"),
    ],
)
def test_commas_and_points(text, value, note):
    number = parse_number(text)
    assert number is not None and number.value == Decimal(value) and note in number.notes


@pytest.mark.parametrize("text", ["−3.5", "－3.5", "-3.5", "–3.5"])
def test_minus_signs(text):
    number = parse_number(text)
    assert number is not None and number.value == Decimal("-3.5")


@pytest.mark.parametrize("text", ["1.2e3", "1.2E+03", "+1200", "1200.", "1 200"])
def test_other_notations(text):
    number = parse_number(text)
    assert number is not None and number.value == 1200


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-",
        "—",
        "12 kg",
        "1.2万",
        "≈12",
        "10-20",
        "1,23,456",
        "1.2.3",
        "1 2",
        "0x10",
        "NaN",
        "inf",
        "1e999",
        "½",
        "一百",
        "1__2",
        "--1",
        "1" * 60,
    ],
)
def test_what_is_no_number(text):
    assert parse_number(text) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5208 t", "5208"),
        ("1.2万", "12000"),
        ("约12kg", "12"),
        ("3.5亿度", "350000000"),
        ("1,284.50 kWh", "1284.50"),
    ],
)
def test_what_is_offered_instead(text, value):
    guess = suggest(text)
    assert guess is not None and guess[0] == Decimal(value)


def test_binary_noise_is_not_shown():
    assert plain(from_float(0.1 + 0.2)) == "0.3"
    assert plain(from_float(1e21)) == "1000000000000000000000"
    assert readable(Decimal("12418640"), 3) == "12,400,000"
    assert readable(Decimal("0.000123456"), 2) == "0.00012"
