"""Reading jobs."""

from __future__ import annotations

from django.db.models import QuerySet

from carbonfoot.accounts.actor import Actor
from carbonfoot.jobs.models import Job


def jobs_for(actor: Actor) -> QuerySet[Job]:
    """Jobs of the actor's organisation."""
    if actor.organisation_id is None:
        return Job.objects.none()
    return Job.objects.filter(organisation_id=actor.organisation_id)
