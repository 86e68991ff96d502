"""Reading a release's file into rows of text. Never believes a file: limits first, workbooks in a child process."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from lca.releases.columns import MAX_COLUMNS, MAX_ROWS, WALL_SECONDS

_ROOT = Path(__file__).resolve().parents[2]


class Unreadable(Exception):
    """The file cannot be read as a table. ``code`` says why; see :data:`lca.releases.check.FILE_PROBLEMS`."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Sheet:
    """What stands in the file: header texts, and rows as (number in the file, texts), without empty rows at the end."""

    header: list[str]
    rows: list[tuple[int, list[str]]]


def read(content: bytes, filename: str) -> Sheet:
    """The table in a CSV or XLSX file. Raises Unreadable; whatever a workbook does, it does to a child process."""
    ending = PurePath(filename).suffix.lower()
    if not content:
        raise Unreadable("empty")
    if ending == ".csv":
        return _table(_csv_rows(content))
    if ending == ".xlsx":
        return _table(_workbook_rows(content))
    raise Unreadable("ending", ending)


def _table(rows: list[list[str]]) -> Sheet:
    """The first row that is not empty is the header; line numbers are those of the file."""
    numbered = [(number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row)]
    if not numbered:
        raise Unreadable("empty")
    header, body = numbered[0][1], numbered[1:]
    if len(body) > MAX_ROWS:
        raise Unreadable("rows", str(len(body)))
    if len(header) > MAX_COLUMNS:
        raise Unreadable("columns", str(len(header)))
    return Sheet([cell.strip() for cell in header], body)


def _csv_rows(content: bytes) -> list[list[str]]:
    if b"\x00" in content:
        raise Unreadable("binary")
    text = _decoded(content)
    first = text.partition("\n")[0]
    delimiter = max((",", ";", "\t"), key=first.count)
    try:
        rows = []
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            rows.append(row)
            if len(rows) > MAX_ROWS + 100:
                raise Unreadable("rows", f"> {MAX_ROWS}")
        return rows
    except csv.Error as error:
        raise Unreadable("csv", str(error)) from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("encoding")


def _workbook_rows(content: bytes) -> list[list[str]]:
    if not content.startswith(b"PK\x03\x04"):
        raise Unreadable("workbook")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "release.xlsx"
        path.write_bytes(content)
        answer = _child(path)
    if "refused" in answer:
        raise Unreadable(str(answer["refused"]), str(answer.get("detail", "")))
    rows: list[list[str]] = answer["rows"]
    return rows


def _child(path: Path) -> dict[str, Any]:
    """The child's answer. However it ends, the caller gets an answer or Unreadable."""
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENPYXL_LXML": "False",
        "LANG": "C.UTF-8",
    }
    command = [sys.executable, "-m", "lca.releases.child", str(path)]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=environment,
            cwd=_ROOT,
            timeout=WALL_SECONDS,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Unreadable("limits") from error
    if done.returncode:
        raise Unreadable("limits" if done.returncode < 0 else "workbook")
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError as error:
        raise Unreadable("workbook") from error
    return answer
