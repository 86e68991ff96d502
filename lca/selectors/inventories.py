"""Reading inventories, calculations and published results, narrowed to what the actor may see."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.db.models import Prefetch, Q, QuerySet

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from lca.models import (
    Calculation,
    Exchange,
    Inventory,
    PublishedResult,
    UncertaintyRun,
    UnitProcess,
)

MAKER_ROLES = frozenset({Role.EDITOR, Role.APPROVER, Role.VIEWER, Role.SUPPLIER})

CalculationScope = Callable[[Actor], QuerySet[Calculation]]
_calculation_scopes: list[CalculationScope] = []


def register_calculation_scope(scope: CalculationScope) -> CalculationScope:
    """Let another app open calculations to an actor, such as the verifier engaged for a declaration.

    ``scope(actor)`` returns the calculations that it opens, empty for everybody else. Usable as a decorator.
    """
    if scope not in _calculation_scopes:
        _calculation_scopes.append(scope)
    return scope


def inventories_for(actor: Actor) -> QuerySet[Inventory]:
    """Working inventories of the actor's organisation: the recipe, and nobody else's business."""
    if actor.organisation_id is None or actor.role not in MAKER_ROLES:
        return Inventory.objects.none()
    return Inventory.objects.filter(organisation_id=actor.organisation_id)


def with_lines(inventories: QuerySet[Inventory]) -> QuerySet[Inventory]:
    """The same inventories with processes, exchanges and linked results in a fixed number of queries."""
    exchanges = Exchange.objects.select_related("result", "result__organisation", "result__entered_by")
    processes = UnitProcess.objects.prefetch_related(Prefetch("exchanges", queryset=exchanges))
    return inventories.select_related("organisation").prefetch_related(
        Prefetch("processes", queryset=processes)
    )


def calculations_for(actor: Actor) -> QuerySet[Calculation]:
    """Calculations of the actor's organisation, and those that a registered scope opens to the actor."""
    rows = Calculation.objects.select_related("organisation", "revision", "revision__inventory", "release")
    if actor.organisation_id is None:
        return rows.none()
    reach = Q(organisation_id=actor.organisation_id) if actor.role in MAKER_ROLES else Q(pk__in=[])
    for scope in _calculation_scopes:
        reach |= Q(pk__in=scope(actor).order_by().values("pk"))
    return rows.filter(reach)


def latest_calculations(actor: Actor, inventory: Inventory) -> list[Calculation]:
    """The newest calculation of an inventory under each rule set, in order of rule set id."""
    rows = calculations_for(actor).filter(revision__inventory=inventory)
    return list(rows.order_by("ruleset_id", "-created_at", "-pk").distinct("ruleset_id"))


def siblings(actor: Actor, calculation: Calculation, *, whole: bool = True) -> list[Calculation]:
    """Calculations of the same frozen revision, the newest of each rule set; ``calculation`` is among them.

    Without ``whole`` the others come without ledger and document, which may be large: enough to name them.
    """
    rows = calculations_for(actor).filter(revision_id=calculation.revision_id)
    if not whole:
        rows = rows.defer("ledger", "problems", "revision__document")
    newest = {row.ruleset_id: row for row in rows.order_by("created_at", "pk")}
    newest[calculation.ruleset_id] = calculation
    return [newest[key] for key in sorted(newest)]


def results_for(actor: Actor) -> QuerySet[PublishedResult]:
    """Published results that the actor's organisation published, entered for a managed supplier, or was granted."""
    rows = PublishedResult.objects.select_related("organisation", "entered_by")
    if actor.organisation_id is None or actor.role not in MAKER_ROLES:
        return rows.none()
    own = actor.organisation_id
    granted = PublishedResult.objects.filter(grants__buyer_id=own).values("pk")
    return rows.filter(Q(organisation_id=own) | Q(entered_by_id=own) | Q(pk__in=granted))


def usable_results(actor: Actor) -> QuerySet[PublishedResult]:
    """Results that an inventory of the actor's organisation may be linked to, newest first, newest versions only."""
    return results_for(actor).filter(superseded_by__isnull=True).order_by("-published_at")


def latest_result(series: uuid.UUID) -> PublishedResult | None:
    """The newest version in a series of results."""
    return PublishedResult.objects.filter(series=series).order_by("-version").first()


def newer_result(actor: Actor, result: PublishedResult) -> PublishedResult | None:
    """A later version of ``result`` that the actor may see, or None."""
    return (
        results_for(actor)
        .filter(series=result.series, version__gt=result.version)
        .order_by("-version")
        .first()
    )


def is_expired(result: PublishedResult) -> bool:
    """Whether the result's validity has passed today (China time)."""
    return result.valid_until < clock.today()


def uncertainty_runs_for(actor: Actor, calculation: Calculation) -> QuerySet[UncertaintyRun]:
    """Monte Carlo runs of a calculation, newest first; none of a calculation that is not the actor's to see."""
    rows = UncertaintyRun.objects.filter(calculation__in=calculations_for(actor).order_by().values("pk"))
    return rows.filter(calculation=calculation).select_related("job", "calculation")
