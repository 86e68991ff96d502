"""A number outside what is possible."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.numbers import plain
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import PREFILLED_KEYS, at, index


def _shown(limit: Decimal | None) -> str:
    return "…" if limit is None else plain(limit)


RULE = rule(
    "WB-209",
    "error",
    Text("超出范围", "Out of range"),
    Text(
        "“{column_title}”应在{low}到{high}之间，这里是{value}。",
        "“{column_title}” should lie between {low} and {high}; here is {value}.",
    ),
    Text(
        "请核对数值和单位。",
        "Check the value and its unit.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table, _, cell in index(reading).numbers:
        low, high = cell.column.limits
        number = cell.number
        if number is None or (table.key == "cover" and cell.column.key in PREFILLED_KEYS):
            continue
        below = low is not None and number < low and not (number < 0 and low >= 0)
        if below or (high is not None and number > high):
            yield at(RULE, table, cell, low=_shown(low), high=_shown(high))
