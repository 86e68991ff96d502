"""Asking for the parts of a pack, and who owes what: whole or nothing, counted queries, and nothing for rivals."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import uuid
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from carbonfoot.problems import Problems
from declarations.models import PackPart, RequestBatch
from declarations.selectors.asking import proposals
from declarations.selectors.responsibility import SORTS, duties, in_order, summary
from declarations.services import bulk, packs, parts
from lca.models import PublishedResult, ResultGrant
from suppliers.models import DataRequest
from suppliers.services import requests as asking
from suppliers.services.links import add_supplier
from tests.declarations import build
from tests.declarations.test_pages import client_of
from tests.support import factories
from tests.support.workbooks import run_jobs

pytestmark = pytest.mark.django_db


class Scene:
    """A maker with a pack of three bought parts and two suppliers."""

    def __init__(self) -> None:
        self.of = build.maker()
        self.pack = packs.create_pack(
            actor=self.of.editor,
            plants=[packs.add_plant(actor=self.of.editor, name="示例一厂", province="320000")],
            year=2025,
            own_cells=False,
            **build.facts(),
        )
        self.first, self.second = (factories.person(factories.organisation("supplier")) for _ in range(2))
        for supplier in (self.first, self.second):
            add_supplier(actor=self.of.editor, supplier=supplier.organisation)
        self.parts = [
            parts.add_part(
                actor=self.of.editor,
                pack=self.pack,
                module_type=kind,
                name_zh=name,
                amount=Decimal("12.5"),
                unit="kg",
            )
            for kind, name in (("cathode", "正极甲"), ("anode", "负极乙"), ("electrolyte", "电解液丙"))
        ]

    def asks(self, **changes: Any) -> list[bulk.Ask]:
        suppliers = (self.first, self.second, self.first)
        return [
            replace(
                bulk.Ask(
                    part=part,
                    supplier=supplier.organisation,
                    module_type=part.module_type,
                    declared_unit="kg",
                    year=2025,
                    due_on=clock.today() + dt.timedelta(days=20),
                    message="请答复",
                ),
                **changes,
            )
            for part, supplier in zip(self.parts, suppliers, strict=True)
        ]

    def send(self) -> list[DataRequest]:
        return bulk.ask_many(actor=self.of.editor, pack=self.pack, asks=self.asks(), batch=uuid.uuid4())


@pytest.fixture
def scene() -> Scene:
    build.trial()
    return Scene()


def form_of(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input[^>]*name="([\w-]+)"[^>]*value="([^"]*)"', page))


def test_whole_or_nothing(scene: Scene) -> None:
    """One bad row of three: every problem of every row, and no request."""
    asks = scene.asks()
    asks[1] = replace(asks[1], supplier=None, year=None)
    asks[2] = replace(asks[2], declared_unit="?", due_on=clock.today() - dt.timedelta(days=1))
    with pytest.raises(Problems) as refused:
        bulk.ask_many(actor=scene.of.editor, pack=scene.pack, asks=asks, batch=uuid.uuid4())
    found = {(item.where, item.code) for item in refused.value.items}
    assert found == {
        ("负极乙", "ASK-SUPPLIER"),
        ("负极乙", "ASK-YEAR"),
        ("电解液丙", "REQ-UNIT"),
        ("电解液丙", "REQ-DUE"),
    }
    assert not DataRequest.objects.exists() and not RequestBatch.objects.exists()
    assert bulk.problems_of(actor=scene.of.editor, pack=scene.pack, asks=scene.asks()) == []
    assert not DataRequest.objects.exists()


def test_a_second_click_sends_nothing(scene: Scene) -> None:
    """The same key gives the requests of then; a new key is told that they are asked."""
    key = uuid.uuid4()
    sent = bulk.ask_many(actor=scene.of.editor, pack=scene.pack, asks=scene.asks(), batch=key)
    again = bulk.ask_many(actor=scene.of.editor, pack=scene.pack, asks=scene.asks(), batch=key)
    assert [row.pk for row in sent] == [row.pk for row in again] and DataRequest.objects.count() == 3
    with pytest.raises(Problems) as refused:
        scene.send()
    assert {item.code for item in refused.value.items} == {"PART-ASKED"}
    rival = build.maker()
    other = packs.create_pack(
        actor=rival.editor,
        plants=[packs.add_plant(actor=rival.editor, name="二厂", province="320000")],
        year=2025,
        own_cells=False,
        **build.facts(),
    )
    with pytest.raises(RequestBatch.DoesNotExist):
        bulk.ask_many(actor=rival.editor, pack=other, asks=[], batch=key)


def test_parts_of_another_pack_are_not_there(scene: Scene) -> None:
    rival = Scene()
    with pytest.raises((PackPart.DoesNotExist, Problems)):
        bulk.ask_many(actor=rival.of.editor, pack=rival.pack, asks=scene.asks(), batch=uuid.uuid4())
    with pytest.raises(AccessDenied):
        bulk.ask_many(actor=rival.of.editor, pack=scene.pack, asks=scene.asks(), batch=uuid.uuid4())


def test_the_form_and_its_proposals(scene: Scene) -> None:
    """Suppliers are proposed from earlier requests; the page sends all ticked rows, and again sends nothing."""
    asking.create_request(
        actor=scene.of.editor,
        supplier=scene.second.organisation,
        part_zh="正极甲",
        module_type="cathode",
        declared_unit="kg",
        year=2025,
        due_on=clock.today() + dt.timedelta(days=9),
    )
    proposed = {row.part.exchange.name_zh: row.supplier for row in proposals(scene.of.editor, scene.pack)}
    assert proposed["正极甲"] == scene.second.organisation and proposed["负极乙"] is None
    client = client_of(scene.of.editor)
    path = reverse("declarations:pack_ask", args=[scene.pack.pk])
    page = client.get(path).content.decode()
    batch = form_of(page)["batch"]
    data: dict[str, str] = {"batch": batch}
    for part in scene.parts:
        assert scene.second.organisation is not None
        data |= {
            f"{part.pk}-ask": "on",
            f"{part.pk}-supplier": str(scene.second.organisation.pk),
            f"{part.pk}-module_type": part.module_type,
            f"{part.pk}-declared_unit": "kg",
            f"{part.pk}-year": "2025",
            f"{part.pk}-due_on": (clock.today() + dt.timedelta(days=9)).isoformat(),
        }
    bad = client.post(
        path, data | {f"{scene.parts[0].pk}-due_on": "morgen", f"{scene.parts[1].pk}-supplier": ""}
    )
    told = bad.content.decode()
    assert bad.status_code == 422 and f"#id_{scene.parts[0].pk}-due_on" in told
    assert f"#id_{scene.parts[1].pk}-supplier" in told and DataRequest.objects.count() == 1
    for _click in range(2):
        assert client.post(path, data).status_code == 302
    assert DataRequest.objects.count() == 4
    assert PackPart.objects.filter(pack=scene.pack, request__isnull=False).count() == 3
    assert client_of(scene.of.viewer).get(path).status_code == 403
    assert client_of(build.maker().editor).get(path).status_code == 404


def test_from_a_file(scene: Scene) -> None:
    """The template comes back filled: the form is filled from it, problems are at their rows, nothing is sent."""
    client = client_of(scene.of.editor)
    template = client.get(reverse("declarations:pack_ask_template", args=[scene.pack.pk])).content
    book = load_workbook(io.BytesIO(template))
    sheet = book.worksheets[0]
    assert [cell.value for cell in sheet["B"][1:]] == ["正极甲", "负极乙", "电解液丙"]
    assert scene.first.organisation is not None
    sheet["C2"] = scene.first.organisation.code
    sheet["C3"] = "没有这家供应商"
    sheet["G2"] = dt.date(2099, 1, 2)
    out = io.BytesIO()
    book.save(out)
    path = reverse("declarations:pack_ask", args=[scene.pack.pk])

    def upload(content: bytes, name: str = "asks.xlsx") -> Any:
        return client.post(path, {"do": "file", "file": SimpleUploadedFile(name, content)})

    answer = upload(out.getvalue())
    page = answer.content.decode()
    assert answer.status_code == 422 and "没有这家供应商" in page and 'value="2099-01-02"' in page
    assert not DataRequest.objects.exists()
    code = scene.parts[0].exchange.code
    text = f"part,supplier,year\n{code},{scene.first.organisation.name_zh},2024\n"
    good = upload(text.encode(), "asks.csv")
    assert good.status_code == 200 and not DataRequest.objects.exists()
    assert '<option value="2024" selected>' in good.content.decode()
    for content, name in (
        (b"PK\x03\x04junk", "a.xlsx"),
        (f"part,supplier\n{code},a\n{code},b\n".encode(), "twice.csv"),
        (b"part,supplier\nnone,a\n", "unknown.csv"),
        (b"x,y\n1,2\n", "head.csv"),
    ):
        refused = upload(content, name)
        assert refused.status_code == 422, name
    assert not DataRequest.objects.exists()


def result_for(scene: Scene, part: PackPart, **fields: Any) -> PublishedResult:
    assert scene.first.organisation is not None
    return factories.result(
        scene.first.organisation, scene.of.organisation, module_type=part.module_type, **fields
    )


def test_the_matrix(scene: Scene) -> None:
    """Whose turn it is in each state, the newer version when one is granted, and nothing changes by itself."""
    sent = scene.send()
    run_jobs("suppliers.mail")
    DataRequest.objects.filter(pk=sent[1].pk).update(due_on=clock.today() - dt.timedelta(days=3))
    first = result_for(scene, scene.parts[2])
    asking.decline(actor=scene.first, request=sent[2], text="没有数据")
    parts.use_result(actor=scene.of.editor, part=scene.parts[2], result=first)
    rows = {row.part.exchange.name_zh: row for row in duties(scene.of.editor)}
    assert [rows[name].turn for name in ("正极甲", "负极乙", "电解液丙")] == [
        "supplier",
        "supplier",
        "nobody",
    ]
    assert rows["负极乙"].is_late and not rows["正极甲"].is_late
    assert rows["正极甲"].next_reminder is not None and rows["正极甲"].last_contact is not None
    assert rows["电解液丙"].newer is None and rows["电解液丙"].result == first
    newer = result_for(scene, scene.parts[2], series=first.series, version=2, supersedes=first)
    again = {row.part.exchange.name_zh: row for row in duties(scene.of.editor)}["电解液丙"]
    assert again.newer == newer and again.result == first
    ResultGrant.objects.filter(result=newer).delete()
    assert {row.part.pk: row.newer for row in duties(scene.of.editor)}[scene.parts[2].pk] is None
    head = summary(list(rows.values()))
    assert (head.parts, head.with_result, head.waiting, head.late, head.covered) == (3, 1, 2, 1, None)
    assert duties(scene.first) == [] and duties(build.maker().editor) == []


def test_share_of_the_footprint(scene: Scene) -> None:
    """From the newest finished calculation of the notice's rule set; unknown before there is one."""
    code = scene.parts[0].exchange.code
    ledger = factories.ledger()
    ledger["lines"][0] |= {"exchange": code, "share": 0.25}
    ledger["lines"][1] |= {"exchange": code, "share": 0.5}
    factories.calculation(scene.of.organisation, ledger, inventory_=scene.pack.inventory)
    shares = {row.part.pk: row.share for row in duties(scene.of.editor)}
    assert shares[scene.parts[0].pk] == pytest.approx(0.75) and shares[scene.parts[1].pk] is None


def test_pages_csv_and_queries(scene: Scene, count_queries: Any) -> None:
    """Sorted both ways, as CSV without formulas, and with as many queries for many parts as for few."""
    scene.send()
    client = client_of(scene.of.editor)
    path = reverse("declarations:pack_responsibility", args=[scene.pack.pk])
    everything = reverse("declarations:responsibility")
    with count_queries(connection) as few:
        assert client.get(everything).status_code == 200
    for number in range(12):
        parts.add_part(
            actor=scene.of.editor,
            pack=scene.pack,
            module_type="foil",
            name_zh=f"=箔{number}",
            amount=Decimal(1),
            unit="kg",
        )
    with count_queries(connection) as many:
        assert client.get(everything).status_code == 200
    assert len(many) == len(few)
    rows = duties(scene.of.editor)
    for key in SORTS:
        assert {row.part.pk for row in in_order(rows, key)} == {row.part.pk for row in rows}
        assert client.get(path, {"sort": f"-{key}"}).status_code == 200
    table = list(csv.reader(io.StringIO(client.get(path, {"format": "csv"}).content.decode("utf-8-sig"))))
    assert len(table) == 16 and table[0][0] == "pack"
    assert all(not cell.startswith("=") for row in table for cell in row)
    assert client_of(build.maker().editor).get(path).status_code == 404
    assert client_of(scene.first).get(everything).status_code == 403
    assert Client().get(everything).status_code == 302


def test_suppliers_never_see_the_matrix_reference(scene: Scene) -> None:
    """What the buyer calls the part inside its pack stays with the buyer."""
    sent = scene.send()[0]
    page = (
        client_of(scene.first).get(reverse("suppliers:request_detail", args=[sent.number])).content.decode()
    )
    assert scene.pack.model not in page and "正极甲" in page
