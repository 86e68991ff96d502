"""A formula that failed is not a number."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import problems

RULE = rule(
    "WB-207",
    "error",
    Text("公式出错", "Formula error"),
    Text(
        "“{column_title}”的公式结果是{value}。",
        "The formula in “{column_title}” gives {value}.",
    ),
    Text(
        "请改正公式，或直接填数值。",
        "Mend the formula, or enter the value itself.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    yield from problems(RULE, "formula_error", reading)
