"""One cell: from what a spreadsheet holds to a typed value, without judging it.

`read_cell` never raises. What cannot be read gets the state "bad" and a problem name, which the cell
checks turn into findings.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from decimal import Decimal
from typing import Any

from . import numbers
from .choices import find_choice
from .reading import Cell
from .schema import ZERO_WORDS, Column, state_of
from .text import clip, fold
from .units import find_unit

# What spreadsheets and their CSV exports show for a cell whose formula failed.
_ERROR_TEXT = re.compile(r"(?:#(?:DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!)|Err:5\d\d)\Z")
_RUNS = re.compile(r"[=@]|[+\-].*[|(!]")
_ZERO = {fold(word) for word in ZERO_WORDS}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?\Z")
_COMPACT_DATE = re.compile(r"(20\d\d)(\d\d)(\d\d)\Z")


def read_cell(
    column: Column,
    address: str,
    raw: Any,
    *,
    number_format: str = "",
    formula: str = "",
    failed: bool = False,
) -> Cell:
    """Return the typed cell for a raw value of a spreadsheet.

    `formula` is the formula's text if the cell holds one; `failed` says that the spreadsheet marks the
    value as an error. `number_format` is used to tell 12 % from 0.12.
    """
    if formula and raw is None:
        return Cell(column, address, clip(formula), state="bad", problem="formula_without_value")
    if failed or (isinstance(raw, str) and _ERROR_TEXT.match(raw.strip())):
        return Cell(column, address, str(raw), state="bad", problem="formula_error")
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return Cell(column, address)
    if isinstance(raw, bool):
        return _from_text(Cell(column, address, "TRUE" if raw else "FALSE"), "true" if raw else "false")
    if isinstance(raw, (int, float)):
        return _from_number(Cell(column, address), raw, number_format)
    if isinstance(raw, (dt.datetime, dt.date, dt.time, dt.timedelta)):
        return _from_date(Cell(column, address), raw)
    text = str(raw)
    return _from_text(Cell(column, address, clip(text)), text)


def _known(cell: Cell, value: Decimal | str) -> Cell:
    cell.value, cell.state = value, "known"
    return cell


def _bad(cell: Cell, problem: str, **params: Any) -> Cell:
    cell.state, cell.problem, cell.params = "bad", problem, params
    return cell


def _from_number(cell: Cell, raw: float | int, number_format: str) -> Cell:
    if not math.isfinite(raw) or abs(raw) >= 1e60:
        cell.shown = str(raw)[:40]
        return _bad(cell, "not_a_number")
    value = numbers.from_float(raw)
    percent = "%" in number_format
    cell.shown = numbers.plain(value * 100) + "%" if percent else numbers.plain(value)
    kind = cell.column.type
    if kind == "percent":
        if percent:
            return _known(cell, numbers.tidy(value * 100))
        if 0 < value < 1:
            cell.notes = ("small_percent",)
        return _known(cell, value)
    if kind in ("number", "year"):
        if percent:
            cell.notes = ("percent_format",)
        return _known(cell, value)
    if kind == "date":
        compact = _COMPACT_DATE.match(numbers.plain(value))
        if compact:
            return _date(cell, *compact.groups())
        return _bad(cell, "date")
    if kind == "certificates" and abs(value) >= Decimal(10) ** 15:
        return _bad(cell, "digits_lost")
    return _from_text(cell, numbers.plain(value))


def _from_date(cell: Cell, raw: dt.datetime | dt.date | dt.time | dt.timedelta) -> Cell:
    if isinstance(raw, dt.datetime):
        cell.shown = raw.date().isoformat() if raw.time() == dt.time() else raw.isoformat(" ")
        if cell.column.type == "date":
            return _known(cell, raw.date().isoformat())
    elif isinstance(raw, dt.date):
        cell.shown = raw.isoformat()
        if cell.column.type == "date":
            return _known(cell, raw.isoformat())
    else:
        cell.shown = str(raw)
    if cell.column.numeric:
        return _bad(cell, "date_in_number")
    if cell.column.type == "date":
        return _bad(cell, "date")
    return _from_text(cell, cell.shown)


def _from_text(cell: Cell, text: str) -> Cell:
    column = cell.column
    if column.type == "certificates":
        text = re.sub(r"[\r\n]+", ";", text.strip())
    stripped = " ".join(text.split())
    if stripped[0] in "=@+-" and _RUNS.match(stripped) and numbers.parse_number(stripped) is None:
        return _bad(cell, "formula_text")
    state = state_of(stripped)
    if state is not None and (column.states or column.numeric or column.type in ("date", "choice")):
        chosen = find_choice(column.choices, stripped)
        if chosen is not None:
            return _known(cell, chosen.key)
        if not column.states:
            return _bad(cell, "state_refused")
        cell.state = "unknown" if state == "unknown" else "not_applicable"
        return cell
    if column.numeric:
        return _number(cell, stripped)
    if column.type == "unit":
        unit = find_unit(stripped)
        return _known(cell, unit.symbol) if unit is not None else _bad(cell, "unit")
    if column.type == "choice":
        choice = find_choice(column.choices, stripped)
        return _known(cell, choice.key) if choice is not None else _bad(cell, "choice")
    if column.type == "date":
        match = _DATE.match(unicodedata.normalize("NFKC", stripped).replace(" ", ""))
        match = match or _COMPACT_DATE.match(stripped)
        return _date(cell, *match.groups()) if match else _bad(cell, "date")
    if len(stripped) > column.max_length:
        return _bad(cell, "too_long", length=len(stripped), limit=column.max_length)
    return _known(cell, stripped)


def _number(cell: Cell, text: str) -> Cell:
    if fold(text) in _ZERO:
        return _known(cell, Decimal(0))
    number = numbers.parse_number(text)
    if number is None and cell.column.type == "year":
        number = numbers.parse_number(re.sub(r"年度?\Z", "", text))
    if number is None:
        return _bad(cell, "not_a_number")
    if number.percent and cell.column.type != "percent":
        return _bad(cell, "not_a_number")
    cell.notes = number.notes
    if cell.column.type == "percent" and not number.percent and 0 < number.value < 1:
        cell.notes = (*number.notes, "small_percent")
    return _known(cell, number.value)


def _date(cell: Cell, year: str, month: str, day: str) -> Cell:
    try:
        return _known(cell, dt.date(int(year), int(month), int(day)).isoformat())
    except ValueError:
        return _bad(cell, "date")
