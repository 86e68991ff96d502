"""A table's header row was not found."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, found, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import level

RULE = rule(
    "WB-112",
    "error",
    Text("找不到表头", "Header not found"),
    Text(
        "工作表“{sheet}”前40行没有找到表头。",
        "No header row was found in the first 40 rows of “{sheet}”.",
    ),
    Text(
        "请恢复模板中的表头行。",
        "Put the template's header row back.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for schema, title in reading.headless:
        if (schema.key == "verified") == (level(reading) == "verified"):
            yield found(RULE, sheet=title, cell="A1", table=schema.key)
