"""The workbook must answer this request and no other."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text, fold

from .base import at

RULE = rule(
    "WB-101",
    "error",
    Text("请求编号不符", "Wrong request number"),
    Text(
        "工作簿的请求编号是“{value}”，这里是请求{expected}。",
        "The workbook is for request “{value}”; this is request {expected}.",
    ),
    Text(
        "请上传为{expected}下载的工作簿；不要改写编号。",
        "Upload the workbook that was downloaded for {expected}; do not rewrite the number.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table = reading.tables.get("cover")
    cell = reading.cover.get("request_number")
    if not expect.request_number or table is None or cell is None:
        return
    if fold(cell.text) != fold(expect.request_number):
        yield at(RULE, table, cell, expected=expect.request_number)
