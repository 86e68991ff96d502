"""A template older than the accepted versions is not read."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.schema import ACCEPTED_VERSIONS, VERSION, order, version_year
from suppliers.workbook.text import Text

from .base import at

RULE = rule(
    "WB-103",
    "error",
    Text("模板已过期", "Outdated template"),
    Text(
        "工作簿用的是旧模板{value}，现在的模板是{current}。",
        "The workbook uses the old template {value}; the present one is {current}.",
    ),
    Text(
        "请重新下载工作簿，把数据移过来。",
        "Download the workbook again and move your data over.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table = reading.tables.get("cover")
    cell = reading.cover.get("template_version")
    if table is None or cell is None or cell.text in ACCEPTED_VERSIONS:
        return
    if version_year(cell.text) is not None and order(cell.text) < order(VERSION):
        yield at(RULE, table, cell, current=VERSION)
