"""The mass balance of the tables, in kg."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from suppliers.workbook.reading import Cell, Reading, Table

from .base import level, mass_kg, reference

# More out than in by 5 % is within weighing and moisture; gases leave, so that twice as much may go in.
TOLERANCE = Decimal("1.05")
LOSS = Decimal(2)
_FITTING = (Decimal("0.5"), Decimal(5))
_THOUSAND = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Balance:
    """Masses in kg. `complete`: every material has a mass. `slip`: the cell that is 1000 times off."""

    inputs: Decimal
    products: Decimal
    outputs: Decimal
    complete: bool
    place: tuple[Table, Cell]
    slip: tuple[Table, Cell] | None


def mass_balance(reading: Reading) -> Balance | None:
    """Return the balance, or None where the products' mass is not known or not above zero."""
    place = reference(reading)
    materials = reading.tables.get("materials")
    if place is None or materials is None or level(reading) != "tables" or "amount" not in place[1].cells:
        return None
    table, product = place
    masses = [mass_kg(row) for row in table.rows]
    if not masses or any(mass is None for mass in masses):
        return None
    products = sum((mass for mass in masses if mass is not None), Decimal(0))
    if products <= 0:
        return None
    inputs, complete = Decimal(0), bool(materials.rows)
    largest: tuple[Decimal, Cell] | None = None
    for row in materials.rows:
        mass = mass_kg(row)
        if mass is None:
            complete = complete and row.text("group") == "packaging"
            continue
        if mass < 0:
            return None
        if row.text("group") == "water":
            continue
        inputs += mass
        if "amount" in row.cells and (largest is None or mass > largest[0]):
            largest = mass, row.cells["amount"]
    outputs = products + sum(
        (
            mass
            for key in ("wastes", "emissions")
            for row in reading.rows(key)
            if (mass := mass_kg(row)) is not None
        ),
        Decimal(0),
    )
    cell = product.cells["amount"]
    slip = _slip(inputs, products, complete, materials, largest, (table, cell))
    return Balance(inputs, products, outputs, complete, (table, cell), slip)


def _slip(
    inputs: Decimal,
    products: Decimal,
    complete: bool,
    materials: Table,
    largest: tuple[Decimal, Cell] | None,
    product: tuple[Table, Cell],
) -> tuple[Table, Cell] | None:
    """Return the cell whose amount makes the balance fit if divided or multiplied by 1000."""
    low, high = _FITTING
    if not products or not inputs or largest is None or low * products <= inputs <= high * products:
        return None
    if inputs > products:
        mended = inputs - largest[0] + largest[0] / _THOUSAND
        if low * products <= mended <= high * products:
            return materials, largest[1]
        if low * products <= inputs / _THOUSAND <= high * products:
            return product
        return None
    if complete and low * products <= inputs * _THOUSAND <= high * products:
        return product
    return None
