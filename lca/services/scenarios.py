"""What-if scenarios: begun on a frozen revision, changed, calculated by a job. They touch no inventory and no result.

Nothing here writes a row that a declaration could choose: a scenario and its results have tables of their own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.canonical import digest, floats_as_text
from carbonfoot.audit.services import record
from carbonfoot.jobs.models import Job
from carbonfoot.jobs.services import enqueue
from carbonfoot.problems import Collector, Problem, Problems, problem
from lca import reference, rulesets, selectors
from lca.engine import ENGINE_VERSION, InventoryError
from lca.engine.scenario import read_changes, scenario_digest
from lca.engine.scenario_apply import apply_changes
from lca.engine.scenario_outcome import run_scenario
from lca.models import Inventory, InventoryRevision, Scenario, ScenarioResult
from lca.rulesets import RuleSet
from lca.selectors.scenarios import results_named
from lca.services.calculations import storable
from lca.services.inventories import freeze
from lca.services.problems import as_data, as_problem, raise_all

JOB = "lca.scenario"


def _locked(actor: Actor, scenario: Scenario, version: int | None = None) -> Scenario:
    """The scenario's row, locked until the transaction ends; refused when a form was opened on an older version."""
    row = Scenario.objects.select_for_update(of=("self",)).select_related("base").get(pk=scenario.pk)
    require(actor, "scenario.edit", row)
    if version is not None and row.version != version:
        raise problem(
            "SCENARIO-CHANGED",
            _("Somebody else changed this scenario in the meantime. Nothing of yours was stored."),
            mend=_("Open the page again and make your change on the newest version."),
        )
    return row


def _changed(actor: Actor, row: Scenario, what: str) -> Scenario:
    row.version += 1
    row.changed_at = clock.now()
    row.save()
    # The log says that something changed, never what: a scenario tells of the recipe.
    record(actor=actor, verb="scenario.changed", obj=row, data={"version": row.version, "change": what})
    return row


def _clean_names(found: Collector, name_zh: str, name_en: str, note: str) -> None:
    if not name_zh.strip():
        found.add("NAME-MISSING", _("Enter a name."), field="name_zh")
    for field, text in (("name_zh", name_zh), ("name_en", name_en), ("note", note)):
        limit = getattr(Scenario._meta.get_field(field), "max_length", 0)
        if len(text.strip()) > limit:
            found.add(
                "TEXT-LONG",
                _("A text here has at most %(limit)s characters.") % {"limit": limit},
                field=field,
            )


def _checked(actor: Actor, document: Mapping[str, Any], changes: Any) -> list[dict[str, Any]]:
    """The changes, if each can be made on the document in its order; Problems with everything that is wrong."""
    try:
        read = read_changes(changes)
        apply_changes(
            document, read, results=results_named(actor, changes), release=reference.current_factors()
        )
    except InventoryError as error:
        raise_all(error.problems, document)
    return [dict(item) for item in changes]


@transaction.atomic
def create_scenario(
    *,
    actor: Actor,
    inventory: Inventory,
    name_zh: str,
    name_en: str = "",
    note: str = "",
    base: InventoryRevision | None = None,
    changes: Sequence[Mapping[str, Any]] = (),
) -> Scenario:
    """Begin a scenario on a frozen revision of an inventory; on the inventory as it is now, frozen, if none is given.

    Raises Problems with everything that is wrong with names and changes at once.
    """
    require(actor, "scenario.edit", inventory)
    if base is not None and base.inventory_id != inventory.pk:
        raise InventoryRevision.DoesNotExist
    found = Collector()
    _clean_names(found, name_zh, name_en, note)
    revision = base or freeze(actor=actor, inventory=inventory)
    cleaned: list[dict[str, Any]] = []
    try:
        cleaned = _checked(actor, revision.document, list(changes))
    except Problems as problems:
        found.items += problems.items
    found.done()
    row = Scenario.objects.create(
        organisation=inventory.organisation,
        inventory=inventory,
        base=revision,
        name_zh=name_zh.strip(),
        name_en=name_en.strip(),
        note=note.strip(),
        changes=cleaned,
        created_by=actor.user,
    )
    record(actor=actor, verb="scenario.created", obj=row, data={"revision": revision.number})
    return row


@transaction.atomic
def rename_scenario(
    *,
    actor: Actor,
    scenario: Scenario,
    name_zh: str,
    name_en: str = "",
    note: str = "",
    version: int | None = None,
) -> Scenario:
    """Change the names and the note of a scenario; its changes and results stay."""
    row = _locked(actor, scenario, version)
    found = Collector()
    _clean_names(found, name_zh, name_en, note)
    found.done()
    row.name_zh, row.name_en, row.note = name_zh.strip(), name_en.strip(), note.strip()
    return _changed(actor, row, "name")


@transaction.atomic
def set_changes(
    *, actor: Actor, scenario: Scenario, changes: Sequence[Mapping[str, Any]], version: int | None = None
) -> Scenario:
    """Replace the whole list of changes; Problems with everything that is wrong change nothing."""
    row = _locked(actor, scenario, version)
    row.changes = _checked(actor, row.base.document, list(changes))
    return _changed(actor, row, "changes")


@transaction.atomic
def add_change(
    *, actor: Actor, scenario: Scenario, change: Mapping[str, Any], version: int | None = None
) -> Scenario:
    """Add one change at the end."""
    row = _locked(actor, scenario, version)
    row.changes = _checked(actor, row.base.document, [*row.changes, dict(change)])
    return _changed(actor, row, "change.added")


@transaction.atomic
def remove_change(*, actor: Actor, scenario: Scenario, position: int, version: int | None = None) -> Scenario:
    """Take one change out; refused where a later one needs it."""
    row = _locked(actor, scenario, version)
    left = [item for number, item in enumerate(row.changes) if number != position]
    row.changes = _checked(actor, row.base.document, left)
    return _changed(actor, row, "change.removed")


@transaction.atomic
def move_change(*, actor: Actor, scenario: Scenario, position: int, version: int | None = None) -> Scenario:
    """Put a change before the one above it; the order decides which part of an effect is whose."""
    row = _locked(actor, scenario, version)
    order = list(row.changes)
    if 0 < position < len(order):
        order[position - 1], order[position] = order[position], order[position - 1]
    row.changes = _checked(actor, row.base.document, order)
    return _changed(actor, row, "change.moved")


@transaction.atomic
def copy_scenario(*, actor: Actor, scenario: Scenario, name_zh: str, name_en: str = "") -> Scenario:
    """Another scenario with the same base and changes, under its own name."""
    row = _locked(actor, scenario)
    return create_scenario(
        actor=actor,
        inventory=row.inventory,
        name_zh=name_zh,
        name_en=name_en,
        note=row.note,
        base=row.base,
        changes=row.changes,
    )


@transaction.atomic
def rebase_scenario(*, actor: Actor, scenario: Scenario, version: int | None = None) -> Scenario:
    """Put the changes on the inventory as it is now; Problems name the changes that do not fit it any more."""
    row = _locked(actor, scenario, version)
    fresh = freeze(actor=actor, inventory=row.inventory)
    if fresh.pk == row.base_id:
        return row
    row.changes = _checked(actor, fresh.document, row.changes)
    row.base = fresh
    return _changed(actor, row, "base")


@transaction.atomic
def archive_scenario(*, actor: Actor, scenario: Scenario, archived: bool = True) -> Scenario:
    """Put a scenario away, or take it out again. It is never deleted."""
    row = _locked(actor, scenario)
    if (row.archived_at is not None) == archived:
        return row
    row.archived_at = clock.now() if archived else None
    row.save(update_fields=["archived_at"])
    record(actor=actor, verb="scenario.archived" if archived else "scenario.restored", obj=row)
    return row


@transaction.atomic
def request_scenario(*, actor: Actor, scenario: Scenario) -> Job | None:
    """Ask for the scenario to be calculated under every rule set, in one job.

    None when all of it is calculated already; clicking twice starts one job. Raises Problems when the changes do not
    fit, or when there are none.
    """
    row = _locked(actor, scenario)
    if not row.changes:
        raise problem(
            "SCENARIO-EMPTY", _("There is no change to calculate yet."), mend=_("Add a change first.")
        )
    changes = _checked(actor, row.base.document, row.changes)
    release = selectors.current_release()
    factors, results = reference.engine_release(release), results_named(actor, changes)
    wanted = {
        scenario_digest(row.base.document, changes, results, ruleset, factors): ruleset.id
        for ruleset in rulesets.available()
    }
    done = set(row.results.filter(input_digest__in=wanted).values_list("input_digest", flat=True))
    waiting = sorted(set(wanted) - done)
    if not waiting:
        return None
    mark = hashlib.sha256(",".join(waiting).encode()).hexdigest()[:16]
    row.job = enqueue(
        actor=actor,
        kind=JOB,
        args={"scenario": row.pk, "changes": changes, "base": row.base_id, "release": release.pk},
        key=f"{JOB}:{row.pk}:{mark}",
        label=row.name,
    )
    row.save(update_fields=["job"])
    record(actor=actor, verb="scenario.requested", obj=row, data={"rulesets": sorted(wanted.values())})
    return row.job


def run_one(
    *,
    actor: Actor,
    scenario: Scenario,
    changes: Sequence[Mapping[str, Any]],
    base: InventoryRevision,
    ruleset: RuleSet,
    release: Any,
) -> tuple[ScenarioResult | None, list[Problem]]:
    """Calculate changes on a base under one rule set: the result, or what stands in the way.

    Called by the job; again with the same input it gives the result that is there.
    """
    factors, results = reference.engine_release(release), results_named(actor, changes)
    identity = scenario_digest(base.document, changes, results, ruleset, factors)
    present = ScenarioResult.objects.filter(scenario=scenario, input_digest=identity).first()
    if present is not None:
        return present, []
    try:
        outcome = run_scenario(base.document, changes, ruleset, factors, results=results)
    except InventoryError as error:
        return None, [as_problem(as_data(item, base.document)) for item in error.problems]
    content = storable({**outcome.to_dict(), "changes": [dict(item) for item in changes]})
    return _store(
        actor, scenario, base, ruleset, release, identity, storable(outcome.ledger.to_dict()), content
    ), []


def result_digest(ledger: Mapping[str, Any], outcome: Mapping[str, Any]) -> str:
    """SHA-256 of a scenario's result: of the canonical JSON of ledger and outcome."""
    return digest(floats_as_text({"ledger": ledger, "outcome": outcome}))


@transaction.atomic
def _store(
    actor: Actor,
    scenario: Scenario,
    base: InventoryRevision,
    ruleset: RuleSet,
    release: Any,
    identity: str,
    ledger: dict[str, Any],
    outcome: dict[str, Any],
) -> ScenarioResult:
    row, created = ScenarioResult.objects.get_or_create(
        scenario=scenario,
        input_digest=identity,
        defaults={
            "scenario_version": scenario.version,
            "base": base,
            "ruleset_id": ruleset.id,
            "ruleset_version": ruleset.version,
            "release": release,
            "engine_version": ENGINE_VERSION,
            "ledger": ledger,
            "outcome": outcome,
            "sha256": result_digest(ledger, outcome),
        },
    )
    if created:
        data = {"ruleset": f"{ruleset.id}@{ruleset.version}", "input": identity, "sha256": row.sha256}
        record(actor=actor, verb="scenario.calculated", obj=scenario, data=data)
    return row
