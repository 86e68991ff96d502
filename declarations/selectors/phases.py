"""How far a maker has come in a phase: which packs, which chemistries, and what is missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Q

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.accounts.roles import Role
from declarations.models import Chemistry, Declaration, Finding, Pack, Phase
from declarations.selectors.declarations import MAKER_ROLES
from declarations.selectors.packs import lines_by_pack, open_lines_by_pack
from lca.models import Calculation
from suppliers.models import DataRequest

# Submitted and not sent back: what counts as declared.
DECLARED = ("submitted", "in_review", "accepted")


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

    Each step is ``ok``, ``now``, ``no`` (not begun) or ``bad`` (must be mended).
    """

    pack: Pack
    declaration: Declaration | None
    facts: str
    data: str
    calculation: str
    verification: str
    review: str

    @property
    def steps(self) -> tuple[str, ...]:
        """The five steps in their order."""
        return (self.facts, self.data, self.calculation, self.verification, self.review)

    @property
    def is_declared(self) -> bool:
        """Whether it counts: submitted or accepted, with a statement where the phase asks for one."""
        row = self.declaration
        if row is None or row.state not in DECLARED:
            return False
        return not row.phase.verification_required or (
            row.snapshot is not None and hasattr(row.snapshot, "statement")
        )


@dataclass(frozen=True)
class Coverage:
    """What a phase asks of a maker, and what is there."""

    phase: Phase
    rows: list[PackRow]
    needed: int
    declared: int
    accepted: int
    chemistries: list[str] = field(default_factory=list)
    missing_chemistries: list[str] = field(default_factory=list)

    @property
    def missing_packs(self) -> int:
        """How many packs are still to be declared."""
        return max(0, self.needed - self.declared)

    @property
    def is_complete(self) -> bool:
        """Whether the phase asks for nothing more."""
        return not self.missing_packs and not self.missing_chemistries

    @property
    def missing_labels(self) -> list[str]:
        """Names of the missing chemistries in the reader's language."""
        return [str(Chemistry(value).label) for value in self.missing_chemistries]


def _declarations(organisation: Organisation, phase: Phase) -> dict[int, Declaration]:
    """The declaration that stands for each pack: the newest not withdrawn, or an accepted one under correction."""
    rows = Declaration.objects.filter(organisation=organisation, phase=phase).exclude(state="withdrawn")
    found: dict[int, Declaration] = {}
    for row in rows.select_related("phase", "snapshot__statement", "pack").order_by("created_at", "pk"):
        before = found.get(row.pack_id)
        if before is not None and before.state == "accepted" and row.state not in DECLARED:
            continue
        found[row.pack_id] = row
    return found


def _data_step(late: bool, lines: int, unlinked: int) -> str:
    if late:
        return "bad"
    if not lines:
        return "no"
    return "now" if unlinked else "ok"


def _verification_step(row: Declaration | None, open_findings: set[int]) -> str:
    if row is None or row.state in ("draft", "frozen"):
        return "no"
    if row.state == "in_verification":
        return "bad" if row.pk in open_findings else "now"
    return "ok"


def _review_step(row: Declaration | None) -> str:
    if row is None:
        return "no"
    return {"submitted": "now", "in_review": "now", "accepted": "ok", "returned": "bad"}.get(row.state, "no")


def coverage_of(organisation: Organisation, phase: Phase) -> Coverage:
    """The coverage of one maker in one phase, in a fixed number of queries. The caller has checked who asks."""
    packs = list(
        Pack.objects.filter(organisation=organisation).exclude(state="retired").order_by("chemistry", "model")
    )
    standing = _declarations(organisation, phase)
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
        rows.append(
            PackRow(
                pack=pack,
                declaration=row,
                facts="ok" if pack.state == "registered" else "now",
                data=_data_step(pack.pk in late, lines.get(pack.pk, 0), unlinked.get(pack.pk, 0)),
                calculation={"done": "ok", "pending": "now", "failed": "bad"}.get(
                    newest.get(pack.pk, ""), "no"
                ),
                verification=_verification_step(row, open_findings),
                review=_review_step(row),
            )
        )
    counted = [row for row in rows if phase.every_pack or row.pack.is_typical]
    declared = [row for row in counted if row.is_declared]
    used = sorted({row.pack.chemistry for row in rows if row.pack.state == "registered"})
    covered = {row.pack.chemistry for row in declared}
    registered = sum(1 for row in rows if row.pack.state == "registered")
    return Coverage(
        phase=phase,
        rows=rows,
        needed=registered if phase.every_pack else phase.min_packs,
        declared=len(declared),
        accepted=sum(
            1 for row in declared if row.declaration is not None and row.declaration.state == "accepted"
        ),
        chemistries=used,
        missing_chemistries=[value for value in used if value not in covered]
        if phase.every_chemistry
        else [],
    )


def coverage_for(actor: Actor, phase: Phase, organisation: Organisation | None = None) -> Coverage | None:
    """The coverage of the actor's own organisation; of any maker for an authority. None when not for the actor."""
    if actor.role in MAKER_ROLES and actor.organisation is not None:
        return coverage_of(actor.organisation, phase)
    if actor.role in (Role.REGULATOR, Role.ADMINISTRATOR) and organisation is not None:
        return coverage_of(organisation, phase)
    return None
