"""What a change of a phase would do, before it is stored."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from carbonfoot import clock
from carbonfoot.ui.dates import as_day
from declarations.models import Declaration, Phase
from declarations.selectors import coverage
from declarations.selectors.reliefs import last_days

# Not submitted yet: what the last day of a phase concerns.
BEFORE = ("draft", "frozen", "in_verification", "verified")
# Submitted and not decided: what the authority's term concerns.
WAITING = ("submitted", "in_review")


@dataclass(frozen=True)
class Effect:
    """Counts of what changes. ``states`` are makers by state, before and after."""

    moved: int
    shut: int
    terms: int
    overdue: int
    outside: int
    other_rules: int
    states: list[tuple[str, int, int]]

    @property
    def makers(self) -> int:
        """How many makers are in another state afterwards, at the least."""
        return sum(abs(after - before) for _state, before, after in self.states) // 2


def under(phase: Phase, changes: Mapping[str, Any]) -> Phase:
    """The phase as it would be; never saved."""
    columns = {field.attname: getattr(phase, field.attname) for field in Phase._meta.concrete_fields}
    return Phase(**(columns | dict(changes)))


def _last_days(rows: list[Declaration], phase: Phase) -> dict[int, dt.date | None]:
    for row in rows:
        row.phase = phase
    return last_days(rows)


def effect_of(phase: Phase, changes: Mapping[str, Any]) -> Effect:
    """What ``changes`` would do to declarations and makers. The caller has checked who asks."""
    after, today = under(phase, changes), clock.today()
    early = list(
        Declaration.objects.filter(phase=phase, state__in=BEFORE).only("organisation", "pack", "phase")
    )
    old, new = _last_days(early, phase), _last_days(early, after)
    terms = list(
        Declaration.objects.filter(phase=phase, state__in=WAITING, receipt__isnull=False).values_list(
            "receipt__submitted_at", flat=True
        )
    )
    due = [as_day(at) + dt.timedelta(days=after.review_days) for at in terms]
    facts = coverage.read(phase)
    before, then = facts.under(phase), facts.under(after)
    counts = [Counter(row.state for row in rows.values()) for rows in (before, then)]
    return Effect(
        moved=sum(old[row.pk] != new[row.pk] for row in early),
        shut=sum(_open(phase, old[row.pk], today) and not _open(after, new[row.pk], today) for row in early),
        terms=len(terms) if after.review_days != phase.review_days else 0,
        overdue=sum(day < today for day in due) if after.review_days != phase.review_days else 0,
        outside=sum(
            len({row.pk for row in then[maker].outside} - {row.pk for row in before[maker].outside})
            for maker in then
        ),
        other_rules=len(early) if after.ruleset_id != phase.ruleset_id else 0,
        states=[(state, counts[0][state], counts[1][state]) for state in coverage.STATES],
    )


def _open(phase: Phase, last: dt.date | None, today: dt.date) -> bool:
    return phase.starts_on <= today and (last is None or today <= last)
