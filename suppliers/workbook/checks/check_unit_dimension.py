"""A unit that measures something else than the column, the carrier or the declared unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Cell, Reading
from suppliers.workbook.text import Text
from suppliers.workbook.units import BY_SYMBOL, DIMENSIONS, ENERGY, of_dimensions

from .base import at, index

_ENERGY_ONLY = {"electricity", "heat"}


def _title(cell: Cell) -> Text:
    return next((c.title for c in cell.column.choices if c.key == cell.text), cell.column.title)


RULE = rule(
    "WB-205",
    "error",
    Text("单位不符", "Unit does not fit"),
    Text(
        "单位“{value}”是{seen}单位，“{what}”须用{wanted}单位。",
        "The unit “{value}” measures {seen}; “{what}” needs a unit of {wanted}.",
    ),
    Text(
        "请换算后选：{choices}。",
        "Convert the amount and choose one of: {choices}.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    declared = BY_SYMBOL.get(reading.cover.text("declared_unit") or expect.declared_unit)
    for table, row, cell in index(reading).units:
        unit = BY_SYMBOL.get(cell.text)
        if unit is None or table.schema.form:
            continue
        allowed: tuple[str, ...] = cell.column.dimensions
        what = table.schema.title
        if table.key == "energy" and row.text("carrier") in _ENERGY_ONLY:
            allowed, what = (ENERGY,), _title(row.cells["carrier"])
        if table.key == "production" and row.text("kind") == "reference" and declared is not None:
            allowed, what = (
                (declared.dimension,),
                Text(f"声明单位{declared.symbol}", f"declared unit {declared.symbol}"),
            )
        if unit.dimension not in allowed:
            offered = [other.symbol for other in of_dimensions(allowed)]
            finding = at(
                RULE,
                table,
                cell,
                what=what,
                seen=DIMENSIONS[unit.dimension],
                wanted=[DIMENSIONS[dimension] for dimension in allowed],
                choices=offered,
            )
            yield replace(finding, offer=tuple(offered))
