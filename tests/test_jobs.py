"""Long work: asked for once, run to its end whatever dies in between, run twice never to effect."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest
from django.core.cache import cache
from django.db import connections, transaction

import tests.support.jobs
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation, User
from carbonfoot.accounts.roles import Role
from carbonfoot.jobs.models import Job, JobState
from carbonfoot.jobs.services import cancel, enqueue, publish, run_job, sweep
from tests.support.worker import BASE, Worker, database_url, running, wait_until

HANDLERS = tests.support.jobs.__name__


def _actor() -> Actor:
    organisation = Organisation.objects.create(code="jobs", kind="maker", name_zh="示例", name_en="Example")
    user = User.objects.create_user("jobs@example.test", name="jobs")
    return Actor(user=user, organisation=organisation, role=Role.EDITOR)


def _enqueue(kind: str, key: str = "k", actor: Actor | None = None, **args: object) -> Job:
    with transaction.atomic():
        return enqueue(actor=actor or _actor(), kind=kind, args=args, key=key)


@pytest.mark.django_db(transaction=True)
def test_real_worker_runs_a_job() -> None:
    """From the outbox over Valkey to a worker process and back into the row."""
    actor = _actor()
    with running(modules=HANDLERS):
        job = _enqueue("test.echo", actor=actor, x=1)
        wait_until(lambda: Job.objects.get(pk=job.pk).state == JobState.SUCCEEDED)
    assert Job.objects.get(pk=job.pk).result == {"echo": {"x": 1}, "organisation": actor.organisation_id}


@pytest.mark.django_db(transaction=True)
def test_killed_worker_loses_nothing() -> None:
    """SIGKILL in the middle: the sweeper sees the lock gone, another worker finishes."""
    first = Worker(modules=HANDLERS)
    job = _enqueue("test.slow")
    wait_until(lambda: Job.objects.get(pk=job.pk).step == 1)
    assert sweep()["requeued"] == 0, "a job with a living worker is left alone"
    first.kill()
    wait_until(lambda: sweep()["requeued"] == 1)
    with running(modules=HANDLERS, beat=True):
        wait_until(lambda: Job.objects.get(pk=job.pk).state == JobState.SUCCEEDED)
    assert Job.objects.get(pk=job.pk).result == {"attempt": 2}


ENQUEUE = """
import tests.support.jobs
from django.db import transaction
from carbonfoot.accounts.actor import site_actor
from carbonfoot.jobs.services import enqueue
with transaction.atomic():
    enqueue(actor=site_actor(), kind="test.echo", args={}, key="no-broker")
"""


@pytest.mark.django_db(transaction=True)
def test_dead_broker_keeps_the_job() -> None:
    """Without a broker the request still succeeds; the sweeper publishes when the broker is back."""
    environment = {**os.environ, "DATABASE_URL": database_url(), "REDIS_URL": "redis://127.0.0.1:1/0"}
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", ENQUEUE],
        cwd=BASE,
        env=environment,
        check=True,
        timeout=60,
    )
    job = Job.objects.get(key="no-broker")
    assert job.state == JobState.QUEUED
    assert sweep()["published"] == 1
    with running(modules=HANDLERS):
        wait_until(lambda: Job.objects.get(pk=job.pk).state == JobState.SUCCEEDED)


@pytest.mark.django_db(transaction=True)
def test_double_click_is_one_job() -> None:
    """Twenty concurrent requests for the same work are one row."""
    actor, found, barrier = _actor(), set(), threading.Barrier(20)

    def click() -> None:
        barrier.wait()
        found.add(_enqueue("test.echo", key="same", actor=actor).pk)
        connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == Job.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_running_again_has_no_effect() -> None:
    """A job delivered three times runs once."""
    job = _enqueue("test.echo")
    assert [run_job(job.pk) for _ in range(3)] == [JobState.SUCCEEDED] * 3
    assert cache.get("test-runs") == 1


@pytest.mark.django_db(transaction=True)
def test_expected_failure_tells_the_person() -> None:
    """Problems end in the row, once, without another try."""
    job = _enqueue("test.expected")
    assert run_job(job.pk) == JobState.FAILED
    job.refresh_from_db()
    assert (job.problems[0]["code"], job.attempts) == ("T-1", 1)


@pytest.mark.django_db(transaction=True)
def test_crash_is_tried_again_and_tells_no_detail() -> None:
    """Three tries, then failed; the row has a reference and nothing of the traceback."""
    job = _enqueue("test.crash")
    assert [run_job(job.pk) for _ in range(3)] == [JobState.QUEUED, JobState.QUEUED, JobState.FAILED]
    job.refresh_from_db()
    assert job.attempts == 3
    assert job.crash
    assert "secret" not in str(Job.objects.values().get())


@pytest.mark.django_db(transaction=True)
def test_cancel() -> None:
    """A waiting job ends at once, a running one at its next report."""
    actor = _actor()
    waiting = _enqueue("test.echo", actor=actor)
    cancel(actor=actor, job=waiting)
    assert run_job(waiting.pk) == JobState.CANCELLED
    assert run_job(_enqueue("test.cancel", actor=actor).pk) == JobState.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_publish_marks_the_row() -> None:
    """Published means: a worker will be told."""
    job = _enqueue("test.echo")
    job.refresh_from_db()
    assert job.state == JobState.PUBLISHED
    assert publish(job.pk)
