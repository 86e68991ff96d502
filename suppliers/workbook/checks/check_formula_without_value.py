"""A formula whose result was never stored cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import problems

RULE = rule(
    "WB-208",
    "error",
    Text("公式没有结果", "Formula without a result"),
    Text(
        "“{column_title}”是公式{value}，文件里没有保存计算结果。",
        "“{column_title}” holds the formula {value}, and the file does not hold its result.",
    ),
    Text(
        "请用Excel、WPS或LibreOffice打开并保存一次，或粘贴为数值。",
        "Open and save the file once in Excel, WPS or LibreOffice, or paste the value.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    yield from problems(RULE, "formula_without_value", reading)
