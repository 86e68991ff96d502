"""The data must be of the year that the request asks for."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at

RULE = rule(
    "WB-105",
    "error",
    Text("数据年度不符", "Wrong data year"),
    Text(
        "工作簿是{value}年的数据，请求要的是{expected}年。",
        "The workbook holds data of {value}; the request asks for {expected}.",
    ),
    Text(
        "请用为{expected}年下载的工作簿，填该年的合计。",
        "Use the workbook that was downloaded for {expected}, and fill in that year's totals.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table = reading.tables.get("cover")
    cell = reading.cover.get("period_year")
    if expect.period_year is None or table is None or cell is None:
        return
    if cell.number != expect.period_year:
        yield at(RULE, table, cell, expected=str(expect.period_year))
