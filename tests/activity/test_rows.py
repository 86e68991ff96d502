"""Rows, titles and files of other systems: read exactly, or refused by code."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carbonfoot.problems import Problems
from suppliers.activity.columns import FIELDS, guess, lacking
from suppliers.activity.files import header_of, rows_of
from suppliers.activity.rows import DECIMALS, INTEGER_DIGITS, RULES, fits, read_period, read_row

TODAY = dt.date(2026, 11, 20)
GOOD = {"key": "E-1/2025-01", "item": "E-1", "from": "2025-01", "amount": "1204.5", "unit": "kWh"}


def codes(**changes: Any) -> list[tuple[str, str]]:
    """The codes and fields of what is wrong with a row."""
    return [(fault.code, fault.field) for fault in read_row({**GOOD, **changes}, 1, TODAY).faults]


def test_a_good_row() -> None:
    row = read_row({**GOOD, "unit": "度", "name": "一号表", "amount": 1204.5}, 7, TODAY)
    assert (row.number, row.key, row.item, row.name, row.unit) == (7, "E-1/2025-01", "E-1", "一号表", "kWh")
    assert (row.period_from, row.period_to) == (dt.date(2025, 1, 1), dt.date(2025, 1, 31))
    assert row.amount == Decimal("1204.5") and not row.faults


# One row of the table: what is changed, and every code that it gives.
BAD: list[tuple[dict[str, Any], list[tuple[str, str]]]] = [
    ({"key": ""}, [("ACT-MISSING", "key")]),
    (
        {"key": None, "item": " ", "unit": ""},
        [("ACT-MISSING", "key"), ("ACT-MISSING", "item"), ("ACT-MISSING", "unit")],
    ),
    ({"key": "k" * 121, "item": "i" * 81}, [("ACT-LONG", "key"), ("ACT-LONG", "item")]),
    ({"from": "31.01.2025"}, [("ACT-DATE", "from")]),
    ({"from": "2025-02-30"}, [("ACT-DATE", "from")]),
    ({"from": "2025-02", "to": "2025-01"}, [("ACT-ORDER", "to")]),
    ({"from": "2026-11"}, [("ACT-FUTURE", "from")]),
    ({"from": "2024-01", "to": "2025-02"}, [("ACT-YEARS", "to")]),
    ({"amount": "about 5"}, [("ACT-AMOUNT", "amount")]),
    ({"amount": "5 %"}, [("ACT-AMOUNT", "amount")]),
    ({"amount": "NaN"}, [("ACT-AMOUNT", "amount")]),
    ({"amount": "1,234"}, [("ACT-COMMA", "amount")]),
    ({"amount": "-3"}, [("ACT-NEGATIVE", "amount")]),
    ({"amount": "0.0000000000000001"}, [("ACT-DIGITS", "amount")]),
    ({"amount": "1e21"}, [("ACT-DIGITS", "amount")]),
    ({"unit": "horsepower"}, [("ACT-UNIT", "unit")]),
    (
        {"from": "x", "amount": "y", "unit": "z"},
        [("ACT-DATE", "from"), ("ACT-AMOUNT", "amount"), ("ACT-UNIT", "unit")],
    ),
]


@pytest.mark.parametrize(("changes", "expected"), BAD, ids=lambda value: str(value)[:40])
def test_every_fault_at_once(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert codes(**changes) == expected


def test_every_rule_of_a_row_is_tried() -> None:
    tried = {code for _changes, found in BAD for code, _field in found}
    assert tried == set(RULES) - {
        "ACT-TWICE",
        "ACT-OTHER-ITEM",
    }  # those two need the other rows: test_receiving


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-03", "2025-03-01", "2025-03-31"),
        ("2024/2", "2024-02-01", "2024-02-29"),
        ("2025年3月", "2025-03-01", "2025-03-31"),
        ("2025年3月5日", "2025-03-05", "2025-03-05"),
        ("20250305", "2025-03-05", "2025-03-05"),
        ("202503", "2025-03-01", "2025-03-31"),
        ("2025-03-05T06:00:00", "2025-03-05", "2025-03-05"),
    ],
)
def test_periods(text: str, first: str, last: str) -> None:
    assert read_period(text) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


@given(st.text(max_size=30))
def test_any_text_as_a_period_is_read_or_none(text: str) -> None:
    found = read_period(text)
    assert found is None or found[0] <= found[1]


@given(st.dictionaries(st.sampled_from([field.key for field in FIELDS]), st.text(max_size=40)))
def test_any_row_is_whole_or_has_a_fault(values: dict[str, str]) -> None:
    row = read_row(values, 1, TODAY)
    whole = row.amount is not None and row.period_to is not None and bool(row.key and row.item and row.unit)
    assert row.faults or whole
    assert all(fault.code in RULES for fault in row.faults)


@given(st.decimals(min_value=0, max_value=Decimal("1e25"), allow_nan=False, places=17))
def test_what_fits_is_held_exactly(value: Decimal) -> None:
    held = Fraction(value) * 10**DECIMALS
    assert fits(value) == (held.denominator == 1 and value < Decimal(10) ** INTEGER_DIGITS)


def test_titles_are_guessed_in_both_languages_and_told_ones_come_first() -> None:
    header = ["单据号", "物料编码", "物料名称", "过账日期", "数量", "单位", "备注"]
    assert guess(header) == {
        "key": "单据号",
        "item": "物料编码",
        "name": "物料名称",
        "from": "过账日期",
        "amount": "数量",
        "unit": "单位",
    }
    assert guess(["Doc No", "Meter ID", "Month", "Qty", "UoM"]) == {
        "key": "Doc No",
        "item": "Meter ID",
        "from": "Month",
        "amount": "Qty",
        "unit": "UoM",
    }
    assert guess(header, {"key": "备注", "unit": "gone"})["key"] == "备注"
    assert [field.key for field in lacking({"key": "a", "item": "b"})] == ["from", "amount", "unit"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_files_of_any_office(separator: str, encoding: str) -> None:
    lines = [["键", "数量"], [], ['a"1', "5"], ["b", ""], ["c"]]
    text = "\r\n".join(
        separator.join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in line) for line in lines
    )
    content = text.encode(encoding)
    assert header_of(content) == ["键", "数量"]
    assert list(rows_of(content, {"key": "键", "amount": "数量"})) == [
        (3, {"key": 'a"1', "amount": "5"}),
        (4, {"key": "b", "amount": ""}),
        (5, {"key": "c", "amount": ""}),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04\x00\x00\xff\xff", "ACT-FILE"),
        (b"just words", "ACT-FILE"),
        (b"a,b\n" + b'"' + b"x" * 3000 + b'",1', "ACT-FILE"),
        (b"a,b\n" + b",".join([b"1"] * 201), "ACT-COLUMNS"),
        (b"a,c\n1,2", "ACT-COLUMN-GONE"),
        (b"a,b\n" + b"1,2\n" * 50_001, "ACT-ROWS-MAX"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(content: bytes, code: str) -> None:
    with pytest.raises(Problems) as caught:
        _read(content)
    assert [item.code for item in caught.value.items] == [code]


def _read(content: bytes) -> None:
    header_of(content)
    list(rows_of(content, {"key": "a", "amount": "b"}))
