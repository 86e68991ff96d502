"""What the job panel says: which step of how many, how long, may I leave, and what a failure left unchanged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from carbonfoot import clock
from carbonfoot.jobs.models import Job, JobState
from carbonfoot.jobs.registry import message_text
from carbonfoot.ui.dates import format_seconds

# kind of job -> (its name when the row has no label, what a failure left unchanged)
_KINDS: dict[str, tuple[Any, Any]] = {}


def describe(kind: str, name: Any, unchanged: Any = "") -> None:
    """Tell the job panel how to name a kind of job, and what to say about the data when it fails. Lazy texts."""
    _KINDS[kind] = (name, unchanged)


@dataclass(frozen=True)
class JobView:
    """A job, in words of the active language."""

    id: str
    title: str
    state: str
    text: str
    percent: int | None
    took: str
    is_open: bool
    failed: bool
    url: str
    cancel_url: str
    poll: str
    number: str
    unchanged: str = ""
    problems: list[dict[str, str]] = field(default_factory=list)


def _text(job: Job) -> str:
    if job.state == JobState.RUNNING and job.message:
        message = message_text(job.message, job.message_params)
        if job.steps:
            return _("%(message)s, step %(step)d of %(steps)d") % {
                "message": message,
                "step": min(job.step + 1, job.steps),
                "steps": job.steps,
            }
        return message
    if job.state == JobState.QUEUED and job.attempts:
        return _("Interrupted; starts again by itself")
    if job.state == JobState.FAILED:
        if job.problems:
            return _("Not finished: there is something to mend")
        if job.crash == "attempts":
            return _("Not finished: interrupted %(count)d times") % {"count": job.attempts}
        return _("Not finished: an error of this site. It has been logged under %(reference)s") % {
            "reference": job.crash or job.pk.hex[:10]
        }
    return str(JobState(job.state).label)


def job_view(job: Job | JobView, reverse_url: Callable[..., str] = reverse) -> JobView:
    """The view of a job row; a view stays as it is."""
    if isinstance(job, JobView):
        return job
    name, unchanged = _KINDS.get(job.kind, ("", ""))
    started = job.started_at or job.created_at
    seconds = ((job.finished_at or clock.now()) - started).total_seconds()
    over = job.state in (JobState.FAILED, JobState.CANCELLED)
    return JobView(
        id=str(job.pk),
        title=str(job.label or name or job.kind),
        state=job.state,
        text=_text(job),
        percent=job.percent
        if job.is_open and job.steps
        else (100 if job.state == JobState.SUCCEEDED else None),
        took=format_seconds(max(seconds, 0)) if job.started_at else "",
        is_open=job.is_open,
        failed=job.state == JobState.FAILED,
        url=reverse_url("jobs:detail", args=[job.pk]),
        cancel_url=reverse_url("jobs:cancel", args=[job.pk]),
        # a short job is watched closely; a long one need not be
        poll="1s" if seconds < 20 else "4s",
        number=f"J-{job.pk.hex[:8]}",
        unchanged=str(unchanged or _("Your data have not been changed.")) if over else "",
        problems=list(job.problems or []),
    )
