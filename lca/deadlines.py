"""Days of factors for the calendar."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.notices.deadlines import Deadline, register_deadlines
from lca.selectors.uses import own_versions


@register_deadlines
def own_factors_end(actor: Actor) -> Iterator[Deadline]:
    """The last day on which the present version of an own factor is valid."""
    for row in own_versions(actor).filter(valid_until__gte=clock.today()):
        path = reverse("lca:own_factor", args=[row.factor_id])
        yield Deadline(row.valid_until, "own_factor", row.factor.key, row.name, path)
