"""A share below 1 may be a fraction instead of percent."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.numbers import readable
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, index

RULE = rule(
    "WB-214",
    "warning",
    Text("可能是小数而非百分数", "Fraction instead of percent?"),
    Text(
        "“{column_title}”读作{value}%。",
        "“{column_title}” was read as {value} %.",
    ),
    Text(
        "如果是指{times}%，请写{times}。",
        "If you mean {times} %, write {times}.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table, _, cell in index(reading).notes["small_percent"]:
        if cell.number is not None:
            yield at(RULE, table, cell, times=readable(cell.number * 100))
