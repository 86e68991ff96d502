"""Guard, read and check one file in the present process. Use `inspect_upload`, which isolates this."""

from __future__ import annotations

import hashlib
import warnings
from pathlib import Path
from typing import Any

from . import refusals
from .checks import run
from .checks.base import level
from .csvfile import read_csv
from .expectation import Expectation
from .findings import Finding, Refused, found
from .guard import scan
from .limits import DEFAULT_LIMITS, Limits
from .reader import read_workbook
from .reading import Corrections, Reading
from .rows import form_to_dict, to_rows


def examine(
    path: Path,
    filename: str,
    expect: Expectation,
    limits: Limits = DEFAULT_LIMITS,
    corrections: Corrections | None = None,
) -> dict[str, Any]:
    """Return the inspection as JSON-able data; raises only what the operating system raises.

    `corrections` are read in place of what the file holds in those cells, and checked like anything else.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    base = {"sha256": digest, "size": path.stat().st_size, "filename": filename}
    try:
        reading = _read(path, filename, limits, corrections or {})
    except Refused as refused:
        return _refusal(refused.finding, base)
    findings = run(reading, expect)
    chosen = level(reading)
    rows = sum(len(table.rows) for table in reading.tables.values() if not table.schema.form)
    return {
        "findings": [finding.to_dict() for finding in findings],
        "tables": to_rows(reading),
        "cover": form_to_dict(reading, "cover"),
        "verified": form_to_dict(reading, "verified"),
        "level": chosen,
        "single": reading.single,
        "stats": base
        | {
            "sheets": len(reading.titles),
            "cells": reading.cells,
            "rows": rows,
        },
    }


def _refusal(finding: Finding, base: dict[str, Any]) -> dict[str, Any]:
    return {
        "findings": [finding.to_dict()],
        "tables": {},
        "cover": {},
        "verified": {},
        "level": "",
        "single": "",
        "stats": base | {"sheets": 0, "cells": 0, "rows": 0},
    }


def _read(path: Path, filename: str, limits: Limits, corrections: Corrections) -> Reading:
    result = scan(path, filename, limits)
    if result.kind == "csv":
        return read_csv(path, filename, limits, corrections)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of extensions that it leaves out
        try:
            return read_workbook(path, result, limits, corrections)
        except (MemoryError, Refused):
            raise
        except Exception as error:
            # openpyxl raises whatever a malformed part leads it to; the file is refused, not the worker.
            raise Refused(found(refusals.UNREADABLE, part=type(error).__name__)) from error
