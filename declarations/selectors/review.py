"""What the authority sees: submitted declarations, their flags and peers, and the coverage of a phase by maker."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KeyTransform

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.accounts.roles import OrganisationKind, Role
from carbonfoot.ui.dates import as_day
from declarations import plausibility
from declarations.figures import Figures, Frozen, figures_of, recalculated
from declarations.models import Declaration, Pack, Phase, RegisterEntry, ReviewDecision, ReviewNote, Statement

# What was submitted once. Before that a declaration is the maker's own affair.
SUBMITTED = ("submitted", "in_review", "returned", "accepted", "superseded")
OPEN = ("submitted", "in_review")
DECLARED = (*OPEN, "accepted")


def submissions_for(actor: Actor) -> QuerySet[Declaration]:
    """Declarations with a receipt, for the authority; one withdrawn after submission stays visible as such."""
    if actor.role != Role.REGULATOR or actor.organisation_id is None:
        return Declaration.objects.none()
    taken = ReviewDecision.objects.filter(declaration=OuterRef("pk"), kind="taken_up").order_by(
        "-decided_at", "-pk"
    )
    rows = Declaration.objects.select_related(
        "organisation", "pack", "phase", "snapshot", "receipt", "supersedes"
    )
    return rows.filter(Q(state__in=SUBMITTED) | Q(state="withdrawn"), receipt__isnull=False).annotate(
        reviewer_id=Subquery(taken.values("decided_by")[:1]),
        reviewer_name=Subquery(taken.values("decided_by__name")[:1]),
    )


def taken_up_by(actor: Actor) -> QuerySet[Declaration]:
    """Submissions that the actor itself took up last."""
    rows: Any = submissions_for(actor)
    return rows.filter(reviewer_id=actor.user.pk if actor.user else None)


def due_on(declaration: Declaration) -> dt.date:
    """The last day of the authority's term: so many days after the day of submission in China."""
    return as_day(declaration.receipt.submitted_at) + dt.timedelta(days=declaration.phase.review_days)


@dataclass(frozen=True)
class Row:
    """A line of the queue."""

    declaration: Declaration
    figures: Figures
    flags: list[plausibility.Flag]
    due_on: dt.date

    @property
    def is_late(self) -> bool:
        """Past its term and not decided."""
        return self.declaration.state in OPEN and self.due_on < clock.today()


@dataclass
class Queue:
    """The rows that a filter leaves, with the counts that head the page."""

    rows: list[Row]
    late: int = 0
    soon: int = 0
    flagged: int = 0
    grave: int = 0
    new: int = 0


PARTS = ("totals", "stages", "quality", "warnings", "delivered_energy_kwh")


def _figures(rows: Iterable[Declaration]) -> dict[int, Figures]:
    """Figures by declaration, reading of each ledger only the parts that are listed (lines stay in the database)."""
    chosen = Declaration.objects.filter(pk__in=[row.pk for row in rows])
    values = chosen.values_list("pk", *(KeyTransform(part, "calculation__ledger") for part in PARTS))
    return {pk: figures_of(dict(zip(PARTS, parts, strict=True))) for pk, *parts in values}


def peers(
    chemistries: Iterable[str], ruleset_ids: Iterable[str]
) -> dict[tuple[str, str], list[tuple[str, float]]]:
    """(chemistry, rule set) -> [(declaration number, kg CO2e per kWh of capacity)] of what is in the register now."""
    found: dict[tuple[str, str], list[tuple[str, float]]] = defaultdict(list)
    rows = RegisterEntry.objects.filter(
        declaration__state="accepted", chemistry__in=set(chemistries), ruleset_id__in=set(ruleset_ids)
    )
    for chemistry, ruleset, number, value in rows.values_list(
        "chemistry", "ruleset_id", "number", "per_kwh_capacity"
    ):
        found[chemistry, ruleset].append((number, value))
    return found


def _signed(snapshots: Iterable[int | None]) -> dict[int, dict[str, Any]]:
    rows = Statement.objects.filter(snapshot_id__in=[pk for pk in snapshots if pk is not None])
    return {row.snapshot_id: row.content.get("figures") or {"report": row.report_number} for row in rows}


def rows_of(declarations: Sequence[Declaration]) -> list[Row]:
    """Figures and flags of many declarations in a fixed number of queries."""
    before = [row.supersedes for row in declarations if row.supersedes is not None]
    figures = _figures([*declarations, *before])
    ruleset_of = dict(
        Declaration.objects.filter(pk__in=[row.pk for row in declarations]).values_list(
            "pk", "calculation__ruleset_id"
        )
    )
    near = peers((row.pack.chemistry for row in declarations), (name for name in ruleset_of.values() if name))
    signed = _signed(row.snapshot_id for row in declarations)
    found = []
    for row in declarations:
        ruleset = ruleset_of.get(row.pk) or row.phase.ruleset_id
        case = plausibility.Case(
            chemistry=row.pack.chemistry,
            figures=figures[row.pk],
            range=plausibility.published_range(row.pack.chemistry, ruleset),
            peers=[value for number, value in near[row.pack.chemistry, ruleset] if number != row.number],
            before=figures.get(row.supersedes_id) if row.supersedes_id else None,
            signed=signed.get(row.snapshot_id or 0, {}),
            verification_required=row.phase.verification_required,
        )
        found.append(Row(row, figures[row.pk], plausibility.flags(case), due_on(row)))
    return found


def queue(declarations: Sequence[Declaration]) -> Queue:
    """Rows with their flags, and the counts."""
    rows = rows_of(declarations)
    today = clock.today()
    live = [row for row in rows if row.declaration.state in OPEN]
    return Queue(
        rows=rows,
        late=sum(row.is_late for row in live),
        soon=sum(today <= row.due_on <= today + dt.timedelta(days=5) for row in live),
        flagged=sum(bool(row.flags) for row in live),
        grave=sum(any(flag.kind == "bad" for flag in row.flags) for row in live),
        new=sum(as_day(row.declaration.receipt.submitted_at) > today - dt.timedelta(days=7) for row in live),
    )


def mean_days(days: int = 90) -> float | None:
    """Mean days from submission to decision over the last ``days`` days; None if nothing was decided."""
    since = clock.now() - dt.timedelta(days=days)
    rows = ReviewDecision.objects.filter(kind__in=["accepted", "returned"], decided_at__gte=since)
    spans = [
        (decided - submitted).total_seconds() / 86400
        for decided, submitted in rows.values_list("decided_at", "declaration__receipt__submitted_at")
        if submitted is not None
    ]
    return sum(spans) / len(spans) if spans else None


@dataclass(frozen=True)
class Comparison:
    """Everything that the review page sets side by side."""

    frozen: Frozen
    recalculated: Figures | None
    statement: Statement | None
    before: Frozen | None
    peers: list[tuple[str, float]]
    range: plausibility.Range | None
    flags: list[plausibility.Flag]
    percentile: float | None
    notes: dict[str, list[ReviewNote]] = field(default_factory=dict)


def comparison(declaration: Declaration) -> Comparison:
    """The declaration beside its calculation, its statement, the version before and its peers."""
    if declaration.snapshot is None:
        raise Declaration.DoesNotExist
    frozen = Frozen(declaration.snapshot)
    chemistry = frozen.pack.get("chemistry", "")
    ruleset = frozen.calculation["ruleset"]
    near = [
        item
        for item in peers([chemistry], [ruleset["id"]])[chemistry, ruleset["id"]]
        if item[0] != declaration.number
    ]
    values = [value for _number, value in near]
    statement = Statement.objects.select_related("organisation").filter(snapshot=declaration.snapshot).first()
    earlier = declaration.supersedes
    before = Frozen(earlier.snapshot) if earlier is not None and earlier.snapshot is not None else None
    again = recalculated(declaration.calculation) if declaration.calculation else None
    bounds = plausibility.published_range(chemistry, ruleset["id"], ruleset["version"])
    case = plausibility.Case(
        chemistry=chemistry,
        figures=frozen.figures,
        range=bounds,
        peers=values,
        before=before.figures if before else None,
        recalculated=again,
        signed=(statement.content.get("figures") or {"report": statement.report_number}) if statement else {},
        verification_required=declaration.phase.verification_required,
    )
    return Comparison(
        frozen=frozen,
        recalculated=again,
        statement=statement,
        before=before,
        peers=near,
        range=bounds,
        flags=plausibility.flags(case),
        percentile=plausibility.percentile(frozen.figures.per_kwh_capacity, values),
        notes=notes_of(declaration),
    )


def notes_of(declaration: Declaration) -> dict[str, list[ReviewNote]]:
    """Reviewers' notes by section, oldest first."""
    found: dict[str, list[ReviewNote]] = defaultdict(list)
    for note in declaration.review_notes.select_related("written_by"):
        found[note.section].append(note)
    return dict(found)


@dataclass
class MakerCoverage:
    """How far a maker is in a phase. Packs are counted once, whatever the versions of their declarations."""

    maker: Organisation
    packs: int = 0
    typical: int = 0
    submitted: set[int] = field(default_factory=set)
    accepted: set[int] = field(default_factory=set)
    returned: set[int] = field(default_factory=set)
    in_use: set[str] = field(default_factory=set)
    covered: set[str] = field(default_factory=set)
    wanted: int = 0

    @property
    def declared(self) -> int:
        """Packs with a declaration that is submitted, in review or accepted."""
        return len(self.submitted | self.accepted)

    @property
    def missing_packs(self) -> int:
        """How many more packs the phase asks for."""
        return max(self.wanted - self.declared, 0)

    @property
    def missing_chemistries(self) -> list[str]:
        """Chemistries in use that no submitted or accepted declaration covers."""
        return sorted(self.in_use - self.covered)

    @property
    def state(self) -> str:
        """met (all accepted), filed (all submitted), or short."""
        if self.missing_packs or self.missing_chemistries:
            return "short"
        return "met" if len(self.accepted) >= self.wanted and not self.submitted - self.accepted else "filed"


def coverage(actor: Actor, phase: Phase) -> list[MakerCoverage]:
    """All makers against a phase's rule: how many packs, every chemistry in use. Empty but for the authority.

    The same rule as ``selectors.phases.coverage_of``, for all makers in three queries.
    Of packs that were never submitted the authority learns number and chemistry, nothing else.
    """
    if actor.role not in (Role.REGULATOR, Role.ADMINISTRATOR):
        return []
    makers = Organisation.objects.filter(kind=OrganisationKind.MAKER, is_active=True)
    found = {maker.pk: MakerCoverage(maker) for maker in makers}
    packs = Pack.objects.filter(state="registered", organisation_id__in=found)
    for maker, chemistry, typical in packs.values_list("organisation_id", "chemistry", "is_typical"):
        row = found[maker]
        row.packs += 1
        row.typical += typical
        row.in_use.add(chemistry)
    filed = Declaration.objects.filter(
        phase=phase, state__in=[*DECLARED, "returned"], organisation_id__in=found
    ).exclude(pack__state="retired")
    if not phase.every_pack:
        filed = filed.filter(pack__is_typical=True)
    columns = ("organisation_id", "pack_id", "state", "pack__chemistry", "snapshot__statement")
    for maker, pack, state, chemistry, statement in filed.values_list(*columns):
        row = found[maker]
        if state == "returned":
            row.returned.add(pack)
        elif statement is not None or not phase.verification_required:
            (row.accepted if state == "accepted" else row.submitted).add(pack)
            row.covered.add(chemistry)
    for row in found.values():
        row.wanted = row.packs if phase.every_pack else phase.min_packs
        if not phase.every_chemistry:
            row.covered |= row.in_use
    return sorted(found.values(), key=lambda row: (row.state != "short", -row.missing_packs, row.maker.code))


def other_open(actor: Actor, declaration: Declaration) -> tuple[Declaration | None, Declaration | None]:
    """The declarations before and after this one in the queue by date of submission."""
    rows = submissions_for(actor).filter(state__in=OPEN)
    at = declaration.receipt.submitted_at
    earlier = rows.filter(receipt__submitted_at__lt=at).order_by("-receipt__submitted_at").first()
    later = rows.filter(receipt__submitted_at__gt=at).order_by("receipt__submitted_at").first()
    return earlier, later
