"""The main steps work in a browser that runs no script."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from carbonfoot import clock
from declarations.demo.recipes import RECIPES
from declarations.models import Receipt
from suppliers.models import DataRequest, Upload
from suppliers.workbook.filling import fill
from tests.browser.person import Person
from tests.browser.scenes import verified_declaration
from tests.support.worker import wait_until

pytestmark = [pytest.mark.browser]
Visit = Callable[..., Person]


def test_ask_upload_and_submit_without_script(visit: Visit, tmp_path: Path) -> None:
    maker = visit("editor@maker.example", "en", script=False)
    maker.go("suppliers:request_new")
    maker.page.locator('[name="supplier"]').select_option(label="Example Electrolyte Co. (demo)")
    maker.fill(
        module_type="electrolyte",
        part_zh="电解液",
        part_en="Electrolyte without script",
        declared_unit="kg",
        due_on=(clock.today() + timedelta(days=9)).isoformat(),
    )
    maker.send()
    number = maker.at("suppliers:request_detail")["number"]

    supplier = visit("staff@electrolyte.example", "en", script=False)
    supplier.go("suppliers:request_detail", number)
    template = supplier.page.request.get(f"/requests/{number}/workbook/").body()
    recipe = RECIPES["electrolyte"]
    file = tmp_path / "answer.xlsx"
    file.write_bytes(fill(template, recipe.tables(), recipe.cover()))
    form = supplier.form("suppliers:request_upload", number)
    supplier.fill(form, file=file)
    supplier.send(form)
    upload = supplier.at("suppliers:upload_detail")["upload_id"]
    wait_until(lambda: Upload.objects.get(pk=upload).state not in ("quarantined", "checking"), seconds=120)
    refresh = supplier.page.locator(".job a.btn")
    if refresh.count():
        supplier.press(refresh.first)
    supplier.do("suppliers:upload_accept", upload)
    assert DataRequest.objects.get(number=number).inventory is not None

    row = verified_declaration("NMC-64A")
    approver = visit("approver@maker.example", "en", script=False)
    approver.go("declarations:submit", row.pk)
    approver.send()  # without the tick: refused, with the reason at the field
    assert approver.page.locator("#errors").count() == 1
    assert not Receipt.objects.filter(declaration=row).exists()
    approver.fill(sure=True)
    approver.send()
    approver.at("declarations:receipt")
    assert Receipt.objects.get(declaration=row).number in approver.text()
