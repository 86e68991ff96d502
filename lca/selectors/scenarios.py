"""Reading what-if scenarios, narrowed to the organisation that made them: nobody else ever sees one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from carbonfoot.accounts.actor import Actor
from lca import selectors
from lca.models import PublishedResult, Scenario, ScenarioResult
from lca.selectors import MAKER_ROLES
from lca.services.documents import result_document


def scenarios_for(actor: Actor) -> QuerySet[Scenario]:
    """Scenarios of the actor's organisation, the last changed first; those put away are among them."""
    if actor.organisation_id is None or actor.role not in MAKER_ROLES:
        return Scenario.objects.none()
    rows = Scenario.objects.filter(organisation_id=actor.organisation_id)
    return rows.select_related("organisation", "inventory", "base", "job")


def searched(rows: QuerySet[Scenario], q: str) -> QuerySet[Scenario]:
    """Scenarios with the words in their name or note, or in the name of their inventory."""
    text = q.strip()
    if not text:
        return rows
    places = ("name_zh", "name_en", "note", "inventory__name_zh", "inventory__name_en")
    found = Q()
    for place in places:
        found |= Q(**{f"{place}__icontains": text})
    return rows.filter(found)


def newest_results(scenarios: Sequence[Scenario]) -> dict[int, dict[str, ScenarioResult]]:
    """For each scenario its newest result under each rule set, of the changes and the base as they stand now."""
    rows = ScenarioResult.objects.filter(scenario__in=scenarios).defer("ledger")
    now = {row.pk: (row.changes, row.base_id) for row in scenarios}
    found: dict[int, dict[str, ScenarioResult]] = {row.pk: {} for row in scenarios}
    for row in rows.order_by("created_at", "pk"):
        if now[row.scenario_id] == (row.outcome.get("changes"), row.base_id):
            found[row.scenario_id][row.ruleset_id] = row
    return {key: {name: rows[name] for name in sorted(rows)} for key, rows in found.items()}


def results_named(actor: Actor, changes: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The published results that changes name, in document form, as far as the actor may use them."""
    keys = set()
    for change in changes:
        try:
            keys.add(uuid.UUID(str(change.get("result", ""))))
        except (ValueError, AttributeError):
            continue
    rows = selectors.results_for(actor).filter(pk__in=keys)
    return {str(row.pk): result_document(row) for row in rows}


def alternatives(actor: Actor, module_type: str) -> QuerySet[PublishedResult]:
    """Results that a line may be tried with: in the actor's reach, newest versions, of one kind of module."""
    rows = selectors.usable_results(actor)
    return rows.filter(module_type=module_type) if module_type else rows
