"""Between the database and the workbook package: what a request expects, its pre-filled workbook, a stored reading."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from carbonfoot import clock
from carbonfoot.ui.dates import format_moment
from lca.reference import current_factors
from suppliers import workbook
from suppliers.models import DataRequest, Upload, UploadCorrection, UploadFinding, UploadState
from suppliers.workbook.expectation import Expectation
from suppliers.workbook.reading import Corrections

ENDINGS = (".xlsx", ".csv")


def factor_keys() -> dict[str, dict[str, str]]:
    """{key: {"unit", "family"}} of the factor release in force, for checking and linking factor keys."""
    release = current_factors()
    return {key: {"unit": factor.unit, "family": factor.family} for key, factor in release.factors.items()}


def earlier_upload(request: DataRequest, *, same_year: bool = False) -> Upload | None:
    """The answering organisation's last accepted upload for the same part in an earlier year, or in the same one.

    For whom it was filled does not matter: a supplier that answers one customer has answered the part.
    """
    filler = request.buyer_id if request.managed else request.supplier_id
    latest = request.year if same_year else request.year - 1
    return (
        Upload.objects.select_related("request")
        .filter(
            organisation_id=filler,
            state=UploadState.ACCEPTED,
            level="tables",
            request__supplier_id=request.supplier_id,
            request__module_type=request.module_type,
            request__part_zh=request.part_zh,
            request__year__lte=latest,
        )
        .exclude(request=request)
        .order_by("-request__year", "-accepted_at")
        .first()
    )


def previous_amounts(request: DataRequest) -> dict[str, dict[str, tuple[str, str]]]:
    """{table: {name: (amount, unit)}} of the answering organisation's last accepted upload for the same part."""
    before = earlier_upload(request)
    if before is None:
        return {}
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for table, rows in before.reading.get("tables", {}).items():
        for row in rows:
            values = row["values"]
            if table == "production" and values.get("kind", {}).get("value") != "reference":
                continue
            name: dict[str, Any] = next(
                (values[key] for key in ("name", "carrier", "gas") if key in values), {}
            )
            amount, unit = values.get("amount", {}), values.get("unit", {})
            if name.get("value") and amount.get("value") and unit.get("value"):
                found.setdefault(table, {})[str(name["value"])] = (str(amount["value"]), str(unit["value"]))
    return found


def expectation(request: DataRequest) -> Expectation:
    """What a workbook that answers this request must say."""
    return Expectation(
        request_number=request.number,
        period_year=request.year,
        buyer=request.buyer.name_zh,
        part_number="",
        module_type=request.module_type,
        declared_unit=request.declared_unit,
        today=clock.today().isoformat(),
        factors=factor_keys(),
        previous=previous_amounts(request),
    )


def newest_corrections(upload: Upload) -> list[UploadCorrection]:
    """The newest correction of every cell, by sheet and cell; those taken back are left out."""
    rows = (
        UploadCorrection.objects.filter(upload=upload)
        .select_related("made_by")
        .order_by("sheet", "cell", "-pk")
        .distinct("sheet", "cell")
    )
    return [row for row in rows if not row.restored]


def values_in_force(upload: Upload) -> Corrections:
    """{sheet: {cell: text}} that count instead of what the file holds."""
    found: Corrections = {}
    for row in newest_corrections(upload):
        found.setdefault(row.sheet, {})[row.cell] = row.after
    return found


@contextmanager
def local_path(upload: Upload) -> Iterator[Path]:
    """The stored bytes as a file of their own for the child process: storage may be remote.

    The name keeps its ending only; openpyxl goes by that.
    """
    with tempfile.TemporaryDirectory() as folder:
        suffix = Path(upload.filename).suffix.lower()
        path = Path(folder) / f"upload{suffix if suffix in ENDINGS else ''}"
        with upload.file.open("rb") as source, path.open("wb") as target:
            shutil.copyfileobj(source, target)
        yield path


def inspect(upload: Upload, corrections: Corrections | None = None) -> workbook.Inspection:
    """Guard, read and check the stored file in a child process, with the values of ``corrections`` in place of its own.

    Never raises because of what the file holds.
    """
    with local_path(upload) as path:
        return workbook.inspect_upload(
            path, upload.filename, expectation(upload.request), corrections=corrections
        )


def stored_finding(row: UploadFinding) -> workbook.Finding:
    """A row as the workbook's finding, which knows its sentences in both languages."""
    return workbook.Finding(
        code=row.code,
        severity=row.severity,  # type: ignore[arg-type]
        sheet=row.sheet,
        cell=row.cell,
        value=row.value,
        params=row.params,
        table=row.table,
        column=row.column,
        offer=tuple(row.offer),
    )


def annotated(upload: Upload, language: str) -> bytes:
    """The uploader's own workbook with its findings, and what was corrected on the page, written into it."""
    findings = [stored_finding(row) for row in upload.findings.all()]
    corrections = [
        {
            "sheet": row.sheet,
            "cell": row.cell,
            "table": row.table,
            "column": row.column,
            "before": row.before,
            "after": row.after,
            "by": row.made_by.name if row.made_by else "",
            "when": format_moment(row.made_at),
        }
        for row in newest_corrections(upload)
    ]
    with local_path(upload) as path:
        return workbook.annotate(path, findings, language, filename=upload.filename, corrections=corrections)


def stored_inspection(upload: Upload) -> workbook.Inspection:
    """What was read from an upload, without its findings."""
    reading: dict[str, Any] = upload.reading
    return workbook.Inspection(
        tables=reading.get("tables", {}),
        cover=reading.get("cover", {}),
        verified=reading.get("verified", {}),
        level=upload.level,
        single=reading.get("single", ""),
        stats=reading.get("stats", {}),
    )
