"""The only Celery tasks: run a job, sweep the outbox, run what is scheduled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery import shared_task
from django.db import close_old_connections
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from carbonfoot.jobs import services
from carbonfoot.jobs.registry import RUN_TASK, progress_messages

# Dotted names of functions without arguments; apps add their own in their ``tasks`` module.
_scheduled: list[str] = []

progress_messages({"started": _("Started")})


def schedule(function: Callable[[], Any]) -> Callable[[], Any]:
    """Have ``function`` called every five minutes by beat; it must be cheap when there is nothing to do."""
    _scheduled.append(f"{function.__module__}.{function.__qualname__}")
    return function


@shared_task(name=RUN_TASK)
def run(job_id: str) -> str:
    """Run the job with this key."""
    close_old_connections()
    return services.run_job(job_id)


@shared_task(name="carbonfoot.jobs.tasks.sweep")
def sweep() -> dict[str, int]:
    """See :func:`carbonfoot.jobs.services.sweep`."""
    close_old_connections()
    return services.sweep()


@shared_task(name="carbonfoot.jobs.tasks.run_scheduled")
def run_scheduled() -> None:
    """Call everything that :func:`schedule` registered."""
    close_old_connections()
    for name in _scheduled:
        import_string(name)()
