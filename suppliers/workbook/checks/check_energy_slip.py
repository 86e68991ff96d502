"""Electricity per unit of product is wrong by about a factor of 1000."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at
from .intensity import electricity_intensity

RULE = rule(
    "WB-401",
    "warning",
    Text("电耗疑似差1000倍", "Electricity off by 1000?"),
    Text(
        "每{per}产品用电{seen} kWh，通常在{low}到{high} kWh之间，像是差了1000倍。",
        "{seen} kWh of electricity for each {per} of product; {low} to {high} kWh is usual. It looks 1000 times off.",
    ),
    Text(
        "核对kWh与MWh、kg与t。",
        "Check kWh against MWh, and kg against t.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    seen = electricity_intensity(reading, expect)
    if seen is not None and seen.slipped:
        table, cell = seen.place
        finding = at(RULE, table, cell, **seen.params())
        yield replace(finding, offer=(seen.mended,) if seen.mended else ())
