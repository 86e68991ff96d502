"""Fills a template by keys, as a supplier's own system or the demonstration does: no address is guessed."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from openpyxl import Workbook, load_workbook

from .layout import BY_KEY
from .template import FIRST_ROW, KEY_ROW

Tables = Mapping[str, Sequence[Mapping[str, Any]]]


def address(book: Workbook, table: str, row: int, column: str) -> tuple[str, str]:
    """(sheet title, cell) of a column in the n-th data row (from 1); of a field of a form sheet if ``row`` is 0.

    Raises KeyError for a column that the sheet does not have.
    """
    sheet = book[BY_KEY[table].shown]
    if BY_KEY[table].form:
        for cells in sheet.iter_rows(min_col=1, max_col=1):
            if cells[0].value == column:
                return sheet.title, f"C{cells[0].row}"
        raise KeyError(column)
    for cell in sheet[KEY_ROW]:
        if cell.value == column:
            return sheet.title, f"{cell.column_letter}{FIRST_ROW + row - 1}"
    raise KeyError(column)


def put(book: Workbook, table: str, row: int, column: str, value: Any) -> tuple[str, str]:
    """Write one value and return its place."""
    place = address(book, table, row, column)
    book[place[0]][place[1]] = value
    return place


def fill(template: bytes, tables: Tables, cover: Mapping[str, Any]) -> bytes:
    """The template with the rows of ``tables`` and the answers of ``cover`` written into it."""
    book = load_workbook(io.BytesIO(template))
    for key, value in cover.items():
        put(book, "cover", 0, key, value)
    for table, rows in tables.items():
        for number, row in enumerate(rows, start=1):
            for column, value in row.items():
                put(book, table, number, column, value)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
