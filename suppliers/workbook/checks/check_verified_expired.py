"""An expired verification does not count."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, level

RULE = rule(
    "WB-604",
    "error",
    Text("核查已过有效期", "Verification expired"),
    Text(
        "核查报告的有效期到{value}，已经过期。",
        "The verification was valid until {value} and has expired.",
    ),
    Text(
        "请填写有效的核查报告，或改填明细表。",
        "Enter a valid report, or fill in the tables instead.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table = reading.tables.get("verified")
    cell = table.form.get("valid_until") if table is not None else None
    if table is None or cell is None or not cell.text or not expect.today or level(reading) != "verified":
        return
    if cell.text < expect.today:
        yield at(RULE, table, cell)
