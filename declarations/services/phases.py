"""Writes on phases: their dates and rules are data of the operator."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector
from declarations.models import Phase


@transaction.atomic
def update_phase(
    *, actor: Actor, phase: Phase, starts_on: dt.date, ends_on: dt.date | None, min_packs: int | None = None
) -> Phase:
    """Set the dates of a phase (days in China; ``ends_on`` None: without end) and how many packs it asks for.

    Raises Problems when the dates run backwards or overlap another phase.
    """
    require(actor, "phase.manage")
    phases = list(Phase.objects.select_for_update())
    phase = next(row for row in phases if row.pk == phase.pk)
    found = Collector()
    if ends_on is not None and ends_on < starts_on:
        found.add(
            "PHASE-BACKWARDS", _("The phase ends before it begins."), field="ends_on", value=str(ends_on)
        )
    for other in phases:
        ends_before = ends_on is not None and ends_on < other.starts_on
        begins_after = other.ends_on is not None and starts_on > other.ends_on
        if other.pk != phase.pk and not (ends_before or begins_after):
            found.add(
                "PHASE-OVERLAP", _("The dates overlap another phase."), field="starts_on", value=other.name
            )
    if min_packs is not None and not 0 <= min_packs <= 1000:
        found.add("PHASE-PACKS", _("Between 0 and 1000 packs."), field="min_packs", value=str(min_packs))
    found.done()
    phase.starts_on, phase.ends_on = starts_on, ends_on
    if min_packs is not None:
        phase.min_packs = min_packs
    phase.save()
    data = {"starts_on": starts_on, "ends_on": ends_on, "min_packs": phase.min_packs}
    record(actor=actor, verb="phase.changed", obj=phase, data=data)
    return phase
