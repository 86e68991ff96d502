"""Electricity that is not from the grid needs its generation."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, level

RULE = rule(
    "WB-505",
    "error",
    Text("缺少发电类型", "Generation missing"),
    Text(
        "不是电网供电的电力没有填发电类型。",
        "Electricity that is not from the grid has no generation.",
    ),
    Text(
        "选择发电类型，如光伏。",
        "Choose the generation, such as solar.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table = reading.tables.get("energy")
    if table is None or level(reading) != "tables":
        return
    for row in table.rows:
        cell = row.get("generation")
        if row.text("carrier") != "electricity" or cell is None or cell.state != "blank":
            continue
        if row.text("supply") in ("direct", "self", "certificate"):
            yield at(RULE, table, cell)
