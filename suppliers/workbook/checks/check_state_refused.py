"""Unknown or not applicable where a value must be given."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import problems

RULE = rule(
    "WB-213",
    "error",
    Text("此处须有数值", "A value is needed here"),
    Text(
        "“{column_title}”不能回答“{value}”。",
        "“{column_title}” cannot be answered with “{value}”.",
    ),
    Text(
        "请填写数值或选项。",
        "Give the value, or choose from the list.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    yield from problems(RULE, "state_refused", reading)
