"""A text longer than its place."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import problems

RULE = rule(
    "WB-216",
    "error",
    Text("文字过长", "Text too long"),
    Text(
        "“{column_title}”有{length}个字符，上限是{limit}个。",
        "“{column_title}” has {length} characters; the limit is {limit}.",
    ),
    Text(
        "请缩短。",
        "Shorten it.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    yield from problems(RULE, "too_long", reading)
