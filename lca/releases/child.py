"""The child process that reads a workbook: limits itself, looks at the archive, then reads the first sheet as text.

Run as `python -m lca.releases.child PATH`; writes one JSON answer to standard output: {"rows": [[text, …], …]} or
{"refused": code, "detail": text}. Whatever the file does to this process, the parent lives.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import sys
import warnings
import zipfile
from typing import Any

from lca.releases.columns import (
    CPU_SECONDS,
    MAX_COLUMNS,
    MAX_INFLATED,
    MAX_MEMBERS,
    MAX_ROWS,
    MAX_TEXT,
    MEMORY_BYTES,
)

# Parts that no table of factors needs: programs, links to other files, embedded objects.
_FOREIGN = ("vbaproject", "externallinks/", "embeddings/", "activex/", "macrosheets/", "connections.xml")


def limit_self() -> None:
    """Cap address space and processor time of this process; no core file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # openpyxl would load numpy only to recognise its number types; it costs more memory than the file.
    sys.modules["numpy"] = None  # type: ignore[assignment]


def refusal(path: str) -> dict[str, str] | None:
    """Why the archive is not opened, from its table of contents and its bytes; None if nothing speaks against it."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            return {"refused": "archive", "detail": str(len(members))}
        if sum(member.file_size for member in members) > MAX_INFLATED:
            return {"refused": "inflated"}
        inflated = 0
        for member in members:
            name = member.filename.lower()
            if member.flag_bits & 0x1:
                return {"refused": "encrypted"}
            if any(part in name for part in _FOREIGN):
                return {"refused": "foreign", "detail": member.filename[:80]}
            with archive.open(member) as stream:
                # A declaration of a document type stands before the first element.
                head = stream.read(4096)
                inflated += len(head)
                if name.endswith((".xml", ".rels")) and (b"<!DOCTYPE" in head or b"<!ENTITY" in head):
                    return {"refused": "dtd", "detail": member.filename[:80]}
                while chunk := stream.read(1 << 18):
                    inflated += len(chunk)
                    if inflated > MAX_INFLATED:
                        return {"refused": "inflated"}
    return None


def as_text(value: Any) -> str:
    """A cell's content as text; numbers with the 15 significant digits that spreadsheets keep."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        # What was calculated in a sheet carries the noise of binary numbers past those digits: 0.6354700000000001.
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else format(value, ".15g")
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return str(value)[:MAX_TEXT]


def rows(path: str) -> list[list[str]]:
    """The first sheet, bounded in both directions whatever its cells say of their places."""
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=False)
    sheet = book.worksheets[0]
    found = []
    for cells in sheet.iter_rows(max_row=MAX_ROWS + 50, max_col=MAX_COLUMNS + 1, values_only=True):
        row = [as_text(value) for value in cells]
        while row and not row[-1]:
            row.pop()
        found.append(row)
    while found and not found[-1]:
        found.pop()
    return found


def answer(path: str) -> dict[str, Any]:
    """Refuse or read one file."""
    try:
        refused = refusal(path)
        if refused is not None:
            return refused
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of extensions that it leaves out
            return {"rows": rows(path)}
    except MemoryError:
        return {"refused": "limits"}
    except Exception as error:
        # openpyxl and zipfile raise whatever a malformed part leads them to; the file is refused by name of the error.
        return {"refused": "workbook", "detail": type(error).__name__}


def main() -> int:
    """Read the file named on the command line and return the exit status."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not become part of the answer
    limit_self()
    json.dump(answer(sys.argv[1]), out, ensure_ascii=False)
    out.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
