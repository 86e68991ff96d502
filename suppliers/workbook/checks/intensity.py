"""Electricity for each unit of product, against wide usual bands for each type of part."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.numbers import plain, readable, tidy
from suppliers.workbook.reading import Cell, Reading, Table
from suppliers.workbook.typical import ELECTRICITY_PER_KG, ELECTRICITY_PER_KWH
from suppliers.workbook.units import BY_SYMBOL, ENERGY

from .base import base_amount, level, mass_kg, reference

_KWH = BY_SYMBOL["kWh"].factor
_FAR = 10  # nearer to the band than this it is more likely an unusual plant than a slip of 1000


@dataclass(frozen=True, slots=True)
class Intensity:
    """kWh of electricity per kg (or per kWh) of product, the usual band, and the cell to point at."""

    seen: Decimal
    low: Decimal
    high: Decimal
    per: str
    place: tuple[Table, Cell]

    @property
    def outside(self) -> bool:
        """Whether the value lies outside the band."""
        return not self.low <= self.seen <= self.high

    @property
    def slipped(self) -> bool:
        """Whether the value is far outside, and fits when divided or multiplied by 1000."""
        too_high = self.seen > _FAR * self.high and self.low <= self.seen / 1000 <= self.high
        too_low = self.seen < self.low / _FAR and self.low <= self.seen * 1000 <= self.high
        return too_high or too_low

    @property
    def mended(self) -> str:
        """The amount that would fit after a slip of 1000, as plain digits; empty without a slip or a number."""
        amount = self.place[1].number
        if not self.slipped or amount is None:
            return ""
        return plain(tidy((amount / 1000 if self.seen > self.high else amount * 1000).normalize()))

    def params(self) -> dict[str, str]:
        """Return the parameters of the messages."""
        return {
            "seen": readable(self.seen, 3),
            "low": readable(self.low, 3),
            "high": readable(self.high, 3),
            "per": self.per,
        }


def electricity_intensity(reading: Reading, expect: Expectation) -> Intensity | None:
    """Return the intensity, or None where there is no band, no product amount or unknown electricity."""
    module_type = reading.cover.text("module_type") or expect.module_type
    place, energy = reference(reading), reading.tables.get("energy")
    if place is None or energy is None or level(reading) != "tables":
        return None
    product = base_amount(place[1])
    if product is not None and product[1] == ENERGY and module_type in ELECTRICITY_PER_KWH:
        made, band, per = product[0] / _KWH, ELECTRICITY_PER_KWH[module_type], "kWh"
    else:
        mass = mass_kg(place[1])
        if mass is None or module_type not in ELECTRICITY_PER_KG:
            return None
        made, band, per = mass, ELECTRICITY_PER_KG[module_type], "kg"
    total, largest = Decimal(0), None
    for row in energy.rows:
        if row.text("carrier") != "electricity":
            continue
        amount = base_amount(row)
        if amount is None or amount[1] != ENERGY:
            return None
        total += amount[0] / _KWH
        if largest is None or amount[0] > largest[0]:
            largest = amount[0], row.cells["amount"]
    if largest is None or made <= 0 or total <= 0:
        return None
    return Intensity(total / made, band[0], band[1], per, (energy, largest[1]))
