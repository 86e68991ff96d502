"""What the buyer filled in must stay as it was."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text, fold

from .base import at

RULE = rule(
    "WB-106",
    "error",
    Text("预填内容被改动", "Pre-filled content changed"),
    Text(
        "“{column_title}”应为“{expected}”，工作簿里是“{value}”。",
        "“{column_title}” should be “{expected}”; the workbook says “{value}”.",
    ),
    Text(
        "请改回“{expected}”；如果请求本身有误，请联系购买方。",
        "Put “{expected}” back; if the request itself is wrong, ask the buyer.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table = reading.tables.get("cover")
    if table is None:
        return
    for key in ("part_number", "module_type", "declared_unit"):
        cell, expected = reading.cover.get(key), getattr(expect, key)
        if cell is None or not expected or fold(cell.text) == fold(expected):
            continue
        choice = next((c.title for c in cell.column.choices if c.key == expected), expected)
        yield at(RULE, table, cell, expected=choice)
