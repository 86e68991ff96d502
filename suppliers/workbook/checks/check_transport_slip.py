"""The mass carried does not fit the amount of the same material."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.numbers import plain, readable, tidy
from suppliers.workbook.reading import Cell, Reading
from suppliers.workbook.text import Text, fold

from .base import at, mass_kg

RULE = rule(
    "WB-404",
    "warning",
    Text("运输质量与用量不符", "Mass carried does not fit the amount"),
    Text(
        "“{goods}”运输{carried} kg，物料表中是{used} kg。",
        "{carried} kg of “{goods}” are carried; the materials table has {used} kg.",
    ),
    Text(
        "核对单位：kg还是t。",
        "Check the unit: kg or t.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table = reading.tables.get("transport")
    used: dict[str, Decimal] = {}
    for row in reading.rows("materials"):
        mass = mass_kg(row)
        if mass is not None:
            used[fold(row.text("name"))] = used.get(fold(row.text("name")), Decimal(0)) + mass
    for row in table.rows if table is not None else []:
        carried, total = mass_kg(row), used.get(fold(row.text("name")))
        if table is None or not carried or not total or row.text("direction") != "inbound":
            continue
        if carried > 100 * total or total > 100 * carried:
            cell = row.cells["amount"]
            finding = at(
                RULE, table, cell, goods=row.text("name"), carried=readable(carried), used=readable(total)
            )
            yield replace(finding, offer=_offer(cell, carried, total))


def _offer(cell: Cell, carried: Decimal, total: Decimal) -> tuple[str, ...]:
    """The amount a thousand times more or less, where that comes within a factor of three of what is used."""
    for factor in (Decimal(1000), Decimal("0.001")):
        if cell.number is not None and total / 3 <= carried * factor <= 3 * total:
            return (plain(tidy((cell.number * factor).normalize())),)
    return ()
