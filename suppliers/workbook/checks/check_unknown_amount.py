"""An amount that is unknown will have to be filled from reference data."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, index

RULE = rule(
    "WB-219",
    "warning",
    Text("数值未知", "Value unknown"),
    Text(
        "“{column_title}”回答为未知，须用参考数据补缺，会降低初级数据占比。",
        "“{column_title}” is unknown; it has to be filled from reference data, which lowers the primary data share.",
    ),
    Text(
        "有数据时请补上。",
        "Give the value when you have it.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table, _, cell in index(reading).unknowns:
        if not table.schema.form:
            yield at(RULE, table, cell)
