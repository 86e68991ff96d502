"""A date that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import problems

RULE = rule(
    "WB-210",
    "error",
    Text("日期无法识别", "Unreadable date"),
    Text(
        "“{column_title}”应为日期，这里是“{value}”。",
        "“{column_title}” should be a date; here is “{value}”.",
    ),
    Text(
        "请写成2026-03-18的形式。",
        "Write it as 2026-03-18.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    yield from problems(RULE, "date", reading)
