"""A report dated before the year's end cannot hold the whole year."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, level

RULE = rule(
    "WB-603",
    "warning",
    Text("核查早于年度结束", "Verified before the year's end"),
    Text(
        "核查日期{value}早于数据年度{year}年结束。",
        "The date of verification {value} is before the end of the data year {year}.",
    ),
    Text(
        "核对报告是否覆盖整个年度。",
        "Check that the report covers the whole year.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table = reading.tables.get("verified")
    cell = table.form.get("verified_on") if table is not None else None
    year = reading.cover.number_in("period_year")
    if table is None or cell is None or year is None or not cell.text or level(reading) != "verified":
        return
    if cell.text < f"{int(year):04d}-12-31":
        yield at(RULE, table, cell, year=str(int(year)))
