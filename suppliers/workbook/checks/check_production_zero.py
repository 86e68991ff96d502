"""Nothing can be divided by a production of zero."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, index

RULE = rule(
    "WB-303",
    "error",
    Text("产量为零", "Production is zero"),
    Text(
        "产量为零，无法折算到声明单位。",
        "The production is zero: nothing can be stated per unit.",
    ),
    Text(
        "填写全年的实际产量；当年没有生产，请与购买方商定其他年度。",
        "Give the year's real production; if there was none, agree on another year with the buyer.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table, _, cell in index(reading).numbers:
        if cell.column.positive and cell.number == 0:
            yield at(RULE, table, cell)
