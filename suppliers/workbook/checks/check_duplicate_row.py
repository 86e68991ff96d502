"""A row that stands in the table twice would count twice."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, relevant

RULE = rule(
    "WB-305",
    "error",
    Text("重复的行", "Row twice"),
    Text(
        "第{row}行与第{first}行完全相同，会重复计算。",
        "Row {row} is the same as row {first} and would count twice.",
    ),
    Text(
        "删去其中一行；确实是两笔，请用凭证或备注区分。",
        "Delete one; if they are two entries, tell them apart by evidence or note.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table in relevant(reading):
        if table.schema.form:
            continue
        seen: dict[tuple[tuple[str, str, str], ...], int] = {}
        for row in table.rows:
            identity = tuple(sorted((key, cell.state, cell.shown) for key, cell in row.cells.items()))
            first = seen.setdefault(identity, row.number)
            if first != row.number:
                cell = next(iter(row.cells.values()))
                yield at(RULE, table, cell, row=str(row.number), first=str(first))
