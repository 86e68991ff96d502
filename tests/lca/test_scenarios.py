"""Scenarios: they touch no inventory and no result, nobody else sees them, and the same input is one result."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from carbonfoot.accounts.access import AccessDenied
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from carbonfoot.accounts.services import issue_token
from carbonfoot.audit.services import verify
from carbonfoot.jobs.models import Job, JobState
from carbonfoot.jobs.services import run_job
from carbonfoot.problems import Problems
from lca.models import Calculation, Exchange, Inventory, InventoryRevision, Scenario, ScenarioResult
from lca.selectors.scenarios import newest_results, scenarios_for
from lca.services import inventories, scenarios
from lca.services.documents import to_document
from lca.services.scenarios import result_digest
from tests.lca.test_pages import client_of, text_of
from tests.support import factories
from tests.support.inventories import calculated

pytestmark = pytest.mark.django_db

HALF = {"kind": "amount", "process": "cell", "line": "cell.m1", "times": "0.5"}
ABROAD = {"kind": "electricity", "region": "DE"}
LONGER = {"kind": "product", "cycles": "3000"}


def begun(editor: Actor, pack: Inventory, *changes: dict[str, Any], name: str = "若换电网") -> Scenario:
    return scenarios.create_scenario(
        actor=editor, inventory=pack, name_zh=name, name_en="Another grid", changes=list(changes)
    )


def run(editor: Actor, row: Scenario) -> dict[str, ScenarioResult]:
    job = scenarios.request_scenario(actor=editor, scenario=row)
    if job is not None:
        run_job(job.pk)
    row.refresh_from_db()
    return newest_results([row])[row.pk]


def codes(caught: pytest.ExceptionInfo[Problems]) -> list[str]:
    return sorted({item.code for item in caught.value.items})


def test_a_scenario_is_calculated_and_touches_nothing_else(editor: Actor, pack: Inventory) -> None:
    rows = calculated(editor, pack)
    before = (to_document(pack), pack.version, list(Calculation.objects.values_list("pk", "ledger_sha256")))
    found = run(editor, begun(editor, pack, HALF, ABROAD, LONGER))
    assert set(found) == {"cn-miit-551", "eu-cfb-ev", "iso-14067-gate"}
    pack.refresh_from_db()
    after = (to_document(pack), pack.version, list(Calculation.objects.values_list("pk", "ledger_sha256")))
    assert before == after
    assert InventoryRevision.objects.count() == 1
    outcome = found["cn-miit-551"].outcome
    assert outcome["base"]["total"] == rows[0].ledger["total"]
    effects = sum(step["effect"]["total"] for step in outcome["steps"])
    assert effects == pytest.approx(outcome["scenario"]["total"] - outcome["base"]["total"])
    # Half of 105 t of LFP cathode for 500 packs, by hand.
    assert outcome["steps"][0]["effect"]["total"] == pytest.approx(-52_500 / 500 * 9.44555)
    assert found["cn-miit-551"].ledger["totals"]["per_piece"] == outcome["scenario"]["totals"]["per_piece"]
    assert list(verify()) == []


def test_the_same_input_is_the_same_result_and_never_changes(editor: Actor, pack: Inventory) -> None:
    row = begun(editor, pack, HALF)
    first = {item.pk for item in run(editor, row).values()}
    assert scenarios.request_scenario(actor=editor, scenario=row) is None
    run_job(Job.objects.get(kind="lca.scenario").pk)
    assert (
        {item.pk for item in run(editor, row).values()}
        == first
        == set(ScenarioResult.objects.values_list("pk", flat=True))
    )
    stored = ScenarioResult.objects.first()
    assert stored is not None and stored.sha256 == result_digest(stored.ledger, stored.outcome)
    for change in (
        lambda: ScenarioResult.objects.update(outcome={}),
        lambda: ScenarioResult.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_two_clicks_are_one_job(editor: Actor, pack: Inventory) -> None:
    row = begun(editor, pack, HALF)
    first = scenarios.request_scenario(actor=editor, scenario=row)
    second = scenarios.request_scenario(actor=editor, scenario=row)
    assert first is not None and second is not None and first.pk == second.pk


def test_results_are_those_of_the_changes_as_they_stand(editor: Actor, pack: Inventory) -> None:
    row = begun(editor, pack, HALF)
    assert run(editor, row)
    scenarios.add_change(actor=editor, scenario=row, change=LONGER)
    row.refresh_from_db()
    assert newest_results([row])[row.pk] == {}
    row = scenarios.remove_change(actor=editor, scenario=row, position=1)
    assert len(newest_results([row])[row.pk]) == 3


def test_every_problem_at_once_and_nothing_is_stored(editor: Actor, pack: Inventory) -> None:
    with pytest.raises(Problems) as caught, transaction.atomic():
        scenarios.create_scenario(
            actor=editor,
            inventory=pack,
            name_zh=" ",
            changes=[
                {**HALF, "line": "gone"},
                {"kind": "factor", "process": "cell", "line": "cell.m1", "factor": "gone"},
            ],
        )
    assert codes(caught) == ["NAME-MISSING", "scenario.factor_unknown", "scenario.line_unknown"]
    assert not Scenario.objects.exists()
    row = begun(editor, pack)
    with pytest.raises(Problems) as caught, transaction.atomic():
        scenarios.request_scenario(actor=editor, scenario=row)
    assert codes(caught) == ["SCENARIO-EMPTY"]
    stale = row.version
    scenarios.add_change(actor=editor, scenario=row, change=HALF, version=stale)
    with pytest.raises(Problems) as caught, transaction.atomic():
        scenarios.add_change(actor=editor, scenario=row, change=HALF, version=stale)
    assert codes(caught) == ["SCENARIO-CHANGED"]
    with pytest.raises(Problems) as caught, transaction.atomic():
        scenarios.set_changes(
            actor=editor,
            scenario=row,
            changes=[{"kind": "remove", "process": "cell", "line": "cell.m1"}, HALF],
        )
    assert codes(caught) == ["scenario.line_unknown"]


def test_a_supplier_result_must_have_been_granted(editor: Actor, pack: Inventory) -> None:
    other = factories.organisation("supplier")
    hidden = factories.result(other)
    granted = factories.result(other, editor.organisation)
    change = {"kind": "result", "process": "cell", "line": "cell.m1"}
    with pytest.raises(Problems) as caught, transaction.atomic():
        begun(editor, pack, {**change, "result": str(hidden.pk)})
    assert codes(caught) == ["scenario.result_unknown"]
    row = begun(editor, pack, {**change, "result": str(granted.pk)})
    job = scenarios.request_scenario(actor=editor, scenario=row)
    assert job is not None
    run_job(job.pk)
    job.refresh_from_db()
    # The result has figures under one rule set; the others say so, and that one is calculated.
    assert job.state == JobState.FAILED
    assert {item["code"] for item in job.problems} == {"result.no_score"}
    assert set(newest_results([row])[row.pk]) == {"cn-miit-551"}


def test_a_newer_inventory_is_taken_up_only_when_asked_for(editor: Actor, pack: Inventory) -> None:
    row = begun(editor, pack, HALF)
    line = Exchange.objects.get(code="cell.m2")
    inventories.save_exchange(
        actor=editor,
        process=line.process,
        code=line.code,
        kind="material",
        name_zh="石墨负极",
        amount=Decimal(60),
        unit="t",
    )
    run(editor, row)
    assert row.base.number == 1
    row = scenarios.rebase_scenario(actor=editor, scenario=row)
    assert row.base.number == 2 and newest_results([row])[row.pk] == {}
    inventories.delete_exchange(actor=editor, exchange=Exchange.objects.get(code="cell.m1"))
    with pytest.raises(Problems) as caught, transaction.atomic():
        scenarios.rebase_scenario(actor=editor, scenario=row)
    assert codes(caught) == ["scenario.line_unknown"]


def test_nobody_else_sees_or_changes_a_scenario(editor: Actor, pack: Inventory) -> None:
    row = begun(editor, pack, HALF, name="秘密情景-CANARY")
    run(editor, row)
    rival = factories.person(factories.organisation("maker"))
    viewer = factories.person(editor.organisation, Role.VIEWER)
    assert list(scenarios_for(rival)) == [] and list(scenarios_for(viewer)) == [row]
    for actor in (rival, viewer):
        with pytest.raises(AccessDenied):
            scenarios.add_change(actor=actor, scenario=row, change=HALF)
        with pytest.raises(AccessDenied):
            scenarios.request_scenario(actor=actor, scenario=row)
    client = client_of(rival)
    for name in ("scenario", "scenario_edit", "scenario_add", "scenario_xlsx", "scenario_json"):
        assert client.get(reverse(f"lca:{name}", args=[row.pk])).status_code == 404
    for name in ("scenario_run", "scenario_copy", "scenario_archive", "scenario_rebase"):
        assert client.post(reverse(f"lca:{name}", args=[row.pk])).status_code == 404
    assert "CANARY" not in text_of(client, "lca:scenarios")
    page = text_of(client_of(viewer), "lca:scenario", row.pk)
    assert "CANARY" in page and "lca:scenario_add" not in page


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_and_file_says_that_it_is_not_declared(
    editor: Actor, pack: Inventory, language: str
) -> None:
    rows = calculated(editor, pack)
    row = begun(editor, pack, HALF, ABROAD, LONGER, {"kind": "route", "route": "none"})
    run(editor, row)
    client = client_of(editor, language)
    words = {"zh-hans": "情景，不用于申报", "en": "not declared"}[language]
    pages = [
        text_of(client, "lca:what_if", rows[0].pk),
        text_of(client, "lca:scenario", row.pk),
        text_of(client, "lca:scenario", row.pk, query="?rules=eu-cfb-ev"),
        text_of(client, "lca:scenario_edit", row.pk),
        text_of(client, "lca:scenario_add", row.pk),
        text_of(client, "lca:scenario_line", row.pk, query="?process=cell&line=cell.m1"),
        text_of(client, "lca:scenario_line", row.pk, query="?process=distribution&line=distribution.t1"),
        text_of(client, "lca:scenario_line", row.pk, query="?process=cell&line=cell.e1"),
    ]
    for page in (*pages, text_of(client, "lca:scenarios")):
        assert words in page.lower()
        assert 'style="' not in page and "{%" not in page and "{{" not in page
    shown = pages[1]
    assert ("磷酸铁锂正极" if language == "zh-hans" else "LFP cathode") in shown and "<svg" in shown
    files = client.get(reverse("lca:scenario_xlsx", args=[row.pk])).content
    book = load_workbook(io.BytesIO(files))
    texts = {
        cell.value
        for sheet in book
        for line in sheet.iter_rows()
        for cell in line
        if isinstance(cell.value, str)
    }
    assert any("scenario, not declared" in text and "不用于申报" in text for text in texts)
    content = json.loads(client.get(reverse("lca:scenario_json", args=[row.pk])).content)
    assert "不用于申报" in content["standing"] and len(content["results"]) == 3


def test_the_way_from_a_trace_to_a_result(editor: Actor, pack: Inventory) -> None:
    rows = calculated(editor, pack)
    index = next(n for n, line in enumerate(rows[0].ledger["lines"]) if line["exchange"] == "cell.m1")
    client = client_of(editor, "en")
    target = reverse("lca:what_if", args=[rows[0].pk]) + "?process=cell&amp;line=cell.m1"
    assert target in text_of(client, "lca:trace", rows[0].pk, index)
    made = client.post(target.replace("&amp;", "&"), {"name_zh": "试一试", "name_en": "Try", "note": ""})
    row = Scenario.objects.get()
    line_page = reverse("lca:scenario_line", args=[row.pk]) + "?process=cell&line=cell.m1"
    assert made.status_code == 302 and made["Location"] == line_page
    both = {"kind": "amount", "version": row.version, "amount-amount": "1", "amount-times": "2"}
    wrong = client.post(line_page, both)
    assert wrong.status_code == 422 and "Fill in only one of the two" in wrong.content.decode()
    neither = client.post(line_page, {**both, "amount-amount": "", "amount-times": ""})
    assert neither.status_code == 422 and "Fill in one of the two" in neither.content.decode()
    unsaid = client.post(line_page, {"kind": "electricity", "electricity-supply": "direct"})
    assert unsaid.status_code == 422 and "changes[" not in unsaid.content.decode()
    assert unsaid.context["forms"]["electricity"].errors.keys() == {"generation"}
    unknown = client.post(line_page, {"kind": "factor", "factor": "nope"})
    assert unknown.status_code == 422 and "changes[" not in unknown.content.decode()
    right = client.post(line_page, {**both, "amount-amount": ""})
    assert right.status_code == 302
    stale = client.post(line_page, {**both, "amount-amount": ""})
    assert stale.status_code == 422 and "in the meantime" in stale.content.decode()
    factor = {"kind": "factor", "factor": "cam.nmc622.greet2022"}
    assert client.post(line_page, factor).status_code == 302
    add = reverse("lca:scenario_add", args=[row.pk])
    assert client.post(add, {"kind": "electricity", "e-region": "DE"}).status_code == 302
    assert client.post(add, {"kind": "electricity"}).status_code == 422
    assert client.post(add, {"kind": "product", "p-cycles": "2000"}).status_code == 302
    row.refresh_from_db()
    assert [item["kind"] for item in row.changes] == ["amount", "factor", "electricity", "product"]
    assert client.post(reverse("lca:scenario_change", args=[row.pk, 3]), {"up": "1"}).status_code == 302
    assert client.post(reverse("lca:scenario_change", args=[row.pk, 0]), {"remove": "1"}).status_code == 302
    row.refresh_from_db()
    assert [item["kind"] for item in row.changes] == ["factor", "product", "electricity"]
    assert client.post(reverse("lca:scenario_run", args=[row.pk])).status_code == 302
    run_job(Job.objects.get(kind="lca.scenario").pk)
    page = text_of(client, "lca:scenario", row.pk)
    assert "Effect of each change" in page and "NMC" in page
    copied = client.post(reverse("lca:scenario_copy", args=[row.pk]), {"name_zh": "另一个"})
    assert copied.status_code == 302 and Scenario.objects.count() == 2
    assert client.post(reverse("lca:scenario_archive", args=[row.pk])).status_code == 302
    assert "Try" not in text_of(client, "lca:scenarios").split("<tbody>")[1]


def test_lists_take_a_fixed_number_of_queries(editor: Actor, pack: Inventory) -> None:
    def count() -> int:
        client = client_of(editor)
        client.get(reverse("lca:scenarios"))
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert client.get(reverse("lca:scenarios")).status_code == 200
        return len(caught)

    for number in range(2):
        run(editor, begun(editor, pack, HALF, name=f"甲{number}"))
    few = count()
    for number in range(3):
        run(editor, begun(editor, pack, LONGER, name=f"乙{number}"))
    assert count() == few


def test_the_api_creates_runs_and_answers(editor: Actor, pack: Inventory) -> None:
    approver = factories.person(editor.organisation, Role.APPROVER)
    _credential, token = issue_token(actor=approver, label="ERP", role=Role.EDITOR)
    client = Client(headers={"authorization": f"Bearer {token}", "accept-language": "en"})
    made = client.post(
        reverse("api:inventory_scenarios", args=[pack.pk]),
        {"name_zh": "接口", "changes": [HALF, {"kind": "magic"}]},
        content_type="application/json",
    )
    assert made.status_code == 422
    made = client.post(
        reverse("api:inventory_scenarios", args=[pack.pk]),
        {"name_zh": "接口", "changes": [HALF]},
        content_type="application/json",
    )
    assert made.status_code == 201, made.content
    key = made.json()["id"]
    started = client.post(reverse("api:scenario_run", args=[key]))
    assert started.status_code == 202
    run_job(started.json()["id"])
    assert client.post(reverse("api:scenario_run", args=[key])).status_code == 204
    body = client.get(reverse("api:scenario", args=[key])).json()
    assert len(body["results"]) == 3 and "not declared" in body["standing"]
    assert client.get(reverse("api:scenarios")).json()["count"] == 1
    changed = client.put(
        reverse("api:scenario", args=[key]),
        {"version": body["version"], "changes": [LONGER]},
        content_type="application/json",
    )
    assert changed.status_code == 200 and changed.json()["changes"] == [LONGER]
