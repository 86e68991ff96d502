"""What a summary of a phase holds: canonical content, self-contained, made once and never again.

Figures are those that were frozen with each declaration; of a declaration that was never frozen there are none.
"""

from __future__ import annotations

import json
from typing import Any

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.audit.canonical import canonical_json
from declarations.models import Declaration, Phase, QualityPlan, Relief
from declarations.phase_rules import Standing
from declarations.selectors.phases import PackRow, coverage_of
from declarations.selectors.reliefs import days_of

# Raise the number with a line here when the content changes; old summaries are never rewritten.
# 1: first form.
FORMAT = "carbonfoot-phase-summary/1"
STAGES = ("materials", "manufacturing", "distribution", "recycling")


def _phase(phase: Phase) -> dict[str, Any]:
    return {
        "code": phase.code,
        "name": {"zh": phase.name_zh, "en": phase.name_en},
        "starts_on": phase.starts_on,
        "ends_on": phase.ends_on,
        "ruleset": phase.ruleset_id,
        "min_packs": phase.min_packs,
        "every_chemistry": phase.every_chemistry,
        "every_pack": phase.every_pack,
        "verification_required": phase.verification_required,
        "review_days": phase.review_days,
        "source": phase.source,
    }


def _maker(organisation: Organisation) -> dict[str, Any]:
    return {
        "code": organisation.code,
        "name": {"zh": organisation.name_zh, "en": organisation.name_en},
        "uscc": organisation.uscc,
        "province": organisation.province,
        "is_demo": organisation.is_demo,
    }


def _plan(organisation: Organisation) -> dict[str, Any] | None:
    plan = QualityPlan.objects.filter(organisation=organisation, state="adopted").order_by("-version").first()
    if plan is None:
        return None
    return {
        "version": plan.version,
        "title": plan.title,
        "sha256": plan.sha256,
        "adopted_at": plan.adopted_at,
    }


def _coverage(standing: Standing) -> dict[str, Any]:
    return {
        "state": standing.state,
        "needed": standing.needed,
        "declared": len(standing.declared),
        "accepted": len(standing.accepted),
        "missing_packs": standing.missing_packs,
        "chemistries": standing.chemistries,
        "missing_chemistries": standing.missing_chemistries,
        "late": standing.is_late,
        "last_day": standing.days.last_day,
        "exempt": standing.days.waived,
        "rules": [
            {
                "code": item.code,
                "met": item.met,
                "values": dict(item.values),
                "missing": [dict(gap) for gap in item.missing],
            }
            for item in standing.items
        ],
    }


def _figures(declaration: Declaration) -> dict[str, Any] | None:
    """Figures of the snapshot, as the exact texts that were frozen. kg CO2e per unit named; shares 0 to 1."""
    if declaration.snapshot is None:
        return None
    content = json.loads(declaration.snapshot.content)
    ledger = content["calculation"]["ledger"]
    stages = ledger.get("stages") or {}
    return {
        "per_functional_unit": ledger["totals"].get("per_functional_unit"),
        "per_kwh_capacity": ledger["totals"].get("per_kwh_capacity"),
        "per_piece": ledger["totals"].get("per_piece"),
        "delivered_energy_kwh": ledger.get("delivered_energy_kwh"),
        "stages": {
            key: {
                "per_functional_unit": stages[key].get("per_functional_unit"),
                "share": stages[key].get("share"),
            }
            for key in STAGES
            if key in stages
        },
        "primary_share": (ledger.get("quality") or {}).get("pds"),
        "data_rating": ((ledger.get("quality") or {}).get("dqr") or {}).get("overall"),
        "ruleset": content["calculation"]["ruleset"],
        "factor_release": content["calculation"]["factor_release"],
    }


def _statement(declaration: Declaration) -> dict[str, Any] | None:
    statement = getattr(declaration.snapshot, "statement", None) if declaration.snapshot else None
    if statement is None:
        return None
    body = statement.organisation
    return {
        "body": {"zh": body.name_zh, "en": body.name_en},
        "report_number": statement.report_number,
        "opinion": statement.opinion,
        "signed_at": statement.signed_at,
        "sha256": statement.sha256,
    }


def _receipt(declaration: Declaration) -> dict[str, Any] | None:
    receipt = getattr(declaration, "receipt", None)
    if receipt is None:
        return None
    return {"number": receipt.number, "submitted_at": receipt.submitted_at, "sha256": receipt.sha256}


def _declaration(row: PackRow) -> dict[str, Any] | None:
    declaration = row.declaration
    if declaration is None:
        return None
    entry = getattr(declaration, "register_entry", None)
    return {
        "number": declaration.number,
        "version": declaration.version,
        "state": declaration.state,
        "snapshot_sha256": declaration.snapshot.sha256 if declaration.snapshot else None,
        "figures": _figures(declaration),
        "statement": _statement(declaration),
        "receipt": _receipt(declaration),
        "register_sha256": entry.sha256 if entry is not None else None,
    }


def _product(row: PackRow, standing: Standing) -> dict[str, Any]:
    pack = row.pack
    return {
        "model": pack.model,
        "gbt34014": pack.gbt34014,
        "chemistry": pack.chemistry,
        "rated_energy_kwh": pack.rated_energy_kwh,
        "state": pack.state,
        "typical": pack.is_typical,
        "typical_reason": pack.typical_reason,
        "exempt": row.facts.waived,
        "last_day": row.facts.last_day,
        "late": standing.is_pack_late(row.facts),
        "counts": any(item.pk == pack.pk for item in standing.declared),
        "declaration": _declaration(row),
    }


def _reliefs(organisation: Organisation, phase: Phase) -> list[dict[str, Any]]:
    rows = Relief.objects.select_related("pack", "decided_for").filter(organisation=organisation, phase=phase)
    return [
        {
            "number": row.number,
            "kind": row.kind,
            "pack": row.pack.model if row.pack else None,
            "state": row.state,
            "wanted_until": row.wanted_until,
            "reason": row.reason,
            "asked_at": row.asked_at,
            "until": row.until,
            "conditions": row.conditions,
            "decision_reason": row.decision_reason,
            "decided_at": row.decided_at,
        }
        for row in rows.order_by("asked_at", "pk")
    ]


def build(organisation: Organisation, phase: Phase, *, number: str, actor: Actor) -> bytes:
    """Canonical bytes of what a maker has done in a phase as it stands now."""
    coverage = coverage_of(organisation, phase)
    content = {
        "format": FORMAT,
        "number": number,
        "phase": _phase(phase),
        "maker": _maker(organisation),
        "plan": _plan(organisation),
        "last_day": days_of(organisation.pk, phase).last_day,
        "coverage": _coverage(coverage.standing),
        "products": [_product(row, coverage.standing) for row in coverage.rows],
        "reliefs": _reliefs(organisation, phase),
        "made": {"at": clock.now(), "by": actor.label},
    }
    return canonical_json(content)
