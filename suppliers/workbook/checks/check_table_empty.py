"""A table that must hold data is empty."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, found, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import relevant

RULE = rule(
    "WB-301",
    "error",
    Text("表格为空", "Empty table"),
    Text(
        "工作表“{sheet}”没有数据。",
        "The sheet “{sheet}” holds no data.",
    ),
    Text(
        "请填写全年用量；已有核查报告的，在封面选择填写已核查的碳足迹。",
        "Fill in the year's amounts; if you have a verified footprint, choose it on the cover.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table in relevant(reading):
        required = table.schema.required or bool(reading.single)
        if required and not table.schema.form and not table.rows and table.key != "production":
            yield found(RULE, sheet=table.title, cell=table.anchor(), table=table.key)
