"""A workbook answers for one declared product."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, level

RULE = rule(
    "WB-304",
    "error",
    Text("声明产品不止一行", "Several declared products"),
    Text(
        "声明产品只能有一行，这里是第{count}行。",
        "There can be one declared product; this is number {count}.",
    ),
    Text(
        "其他产品请改为“联产品”，或合并产量。",
        "Make the others co-products, or add their amounts together.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table = reading.tables.get("production")
    if table is None or level(reading) != "tables":
        return
    rows = [row for row in table.rows if row.text("kind") == "reference"]
    for count, row in enumerate(rows[1:], start=2):
        yield at(RULE, table, row.cells["kind"], count=str(count))
