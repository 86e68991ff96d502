"""Writes on phases: their dates and rules are data of the operator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector
from declarations.models import Phase
from lca import rulesets

# Columns that may be changed. The code stays: it is in addresses and in what was frozen.
COLUMNS = (
    "name_zh",
    "name_en",
    "starts_on",
    "ends_on",
    "ruleset_id",
    "every_pack",
    "min_packs",
    "every_chemistry",
    "verification_required",
    "review_days",
    "source",
)


def changed(phase: Phase, changes: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Old and new value of each column that ``changes`` would change. Raises KeyError for an unknown column."""
    unknown = set(changes) - set(COLUMNS)
    if unknown:
        raise KeyError(f"no column of a phase: {sorted(unknown)}")
    pairs = {name: (getattr(phase, name), value) for name, value in changes.items()}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def _dates(found: Collector, phase: Phase, others: list[Phase]) -> None:
    starts_on, ends_on = phase.starts_on, phase.ends_on
    if ends_on is not None and ends_on < starts_on:
        found.add(
            "PHASE-BACKWARDS", _("The phase ends before it begins."), field="ends_on", value=str(ends_on)
        )
    for other in others:
        ends_before = ends_on is not None and ends_on < other.starts_on
        begins_after = other.ends_on is not None and starts_on > other.ends_on
        if not (ends_before or begins_after):
            found.add(
                "PHASE-OVERLAP", _("The dates overlap another phase."), field="starts_on", value=other.name
            )


def collect(phase: Phase, changes: Mapping[str, Any], others: list[Phase]) -> Collector:
    """What is wrong with a phase after ``changes``, beside the ``others``."""
    trial = Phase(**{name: getattr(phase, name) for name in COLUMNS} | dict(changes))
    found = Collector()
    for name in ("name_zh", "name_en"):
        if not getattr(trial, name).strip():
            found.add("PHASE-NAME", _("The name is missing."), field=name)
    _dates(found, trial, others)
    if trial.min_packs is None or not 0 <= trial.min_packs <= 1000:
        found.add(
            "PHASE-PACKS", _("Between 0 and 1000 packs."), field="min_packs", value=str(trial.min_packs)
        )
    elif not trial.min_packs and not trial.every_pack:
        found.add("PHASE-RULE", _("A phase asks for every pack, or for a number of them."), field="min_packs")
    if not 1 <= trial.review_days <= 1000:
        found.add("PHASE-TERM", _("Between 1 and 1000 days."), field="review_days")
    if trial.ruleset_id != phase.ruleset_id and trial.ruleset_id not in {
        row.id for row in rulesets.available()
    }:
        found.add(
            "PHASE-RULESET", _("There is no such rule set."), field="ruleset_id", value=trial.ruleset_id
        )
    return found


@transaction.atomic
def update_phase(
    *,
    actor: Actor,
    phase: Phase,
    reason: str = "",
    seen: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Phase:
    """Change columns of a phase (:data:`COLUMNS`; days in China, ``ends_on`` None: without end).

    ``seen`` are the values that the person had before them: if somebody else has changed one meanwhile, nothing is
    stored. The log keeps old and new values with the reason. Raises Problems when the dates run backwards or overlap
    another phase, or a rule makes no sense.
    """
    require(actor, "phase.manage")
    phases = list(Phase.objects.select_for_update())
    phase = next(row for row in phases if row.pk == phase.pk)
    found = collect(phase, changes, [row for row in phases if row.pk != phase.pk])
    if any(getattr(phase, name) != value for name, value in (seen or {}).items()):
        found.add(
            "PHASE-CHANGED",
            _("Somebody else changed this phase meanwhile. Look at it again."),
            field="reason",
        )
    found.done()
    pairs = changed(phase, changes)
    for name, (_old, value) in pairs.items():
        setattr(phase, name, value)
    phase.save()
    data = {
        "changes": {name: {"old": _plain(old), "new": _plain(new)} for name, (old, new) in pairs.items()},
        "reason": reason.strip(),
    }
    record(actor=actor, verb="phase.changed", obj=phase, data=data)
    return phase


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value
