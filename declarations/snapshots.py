"""What is frozen: the canonical content of a declaration with every version it rests on.

A snapshot is self-contained: figures, lines and assumptions are in it, and the digests of what is not (inventory
revision, factor release, rule set, supplier results, plan), so that each can be checked against it for ever.
"""

from __future__ import annotations

import json
from typing import Any

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.audit.canonical import canonical_json, floats_as_text, sha256_hex
from declarations.models import Declaration, Pack, Snapshot
from declarations.selectors.families import family_content
from lca import rulesets

# Raise the number with a line here when the content changes; old snapshots are never rewritten.
# 1: first form.
# 2: the place of the pack in a family, with proof and scaling; null for a pack without one.
FORMAT = "carbonfoot-declaration/2"


def _declarant(organisation: Organisation) -> dict[str, Any]:
    return {
        "code": organisation.code,
        "name": {"zh": organisation.name_zh, "en": organisation.name_en},
        "uscc": organisation.uscc,
        "province": organisation.province,
        "is_demo": organisation.is_demo,
    }


def pack_content(pack: Pack) -> dict[str, Any]:
    """The facts of the pack as they are frozen."""
    return {
        "id": pack.pk,
        "model": pack.model,
        "gbt34014": pack.gbt34014,
        "chemistry": pack.chemistry,
        "chemistry_detail": pack.chemistry_detail,
        "cell_format": pack.cell_format,
        "rated_energy_kwh": pack.rated_energy_kwh,
        "usable_energy_kwh": pack.usable_energy_kwh,
        "mass_kg": pack.mass_kg,
        "vehicle_category": pack.vehicle_category,
        "warranty_years": pack.warranty_years,
        "cycle_life": {
            "cycles": pack.cycles,
            "depth_of_discharge": pack.depth_of_discharge,
            "capacity_retention": pack.capacity_retention,
            "test_report": pack.test_report,
            "test_report_sha256": pack.test_report_sha256,
            "standard": pack.test_standard,
        },
        "is_typical": pack.is_typical,
        # Left out while empty, so that what was frozen before there was such a reason stays what it was.
        **({"typical_reason": pack.typical_reason} if pack.typical_reason else {}),
        "plants": [
            {"name": plant.name, "province": plant.province, "address": plant.address}
            for plant in pack.plants.all()
        ],
    }


def _parts(pack: Pack) -> list[dict[str, Any]]:
    rows = pack.parts.select_related("exchange__result", "request")
    return [
        {
            "module_type": part.module_type,
            "exchange": part.exchange.code,
            "name": {"zh": part.exchange.name_zh, "en": part.exchange.name_en},
            "request": part.request.number if part.request else None,
            "result": str(part.exchange.result_id) if part.exchange.result_id else None,
        }
        for part in rows
    ]


def _calculation(declaration: Declaration) -> dict[str, Any]:
    calculation = declaration.calculation
    if calculation is None:
        raise ValueError("a declaration without a calculation cannot be frozen")
    ruleset = rulesets.load(calculation.ruleset_id, calculation.ruleset_version)
    revision = calculation.revision
    return {
        "id": calculation.pk,
        "ruleset": {"id": ruleset.id, "version": ruleset.version, "sha256": ruleset.sha256},
        "factor_release": {"code": calculation.release.code, "sha256": calculation.release.sha256},
        "engine_version": calculation.engine_version,
        "inventory": {"revision": revision.number, "sha256": revision.sha256},
        "input_digest": calculation.input_digest,
        "ledger_sha256": calculation.ledger_sha256,
        "ledger": floats_as_text(calculation.ledger),
    }


def _family(declaration: Declaration) -> dict[str, Any] | None:
    """The pack's place in its family under the rules of the calculation that is declared."""
    calculation = declaration.calculation
    if calculation is None:
        return None
    return family_content(declaration.pack, calculation.ruleset_id, calculation.ruleset_version)


def build(declaration: Declaration, *, actor: Actor, checks: list[dict[str, str]]) -> bytes:
    """Canonical bytes of the declaration as it stands now. ``checks`` are the codes and severities found."""
    plan, phase, before = declaration.plan, declaration.phase, declaration.supersedes
    if plan is None:
        raise ValueError("a declaration without a plan cannot be frozen")
    content = {
        "format": FORMAT,
        "declaration": {
            "number": declaration.number,
            "version": declaration.version,
            "supersedes": (
                {
                    "version": before.version,
                    "sha256": before.snapshot.sha256 if before.snapshot else None,
                    "reason": declaration.revision_reason,
                }
                if before
                else None
            ),
        },
        "declarant": _declarant(declaration.organisation),
        "phase": {
            "code": phase.code,
            "name": {"zh": phase.name_zh, "en": phase.name_en},
            "starts_on": phase.starts_on,
            "ends_on": phase.ends_on,
            "ruleset": phase.ruleset_id,
        },
        "pack": pack_content(declaration.pack),
        "parts": _parts(declaration.pack),
        "family": _family(declaration),
        "plan": {
            "version": plan.version,
            "title": plan.title,
            "sections": plan.sections,
            "sha256": plan.sha256,
            "adopted_at": plan.adopted_at,
        },
        "calculation": _calculation(declaration),
        "checks": checks,
        "frozen": {"at": clock.now(), "by": actor.label},
    }
    return canonical_json(content)


def freeze(declaration: Declaration, *, actor: Actor, checks: list[dict[str, str]]) -> Snapshot:
    """Write the next snapshot of a declaration. The caller holds its lock."""
    content = build(declaration, actor=actor, checks=checks)
    last = declaration.snapshots.first()
    return Snapshot.objects.create(
        declaration=declaration,
        number=last.number + 1 if last else 1,
        content=content.decode(),
        sha256=sha256_hex(content),
        created_by=actor.user,
    )


def is_intact(snapshot: Snapshot) -> bool:
    """Whether the stored content still has the digest it was frozen with."""
    return sha256_hex(snapshot.content.encode()) == snapshot.sha256


def differences(declaration: Declaration, snapshot: Snapshot) -> list[str]:
    """Parts of the frozen content that are no longer what the declaration rests on; empty when nothing has changed."""
    frozen = json.loads(snapshot.content)
    now = {
        "pack": pack_content(declaration.pack),
        "parts": _parts(declaration.pack),
        "family": _family(declaration),
        "declarant": _declarant(declaration.organisation),
    }
    changed = [
        name for name, value in now.items() if canonical_json(value) != canonical_json(frozen.get(name))
    ]
    plan, calculation = declaration.plan, declaration.calculation
    if plan is None or frozen.get("plan", {}).get("sha256") != plan.sha256:
        changed.append("plan")
    if calculation is None or frozen.get("calculation", {}).get("ledger_sha256") != calculation.ledger_sha256:
        changed.append("calculation")
    return changed
