"""Cells corrected on the page: recorded, read in place of the file's own, checked whole; the file stays."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from openpyxl import load_workbook

from carbonfoot.accounts.access import AccessDenied
from carbonfoot.audit.models import AuditEvent
from carbonfoot.problems import Problems
from lca.models import Exchange
from suppliers.models import DataRequest, Upload, UploadCorrection, UploadState
from suppliers.services.corrections import correct_upload, restore_cell
from suppliers.services.uploads import accept_upload
from tests.api.test_api import token_client
from tests.suppliers.conftest import World, browser
from tests.suppliers.test_flow import upload
from tests.suppliers.test_pages import url
from tests.support.workbooks import edited, filled, run_jobs

pytestmark = pytest.mark.django_db


def faulty(world: World) -> tuple[DataRequest, Upload]:
    """An upload with a word for an amount, a wrong unit, and a wrong request number."""
    request = world.ask()
    cells = {("物料", "C6"): "CANARY-很多", ("物料", "D7"): "桶", ("封面", "C5"): "R-2000-0001"}
    return request, upload(world, request, edited(filled(request), cells))


def position(of: Upload, cell: str) -> int:
    return int(of.findings.get(cell=cell).position)


def test_a_correction_is_recorded_read_and_checked_whole(world: World) -> None:
    request, made = faulty(world)
    before = made.file.open("rb").read()
    values = {position(made, "C6"): "7310459", position(made, "D7"): "kg"}
    correct_upload(actor=world.supplier, upload=made, values=values)
    made.refresh_from_db()
    assert made.state == UploadState.CHECKING
    run_jobs("suppliers.check_upload")
    made.refresh_from_db()
    assert set(made.findings.values_list("code", flat=True)) == {"WB-101"}, "the rest is checked as before"
    assert made.state == UploadState.FINDINGS and made.errors == 1
    row = UploadCorrection.objects.get(cell="C6")
    assert (row.before, row.after, row.made_by) == ("CANARY-很多", "7310459", world.supplier.user)
    assert made.file.open("rb").read() == before
    cell = made.reading["tables"]["materials"][0]["values"]["amount"]
    assert (cell["value"], cell["corrected"]) == ("7310459", True)
    event = AuditEvent.objects.get(verb="upload.corrected")
    assert event.data == {"cells": 2}
    assert request.pk


def test_a_corrected_upload_is_accepted_with_its_values(world: World) -> None:
    request = world.ask()
    made = upload(world, request, edited(filled(request), {("物料", "C6"): "很多"}))
    correct_upload(actor=world.supplier, upload=made, values={position(made, "C6"): "7 310 459"})
    run_jobs("suppliers.check_upload")
    made.refresh_from_db()
    assert made.state == UploadState.READY
    accept_upload(actor=world.supplier, upload=made)
    line = Exchange.objects.get(name_zh="金丝雀溶剂 CANARY-SOLVENT")
    assert line.amount == 7310459
    assert "C6" in line.provenance["cell"] and line.provenance["note"]
    with pytest.raises(AccessDenied):
        correct_upload(actor=world.supplier, upload=made, values={0: "1"})


def test_a_correction_that_is_wrong_is_found(world: World) -> None:
    request = world.ask()
    made = upload(world, request, edited(filled(request), {("物料", "C6"): "很多"}))
    correct_upload(actor=world.supplier, upload=made, values={position(made, "C6"): "-5"})
    run_jobs("suppliers.check_upload")
    found = made.findings.get(cell="C6")
    assert (found.code, found.value) == ("WB-203", "-5")
    correct_upload(actor=world.supplier, upload=made, values={found.position: "7310459"})
    run_jobs("suppliers.check_upload")
    made.refresh_from_db()
    assert made.state == UploadState.READY, "the newer correction of a cell counts"


def test_taken_back_the_files_own_value_counts(world: World) -> None:
    request = world.ask()
    made = upload(world, request, edited(filled(request), {("物料", "C6"): "很多"}))
    correct_upload(actor=world.supplier, upload=made, values={position(made, "C6"): "7310459"})
    run_jobs("suppliers.check_upload")
    row = UploadCorrection.objects.get()
    restore_cell(actor=world.supplier, upload=made, correction=row)
    run_jobs("suppliers.check_upload")
    assert made.findings.get(cell="C6").value == "很多"
    restore_cell(actor=world.supplier, upload=made, correction=row)
    assert UploadCorrection.objects.count() == 2, "taking back twice changes nothing"


def test_what_cannot_be_corrected_is_said_and_nothing_stored(world: World) -> None:
    _, made = faulty(world)
    good = position(made, "C6")
    for values in (
        {position(made, "C5"): "R-2"},
        {good: "  "},
        {good: "1" * 201},
        {good: "a\x07b"},
        {99: "1"},
        {},
    ):
        with pytest.raises(Problems):
            correct_upload(actor=world.supplier, upload=made, values={good: "1"} | values if values else {})
    assert not UploadCorrection.objects.exists()
    made.refresh_from_db()
    assert made.state == UploadState.FINDINGS


def test_only_the_side_that_answers_corrects(world: World) -> None:
    _, made = faulty(world)
    for actor in (world.buyer, world.rival, world.rival_supplier):
        with pytest.raises((DataRequest.DoesNotExist, Upload.DoesNotExist, AccessDenied)):
            correct_upload(actor=actor, upload=made, values={position(made, "C6"): "1"})
        assert browser(actor).post(url("upload_correct", made.pk), {}).status_code == 404


def test_rows_of_corrections_never_change(world: World) -> None:
    _, made = faulty(world)
    correct_upload(actor=world.supplier, upload=made, values={position(made, "C6"): "5"})
    for change in (lambda rows: rows.update(after="6"), lambda rows: rows.delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(UploadCorrection.objects.all())


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_corrects_shows_who_and_takes_back(world: World, language: str) -> None:
    _, made = faulty(world)
    client = browser(world.supplier, language)
    page = client.get(url("upload_detail", made.pk)).content.decode()
    name = f"value-{position(made, 'C6')}"
    assert f'name="{name}"' in page and f'value-{position(made, "C5")}"' not in page
    refused = client.post(url("upload_correct", made.pk), {name: "1" * 201})
    assert refused.status_code == 422 and "1" * 201 in refused.content.decode()
    assert client.post(url("upload_correct", made.pk), {name: "CANARY-很多"}).status_code == 422
    answer = client.post(url("upload_correct", made.pk), {name: "7310459"})
    assert answer.headers["Location"] == url("upload_detail", made.pk)
    run_jobs("suppliers.check_upload")
    page = client.get(url("upload_detail", made.pk)).content.decode()
    assert "CANARY-很多" in page and "7310459" in page
    assert world.supplier.user is not None and world.supplier.user.name in page
    row = UploadCorrection.objects.get()
    client.post(url("upload_restore", made.pk, row.pk))
    run_jobs("suppliers.check_upload")
    assert name in client.get(url("upload_detail", made.pk)).content.decode()


def test_the_annotated_copy_holds_the_corrected_value(world: World) -> None:
    _, made = faulty(world)
    correct_upload(actor=world.supplier, upload=made, values={position(made, "C6"): "7310459"})
    run_jobs("suppliers.check_upload")
    answer = browser(world.supplier, "en").get(url("upload_annotated", made.pk))
    book = load_workbook(io.BytesIO(answer.content))
    cell = book["物料 Materials"]["C6"]
    assert cell.value == 7310459
    assert "Corrected on the page" in cell.comment.text
    listed = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert "CANARY-很多" in listed


def test_by_token_with_an_outcome_for_each_cell(world: World) -> None:
    _, made = faulty(world)
    client, path = token_client(world.supplier), f"/api/v1/uploads/{made.pk}/"
    listed = {row["cell"]: row for row in client.get(path).json()["findings"]}
    assert listed["C6"]["correctable"] and not listed["C5"]["correctable"]
    amount = {"sheet": listed["C6"]["sheet"], "cell": "C6", "value": "7310459"}
    unit = {"sheet": listed["D7"]["sheet"], "cell": "D7", "value": "kg"}
    fixed = {"sheet": listed["C5"]["sheet"], "cell": "C5", "value": "R-1"}

    def send(*cells: dict[str, str]) -> tuple[int, dict[str, Any]]:
        answer = client.post(f"{path}corrections/", {"cells": cells}, content_type="application/json")
        return answer.status_code, answer.json()

    status, refused = send(amount, amount, unit | {"value": " "}, fixed, {**unit, "cell": "Z99"})
    assert status == 422 and not UploadCorrection.objects.exists()
    assert {(item["code"], item["where"].rpartition("!")[2]) for item in refused["problems"]} == {
        ("UPL-CORRECT-TWICE", "C6"),
        ("UPL-CORRECT-EMPTY", "D7"),
        ("UPL-CORRECT-CELL", "C5"),
        ("UPL-CORRECT-CELL", "Z99"),
    }
    status, taken = send(amount, unit)
    assert status == 202 and [cell["outcome"] for cell in taken["cells"]] == ["corrected", "corrected"]
    assert taken["upload"]["state"] == "checking"
    status, again = send(amount, unit)
    assert status == 202 and [cell["outcome"] for cell in again["cells"]] == ["unchanged", "unchanged"]
    assert UploadCorrection.objects.count() == 2
    run_jobs("suppliers.check_upload")
    (left,) = client.get(path).json()["findings"]
    assert left["code"] == "WB-101"
    rows = client.get(f"{path}corrections/").json()
    assert [(row["cell"], row["before"], row["after"]) for row in rows] == [
        ("C6", "CANARY-很多", "7310459"),
        ("D7", "桶", "kg"),
    ]
    assert client.delete(f"{path}corrections/{rows[0]['id']}/").status_code == 202
    run_jobs("suppliers.check_upload")
    assert "CANARY-很多" in {row["value"] for row in client.get(path).json()["findings"]}
    for other in (world.buyer, world.rival, world.rival_supplier):
        stranger = token_client(other)
        assert stranger.get(f"{path}corrections/").status_code == 404
        assert stranger.delete(f"{path}corrections/{rows[1]['id']}/").status_code == 404
        body = {"cells": [amount]}
        assert stranger.post(f"{path}corrections/", body, content_type="application/json").status_code == 404
