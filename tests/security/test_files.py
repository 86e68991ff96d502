"""Files that we write, made of texts that people gave."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from carbonfoot.jobs.services import run_job
from declarations.reports import services
from suppliers.services import links, requests
from suppliers.services.templates import template_bytes
from tests.declarations import build
from tests.support import factories as make

pytestmark = pytest.mark.django_db
NASTY = "=1+1\x01\x0b@示例"


def _cells(content: bytes) -> list[Any]:
    book = load_workbook(io.BytesIO(content))
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]


@pytest.mark.parametrize("kind", ["xlsx", "pdf"])
def test_reports_of_texts_with_control_characters(kind: str) -> None:
    """What is frozen cannot be mended any more: its report must be written, and run nothing."""
    of, declaration = build.frozen(model=NASTY)
    report = services.request_report(actor=of.editor, declaration=declaration, kind=kind, language="zh")
    assert report.job_id is not None
    assert run_job(report.job_id) == "succeeded"
    report.refresh_from_db()
    if kind == "xlsx":
        found = [cell for cell in _cells(services.read(report).read()) if "1+1" in str(cell.value)]
        assert found
        assert all(cell.data_type == "s" for cell in found)


def test_template_of_a_part_with_control_characters() -> None:
    """The pre-filled workbook holds the part's name as text."""
    buyer = make.person(make.organisation("maker"))
    supplier = links.add_supplier(actor=buyer, mode="managed", name_zh=NASTY).supplier
    request = requests.create_request(
        actor=buyer,
        supplier=supplier,
        part_zh=NASTY,
        module_type="cathode",
        declared_unit="kg",
        year=2025,
        due_on=dt.date(2099, 1, 1),
    )
    found = [cell for cell in _cells(template_bytes(request)) if "1+1" in str(cell.value)]
    assert found
    assert all(cell.data_type == "s" for cell in found)
