"""The pages and the API of activity data, from the first file to the lines of an answer."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from carbonfoot import clock
from carbonfoot.audit.models import AuditEvent
from suppliers.activity import receiving, services
from suppliers.models import ActivityItem, ActivityRecord, AnswerDraft
from tests.api.test_api import token_client
from tests.lca.test_pages import client_of
from tests.suppliers.conftest import World, world
from tests.support.workbooks import run_jobs

pytestmark = pytest.mark.django_db
__all__ = ["world"]
YEAR = clock.today().year - 1
SECRET = "CANARY-METER"


def csv(name: str = "电表.csv") -> SimpleUploadedFile:
    lines = ["记录号,表号,名称,月份,电量,单位"]
    lines += [f"r{month},{SECRET},=一号表,{YEAR}-{month:02},1000,kWh" for month in range(1, 13)]
    return SimpleUploadedFile(name, ("\n".join(lines)).encode("gb18030"), content_type="text/csv")


def test_from_a_file_to_the_lines_of_an_answer(world: World) -> None:
    client = client_of(world.supplier, "en")
    made = client.post(
        reverse("suppliers:activity_new"), {"name": "Hall 2", "code": "hall-2", "kind": "meter"}
    )
    source_url = reverse("suppliers:activity_source", args=["hall-2"])
    assert made.headers["Location"] == source_url
    assert "Nothing has been sent yet" in client.get(source_url).content.decode()
    sent = client.post(reverse("suppliers:activity_receive", args=["hall-2"]), {"file": csv()})
    batch_url = sent.headers["Location"]
    page = client.get(batch_url).content.decode()
    assert "Which column is which" in page and '<option value="电量" selected>' in page  # offered, not taken
    assert not ActivityRecord.objects.exists()
    columns = {
        "key": "记录号",
        "item": "表号",
        "name": "名称",
        "from": "月份",
        "amount": "电量",
        "unit": "单位",
    }
    assert client.post(batch_url, {**columns, "unit": ""}).status_code == 422
    assert client.post(batch_url, columns).headers["Location"] == batch_url
    run_jobs("suppliers.read_activity")
    assert "Nothing was refused or changed." in client.get(batch_url).content.decode()
    shown = client.get(source_url).content.decode()
    assert "12,000" in shown and "not mapped" in shown

    item = ActivityItem.objects.get()
    item_url = reverse("suppliers:activity_item", args=["hall-2", item.pk])
    assert "line-carrier" in client.get(item_url, {"table": "energy"}).content.decode()
    values = {
        "line-carrier": "electricity",
        "line-supply": "grid",
        "line-region": "CN-JS",
        "line-amount": "7",
    }
    client.post(item_url, {"table": "energy", "shown": "energy", **values})
    item.refresh_from_db()
    assert item.table == "energy" and item.values["carrier"] == "electricity" and "amount" not in item.values

    request = world.ask(year=YEAR)
    take_url = reverse("suppliers:request_activity", args=[request.number])
    assert (
        "hall-2" in client.get(take_url).content.decode() or "Hall 2" in client.get(take_url).content.decode()
    )
    refused = client.post(take_url, {"item": item.pk, f"share_{item.pk}": "40"})
    assert refused.status_code == 422 and "Say why this share" in refused.content.decode()
    for _again in range(2):  # a second time replaces the line
        taken = client.post(
            take_url, {"item": item.pk, f"share_{item.pk}": "40", f"reason_{item.pk}": "by hours"}
        )
        assert taken.status_code == 302
    (line,) = AnswerDraft.objects.get(request=request).rows["energy"]
    assert (line["amount"], line["unit"], line["carrier"], line["note"]) == (
        "4800",
        "kWh",
        "electricity",
        "40 %: by hours",
    )
    assert line["evidence"].startswith(f"hall-2/{SECRET}: 12 (")

    # Nobody else sees any of it, not even the customer, and the log holds no meter.
    for stranger in (world.buyer, world.rival, world.rival_supplier):
        other = client_of(stranger, "en")
        for address in (source_url, batch_url, item_url, batch_url + "file/"):
            assert other.get(address).status_code == 404
        assert "hall-2" not in other.get(reverse("suppliers:activity_list")).content.decode()
    assert client_of(world.buyer, "en").get(take_url).status_code == 403
    assert SECRET not in json.dumps(list(AuditEvent.objects.values_list("data", flat=True)), default=str)


def test_nothing_ticked_and_nothing_mapped(world: World) -> None:
    request = world.ask(year=YEAR)
    client = client_of(world.supplier)
    url = reverse("suppliers:request_activity", args=[request.number])
    assert "还没有已对应的项目" in client.get(url).content.decode()
    assert client.post(url, {}).status_code == 422


def test_lists_ask_a_fixed_number_of_questions(world: World, django_assert_max_num_queries: Any) -> None:
    client = client_of(world.supplier)
    for number in range(3):
        source = services.create_source(
            actor=world.supplier, code=f"s{number}", name=f"S{number}", kind="mes"
        )
        rows = [
            {"key": f"{i}", "item": f"I{i}", "from": f"{YEAR}-01", "amount": "1", "unit": "kg"}
            for i in range(20)
        ]
        receiving.receive_rows(actor=world.supplier, source=source, rows=rows, key="k")
    with django_assert_max_num_queries(14):
        client.get(reverse("suppliers:activity_list"))
    with django_assert_max_num_queries(20):
        client.get(reverse("suppliers:activity_source", args=["s1"]))


def call(client: Client, path: str, body: Any, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(path, json.dumps(body), content_type="application/json", headers=named)


def test_the_api_answers_row_by_row(world: World) -> None:
    client = token_client(world.supplier)
    created = call(client, reverse("api:activity_sources"), {"code": "erp", "name": "ERP", "kind": "erp"})
    assert created.status_code == 201
    path = reverse("api:activity_records", args=["erp"])
    good = {"key": "1", "item": "LI", "from": f"{YEAR}-03-05", "amount": 12.5, "unit": "t"}
    body = {"records": [good, {**good, "key": "2", "unit": "furlong", "amount": "x"}]}
    assert call(client, path, body).status_code == 422  # no idempotency key
    first = call(client, path, body, Idempotency_Key="a").json()
    assert [row["outcome"] for row in first["results"]] == ["stored", "refused"]
    assert [fault["code"] for fault in first["results"][1]["problems"]] == ["ACT-AMOUNT", "ACT-UNIT"]
    assert first["results"][1]["problems"][0]["message"] == "This is no number."
    again = call(client, path, body, Idempotency_Key="a").json()
    assert again == first
    assert ActivityRecord.objects.count() == 1
    assert call(client, path, {"records": [good]}, Idempotency_Key="a").status_code == 422
    totals = client.get(reverse("api:activity_totals", args=["erp"]), {"year": YEAR}).json()
    assert (totals[0]["item"], totals[0]["amount"], totals[0]["unit"]) == ("LI", "12.5", "t")
    assert call(token_client(world.rival_supplier), path, body, Idempotency_Key="b").status_code == 404
    dropped = client.post(reverse("api:activity_files", args=["erp"]), {"file": csv()})
    assert dropped.status_code == 202
    assert dropped.json()["state"] == "columns"
