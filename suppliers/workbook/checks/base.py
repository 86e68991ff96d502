"""What the checks share: which tables count, how a finding gets its place, amounts in base units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from suppliers.workbook.findings import Finding, Rule, found
from suppliers.workbook.reading import Cell, Reading, Row, Table
from suppliers.workbook.schema_cover import PREFILLED_KEYS
from suppliers.workbook.units import BY_SYMBOL, MASS, Unit, to_base

__all__ = [
    "PREFILLED_KEYS",
    "at",
    "base_amount",
    "index",
    "level",
    "mass_kg",
    "problems",
    "reference",
    "relevant",
    "unit_of",
]


def level(reading: Reading) -> str:
    """Return "tables" or "verified": what the cover says, else what is filled in."""
    if reading.single:
        return "tables"
    if reading.level:
        return reading.level
    verified = reading.tables.get("verified")
    filled = verified is not None and any(cell.state != "blank" for cell in verified.form.cells.values())
    if filled and not any(reading.rows(key) for key in ("materials", "energy")):
        return "verified"
    return "tables"


def relevant(reading: Reading) -> Iterator[Table]:
    """Yield the sheets that count: the cover and either the verified footprint or the tables."""
    chosen = level(reading)
    for table in reading.tables.values():
        if table.key == "cover" or (table.key == "verified") == (chosen == "verified"):
            yield table


Placed = tuple[Table, Row, Cell]


@dataclass(slots=True)
class Index:
    """The cells that count, sorted once, so that a check looks at those that may concern it alone."""

    problems: dict[str, list[Placed]] = field(default_factory=lambda: defaultdict(list))
    notes: dict[str, list[Placed]] = field(default_factory=lambda: defaultdict(list))
    numbers: list[Placed] = field(default_factory=list)
    blanks: list[Placed] = field(default_factory=list)
    unknowns: list[Placed] = field(default_factory=list)
    units: list[Placed] = field(default_factory=list)
    factors: list[Placed] = field(default_factory=list)


def index(reading: Reading) -> Index:
    """Return the index of a reading: `blanks` are mandatory cells left blank, `unknowns` mandatory cells
    answered with unknown, `units` cells of a known unit, `factors` filled cells for a background factor."""
    if reading.index is None:
        reading.index = made = Index()
        for table in relevant(reading):
            mandatory = [key for key in table.letters if table.schema.column(key).mandatory]
            for row in table.rows:
                for cell in row.cells.values():
                    _enter(made, (table, row, cell))
                for key in mandatory:
                    if key not in row.cells and (blank := row.get(key)) is not None:
                        made.blanks.append((table, row, blank))
    found_index: Index = reading.index
    return found_index


def _enter(made: Index, placed: Placed) -> None:
    cell = placed[2]
    column = cell.column
    if cell.state == "blank":
        if column.mandatory:
            made.blanks.append(placed)
    elif cell.state == "bad":
        made.problems[cell.problem].append(placed)
    elif cell.state == "unknown":
        if column.mandatory:
            made.unknowns.append(placed)
    elif isinstance(cell.value, Decimal):
        made.numbers.append(placed)
        for note in cell.notes:
            made.notes[note].append(placed)
    elif column.type == "unit":
        made.units.append(placed)
    elif column.key == "factor":
        made.factors.append(placed)


def at(of: Rule, table: Table, cell: Cell, **params: Any) -> Finding:
    """Return a finding at a cell; the column's title is the parameter `column_title`."""
    return found(
        of,
        sheet=table.title,
        cell=cell.address,
        value=cell.shown,
        table=table.key,
        column=cell.column.key,
        column_title=cell.column.title,
        **params,
    )


def problems(of: Rule, problem: str, reading: Reading) -> Iterator[Finding]:
    """Yield a finding for every cell that the reader marked with this problem."""
    for table, _, cell in index(reading).problems[problem]:
        yield at(of, table, cell, **cell.params)


def unit_of(row: Row) -> Unit | None:
    """Return the unit of a row's amount, or None where it could not be read."""
    return BY_SYMBOL.get(row.text("unit"))


def base_amount(row: Row) -> tuple[Decimal, str] | None:
    """Return (amount in base units, dimension) of a row, or None where either is not known."""
    amount, unit = row.number_in("amount"), unit_of(row)
    if amount is None or unit is None:
        return None
    return to_base(amount, unit), unit.dimension


def mass_kg(row: Row) -> Decimal | None:
    """Return the mass of a row in kg, from its unit or from the column for it; None if not known."""
    base = base_amount(row)
    if base is not None and base[1] == MASS:
        return base[0]
    return row.number_in("mass_kg")


def reference(reading: Reading) -> tuple[Table, Row] | None:
    """Return the row of the declared product if there is exactly one."""
    table = reading.tables.get("production")
    rows = [row for row in table.rows if row.text("kind") == "reference"] if table else []
    return (table, rows[0]) if table is not None and len(rows) == 1 else None
