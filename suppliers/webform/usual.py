"""Figures to compare with, per kg of product: published inventories with their source, and our own wide band.

Where nothing is published, nothing is shown. A figure here is never put into a form by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from lca.module_references import Reference, ReferenceLine, references_of
from suppliers.webform.gaps import product_mass
from suppliers.webform.steps import Rows
from suppliers.workbook.numbers import parse_number, readable
from suppliers.workbook.typical import ELECTRICITY_PER_KG
from suppliers.workbook.units import BY_SYMBOL, to_base

# The production of the worked example, kg: a thousand tonnes, so that its totals read as a plant's.
EXAMPLE_KG = Decimal(1_000_000)
_KWH = BY_SYMBOL["kWh"]


@dataclass(frozen=True)
class ExampleLine:
    """A line of the worked example: per kg of product as published, and the year's total of the example's plant."""

    line: ReferenceLine
    per_kg: str
    total: str
    unit: str

    @property
    def stated(self) -> bool:
        """Whether the source gives a figure."""
        return self.line.amount is not None


def example(reference: Reference, table: str, language: str) -> list[ExampleLine]:
    """The lines of a published inventory that belong on a step, for a plant that makes 1,000 t a year."""
    found = []
    for line in reference.lines:
        if line.table != table:
            continue
        if line.amount is None:
            found.append(ExampleLine(line, "", "", line.unit))
        else:
            total, unit = line.amount * EXAMPLE_KG, line.unit
            if unit == "kg":
                total, unit = total / 1000, "t"
            found.append(ExampleLine(line, readable(line.amount, 6), readable(total, 6), unit))
    return found


def usual(module_type: str, table: str, row: Mapping[str, str], language: str) -> list[str]:
    """What is usual for the amount of a row, each with its source; empty where nothing is published."""
    found = [
        _("%(amount)s %(unit)s per kg of product (%(name)s, %(source)s)")
        % {
            "amount": readable(line.usable, 4),
            "unit": line.unit,
            "name": reference.name[language],
            "source": reference.source["title"],
        }
        for reference in references_of(module_type)
        for line in reference.lines
        if line.table == table and line.usable is not None and _same(line, table, row)
    ]
    band = ELECTRICITY_PER_KG.get(module_type)
    if table == "energy" and row.get("carrier") == "electricity" and band is not None:
        found.append(
            _("outside %(low)s to %(high)s kWh per kg of product the check asks back (our own wide band)")
            % {"low": readable(band[0], 3), "high": readable(band[1], 3)}
        )
    return found


def _same(line: ReferenceLine, table: str, row: Mapping[str, str]) -> bool:
    if table == "energy":
        return line.values.get("carrier") == row.get("carrier")
    if table == "emissions":
        return line.values.get("gas") == row.get("gas")
    return bool(row.get("name")) and row.get("name") in line.name.values()


def own_intensity(rows: Rows, row: Mapping[str, str]) -> tuple[str, str] | None:
    """(amount per kg of product, unit) of a row as it stands; None while amount, unit or production is not known."""
    mass, amount = product_mass(rows), parse_number(row.get("amount", ""))
    unit = BY_SYMBOL.get(row.get("unit", ""))
    if mass is None or amount is None or unit is None:
        return None
    if unit.dimension == "energy" and row.get("carrier") == "electricity":
        return readable(to_base(amount.value, unit) / _KWH.factor / mass, 4), "kWh"
    base: dict[str, Any] = {"mass": "kg", "energy": "MJ", "volume": "m3", "area": "m2", "length": "m"}
    return readable(to_base(amount.value, unit) / mass, 4), base.get(unit.dimension, unit.symbol)
