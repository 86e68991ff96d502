"""A number shown as percent where a plain amount belongs."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.numbers import plain
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, index

RULE = rule(
    "WB-220",
    "warning",
    Text("数字显示为百分数", "Number shown as percent"),
    Text(
        "“{column_title}”在表格里显示为{value}，读作{number}。",
        "“{column_title}” shows {value} in the sheet and was read as {number}.",
    ),
    Text(
        "把单元格格式改为“常规”，核对数值。",
        "Set the cell's format to General and check the value.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table, _, cell in index(reading).notes["percent_format"]:
        if cell.number is not None:
            yield at(RULE, table, cell, number=plain(cell.number))
