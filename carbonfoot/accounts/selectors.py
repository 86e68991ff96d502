"""Reads on organisations, memberships and credentials."""

from __future__ import annotations

from django.db.models import QuerySet

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import ApiCredential, Membership, Organisation
from carbonfoot.accounts.roles import OrganisationKind


def memberships_of(actor: Actor) -> QuerySet[Membership]:
    """The actor's own memberships: what it can switch to."""
    return Membership.objects.select_related("organisation", "user").filter(
        user=actor.user, is_active=True, organisation__is_active=True
    )


def credentials_for(actor: Actor) -> QuerySet[ApiCredential]:
    """Tokens of the actor's organisation."""
    if actor.organisation is None:
        return ApiCredential.objects.none()
    return ApiCredential.objects.select_related("created_by").filter(organisation=actor.organisation)


def verification_bodies() -> QuerySet[Organisation]:
    """All active verification bodies: public knowledge."""
    return Organisation.objects.filter(kind=OrganisationKind.VERIFIER, is_active=True)
