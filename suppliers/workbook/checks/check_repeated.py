"""A sheet or a column stands in the file twice."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, found, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import relevant

RULE = rule(
    "WB-111",
    "error",
    Text("重复的表或列", "Sheet or column twice"),
    Text(
        "“{column_title}”出现了两次，不知道以哪个为准。",
        "“{column_title}” is there twice, and it is not clear which one counts.",
    ),
    Text(
        "请删去其中一个。",
        "Delete one of them.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for schema, title in reading.repeated_sheets:
        yield found(RULE, sheet=title, cell="A1", table=schema.key, column_title=schema.title)
    for table in relevant(reading):
        for column, place in table.repeated_columns:
            yield found(
                RULE,
                sheet=table.title,
                cell=place,
                table=table.key,
                column=column.key,
                column_title=column.title,
            )
