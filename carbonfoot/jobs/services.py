"""Starting, running, cancelling and sweeping jobs.

The row is written in the caller's transaction (outbox) and published after commit. What the broker loses, or what a
killed worker leaves, the sweeper finds: a running job holds a session-level advisory lock on its worker's connection,
and PostgreSQL releases it the moment that connection dies. So a job whose lock is free has no worker.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery import current_app
from django.db import IntegrityError, connection, transaction
from django.utils import translation

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor, from_reference
from carbonfoot.jobs.models import OPEN_STATES, Job, JobState
from carbonfoot.jobs.registry import RUN_TASK, JobCancelled, JobContext, end_hook, failure_hooks, handler_of
from carbonfoot.problems import Problems

log = logging.getLogger(__name__)
REPUBLISH_AFTER = dt.timedelta(seconds=60)
BACKOFF_SECONDS = (0, 5, 30)


def enqueue(*, actor: Actor, kind: str, args: dict[str, Any], key: str, label: str = "") -> Job:
    """Ask for long work. Returns the open job with the same ``key`` if there is one, so a double click starts one job.

    Must run inside the transaction of what asks for the work; it is published when that commits.
    """
    handler_of(kind)  # a kind without a handler must fail here, not in a worker
    fields = {
        "kind": kind,
        "args": args,
        "label": label,
        "organisation": actor.organisation,
        "actor": actor.as_reference(),
    }
    job = _open_job(key, fields) or _open_job(key, fields)
    if job is None:  # twice in a row one ended between two statements
        return Job.objects.get(key=key, state__in=OPEN_STATES)
    return job


def _open_job(key: str, fields: dict[str, Any]) -> Job | None:
    """A new job with this key, or the open one; None if that one ended just now."""
    try:
        with transaction.atomic():
            job = Job.objects.create(key=key, **fields)
    except IntegrityError:
        return Job.objects.filter(key=key, state__in=OPEN_STATES).first()
    transaction.on_commit(lambda: publish(job.pk))
    return job


def publish(job_id: uuid.UUID) -> bool:
    """Hand a queued job to the broker. A dead broker is no error: the sweeper tries again."""
    try:
        current_app.send_task(RUN_TASK, args=(str(job_id),))
    except Exception as error:  # whatever the transport raises
        log.warning("job %s not published: %s", job_id, type(error).__name__)
        return False
    Job.objects.filter(pk=job_id, state=JobState.QUEUED).update(
        state=JobState.PUBLISHED, published_at=clock.now()
    )
    return True


@contextmanager
def _worker_lock(job: Job) -> Iterator[bool]:
    """Hold the job's advisory lock on this connection; yields False when another worker has it."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s)", [job.lock_key()])
        row = cursor.fetchone()
    held = bool(row and row[0])
    try:
        yield held
    finally:
        if held and connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s)", [job.lock_key()])


def run_job(job_id: uuid.UUID | str) -> str:
    """Run one job to its end in this process; safe to call any number of times. Returns the state it left."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None or not job.is_open:
        return job.state if job else "gone"
    with _worker_lock(job) as held:
        if not held:
            return "elsewhere"
        job.refresh_from_db()
        if job.state not in OPEN_STATES:
            return job.state
        if job.cancel_requested:
            return _end(job, JobState.CANCELLED)
        if job.attempts >= job.max_attempts:
            return _end(job, JobState.FAILED, crash="attempts")
        # In one statement: a job that is cancelled at this very moment stays cancelled.
        moment = clock.now()
        claimed = Job.objects.filter(pk=job.pk, state__in=OPEN_STATES).update(
            attempts=job.attempts + 1, state=JobState.RUNNING, started_at=moment, progressed_at=moment
        )
        job.refresh_from_db()
        if not claimed:
            return job.state
        actor = from_reference(job.actor)
        try:
            with translation.override(actor.language):
                result = handler_of(job.kind)(JobContext(job=job, actor=actor, args=job.args))
        except Problems as failure:
            with translation.override(actor.language):
                return _end(job, JobState.FAILED, problems=[item.as_dict() for item in failure.items])
        except JobCancelled:
            return _end(job, JobState.CANCELLED)
        except Exception:
            reference = uuid.uuid4().hex[:10]
            log.exception("job %s (%s) crashed, reference %s", job.pk, job.kind, reference)
            if job.attempts < job.max_attempts:
                Job.objects.filter(pk=job.pk).update(
                    state=JobState.QUEUED, crash=reference, published_at=None
                )
                return JobState.QUEUED
            return _end(job, JobState.FAILED, crash=reference)
        return _end(job, JobState.SUCCEEDED, result=result or {})


@transaction.atomic
def _end(job: Job, state: JobState, **fields: Any) -> str:
    Job.objects.filter(pk=job.pk).update(state=state, finished_at=clock.now(), **fields)
    job.refresh_from_db()
    hook = end_hook(job.kind)
    if hook is not None and state != JobState.SUCCEEDED:
        hook(job)
    if state == JobState.FAILED:
        for told in failure_hooks():
            told(job)
    return state


def sweep() -> dict[str, int]:
    """Republish what waits too long and requeue what a dead worker left. Runs every few seconds."""
    moment = clock.now()
    counts = {"published": 0, "requeued": 0}
    for job in Job.objects.filter(state=JobState.RUNNING):
        with _worker_lock(job) as held:
            if held:  # nobody works on it; the row may have ended between the query and the lock
                freed = Job.objects.filter(pk=job.pk, state=JobState.RUNNING).update(
                    state=JobState.QUEUED, published_at=None
                )
                counts["requeued"] += freed
    stale = Job.objects.filter(state=JobState.PUBLISHED, published_at__lt=moment - REPUBLISH_AFTER)
    counts["requeued"] += stale.update(state=JobState.QUEUED, published_at=None)
    for job in Job.objects.filter(state=JobState.QUEUED).order_by("created_at")[:200]:
        wait = BACKOFF_SECONDS[min(job.attempts, len(BACKOFF_SECONDS) - 1)]
        if job.progressed_at and job.progressed_at > moment - dt.timedelta(seconds=wait):
            continue
        if not publish(job.pk):
            break  # the broker is away: the rest would fail as well
        counts["published"] += 1
    return counts


@transaction.atomic
def cancel(*, actor: Actor, job: Job) -> Job:
    """Ask a job to stop. A waiting job ends at once, a running one at its next progress report."""
    job = Job.objects.select_for_update().get(pk=job.pk)
    require(actor, "job.cancel", job)
    job.cancel_requested = True
    job.save(update_fields=["cancel_requested"])
    if job.state != JobState.RUNNING:
        _end(job, JobState.CANCELLED)
    return job
