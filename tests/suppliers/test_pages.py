"""Pages of both sides, in both languages; files as attachments; lists that filter, sort and stay cheap."""

from __future__ import annotations

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from lca.models import PublishedResult
from suppliers.models import DataRequest, Upload, UploadState
from suppliers.services import requests as asking
from tests.suppliers.conftest import World, browser
from tests.suppliers.test_flow import answered, upload
from tests.support.workbooks import as_file, edited, filled, recipe, run_jobs

pytestmark = pytest.mark.django_db
LANGUAGES = ("zh-hans", "en")


def url(name: str, *args: object) -> str:
    return reverse(f"suppliers:{name}", args=args)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_by_hand(world: World, language: str) -> None:
    buyer, supplier = browser(world.buyer, language), browser(world.supplier, language)
    form = {
        "supplier": world.supplier.organisation_id,
        "module_type": "electrolyte",
        "part_zh": "电解液 E-31",
        "part_en": "Electrolyte E-31",
        "declared_unit": "kg",
        "year": "2025",
        "due_on": "2099-01-31",
    }
    response = buyer.post(url("request_new"), form)
    request = DataRequest.objects.get()
    assert response.headers["Location"] == url("request_detail", request.number)
    page = buyer.get(url("request_detail", request.number)).content.decode()
    assert request.number in page

    assert request.state == "sent"
    page = supplier.get(url("request_detail", request.number)).content.decode()
    request.refresh_from_db()
    assert request.state == "opened" and url("request_template", request.number) in page

    response = supplier.get(url("request_template", request.number))
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    book = load_workbook(io.BytesIO(response.content))
    assert any(cell.value == request.number for row in book.worksheets[1].iter_rows() for cell in row)

    bad = edited(filled(request), {("物料", "C6"): "很多", ("能源", "A6"): "魔法"})
    response = supplier.post(url("request_upload", request.number), {"file": as_file(bad)})
    made = Upload.objects.get()
    assert response.headers["Location"] == url("upload_detail", made.pk)
    assert "job-" in supplier.get(url("upload_detail", made.pk)).content.decode()
    run_jobs("suppliers.check_upload")
    page = supplier.get(url("upload_detail", made.pk)).content.decode()
    assert "C6" in page and "WB-" in page and "很多" in page
    only = supplier.get(
        url("upload_detail", made.pk), {"sheet": "能源 Energy", "severity": "error"}
    ).content.decode()
    assert 'class="finding"' in only and "很多" not in only.split('class="finding"', 1)[1]
    marked = supplier.get(url("upload_annotated", made.pk))
    assert marked.headers["Content-Disposition"].startswith("attachment")
    assert len(load_workbook(io.BytesIO(marked.content)).sheetnames) > len(book.sheetnames) - 1
    original = supplier.get(url("upload_file", made.pk))
    assert b"".join(original.streaming_content) == bad  # type: ignore[attr-defined]
    assert original.headers["Content-Type"] == "application/octet-stream"
    assert "sandbox" in original.headers["Content-Security-Policy"]

    supplier.post(url("request_upload", request.number), {"file": as_file(filled(request))})
    run_jobs("suppliers.check_upload")
    good = Upload.objects.get(state=UploadState.READY)
    supplier.post(url("upload_accept", good.pk))
    page = supplier.get(url("request_detail", request.number)).content.decode()
    assert url("request_calculate", request.number) in page
    supplier.post(url("request_calculate", request.number))
    assert "job-" in supplier.get(url("request_detail", request.number)).content.decode()
    run_jobs("lca.calculate")

    page = supplier.get(url("request_preview", request.number)).content.decode()
    assert url("request_publish", request.number) in page and not PublishedResult.objects.exists()
    facts = {"product_zh": "电解液 E-31", "product_en": "Electrolyte E-31", "valid_until": "2027-03-31"}
    assert supplier.post(url("request_publish", request.number), facts).status_code == 422
    response = supplier.post(url("request_publish", request.number), facts | {"seen": "on"})
    result = PublishedResult.objects.get()
    assert response.headers["Location"] == url("result_detail", result.pk)
    again = supplier.post(url("request_publish", request.number), facts | {"seen": "on"})
    assert again.headers["Location"] == url("result_detail", result.pk)

    page = buyer.get(url("result_detail", result.pk)).content.decode()
    assert "cn-miit-551" in page and "2027" in page
    buyer.post(url("request_accept", request.number))
    request.refresh_from_db()
    assert request.state == "accepted"


def test_same_file_leads_to_the_same_page(world: World) -> None:
    request = world.ask()
    client = browser(world.supplier)
    content = filled(request)
    paths = set()
    for _turn in range(2):
        response = client.post(url("request_upload", request.number), {"file": as_file(content)})
        paths.add(response.headers["Location"])
        run_jobs()
    assert len(paths) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_refused_and_wrong_files_are_explained(world: World, language: str) -> None:
    request = world.ask()
    client = browser(world.supplier, language)
    response = client.post(url("request_upload", request.number), {"file": as_file(b"x", "data.exe")})
    assert response.status_code == 422 and not Upload.objects.exists()
    assert client.post(url("request_upload", request.number)).status_code == 422
    made = upload(world, request, b"no workbook at all", "data.xlsx")
    page = client.get(url("upload_detail", made.pk)).content.decode()
    assert "WB-003" in page and url("upload_accept", made.pk) not in page
    assert url("upload_annotated", made.pk) not in page


def test_reasons_are_asked_for(world: World) -> None:
    request = world.ask()
    client = browser(world.supplier)
    assert client.get(url("request_decline", request.number)).status_code == 200
    assert client.post(url("request_decline", request.number), {"text": " "}).status_code == 422
    assert client.post(url("request_decline", request.number), {"text": "不再生产"}).status_code == 302
    request.refresh_from_db()
    assert request.state == "declined"
    assert "不再生产" in browser(world.buyer).get(url("request_detail", request.number)).content.decode()
    assert client.get(url("request_decline", request.number)).status_code == 403


def test_comments_are_escaped_and_seen_by_both(world: World) -> None:
    request = world.ask()
    client = browser(world.supplier)
    client.post(url("request_comment", request.number), {"text": "<script>alert(1)</script> 用电怎么分摊？"})
    page = browser(world.buyer).get(url("request_detail", request.number)).content.decode()
    assert "用电怎么分摊" in page and "<script>alert" not in page
    asking.withdraw(actor=world.buyer, request=request)
    assert "BUYER-ONLY-REFERENCE" not in client.get(url("request_detail", request.number)).content.decode()


def test_newer_version_is_announced_and_nothing_changes_by_itself(world: World) -> None:
    from suppliers.services.publishing import calculate_answer, publish_answer
    from suppliers.services.uploads import accept_upload

    request, first = answered(world)
    asking.return_(actor=world.buyer, request=request, text="请补充")
    rows = recipe()
    rows["energy"] = [{**rows["energy"][0], "amount": "5000000"}]
    accept_upload(actor=world.supplier, upload=upload(world, request, filled(request, rows=rows)))
    calculate_answer(actor=world.supplier, request=request)
    run_jobs("lca.calculate")
    second = publish_answer(actor=world.supplier, request=request)
    page = browser(world.buyer).get(url("result_detail", first.pk)).content.decode()
    assert url("result_detail", second.pk) in page
    listed = browser(world.buyer).get(url("result_list")).content.decode()
    assert url("result_detail", second.pk) in listed and url("result_detail", first.pk) not in listed
    every = browser(world.buyer).get(url("result_list"), {"all": "1"}).content.decode()
    assert url("result_detail", first.pk) in every


def test_lists_filter_sort_and_stay_cheap(world: World) -> None:
    for number in range(3):
        world.ask(part_zh=f"零件 {number}")
    client = browser(world.buyer)
    client.get(url("request_list"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url("request_list"))
    for number in range(12):
        world.ask(part_zh=f"零件 {number + 3}")
    with CaptureQueriesContext(connection) as many:
        page = client.get(url("request_list"), {"sort": "-number"}).content.decode()
    assert len(many) == len(few) <= 16
    assert page.index("R-2") < len(page)
    assert "零件 11" in client.get(url("request_list"), {"q": "零件 11"}).content.decode()
    assert "零件 11" not in client.get(url("request_list"), {"state": "accepted"}).content.decode()
    assert client.get(url("request_list"), {"box": "in"}).status_code == 200
    assert client.get(url("supplier_list")).status_code == 200


def test_suppliers_are_added_by_form(world: World) -> None:
    client = browser(world.buyer)
    response = client.post(url("supplier_add"), {"mode": "linked", "code": "nobody"})
    assert response.status_code == 422
    form = {"mode": "managed", "name_zh": "示例箔材厂", "contact_email": "contact@example.org"}
    assert client.post(url("supplier_add"), form).status_code == 302
    assert "示例箔材厂" in client.get(url("supplier_list")).content.decode()
    assert browser(world.viewer).get(url("supplier_add")).status_code == 403
