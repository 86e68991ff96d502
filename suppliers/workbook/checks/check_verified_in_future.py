"""A report cannot be dated after today."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, level

RULE = rule(
    "WB-602",
    "error",
    Text("核查日期在将来", "Verified in the future"),
    Text(
        "核查日期{value}晚于今天{today}。",
        "The date of verification {value} is after today, {today}.",
    ),
    Text(
        "请核对核查报告的签发日期。",
        "Check the report's date of issue.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table = reading.tables.get("verified")
    cell = table.form.get("verified_on") if table is not None else None
    if (
        table is not None
        and cell is not None
        and expect.today
        and level(reading) == "verified"
        and cell.text > expect.today
    ):
        yield at(RULE, table, cell, today=expect.today)
