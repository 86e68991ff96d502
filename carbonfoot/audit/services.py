"""Writing to the audit log, and checking it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.audit.canonical import _plain, digest
from carbonfoot.audit.models import AuditEvent, AuditHead, AuditReader


def told(event: AuditEvent) -> dict[str, Any]:
    """What an event says, without its links to other events."""
    return {
        "seq": event.seq,
        "at": event.at,
        "verb": event.verb,
        "object": [event.object_type, event.object_id, event.object_label],
        "actor": [event.user_id, event.organisation_id, event.role, event.via, event.actor_label],
        "data": event.data,
    }


def links(event: AuditEvent) -> dict[str, Any]:
    """What the hash of an event is made of: its number, the digest of what it says, and the two events before it.

    Whoever may not read an event can so still check that it is there. ``object_previous`` is the hash of the event
    before of the same object, empty for its first.
    """
    return {
        "seq": event.seq,
        "content": digest(told(event)),
        "object_previous": event.object_previous,
        "previous": event.previous_hash,
    }


def event_hash(event: AuditEvent) -> str:
    """SHA-256 that names an event. Events from before objects had chains of their own are hashed in one piece."""
    if event.object_previous is None:
        return digest({**told(event), "previous": event.previous_hash})
    return digest(links(event))


def _last_of(obj: models.Model) -> str:
    rows = AuditEvent.objects.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk))
    return rows.order_by("-seq").values_list("hash", flat=True).first() or ""


# Called with each event right after it is written, in its transaction: (event, actor, object).
Listener = Callable[[AuditEvent, Actor, models.Model], None]
_listeners: list[Listener] = []


def register_listener(function: Listener) -> Listener:
    """Have ``function`` called for every event: what it writes stands or falls with it. Usable as a decorator."""
    _listeners.append(function)
    return function


def record(
    *,
    actor: Actor,
    verb: str,
    obj: models.Model,
    data: dict[str, Any] | None = None,
    readers: Iterable[Organisation | None] = (),
) -> AuditEvent:
    """Append one event to the chain; must run inside the transaction of what it records.

    ``data`` must hold no float (see :mod:`carbonfoot.audit.canonical`) and nothing that a reader may not see:
    ``readers`` are other organisations that the event concerns. Raises RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an audit event belongs to the transaction of what it records")
    AuditHead.objects.bulk_create([AuditHead(id=1)], ignore_conflicts=True)
    head = AuditHead.objects.select_for_update().get(pk=1)
    event = AuditEvent(
        seq=head.seq + 1,
        at=clock.now(),
        verb=verb,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        object_label=str(obj)[:200],
        user=actor.user,
        organisation=actor.organisation,
        role=actor.role,
        via=actor.via,
        actor_label=actor.label,
        data=_plain(data or {}),
        previous_hash=head.hash,
        object_previous=_last_of(obj),
    )
    event.hash = event_hash(event)
    event.save(force_insert=True)
    others = {reader.pk for reader in readers if reader is not None and reader.pk != actor.organisation_id}
    AuditReader.objects.bulk_create([AuditReader(event=event, organisation_id=pk) for pk in sorted(others)])
    head.seq, head.hash = event.seq, event.hash
    head.save()
    for listener in _listeners:
        listener(event, actor, obj)
    return event


@dataclass(frozen=True)
class Fault:
    """A place where the log, or something that it vouches for, is not what was recorded."""

    seq: int | None
    what: str
    detail: str


# Apps register checks of what events vouch for: snapshots, receipts, uploaded files.
_witnesses: list[Callable[[], Iterator[Fault]]] = []


def register_witness(check: Callable[[], Iterator[Fault]]) -> Callable[[], Iterator[Fault]]:
    """Add a check that :func:`verify` runs after the chain itself. Usable as a decorator."""
    _witnesses.append(check)
    return check


def verify() -> Iterator[Fault]:
    """Yield every fault of the chain (changed, missing, inserted events, a wrong head), then those of witnesses."""
    expected_seq, expected_hash = 1, "0" * 64
    for event in AuditEvent.objects.order_by("seq").iterator(chunk_size=2000):
        if event.seq != expected_seq:
            yield Fault(expected_seq, "missing", f"events {expected_seq} to {event.seq - 1} are not there")
        elif event.previous_hash != expected_hash:
            yield Fault(event.seq, "broken", "does not continue the event before it")
        if event_hash(event) != event.hash:
            yield Fault(
                event.seq, "changed", f"{event.verb} of {event.object_type} {event.object_id} was altered"
            )
        expected_seq, expected_hash = event.seq + 1, event.hash
    head = AuditHead.objects.filter(pk=1).first()
    head_seq, head_hash = (head.seq, head.hash) if head else (0, "0" * 64)
    if (head_seq, head_hash) != (expected_seq - 1, expected_hash):
        yield Fault(
            head_seq, "truncated", f"the head names event {head_seq}, the last event is {expected_seq - 1}"
        )
    for witness in _witnesses:
        yield from witness()
