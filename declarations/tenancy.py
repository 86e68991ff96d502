"""On whose behalf rows are written."""

from __future__ import annotations

from carbonfoot.accounts.access import AccessDenied
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation


def owner(actor: Actor) -> Organisation:
    """The organisation that the actor works for. Raises AccessDenied when it works for none."""
    if actor.organisation is None:
        raise AccessDenied("")
    return actor.organisation
