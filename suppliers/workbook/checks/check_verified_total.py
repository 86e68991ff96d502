"""A verified total of zero or less is unusual."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, level

RULE = rule(
    "WB-605",
    "warning",
    Text("碳足迹合计不大于零", "Total not above zero"),
    Text(
        "碳足迹合计为{value}，通常应大于零。",
        "The total footprint is {value}; it is usually above zero.",
    ),
    Text(
        "请按核查报告核对。",
        "Check it against the report.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table = reading.tables.get("verified")
    cell = table.form.get("cf_total") if table is not None else None
    if table is None or cell is None or cell.number is None or level(reading) != "verified":
        return
    if cell.number <= 0:
        yield at(RULE, table, cell)
