"""The chosen factor is per another kind of unit than the amount."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text
from suppliers.workbook.units import ENERGY, MASS, find_unit

from .base import at, index, unit_of

RULE = rule(
    "WB-509",
    "warning",
    Text("因子单位与用量不符", "Factor unit does not fit"),
    Text(
        "因子“{value}”的单位是{factor_unit}，用量单位是{unit}。",
        "The factor “{value}” is in {factor_unit}; the amount is in {unit}.",
    ),
    Text(
        "换一个因子，或换算用量的单位。",
        "Choose another factor, or convert the amount.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table, row, cell in index(reading).factors:
        factor_unit = expect.factors.get(cell.text, {}).get("unit", "")
        unit = unit_of(row)
        per = find_unit(factor_unit.rpartition("/")[2]) if "/" in factor_unit else None
        if per is None or unit is None or table.key == "transport" or per.dimension == unit.dimension:
            continue
        bridged = (per.dimension == MASS and row.number_in("mass_kg") is not None) or (
            per.dimension == ENERGY and row.number_in("heating_value") is not None
        )
        if not bridged:
            yield at(RULE, table, cell, factor_unit=factor_unit, unit=unit.symbol)
