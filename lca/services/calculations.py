"""Calculations: asked for here, run by a job, kept for ever. The same input is the same calculation."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.canonical import digest, floats_as_text
from carbonfoot.audit.services import record
from carbonfoot.jobs.services import enqueue
from carbonfoot.problems import Collector, Problem, Problems
from lca import reference, rulesets
from lca.engine import ENGINE_VERSION, InventoryError, calculate, input_digest, parse_inventory
from lca.engine.exposure import factor_amounts
from lca.models import Calculation, CalculationState, Exchange, FactorUse, Inventory
from lca.rulesets import RuleSet, RuleSetError
from lca.selectors import current_release
from lca.services.inventories import freeze
from lca.services.problems import as_data, place_text

JOB = "lca.calculate"
# Whole floats from here on come back from PostgreSQL's jsonb as integers.
_WHOLE = 1e16


def storable(value: Any) -> Any:
    """The ledger as the database gives it back, so that its digest can be checked on what is stored."""
    if isinstance(value, float):
        if value == 0:
            return 0.0
        return int(value) if abs(value) >= _WHOLE and value.is_integer() else value
    if isinstance(value, dict):
        return {str(key): storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [storable(item) for item in value]
    return value


def ledger_digest(ledger: dict[str, Any]) -> str:
    """SHA-256 of a ledger: of its canonical JSON, in which every float is its shortest text."""
    return digest(floats_as_text(ledger))


def missing_for_calculation(inventory: Inventory) -> list[Problem]:
    """Why the inventory cannot be calculated yet, line by line: nothing is ever taken as zero. Empty when it can."""
    found = Collector()
    codes = {process.code for process in inventory.processes.all()}
    if inventory.reference_process not in codes:
        found.add(
            "REFERENCE-PROCESS",
            _("The unit process %(code)s that the result is about does not exist yet.")
            % {"code": inventory.reference_process},
        )
    lines = Exchange.objects.filter(process__inventory=inventory).select_related("process")
    for line in lines.order_by("process__position", "position", "id"):
        where = place_text(
            {
                "process": {
                    "id": line.process.code,
                    "name": {"zh": line.process.name_zh, "en": line.process.name_en},
                },
                "line": {"id": line.code, "name": {"zh": line.name_zh, "en": line.name_en}},
            }
        )
        if line.state == "not_applicable":
            continue
        if line.state == "unknown":
            found.add(
                "LINE-UNKNOWN",
                _("The amount of “%(line)s” is unknown.") % {"line": line.name},
                mend=_("Enter it, or take the line out and list it among the omitted flows with a reason."),
                where=where,
                value=line.code,
            )
        elif not line.is_linked and not line.electricity:
            found.add(
                "LINE-UNLINKED",
                _("“%(line)s” is linked to nothing that says what it emits.") % {"line": line.name},
                mend=_("Choose a factor, a unit process or a published result."),
                where=where,
                value=line.code,
            )
    return found.items


def _rulesets(identifiers: Sequence[str] | None) -> list[RuleSet]:
    if identifiers is None:
        return list(rulesets.available())
    found = Collector()
    chosen = []
    for identifier in dict.fromkeys(identifiers):
        try:
            chosen.append(rulesets.load(identifier))
        except RuleSetError:
            found.add(
                "RULESET",
                _("There is no rule set %(id)s.") % {"id": identifier},
                field="rulesets",
                value=identifier,
            )
    if not chosen:
        found.add("RULESET-NONE", _("Choose at least one rule set."), field="rulesets")
    found.done()
    return chosen


@transaction.atomic
def request_calculation(
    *, actor: Actor, inventory: Inventory, ruleset_ids: Sequence[str] | None = None
) -> list[Calculation]:
    """Freeze the inventory and calculate it under the given rule sets (all of them if None) in one job.

    Input that was calculated before gives the calculation of then, done or under way; one that failed is tried again.
    Raises Problems naming process and line when it is plain already that nothing can come of it.
    """
    require(actor, "calculation.run", inventory)
    chosen = _rulesets(ruleset_ids)
    missing = missing_for_calculation(inventory)
    if missing:
        raise Problems(missing)
    release_row = current_release()
    release = reference.engine_release(release_row)
    revision = freeze(actor=actor, inventory=inventory)
    found: list[Calculation] = []
    waiting: list[Calculation] = []
    for ruleset in chosen:
        row, created = Calculation.objects.select_for_update(of=("self",)).get_or_create(
            revision=revision,
            input_digest=input_digest(revision.document, ruleset, release),
            defaults={
                "organisation": inventory.organisation,
                "ruleset_id": ruleset.id,
                "ruleset_version": ruleset.version,
                "release": release_row,
                "engine_version": ENGINE_VERSION,
                "created_by": actor.user,
            },
        )
        if row.state == CalculationState.FAILED:
            row.state, row.problems, created = CalculationState.PENDING, [], True
            row.save(update_fields=["state", "problems"])
        found.append(row)
        if created:
            waiting.append(row)
    if waiting:
        _start(actor, inventory, revision.number, waiting)
    return found


def _start(actor: Actor, inventory: Inventory, number: int, waiting: list[Calculation]) -> None:
    keys = [row.pk for row in waiting]
    mark = hashlib.sha256(",".join(map(str, keys)).encode()).hexdigest()[:16]
    job = enqueue(
        actor=actor,
        kind=JOB,
        args={"calculations": keys},
        key=f"{JOB}:{inventory.pk}:{mark}",
        label=f"{inventory.name} r{number}",
    )
    Calculation.objects.filter(pk__in=keys).update(job=job)
    for row in waiting:
        row.job = job
    record(
        actor=actor,
        verb="calculation.requested",
        obj=inventory,
        data={"revision": number, "rulesets": [f"{row.ruleset_id}@{row.ruleset_version}" for row in waiting]},
    )


def run_calculation(*, actor: Actor, calculation: Calculation) -> Calculation:
    """Calculate one row and store its ledger, or what stands in the way. Does nothing to a row that is done.

    Called by the job; safe to call again after a crash, since the result is a pure function of the frozen input.
    """
    row = Calculation.objects.select_related("revision", "release").get(pk=calculation.pk)
    if row.state == CalculationState.DONE:
        return row
    document = row.revision.document
    try:
        release = reference.engine_release(row.release)
        ruleset = rulesets.load(row.ruleset_id, row.ruleset_version)
        ledger = storable(calculate(parse_inventory(document), ruleset, release).to_dict())
    except InventoryError as error:
        return _finish(actor, row, problems=[as_data(item, document) for item in error.problems])
    return _finish(actor, row, ledger=ledger)


@transaction.atomic
def _finish(
    actor: Actor,
    row: Calculation,
    *,
    ledger: dict[str, Any] | None = None,
    problems: list[dict[str, Any]] | None = None,
) -> Calculation:
    row = Calculation.objects.select_for_update().get(pk=row.pk)
    if row.state == CalculationState.DONE:  # another worker was faster with the same input
        return row
    if ledger is None:
        row.state, row.problems = CalculationState.FAILED, problems or []
        row.save(update_fields=["state", "problems"])
        record(actor=actor, verb="calculation.failed", obj=row, data={"problems": len(row.problems)})
        return row
    totals = ledger["totals"]
    row.ledger, row.ledger_sha256 = ledger, ledger_digest(ledger)
    row.per_functional_unit = totals["per_functional_unit"]
    # A module is counted per declared unit: that is its piece.
    row.per_piece = totals["per_piece"] if totals["per_piece"] is not None else totals["per_unit"]
    row.per_kwh_capacity = totals["per_kwh_capacity"]
    row.problems, row.state, row.done_at = [], CalculationState.DONE, clock.now()
    row.save()
    FactorUse.objects.bulk_create(
        [FactorUse(calculation=row, key=key, amount=value) for key, value in factor_amounts(ledger).items()]
    )
    record(
        actor=actor,
        verb="calculation.done",
        obj=row,
        data={
            "ruleset": f"{row.ruleset_id}@{row.ruleset_version}",
            "release": row.release.code,
            "engine": row.engine_version,
            "input": row.input_digest,
            "ledger": row.ledger_sha256,
        },
    )
    return row
