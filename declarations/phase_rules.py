"""What a phase asks of a maker, and what is there: pure rules on facts that a selector has read.

One reading of the rule for the maker's own page, the authority's list of all makers, the summary that is handed in and
the effect of a change that an operator weighs. Nothing here asks the database.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from declarations.models import Phase

# Submitted and not sent back: what counts as declared.
DECLARED = ("submitted", "in_review", "accepted")
# The first characters of a GB/T 34014 code name the type of a battery; two packs of one type are one product.
TYPE_CODE = 14


class PackFacts(NamedTuple):
    """A pack as the rules of a phase see it. Days are days in China; ``last_day`` None: without end.

    A tuple, because there are as many as packs in the country when all makers are looked at.
    """

    pk: int
    model: str
    chemistry: str
    code: str
    registered: bool = True
    typical: bool = True
    justified: bool = True
    waived: bool = False
    last_day: dt.date | None = None
    state: str = ""
    verified: bool = False
    submitted_on: dt.date | None = None

    @property
    def type_code(self) -> str:
        """What two packs of one type have in common."""
        return self.code[:TYPE_CODE]

    @property
    def is_filed(self) -> bool:
        """Whether a declaration of it lies with the authority, or was accepted."""
        return self.state in DECLARED


@dataclass(frozen=True)
class Days:
    """Last days and exemptions of one maker in one phase, extensions and waivers included."""

    ends_on: dt.date | None = None
    until: dt.date | None = None
    by_pack: Mapping[int, dt.date] = field(default_factory=dict)
    waived: bool = False
    waived_packs: frozenset[int] = frozenset()

    @property
    def last_day(self) -> dt.date | None:
        """The last day of the maker as a whole; None without end."""
        return self._later(self.until)

    def of(self, pack: int | None) -> dt.date | None:
        """The last day for a pack; None without end."""
        days = [day for day in (self.until, self.by_pack.get(pack or 0)) if day is not None]
        return self._later(max(days, default=None))

    def is_waived(self, pack: int | None) -> bool:
        """Whether nothing is asked for a pack."""
        return self.waived or pack in self.waived_packs

    def _later(self, day: dt.date | None) -> dt.date | None:
        if self.ends_on is None or day is None:
            return self.ends_on
        return max(self.ends_on, day)


@dataclass(frozen=True)
class Item:
    """One rule of a phase. ``met`` None: nothing there yet that could be judged. ``missing``: what exactly, as data.

    ``values`` go into the sentence: ``have`` and ``need``, or a day.
    """

    code: str
    met: bool | None
    missing: tuple[Mapping[str, Any], ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Standing:
    """A maker against a phase. Each pack counts once, whatever the versions of its declaration."""

    phase: Phase
    packs: tuple[PackFacts, ...]
    days: Days
    today: dt.date

    @cached_property
    def asked(self) -> list[PackFacts]:
        """Packs that the phase is about: every registered one, or the typical ones; without those exempt."""
        return [
            row
            for row in self.packs
            if row.registered and not row.waived and (self.phase.every_pack or row.typical)
        ]

    @cached_property
    def filed(self) -> list[PackFacts]:
        """Those of them that lie with the authority or are accepted."""
        return [row for row in self.asked if row.is_filed]

    @cached_property
    def unverified(self) -> list[PackFacts]:
        """Filed without a verification statement though the phase asks for one: they do not count."""
        return [row for row in self.filed if not row.verified] if self.phase.verification_required else []

    @cached_property
    def outside(self) -> list[PackFacts]:
        """Filed on a day that is not within the phase: they do not count."""
        return [row for row in self.filed if not self._within(row)]

    def _within(self, row: PackFacts) -> bool:
        day = row.submitted_on
        if day is None:
            return True
        return self.phase.starts_on <= day and (row.last_day is None or day <= row.last_day)

    @cached_property
    def _valid(self) -> list[PackFacts]:
        no = {row.pk for row in (*self.unverified, *self.outside)}
        return [row for row in self.filed if row.pk not in no]

    @cached_property
    def declared(self) -> list[PackFacts]:
        """What counts. Where a number of packs is asked for, packs of one type count once."""
        if self.phase.every_pack:
            return self._valid
        first: dict[str, PackFacts] = {}
        for row in sorted(self._valid, key=lambda row: (row.state != "accepted", row.pk)):
            first.setdefault(row.type_code or str(row.pk), row)
        return [row for row in self._valid if first[row.type_code or str(row.pk)] is row]

    @cached_property
    def twice(self) -> list[PackFacts]:
        """Packs that do not count because another of the same type does."""
        counted = {row.pk for row in self.declared}
        return [row for row in self._valid if row.pk not in counted]

    @cached_property
    def unjustified(self) -> list[PackFacts]:
        """Typical packs that are declared without a word on why they are typical."""
        return [] if self.phase.every_pack else [row for row in self.declared if not row.justified]

    @cached_property
    def accepted(self) -> list[PackFacts]:
        """Those that the authority accepted."""
        return [row for row in self.declared if row.state == "accepted"]

    @property
    def needed(self) -> int:
        """How many packs the phase asks for."""
        if self.days.waived:
            return 0
        return len(self.asked) if self.phase.every_pack else self.phase.min_packs

    @cached_property
    def chemistries(self) -> list[str]:
        """Chemistries in use: of registered packs that are not exempt."""
        return sorted({row.chemistry for row in self.packs if row.registered and not row.waived})

    @cached_property
    def missing_chemistries(self) -> list[str]:
        """Chemistries in use that no counted declaration covers, where the phase asks for each."""
        if not self.phase.every_chemistry or self.days.waived:
            return []
        covered = {row.chemistry for row in self.declared}
        return [key for key in self.chemistries if key not in covered]

    @property
    def missing_packs(self) -> int:
        """How many packs are still to be declared."""
        return max(0, self.needed - len(self.declared))

    @property
    def is_complete(self) -> bool:
        """Whether the phase asks for nothing more."""
        if self.missing_packs or self.missing_chemistries:
            return False
        return self.days.waived or len(self.declared) - len(self.unjustified) >= self.needed

    @property
    def state(self) -> str:
        """``met`` (all accepted), ``filed`` (all submitted), ``waived``, or ``short``."""
        if self.days.waived:
            return "waived"
        if not self.is_complete:
            return "short"
        all_in = len(self.accepted) >= self.needed and len(self.accepted) == len(self.declared)
        return "met" if all_in else "filed"

    @property
    def is_late(self) -> bool:
        """Whether something is missing after the maker's last day."""
        last = self.days.last_day
        return not self.is_complete and last is not None and self.today > last

    def is_pack_late(self, row: PackFacts) -> bool:
        """Whether a pack that is asked for was not declared by its last day, while something is missing."""
        if row.is_filed or row.last_day is None or self.today <= row.last_day:
            return False
        return row in self.asked and not self.is_complete

    @cached_property
    def items(self) -> list[Item]:
        """The rule of the phase, point by point."""
        return list(_items(self))


def _names(rows: Iterable[PackFacts]) -> tuple[dict[str, Any], ...]:
    return tuple({"pack": row.pk, "model": row.model} for row in rows)


def _items(of: Standing) -> Iterable[Item]:
    phase, have = of.phase, len(of.declared)
    counted = {row.pk for row in of.declared}
    if phase.every_pack:
        missing = _names(row for row in of.asked if row.pk not in counted)
        yield Item("every_pack", not missing, missing, {"have": have, "need": of.needed})
    else:
        lacking: tuple[dict[str, Any], ...] = ({"count": of.missing_packs},) if of.missing_packs else ()
        yield Item("packs", not of.missing_packs, lacking, {"have": have, "need": of.needed})
    if phase.every_chemistry:
        gaps = tuple({"chemistry": key} for key in of.missing_chemistries)
        in_use = len(of.chemistries)
        met = None if not in_use and not of.days.waived else not gaps
        yield Item("chemistries", met, gaps, {"have": in_use - len(gaps), "need": in_use})
    if phase.verification_required:
        yield Item("statements", _judged(of.filed, of.unverified), _names(of.unverified))
    if not phase.every_pack:
        yield Item("once", _judged(of.declared, of.twice), _names(of.twice))
        yield Item("typical", _judged(of.declared, of.unjustified), _names(of.unjustified))
    outside = tuple(
        {"pack": row.pk, "model": row.model, "day": row.submitted_on.isoformat() if row.submitted_on else ""}
        for row in of.outside
    )
    last = of.days.last_day
    yield Item(
        "days",
        _judged(of.filed, of.outside),
        outside,
        {"first": phase.starts_on.isoformat(), "last": last.isoformat() if last else ""},
    )
    # Held by the database, so it is always met: a pack of 2 kWh or less cannot be registered.
    yield Item("scope", True)


def _judged(rows: list[PackFacts], wrong: list[PackFacts]) -> bool | None:
    return None if not rows else not wrong
