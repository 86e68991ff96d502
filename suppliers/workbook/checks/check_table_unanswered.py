"""An optional table without rows needs an answer: zero, not applicable or unknown."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.schema_tables import TABLES
from suppliers.workbook.text import Text

from .base import at, level

RULE = rule(
    "WB-306",
    "error",
    Text("没有说明有无数据", "No answer for an empty table"),
    Text(
        "“{table_title}”表没有数据，封面也没有说明是零、不适用还是未知。",
        "The table “{table_title}” has no rows, and the cover does not say whether that is zero, n.a. or unknown.",
    ),
    Text(
        "在封面“{column_title}”选一种回答，或填写该表。",
        "Choose an answer for “{column_title}” on the cover, or fill in the table.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    cover = reading.tables.get("cover")
    if cover is None or level(reading) != "tables":
        return
    for sheet in TABLES:
        cell = reading.cover.get(f"{sheet.key}_answer")
        table = reading.tables.get(sheet.key)
        if cell is None or table is None or table.rows or cell.state == "bad":
            continue
        if cell.text in ("", "data"):
            yield at(RULE, cover, cell, table_title=sheet.title)
