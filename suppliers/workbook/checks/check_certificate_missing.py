"""Certificate-backed electricity without a certificate number."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, level

RULE = rule(
    "WB-508",
    "warning",
    Text("缺少绿证编号", "Certificate number missing"),
    Text(
        "供电方式是绿证电力，没有填绿证编号。",
        "The electricity is certificate backed, and no certificate number is given.",
    ),
    Text(
        "补上编号；没有编号的部分按电网供电计。",
        "Give the numbers; without them it counts as grid electricity.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table = reading.tables.get("energy")
    if table is None or level(reading) != "tables":
        return
    for row in table.rows:
        cell = row.get("certificates")
        if row.text("carrier") != "electricity" or cell is None or cell.state != "blank":
            continue
        if row.text("supply") == "certificate":
            yield at(RULE, table, cell)
