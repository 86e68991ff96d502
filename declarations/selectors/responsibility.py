"""Who owes what for the bought parts of packs, by when, and how far it is: derived, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from declarations.models import Pack, PackPart
from declarations.selectors.packs import packs_for, parts_for
from lca.models import Calculation, PublishedResult
from suppliers.models import DataRequest, MailRecord, RequestNote
from suppliers.selectors import newer_of
from suppliers.services.reminders import Ladder, ladders, next_reminder
from suppliers.workflow import FILLING

LEAD_RULESET = "cn-miit-551"
# Whose turn it is. The order is the order of sorting: what is urgent for oneself first.
TURNS = {
    "you_ask": _("You: ask somebody, or choose a factor"),
    "you_fill": _("You: fill in for the supplier"),
    "you_accept": _("You: accept or return the result"),
    "you_use": _("You: use the result"),
    "supplier": _("The supplier"),
    "nobody": _("Nobody: it is there"),
    "factor": _("Nobody: background factor"),
}


@dataclass(frozen=True)
class Duty:
    """One bought part: who owes what for it, and how far it is. ``share`` is its share of the pack's footprint (0 to 1)
    in the newest calculation of the notice's rule set, None where that is not known."""

    part: PackPart
    turn: str
    next_reminder: dt.date | None
    last_contact: dt.datetime | None
    result: PublishedResult | None
    newer: PublishedResult | None
    share: float | None

    @property
    def request(self) -> DataRequest | None:
        """The request for the part, if there is one."""
        return self.part.request

    @property
    def is_late(self) -> bool:
        """Past its date and not answered."""
        return self.request is not None and self.request.is_overdue()

    @property
    def due_on(self) -> dt.date | None:
        """By when, while something is owed."""
        return self.request.due_on if self.request is not None and self.request.state in FILLING else None


def _turn(part: PackPart) -> str:
    request, line = part.request, part.exchange
    if request is not None and request.state in FILLING:
        return "you_fill" if request.managed else "supplier"
    if request is not None and request.state == "published":
        return "you_accept"
    if request is not None and request.state == "accepted" and line.result_id is None:
        return "you_use"
    if line.result_id is not None:
        return "nobody"
    return "factor" if line.is_linked else "you_ask"


def _shares(packs: Sequence[int]) -> dict[tuple[int, str], float]:
    """{(pack, line): share of the footprint} of the newest finished calculation of each pack, in two queries.

    Only the two values of each line are taken out of the ledgers, in the database: a ledger may be large.
    """
    newest = (
        Calculation.objects.filter(revision__inventory__pack__in=packs, state="done", ruleset_id=LEAD_RULESET)
        .order_by("revision__inventory__pack", "-done_at", "-pk")
        .distinct("revision__inventory__pack")
        .values_list("pk", "revision__inventory__pack")
    )
    pack_of = dict(newest)
    if not pack_of:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select calculation.id, line ->> 'exchange', sum((line ->> 'share')::double precision)
            from lca_calculation calculation
            cross join lateral jsonb_array_elements(calculation.ledger -> 'lines') as line
            where calculation.id = any(%s) and jsonb_typeof(line -> 'share') = 'number'
            group by 1, 2
            """,
            [list(pack_of)],
        )
        return {(pack_of[pk], code): share for pk, code, share in cursor.fetchall()}


def _contacts(requests: Iterable[int]) -> dict[int, dt.datetime]:
    """When each request was last written about: a mail that went out, or a note of either side."""
    keys = list(requests)
    mails = MailRecord.objects.filter(request__in=keys, state=MailRecord.State.HANDED_OVER)
    notes = RequestNote.objects.filter(request__in=keys)
    found: dict[int, dt.datetime] = {}
    rows = [
        *mails.order_by().values_list("request").annotate(Max("at")),
        *notes.order_by().values_list("request").annotate(Max("created_at")),
    ]
    for key, at in rows:
        found[key] = max(at, found.get(key, at))
    return found


def duties(actor: Actor, packs: QuerySet[Pack] | None = None) -> list[Duty]:
    """The bought parts of the actor's packs, of those given or of all that are not retired, in the packs' order."""
    own = packs_for(actor)
    chosen = (
        own.filter(pk__in=packs.order_by().values("pk"))
        if packs is not None
        else own.exclude(state="retired")
    )
    parts = list(
        parts_for(actor)
        .filter(pack__in=chosen.order_by().values("pk"))
        .order_by("pack__model", "exchange__process__position", "exchange__position", "pk")
    )
    if not parts:
        return []
    newer = newer_of(actor, [part.exchange.result for part in parts if part.exchange.result])
    contacts = _contacts({part.request_id for part in parts if part.request_id})
    shares = _shares(sorted({part.pack_id for part in parts}))
    ladder: Ladder = ladders([actor.organisation_id or 0])[actor.organisation_id or 0]
    return [
        Duty(
            part=part,
            turn=_turn(part),
            next_reminder=next_reminder(part.request, ladder) if part.request else None,
            last_contact=contacts.get(part.request_id) if part.request_id else None,
            result=part.exchange.result,
            newer=newer.get(part.exchange.result_id) if part.exchange.result_id else None,
            share=shares.get((part.pack_id, part.exchange.code)),
        )
        for part in parts
    ]


_ORDER = list(TURNS)
FAR = dt.date.max
SORTS = {
    "pack": lambda duty: (duty.part.pack.model,),
    "part": lambda duty: (duty.part.exchange.name,),
    "supplier": lambda duty: (duty.request.supplier.name if duty.request else "",),
    "turn": lambda duty: (_ORDER.index(duty.turn),),
    "due": lambda duty: (duty.due_on or FAR,),
    "state": lambda duty: (duty.request.state if duty.request else "",),
    "contact": lambda duty: (duty.last_contact or dt.datetime.min.replace(tzinfo=dt.UTC),),
    "share": lambda duty: (duty.share if duty.share is not None else -1.0,),
}


def in_order(rows: list[Duty], asked: str) -> list[Duty]:
    """Sorted by one of ``SORTS``, turned round with a leading ``-``; rows that are alike stay in the packs' order."""
    key = SORTS.get(asked.removeprefix("-"))
    if key is None:
        return rows
    return sorted(rows, key=key, reverse=asked.startswith("-"))


@dataclass(frozen=True)
class Summary:
    """How far all of it is. ``covered``: the share of the footprint, added over packs and divided by their number, that
    rests on suppliers' results; None where no pack is calculated."""

    parts: int
    with_result: int
    waiting: int
    late: int
    yours: int
    newer: int
    covered: float | None


def summary(rows: Sequence[Duty]) -> Summary:
    """The head of the page."""
    known = [row for row in rows if row.share is not None]
    packs = {row.part.pack_id for row in known}
    by_result = sum(row.share or 0.0 for row in known if row.result is not None)
    return Summary(
        parts=len(rows),
        with_result=sum(row.result is not None for row in rows),
        waiting=sum(row.turn == "supplier" for row in rows),
        late=sum(row.is_late for row in rows),
        yours=sum(row.turn.startswith("you") for row in rows),
        newer=sum(row.newer is not None for row in rows),
        covered=by_result / len(packs) if packs else None,
    )


COLUMNS = (
    "pack",
    "part_code",
    "part",
    "module_type",
    "turn",
    "supplier",
    "managed",
    "request",
    "state",
    "due_on",
    "days_late",
    "next_reminder",
    "last_contact",
    "result",
    "result_version",
    "newer_version",
    "share_of_footprint",
)


def csv_cells(row: Duty) -> list[object]:
    """One row as plain values, in the order of ``COLUMNS``; times in UTC as ISO 8601, the share as a fraction."""
    request, result, line = row.request, row.result, row.part.exchange
    late = (clock.today() - request.due_on).days if request is not None and row.is_late else ""
    return [
        row.part.pack.model,
        line.code,
        line.name,
        row.part.module_type,
        row.turn,
        request.supplier.name if request else result.organisation.name if result else "",
        ("yes" if request.managed else "no") if request else "",
        request.number if request else "",
        request.state if request else "",
        request.due_on.isoformat() if request else "",
        late,
        row.next_reminder.isoformat() if row.next_reminder else "",
        row.last_contact.isoformat(timespec="seconds") if row.last_contact else "",
        str(result.pk) if result else "",
        result.version if result else "",
        row.newer.version if row.newer else "",
        "" if row.share is None else repr(row.share),
    ]
