"""Text that a spreadsheet would run as a formula is not taken."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import problems

RULE = rule(
    "WB-215",
    "error",
    Text("文字像公式", "Text that looks like a formula"),
    Text(
        "“{column_title}”的文字以公式符号开头：“{value}”。",
        "The text in “{column_title}” begins like a formula: “{value}”.",
    ),
    Text(
        "请去掉开头的=、+、-或@。",
        "Take off the leading =, +, - or @.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    yield from problems(RULE, "formula_text", reading)
