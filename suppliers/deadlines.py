"""Days of the supply chain for the calendar: answers that are due, and the end of results' validity."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.notices.deadlines import Deadline, register_deadlines
from lca.models import Exchange
from lca.selectors import results_for
from suppliers.models import DataRequest
from suppliers.selectors import requests_inbox, requests_outbox
from suppliers.workflow import FILLING


def _request(row: DataRequest, *, mine: bool) -> Deadline:
    other = row.buyer.name if mine else row.supplier.name
    path = reverse("suppliers:request_detail", args=[row.number])
    return Deadline(
        row.due_on, "request" if mine else "awaited", row.number, f"{row.number} · {other}", path, mine=mine
    )


@register_deadlines
def answers_due(actor: Actor) -> Iterator[Deadline]:
    """Requests that wait for the actor's answer, and those whose answer the actor waits for (its own to give, where it
    answers for a supplier that it manages)."""
    for row in requests_inbox(actor).filter(state__in=FILLING):
        yield _request(row, mine=True)
    for row in requests_outbox(actor).filter(state__in=FILLING):
        yield _request(row, mine=row.managed)


@register_deadlines
def results_end(actor: Actor) -> Iterator[Deadline]:
    """The last day of results that the actor published, and of others' results that its inventories use."""
    if actor.organisation_id is None:
        return
    rows = results_for(actor).filter(valid_until__gte=clock.today(), superseded_by__isnull=True)
    used = set(
        Exchange.objects.filter(
            process__inventory__organisation_id=actor.organisation_id, result__isnull=False
        ).values_list("result_id", flat=True)
    )
    for row in rows:
        mine = row.organisation_id == actor.organisation_id or row.entered_by_id == actor.organisation_id
        if not mine and row.pk not in used:
            continue
        path = reverse("suppliers:result_detail", args=[row.pk])
        what = "result" if mine else "used_result"
        label = f"{row.product} v{row.version}" + ("" if mine else f" · {row.organisation.name}")
        yield Deadline(row.valid_until, what, str(row.series), label, path)
