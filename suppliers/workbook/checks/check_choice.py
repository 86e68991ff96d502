"""A word that is not in the column's list."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, index

RULE = rule(
    "WB-206",
    "error",
    Text("不在选项中", "Not in the list"),
    Text(
        "“{column_title}”没有“{value}”这个选项。",
        "“{column_title}” has no entry “{value}”.",
    ),
    Text(
        "请选：{choices}。",
        "Choose one of: {choices}.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table, _, cell in index(reading).problems["choice"]:
        titles = [choice.title for choice in cell.column.choices]
        shown = [*titles[:12], *([Text("等", "and others")] if len(titles) > 12 else [])]
        yield at(RULE, table, cell, choices=shown)
