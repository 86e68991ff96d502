"""Workers, connections and the broker die at every step: nothing lost, nothing half, nothing twice, the log intact.

`CUT_EVERY=1` cuts the connection at each single statement of a submission instead of at every few; that takes minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
import pytest
from django.db import Error, connection, transaction

from carbonfoot import clock
from carbonfoot.audit.models import AuditEvent, Signature
from carbonfoot.audit.services import verify
from carbonfoot.jobs.models import Job, JobState
from carbonfoot.jobs.services import run_job, sweep
from declarations.models import Declaration, Receipt, ReportFile
from declarations.reports.services import request_report
from declarations.services import declarations, packs
from lca.models import Calculation
from suppliers.models import SupplierLink, Upload
from suppliers.services.requests import create_request
from suppliers.services.uploads import receive_upload
from tests.declarations import build
from tests.support import factories
from tests.support.workbooks import as_file, filled
from tests.support.worker import BASE, Worker, database_url, running, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
CUT_EVERY = int(os.environ.get("CUT_EVERY", "12"))


@contextmanager
def another() -> Iterator[Any]:
    """A connection of somebody else."""
    held = psycopg2.connect(database_url())
    try:
        yield held.cursor()
    finally:
        held.close()


class Cut:
    """Ends this process's connection at the statement with the number ``at``: before it, or after it was executed."""

    def __init__(self, at: int, *, after: bool = False) -> None:
        self.at, self.after, self.number = at, after, 0

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        """Pass statements on until it is time."""
        self.number += 1
        if self.number != self.at:
            return execute(sql, *rest)
        result = execute(sql, *rest) if self.after else None
        with another() as other:
            other.execute("select pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
        return result if self.after else execute(sql, *rest)


def statements_of_submit(of: build.Maker, row: Declaration) -> int:
    """How many statements a submission is; taken back."""
    counter = Cut(0)
    with transaction.atomic(), connection.execute_wrapper(counter):
        declarations.submit(actor=of.approver, declaration=row)
        transaction.set_rollback(True)
    return counter.number - 2  # the savepoint around it is begun and released


def submit_cut(of: build.Maker, row: Declaration, cut: Cut) -> None:
    """Submit and lose the connection on the way."""
    with pytest.raises(Error), connection.execute_wrapper(cut):
        declarations.submit(actor=of.approver, declaration=row)
    connection.close()


def test_connection_lost_at_any_step_of_submitting() -> None:
    """Before the commit nothing of it is there; after it the client that asks again gets the same receipt."""
    of, _verifier, row = build.verified()
    length = statements_of_submit(of, row)
    for at in (*range(1, length, CUT_EVERY), length):
        submit_cut(of, row, Cut(at))
    submit_cut(of, row, Cut(length, after=True))  # all is written, and the commit does not arrive
    row.refresh_from_db()
    assert row.state == "verified"
    assert not Receipt.objects.exists()
    assert not AuditEvent.objects.filter(verb="declaration.submitted").exists()
    receipt = declarations.submit(actor=of.approver, declaration=row)
    with another() as other:  # the answer is lost on its way to the client
        other.execute("select pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    connection.close()
    again = declarations.submit(actor=of.approver, declaration=row)
    assert (again.pk, again.number) == (receipt.pk, f"RC-{clock.today().year}-000001")
    assert Signature.objects.count() == 1
    assert list(verify()) == []


def asked_for_everything() -> tuple[Upload, ReportFile, list[Calculation]]:
    """An upload to be checked, a report to be written, calculations to be made: three jobs of three kinds."""
    of, row = build.frozen()
    supplier = factories.person(factories.organisation("supplier"))
    assert supplier.organisation is not None
    SupplierLink.objects.create(buyer=of.organisation, supplier=supplier.organisation)
    request = create_request(
        actor=of.editor,
        supplier=supplier.organisation,
        part_zh="电解液",
        module_type="electrolyte",
        declared_unit="kg",
        year=clock.today().year - 1,
        due_on=clock.today(),
    )
    upload = receive_upload(
        actor=supplier, request=request, file=as_file(filled(request), "answer.xlsx"), filename="answer.xlsx"
    )
    report = request_report(actor=of.editor, declaration=row, kind="pdf", language="zh")
    fresh = build.pack(of, model="LFP-200", gbt34014="001PE0ABCDEFZZ")
    return upload, report, packs.calculate(actor=of.editor, pack=fresh)


def blocked() -> int:
    """How many connections wait for a lock of another."""
    with another() as other:
        other.execute(
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        )
        return int(other.fetchone()[0])


def test_worker_killed_while_calculating_reporting_and_checking() -> None:
    """Each of three children is killed between its work and its commit; another worker does each once."""
    upload, report, calculations = asked_for_everything()
    kinds = {job.kind for job in Job.objects.filter(state__in=("queued", "published"))}
    assert {"suppliers.check_upload", "declarations.report", "lca.calculate"} <= kinds
    # Whoever holds the head of the log holds every writer just before its commit.
    with another() as holder:
        holder.execute("select 1 from audit_audithead where id = 1 for update")
        first = Worker(children=3)
        try:
            wait_until(lambda: blocked() == 3)
        finally:
            first.kill()
    assert (
        not AuditEvent.objects.filter(verb__in=("upload.checked", "report.written", "calculation.done"))
        .filter(object_id__in=[str(upload.pk), *(str(row.pk) for row in calculations)])
        .exists()
    )
    assert ReportFile.objects.get(pk=report.pk).done_at is None
    wait_until(lambda: sweep()["requeued"] >= 0 and not Job.objects.filter(state=JobState.RUNNING).exists())
    with running(children=3, beat=True):
        wait_until(lambda: not Job.objects.exclude(state=JobState.SUCCEEDED).exists())
    for verb, key in (("upload.checked", upload.pk), *(("calculation.done", row.pk) for row in calculations)):
        assert AuditEvent.objects.filter(verb=verb, object_id=str(key)).count() == 1, verb
    assert AuditEvent.objects.filter(verb="report.written").count() == 1
    assert Upload.objects.get(pk=upload.pk).state == "ready"
    assert list(verify()) == []


WITHOUT_BROKER = """
from carbonfoot.accounts.actor import for_membership
from carbonfoot.accounts.models import Membership
from declarations.models import Declaration, Pack
from declarations.reports.services import request_report
from declarations.services import declarations, packs
row = Declaration.objects.get(state="verified")
editor, approver = (for_membership(Membership.objects.get(organisation=row.organisation, role=role))
                    for role in ("editor", "approver"))
request_report(actor=editor, declaration=row, kind="json", language="zh")
packs.calculate(actor=editor, pack=Pack.objects.get(model="LFP-200"))
print(declarations.submit(actor=approver, declaration=row).number)
"""


def test_broker_dead_at_every_request() -> None:
    """A submission needs no broker; a report and a calculation wait in the database until it is back."""
    of, _verifier, _row = build.verified()
    build.pack(of, model="LFP-200", gbt34014="001PE0ABCDEFZZ")
    environment = {**os.environ, "DATABASE_URL": database_url(), "REDIS_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", WITHOUT_BROKER],
        cwd=BASE, env=environment, check=True, timeout=120, capture_output=True, text=True,
    )  # fmt: skip
    assert Receipt.objects.get().number in done.stdout
    jobs = list(Job.objects.exclude(state=JobState.SUCCEEDED))
    assert {job.state for job in jobs} == {JobState.QUEUED}
    assert len(jobs) == 2
    assert sweep()["published"] >= 2
    assert {run_job(job.pk) for job in jobs} == {JobState.SUCCEEDED}
    assert ReportFile.objects.get().done_at is not None
    assert list(verify()) == []
