"""What a new set of factors would change: the calculations that it touches, with old and new figures.

Each organisation sees its own calculations with their figures. The operator sees, for each organisation, how many
results change and by which class of size, and nothing from which a recipe follows: not even the exact change, since
with one factor changed it would give away how much of a product rests on that factor.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from lca.engine.exposure import Effect, Estimate, changed_keys, estimate, largest, relative
from lca.engine.factors import FactorRelease as EngineRelease
from lca.engine.version import ENGINE_VERSION
from lca.models import (
    Calculation,
    CalculationState,
    DraftImpact,
    DraftState,
    FactorDraft,
    FactorRelease,
    FactorUse,
)
from lca.reference import current_release, draft_release, engine_release
from lca.selectors import MAKER_ROLES

# Upper ends of the classes of size in which the operator sees changes, as shares of the result.
CLASSES = (0.001, 0.01, 0.05, 0.1)


@dataclass(frozen=True)
class Dependant:
    """Something that rests on a calculation: a declaration. ``status`` is its word of state."""

    title: str
    url: str
    status: Any


# Which calculations something rests on, of all organisations; and what rests on calculations, as far as the actor sees.
Pinned = Callable[[], QuerySet[Calculation]]
Named = Callable[[Actor, Collection[int]], Mapping[int, list[Dependant]]]
_pinned: list[Pinned] = []
_named: list[Named] = []


def register_dependants(pinned: Pinned, named: Named) -> None:
    """Let another app say which calculations its rows rest on. Called once for each app, when Django starts."""
    _pinned.append(pinned)
    _named.append(named)


def dependants(actor: Actor, calculations: Collection[int]) -> dict[int, list[Dependant]]:
    """What rests on the calculations, as far as the actor may see it."""
    found: dict[int, list[Dependant]] = defaultdict(list)
    for finder in _named:
        for key, rows in finder(actor, calculations).items():
            found[key] += rows
    return dict(found)


def standing_calculations() -> QuerySet[Calculation]:
    """Finished calculations that a new release concerns: the newest of each inventory and rule set, and all that
    something rests on."""
    done = Calculation.objects.filter(state=CalculationState.DONE)
    newest = done.order_by("revision__inventory_id", "ruleset_id", "-created_at", "-pk").distinct(
        "revision__inventory_id", "ruleset_id"
    )
    reach = Q(pk__in=newest.values("pk"))
    for pinned in _pinned:
        reach |= Q(pk__in=pinned().order_by().values("pk"))
    return done.filter(reach)


def own_standing(actor: Actor) -> QuerySet[Calculation]:
    """Those of the actor's organisation, for roles that see its calculations."""
    if actor.organisation_id is None or actor.role not in MAKER_ROLES:
        return Calculation.objects.none()
    return standing_calculations().filter(organisation_id=actor.organisation_id)


def drafts_for(actor: Actor) -> QuerySet[FactorDraft]:
    """Drafts that the actor may see: the operator all of them, makers and suppliers what was announced to them."""
    rows = FactorDraft.objects.select_related("base", "release").defer("factors")
    if actor.role == Role.ADMINISTRATOR:
        return rows
    if actor.role in MAKER_ROLES:
        return rows.filter(
            Q(state=DraftState.ANNOUNCED) | Q(state=DraftState.PUBLISHED, announced_at__isnull=False)
        )
    return rows.none()


def values_of(release: EngineRelease) -> dict[str, Decimal]:
    """Factor key -> value."""
    return {key: factor.value for key, factor in release.factors.items()}


@dataclass(frozen=True)
class Impact:
    """One calculation under other factors. Figures are per unit of the reference product, kg CO2e."""

    calculation: Calculation
    estimate: Estimate
    exact: DraftImpact | None = None
    dependants: list[Dependant] = field(default_factory=list)

    @property
    def old(self) -> float:
        """The figure as calculated, per unit of the reference product."""
        return self.calculation.per_piece or 0.0

    @property
    def estimated_change(self) -> float | None:
        """The first-order change as a share of the result; None where a factor is gone."""
        return None if self.estimate.gone else relative(self.estimate.kgco2e, self.calculation.per_piece)

    @property
    def exact_change(self) -> float | None:
        """The change of the full calculation as a share of the result, None before it was made."""
        if self.exact is None or self.exact.per_piece is None:
            return None
        return relative(self.exact.per_piece - self.old, self.calculation.per_piece)

    @property
    def change(self) -> float | None:
        """The best that is known: the exact change, else the estimate."""
        return self.estimated_change if self.exact_change is None else self.exact_change

    @property
    def impossible(self) -> bool:
        """Whether nothing would come of the inventory: a factor that it is linked to is gone, or the rules refuse."""
        return bool(self.exact.problems) if self.exact is not None else bool(self.estimate.gone)

    @property
    def touched(self) -> bool:
        """Whether the result would be another one."""
        if self.exact is not None:
            return bool(self.exact.problems) or bool(self.exact_change)
        return self.estimate.touched

    @property
    def other_engine(self) -> bool:
        """Whether the exact figure was made by another version of the engine than the old one."""
        return self.exact is not None and self.calculation.engine_version != ENGINE_VERSION

    def scaled(self, value: float | None) -> float | None:
        """A figure per unit of the reference product as one per functional unit, where the result has one."""
        base = self.calculation.per_functional_unit
        if value is None or base is None or not self.old:
            return None
        return value * base / self.old

    @property
    def new(self) -> float | None:
        """The new figure per unit of the reference product: exact, else estimated; None where there is none."""
        if self.exact is not None:
            return self.exact.per_piece
        return None if self.estimate.gone else self.old + self.estimate.kgco2e

    @property
    def effects(self) -> tuple[Effect, ...]:
        """The factors responsible, largest effect first."""
        return self.estimate.effects


def impacts(
    calculations: QuerySet[Calculation], new: EngineRelease, draft: FactorDraft | None = None
) -> list[Impact]:
    """Each calculation with its estimate, and its exact figures as far as they were made for the draft.

    A fixed number of queries; the effects are read from the factors behind each result, no ledger is opened.
    """
    rows = list(
        calculations.select_related("release", "organisation", "revision__inventory").defer(
            "ledger", "revision__document"
        )
    )
    after = values_of(new)
    before = {row.release_id: values_of(engine_release(row.release)) for row in rows}
    moved: set[str] = set().union(*(changed_keys(values, after) for values in before.values()))
    amounts: dict[int, dict[str, float]] = defaultdict(dict)
    uses = FactorUse.objects.filter(calculation__in=[row.pk for row in rows], key__in=moved)
    for pk, key, amount in uses.values_list("calculation_id", "key", "amount"):
        amounts[pk][key] = amount
    exact: dict[int, DraftImpact] = {}
    if draft is not None:
        made = DraftImpact.objects.filter(draft=draft, calculation__in=[row.pk for row in rows])
        exact = {item.calculation_id: item for item in made}
    found = [
        Impact(row, estimate(amounts[row.pk], before[row.release_id], after), exact.get(row.pk))
        for row in rows
    ]
    return sorted(
        found, key=lambda item: (not item.impossible, -abs(item.change or 0.0), item.calculation.pk)
    )


def draft_impacts(actor: Actor, draft: FactorDraft) -> list[Impact]:
    """The actor's own calculations under a draft, the largest change first."""
    return impacts(own_standing(actor), draft_release(draft), draft)


def with_dependants(actor: Actor, rows: Iterable[Impact]) -> list[Impact]:
    """The same rows with the declarations that rest on them."""
    rows = list(rows)
    found = dependants(actor, [row.calculation.pk for row in rows])
    return [
        Impact(row.calculation, row.estimate, row.exact, found.get(row.calculation.pk, [])) for row in rows
    ]


@dataclass(frozen=True)
class Agreement:
    """How well estimates agree with full calculations: results with both, and the largest gap as a share of one."""

    compared: int
    gap: float


def agreement(rows: Iterable[Impact]) -> Agreement:
    """The largest difference between the estimated and the exact change over all results that have both."""
    both = [
        (row.estimated_change, row.exact_change)
        for row in rows
        if row.estimated_change is not None and row.exact_change is not None
    ]
    return Agreement(
        len(both), largest(exact - guess for guess, exact in both if exact is not None and guess is not None)
    )


@dataclass
class OrganisationImpact:
    """What the operator sees of one organisation: counts, never figures or names."""

    code: str
    name: str
    total: int = 0
    touched: int = 0
    impossible: int = 0
    exact: int = 0
    classes: list[int] = field(default_factory=lambda: [0] * (len(CLASSES) + 1))


def size_class(change: float) -> int:
    """The class of a change: the number of ends in CLASSES that it reaches."""
    return sum(abs(change) >= end for end in CLASSES)


def by_organisation(draft: FactorDraft) -> tuple[list[OrganisationImpact], Agreement]:
    """For the operator: counts of results by organisation and class of change, and how exact the estimates are."""
    rows = impacts(standing_calculations(), draft_release(draft), draft)
    found: dict[int, OrganisationImpact] = {}
    for row in rows:
        owner = row.calculation.organisation
        entry = found.setdefault(owner.pk, OrganisationImpact(owner.code, owner.name))
        entry.total += 1
        entry.exact += row.exact is not None
        if row.impossible:
            entry.impossible += 1
        elif row.touched and row.change is not None:
            entry.touched += 1
            entry.classes[size_class(row.change)] += 1
    return sorted(found.values(), key=lambda entry: entry.code), agreement(rows)


@dataclass(frozen=True)
class News:
    """There is a newer release than the one that a result rests on, and what it would make of it."""

    release: FactorRelease
    impact: Impact


def release_news(calculation: Calculation) -> News | None:
    """What the release in force would make of a finished calculation; None if it rests on that release already.

    Nothing is calculated again by itself: this is the exact figure if it was made before the release was published, or
    the first-order estimate.
    """
    current = current_release()
    if calculation.state != CalculationState.DONE or calculation.release_id == current.pk:
        return None
    draft = FactorDraft.objects.filter(release=current).defer("factors").first()
    rows = impacts(Calculation.objects.filter(pk=calculation.pk), engine_release(current), draft)
    return News(current, rows[0]) if rows else None
