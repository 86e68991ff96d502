"""Monte Carlo runs: the same request once, paired, frozen, of one's own calculations only; pages in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from carbonfoot.accounts.access import AccessDenied
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from carbonfoot.jobs.services import run_job
from carbonfoot.problems import Problems
from lca import assessments, selectors
from lca.models import Calculation, CalculationState, UncertaintyRun
from lca.services import inventories, uncertainty
from tests.support import factories
from tests.support.inventories import calculated, pack_inventory

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> Actor:
    return factories.person(factories.organisation("maker"))


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
