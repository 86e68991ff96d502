"""A form as a reading: what the workbook made of it would be read as, cell by cell, without making it.

The same cells at the same addresses go through the same checks, so that the form says at once what the check of the
workbook will say.
"""

from __future__ import annotations

from collections.abc import Mapping

from openpyxl.utils import get_column_letter

from .cells import read_cell
from .checks import run
from .checks.base import level
from .expectation import Expectation
from .inspection import Inspection
from .layout import SHEETS
from .reading import Cell, Reading, Row, Table
from .rows import form_to_dict, to_rows
from .schema import Column, Sheet
from .template import FIRST_ROW, TITLE_ROW, TemplateRequest, cover_values, prefilled
from .writing import as_written

# Where the values of a form sheet begin, and their column.
FORM_ROW, FORM_LETTER = FIRST_ROW - 2, "C"


def examine_draft(request: TemplateRequest, expect: Expectation) -> Inspection:
    """Return the inspection of the workbook that `build_template` makes of the same request."""
    reading = read_draft(request)
    findings = run(reading, expect)
    chosen = level(reading)
    cover, verified = form_to_dict(reading, "cover"), form_to_dict(reading, "verified")
    return Inspection(
        findings=findings, tables=to_rows(reading), cover=cover, verified=verified, level=chosen
    )


def read_draft(request: TemplateRequest) -> Reading:
    """Return the reading, with every sheet of the template in it."""
    reading = Reading(titles=[sheet.shown for sheet in SHEETS])
    for sheet in SHEETS:
        table = _form(sheet, request) if sheet.form else _table(sheet, request)
        reading.tables[sheet.key] = table
        reading.cells += sum(1 for row in table.rows for cell in row.cells.values() if cell.state != "blank")
    return reading


def _cell(column: Column, address: str, text: str) -> Cell:
    return read_cell(column, address, as_written(column, text) if text else None)


def _form(sheet: Sheet, request: TemplateRequest) -> Table:
    given: Mapping[str, str]
    given = cover_values(request) if sheet.key == "cover" else request.rows.get(sheet.key, ({},))[0]
    cells = {
        column.key: _cell(column, f"{FORM_LETTER}{number}", given.get(column.key, ""))
        for number, column in enumerate(sheet.columns, start=FORM_ROW)
    }
    letters = dict.fromkeys(cells, FORM_LETTER)
    return Table(sheet, sheet.shown, header_row=FORM_ROW, letters=letters, rows=[Row(0, cells)])


def _table(sheet: Sheet, request: TemplateRequest) -> Table:
    letters = {column.key: get_column_letter(index) for index, column in enumerate(sheet.columns, start=1)}
    table = Table(sheet, sheet.shown, header_row=TITLE_ROW, letters=letters)
    for number, values in enumerate(prefilled(sheet, request), start=FIRST_ROW):
        cells = {
            column.key: cell
            for column in sheet.columns
            if (cell := _cell(column, f"{letters[column.key]}{number}", values.get(column.key, ""))).state
            != "blank"
        }
        if cells:
            table.rows.append(Row(number, cells, table))
    return table
