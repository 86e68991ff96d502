"""Background work of the notices app: thin over services."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.actor import site_actor
from carbonfoot.jobs.registry import JobContext, job_handler, progress_messages
from carbonfoot.jobs.services import enqueue
from carbonfoot.jobs.tasks import schedule
from carbonfoot.notices import daily, mailing
from carbonfoot.notices.models import Delivery
from carbonfoot.ui.jobviews import describe

progress_messages({"notices.mailing": _("Sending mail"), "notices.looking": _("Looking for deadlines")})
describe("notices.mail", _("Mail of notices"))
describe("notices.daily", _("Deadlines and digests of the day"))


@job_handler("notices.mail")
def run_mail(ctx: JobContext) -> dict[str, Any]:
    """Mail what is to be mailed at once. A second run sends what the first did not."""
    return {"sent": mailing.send_at_once(lambda step, steps: ctx.progress(step, steps, "notices.mailing"))}


@job_handler("notices.daily")
def run_daily(ctx: JobContext) -> dict[str, Any]:
    """Tell of deadlines that come near, then send the digests of the day."""
    day = dt.date.fromisoformat(ctx.args["day"])
    ctx.progress(0, 1, "notices.looking")
    told = daily.tell_deadlines(day)
    sent = mailing.send_digests(day, lambda step, steps: ctx.progress(step, steps, "notices.mailing"))
    return {"deadlines": told, "digests": sent}


@schedule
def mail_at_once() -> None:
    """Start the mailing when something waits; one job at a time."""
    if mailing.waiting(Delivery.IMMEDIATE).exists():
        with transaction.atomic():
            enqueue(actor=site_actor(), kind="notices.mail", args={}, key="notices.mail")


@schedule
def begin_day() -> None:
    """Once a day, from eight in the morning in China."""
    daily.begin_day()
