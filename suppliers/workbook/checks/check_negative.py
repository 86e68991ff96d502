"""An amount below zero."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, index

RULE = rule(
    "WB-203",
    "error",
    Text("数值为负", "Negative value"),
    Text(
        "“{column_title}”不能为负，这里是{value}。",
        "“{column_title}” cannot be negative; here is {value}.",
    ),
    Text(
        "请核对正负号；退货或回用请另行说明。",
        "Check the sign; explain returns and reuse apart.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table, _, cell in index(reading).numbers:
        lowest = cell.column.limits[0]
        if cell.number is not None and cell.number < 0 and lowest is not None and lowest >= 0:
            yield at(RULE, table, cell)
