"""A CSV holds one table; the rest of the workbook is not judged."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, found, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

RULE = rule(
    "WB-114",
    "note",
    Text("只读取了一张表", "One table only"),
    Text(
        "CSV文件只含“{column_title}”一张表，其余各表没有检查。",
        "The CSV file holds the table “{column_title}” only; the other sheets were not checked.",
    ),
    Text(
        "其余数据请在网页填写，或上传完整的工作簿。",
        "Enter the other data on the page, or upload the whole workbook.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    if reading.single:
        table = reading.tables[reading.single]
        yield found(RULE, sheet=table.title, table=table.key, column_title=table.schema.title)
