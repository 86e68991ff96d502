"""Lines whose amount is not known, and the published inventories that could stand in for it.

What is offered is secondary data: the row says which inventory it comes from, is estimated and never company-specific.
So the primary data share falls, and verifier and buyer see it. Nothing is added for caution: the method asks for none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import problem
from lca.engine.units import UnitError, compatible, split_factor_unit
from lca.module_references import Reference, ReferenceLine, references_of
from lca.reference import current_factors
from suppliers.models import DataRequest
from suppliers.webform.steps import REFERENCE, Rows, Values
from suppliers.workbook.numbers import parse_number, plain, readable, tidy
from suppliers.workbook.schema import state_of
from suppliers.workbook.units import BY_SYMBOL, MASS, to_base

# Tables whose amounts a published inventory can stand in for. Transport is distances, which nobody else knows.
TABLES = ("materials", "energy", "emissions", "wastes")
_SAME = {"energy": "carrier", "emissions": "gas"}


@dataclass(frozen=True)
class Option:
    """One line of a reference that could fill the gap; ``amount`` is for the whole year's production."""

    choice: str
    reference: Reference
    line: ReferenceLine
    amount: Decimal
    fits: bool

    @property
    def shown(self) -> str:
        """The amount in plain digits, for a page."""
        return readable(self.amount, 6)


@dataclass(frozen=True)
class Gap:
    """A line of a draft without an amount, and what could fill it. ``product_kg`` None: the scale is not known."""

    table: str
    index: int
    row: Values
    product_kg: Decimal | None
    options: tuple[Option, ...]

    @classmethod
    def find(cls, request: DataRequest, rows: Rows, table: str, index: int) -> Gap:
        """The gap at a row of a draft. Raises Problems where there is none."""
        given = rows.get(table, []) if table in TABLES else []
        if not 0 <= index < len(given) or not is_open(given[index]):
            raise problem("FORM-NO-GAP", _("This line has an amount already."))
        mass = product_mass(rows)
        return cls(table, index, given[index], mass, _options(request, table, given[index], mass))


def is_open(row: Mapping[str, str]) -> bool:
    """Whether a row's amount is unknown or not there yet."""
    amount = row.get("amount", "")
    return not amount or state_of(amount) == "unknown"


def gaps(request: DataRequest, rows: Rows) -> list[Gap]:
    """Every line without an amount in the tables that can be filled."""
    return [
        Gap.find(request, rows, table, index)
        for table in TABLES
        for index, row in enumerate(rows.get(table, ()))
        if is_open(row)
    ]


def product_mass(rows: Mapping[str, Sequence[Mapping[str, str]]]) -> Decimal | None:
    """The year's production in kg, from its unit or from the column for it; None when not known."""
    row = next((row for row in rows.get("production", ()) if row.get("kind") == REFERENCE), {})
    amount, unit = parse_number(row.get("amount", "")), BY_SYMBOL.get(row.get("unit", ""))
    mass = parse_number(row.get("mass_kg", ""))
    if amount is not None and unit is not None and unit.dimension == MASS:
        kilograms = to_base(amount.value, unit)
    elif mass is not None:
        kilograms = mass.value
    else:
        return None
    return kilograms if kilograms > 0 else None


def _options(
    request: DataRequest, table: str, row: Mapping[str, str], mass: Decimal | None
) -> tuple[Option, ...]:
    same = _SAME.get(table, "")
    found = []
    for reference in references_of(request.module_type):
        for number, line in enumerate(reference.lines):
            if line.table != table or (same and line.values.get(same) != row.get(same)):
                continue
            if line.usable is not None:
                amount = line.usable * mass if mass is not None else Decimal(0)
                found.append(Option(f"{reference.key}#{number}", reference, line, amount, _fits(line, row)))
    return tuple(sorted(found, key=lambda option: not option.fits))


def _fits(line: ReferenceLine, row: Mapping[str, str]) -> bool:
    """Whether a line speaks of the same thing by its name; offered first, never chosen by itself."""
    return row.get("name", row.get("source", "")) in line.name.values()


def fill(gap: Gap, choice: str, row: Mapping[str, str], cover: Mapping[str, str]) -> Values:
    """The row with the amount of the chosen line, scaled to the year's production, and marked as what it is."""
    option = next((item for item in gap.options if item.choice == choice), None)
    if option is None:
        raise problem("FORM-GAP-CHOICE", _("Choose one of the published amounts."), field="choice")
    if gap.product_kg is None:
        raise problem("FORM-GAP-MASS", _("The year's production in kg is not known yet."), field="choice")
    made = dict(option.line.values) | {key: text for key, text in row.items() if text}
    made |= {
        "amount": plain(tidy(option.amount.normalize())),
        "unit": option.line.unit,
        "data_kind": "estimated",
        "company_specific": "no",
        "reference": option.reference.key,
    }
    made.pop("mass_kg", None)
    factor = _factor(made.get("factor", ""), option.line)
    made = {key: text for key, text in made.items() if key != "factor"} | (
        {"factor": factor} if factor else {}
    )
    if gap.table == "energy" and made.get("carrier") == "electricity" and not made.get("region"):
        made["region"] = cover.get("plant_region", "")
    return {key: text for key, text in made.items() if text}


def _factor(chosen: str, line: ReferenceLine) -> str:
    """The factor that the row names if it goes with the line's unit, else the one that the reference names."""
    factor = current_factors().factors.get(chosen)
    try:
        fits = factor is not None and compatible(line.unit, split_factor_unit(factor.unit)[1])
    except UnitError:
        fits = False
    return chosen if fits else line.factor
