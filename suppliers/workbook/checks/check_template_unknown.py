"""The cover must name a template version of this family."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.schema import version_year
from suppliers.workbook.text import Text

from .base import at

RULE = rule(
    "WB-102",
    "error",
    Text("不是本平台的模板", "Not our template"),
    Text(
        "封面的模板版本是“{value}”，不是本平台的工作簿模板。",
        "The cover's template version is “{value}”, which is not a version of our workbook.",
    ),
    Text(
        "请从请求页面下载工作簿，把数据填进去。",
        "Download the workbook from the request's page and fill your data in.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table = reading.tables.get("cover")
    cell = reading.cover.get("template_version")
    if table is None or cell is None:
        return
    if version_year(cell.text) is None:
        yield at(RULE, table, cell)
