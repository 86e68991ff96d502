"""A template newer than the software is not guessed at."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.schema import VERSION, order, version_year
from suppliers.workbook.text import Text

from .base import at

RULE = rule(
    "WB-104",
    "error",
    Text("模板版本更新", "Newer template"),
    Text(
        "工作簿用的模板{value}比本平台的{current}还新。",
        "The workbook's template {value} is newer than this platform's {current}.",
    ),
    Text(
        "请从本平台的请求页面下载工作簿。",
        "Download the workbook from the request's page on this platform.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table = reading.tables.get("cover")
    cell = reading.cover.get("template_version")
    if table is None or cell is None:
        return
    if version_year(cell.text) is not None and order(cell.text) > order(VERSION):
        yield at(RULE, table, cell, current=VERSION)
