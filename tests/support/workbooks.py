"""Filled workbooks that answer a data request, as a supplier of electrolyte would fill them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from carbonfoot.jobs.models import Job
from carbonfoot.jobs.services import run_job
from suppliers.models import DataRequest
from suppliers.workbook import TemplateRequest, build_template

Rows = dict[str, Sequence[Mapping[str, str]]]
# A recipe that must never be seen by a buyer: names and amounts are found nowhere else.
CANARIES = ("金丝雀溶剂", "CANARY-SOLVENT", "7310459", "金丝雀供货商", "CANARY-VENDOR", "482913")

COVER = {
    "level": "tables",
    "plant": "金丝雀供货商一号厂",
    "plant_region": "CN-32",
    "transport_answer": "not_applicable",
    "emissions_answer": "data",
    "wastes_answer": "not_applicable",
}


def recipe(*, linked: bool = True) -> Rows:
    """A year of 12,400 t of electrolyte: materials, electricity, a direct emission."""
    measured = {"data_kind": "measured", "company_specific": "yes"}

    def material(name: str, amount: str, factor: str) -> dict[str, str]:
        row = {
            "name": name,
            "group": "raw",
            "amount": amount,
            "unit": "kg",
            **measured,
            "supplier": "CANARY-VENDOR 金丝雀供货商",
        }
        return {**row, "factor": factor} if linked else row

    return {
        "production": [
            {
                "kind": "reference",
                "name": "电解液 E-31",
                "amount": "12400000",
                "unit": "kg",
                "data_kind": "measured",
            }
        ],
        "materials": [
            material("金丝雀溶剂 CANARY-SOLVENT", "7310459", "elyte.ec.greet2022"),
            material("六氟磷酸锂", "1690123", "elyte.lipf6.greet2022"),
            material("碳酸二甲酯", "3400000", "elyte.dmc.greet2022"),
        ],
        "energy": [
            {
                "carrier": "electricity",
                "supply": "grid",
                "region": "CN",
                "amount": "4829130",
                "unit": "kWh",
                **measured,
            }
        ],
        "emissions": [{"gas": "CO2", "source": "焚烧炉", "amount": "38500", "unit": "kg", **measured}],
    }


VERIFIED: dict[str, str] = {
    "cf_materials": "2.871",
    "cf_manufacturing": "0.517",
    "cf_distribution": "0.074",
    "cf_recycling": "不适用",
    "cf_total": "3.462",
    "report_number": "示例-2026-0117",
    "verifier": "示例核查机构",
    "verified_on": "2026-03-18",
    "standard": "gbt24067",
    "primary_share": "58",
}


def filled(
    request: DataRequest,
    rows: Rows | None = None,
    cover: Mapping[str, str] | None = None,
    **changes: Any,
) -> bytes:
    """The request's own workbook, filled in; ``changes`` replace what the buyer had filled in beforehand."""
    facts: dict[str, Any] = {
        "request_number": request.number,
        "buyer": request.buyer.name_zh,
        "supplier": request.supplier.name_zh,
        "part_number": "",
        "part_name": request.part_zh,
        "module_type": request.module_type,
        "declared_unit": request.declared_unit,
        "period_year": request.year,
        "rows": recipe() if rows is None else rows,
        "cover": COVER if cover is None else cover,
    }
    return build_template(TemplateRequest(**(facts | changes)))


def verified(request: DataRequest, **changes: str) -> bytes:
    """The request's workbook answered with a verified footprint (level 0)."""
    return filled(request, rows={"verified": [VERIFIED | changes]}, cover={"level": "verified"})


def edited(content: bytes, cells: Mapping[tuple[str, str], Any]) -> bytes:
    """The workbook with some cells changed: ``{(part of the sheet's name, address): value}``."""
    book = load_workbook(io.BytesIO(content))
    for (title, address), value in cells.items():
        sheet = next(book[name] for name in book.sheetnames if title in name)
        sheet[address] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_file(content: bytes, name: str = "answer.xlsx") -> SimpleUploadedFile:
    """Bytes as a browser sends them."""
    return SimpleUploadedFile(name, content)


def run_jobs(kind: str = "") -> list[str]:
    """Run every job that waits, in order; returns the states that they left."""
    waiting = Job.objects.filter(state__in=["queued", "published"], **({"kind": kind} if kind else {}))
    return [run_job(job.pk) for job in waiting.order_by("created_at")]
