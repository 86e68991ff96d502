"""Job handlers for tests; imported by test processes and by their workers."""

from __future__ import annotations

import time
from typing import Any

from django.core.cache import cache

from carbonfoot.jobs.registry import JobContext, job_handler
from carbonfoot.problems import problem


@job_handler("test.echo")
def echo(ctx: JobContext) -> dict[str, Any]:
    """Gives back what it was given, and counts its runs."""
    cache.add("test-runs", 0)
    cache.incr("test-runs")
    return {"echo": ctx.args, "organisation": ctx.actor.organisation_id}


@job_handler("test.slow")
def slow(ctx: JobContext) -> dict[str, Any]:
    """The first run hangs until it is killed; a later one ends at once."""
    cache.add("test-slow", 0)
    if cache.incr("test-slow") == 1:
        ctx.progress(1, 2, "started")
        time.sleep(120)
    return {"attempt": ctx.job.attempts}


@job_handler("test.expected")
def expected(ctx: JobContext) -> dict[str, Any]:
    """Fails in a way that a person can mend."""
    raise problem("T-1", "mend it")


@job_handler("test.crash")
def crash(ctx: JobContext) -> dict[str, Any]:
    """Fails like a fault in the program."""
    raise ZeroDivisionError("secret detail")


@job_handler("test.cancel")
def cancellable(ctx: JobContext) -> dict[str, Any]:
    """Asks itself to stop and reports progress."""
    type(ctx.job).objects.filter(pk=ctx.job.pk).update(cancel_requested=True)
    ctx.progress(1, 2, "started")
    raise AssertionError("not reached")
