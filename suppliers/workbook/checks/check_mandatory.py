"""A mandatory cell is blank; blank is neither zero, unknown nor not applicable."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import PREFILLED_KEYS, at, index

_HOW = Text("请填写。", "Fill it in.")
_HOW_STATES = Text(
    "填数值，或回答“未知”“不适用”“0”：三者含义不同，空格不能代替。",
    "Give the value, or answer unknown, n.a. or 0: three different things, and a blank is none of them.",
)

RULE = rule(
    "WB-201",
    "error",
    Text("必填项为空", "Mandatory cell blank"),
    Text(
        "“{column_title}”没有填。",
        "“{column_title}” is blank.",
    ),
    Text(
        "{how}",
        "{how}",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table, row, cell in index(reading).blanks:
        column = cell.column
        if table.key == "cover" and column.key in PREFILLED_KEYS:
            continue  # compared with the request by checks of their own
        if table.key == "production" and column.key == "amount" and row.text("kind") == "reference":
            continue  # WB-302
        yield at(RULE, table, cell, how=_HOW_STATES if column.states else _HOW)
