"""Giving a request that was sent another due date: both sides have it on record, and the supplier is told."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector
from suppliers.models import DataRequest, ReminderStep, RequestNote
from suppliers.services.mail import announce
from suppliers.services.reminders import ladders
from suppliers.services.requests import TEXT_MAX, lock, readers_of


@transaction.atomic
def change_due(*, actor: Actor, request: DataRequest, due_on: dt.date, text: str = "") -> DataRequest:
    """Give an unanswered request another due date, with words to the supplier if there are any.

    The ladder of reminders begins anew with the new date; rungs that lie in the past by then are passed over, since the
    mail of the change has just gone out. Raises AccessDenied in another state, Problems when the date lies in the past
    or is the one that the request has.
    """
    request = lock(actor, request)
    require(actor, "request.change_due", request)
    text = text.strip()
    found = Collector()
    if due_on < clock.today():
        found.add("REQ-DUE", _("The date lies in the past."), field="due_on", value=due_on.isoformat())
    elif due_on == request.due_on:
        found.add("REQ-DUE-SAME", _("This is the due date already."), field="due_on", value=str(due_on))
    if len(text) > TEXT_MAX:
        found.add("REQ-TEXT-LONG", _("At most 4,000 characters."), field="text")
    found.done()
    before, request.due_on, request.changed_at = request.due_on, due_on, clock.now()
    request.save(update_fields=["due_on", "changed_at"])
    _pass_over(request)
    note = None
    if text:
        note = RequestNote.objects.create(
            request=request,
            kind=RequestNote.Kind.COMMENT,
            organisation=actor.organisation,
            user=actor.user,
            text=text,
        )
    record(
        actor=actor,
        verb="request.due_changed",
        obj=request,
        data={"before": before.isoformat(), "due_on": due_on.isoformat()},
        readers=readers_of(request),
    )
    announce(actor, request, "due_changed", note=note)
    return request


def _pass_over(request: DataRequest) -> None:
    """Take the rungs that have come by today for the new date, so that no reminder follows on the heels of the mail."""
    days = (clock.today() - request.due_on).days
    ReminderStep.objects.bulk_create(
        [
            ReminderStep(request=request, due_on=request.due_on, offset=offset)
            for offset in ladders([request.buyer_id])[request.buyer_id].offsets()
            if offset <= days
        ],
        ignore_conflicts=True,
    )
