"""Calculating again with a draft's factors, beside the results and never in their place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from carbonfoot.jobs.models import Job
from carbonfoot.jobs.services import enqueue
from lca import rulesets
from lca.engine import InventoryError, calculate, parse_inventory
from lca.engine.factors import FactorRelease as EngineRelease
from lca.models import Calculation, DraftImpact, FactorDraft
from lca.reference import draft_release
from lca.selectors.impact import drafts_for, own_standing, standing_calculations
from lca.services.problems import as_data

JOB = "lca.release_impact"
# The progress is written once for so many calculations.
STEP = 5


def _scope(actor: Actor) -> Any:
    return standing_calculations() if actor.role == Role.ADMINISTRATOR else own_standing(actor)


@transaction.atomic
def request_impact(*, actor: Actor, draft: FactorDraft) -> Job:
    """Ask for the full calculation of everything that the draft concerns: the operator of all, others of their own.

    One job for each draft and organisation at a time. What was calculated stays; only what is new is calculated.
    """
    draft = drafts_for(actor).get(pk=draft.pk)
    require(actor, "release.assess", draft)
    return enqueue(
        actor=actor,
        kind=JOB,
        args={"draft": str(draft.pk)},
        key=f"{JOB}:{draft.pk}:{actor.organisation_id}",
        label=draft.code,
    )


def run_impact(*, actor: Actor, draft_id: str, progress: Callable[[int, int], None]) -> dict[str, int]:
    """Calculate what the draft concerns and has not been calculated yet; safe to run again after a crash."""
    draft = drafts_for(actor).get(pk=draft_id)
    release = draft_release(draft)
    made = DraftImpact.objects.filter(draft=draft)
    keys = list(
        _scope(actor).exclude(pk__in=made.values("calculation")).order_by("pk").values_list("pk", flat=True)
    )
    for step, key in enumerate(keys):
        if step % STEP == 0:
            progress(step, len(keys))
        row = Calculation.objects.select_related("revision").defer("ledger").get(pk=key)
        figures = _figures(row, release)
        # Two jobs may reach the same row: the first figure stands, and both are the same.
        DraftImpact.objects.get_or_create(
            draft=draft, calculation=row, defaults={**figures, "done_at": clock.now()}
        )
    return {"calculations": len(keys)}


def _figures(row: Calculation, release: EngineRelease) -> dict[str, Any]:
    document = row.revision.document
    try:
        ruleset = rulesets.load(row.ruleset_id, row.ruleset_version)
        totals = calculate(parse_inventory(document), ruleset, release).totals
    except InventoryError as error:
        return {"problems": [as_data(item, document) for item in error.problems]}
    per_piece = totals["per_piece"] if totals["per_piece"] is not None else totals["per_unit"]
    return {"per_piece": per_piece, "per_functional_unit": totals["per_functional_unit"]}
