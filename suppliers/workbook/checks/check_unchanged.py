"""Everything is the same as in the last period: last period's workbook was sent again."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, level, reference
from .previous import compared, previous_product

# Two equal amounts may be chance, or a plant that runs at its limit.
FEWEST = 3

RULE = rule(
    "WB-406",
    "warning",
    Text("与上一期完全相同", "The same as last period"),
    Text(
        "产量和全部{count}项用量都与上一期相同。",
        "The production and all {count} amounts are the same as in the last period.",
    ),
    Text(
        "请核对是否填写了本年度的数据。",
        "Check that these are the data of this year.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    product, made = reference(reading), previous_product(reading, expect)
    if product is None or made is None or made.now != made.then or level(reading) != "tables":
        return
    pairs = list(compared(reading, expect))
    if len(pairs) >= FEWEST and all(pair.now == pair.then for pair in pairs):
        table, row = product
        yield at(RULE, table, row.cells["amount"], count=len(pairs))
