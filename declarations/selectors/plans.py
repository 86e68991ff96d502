"""Reading data quality control plans."""

from __future__ import annotations

from django.db.models import QuerySet

from carbonfoot.accounts.actor import Actor
from declarations.models import QualityPlan
from declarations.selectors.declarations import MAKER_ROLES


def plans_for(actor: Actor) -> QuerySet[QualityPlan]:
    """Plans of the maker, newest first. Others read a plan as it was frozen into a snapshot."""
    if actor.organisation_id is None or actor.role not in MAKER_ROLES:
        return QualityPlan.objects.none()
    rows = QualityPlan.objects.select_related("created_by", "adopted_by", "organisation")
    return rows.filter(organisation_id=actor.organisation_id).order_by("-version")
