"""Files of a result for openLCA and Brightway: who gets them, what they score, and what is never in them."""

from __future__ import annotations

import bz2
import io
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from carbonfoot.accounts.actor import Actor
from lca.models import Calculation, Inventory
from lca.services import inventories
from tests.api.test_api import token_client
from tests.lca.test_pages import client_of, text_of
from tests.lca.test_results import publish
from tests.support import factories
from tests.support.database import by_hand
from tests.support.exchange import Package, brightway_score
from tests.support.inventories import calculated, module_inventory

pytestmark = pytest.mark.django_db
FILES = ("lca:result_openlca", "lca:result_brightway")
API = ("api:calculation_openlca", "api:calculation_brightway")


@pytest.fixture
def done(editor: Actor, pack: Inventory) -> Calculation:
    return calculated(editor, pack, ["cn-miit-551"])[0]


def download(client: Client, name: str, calculation: Calculation) -> bytes:
    response = client.get(reverse(name, args=[calculation.pk]))
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith(
        f'attachment; filename="result-{calculation.pk}-cn-miit-551-'
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    return response.content


def inside(openlca: bytes, brightway: bytes) -> str:
    """Everything that both files say."""
    with zipfile.ZipFile(io.BytesIO(openlca)) as package:
        texts = [package.read(name).decode() for name in package.namelist()]
    return "\n".join([*texts, bz2.decompress(brightway).decode()])


@pytest.mark.parametrize(
    ("language", "names"),
    [("zh-hans", ("电芯制造", "基准流")), ("en", ("Cell manufacture", "reference flow"))],
)
def test_both_files_score_the_result_in_the_language_of_the_page(
    editor: Actor, done: Calculation, language: str, names: tuple[str, ...], tmp_path: Path
) -> None:
    client = client_of(editor, language)
    openlca, brightway = (download(client, name, done) for name in FILES)
    package = Package(openlca, tmp_path)
    assert package.score() == pytest.approx(done.ledger["total"], rel=1e-9)
    assert brightway_score(brightway, tmp_path) == pytest.approx(done.ledger["total"], rel=1e-9)
    said = inside(openlca, brightway)
    assert all(said.count(name) >= 2 for name in names)
    page = text_of(client, "lca:result_export", done.pk)
    assert all(
        reverse(name, args=[done.pk]) in page for name in (*FILES, "lca:result_xlsx", "lca:result_json")
    )
    assert "bw2io.BW2Package.import_file(&quot;result-" in page
    assert reverse("lca:result_export", args=[done.pk]) in text_of(client, "lca:result", done.pk)


def test_the_api_gives_the_same_files(editor: Actor, done: Calculation) -> None:
    by_token, by_page = token_client(editor), client_of(editor, "en")
    for name, page in zip(API, FILES, strict=True):
        assert download(by_token, name, done) == download(by_page, page, done)


def test_who_has_no_ledger_has_no_file(done: Calculation) -> None:
    for kind in ("maker", "supplier", "verifier", "authority"):
        rival = factories.person(factories.organisation(kind))
        for name in (*FILES, "lca:result_export"):
            assert client_of(rival).get(reverse(name, args=[done.pk])).status_code in (403, 404)
        for name in API:
            assert token_client(rival).get(reverse(name, args=[done.pk])).status_code in (403, 404)


def test_a_suppliers_recipe_and_a_years_output_are_in_neither_file(editor: Actor, pack: Inventory) -> None:
    supplier = factories.person(factories.organisation("supplier"))
    module = module_inventory(supplier)
    secret = module.processes.get().exchanges.get(code="cathode.m1")
    secret.name_zh, secret.name_en, secret.amount = "金丝雀锂盐", "Canary lithium", Decimal("271.828")
    secret.save()
    result = publish(supplier, calculated(supplier, module), [editor.organisation])
    line = pack.processes.get(code="cell").exchanges.get(code="cell.m1")
    inventories.link_exchange(actor=editor, exchange=line, result=result)
    row = calculated(editor, pack, ["cn-miit-551"])[0]
    client = client_of(editor)
    said = inside(*(download(client, name, row) for name in FILES))
    assert str(result.pk) not in said
    assert said.count("示例正极材料") >= 2
    assert result.scores["cn-miit-551"]["materials"][:12] in said
    for canary in ("金丝雀", "Canary", "271.828", "1642000", "示例.xlsx"):
        assert canary not in said


def test_a_result_that_this_engine_does_not_arrive_at_is_not_exported(
    editor: Actor, done: Calculation
) -> None:
    """As one of an older engine: a file that scores something else would be worse than none."""
    by_hand(f"update lca_calculation set ledger = jsonb_set(ledger, '{{total}}', '1.5') where id = {done.pk}")
    for name in FILES:
        page = text_of(client_of(editor, "en"), name, done.pk, status=422)
        assert "arrives at another figure" in page
        assert "Calculate the inventory again" in page
    answer = token_client(editor).get(reverse(API[0], args=[done.pk]))
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["code"] == "EXCHANGE-ENGINE"


def test_a_calculation_that_is_not_done_has_no_files(editor: Actor, pack: Inventory) -> None:
    from lca.services.calculations import request_calculation

    (row,) = request_calculation(actor=editor, inventory=pack, ruleset_ids=["cn-miit-551"])
    for name in FILES:
        assert client_of(editor).get(reverse(name, args=[row.pk])).status_code == 404
    assert token_client(editor).get(reverse(API[0], args=[row.pk])).status_code == 404


def test_the_page_asks_the_database_no_more_than_the_result(
    editor: Actor, done: Calculation, count_queries: Any
) -> None:
    client = client_of(editor)
    text_of(client, "lca:result", done.pk)
    with count_queries(connection) as result:
        text_of(client, "lca:result", done.pk)
    with count_queries(connection) as export:
        text_of(client, "lca:result_export", done.pk)
    assert len(export) <= len(result)
