"""Electricity per unit of product is outside the usual range."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at
from .intensity import electricity_intensity

RULE = rule(
    "WB-402",
    "warning",
    Text("电耗超出常见范围", "Electricity outside the usual range"),
    Text(
        "每{per}产品用电{seen} kWh，通常在{low}到{high} kWh之间。",
        "{seen} kWh of electricity for each {per} of product; {low} to {high} kWh is usual.",
    ),
    Text(
        "核对用电量是否只含这个产品；属实可以保留，并在备注说明。",
        "Check that the electricity is this product's alone; if it is right keep it and say so in the note.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    seen = electricity_intensity(reading, expect)
    if seen is not None and seen.outside and not seen.slipped:
        table, cell = seen.place
        yield at(RULE, table, cell, **seen.params())
