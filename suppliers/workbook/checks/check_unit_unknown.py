"""A unit that is not known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.numbers import plain, tidy
from suppliers.workbook.reading import Cell, Reading, Row
from suppliers.workbook.text import Text
from suppliers.workbook.units import Unit, convertible, of_dimensions, without_year

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


def _converted(row: Row, cell: Cell, unit: Unit, factor: Decimal) -> Text:
    """Say what one of the unit is in one that is taken, and what the row's amount becomes."""
    said = f"1 {cell.shown} = {plain(factor)} {unit.symbol}"
    amount = row.number_in("amount")
    if amount is None:
        return Text(f"{said}。", f"{said}.")
    whole = f"{plain(tidy((amount * factor).normalize()))} {unit.symbol}"
    return Text(f"{said}，用量改为{whole}。", f"{said}: the amount becomes {whole}.")


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table, row, cell in index(reading).problems["unit"]:
        yearly = without_year(cell.shown)
        hint = Text("", "")
        offer: tuple[str, ...] = ()
        if yearly is not None and yearly.dimension in cell.column.dimensions:
            hint = Text(
                "表中已是全年合计，不必写“/年”。", "The table holds a year's totals: no “/year” is needed."
            )
            offer = (yearly.symbol,)
        other = convertible(cell.shown, cell.column.dimensions)
        if other is not None:
            hint, offer = _converted(row, cell, *other), (other[0].symbol,)
        units = [unit.symbol for unit in of_dimensions(cell.column.dimensions)]
        yield replace(at(RULE, table, cell, choices=units, hint=hint), offer=offer)
