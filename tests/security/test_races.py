"""Two at once: nobody waits for somebody who waits for him, and the second of two clicks finds what the first made."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from carbonfoot.audit.services import record
from carbonfoot.jobs import services as jobs
from carbonfoot.jobs.models import Job
from carbonfoot.problems import Problems
from declarations.models import Pack, Plant, QualityPlan
from declarations.services import packs, plans
from lca.models import PublishedResult
from lca.services import results
from suppliers.models import SupplierLink
from suppliers.services import links
from tests.declarations import build
from tests.support import factories as make

pytestmark = pytest.mark.django_db(transaction=True)


def together(first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
    """What two calls give or raise, each on a connection of its own, started at once."""
    outcomes: list[Any] = [None, None]
    gate = threading.Barrier(2, timeout=30)

    def run(index: int, call: Callable[[], Any]) -> None:
        try:
            gate.wait()
            outcomes[index] = call()
        except Exception as error:
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate((first, second))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return outcomes


def holding(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str
) -> tuple[threading.Event, threading.Event]:
    """Halts ``module.name`` on its way to the log: (it has arrived, it may go on)."""
    arrived, go_on = threading.Event(), threading.Event()
    original = getattr(module, name)

    def halted(*args: Any, **kwargs: Any) -> Any:
        arrived.set()
        go_on.wait(3)
        return original(*args, **kwargs)

    monkeypatch.setattr(module, name, halted)
    return arrived, go_on


def _log(actor: Any, arrived: threading.Event, go_on: threading.Event) -> None:
    arrived.wait(30)
    with transaction.atomic():
        record(actor=actor, verb="credential.used", obj=actor.organisation)
    go_on.set()


def test_a_plan_and_another_event_of_the_maker(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event names its organisation: while somebody numbers a plan, others of the maker go on writing events."""
    maker = build.maker()
    arrived, go_on = holding(monkeypatch, plans, "record")
    outcome = together(
        lambda: plans.create_plan(actor=maker.editor, title="方案"),
        lambda: _log(maker.approver, arrived, go_on),
    )
    assert isinstance(outcome[0], QualityPlan), outcome
    assert outcome[1] is None, outcome


def test_a_verified_footprint_and_another_event_of_the_supplier(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same while a result is published."""
    import datetime as dt

    supplier = make.person(make.organisation("supplier"))
    arrived, go_on = holding(monkeypatch, results, "_store")
    outcome = together(
        lambda: results.publish_level0(
            actor=supplier,
            organisation=supplier.organisation,  # type: ignore[arg-type]
            scores={"cn-miit-551": {"materials": "1.5"}},
            period_from=dt.date(2025, 1, 1),
            period_to=dt.date(2025, 12, 31),
            product_zh="示例",
            module_type="cathode",
            declared_unit="kg",
            valid_until=dt.date(2027, 12, 31),
            verified={"body": "示例", "report": "R-1", "date": "2026-01-01"},
        ),
        lambda: _log(supplier, arrived, go_on),
    )
    assert isinstance(outcome[0], PublishedResult), outcome
    assert outcome[1] is None, outcome


def _one_of_each(outcome: list[Any], made: type[Any]) -> None:
    assert sorted(type(item).__name__ for item in outcome) == sorted([made.__name__, "Problems"]), outcome


def test_two_clicks_on_a_new_pack() -> None:
    """One pack; the other click is told that there is one."""
    maker = build.maker()
    facts = build.facts()

    def make_pack() -> Pack:
        return packs.create_pack(actor=maker.editor, year=2025, **facts)

    _one_of_each(together(make_pack, make_pack), Pack)


def test_two_clicks_on_a_new_plant() -> None:
    """The same for a plant."""
    maker = build.maker()

    def make_plant() -> Plant:
        return packs.add_plant(actor=maker.editor, name="示例一厂", province="320000")

    for _ in range(3):
        _one_of_each(together(make_plant, make_plant), Plant)
        Plant.objects.all().delete()


def test_two_clicks_on_a_new_supplier() -> None:
    """One organisation behind one credit code, whoever was first."""
    maker = build.maker()

    def add() -> SupplierLink:
        return links.add_supplier(
            actor=maker.editor, mode="managed", name_zh="示例石墨", uscc="91320000MA1DEMO01X"
        )

    outcome = together(add, add)
    assert {type(item).__name__ for item in outcome} <= {"SupplierLink", "Problems"}, outcome
    assert SupplierLink.objects.count() == 1


def test_a_credit_code_of_somebody_who_is_no_supplier() -> None:
    """A code that a verification body holds cannot be given to a supplier: a problem, not a crash."""
    maker = build.maker()
    make.organisation("verifier", uscc="91320000MA1DEMO02X")
    with pytest.raises(Problems):
        links.add_supplier(actor=maker.editor, mode="managed", name_zh="示例核查", uscc="91320000MA1DEMO02X")


def test_a_job_cancelled_while_a_worker_takes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker has read the row, the person cancels, the worker goes on: the job stays cancelled and does not run."""
    maker = build.maker()
    with transaction.atomic():
        job = jobs.enqueue(actor=maker.editor, kind="lca.calculate", args={"calculations": []}, key="race")
    Job.objects.filter(pk=job.pk).update(state="published")
    original = Job.refresh_from_db
    cancelled: list[bool] = []

    def refresh(self: Job, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        if not cancelled:
            cancelled.append(True)
            jobs.cancel(actor=maker.editor, job=self)

    monkeypatch.setattr(Job, "refresh_from_db", refresh)
    assert jobs.run_job(job.pk) == "cancelled"
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("cancelled", 0)
