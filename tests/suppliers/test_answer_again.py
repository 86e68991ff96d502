"""What was sent comes back as a filled workbook: imported, exported, imported again it is the same inventory."""

from __future__ import annotations

import io
from copy import deepcopy
from typing import Any

import pytest
from openpyxl import load_workbook

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from lca.models import Exchange
from lca.services.documents import to_document
from suppliers.models import DataRequest, Upload, UploadState
from suppliers.services.templates import give_answer, give_template
from suppliers.services.uploads import accept_upload
from tests.suppliers.conftest import World, browser
from tests.suppliers.test_flow import upload
from tests.suppliers.test_pages import url
from tests.support.workbooks import edited, filled, recipe, verified

pytestmark = pytest.mark.django_db


def stated(request: DataRequest) -> dict[str, Any]:
    """The inventory document of an answer less which upload it came from."""
    request.refresh_from_db()
    assert request.inventory is not None
    document = deepcopy(to_document(request.inventory))
    for process in document["processes"]:
        for line in process["exchanges"]:
            assert line["provenance"].pop("upload") and line["provenance"].pop("file")
    return document


def accepted(world: World, request: DataRequest, content: bytes) -> Upload:
    made = upload(world, request, content)
    assert made.state == UploadState.READY, list(made.findings.values_list("code", "sheet", "cell", "value"))
    return accept_upload(actor=world.supplier, upload=made)


def place(content: bytes, table: str, key: str, row: int) -> tuple[str, str]:
    """(part of the tab's name, address) of a column of a table."""
    book = load_workbook(io.BytesIO(content))
    sheet = next(book[name] for name in book.sheetnames if table in name)
    cell = next(cell for cell in sheet[4] if cell.value == key)
    return table, f"{cell.column_letter}{row}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_export_and_import_give_the_identical_document(world: World, language: str) -> None:
    request = world.ask()
    content = filled(request)
    odd = {
        place(content, "物料", "name", 12): "备用溶剂",
        place(content, "物料", "group", 12): "auxiliary",
        place(content, "物料", "amount", 12): "不适用",
        place(content, "物料", "unit", 12): "kg",
        place(content, "物料", "data_kind", 12): "measured",
        place(content, "物料", "recycled_share", 6): "0.5%",
        place(content, "物料", "amount", 7): "1690123.123456789012345",
        place(content, "物料", "note", 6): "CANARY-备注 = 全年",
    }
    first = accepted(world, request, edited(content, odd))
    before = stated(request)
    again = give_answer(actor=world.supplier, upload=first, language=language)
    second = accepted(world, request, again)
    assert second.pk != first.pk
    assert stated(request) == before
    assert second.reading["tables"] == first.reading["tables"]
    assert give_answer(actor=world.supplier, upload=second, language=language)


def test_what_was_linked_on_the_page_is_in_the_export(world: World) -> None:
    request = world.ask()
    first = accepted(world, request, filled(request, rows=recipe(linked=False)))
    line = Exchange.objects.get(name_zh="六氟磷酸锂")
    line.link = {"factor": "elyte.lipf6.greet2022"}
    line.save(update_fields=["link"])
    Exchange.objects.get(name_zh="碳酸二甲酯").delete()
    book = load_workbook(io.BytesIO(give_answer(actor=world.supplier, upload=first)))
    values = [cell.value for row in book["物料 Materials"].iter_rows() for cell in row]
    assert "elyte.lipf6.greet2022" in values and "碳酸二甲酯" not in values


def test_a_verified_footprint_comes_back_as_well(world: World) -> None:
    request = world.ask()
    first = upload(world, request, verified(request))
    first = accept_upload(actor=world.supplier, upload=first)
    again = upload(world, request, give_answer(actor=world.supplier, upload=first))
    assert (again.level, again.errors) == ("verified", 0)
    assert again.reading["verified"] == first.reading["verified"]


def test_next_year_begins_with_the_last_answer(world: World) -> None:
    year = clock.today().year - 1
    earlier = world.ask(year=year - 1)
    accepted(world, earlier, filled(earlier))
    request = world.ask(year=year)
    client = browser(world.supplier)
    page = client.get(url("request_detail", request.number)).content.decode()
    assert "?begin=earlier" in page
    answer = client.get(url("request_template", request.number), {"begin": "earlier"})
    book = load_workbook(io.BytesIO(answer.content))
    rows = {row[0].value: row for row in book["物料 Materials"].iter_rows(min_row=6) if row[0].value}
    solvent = [cell.value for cell in rows["金丝雀溶剂 CANARY-SOLVENT"]]
    assert 7310459 not in solvent and f"{year - 1}: 7310459 kg" in solvent
    assert "elyte.ec.greet2022" in solvent
    made = upload(world, request, answer.content)
    assert {"WB-201"} <= set(made.findings.values_list("code", flat=True)), "amounts are asked for again"


def test_the_same_year_for_another_customer_is_all_there(world: World) -> None:
    first = world.ask()
    accepted(world, first, filled(first))
    other = world.ask()
    content = give_template(actor=world.supplier, request=other, begun=True)
    made = upload(world, other, content)
    assert made.state == UploadState.READY, list(made.findings.values_list("code", "sheet", "cell", "value"))


def test_nobody_else_gets_an_answer(world: World) -> None:
    request = world.ask()
    waiting = upload(world, request, filled(request))
    with pytest.raises(AccessDenied):
        give_answer(actor=world.supplier, upload=waiting)
    accept_upload(actor=world.supplier, upload=waiting)
    assert browser(world.supplier).get(url("upload_answer", waiting.pk)).status_code == 200
    for actor in (world.buyer, world.viewer, world.rival, world.rival_supplier):
        assert browser(actor).get(url("upload_answer", waiting.pk)).status_code == 404
