"""Amounts of this period beside those of the last accepted one, in base units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.reading import Reading, Row, Table
from suppliers.workbook.units import BY_SYMBOL, to_base

from .base import base_amount, reference


@dataclass(frozen=True, slots=True)
class Pair:
    """An amount now and then, both in the base unit of the same dimension."""

    table: Table
    row: Row
    name: str
    now: Decimal
    then: Decimal


def _base(amount: tuple[str, str] | None) -> tuple[Decimal, str] | None:
    if amount is None or amount[1] not in BY_SYMBOL:
        return None
    unit = BY_SYMBOL[amount[1]]
    return to_base(Decimal(amount[0]), unit), unit.dimension


def _pair(table: Table, row: Row, name: str, before: tuple[str, str] | None) -> Pair | None:
    then, now = _base(before), base_amount(row)
    if then is None or now is None or then[1] != now[1]:
        return None
    return Pair(table, row, name, now[0], then[0])


def previous_product(reading: Reading, expect: Expectation) -> Pair | None:
    """Return the declared product's production now and then; None where either is not known or is zero."""
    product, before = reference(reading), expect.previous.get("production", {})
    if product is None or not before:
        return None
    pair = _pair(*product, product[1].text("name"), next(iter(before.values())))
    return pair if pair is not None and pair.now and pair.then else None


def compared(reading: Reading, expect: Expectation) -> Iterator[Pair]:
    """Yield every row that the last period had as well, by the name of what is used."""
    for table, row in reading.filled():
        name = row.text("name") or row.text("carrier") or row.text("gas")
        if table.key != "production":
            pair = _pair(table, row, name, expect.previous.get(table.key, {}).get(name))
            if pair is not None:
                yield pair
