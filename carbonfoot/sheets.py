"""Tables of exported workbooks: rows as they are, and text that no program runs as a formula."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

BOLD = Font(bold=True)
MOST_CHARACTERS = 32_767  # of a cell, as the file format has it
_OUTSIDE_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def storable(text: str) -> str:
    """The text without what a workbook cannot hold: characters outside XML, and all beyond the longest cell."""
    return _OUTSIDE_XML.sub("", text)[:MOST_CHARACTERS]


def _cell(sheet: WriteOnlyWorksheet, value: Any, *, bold: bool = False) -> Any:
    """A cell; a text stays a text even if it begins with = + - or @, so that no program runs it as a formula."""
    cell = WriteOnlyCell(sheet)
    if value is None or value == "":
        return cell
    if isinstance(value, bool):
        cell.value = _("yes") if value else _("no")
    elif isinstance(value, int | float | Decimal):
        cell.value = value
    else:
        cell.value = storable(str(value))
        cell.data_type = "s"
        cell.quotePrefix = True
    if bold:
        cell.font = BOLD
    return cell


def write_table(
    book: Workbook, title: Any, columns: Sequence[Any], rows: Iterable[Sequence[Any]], widths: Sequence[int]
) -> None:
    """Add a sheet with a bold, frozen head row; ``widths`` are in characters, one for each column."""
    sheet = book.create_sheet(str(title)[:31])
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.append([_cell(sheet, str(column), bold=True) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])


def as_bytes(book: Workbook) -> bytes:
    """The workbook as a file."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
