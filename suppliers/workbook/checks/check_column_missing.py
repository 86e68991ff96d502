"""A mandatory column or line of a sheet is missing."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, found, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import relevant

RULE = rule(
    "WB-108",
    "error",
    Text("缺少列", "Column missing"),
    Text(
        "没有找到“{column_title}”。",
        "“{column_title}” was not found.",
    ),
    Text(
        "请恢复模板中的列名或行名“{column_title}”。",
        "Put the template's title “{column_title}” back.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table in relevant(reading):
        present = set(table.letters)
        for column in table.schema.columns:
            if column.mandatory and column.key not in present:
                yield found(
                    RULE,
                    sheet=table.title,
                    cell=f"A{table.header_row}" if table.header_row else "A1",
                    table=table.key,
                    column=column.key,
                    column_title=column.title,
                )
