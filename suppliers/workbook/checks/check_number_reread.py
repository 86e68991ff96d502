"""A number in another notation was read; what was read is shown."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.numbers import plain
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, index

RULE = rule(
    "WB-211",
    "note",
    Text("数字写法已转换", "Number notation converted"),
    Text(
        "“{value}”读作{number}。",
        "“{value}” was read as {number}.",
    ),
    Text(
        "读数正确则不必处理。",
        "Nothing to do if that is right.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table, _, cell in index(reading).numbers:
        if cell.number is not None and {"decimal_comma", "full_width"} & set(cell.notes):
            yield at(RULE, table, cell, number=plain(cell.number))
