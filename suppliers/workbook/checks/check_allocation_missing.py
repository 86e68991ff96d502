"""With co-products, how the burden is shared must be said."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, level, reference

RULE = rule(
    "WB-310",
    "error",
    Text("缺少分配方法", "Allocation missing"),
    Text(
        "有联产品，但没有选择分配方法。",
        "There are co-products, but no allocation is chosen.",
    ),
    Text(
        "在声明产品一行选择分配方法；通常按质量。",
        "Choose the allocation in the declared product's row; by mass is usual.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    place = reference(reading)
    if place is None or level(reading) != "tables":
        return
    table, row = place
    cell = row.get("allocation")
    co_products = any(other.text("kind") == "co_product" for other in table.rows)
    if co_products and cell is not None and cell.state == "blank":
        yield at(RULE, table, cell)
