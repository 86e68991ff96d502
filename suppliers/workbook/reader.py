"""Reads a workbook into a `Reading`; depends on no formula, macro, name or column order.

Sheets and columns are found by their titles in either language or by their keys. The guard must have
let the file through before: nothing here defends against a hostile archive.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from . import refusals
from .cells import read_cell
from .findings import Refused, found
from .guard import Scan, sheet_titles
from .layout import find_sheet, is_own_sheet
from .limits import DEFAULT_LIMITS, Limits
from .reading import Cell, Corrections, Reading, Row, Table
from .schema import Column, Sheet, header_parts
from .text import clip

HEADER_SEARCH_ROWS = DEFAULT_LIMITS.heading_rows
FORM_ROWS = 80
FORM_LABEL_COLUMNS = 3

Formulas = dict[str, str]
Instead = dict[str, str]


def read_workbook(
    path: Path, scan: Scan, limits: Limits = DEFAULT_LIMITS, corrections: Corrections | None = None
) -> Reading:
    """Read an .xlsx that the guard has passed, with the values of `corrections` in place of the file's own."""
    reading = Reading(cells=scan.cells)
    formula_titles = _formula_titles(path, scan)
    book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        reading.titles = [sheet.title for sheet in book.worksheets]
        if len(reading.titles) > limits.sheets:
            raise Refused(found(refusals.SHEETS, count=len(reading.titles), limit=limits.sheets))
        for sheet in book.worksheets:
            instead = (corrections or {}).get(sheet.title, {})
            _read_sheet(sheet, path, reading, limits, instead, has_formulas=sheet.title in formula_titles)
    finally:
        book.close()
    return reading


def _formula_titles(path: Path, scan: Scan) -> set[str]:
    if not scan.formula_parts:
        return set()
    with zipfile.ZipFile(path) as archive:
        titles = sheet_titles(archive)
    return {titles.get(part.lower(), "") for part in scan.formula_parts}


def _read_sheet(
    sheet: Any, path: Path, reading: Reading, limits: Limits, instead: Instead, *, has_formulas: bool
) -> None:
    schema = find_sheet(sheet.title)
    if schema is None:
        if not is_own_sheet(sheet.title) and sheet.sheet_state == "visible":
            reading.unknown_sheets.append(sheet.title)
        return
    if schema.key in reading.tables:
        reading.repeated_sheets.append((schema, sheet.title))
        return
    formulas = _formulas(path, sheet.title, limits) if has_formulas else {}
    if schema.form:
        rows = list(sheet.iter_rows(max_row=FORM_ROWS, max_col=26))
        reading.tables[schema.key] = _read_form(schema, sheet.title, rows, formulas, instead)
        return
    head = [
        [cell.value for cell in row]
        for row in sheet.iter_rows(max_row=HEADER_SEARCH_ROWS, max_col=limits.columns)
    ]
    table = find_header(schema, sheet.title, head)
    if table is None:
        reading.headless.append((schema, sheet.title))
        return
    reading.tables[schema.key] = table
    columns = places(table)
    last = max(index for index, _ in columns) + 1
    for number, row in enumerate(
        sheet.iter_rows(min_row=table.header_row + 1, max_row=limits.last_row, max_col=last),
        start=table.header_row + 1,
    ):
        cells = read_row(columns, number, row, formulas, instead)
        if cells:
            table.rows.append(Row(number, cells, table))


def _formulas(path: Path, title: str, limits: Limits) -> Formulas:
    """Return {address: formula}: a second pass, since openpyxl gives either values or formulas."""
    book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
    try:
        return {
            cell.coordinate: str(getattr(cell.value, "text", cell.value))
            for row in book[title].iter_rows(max_row=limits.last_row, max_col=limits.columns)
            for cell in row
            if cell.data_type == "f"
        }
    finally:
        book.close()


def read_row(
    columns: list[tuple[int, Column]], number: int, row: Sequence[Any], formulas: Formulas, instead: Instead
) -> dict[str, Cell]:
    """Return the cells of a data row that are not blank."""
    cells: dict[str, Cell] = {}
    for index, column in columns:
        raw = row[index] if index < len(row) else None
        if not formulas and not instead and getattr(raw, "value", raw) is None:
            continue
        cell = _read(column, f"{get_column_letter(index + 1)}{number}", raw, formulas, instead)
        if cell.state != "blank":
            cells[column.key] = cell
    return cells


def _read(column: Column, address: str, raw: Any, formulas: Formulas, instead: Instead) -> Cell:
    """Read one openpyxl cell, or a plain value where the file was a CSV, or what counts instead of either."""
    if address in instead:
        cell = read_cell(column, address, instead[address])
        cell.corrected = True
        return cell
    value = getattr(raw, "value", raw)
    number_format = ""
    if column.numeric and isinstance(value, (int, float)) and hasattr(raw, "number_format"):
        number_format = str(raw.number_format)
    failed = getattr(raw, "data_type", "") == "e"
    formula = formulas.get(address, "") if formulas else ""
    if formula and value is None and getattr(raw, "data_type", "") == "str":
        formula = ""  # the stored result is an empty text
    return read_cell(column, address, value, number_format=number_format, formula=formula, failed=failed)


def places(table: Table) -> list[tuple[int, Column]]:
    """Return the columns that the table has in the file, each with its number from 0."""
    return [(_index(letter), table.schema.column(key)) for key, letter in table.letters.items()]


def _index(letter: str) -> int:
    number = 0
    for char in letter:
        number = number * 26 + ord(char) - 64
    return number - 1


def _match(names: dict[str, Column], value: Any) -> Column | None:
    if not isinstance(value, str) or not value.strip() or len(value) > 400:
        return None
    return next((names[part] for part in header_parts(value) if part in names), None)


def find_header(schema: Sheet, title: str, head: Sequence[Sequence[Any]]) -> Table | None:
    """Find the header row, or rows (keys above titles), and map columns to letters."""
    names = {name: column for column in schema.columns for name in column.names()}
    matches = [
        {i: column for i, value in enumerate(row) if (column := _match(names, value)) is not None}
        for row in head
    ]
    best = max((len({c.key for c in match.values()}) for match in matches), default=0)
    if best < min(2, len(schema.columns)):
        return None
    header_rows = [i for i, match in enumerate(matches) if 2 * len(match) > best and len(match) >= 2]
    table = Table(schema, title, header_row=header_rows[-1] + 1)
    for i in reversed(header_rows):
        for index, column in matches[i].items():
            letter = get_column_letter(index + 1)
            if letter in table.letters.values():
                continue
            if column.key in table.letters:
                if i == header_rows[-1]:
                    table.repeated_columns.append((column, f"{letter}{i + 1}"))
                continue
            table.letters[column.key] = letter
    known = set(table.letters.values()) | {place.rstrip("0123456789") for _, place in table.repeated_columns}
    for index, value in enumerate(head[header_rows[-1]]):
        letter = get_column_letter(index + 1)
        if value is not None and str(value).strip() and letter not in known:
            table.unknown_columns.append((clip(value, 40), f"{letter}{table.header_row}"))
    return table


def _read_form(
    schema: Sheet, title: str, rows: Sequence[Sequence[Any]], formulas: Formulas, instead: Instead
) -> Table:
    """Read a form sheet: on each line a key and a label that name the field, then its value."""
    names = {name: column for column in schema.columns for name in column.names()}
    table = Table(schema, title)
    cells: dict[str, Cell] = {}
    for number, row in enumerate(rows, start=1):
        column, last = None, -1
        for index, cell in enumerate(row[:FORM_LABEL_COLUMNS]):
            matched = _match(names, getattr(cell, "value", cell))
            if matched is None or (column is not None and matched is not column):
                break
            column, last = matched, index
        if column is None:
            continue
        letter = get_column_letter(last + 2)
        if column.key in cells:
            table.repeated_columns.append((column, f"{letter}{number}"))
            continue
        raw = row[last + 1] if last + 1 < len(row) else None
        table.letters[column.key] = letter
        cells[column.key] = _read(column, f"{letter}{number}", raw, formulas, instead)
        table.header_row = table.header_row or number
    table.rows = [Row(0, cells)]
    return table
