"""The annotated copy of a large workbook is made by a job, once, and no web request makes it."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from suppliers import intake
from suppliers.models import AnnotatedCopy
from suppliers.services import copies
from suppliers.services.corrections import correct_upload
from tests.suppliers.conftest import World, browser
from tests.suppliers.test_flow import upload
from tests.suppliers.test_pages import url
from tests.support.workbooks import edited, filled, run_jobs

pytestmark = pytest.mark.django_db


def test_a_large_copy_is_made_once_by_a_job(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    request = world.ask()
    made = upload(world, request, edited(filled(request), {("物料", "C6"): "很多"}))
    monkeypatch.setattr(copies, "AT_ONCE_CELLS", 5)
    client = browser(world.supplier)
    page = client.get(url("upload_detail", made.pk)).content.decode()
    assert url("upload_copy", made.pk) in page and url("upload_annotated", made.pk) not in page
    with monkeypatch.context() as patch:
        patch.setattr(intake, "annotated", lambda *given: pytest.fail("a web request annotated"))
        assert client.get(url("upload_annotated", made.pk)).status_code == 302
        client.post(url("upload_copy", made.pk))
        client.post(url("upload_copy", made.pk))
        page = client.get(url("upload_detail", made.pk)).content.decode()
    assert "job-" in page and AnnotatedCopy.objects.count() == 1
    assert run_jobs("suppliers.annotate") == ["succeeded"]
    answer = client.get(url("upload_annotated", made.pk))
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    book = load_workbook(io.BytesIO(content))
    assert "WB-202" in book["物料 Materials"]["C6"].comment.text
    client.post(url("upload_copy", made.pk))
    assert run_jobs("suppliers.annotate") == []

    correct_upload(actor=world.supplier, upload=made, values={made.findings.get(cell="C6").position: "-1"})
    run_jobs("suppliers.check_upload")
    assert url("upload_copy", made.pk) in client.get(url("upload_detail", made.pk)).content.decode()


def test_nobody_else_has_a_copy_made(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    request = world.ask()
    made = upload(world, request, edited(filled(request), {("物料", "C6"): "很多"}))
    monkeypatch.setattr(copies, "AT_ONCE_CELLS", 5)
    for actor in (world.buyer, world.rival, world.rival_supplier):
        assert browser(actor).post(url("upload_copy", made.pk)).status_code == 404
    assert not AnnotatedCopy.objects.exists()
