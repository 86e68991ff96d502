"""A whole table is unknown."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.schema_tables import TABLES
from suppliers.workbook.text import Text

from .base import at, level

RULE = rule(
    "WB-312",
    "warning",
    Text("整张表未知", "Whole table unknown"),
    Text(
        "“{table_title}”回答为未知，须用参考数据补缺，会降低数据质量评分。",
        "“{table_title}” is unknown; it has to be filled from reference data, which lowers the data quality rating.",
    ),
    Text(
        "有数据时请填写该表。",
        "Fill in the table when you have the data.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    cover = reading.tables.get("cover")
    if cover is None or level(reading) != "tables":
        return
    for sheet in TABLES:
        cell = reading.cover.get(f"{sheet.key}_answer")
        if cell is not None and cell.text == "unknown" and not reading.rows(sheet.key):
            yield at(RULE, cover, cell, table_title=sheet.title)
