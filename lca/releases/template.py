"""A release written as the file that can be imported again: the template of the next one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from lca.engine.factors import Factor
from lca.releases.columns import COLUMNS

_WIDTHS = {"key": 38, "name_zh": 34, "name_en": 34, "source_title": 40, "source_ref": 40, "note": 50}


def texts(factor: Factor) -> list[str]:
    """A factor as texts in the order of the columns; the value exact."""
    row = {name: getattr(factor, name) for name in COLUMNS}
    row["year"] = "" if factor.year is None else factor.year
    return [str(row[name]) for name in COLUMNS]


def as_csv(factors: Iterable[Factor]) -> bytes:
    """The factors as CSV in UTF-8 with a byte order mark, so that spreadsheet programs show Chinese."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(texts(factor) for factor in factors)
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def as_xlsx(factors: Iterable[Factor]) -> bytes:
    """The factors as a workbook of text cells: no value loses a digit, and no text becomes a formula."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("factors")
    sheet.freeze_panes = "B2"
    for number, name in enumerate(COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, 16)
    for number, row in enumerate([list(COLUMNS), *(texts(factor) for factor in factors)]):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=text)
            cell.data_type = "s"
            if not number:
                cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
