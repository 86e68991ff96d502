"""How far a maker has come in a phase: which packs, which chemistries, and what is missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.accounts.roles import Role
from carbonfoot.ui.dates import as_day
from declarations.models import Chemistry, Declaration, Finding, Pack, Phase
from declarations.phase_rules import DECLARED, Days, PackFacts, Standing
from declarations.selectors.declarations import MAKER_ROLES
from declarations.selectors.packs import lines_by_pack, open_lines_by_pack
from declarations.selectors.reliefs import days_of
from lca.models import Calculation
from suppliers.models import DataRequest


def current_phase(day: dt.date | None = None) -> Phase | None:
    """The phase in force on a day (today in China); None between phases."""
    day = day or clock.today()
    return (
        Phase.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
        .order_by("-starts_on")
        .first()
    )


def phases() -> list[Phase]:
    """All phases, in order."""
    return list(Phase.objects.all())


@dataclass(frozen=True)
class PackRow:
    """A pack in a phase: its newest declaration, and its standing at each step.

    ``steps`` are product, data, calculation, verification, review; each is ``ok``, ``now``, ``no`` (not begun) or
    ``bad`` (must be mended).
    """

    pack: Pack
    declaration: Declaration | None
    facts: PackFacts
    steps: tuple[str, str, str, str, str]


@dataclass(frozen=True)
class Coverage:
    """What a phase asks of a maker, and what is there."""

    standing: Standing
    rows: list[PackRow]

    @property
    def phase(self) -> Phase:
        """The phase."""
        return self.standing.phase

    @property
    def needed(self) -> int:
        """How many packs the phase asks for."""
        return self.standing.needed

    @property
    def declared(self) -> int:
        """How many packs count as declared."""
        return len(self.standing.declared)

    @property
    def accepted(self) -> int:
        """How many of them are accepted."""
        return len(self.standing.accepted)

    @property
    def chemistries(self) -> list[str]:
        """Chemistries in use."""
        return self.standing.chemistries

    @property
    def missing_chemistries(self) -> list[str]:
        """Chemistries in use that no declaration covers."""
        return self.standing.missing_chemistries

    @property
    def missing_packs(self) -> int:
        """How many packs are still to be declared."""
        return self.standing.missing_packs

    @property
    def is_complete(self) -> bool:
        """Whether the phase asks for nothing more."""
        return self.standing.is_complete

    @property
    def missing_labels(self) -> list[str]:
        """Names of the missing chemistries in the reader's language."""
        return [str(Chemistry(value).label) for value in self.missing_chemistries]


def _declarations(organisation: Organisation, phase: Phase) -> dict[int, Declaration]:
    """The declaration that stands for each pack: the newest not withdrawn, or an accepted one under correction."""
    rows = Declaration.objects.filter(organisation=organisation, phase=phase).exclude(state="withdrawn")
    found: dict[int, Declaration] = {}
    for row in rows.select_related("phase", "snapshot__statement", "pack", "receipt").order_by(
        "created_at", "pk"
    ):
        before = found.get(row.pack_id)
        if before is None or stands(before.state, row.state):
            found[row.pack_id] = row
    return found


def stands(before: str, after: str) -> bool:
    """Whether a later version takes the place of an earlier one: not while that is accepted and it is not yet filed."""
    return before != "accepted" or after in DECLARED


def _data_step(late: bool, lines: int, unlinked: int) -> str:
    if late:
        return "bad"
    if not lines:
        return "no"
    return "now" if unlinked else "ok"


def _verification_step(row: Declaration | None, found: bool) -> str:
    if row is None or row.state in ("draft", "frozen"):
        return "no"
    if row.state == "in_verification":
        return "bad" if found else "now"
    return "ok"


def _review_step(row: Declaration | None) -> str:
    if row is None:
        return "no"
    return {"submitted": "now", "in_review": "now", "accepted": "ok", "returned": "bad"}.get(row.state, "no")


def facts_of(pack: Pack, row: Declaration | None, days: Days) -> PackFacts:
    """A pack and the declaration that stands for it, as the rules of a phase see them."""
    receipt = getattr(row, "receipt", None) if row is not None else None
    return PackFacts(
        pk=pack.pk,
        model=pack.model,
        chemistry=pack.chemistry,
        code=pack.gbt34014,
        registered=pack.state == "registered",
        typical=pack.is_typical,
        justified=bool(pack.typical_reason),
        waived=days.is_waived(pack.pk),
        last_day=days.of(pack.pk),
        state=row.state if row is not None else "",
        verified=row is not None and row.snapshot is not None and hasattr(row.snapshot, "statement"),
        submitted_on=as_day(receipt.submitted_at) if receipt is not None else None,
    )


def _steps(
    pack: Pack, row: Declaration | None, late: set[int], counts: tuple[int, int], calculated: str, found: bool
) -> tuple[str, str, str, str, str]:
    lines, unlinked = counts
    return (
        "ok" if pack.state == "registered" else "now",
        _data_step(pack.pk in late, lines, unlinked),
        {"done": "ok", "pending": "now", "failed": "bad"}.get(calculated, "no"),
        _verification_step(row, found),
        _review_step(row),
    )


def coverage_of(organisation: Organisation, phase: Phase) -> Coverage:
    """The coverage of one maker in one phase, in a fixed number of queries. The caller has checked who asks."""
    packs = list(
        Pack.objects.filter(organisation=organisation).exclude(state="retired").order_by("chemistry", "model")
    )
    standing, days = _declarations(organisation, phase), days_of(organisation.pk, phase)
    unlinked, lines = open_lines_by_pack(packs), lines_by_pack(packs)
    late = set(
        DataRequest.objects.filter(
            pack_parts__pack__in=packs,
            state__in=("sent", "opened", "in_progress", "returned"),
            due_on__lt=clock.today(),
        ).values_list("pack_parts__pack", flat=True)
    )
    newest = dict(
        Calculation.objects.filter(revision__inventory__pack__in=packs, ruleset_id=phase.ruleset_id)
        .order_by("created_at", "pk")
        .values_list("revision__inventory__pack", "state")
    )
    open_findings = set(
        Finding.objects.filter(
            declaration__in=[row.pk for row in standing.values()], state="open"
        ).values_list("declaration_id", flat=True)
    )
    rows = []
    for pack in packs:
        row = standing.get(pack.pk)
        counts = lines.get(pack.pk, 0), unlinked.get(pack.pk, 0)
        found = row is not None and row.pk in open_findings
        steps = _steps(pack, row, late, counts, newest.get(pack.pk, ""), found)
        rows.append(PackRow(pack, row, facts_of(pack, row, days), steps))
    facts = tuple(row.facts for row in rows)
    return Coverage(Standing(phase=phase, packs=facts, days=days, today=clock.today()), rows)


def coverage_for(actor: Actor, phase: Phase, organisation: Organisation | None = None) -> Coverage | None:
    """The coverage of the actor's own organisation; of any maker for an authority. None when not for the actor."""
    if actor.role in MAKER_ROLES and actor.organisation is not None:
        return coverage_of(actor.organisation, phase)
    if actor.role in (Role.REGULATOR, Role.ADMINISTRATOR) and organisation is not None:
        return coverage_of(organisation, phase)
    return None
