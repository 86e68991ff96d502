"""An amount out of reference data is neither measured nor the company's own."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, level

RULE = rule(
    "WB-314",
    "error",
    Text("参考数据报成自有数据", "Reference data stated as own"),
    Text(
        "这一行的用量取自参考数据，“{column_title}”却填了{value}。",
        "The amount of this row is taken from reference data, but “{column_title}” says {value}.",
    ),
    Text(
        "数据类型改为“估算”，企业自有数据改为“否”；用量是自己的记录，就清空“参考数据来源”。",
        "Set the kind of data to estimated and company-specific data to no; or clear “Reference data” "
        "if the amount is from your own records.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    if level(reading) != "tables":
        return
    for table, row in reading.filled():
        if not row.text("reference"):
            continue
        for key, wrong in (("company_specific", ("yes",)), ("data_kind", ("measured", "calculated"))):
            cell = row.cells.get(key)
            if cell is not None and cell.text in wrong:
                yield at(RULE, table, cell)
