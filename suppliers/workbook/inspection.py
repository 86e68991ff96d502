"""Inspection of an upload from outside: starts the child process, and turns any end of it into a finding."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import refusals
from .expectation import Expectation
from .findings import Finding, Rule, found
from .limits import DEFAULT_LIMITS, Limits
from .reading import Corrections
from .rows import Rows, to_inventory_document, verified_result

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Inspection:
    """What an upload holds and what is wrong with it.

    `tables`, `cover` and `verified` are neutral rows (see `rows`). `level`: "tables", "verified", or ""
    if the file was refused. `single`: the table's key where the file was a CSV. `stats`: sha256, size,
    sheets, rows, cells.
    """

    findings: list[Finding] = field(default_factory=list)
    tables: Rows = field(default_factory=dict)
    cover: dict[str, Any] = field(default_factory=dict)
    verified: dict[str, Any] = field(default_factory=dict)
    level: str = ""
    single: str = ""
    stats: dict[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """Whether the upload may be accepted: it was read and has no error."""
        return bool(self.level) and not any(finding.severity == "error" for finding in self.findings)

    @property
    def refused(self) -> bool:
        """Whether the file could not be read at all."""
        return not self.level

    def count(self, severity: str) -> int:
        """Return how many findings have the severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def inventory(
        self,
        *,
        upload: str = "",
        factors: dict[str, dict[str, str]] | None = None,
        process_id: str = "module",
    ) -> dict[str, Any]:
        """Return the `carbonfoot-inventory/1` document of the tables."""
        return to_inventory_document(
            self.tables,
            self.cover,
            factors=factors,
            upload=upload,
            file=str(self.stats.get("filename", "")),
            process_id=process_id,
        )

    def verified_result(self) -> dict[str, Any]:
        """Return the figures of the verified footprint (level 0)."""
        return verified_result(self.verified, self.cover)

    def to_dict(self) -> dict[str, Any]:
        """Return the inspection as JSON-able data."""
        return {
            "findings": [finding.to_dict() for finding in self.findings],
            "tables": self.tables,
            "cover": self.cover,
            "verified": self.verified,
            "level": self.level,
            "single": self.single,
            "stats": self.stats,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Inspection:
        """Return the inspection that `to_dict` wrote."""
        findings = [Finding.from_dict(item) for item in data["findings"]]
        return cls(**(data | {"findings": findings}))


def inspect_upload(
    path: Path | str,
    filename: str,
    expectation: Expectation | None = None,
    *,
    limits: Limits = DEFAULT_LIMITS,
    corrections: Corrections | None = None,
) -> Inspection:
    """Guard, read and check an upload in a child process with memory and time limits.

    `corrections`: {sheet: {cell: text}} that are read instead of what the file holds there. Never raises because of
    what the file holds: a crash, a time-out or too much memory is a finding with a code like any other.
    """
    path = Path(path)
    request = {
        "do": "inspect",
        "path": str(path.resolve()),
        "filename": filename,
        "expectation": (expectation or Expectation()).to_dict(),
        "limits": limits.to_dict(),
        "corrections": corrections or {},
    }
    size = path.stat().st_size
    if size > limits.file_bytes:
        # Said here, so that an oversized file is not even read for its digest.
        finding = found(
            refusals.TOO_LARGE, size=round(size / 1_000_000, 1), limit=limits.file_bytes // 1_000_000
        )
        return _refused(finding, path, filename)
    outcome = run_child(request, limits)
    if isinstance(outcome, Finding):
        return _refused(outcome, path, filename)
    return Inspection.from_dict(outcome)


def annotate(
    path: Path | str,
    findings: Sequence[Finding],
    lang: str = "zh",
    *,
    filename: str = "upload.xlsx",
    limits: Limits = DEFAULT_LIMITS,
    corrections: Sequence[Mapping[str, str]] = (),
) -> bytes:
    """Return the user's own workbook with coloured cells, comments and a sheet that lists the findings.

    A file that cannot be opened (refused by the guard, or a CSV) comes back as a workbook with the
    list alone. `corrections` are the fields of `marking.Correction`: their values are written into the copy.
    Works in the same limited child process as the inspection.
    """
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "annotated.xlsx"
        request = {
            "do": "annotate",
            "path": str(Path(path).resolve()),
            "filename": filename,
            "target": str(target),
            "findings": [finding.to_dict() for finding in findings],
            "lang": lang,
            "limits": limits.to_dict(),
            "corrections": [dict(item) for item in corrections],
        }
        outcome = run_child(request, limits)
        if isinstance(outcome, Finding) or not target.exists():
            from .marking import list_only

            return list_only(list(findings), lang)
        return target.read_bytes()


def run_child(request: dict[str, Any], limits: Limits) -> dict[str, Any] | Finding:
    """Run one request in the child; return its answer, or the finding that says how it ended."""
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(_ROOT),
        "PYTHONIOENCODING": "utf-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENPYXL_LXML": "False",
        "LANG": "C.UTF-8",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "suppliers.workbook.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        cwd=_ROOT,
        start_new_session=True,
    ) as process:
        try:
            out, _ = process.communicate(json.dumps(request).encode(), timeout=limits.wall_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            return found(refusals.TIME, limit=limits.wall_seconds)
    return _outcome(process.returncode, out, limits)


def _outcome(status: int, out: bytes, limits: Limits) -> dict[str, Any] | Finding:
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        return found(refusals.TIME, limit=limits.cpu_seconds)
    if status != 0:
        return _failure(refusals.UNREADABLE, f"exit {status}")
    try:
        answer: dict[str, Any] = json.loads(out)
    except ValueError:
        return _failure(refusals.UNREADABLE, "no answer")
    if answer.get("failed") == "memory":
        return found(refusals.MEMORY)
    if "failed" in answer:
        return _failure(refusals.UNREADABLE, str(answer.get("part", "")))
    return answer


def _failure(of: Rule, part: str) -> Finding:
    return found(of, part=part)


def _refused(finding: Finding, path: Path, filename: str) -> Inspection:
    counts = {"sheets": 0, "cells": 0, "rows": 0}
    stats = {"sha256": _digest(path), "size": path.stat().st_size, "filename": filename}
    return Inspection([finding], stats=stats | counts)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
