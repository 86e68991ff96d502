"""Reading the audit log as far as an actor may."""

from __future__ import annotations

from django.db.models import Model, Q, QuerySet

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from carbonfoot.audit.models import AuditEvent, AuditReader


def events_for(actor: Actor) -> QuerySet[AuditEvent]:
    """Events of the actor's own organisation and those that concern it; all of them for an administrator."""
    events = AuditEvent.objects.select_related("organisation", "user")
    if actor.role == Role.ADMINISTRATOR:
        return events
    if actor.organisation_id is None:
        return events.none()
    own = Q(organisation_id=actor.organisation_id)
    return events.filter(
        own | Q(pk__in=AuditReader.objects.filter(organisation_id=actor.organisation_id).values("event"))
    )


def events_of(actor: Actor, obj: Model) -> QuerySet[AuditEvent]:
    """The history of one object, narrowed to what the actor may read, newest first."""
    return events_for(actor).filter(object_type=obj._meta.label_lower, object_id=str(obj.pk))
