"""The cover says that a table has no data, and the table has."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.schema_tables import TABLES
from suppliers.workbook.text import Text

from .base import at, level

RULE = rule(
    "WB-307",
    "error",
    Text("回答与表格矛盾", "Answer contradicts the table"),
    Text(
        "封面回答“{value}”，“{table_title}”表却有{count}行数据。",
        "The cover answers “{value}”, but the table “{table_title}” has {count} rows.",
    ),
    Text(
        "把回答改为“有数据，见表”，或清空该表。",
        "Change the answer to “Data in the table”, or clear the table.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    cover = reading.tables.get("cover")
    if cover is None or level(reading) != "tables":
        return
    for sheet in TABLES:
        cell = reading.cover.get(f"{sheet.key}_answer")
        rows = reading.rows(sheet.key)
        if cell is not None and cell.text not in ("", "data") and rows:
            yield at(RULE, cover, cell, table_title=sheet.title, count=str(len(rows)))
