"""Requests for many parts of a pack at once: all problems together, whole or nothing, a second click sends nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector, Problem, Problems, problem
from declarations.models import Pack, PackPart, RequestBatch
from declarations.services.packs import locked
from suppliers.models import DataRequest
from suppliers.services import requests

OVER = ("declined", "withdrawn")
MOST = 200


@dataclass(frozen=True)
class Ask:
    """One row: which part is asked of whom, as what, for which year, until when."""

    part: PackPart
    supplier: Organisation | None
    module_type: str
    declared_unit: str
    year: int | None
    due_on: dt.date | None
    message: str = ""


def is_asked(part: PackPart) -> bool:
    """Whether a request for the part is under way or answered."""
    return part.request is not None and part.request.state not in OVER


def _missing(ask: Ask) -> list[Problem]:
    """What a row leaves open, before the request itself is looked at."""
    found = Collector()
    if is_asked(ask.part):
        number = ask.part.request.number if ask.part.request else ""
        found.add("PART-ASKED", _("A request for this part is under way."), field="ask", value=number)
    if ask.supplier is None:
        found.add("ASK-SUPPLIER", _("Choose the supplier."), field="supplier")
    if ask.year is None:
        found.add("ASK-YEAR", _("Choose the year of data."), field="year")
    if ask.due_on is None:
        found.add("ASK-DUE", _("Say by when."), field="due_on")
    return found.items


def _send(actor: Actor, pack: Pack, ask: Ask) -> DataRequest:
    if ask.supplier is None or ask.year is None or ask.due_on is None:
        raise Problems(_missing(ask))
    line = ask.part.exchange
    return requests.create_request(
        actor=actor,
        supplier=ask.supplier,
        part_zh=line.name_zh,
        part_en=line.name_en,
        module_type=ask.module_type,
        declared_unit=ask.declared_unit,
        year=ask.year,
        due_on=ask.due_on,
        message=ask.message,
        buyer_reference=f"{pack.model} · {line.code}"[:80],
    )


def _in_place(ask: Ask, items: Sequence[Problem]) -> list[Problem]:
    """The problems of a row, named by its part, at the fields of the row: ``supplier-12`` is part 12's supplier."""
    return [
        replace(item, field=f"{ask.part.pk}-{item.field}" if item.field else "", where=ask.part.exchange.name)
        for item in items
    ]


@transaction.atomic
def ask_many(
    *, actor: Actor, pack: Pack, asks: Sequence[Ask], batch: uuid.UUID, dry: bool = False
) -> list[DataRequest]:
    """Send a request for each row and tie it to its part: all of them, or none.

    ``batch`` names this sending: the same key again gives the requests of then. ``dry`` looks for problems and sends
    nothing. Raises Problems with everything that is wrong in any row, each with the name of its part.
    """
    pack = locked(actor, pack, "pack.edit")
    before = RequestBatch.objects.filter(pk=batch).first()
    if before is not None:
        if before.pack_id != pack.pk:
            raise RequestBatch.DoesNotExist
        return list(before.requests.order_by("pk"))
    if not asks:
        raise problem("ASK-NONE", _("Choose at least one part."))
    if len(asks) > MOST:
        raise problem("ASK-MANY", _("At most 200 requests at once."), value=str(len(asks)))
    keys = [ask.part.pk for ask in asks]
    fresh = {
        part.pk: part
        for part in PackPart.objects.select_related("exchange", "request").filter(pack=pack, pk__in=keys)
    }
    if set(keys) != set(fresh) or len(keys) != len(set(keys)):
        raise PackPart.DoesNotExist
    rows = [replace(ask, part=fresh[ask.part.pk]) for ask in asks]
    found: list[Problem] = []
    sent: list[tuple[Ask, DataRequest]] = []
    for row in rows:
        missing = _missing(row)
        if missing:
            found += _in_place(row, missing)
            continue
        try:
            sent.append((row, _send(actor, pack, row)))
        except Problems as problems:
            found += _in_place(row, problems.items)
    if found:
        raise Problems(found)
    if dry:
        transaction.set_rollback(True)
        return []
    for row, request in sent:
        PackPart.objects.filter(pk=row.part.pk).update(request=request)
    made = RequestBatch.objects.create(id=batch, pack=pack, created_by=actor.user)
    made.requests.set([request for _row, request in sent])
    numbers = [request.number for _row, request in sent]
    record(actor=actor, verb="pack.parts_asked", obj=pack, data={"requests": numbers})
    return [request for _row, request in sent]


def row_fault(code: str, *, field: str, value: str) -> Problem:
    """A row that names a part which the pack does not have (``ASK-PART``), or one that stands there already."""
    text = _("The pack has no such part.") if code == "ASK-PART" else _("This part stands there twice.")
    return Problem(code, text, field=field, value=value)


def problems_of(*, actor: Actor, pack: Pack, asks: Sequence[Ask]) -> list[Problem]:
    """Everything that would keep the rows from being sent; nothing is sent."""
    try:
        ask_many(actor=actor, pack=pack, asks=asks, batch=uuid.uuid4(), dry=True)
    except Problems as problems:
        return problems.items
    return []
