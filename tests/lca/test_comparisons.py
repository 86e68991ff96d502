"""Pages that compare: two rule sets for one inventory, two rule sets as such, any two results; what each may see."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from carbonfoot.accounts.actor import Actor
from lca.models import Calculation, Inventory
from lca.presentation.breakdown import breakdown
from tests.lca.test_pages import client_of, text_of
from tests.support import factories
from tests.support.inventories import calculated, pack_inventory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Actor:
    return factories.person(factories.organisation("maker"))


@pytest.fixture
def pack(editor: Actor) -> Inventory:
    return pack_inventory(editor)


@pytest.fixture
def done(editor: Actor, pack: Inventory) -> list[Calculation]:
    return calculated(editor, pack)


def words(page: str) -> str:
    """The page as text, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_difference_of_two_rule_sets_in_both_languages(editor: Actor, done: list[Calculation]) -> None:
    miit, eu, gate = done
    query = f"?a={miit.pk}&b={gate.pk}"
    for language, said in (("zh-hans", "不再计入"), ("en", "no longer count")):
        page = text_of(client_of(editor, language), "lca:difference", miit.pk, query=query)
        assert said in words(page) and 'style="' not in page
        assert page.count("<svg") == 2, "the waterfall, wide and narrow"
        effect = gate.ledger["total"] - miit.ledger["total"]
        assert f"−{abs(effect):.2f}" in words(page).replace(",", "")
    side = text_of(client_of(editor, "en"), "lca:result_rulesets", miit.pk)
    assert "Explain the difference" in side and reverse("lca:difference", args=[miit.pk]) in side
    lines = text_of(client_of(editor, "en"), "lca:difference", miit.pk, query=query + "&group=boundary")
    assert "Road freight" in lines
    text_of(client_of(editor), "lca:difference", miit.pk, query=query + "&group=nothing", status=404)


@pytest.mark.parametrize("by", ["stage", "process", "line", "gas", "supplier", "component", "nonsense"])
def test_a_breakdown_adds_up_and_leads_to_its_lines(
    editor: Actor, done: list[Calculation], by: str
) -> None:
    with override("en"):
        rows = breakdown(done[0], by if by != "nonsense" else "process")
    assert sum(row.kgco2e for row in rows) == pytest.approx(done[0].ledger["total"])
    assert sum(row.count for row in rows) == sum(line["counted"] for line in done[0].ledger["lines"])
    client = client_of(editor, "en")
    page = text_of(client, "lca:result", done[0].pk, query=f"?by={by}")
    assert rows[0].label in page and 'id="breakdown"' in page
    response = client.get(rows[0].url)
    assert response.status_code == 200
    assert response.context["page"].paginator.count == rows[0].count
