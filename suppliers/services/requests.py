"""Asking a supplier for data, and everything that buyer and supplier then say to each other about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.audit.numbers import next_number
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector, Problems, problem
from suppliers.models import DataRequest, RequestNote, RequestState, SupplierLink
from suppliers.selectors import requests_for
from suppliers.services import attachments
from suppliers.services.mail import announce
from suppliers.workbook.choices import MODULE_TYPES
from suppliers.workbook.units import BY_SYMBOL
from suppliers.workflow import transition

FIRST_YEAR = 2015
TEXT_MAX = 4000
Kind = RequestNote.Kind


def lock(actor: Actor, request: DataRequest) -> DataRequest:
    """The request as it is now, locked until the transaction ends. DoesNotExist when the actor is no party of it.

    Nothing is joined: whoever waits for the lock gets the row as it is then, but joined rows as they were before.
    """
    return requests_for(actor).select_related(None).select_for_update().get(pk=request.pk)


def _line(text: str) -> str:
    return " ".join(text.split())


def _reason(text: str, field: str = "text") -> str:
    text = text.strip()
    if not text:
        raise problem(
            "REQ-REASON", _("Write the reason, so that the other side knows what to do."), field=field
        )
    if len(text) > TEXT_MAX:
        raise problem("REQ-TEXT-LONG", _("At most 4,000 characters."), field=field)
    return text


def _note(actor: Actor, request: DataRequest, kind: str, text: str) -> RequestNote:
    return RequestNote.objects.create(
        request=request, kind=kind, organisation=actor.organisation, user=actor.user, text=text
    )


def readers_of(request: DataRequest) -> list[Organisation]:
    """Who reads events of a request: both parties; a managed supplier has no account to read with."""
    return [request.buyer] if request.managed else [request.buyer, request.supplier]


def _record(actor: Actor, verb: str, request: DataRequest, **data: Any) -> None:
    record(
        actor=actor,
        verb=verb,
        obj=request,
        data={"state": request.state, **data},
        readers=readers_of(request),
    )


@transaction.atomic
def create_request(
    *,
    actor: Actor,
    supplier: Organisation,
    part_zh: str,
    part_en: str = "",
    module_type: str,
    declared_unit: str,
    year: int,
    due_on: dt.date,
    message: str = "",
    buyer_reference: str = "",
    invited: bool = False,
) -> DataRequest:
    """Ask one of the actor's suppliers for the footprint of a part per declared unit over a calendar year.

    ``invited``: the request goes with an invitation. It waits for the supplier, though nobody there has an account yet,
    and the mail of the invitation announces it. Raises Problems with everything that is wrong: the supplier, an empty
    part, an unknown type or unit, a year that is not over or too far back, a date in the past.
    """
    require(actor, "request.create")
    found = Collector()
    link = SupplierLink.objects.filter(buyer_id=actor.organisation_id, supplier=supplier).first()
    part_zh, part_en, buyer_reference = _line(part_zh), _line(part_en), _line(buyer_reference)
    if link is None:
        found.add(
            "REQ-SUPPLIER", _("This is not one of your suppliers."), field="supplier", mend=_("Add it first.")
        )
    if not part_zh:
        found.add("REQ-PART", _("Write which part the data are for."), field="part_zh")
    if max(len(part_zh), len(part_en)) > 160:
        found.add("REQ-PART-LONG", _("At most 160 characters."), field="part_zh")
    if module_type not in {choice.key for choice in MODULE_TYPES}:
        found.add("REQ-TYPE", _("Unknown type of part."), field="module_type", value=module_type)
    if declared_unit not in BY_SYMBOL:
        found.add("REQ-UNIT", _("Unknown unit."), field="declared_unit", value=declared_unit)
    if not FIRST_YEAR <= year <= clock.today().year:
        text = _("The year of data lies between 2015 and this year.")
        found.add("REQ-YEAR", text, field="year", value=str(year))
    if due_on < clock.today():
        found.add("REQ-DUE", _("The date lies in the past."), field="due_on", value=due_on.isoformat())
    if len(message) > TEXT_MAX:
        found.add("REQ-TEXT-LONG", _("At most 4,000 characters."), field="message")
    found.done()
    if link is None or actor.organisation is None:
        raise DataRequest.DoesNotExist
    request = DataRequest.objects.create(
        number=next_number("R"),
        buyer=actor.organisation,
        supplier=supplier,
        managed=link.mode == SupplierLink.Mode.MANAGED and not invited,
        part_zh=part_zh,
        part_en=part_en,
        module_type=module_type,
        declared_unit=declared_unit,
        year=year,
        due_on=due_on,
        message=message.strip(),
        buyer_reference=buyer_reference[:80],
        created_by=actor.user,
    )
    _record(
        actor, "request.created", request, part=part_zh, year=year, due_on=due_on, managed=request.managed
    )
    if not invited:
        announce(actor, request, "created")
    return request


@transaction.atomic
def open_request(*, actor: Actor, request: DataRequest) -> DataRequest:
    """The supplier has looked at it. Changes nothing after the first time, or when the buyer enters the data itself."""
    request = lock(actor, request)
    if (
        request.state == RequestState.SENT
        and not request.managed
        and request.supplier_id == actor.organisation_id
    ):
        transition(request, "open", actor)
        _record(actor, "request.opened", request)
    return request


@transaction.atomic
def comment(
    *, actor: Actor, request: DataRequest, text: str, attached: Sequence[File[Any]] = ()
) -> RequestNote:
    """Say something to the other side, with files if there are any. Both sides read it.

    Raises Problems with everything that is wrong with text and files; then nothing is stored.
    """
    request = lock(actor, request)
    require(actor, "request.comment", request)
    found = Collector()
    try:
        text = _reason(text)
    except Problems as problems:
        found.items += problems.items
    checked = attachments.check(found, attached)
    found.done()
    note = _note(actor, request, Kind.COMMENT, text)
    digests = attachments.store(note, checked)
    _record(actor, "request.commented", request, **({"files": digests} if digests else {}))
    return note


@transaction.atomic
def decline(*, actor: Actor, request: DataRequest, text: str) -> DataRequest:
    """The supplier will not answer, and says why."""
    request = lock(actor, request)
    require(actor, "request.decline", request)
    text = _reason(text)
    transition(request, "decline", actor)
    _note(actor, request, Kind.DECLINE, text)
    _record(actor, "request.declined", request)
    announce(actor, request, "declined")
    return request


@transaction.atomic
def accept(*, actor: Actor, request: DataRequest) -> DataRequest:
    """The buyer takes the published result."""
    request = lock(actor, request)
    transition(request, "accept", actor)
    _record(actor, "request.accepted", request, result=str(request.result_id))
    announce(actor, request, "accepted")
    return request


@transaction.atomic
def return_(*, actor: Actor, request: DataRequest, text: str) -> DataRequest:
    """The buyer asks for a better answer, and says why. The version published before stays what it is."""
    request = lock(actor, request)
    require(actor, "request.return", request)
    text = _reason(text)
    transition(request, "return", actor)
    _note(actor, request, Kind.RETURN, text)
    _record(actor, "request.returned", request, result=str(request.result_id))
    announce(actor, request, "returned")
    return request


def reminded_lately(request: DataRequest, *, by_hand: bool = False) -> bool:
    """Whether a reminder was sent within the last 24 hours; ``by_hand``: one that was no step of the schedule."""
    since = clock.now() - dt.timedelta(hours=24)
    rows = request.notes.filter(kind=Kind.REMINDER, created_at__gt=since)
    return (rows.filter(step__isnull=True) if by_hand else rows).exists()


@transaction.atomic
def remind(*, actor: Actor, request: DataRequest, text: str = "", scheduled: bool = False) -> RequestNote:
    """Remind the supplier by e-mail, by hand at most once a day; the note proves it.

    ``scheduled``: the ladder asks, whose steps come once each and on days of their own.
    """
    request = lock(actor, request)
    require(actor, "request.remind", request)
    if not scheduled and reminded_lately(request):
        raise problem("REQ-REMINDED", _("A reminder was sent within the last 24 hours."))
    note = _note(actor, request, Kind.REMINDER, _reason(text) if text.strip() else "")
    _record(actor, "request.reminded", request)
    announce(actor, request, "reminded", note=note)
    return note


@transaction.atomic
def withdraw(*, actor: Actor, request: DataRequest, text: str = "") -> DataRequest:
    """The buyer no longer needs the answer. What was published stays published."""
    request = lock(actor, request)
    transition(request, "withdraw", actor)
    if text.strip():
        _note(actor, request, Kind.WITHDRAW, _reason(text))
    _record(actor, "request.withdrawn", request)
    announce(actor, request, "withdrawn")
    return request


@transaction.atomic
def revise(*, actor: Actor, request: DataRequest) -> DataRequest:
    """The supplier begins a newer version of what it published. The buyer keeps the version it has."""
    request = lock(actor, request)
    transition(request, "revise", actor)
    _record(actor, "request.revised", request, result=str(request.result_id))
    return request
