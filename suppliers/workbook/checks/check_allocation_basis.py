"""The chosen allocation needs its basis for every product."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.choices import ALLOCATIONS
from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading, Row
from suppliers.workbook.text import Text
from suppliers.workbook.units import ENERGY

from .base import at, level, mass_kg, reference, unit_of


def _is_energy(row: Row) -> bool:
    unit = unit_of(row)
    return unit is not None and unit.dimension == ENERGY


RULE = rule(
    "WB-313",
    "error",
    Text("缺少分配依据", "Basis of the allocation missing"),
    Text(
        "选择了“{method}”，这一行缺少“{column_title}”。",
        "“{method}” is chosen, and this row lacks “{column_title}”.",
    ),
    Text(
        "补上数值，或换一种分配方法。",
        "Give the value, or choose another allocation.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    place = reference(reading)
    if place is None or level(reading) != "tables":
        return
    table, chosen = place
    method = chosen.text("allocation")
    if not method or not any(row.text("kind") == "co_product" for row in table.rows):
        return
    title = next(choice.title for choice in ALLOCATIONS if choice.key == method)
    for row in table.rows:
        missing = (
            (method == "mass" and mass_kg(row) is None and "mass_kg")
            or (method == "economic" and row.number_in("price") is None and "price")
            or (method == "energy" and not _is_energy(row) and "unit")
        )
        cell = row.get(missing) if missing else None
        if cell is not None and cell.state != "bad":
            yield at(RULE, table, cell, method=title)
