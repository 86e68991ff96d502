"""Reads a CSV that holds one table, whatever office or system wrote it."""

from __future__ import annotations

import csv
import io
import itertools
from pathlib import Path, PurePosixPath

from openpyxl.utils import get_column_letter

from . import refusals
from .findings import Refused, found
from .layout import SHEETS, find_sheet
from .limits import DEFAULT_LIMITS, Limits
from .reader import HEADER_SEARCH_ROWS, find_header, places, read_row
from .reading import Corrections, Reading, Row, Table
from .text import Text

_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_ENCODINGS = ("utf-8-sig", "gb18030")
_SEPARATORS = (",", ";", "\t")
# No cell of a workbook holds more; a longer one is a file with a quotation mark too many.
FIELD_MAX = 32_767


def read_csv(
    path: Path, filename: str, limits: Limits = DEFAULT_LIMITS, corrections: Corrections | None = None
) -> Reading:
    """Read a CSV that holds one table, recognised by its titles, in UTF-8, UTF-16 with its mark, or GB 18030.

    The separator (comma, semicolon or tab) is the one with which the first lines fit the titles of a table best.
    """
    text = decode(path)
    title = PurePosixPath(filename.replace("\\", "/")).stem[:60]
    lines = itertools.islice(io.StringIO(text), HEADER_SEARCH_ROWS)
    sample = "".join(line[:FIELD_MAX] for line in lines)
    best: tuple[float, str] | None = None
    for separator in _SEPARATORS:
        try:
            scored = recognise(title, _rows(sample, separator, title, limits))
        except Refused:
            continue
        if scored is not None and (best is None or scored[0] > best[0]):
            best = (scored[0], separator)
    rows = _rows(text, best[1] if best else ",", title, limits)
    fits = recognise(title, rows)
    if fits is None:
        raise Refused(found(refusals.CSV_TABLE, sheet=title))
    table = fits[1]
    count = sum(1 for row in rows for value in row if value.strip())
    if count > limits.cells:
        raise Refused(found(refusals.CELLS, sheet=title, limit=limits.cells))
    columns = places(table)
    instead = (corrections or {}).get(title, {})
    for number, row in enumerate(rows[table.header_row :], start=table.header_row + 1):
        cells = read_row(columns, number, row, {}, instead)
        if cells:
            table.rows.append(Row(number, cells, table))
    return Reading({table.key: table}, titles=[title], single=table.key, cells=count)


def _rows(text: str, separator: str, title: str, limits: Limits) -> list[list[str]]:
    """Return the rows within the limits. Raises Refused with the first limit that is passed."""
    csv.field_size_limit(FIELD_MAX)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if len(row) > limits.columns:
                cell = f"{get_column_letter(limits.columns + 1)}{len(rows) + 1}"
                raise Refused(found(refusals.COLUMNS, sheet=title, cell=cell, limit=limits.columns))
            rows.append(row)
            if len(rows) > limits.last_row:
                cell = f"A{limits.last_row + 1}"
                raise Refused(found(refusals.ROWS, sheet=title, cell=cell, limit=limits.rows))
    except csv.Error as error:
        # The limit of a field is the only thing that the reader refuses in text without NUL.
        part = Text(f"第{len(rows) + 1}行有过长的内容", f"line {len(rows) + 1} holds something too long")
        raise Refused(found(refusals.CSV_TEXT, part=part)) from error
    return rows


def decode(path: Path) -> str:
    """Return the text of the file. Raises Refused for what is no text."""
    content = path.read_bytes()
    mark = _BOMS.get(content[:2])
    for encoding in (mark,) if mark else _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            part = Text("内容是二进制", "the content is binary")
            raise Refused(found(refusals.CSV_TEXT, part=part))
        return text
    raise Refused(found(refusals.CSV_TEXT, part=Text("文字编码无法识别", "the encoding is not known")))


def recognise(title: str, rows: list[list[str]]) -> tuple[float, Table] | None:
    """Return the table whose titles fit best, with how well; the file's own name decides between equals."""
    head = rows[:HEADER_SEARCH_ROWS]
    named = find_sheet(title)
    best: tuple[float, Table] | None = None
    for schema in SHEETS:
        table = None if schema.form else find_header(schema, title, head)
        if table is None:
            continue
        missing = sum(1 for c in schema.columns if c.mandatory and c.key not in table.letters)
        score = (
            len(table.letters) - 2 * missing - len(table.unknown_columns) + (0.5 if schema is named else 0)
        )
        if best is None or score > best[0]:
            best = (score, table)
    return best
