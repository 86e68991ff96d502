"""Monte Carlo runs: the same request once, paired, frozen, of one's own calculations only; pages in both languages."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from carbonfoot.accounts.access import AccessDenied
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from carbonfoot.jobs.services import run_job
from carbonfoot.problems import Problems
from lca import assessments, selectors
from lca.models import Calculation, CalculationState, UncertaintyRun
from lca.services import inventories, uncertainty
from tests.api.test_api import token_client
from tests.support import factories
from tests.support.inventories import calculated, module_inventory, pack_inventory

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(editor: Actor) -> Calculation:
    return calculated(editor, pack_inventory(editor), ["cn-miit-551"])[0]


def drawn(actor: Actor, calculation: Calculation, **options: Any) -> UncertaintyRun:
    """A run that is asked for and drawn at once."""
    run = uncertainty.request_run(actor=actor, calculation=calculation, **{"draws": 2000, **options})
    if run.state == CalculationState.PENDING:
        run_job(run.job_id)
    return UncertaintyRun.objects.get(pk=run.pk)


def test_the_same_request_twice_is_the_same_run(editor: Actor, done: Calculation) -> None:
    run = drawn(editor, done)
    assert (run.state, run.seed, run.draws) == ("done", 20251230, 2000)
    assert run.outcome["total"] == pytest.approx(done.ledger["total"], rel=1e-12)
    low, high = run.outcome["percentiles"]["2.5"], run.outcome["percentiles"]["97.5"]
    assert low < run.outcome["percentiles"]["50"] < high
    assert low < done.ledger["total"] < high
    assert run.outcome_sha256 == uncertainty.outcome_digest(run.outcome)
    assert run.outcome["input_digest"] == done.input_digest
    again = drawn(editor, done, seed=20251230)
    assert again.pk == run.pk and UncertaintyRun.objects.count() == 1
    other = drawn(editor, done, seed=7)
    assert other.pk != run.pk and other.outcome["mean"] != run.outcome["mean"]
    assert [row.pk for row in selectors.uncertainty_runs_for(editor, done)] == [other.pk, run.pk]


def test_a_run_can_be_repeated_from_what_is_stored(editor: Actor, done: Calculation) -> None:
    run = drawn(editor, done)
    UncertaintyRun.objects.filter(pk=run.pk)
    assessments._kept.clear()
    assert uncertainty._drawn(run) == run.outcome
    assert uncertainty.perform_run(actor=editor, run=run).done_at == run.done_at


def test_a_done_run_never_changes(editor: Actor, done: Calculation) -> None:
    run = drawn(editor, done)
    for change in ({"outcome": {}}, {"seed": 1}, {"state": "failed"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            UncertaintyRun.objects.filter(pk=run.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        UncertaintyRun.objects.filter(pk=run.pk).delete()


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"draws": 999}, "UNCERTAINTY-DRAWS"),
        ({"draws": 100_001}, "UNCERTAINTY-DRAWS"),
        ({"seed": -1}, "UNCERTAINTY-SEED"),
        ({"seed": 2**31}, "UNCERTAINTY-SEED"),
    ],
)
def test_draws_and_seed_have_bounds(editor: Actor, done: Calculation, options: dict, code: str) -> None:
    with pytest.raises(Problems) as caught, transaction.atomic():
        drawn(editor, done, **options)
    assert [item.code for item in caught.value.items] == [code]
    with pytest.raises(IntegrityError), transaction.atomic():
        UncertaintyRun.objects.create(
            calculation=done,
            **{"draws": 1000, "seed": 1, **options},
            sampler="x",
            profile="x",
            input_digest="x",
        )


def test_rivals_neither_see_nor_start_runs(editor: Actor, done: Calculation) -> None:
    run = drawn(editor, done)
    rival = factories.person(factories.organisation("maker"))
    viewer = factories.person(editor.organisation, Role.VIEWER)  # type: ignore[arg-type]
    for actor in (rival, viewer):
        with pytest.raises(AccessDenied):
            uncertainty.request_run(actor=actor, calculation=done, draws=1000)
    assert not selectors.uncertainty_runs_for(rival, done).exists()
    assert selectors.uncertainty_runs_for(viewer, done).get() == run


def test_versions_of_an_inventory_are_compared_in_pairs(editor: Actor, done: Calculation) -> None:
    """One per cent less electricity: below in every draw, though the two intervals overlap almost wholly."""
    inventory = done.revision.inventory
    line = inventory.processes.get(code="cell").exchanges.get(code="cell.e1")
    line.amount = line.amount * 99 / 100
    line.save()
    less = calculated(editor, inventory, ["cn-miit-551"])[0]
    found = assessments.compared(done, less, (1.0, 1.0))
    assert found.less == 0.0 and found.high < 0
    first, second = drawn(editor, done).outcome, drawn(editor, less).outcome
    assert second["percentiles"]["97.5"] > first["percentiles"]["2.5"]
    same = assessments.compared(done, done, (1.0, 1.0))
    assert same.less is None and same.low == same.high == 0


def test_a_loop_that_the_draws_break_is_named_and_can_be_tried_again(
    editor: Actor, done: Calculation
) -> None:
    inventory = done.revision.inventory
    process = inventory.processes.get(code="cell")
    inventories.save_exchange(
        actor=editor,
        process=process,
        code="cell.own",
        kind="module",
        name_zh="自用电芯",
        name_en="Own use",
        amount=process.products and 40000,  # type: ignore[arg-type]
        unit="kWh",
        process_code="cell",
        product="cell",
        uncertainty={"gsd": "1.5"},
    )
    loop = calculated(editor, inventory, ["cn-miit-551"])[0]
    run = uncertainty.request_run(actor=editor, calculation=loop, draws=2000)
    run_job(run.job_id)
    run = UncertaintyRun.objects.get(pk=run.pk)
    assert run.state == "failed"
    (item,) = uncertainty.problems_of(run)
    assert item.code == "UNCERTAINTY-LOOP" and "电芯制造" in item.message
    assert uncertainty.request_run(actor=editor, calculation=loop, draws=2000).state == "pending"


def test_a_number_that_the_engine_does_not_find_again_is_not_assessed(
    editor: Actor, done: Calculation
) -> None:
    done.ledger = {**done.ledger, "total": done.ledger["total"] * 1.001}
    assessments._kept.clear()
    with pytest.raises(assessments.NotAssessable) as caught:
        assessments.assessment_of(done)
    assert caught.value.code == "engine_changed" and done.engine_version in caught.value.reason


def client_of(actor: Actor, language: str) -> Client:
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def page(client: Client, name: str, *args: Any, query: str = "", status: int = 200) -> str:
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_says_how_sure_and_why(editor: Actor, done: Calculation, language: str) -> None:
    client = client_of(editor, language)
    before = page(client, "lca:uncertainty", done.pk)
    run = drawn(editor, done)
    shown = page(client, "lca:uncertainty", done.pk)
    scale = done.per_functional_unit / done.ledger["total"]  # type: ignore[operator]
    for name in ("2.5", "50", "97.5"):
        figure = f"{run.outcome['percentiles'][name] * scale:.4f}"
        assert figure in shown
    # Shares, tornado and response stand without a run; the histogram needs one.
    assert before.count('<figure class="fig') == 3
    labels = (
        ("2.5th", "25th", "75th", "97.5th") if language == "en" else ("2.5 百", "25 百", "75 百", "97.5 百")
    )
    cells = [shown.split(f">{label}", 1)[1].split("</tr>")[0] for label in labels]
    for cell, name in zip(cells, ("2.5", "25", "75", "97.5"), strict=True):
        assert f"{run.outcome['percentiles'][name] * scale:.4f}" in cell, name
    words = {
        "zh-hans": ("中位数", "方差", "磷酸铁锂", "层级 模型", "默认离散度假定", "95 次"),
        "en": (
            "Median",
            "variance",
            "10%",
            "LFP",
            "tier Model",
            "Default assumptions on spread",
            "95 of 100",
        ),
    }
    for word in words[language]:
        assert word in shown, word
    assert 'style="' not in shown and "{%" not in shown and "{{" not in shown
    assert shown.count('<figure class="fig') == 4
    assert page(client, "lca:uncertainty_run", done.pk, run.pk).count('<figure class="fig') == 4


def test_a_response_curve_and_an_input_that_is_not_there(editor: Actor, done: Calculation) -> None:
    client = client_of(editor, "en")
    shown = page(client, "lca:uncertainty", done.pk, query="?input=cell/cell.e1")
    assert "Amount · Purchased electricity ·" in shown
    scale = done.per_functional_unit / done.ledger["total"]  # type: ignore[operator]
    assessment = assessments.assessment_of(done)
    half = float(assessment.response("cell/cell.e1", [0.5])[0]) * scale
    assert f"{half:.4f}" in shown
    assert "no such input" in page(client, "lca:uncertainty", done.pk, query="?input=nothing")
    assert "No input fits" in page(client, "lca:uncertainty", done.pk, query="?find=zzzz")


def test_the_head_of_a_result_and_a_comparison_show_intervals(editor: Actor, done: Calculation) -> None:
    interval = assessments.assessment_of(done).interval
    scale = done.per_functional_unit / done.ledger["total"]  # type: ignore[operator]
    low, high = f"{interval.low * scale:.4f}", f"{interval.high * scale:.4f}"
    assert f"95% interval {low} to {high}" in page(client_of(editor, "en"), "lca:result", done.pk)
    assert f"95% 区间 {low} 至 {high}" in page(client_of(editor, "zh-hans"), "lca:result", done.pk)
    inventory = done.revision.inventory
    line = inventory.processes.get(code="cell").exchanges.get(code="cell.e1")
    line.amount = line.amount * 9 / 10
    line.save()
    less = calculated(editor, inventory)
    shown = page(client_of(editor, "en"), "lca:compare", done.pk, less[0].pk)
    assert "100.0%" in shown and "leaves out zero" in shown
    zh = page(client_of(editor, "zh-hans"), "lca:compare", done.pk, less[0].pk)
    assert "区间不含零" in zh
    # Per kWh delivered and per kWh of capacity have no difference.
    other = page(client_of(editor, "en"), "lca:compare", done.pk, less[2].pk)
    assert "different functional units" in other and "leaves out zero" not in other


def test_a_run_is_started_from_the_page_and_followed(editor: Actor, done: Calculation) -> None:
    client = client_of(editor, "en")
    start = reverse("lca:uncertainty_start", args=[done.pk])
    wrong = client.post(start, {"draws": "5"})
    assert wrong.status_code == 422 and "1000" in wrong.content.decode()
    first = client.post(start, {"draws": "1000", "seed": ""})
    run = UncertaintyRun.objects.get()
    assert first.headers["Location"] == reverse("lca:uncertainty_run", args=[done.pk, run.pk])
    assert "Being drawn" in page(client, "lca:uncertainty_run", done.pk, run.pk)
    run_job(run.job_id)  # type: ignore[arg-type]
    assert "Distribution of 1,000 results" in page(client, "lca:uncertainty_run", done.pk, run.pk)
    assert client.post(start, {"draws": "1000"}).headers["Location"] == first.headers["Location"]


def test_pages_and_files_of_rivals_stay_closed(editor: Actor, done: Calculation) -> None:
    run = drawn(editor, done)
    rival = client_of(factories.person(factories.organisation("maker")), "en")
    page(rival, "lca:uncertainty", done.pk, status=404)
    page(rival, "lca:uncertainty_run", done.pk, run.pk, status=404)
    assert rival.post(reverse("lca:uncertainty_start", args=[done.pk]), {"draws": "1000"}).status_code == 404
    viewer = client_of(factories.person(editor.organisation, Role.VIEWER), "en")  # type: ignore[arg-type]
    assert "Distribution of" in page(viewer, "lca:uncertainty", done.pk)
    assert viewer.post(reverse("lca:uncertainty_start", args=[done.pk]), {"draws": "1000"}).status_code == 403
    # A run of another calculation is not one of this.
    other = calculated(editor, pack_inventory(editor), ["cn-miit-551"])[0]
    page(client_of(editor, "en"), "lca:uncertainty_run", other.pk, run.pk, status=404)


def test_a_line_states_its_own_spread(editor: Actor, done: Calculation) -> None:
    inventory = done.revision.inventory
    line = inventory.processes.get(code="cell").exchanges.get(code="cell.e1")
    client, address = client_of(editor, "en"), reverse("lca:line_edit", args=[line.pk])

    def post(**changes: str) -> Any:
        inventory.refresh_from_db()
        fields = {
            "version": str(inventory.version),
            "kind": "energy",
            "name_zh": "外购电力",
            "amount_0": "1642000",
            "amount_1": "known",
            "unit": "kWh",
            "data_kind": "measured",
            "supply": "grid",
            "region": "CN-32",
        }
        return client.post(address, fields | changes)

    assert post(spread="gsd", gsd="1.10").status_code == 302
    line.refresh_from_db()
    assert line.uncertainty == {"gsd": "1.1"}
    assert 'value="1.1"' in client.get(address).content.decode()
    missing = post(spread="pedigree", pedigree_reliability="2")
    assert missing.status_code == 422 and missing.content.decode().count("Choose a score") >= 4
    assert "Enter the geometric standard deviation" in post(spread="gsd").content.decode()
    scores = dict(
        zip(
            ("reliability", "completeness", "temporal", "geographical", "technological"), "12345", strict=True
        )
    )
    assert (
        post(spread="pedigree", basic="0.01", **{f"pedigree_{k}": v for k, v in scores.items()}).status_code
        == 302
    )
    line.refresh_from_db()
    assert line.uncertainty == {"pedigree": [1, 2, 3, 4, 5], "basic": "0.01"}
    again = calculated(editor, inventory, ["cn-miit-551"])[0]
    shown = page(client_of(editor, "zh-hans"), "lca:uncertainty", again.pk)
    assert "1, 2, 3, 4, 5" in shown and "已声明" in shown
    assert assessments.assessment_of(again).origins["amount"]["stated"] > 0
    assert post().status_code == 302
    line.refresh_from_db()
    assert line.uncertainty == {}


def test_a_spread_that_is_none_is_refused_by_the_service(editor: Actor, done: Calculation) -> None:
    process = done.revision.inventory.processes.get(code="cell")
    for wrong in ({"gsd": "0.5"}, {"pedigree": [1, 2]}, {"sd": "1"}, {"gsd": "1e999"}):
        with pytest.raises(Problems) as caught, transaction.atomic():
            inventories.save_exchange(
                actor=editor,
                process=process,
                kind="material",
                name_zh="x",
                amount=1,
                unit="kg",
                uncertainty=wrong,  # type: ignore[arg-type]
            )
        assert [item.code for item in caught.value.items] == ["UNCERTAINTY"]


def test_the_workbook_has_interval_runs_and_inputs(editor: Actor, done: Calculation) -> None:
    run = drawn(editor, done)
    for language, title in (("en", "Uncertainty"), ("zh-hans", "不确定性")):
        response = client_of(editor, language).get(reverse("lca:result_xlsx", args=[done.pk]))
        book = load_workbook(io.BytesIO(response.content), read_only=True)
        values = {row[0]: row[1] for row in book[title].iter_rows(values_only=True)}
        numbers = [value for value in values.values() if isinstance(value, float)]
        for figure in (run.outcome["percentiles"]["97.5"], assessments.assessment_of(done).interval.low):
            assert any(number == pytest.approx(figure, rel=1e-12) for number in numbers)
        rows = list(book[book.sheetnames[-1]].iter_rows(values_only=True))
        assert sum(row[7] for row in rows[1:]) == pytest.approx(1)


def test_queries_do_not_grow_with_runs(editor: Actor, done: Calculation) -> None:
    client = client_of(editor, "en")
    drawn(editor, done, draws=1000)
    page(client, "lca:uncertainty", done.pk)
    with CaptureQueriesContext(connection) as few:
        page(client, "lca:uncertainty", done.pk)
    for seed in (1, 2, 3):
        uncertainty.request_run(actor=editor, calculation=done, draws=1000, seed=seed)
    with CaptureQueriesContext(connection) as many:
        page(client, "lca:uncertainty", done.pk)
    assert len(many) == len(few)


def test_the_api_gives_interval_and_runs(editor: Actor, done: Calculation) -> None:
    client = token_client(editor)
    address = reverse("api:uncertainty", args=[done.pk])
    body = client.get(address).json()
    assert body["first_order"]["low"] < body["total"] < body["first_order"]["high"]
    assert body["runs"] == [] and sum(row["share"] for row in body["inputs"]) == pytest.approx(1)
    started = client.post(address, {"draws": 1000}, content_type="application/json")
    assert started.status_code == 202 and started.json()["state"] == "pending"
    run = UncertaintyRun.objects.get()
    run_job(run.job_id)  # type: ignore[arg-type]
    found = client.get(reverse("api:uncertainty_run", args=[done.pk, run.pk])).json()
    assert found["outcome"]["percentiles"]["50"] > 0 and found["outcome_sha256"]
    assert client.post(address, {"draws": 10}, content_type="application/json").status_code == 400
    rival = token_client(factories.person(factories.organisation("maker")))
    assert rival.get(address).status_code == 404
    assert rival.get(reverse("api:uncertainty_run", args=[done.pk, run.pk])).status_code == 404


def test_a_module_is_assessed_per_declared_unit() -> None:
    supplier = factories.person(factories.organisation("supplier"))
    module = calculated(supplier, module_inventory(supplier), ["eu-cfb-ev"])[0]
    low = assessments.assessment_of(module).interval.low
    scale = module.ledger["totals"]["per_unit"] / module.ledger["total"]
    shown = page(client_of(supplier, "en"), "lca:uncertainty", module.pk)
    assert f"{low * scale:.4f}" in shown
