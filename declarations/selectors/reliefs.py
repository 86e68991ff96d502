"""Extensions and waivers: who reads them, and what they do to last days."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from declarations.models import Declaration, Pack, Phase, Relief
from declarations.phase_rules import Days
from declarations.selectors.declarations import MAKER_ROLES


def reliefs_for(actor: Actor) -> QuerySet[Relief]:
    """Requests of the maker itself; all of them for the authority. Newest first."""
    rows = Relief.objects.select_related(
        "organisation", "phase", "pack", "asked_by", "decided_by", "decided_for"
    )
    if actor.organisation_id is None:
        return rows.none()
    if actor.role in MAKER_ROLES:
        return rows.filter(organisation_id=actor.organisation_id)
    return rows if actor.role == Role.REGULATOR else rows.none()


def in_force(day: dt.date | None = None) -> QuerySet[Relief]:
    """Granted ones that still hold on a day (today in China). A waiver without a day holds for the whole phase."""
    day = day or clock.today()
    return Relief.objects.filter(state="granted").filter(
        Q(kind="extension") | Q(until__isnull=True) | Q(until__gte=day)
    )


def _days(phase: Phase, rows: Iterable[Relief]) -> Days:
    days = Days(ends_on=phase.ends_on)
    by_pack: dict[int, dt.date] = {}
    waived: set[int] = set()
    for row in rows:
        if row.kind == Relief.Kind.WAIVER:
            if row.pack_id is None:
                days = replace(days, waived=True)
            else:
                waived.add(row.pack_id)
        elif row.until is not None and row.pack_id is None:
            days = replace(days, until=max(row.until, days.until or row.until))
        elif row.until is not None and row.pack_id is not None:
            by_pack[row.pack_id] = max(row.until, by_pack.get(row.pack_id, row.until))
    return replace(days, by_pack=by_pack, waived_packs=frozenset(waived))


def days_of(organisation_id: int, phase: Phase) -> Days:
    """Last days and exemptions of one maker in a phase. One query."""
    return _days(phase, in_force().filter(organisation_id=organisation_id, phase=phase))


def days_of_all(phase: Phase) -> dict[int, Days]:
    """The same for every maker that has any, by organisation. One query."""
    found: dict[int, list[Relief]] = defaultdict(list)
    for row in in_force().filter(phase=phase):
        found[row.organisation_id].append(row)
    return {organisation: _days(phase, rows) for organisation, rows in found.items()}


def last_days(declarations: Iterable[Declaration]) -> dict[int, dt.date | None]:
    """The last day of each declaration, by its key; None without end. One query, whatever the number."""
    rows = list(declarations)
    held = in_force().filter(
        organisation__in={row.organisation_id for row in rows}, phase__in={row.phase_id for row in rows}
    )
    by: dict[tuple[int, int], list[Relief]] = defaultdict(list)
    for relief in held:
        by[relief.organisation_id, relief.phase_id].append(relief)
    return {row.pk: _days(row.phase, by[row.organisation_id, row.phase_id]).of(row.pack_id) for row in rows}


@dataclass(frozen=True)
class Extended:
    """Extensions of a phase that still run: (pack, last day), the pack None for the whole phase."""

    phase: Phase
    days: list[tuple[Pack | None, dt.date]]


def extended_phases(actor: Actor, current: Phase | None) -> list[Extended]:
    """Extensions of the maker that still run in phases other than the current one, by day. One query."""
    rows = in_force().filter(
        organisation_id=actor.organisation_id or 0, kind=Relief.Kind.EXTENSION, until__gte=clock.today()
    )
    if current is not None:
        rows = rows.exclude(phase=current)
    found: dict[int, Extended] = {}
    for row in rows.select_related("phase", "pack").order_by("until", "pk"):
        entry = found.setdefault(row.phase_id, Extended(row.phase, []))
        if row.until is not None:
            entry.days.append((row.pack, row.until))
    return list(found.values())
