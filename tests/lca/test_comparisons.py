"""Pages that compare: two rule sets for one inventory, two rule sets as such, any two results; what each may see."""

from __future__ import annotations

import io
import json
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from openpyxl import load_workbook

from carbonfoot.accounts.actor import Actor
from lca.models import Calculation, Exchange
from lca.presentation.bases import same_functional_unit
from lca.presentation.breakdown import DIMENSIONS, breakdown
from lca.presentation.compare import MATCHED, comparison
from tests.api.test_api import token_client
from tests.lca.test_pages import client_of, text_of
from tests.support import factories
from tests.support.inventories import calculated, module_inventory, pack_inventory

pytestmark = pytest.mark.django_db


def words(page: str) -> str:
    """The page as text, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_difference_of_two_rule_sets_in_both_languages(editor: Actor, done: list[Calculation]) -> None:
    miit, _eu, gate = done
    query = f"?a={miit.pk}&b={gate.pk}"
    for language, said in (("zh-hans", "不再计入"), ("en", "no longer count")):
        page = text_of(client_of(editor, language), "lca:difference", miit.pk, query=query)
        assert said in words(page) and 'style="' not in page
        assert page.count('class="wide"') == page.count('class="narrow"') == 1, "the waterfall"
        effect = gate.ledger["total"] - miit.ledger["total"]
        assert f"−{abs(effect):.2f}" in words(page).replace(",", "")
    side = text_of(client_of(editor, "en"), "lca:result_rulesets", miit.pk)
    assert "Explain the difference" in side and reverse("lca:difference", args=[miit.pk]) in side
    assert side.count("Product carbon footprint") == 3, "three energies, three units, three rows"
    lines = text_of(client_of(editor, "en"), "lca:difference", miit.pk, query=query + "&group=boundary")
    assert "Road freight" in lines
    text_of(client_of(editor), "lca:difference", miit.pk, query=query + "&group=nothing", status=404)


def test_a_breakdown_adds_up_and_leads_to_its_lines(editor: Actor, done: list[Calculation]) -> None:
    client, result = client_of(editor, "en"), done[0]
    for by in DIMENSIONS:
        with override("en"):
            rows = breakdown(result, by)
        assert sum(row.kgco2e for row in rows) == pytest.approx(result.ledger["total"])
        assert sum(row.count for row in rows) == sum(line["counted"] for line in result.ledger["lines"])
        page = text_of(client, "lca:result", result.pk, query=f"?by={by}")
        assert rows[0].label in page and 'id="breakdown"' in page
        response = client.get(rows[0].url)
        assert response.context["page"].paginator.count == rows[0].count
    assert "Cell manufacture" in text_of(client, "lca:result", result.pk, query="?by=nonsense")


def renamed(actor: Actor) -> Calculation:
    """Another pack of the same maker: other ids, other amounts, one line by another name, one without counterpart."""
    other = pack_inventory(actor)
    other.name_zh, other.name_en = "示例电池包 B", "Example pack B"
    other.product = {**other.product, "rated_energy_kwh": "50"}
    other.save()
    lines = {line.code: line for line in Exchange.objects.filter(process__inventory=other)}
    for number, line in enumerate(lines.values()):
        line.code = f"x{number}"
        line.save(update_fields=["code"])
    Exchange.objects.filter(pk=lines["cell.m1"].pk).update(
        name_zh="正极粉", name_en="Cathode powder", amount=Decimal(99000)
    )
    Exchange.objects.filter(pk=lines["cell.m2"].pk).update(
        name_zh="铜箔",
        name_en="Copper foil",
        component="",
        link={"factor": "metal.copper.greet2022"},
    )
    return calculated(actor, other, ["cn-miit-551"])[0]


def test_two_packs_stand_beside_each_other_per_kwh(editor: Actor, done: list[Calculation]) -> None:
    second = renamed(editor)
    with override("en"):
        shown = comparison(done[0], second)
    assert [item.code for item in shown["bases"]] == ["delivered", "rated", "mass"]
    by_name = {change.name: change for change in shown["changes"]}
    cathode = by_name["Cathode powder"]
    assert cathode.matched == MATCHED["component"] and cathode.other_name.startswith("LFP cathode")
    assert by_name["Purchased electricity"].before is not None
    alone = {name for name, change in by_name.items() if change.before is None or change.after is None}
    assert alone == {"Graphite anode", "Copper foil"} and shown["alone"] == 2
    for item in shown["bases"]:
        part = comparison(done[0], second, item.code)
        start, end = part["totals"]
        assert sum(change.difference for change in part["changes"]) == pytest.approx(end - start)
    page = text_of(client_of(editor, "en"), "lca:compare", done[0].pk, second.pk, query="?per=rated")
    assert "2 lines have no counterpart" in page and "kWh (rated energy)" in words(page)


def test_delivered_energy_is_never_mixed(editor: Actor, done: list[Calculation]) -> None:
    miit, eu, gate = done
    assert not same_functional_unit(miit, eu) and not same_functional_unit(miit, gate)
    assert same_functional_unit(miit, miit)
    for other in (eu, gate):
        with override("en"):
            shown = comparison(miit, other, "delivered")
        assert shown["basis"].code == "flow" and "delivered" not in {item.code for item in shown["bases"]}
        rows = [row for row in shown["figures"] if "footprint" in str(row.label)]
        assert len(rows) == 2 and all(row.missing and row.difference is None for row in rows)


def test_a_module_and_a_pack_have_no_unit_in_common(editor: Actor, done: list[Calculation]) -> None:
    module = calculated(editor, module_inventory(editor), ["cn-miit-551"])[0]
    shown = comparison(done[0], module)
    assert shown["basis"] is None and not shown["changes"]
    page = text_of(client_of(editor, "en"), "lca:compare", done[0].pk, module.pk)
    assert "have no unit in common" in page


def test_picking_any_two_within_reach(editor: Actor, done: list[Calculation]) -> None:
    client = client_of(editor, "en")
    rival = factories.person(factories.organisation("maker"))
    foreign = calculated(rival, pack_inventory(rival), ["cn-miit-551"])[0]
    page = client.get(reverse("lca:compare_pick"))
    assert [row.pk for row in page.context["page"]] == sorted((row.pk for row in done), reverse=True)
    found = client.get(reverse("lca:compare_pick"), {"first": done[0].pk, "q": "LFP gate"})
    assert [row.pk for row in found.context["page"]] == [done[2].pk]
    assert reverse("lca:compare", args=[done[0].pk, done[2].pk]) in found.content.decode()
    assert "Nothing matches" in client.get(reverse("lca:compare_pick"), {"q": "zzz"}).content.decode()
    for first in (str(foreign.pk), "x"):
        assert client.get(reverse("lca:compare_pick"), {"first": first}).status_code == 404
    for query in (f"?a={foreign.pk}", f"?b={foreign.pk}", "?a=x"):
        text_of(client, "lca:difference", done[0].pk, query=query, status=404)
    for name in ("lca:difference", "lca:difference_xlsx", "lca:difference_json"):
        text_of(client, name, foreign.pk, status=404)


def test_the_picker_asks_few_queries(editor: Actor, done: list[Calculation]) -> None:
    client = client_of(editor)
    client.get(reverse("lca:compare_pick"))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse("lca:compare_pick"))
    renamed(editor)
    with CaptureQueriesContext(connection) as more:
        client.get(reverse("lca:compare_pick"))
    assert len(more) <= len(few) <= 20, [query["sql"] for query in more.captured_queries]


def test_the_report_as_files(editor: Actor, done: list[Calculation]) -> None:
    client = client_of(editor, "en")
    query = f"?a={done[0].pk}&b={done[2].pk}"
    stored = json.loads(client.get(reverse("lca:difference_json", args=[done[0].pk]) + query).content)
    steps = sum(step["kgco2e"] for step in stored["steps"])
    assert steps == pytest.approx(done[2].ledger["total"] - done[0].ledger["total"])
    content = client.get(reverse("lca:difference_xlsx", args=[done[0].pk]) + query).content
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Summary", "Steps", "Lines", "Parameters", "Functional unit"]
    column = [row[3].value for row in book["Steps"].iter_rows(min_row=2)]
    assert sum(column) == pytest.approx(steps)
    assert book["Lines"].max_row - 1 == sum(len(step["lines"]) for step in stored["steps"])


def test_rule_sets_compared_for_visitors_and_for_those_who_calculate(
    editor: Actor, done: list[Calculation]
) -> None:
    query = "?a=cn-miit-551@2025.12&b=eu-cfb-ev@2024.04"
    visitor = Client().get(reverse("lca:rulesets_compare") + query)
    page = words(visitor.content.decode())
    assert visitor.status_code == 200 and "CFF" in page and "What rests on them" not in page
    english = words(text_of(client_of(editor, "en"), "lca:rulesets_compare", query=query))
    assert "End-of-life model" in english and "assumed" in english and "Warming potentials" not in english
    everything = words(text_of(client_of(editor, "en"), "lca:rulesets_compare", query=query + "&all=1"))
    assert "Set of warming potentials" in everything and "IPCC AR6" in everything
    assert "Finished calculations 1 1" in english
    same = text_of(client_of(editor, "en"), "lca:rulesets_compare", query="?a=cn-miit-551&b=cn-miit-551")
    assert "No parameter differs" in same
    text_of(client_of(editor), "lca:rulesets_compare", query="?a=nobody@1", status=404)


def test_the_report_over_the_api(editor: Actor, done: list[Calculation]) -> None:
    client = token_client(editor)
    url = reverse("api:calculation_difference", args=[done[0].pk, done[1].pk])
    body = client.get(url).json()
    assert body["format"] == "carbonfoot-difference/1" and not body["same_functional_unit"]
    assert sum(step["kgco2e"] for step in body["steps"]) == pytest.approx(body["kgco2e"])
    rival = factories.person(factories.organisation("maker"))
    foreign = calculated(rival, pack_inventory(rival), ["cn-miit-551"])[0]
    assert client.get(reverse("api:calculation_difference", args=[done[0].pk, foreign.pk])).status_code == 404
    assert token_client(rival).get(url).status_code == 404
