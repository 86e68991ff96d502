"""One row as a system sends it, read and checked: everything wrong with it at once, as codes for any language."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from typing import Any

from django.utils.translation import gettext_lazy as _

from suppliers.workbook.numbers import parse_number, tidy
from suppliers.workbook.units import find_unit

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?\Z")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?\Z")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?\Z")
INTEGER_DIGITS, DECIMALS = 21, 15
LENGTHS = {"key": 120, "item": 80}

# code: (what is wrong, how to mend it)
RULES: Mapping[str, tuple[Any, Any]] = {
    "ACT-MISSING": (
        _("This field is empty."),
        _("Every record has a key, an item, a first day, an amount and a unit."),
    ),
    "ACT-LONG": (_("This is too long."), _("At most 120 characters for a key, 80 for an item.")),
    "ACT-DATE": (_("This is no date."), _("Write a day as 2025-01-31 or a month as 2025-01.")),
    "ACT-ORDER": (_("The period ends before it begins."), _("Check the two dates.")),
    "ACT-FUTURE": (_("The period ends in the future."), _("Send what has been measured or booked.")),
    "ACT-YEARS": (
        _("The period is longer than a year."),
        _("Send it month by month, or at least year by year."),
    ),
    "ACT-AMOUNT": (_("This is no number."), _("Digits only; the unit has its own field.")),
    "ACT-COMMA": (
        _("A comma before three digits can be a decimal or a thousands separator."),
        _("Write 1234 or 1.234."),
    ),
    "ACT-NEGATIVE": (
        _("The amount is negative."),
        _("Correct the record itself: send its key again with the right amount."),
    ),
    "ACT-DIGITS": (
        _("The number has too many digits."),
        _("At most 21 digits before the point and 15 after it."),
    ),
    "ACT-UNIT": (
        _("This unit is not known."),
        _("Use a unit of the workbook: kWh, MWh, GJ, kg, t, m3, L, m2, m, piece."),
    ),
    "ACT-TWICE": (
        _("The key stands twice in this delivery, with different content."),
        _("One key, one record. Number the records, or sum them."),
    ),
    "ACT-OTHER-ITEM": (
        _("This key belongs to another item already."),
        _("A key names one record for ever; use a new one."),
    ),
}


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a row."""

    code: str
    field: str
    value: str = ""

    def stored(self) -> dict[str, str]:
        """As the delivery keeps it."""
        return {"code": self.code, "field": self.field, "value": self.value[:200]}


@dataclass
class Row:
    """A row that was read. What could not be read stays None and has a fault."""

    number: int
    key: str
    item: str
    name: str = ""
    period_from: dt.date | None = None
    period_to: dt.date | None = None
    amount: Decimal | None = None
    unit: str = ""
    faults: list[Fault] = field(default_factory=list)

    def content(self) -> tuple[Any, ...]:
        """What a record says, whatever its key and row: the same again changes nothing."""
        return (self.item, self.period_from, self.period_to, self.amount, self.unit)


def read_row(values: Mapping[str, Any], number: int, today: dt.date) -> Row:
    """Read one row of texts by field. Nothing is guessed: a value that is not understood is a fault."""
    texts = {key: "" if values.get(key) is None else str(values[key]).strip() for key in _KEYS}
    row = Row(number, texts["key"][: LENGTHS["key"]], texts["item"][: LENGTHS["item"]], texts["name"][:160])
    for key in ("key", "item", "from", "amount", "unit"):
        if not texts[key]:
            row.faults.append(Fault("ACT-MISSING", key))
    for key, most in LENGTHS.items():
        if len(texts[key]) > most:
            row.faults.append(Fault("ACT-LONG", key, texts[key]))
    _read_period(row, texts["from"], texts["to"], today)
    _read_amount(row, texts["amount"])
    _read_unit(row, texts["unit"])
    return row


_KEYS = ("key", "item", "name", "from", "to", "amount", "unit")


def _read_period(row: Row, first: str, last: str, today: dt.date) -> None:
    begins = read_period(first) if first else None
    ends = read_period(last) if last else begins
    if first and begins is None:
        row.faults.append(Fault("ACT-DATE", "from", first))
    if last and ends is None:
        row.faults.append(Fault("ACT-DATE", "to", last))
    if begins is None or ends is None:
        return
    row.period_from, row.period_to = begins[0], ends[1]
    said = f"{first} {last}".strip()
    if row.period_to < row.period_from:
        row.faults.append(Fault("ACT-ORDER", "to", said))
    elif row.period_to > today:
        row.faults.append(Fault("ACT-FUTURE", "to" if last else "from", said))
    elif (row.period_to - row.period_from).days > 366:
        row.faults.append(Fault("ACT-YEARS", "to", said))


def read_period(text: str) -> tuple[dt.date, dt.date] | None:
    """First and last day that a text names: a day twice, or a month's two ends. None for anything else."""
    for pattern in (_DAY, _MONTH, _COMPACT):
        match = pattern.match(text)
        if match is None:
            continue
        year, month, day = (int(part) if part else None for part in (*match.groups(), None)[:3])
        try:
            if day is not None:
                one = dt.date(year or 0, month or 0, day)
                return one, one
            return dt.date(year or 0, month or 0, 1), _month_end(year or 0, month or 0)
        except ValueError:
            return None
    return None


def _month_end(year: int, month: int) -> dt.date:
    return dt.date(year, month, calendar.monthrange(year, month)[1])


def _read_amount(row: Row, text: str) -> None:
    if not text:
        return
    number = parse_number(text)
    if number is None or number.percent:
        row.faults.append(Fault("ACT-AMOUNT", "amount", text))
    elif "ambiguous_comma" in number.notes:
        row.faults.append(Fault("ACT-COMMA", "amount", text))
    elif number.value < 0:
        row.faults.append(Fault("ACT-NEGATIVE", "amount", text))
    elif not fits(number.value):
        row.faults.append(Fault("ACT-DIGITS", "amount", text))
    else:
        row.amount = number.value


def exact(value: Decimal) -> Decimal:
    """The value without idle zeros, rounded to the decimals of an amount. Raises InvalidOperation beyond 60 digits.

    Arithmetic rounds to 28 digits unless told otherwise, and an amount may have 36.
    """
    with localcontext(prec=60):
        return tidy(value.quantize(Decimal(1).scaleb(-DECIMALS)).normalize())


def fits(value: Decimal) -> bool:
    """Whether the column of amounts holds this exactly."""
    whole, _point, after = format(value.copy_abs(), "f").partition(".")
    return len(whole.lstrip("0")) <= INTEGER_DIGITS and len(after.rstrip("0")) <= DECIMALS


def _read_unit(row: Row, text: str) -> None:
    unit = find_unit(text) if text else None
    if unit is not None:
        row.unit = unit.symbol
    elif text:
        row.faults.append(Fault("ACT-UNIT", "unit", text))
