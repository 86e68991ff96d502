"""A long number typed as a number has lost its last digits."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import problems

RULE = rule(
    "WB-218",
    "error",
    Text("编号丢失末尾数字", "Digits lost"),
    Text(
        "“{column_title}”按数字保存，15位之后的数字已经丢失：{value}。",
        "“{column_title}” was stored as a number and has lost all digits after the 15th: {value}.",
    ),
    Text(
        "把单元格格式改为“文本”后重新填写编号。",
        "Set the cell's format to Text and enter the number again.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    yield from problems(RULE, "digits_lost", reading)
