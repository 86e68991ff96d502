"""Who does something: a person in an organisation with a role, an API credential, or the site itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from carbonfoot.accounts.models import Membership, Organisation, User
from carbonfoot.accounts.roles import Role


@dataclass(frozen=True)
class Actor:
    """The one argument by which every service and selector knows on whose behalf it works.

    ``via`` is one of web, api, command, worker. ``user`` is None for API credentials and for the site itself.
    """

    user: User | None
    organisation: Organisation | None
    role: str
    via: str = "web"
    language: str = "zh-hans"
    credential_id: int | None = None

    @property
    def organisation_id(self) -> int | None:
        """Key of the organisation acted for, or None."""
        return self.organisation.pk if self.organisation else None

    @property
    def is_anonymous(self) -> bool:
        """True for a visitor who has not signed in."""
        return self.role == Role.ANONYMOUS

    @property
    def label(self) -> str:
        """How the audit log and the pages name this actor."""
        if self.user is not None:
            return self.user.name
        return "API" if self.via == "api" else "carbonfoot"

    def as_reference(self) -> dict[str, Any]:
        """What a job stores to bring the actor back: keys only, no rights."""
        return {
            "user": self.user.pk if self.user else None,
            "organisation": self.organisation_id,
            "role": self.role,
            "language": self.language,
            "credential": self.credential_id,
        }


ANONYMOUS = Actor(user=None, organisation=None, role=Role.ANONYMOUS)


def for_membership(membership: Membership, *, via: str = "web", language: str | None = None) -> Actor:
    """The actor that a membership stands for."""
    return Actor(
        user=membership.user,
        organisation=membership.organisation,
        role=membership.role,
        via=via,
        language=language or membership.user.language,
    )


def site_actor() -> Actor:
    """The site itself: schedules, sweeps and reference data. Has the administrator's rights and no organisation."""
    return Actor(user=None, organisation=None, role=Role.ADMINISTRATOR, via="command")


def from_reference(reference: dict[str, Any]) -> Actor:
    """Bring back an actor stored by :meth:`Actor.as_reference`, for a worker."""
    user = User.objects.get(pk=reference["user"]) if reference.get("user") else None
    organisation = (
        Organisation.objects.get(pk=reference["organisation"]) if reference.get("organisation") else None
    )
    return Actor(
        user=user,
        organisation=organisation,
        role=reference["role"],
        via="worker",
        language=reference.get("language", "zh-hans"),
        credential_id=reference.get("credential"),
    )
