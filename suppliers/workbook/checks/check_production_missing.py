"""Without the declared product's amount nothing can be divided."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, found, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, level

RULE = rule(
    "WB-302",
    "error",
    Text("缺少声明产品的产量", "Production missing"),
    Text(
        "没有声明产品的年产量，全部用量无法折算。",
        "The declared product's yearly amount is missing: nothing can be stated per unit.",
    ),
    Text(
        "填写“声明产品”一行的年产量。",
        "Fill in the yearly amount in the row “Declared product”.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table = reading.tables.get("production")
    if table is None or level(reading) != "tables":
        return
    rows = [row for row in table.rows if row.text("kind") == "reference"]
    if not rows:
        yield found(RULE, sheet=table.title, cell=table.anchor(), table=table.key, column="amount")
    for row in rows:
        cell = row.get("amount")
        if cell is not None and cell.state == "blank":
            yield at(RULE, table, cell)
