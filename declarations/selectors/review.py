"""What the authority sees: submitted declarations, their flags and peers."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Avg, Count, DateField, DurationField, ExpressionWrapper, F, Q, QuerySet
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import TruncDate

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import User
from carbonfoot.accounts.roles import Role
from carbonfoot.ui.dates import as_day
from declarations import plausibility
from declarations.figures import Figures, Frozen, figures_of, recalculated
from declarations.models import (
    Declaration,
    ReviewDecision,
    ReviewMatter,
    ReviewNote,
    Statement,
)
from declarations.selectors.peers import Peers, peers_of, spreads, spreads_of

# What was submitted once. Before that a declaration is the maker's own affair.
SUBMITTED = ("submitted", "in_review", "returned", "accepted", "superseded")
OPEN = ("submitted", "in_review")
DECLARED = (*OPEN, "accepted")
DECIDED = ("accepted", "returned")
SOON_DAYS = 5


def submissions_for(actor: Actor) -> QuerySet[Declaration]:
    """Declarations with a receipt, for the authority; one withdrawn after submission stays visible as such."""
    if actor.role != Role.REGULATOR or actor.organisation_id is None:
        return Declaration.objects.none()
    rows = Declaration.objects.select_related(
        "organisation", "pack", "phase", "snapshot", "receipt", "supersedes", "reviewer"
    )
    return rows.filter(Q(state__in=SUBMITTED) | Q(state="withdrawn"), receipt__isnull=False)


def with_term(rows: QuerySet[Declaration]) -> QuerySet[Declaration]:
    """Adds ``term``, the last day of the authority's term, as :func:`due_on` counts it."""
    day = TruncDate("receipt__submitted_at", tzinfo=clock.CHINA)
    return rows.annotate(term=ExpressionWrapper(day + F("phase__review_days"), output_field=DateField()))


def due_on(declaration: Declaration) -> dt.date:
    """The last day of the authority's term: so many days after the day of submission in China."""
    return as_day(declaration.receipt.submitted_at) + dt.timedelta(days=declaration.phase.review_days)


@dataclass(frozen=True)
class Row:
    """A line of the queue. ``unsettled`` counts questions and conditions that the authority has not closed."""

    declaration: Declaration
    figures: Figures
    flags: list[plausibility.Flag]
    due_on: dt.date
    questions: int = 0
    answered: int = 0
    conditions: int = 0
    conditions_late: int = 0

    @property
    def is_late(self) -> bool:
        """Past its term and not decided."""
        return self.declaration.state in OPEN and self.due_on < clock.today()


PARTS = ("totals", "stages", "quality", "warnings", "delivered_energy_kwh")


def _figures(rows: Iterable[Declaration]) -> dict[int, Figures]:
    """Figures by declaration, reading of each ledger only the parts that are listed (lines stay in the database)."""
    chosen = Declaration.objects.filter(pk__in=[row.pk for row in rows])
    values = chosen.values_list("pk", *(KeyTransform(part, "calculation__ledger") for part in PARTS))
    return {pk: figures_of(dict(zip(PARTS, parts, strict=True))) for pk, *parts in values}


def _signed(snapshots: Iterable[int | None]) -> dict[int, dict[str, Any]]:
    rows = Statement.objects.filter(snapshot_id__in=[pk for pk in snapshots if pk is not None])
    return {row.snapshot_id: row.content.get("figures") or {"report": row.report_number} for row in rows}


def _matters(rows: Iterable[Declaration]) -> dict[int, dict[str, int]]:
    """Unsettled questions and conditions by declaration."""
    unsettled = ReviewMatter.objects.filter(declaration__in=[row.pk for row in rows]).exclude(state="closed")
    question, condition = Q(kind="question"), Q(kind="condition")
    counted: Any = (
        unsettled.order_by()
        .values("declaration_id")
        .annotate(
            questions=Count("pk", filter=question),
            answered=Count("pk", filter=Q(state="answered")),
            conditions=Count("pk", filter=condition),
            conditions_late=Count("pk", filter=condition & Q(due_on__lt=clock.today())),
        )
    )
    return {row.pop("declaration_id"): row for row in counted}


def rows_of(declarations: Sequence[Declaration]) -> list[Row]:
    """Figures and flags of many declarations in a fixed number of queries."""
    before = [row.supersedes for row in declarations if row.supersedes is not None]
    figures = _figures([*declarations, *before])
    ruleset_of = dict(
        Declaration.objects.filter(pk__in=[row.pk for row in declarations]).values_list(
            "pk", "calculation__ruleset_id"
        )
    )
    rules = {row.pk: ruleset_of.get(row.pk) or row.phase.ruleset_id for row in declarations}
    near = spreads_of((row.pack.chemistry, rules[row.pk]) for row in declarations)
    signed, matters = _signed(row.snapshot_id for row in declarations), _matters(declarations)
    found = []
    for row in declarations:
        case = plausibility.Case(
            chemistry=row.pack.chemistry,
            figures=figures[row.pk],
            range=plausibility.published_range(row.pack.chemistry, rules[row.pk]),
            peers=near[row.pack.chemistry, rules[row.pk]],
            before=figures.get(row.supersedes_id) if row.supersedes_id else None,
            signed=signed.get(row.snapshot_id or 0, {}),
            verification_required=row.phase.verification_required,
        )
        flags = plausibility.flags(case)
        found.append(Row(row, figures[row.pk], flags, due_on(row), **matters.get(row.pk, {})))
    return found


def counts(actor: Actor) -> dict[str, int]:
    """What heads the queue: open, late, due within five days, nobody's, with answers to read, conditions overdue."""
    today = clock.today()
    rows = with_term(submissions_for(actor).filter(state__in=OPEN)).order_by()
    found: dict[str, int] = rows.aggregate(
        open=Count("pk"),
        late=Count("pk", filter=Q(term__lt=today)),
        soon=Count("pk", filter=Q(term__gte=today, term__lte=today + dt.timedelta(days=SOON_DAYS))),
        free=Count("pk", filter=Q(reviewer__isnull=True)),
        new=Count("pk", filter=Q(receipt__submitted_at__gt=clock.now() - dt.timedelta(days=7))),
    )
    reach = submissions_for(actor).order_by().values("pk")
    matters = ReviewMatter.objects.filter(declaration__in=reach).exclude(state="closed").order_by()
    return found | matters.aggregate(
        answered=Count("pk", filter=Q(state="answered")),
        conditions_late=Count("pk", filter=Q(kind="condition", due_on__lt=today)),
    )


@dataclass(frozen=True)
class Load:
    """What one reviewer has: open cases, of these late or due soon, answers to read, decided in the last 90 days."""

    reviewer: User
    open: int
    late: int
    soon: int
    answered: int
    conditions: int
    decided: int


def workload(actor: Actor, colleagues: Sequence[User], days: int = 90) -> list[Load]:
    """The load of each colleague, the fullest first, in three queries."""
    today, people = clock.today(), [user.pk for user in colleagues]
    open_rows = with_term(submissions_for(actor).filter(state__in=OPEN, reviewer__in=people)).order_by()
    cases: dict[int, Any] = {
        row["reviewer_id"]: row
        for row in open_rows.values("reviewer_id").annotate(
            all=Count("pk"),
            late=Count("pk", filter=Q(term__lt=today)),
            soon=Count("pk", filter=Q(term__gte=today, term__lte=today + dt.timedelta(days=SOON_DAYS))),
        )
    }
    matters = ReviewMatter.objects.filter(declaration__reviewer__in=people).exclude(state="closed").order_by()
    asked: dict[int, Any] = {
        row["declaration__reviewer_id"]: row
        for row in matters.values("declaration__reviewer_id").annotate(
            answered=Count("pk", filter=Q(state="answered")),
            conditions=Count("pk", filter=Q(kind="condition")),
        )
    }
    since = clock.now() - dt.timedelta(days=days)
    decided = dict(
        ReviewDecision.objects.filter(kind__in=DECIDED, decided_by__in=people, decided_at__gte=since)
        .order_by()
        .values("decided_by_id")
        .annotate(count=Count("pk"))
        .values_list("decided_by_id", "count")
    )
    loads = []
    for user in colleagues:
        case = cases.get(user.pk, {})
        matter = asked.get(user.pk, {})
        loads.append(
            Load(
                user,
                case.get("all", 0),
                case.get("late", 0),
                case.get("soon", 0),
                matter.get("answered", 0),
                matter.get("conditions", 0),
                decided.get(user.pk, 0),
            )
        )
    return sorted(loads, key=lambda load: (-load.open, load.reviewer.name))


def mean_days(days: int = 90) -> float | None:
    """Mean days from submission to decision over the last ``days`` days; None if nothing was decided."""
    since = clock.now() - dt.timedelta(days=days)
    rows = ReviewDecision.objects.filter(
        kind__in=DECIDED, decided_at__gte=since, declaration__receipt__isnull=False
    )
    took = Avg(F("decided_at") - F("declaration__receipt__submitted_at"), output_field=DurationField())
    mean: dt.timedelta | None = rows.order_by().aggregate(mean=took)["mean"]
    return mean.total_seconds() / 86400 if mean is not None else None


@dataclass(frozen=True)
class Comparison:
    """Everything that the review page sets side by side."""

    frozen: Frozen
    recalculated: Figures | None
    statement: Statement | None
    before: Frozen | None
    peers: Peers
    spreads: dict[str, plausibility.Spread]
    range: plausibility.Range | None
    flags: list[plausibility.Flag]
    notes: dict[str, list[ReviewNote]] = field(default_factory=dict)


def comparison(declaration: Declaration) -> Comparison:
    """The declaration beside its calculation, its statement, the version before and its peers."""
    if declaration.snapshot is None:
        raise Declaration.DoesNotExist
    frozen = Frozen(declaration.snapshot)
    chemistry = frozen.pack.get("chemistry", "")
    ruleset = frozen.calculation["ruleset"]
    near = spreads(chemistry, ruleset["id"], declaration.number)
    statement = Statement.objects.select_related("organisation").filter(snapshot=declaration.snapshot).first()
    earlier = declaration.supersedes
    before = Frozen(earlier.snapshot) if earlier is not None and earlier.snapshot is not None else None
    again = recalculated(declaration.calculation) if declaration.calculation else None
    bounds = plausibility.published_range(chemistry, ruleset["id"], ruleset["version"])
    case = plausibility.Case(
        chemistry=chemistry,
        figures=frozen.figures,
        range=bounds,
        peers=near,
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
        peers=peers_of(chemistry, ruleset["id"], declaration.number, frozen.figures.per_kwh_capacity),
        spreads=near,
        range=bounds,
        flags=plausibility.flags(case),
        notes=notes_of(declaration),
    )


def notes_of(declaration: Declaration) -> dict[str, list[ReviewNote]]:
    """Reviewers' notes by section, oldest first."""
    found: dict[str, list[ReviewNote]] = defaultdict(list)
    for note in declaration.review_notes.select_related("written_by"):
        found[note.section].append(note)
    return dict(found)


def other_open(actor: Actor, declaration: Declaration) -> tuple[Declaration | None, Declaration | None]:
    """The declarations before and after this one in the queue by date of submission."""
    rows = submissions_for(actor).filter(state__in=OPEN)
    at = declaration.receipt.submitted_at
    earlier = rows.filter(receipt__submitted_at__lt=at).order_by("-receipt__submitted_at").first()
    later = rows.filter(receipt__submitted_at__gt=at).order_by("receipt__submitted_at").first()
    return earlier, later
