"""A column that the template does not have is not read."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, found, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import relevant

RULE = rule(
    "WB-109",
    "note",
    Text("多出的列", "Unknown column"),
    Text(
        "“{value}”不是模板中的列，没有读取。",
        "“{value}” is not a column of the template and was not read.",
    ),
    Text(
        "需要保留的内容请写到“备注”。",
        "Write what should be kept into “Note”.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table in relevant(reading):
        for title, place in table.unknown_columns:
            yield found(RULE, sheet=table.title, cell=place, value=title, table=table.key)
