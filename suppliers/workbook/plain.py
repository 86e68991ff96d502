"""Any small table out of a workbook or CSV, as texts: for lists that are no inventory, such as whom to ask for what.

Guarded and read in the child process like an upload, with limits of its own. Formulas give the value that was stored
with them; dates come as ISO text.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import refusals
from .findings import Finding, Refused, found
from .guard import scan
from .limits import DEFAULT_LIMITS, Limits

LIMITS = replace(
    DEFAULT_LIMITS, file_bytes=2_000_000, inflated_bytes=20_000_000, cells=20_000, rows=2_000, cpu_seconds=20
)
_ENCODINGS = ("utf-8-sig", "gb18030")


def read_plain(path: Path, filename: str, limits: Limits = LIMITS) -> dict[str, Any]:
    """{"rows": [[text, …], …]} of the first sheet, or {"refused": finding}. Runs in the child process."""
    try:
        kind = scan(path, filename, limits).kind
        rows = _csv(path) if kind == "csv" else _first_sheet(path)
    except Refused as refused:
        return {"refused": refused.finding.to_dict()}
    return {"rows": rows[: limits.rows]}


def _csv(path: Path) -> list[list[str]]:
    content = path.read_bytes()
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        head = text.splitlines()[0] if text.strip() else ""
        separator = max(",;\t", key=head.count)
        try:
            rows = list(csv.reader(io.StringIO(text), delimiter=separator))
        except csv.Error as error:
            raise Refused(found(refusals.UNREADABLE, part="csv")) from error
        return [[cell.strip() for cell in row] for row in rows]
    raise Refused(found(refusals.CSV_TEXT, part="encoding"))


def _first_sheet(path: Path) -> list[list[str]]:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()
            return [[_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
        except (MemoryError, Refused):
            raise
        except Exception as error:  # openpyxl raises whatever a malformed part leads it to
            raise Refused(found(refusals.UNREADABLE, part=type(error).__name__)) from error


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dt.datetime | dt.date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def plain_table(path: Path, filename: str) -> list[list[str]] | Finding:
    """The rows of a file's first table, read in the child process; or the finding that says why not."""
    from .inspection import run_child

    request = {
        "do": "plain",
        "path": str(path.resolve()),
        "filename": filename,
        "limits": LIMITS.to_dict(),
    }
    outcome = run_child(request, LIMITS)
    if isinstance(outcome, Finding):
        return outcome
    if "refused" in outcome:
        return Finding.from_dict(outcome["refused"])
    rows: list[list[str]] = outcome["rows"]
    return rows
