"""“1,234” may be a thousand or a decimal comma."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.numbers import plain
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, index

RULE = rule(
    "WB-212",
    "warning",
    Text("逗号含义不明", "Ambiguous comma"),
    Text(
        "“{value}”按千位分隔读作{number}。",
        "“{value}” was read as {number}, the comma taken as thousands separator.",
    ),
    Text(
        "如果逗号是小数点，请改用小数点书写。",
        "If the comma is a decimal sign, write a point instead.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table, _, cell in index(reading).notes["ambiguous_comma"]:
        if cell.number is not None:
            yield at(RULE, table, cell, number=plain(cell.number))
