"""All makers against a phase, for the authority: the same rules as on a maker's own page, read in four queries.

Of packs that were never submitted the authority learns number and chemistry, nothing else: what is returned holds no
name of such a pack, and the pages show none.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.accounts.roles import OrganisationKind, Role
from carbonfoot.ui.dates import as_day
from declarations.models import Declaration, Pack, Phase, Relief, SummaryFiling
from declarations.phase_rules import DECLARED, Days, PackFacts, Standing
from declarations.selectors.phases import stands
from declarations.selectors.reliefs import days_of_all

READERS = (Role.REGULATOR, Role.ADMINISTRATOR)
STATES = ("short", "filed", "met", "waived")


@dataclass
class MakerCoverage:
    """How far a maker is in a phase. ``asked`` counts extensions and waivers that wait for a decision."""

    maker: Organisation
    standing: Standing
    returned: int = 0
    asked: int = 0
    summary: str = ""

    @property
    def state(self) -> str:
        """``met`` (all accepted), ``filed`` (all submitted), ``waived`` or ``short``."""
        return self.standing.state

    @property
    def declared(self) -> int:
        """Packs that count as declared."""
        return len(self.standing.declared)

    @property
    def accepted(self) -> int:
        """Packs that are accepted."""
        return len(self.standing.accepted)

    @property
    def wanted(self) -> int:
        """How many packs the phase asks for."""
        return self.standing.needed

    @property
    def missing_packs(self) -> int:
        """How many more it asks for."""
        return self.standing.missing_packs

    @property
    def missing_chemistries(self) -> list[str]:
        """Chemistries in use that no declaration covers."""
        return self.standing.missing_chemistries

    @property
    def last_day(self) -> dt.date | None:
        """The maker's last day, an extension of the whole phase included."""
        return self.standing.days.last_day

    @property
    def is_extended(self) -> bool:
        """Whether an extension or a waiver is in force, for the whole phase or for packs."""
        days = self.standing.days
        return bool(days.waived or days.waived_packs or days.by_pack or days.until)


@dataclass
class _Filed:
    """The declaration that stands for a pack."""

    state: str
    verified: bool
    submitted_on: dt.date | None
    returned: bool = False


@dataclass
class Facts:
    """What was read for a phase; rules can be tried on it without reading again."""

    makers: list[Organisation]
    packs: dict[int, list[PackFacts]] = field(default_factory=lambda: defaultdict(list))
    returned: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    days: dict[int, Days] = field(default_factory=dict)

    def under(self, phase: Phase) -> dict[int, Standing]:
        """Every maker against ``phase``, which may be one that was never saved."""
        today = clock.today()
        found = {}
        for maker in self.makers:
            days = self.days.get(maker.pk, Days())
            days = Days(phase.ends_on, days.until, days.by_pack, days.waived, days.waived_packs)
            packs = _with_days(self.packs.get(maker.pk, ()), days)
            found[maker.pk] = Standing(phase=phase, packs=packs, days=days, today=today)
        return found


def _with_days(packs: Iterable[PackFacts], days: Days) -> tuple[PackFacts, ...]:
    if not (days.waived or days.waived_packs or days.by_pack):
        last = days.last_day
        return tuple(row._replace(last_day=last) for row in packs)
    return tuple(row._replace(waived=days.is_waived(row.pk), last_day=days.of(row.pk)) for row in packs)


def _filed(phase: Phase) -> dict[int, _Filed]:
    rows = Declaration.objects.filter(phase=phase, state__in=[*DECLARED, "returned"]).order_by(
        "created_at", "pk"
    )
    columns = ("pack_id", "state", "snapshot__statement", "receipt__submitted_at")
    found: dict[int, _Filed] = {}
    for pack, state, statement, submitted in rows.values_list(*columns).iterator(chunk_size=5000):
        before = found.get(pack)
        if before is None or stands(before.state, state):
            day = as_day(submitted) if submitted is not None else None
            returned = state == "returned" or bool(before and before.returned)
            found[pack] = _Filed(state, statement is not None, day, returned)
        elif state == "returned":
            before.returned = True
    return found


def read(phase: Phase) -> Facts:
    """Makers, their registered packs and what was filed for them in a phase. Three queries and one for the days."""
    makers = list(Organisation.objects.filter(kind=OrganisationKind.MAKER, is_active=True))
    facts, filed = Facts(makers=makers), _filed(phase)
    columns = ("organisation_id", "pk", "model", "chemistry", "gbt34014", "is_typical", "typical_reason")
    rows = Pack.objects.filter(state="registered", organisation__in=[row.pk for row in makers])
    for maker, pk, model, chemistry, code, typical, reason in rows.order_by("pk").values_list(*columns):
        row = filed.get(pk) or _Filed("", False, None)
        facts.returned[maker] += row.returned
        facts.packs[maker].append(
            PackFacts(
                pk=pk,
                model=model if row.state in DECLARED else "",
                chemistry=chemistry,
                code=code,
                typical=typical,
                justified=bool(reason),
                state=row.state,
                verified=row.verified,
                submitted_on=row.submitted_on,
            )
        )
    facts.days = days_of_all(phase)
    return facts


def coverage(actor: Actor, phase: Phase) -> list[MakerCoverage]:
    """All makers against a phase's rule, those that lack most first. Empty but for the authority and the operator."""
    if actor.role not in READERS:
        return []
    facts = read(phase)
    asked: dict[int, int] = defaultdict(int)
    for maker in Relief.objects.filter(phase=phase, state="asked").values_list("organisation_id", flat=True):
        asked[maker] += 1
    filings = SummaryFiling.objects.filter(summary__phase=phase).order_by("filed_at", "pk")
    summaries = dict(filings.values_list("summary__organisation_id", "summary__number"))
    standing = facts.under(phase)
    rows = [
        MakerCoverage(
            maker,
            standing[maker.pk],
            facts.returned.get(maker.pk, 0),
            asked[maker.pk],
            summaries.get(maker.pk, ""),
        )
        for maker in facts.makers
    ]
    return sorted(rows, key=lambda row: (row.state != "short", -row.missing_packs, row.maker.code))


SORTS: dict[str, Any] = {
    "maker": lambda row: row.maker.name,
    "province": lambda row: (row.maker.province, row.maker.code),
    "state": lambda row: (STATES.index(row.state), row.maker.code),
    "declared": lambda row: row.declared,
    "accepted": lambda row: row.accepted,
    "returned": lambda row: row.returned,
    "missing": lambda row: (row.missing_packs, len(row.missing_chemistries)),
    "last": lambda row: row.last_day or dt.date.max,
}


def narrowed(
    rows: Iterable[MakerCoverage],
    *,
    q: str = "",
    state: str = "",
    province: str = "",
    chemistry: str = "",
    relief: str = "",
    sort: str = "",
) -> list[MakerCoverage]:
    """A list filtered and sorted by what a person chose. ``chemistry``: makers that lack it; ``relief``: ``asked``,
    ``granted``. ``state`` may also be ``late``."""
    found = list(rows)
    words = q.lower().split()
    if words:
        found = [row for row in found if all(word in _text(row.maker) for word in words)]
    if state == "late":
        found = [row for row in found if row.standing.is_late]
    elif state:
        found = [row for row in found if row.state == state]
    if province:
        found = [row for row in found if row.maker.province == province]
    if chemistry:
        found = [row for row in found if chemistry in row.missing_chemistries]
    if relief == "asked":
        found = [row for row in found if row.asked]
    elif relief == "granted":
        found = [row for row in found if row.is_extended]
    key = sort.removeprefix("-")
    if key in SORTS:
        found.sort(key=SORTS[key], reverse=sort.startswith("-"))
    return found


def _text(maker: Organisation) -> str:
    return f"{maker.name_zh} {maker.name_en} {maker.uscc}".lower()
