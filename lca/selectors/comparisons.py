"""Reading for comparisons: calculations of one frozen inventory, calculations to pick from, what used a rule set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import Count, Q, QuerySet

from carbonfoot.accounts.actor import Actor
from lca.models import Calculation, CalculationState
from lca.selectors import calculations_for

# What lists show; the ledger and the frozen document are large and stay where they are.
_HEAVY = ("ledger", "revision__document", "problems")


def of_revision(actor: Actor, calculation: Calculation) -> list[Calculation]:
    """Finished calculations of the same frozen inventory, the newest of each rule set, version and factor release.

    In order of rule set, version and release; ``calculation`` itself is among them if it is finished.
    """
    rows = calculations_for(actor).filter(revision_id=calculation.revision_id, state=CalculationState.DONE)
    newest = {
        (row.ruleset_id, row.ruleset_version, row.release.code): row
        for row in rows.defer(*_HEAVY).order_by("created_at", "pk")
    }
    if calculation.state == CalculationState.DONE:
        key = (calculation.ruleset_id, calculation.ruleset_version, calculation.release.code)
        newest[key] = calculation
    return [newest[key] for key in sorted(newest)]


def comparable(actor: Actor, q: str = "", ruleset: str = "") -> QuerySet[Calculation]:
    """Finished calculations within reach, newest first, that match every word of ``q``.

    Words are looked for in the inventory's names, the organisation's, the rule set and the factor release.
    """
    rows = calculations_for(actor).filter(state=CalculationState.DONE).defer(*_HEAVY)
    for word in q.split():
        rows = rows.filter(
            Q(revision__inventory__name_zh__icontains=word)
            | Q(revision__inventory__name_en__icontains=word)
            | Q(organisation__name_zh__icontains=word)
            | Q(organisation__name_en__icontains=word)
            | Q(ruleset_id__icontains=word)
            | Q(release__code__icontains=word)
        )
    if ruleset:
        rows = rows.filter(ruleset_id=ruleset)
    return rows.order_by("-created_at", "-pk")


UsageCounter = Callable[[Actor], dict[tuple[str, str], int]]
_usages: dict[str, tuple[Any, UsageCounter]] = {}


def register_ruleset_usage(code: str, label: Any, counter: UsageCounter) -> None:
    """Let another app say how much of its own rests on a rule set: ``counter(actor)`` by (id, version)."""
    _usages[code] = (label, counter)


def calculations_by_ruleset(actor: Actor) -> dict[tuple[str, str], int]:
    """How many finished calculations within the actor's reach used each version of each rule set."""
    rows = calculations_for(actor).filter(state=CalculationState.DONE).order_by()
    counted = rows.values("ruleset_id", "ruleset_version").annotate(count=Count("pk"))
    return {(row["ruleset_id"], row["ruleset_version"]): row["count"] for row in counted}


def ruleset_usage(actor: Actor) -> list[tuple[Any, dict[tuple[str, str], int]]]:
    """What rests on each version of each rule set within the actor's reach: (label, counts), as apps registered it."""
    return [(label, counter(actor)) for label, counter in _usages.values()]
