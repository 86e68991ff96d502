"""What declarations tell the reference data: on which calculations they rest, and which of them a change touches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import QuerySet
from django.urls import reverse

from carbonfoot.accounts.actor import Actor
from declarations.models import Declaration
from declarations.selectors.declarations import declarations_for
from lca.models import Calculation
from lca.selectors.impact import Dependant, register_dependants

OVER = ("withdrawn", "superseded")


def _pinned() -> QuerySet[Calculation]:
    """Calculations that a declaration rests on which is under way or stands."""
    standing = Declaration.objects.filter(calculation__isnull=False).exclude(state__in=OVER)
    return Calculation.objects.filter(pk__in=standing.order_by().values("calculation"))


def _named(actor: Actor, calculations: Collection[int]) -> Mapping[int, list[Dependant]]:
    """The actor's own declarations that rest on the calculations."""
    found: dict[int, list[Dependant]] = defaultdict(list)
    rows = declarations_for(actor).filter(calculation__in=calculations).exclude(state__in=OVER)
    for row in rows.order_by("number", "version"):
        title, url = str(row), reverse("declarations:detail", args=[row.pk])
        found[row.calculation_id or 0].append(Dependant(title, url, row.get_state_display()))
    return found


register_dependants(_pinned, _named)
