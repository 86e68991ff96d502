"""Summaries of a phase as far as an actor may read them."""

from __future__ import annotations

from django.db.models import QuerySet

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from declarations.models import PhaseSummary, SummaryFile
from declarations.selectors.declarations import MAKER_ROLES


def summaries_for(actor: Actor) -> QuerySet[PhaseSummary]:
    """The maker's own; for the authority those that were handed in. Newest first, without their long content."""
    rows = PhaseSummary.objects.select_related("organisation", "phase", "filing", "created_by").defer(
        "content"
    )
    if actor.organisation_id is None:
        return rows.none()
    if actor.role in MAKER_ROLES:
        return rows.filter(organisation_id=actor.organisation_id)
    return rows.filter(filing__isnull=False) if actor.role == Role.REGULATOR else rows.none()


def files_for(actor: Actor) -> QuerySet[SummaryFile]:
    """Files of summaries within reach."""
    rows = SummaryFile.objects.select_related("summary__organisation")
    return rows.filter(summary__in=summaries_for(actor).order_by().values("pk"))
