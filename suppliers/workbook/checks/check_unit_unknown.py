"""A unit that is not known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text
from suppliers.workbook.units import of_dimensions, without_year

from .base import at, index

RULE = rule(
    "WB-204",
    "error",
    Text("单位无法识别", "Unknown unit"),
    Text(
        "单位“{value}”无法识别。",
        "The unit “{value}” is not known.",
    ),
    Text(
        "请选：{choices}。{hint}",
        "Choose one of: {choices}. {hint}",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table, _, cell in index(reading).problems["unit"]:
        yearly = without_year(cell.shown)
        hint = Text("", "")
        offer: tuple[str, ...] = ()
        if yearly is not None and yearly.dimension in cell.column.dimensions:
            hint = Text(
                "表中已是全年合计，不必写“/年”。", "The table holds a year's totals: no “/year” is needed."
            )
            offer = (yearly.symbol,)
        units = [unit.symbol for unit in of_dimensions(cell.column.dimensions)]
        yield replace(at(RULE, table, cell, choices=units, hint=hint), offer=offer)
