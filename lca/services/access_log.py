"""The log of looks at what belongs to another organisation."""

from __future__ import annotations

from django.db import transaction

from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import record
from lca.models import Calculation


@transaction.atomic
def note_foreign_look(*, actor: Actor, calculation: Calculation) -> None:
    """Log that somebody else than its owner opened a calculation, readable for the owner. One's own is not logged."""
    if actor.organisation_id == calculation.organisation_id:
        return
    record(
        actor=actor,
        verb="calculation.viewed",
        obj=calculation,
        data={"ruleset": calculation.ruleset_id},
        readers=[calculation.organisation],
    )
