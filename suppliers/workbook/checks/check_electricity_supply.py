"""Electricity needs its kind of supply."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, level

RULE = rule(
    "WB-504",
    "error",
    Text("缺少供电方式", "Supply missing"),
    Text(
        "电力没有填供电方式。",
        "The electricity has no kind of supply.",
    ),
    Text(
        "选择：电网供电、绿电直连、自发自用或绿证电力。",
        "Choose grid, direct line, self-generated or certificate backed.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table = reading.tables.get("energy")
    if table is None or level(reading) != "tables":
        return
    for row in table.rows:
        cell = row.get("supply")
        if row.text("carrier") == "electricity" and cell is not None and cell.state == "blank":
            yield at(RULE, table, cell)
