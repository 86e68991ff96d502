"""Decisions of the authority: its own list of all, and for a maker those on its declarations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from declarations.decisions import parsed
from declarations.models import ReviewDecision
from declarations.selectors.declarations import MAKER_ROLES

CHUNK = 500


def decisions_for(actor: Actor) -> Any:
    """A queryset of the returns and acceptances within reach, newest first, with the counts of their conditions.

    Taking a case up is no decision on it.
    """
    rows: Any = (
        ReviewDecision.objects.select_related(
            "declaration__organisation",
            "declaration__pack",
            "declaration__phase",
            "organisation",
            "decided_by",
        )
        .filter(kind__in=("accepted", "returned"))
        .annotate(
            conditions_all=Count("conditions"),
            conditions_open=Count("conditions", filter=~Q(conditions__state="closed")),
        )
        .order_by("-decided_at", "-pk")
    )
    if actor.organisation_id is None:
        return rows.none()
    if actor.role in MAKER_ROLES:
        return rows.filter(declaration__organisation_id=actor.organisation_id)
    return rows if actor.role == Role.REGULATOR else rows.none()


def _start(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), clock.CHINA)


def filtered(
    rows: Any,
    *,
    q: str = "",
    kind: str = "",
    phase: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
    conditions: str = "",
) -> Any:
    """The queryset narrowed by what a person typed and chose; days are days in China, both inclusive."""
    for word in q.split()[:6]:
        rows = rows.filter(
            Q(number__icontains=word)
            | Q(declaration__number__icontains=word)
            | Q(declaration__organisation__name_zh__icontains=word)
            | Q(declaration__organisation__name_en__icontains=word)
        )
    if kind:
        rows = rows.filter(kind=kind)
    if phase:
        rows = rows.filter(declaration__phase__code=phase)
    if since:
        rows = rows.filter(decided_at__gte=_start(since))
    if until:
        rows = rows.filter(decided_at__lt=_start(until + dt.timedelta(days=1)))
    if conditions == "any":
        rows = rows.filter(conditions_all__gt=0)
    elif conditions == "open":
        rows = rows.filter(conditions_open__gt=0)
    return rows


def exported(rows: Any) -> Iterator[dict[str, Any]]:
    """Each decision with its canonical content, digest and place in the audit log, in bounded memory."""
    for row in rows.iterator(chunk_size=CHUNK):
        declaration = row.declaration
        yield {
            "decision": row.number,
            "kind": row.kind,
            "decided_at": row.decided_at,
            "decided_by": row.decided_by.name if row.decided_by else None,
            "declaration": declaration.number,
            "version": declaration.version,
            "phase": declaration.phase.code,
            "maker": declaration.organisation.name_zh,
            "uscc": declaration.organisation.uscc,
            "pack": declaration.pack.model,
            "reason": row.reason,
            "sections": row.sections,
            "conditions": row.conditions_all,
            "conditions_open": row.conditions_open,
            "sha256": row.sha256,
            "audit_seq": row.audit_seq,
            "content": parsed(row) or None,
        }
