"""The spreadsheet turned a number into a date."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import problems

RULE = rule(
    "WB-217",
    "error",
    Text("数字变成了日期", "Number turned into a date"),
    Text(
        "“{column_title}”应为数字，表格软件存成了日期{value}。",
        "“{column_title}” should be a number; the spreadsheet stored the date {value}.",
    ),
    Text(
        "把单元格格式改为“常规”或“文本”后重新填写。",
        "Set the cell's format to General or Text and enter the number again.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    yield from problems(RULE, "date_in_number", reading)
