"""Small builders of what tests start from: organisations, people, and a declaration in any state.

They write rows directly, in the order in which the services would, so that the triggers of the database are satisfied.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import Any

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor, for_membership
from carbonfoot.accounts.models import Membership, Organisation, User
from carbonfoot.accounts.roles import OrganisationKind, Role
from carbonfoot.audit.canonical import canonical_json, digest, floats_as_text, sha256_hex
from declarations.models import (
    Declaration,
    Engagement,
    EngagementAnswer,
    Pack,
    Phase,
    QualityPlan,
    Receipt,
    ReviewDecision,
    Sending,
    Snapshot,
    Statement,
)
from lca.models import Calculation, FactorRelease, Inventory, InventoryRevision, PublishedResult, ResultGrant

_serial = count(1)
USUAL_ROLE = {
    OrganisationKind.MAKER: Role.EDITOR,
    OrganisationKind.SUPPLIER: Role.SUPPLIER,
    OrganisationKind.VERIFIER: Role.VERIFIER,
    OrganisationKind.AUTHORITY: Role.REGULATOR,
    OrganisationKind.OPERATOR: Role.ADMINISTRATOR,
}
# States in the order in which a declaration goes through them.
WAY = ("draft", "frozen", "in_verification", "verified", "submitted", "in_review", "accepted")


def organisation(kind: str = "maker", code: str = "", **fields: Any) -> Organisation:
    """An organisation that is plainly an example."""
    code = code or f"{kind}-{next(_serial)}"
    fields = {"name_zh": f"示例{code}", "name_en": f"Example {code} (demo)", "province": "320000", **fields}
    return Organisation.objects.create(code=code, kind=kind, is_demo=True, **fields)


def person(of: Organisation, role: str = "", language: str = "zh-hans") -> Actor:
    """Somebody who works for an organisation, in its usual role if none is named."""
    number = next(_serial)
    user = User.objects.create_user(
        f"{of.code}-{number}@example.org", None, name=f"{of.code} {number}", language=language
    )
    membership = Membership.objects.create(
        user=user, organisation=of, role=role or USUAL_ROLE[OrganisationKind(of.kind)]
    )
    return for_membership(membership)


def phase(code: str = "trial", **fields: Any) -> Phase:
    """A phase that is open, whatever the day."""
    today = clock.today()
    usual = {
        "name_zh": "试运行",
        "name_en": "Trial phase",
        "starts_on": today - dt.timedelta(days=100),
        "ends_on": today + dt.timedelta(days=100),
        "min_packs": 5,
        "every_chemistry": True,
    }
    return Phase.objects.get_or_create(code=code, defaults={**usual, **fields})[0]


def release() -> FactorRelease:
    """The factor release that calculations name."""
    return FactorRelease.objects.get_or_create(
        code="CN-2026.1", defaults={"sha256": "a" * 64, "title_zh": "背景数据", "title_en": "Background data"}
    )[0]


def ledger(
    per_kwh: float = 75.0, *, energy: float = 100.0, cycles: float = 1350.0, **changes: Any
) -> dict[str, Any]:
    """A small ledger: ``per_kwh`` kg CO2e per kWh of capacity, ``energy`` in kWh, ``cycles`` full cycles."""
    total = per_kwh * energy
    delivered = energy * cycles
    parts = {"materials": 0.78, "manufacturing": 0.2, "distribution": 0.015, "recycling": 0.005}
    stages = {
        key: {
            "kgco2e": total * share,
            "per_unit": total * share,
            "per_functional_unit": total * share / delivered,
            "per_piece": total * share,
            "share": share,
        }
        for key, share in parts.items()
    }
    lines = [
        {
            "id": f"pack.m{number}",
            "exchange": f"pack.m{number}",
            "process": "pack",
            "group": "pack",
            "stage": stage,
            "kind": "material",
            "name": {"zh": f"示例流{number}", "en": f"Example flow {number}"},
            "amount": 12.5,
            "unit": "kg",
            "converted_amount": 12.5,
            "converted_unit": "kg",
            "unit_burden": total * share / 12.5,
            "kgco2e": total * share,
            "share": share,
            "counted": True,
            "primary": False,
            "primary_share": 0.0,
            "data_kind": "measured",
            "tier": "model",
            "components": [],
            "factor": {
                "key": "example",
                "name": {"zh": "示例因子", "en": "Example factor"},
                "value": 1.0,
                "unit": "kg CO2e/kg",
            },
            "result": None,
            "gas": None,
            "electricity": None,
            "provenance": {"kind": "manual", "note": ""},
        }
        for number, (stage, share) in enumerate(parts.items(), 1)
    ]
    return {
        "format": "carbonfoot-ledger/1",
        "ruleset": {"id": "cn-miit-551", "version": "2025.12", "assumptions": []},
        "factor_release": {"code": "CN-2026.1", "sha256": "a" * 64},
        "engine_version": "1",
        "input_digest": "c" * 64,
        "functional_unit": {"kind": "delivered_energy", "unit": "kWh"},
        "product": {"kind": "battery_pack", "chemistry": "LFP"},
        "delivered_energy_kwh": delivered,
        "total": total,
        "totals": {
            "per_functional_unit": total / delivered,
            "per_unit": total,
            "per_piece": total,
            "per_kwh_capacity": per_kwh,
            "per_kg": per_kwh / 6.4863,
        },
        "stages": stages,
        "lines": lines,
        "processes": [
            {
                "id": "pack",
                "name": {"zh": "电池包", "en": "Pack"},
                "stage": "manufacturing",
                "kgco2e": total,
                "share": 1.0,
            }
        ],
        "groups": [],
        "quality": {
            "pds": 0.3,
            "verified_share": 0.4,
            "estimated_share": 0.05,
            "tier_shares": {"model": 1.0},
            "dqr": {"ter": 2.0, "tir": 2.0, "ger": 2.0, "overall": 2.0},
            "cutoff": {"within": True, "total_share": 0.008, "limit_total": 0.03, "items": []},
            "mass_balance": [],
        },
        "electricity": {},
        "end_of_life": {},
        "plausibility": {"low": 41.0, "high": 110.0},
        "warnings": [],
        **changes,
    }


def inventory(of: Organisation, kind: str = "battery_pack", **fields: Any) -> Inventory:
    """A working inventory with nothing in it."""
    usual = {
        "name_zh": "示例清单",
        "period_from": dt.date(2025, 1, 1),
        "period_to": dt.date(2025, 12, 31),
        "reference_process": "pack",
        "reference_product": "pack",
    }
    return Inventory.objects.create(organisation=of, kind=kind, **{**usual, **fields})


def calculation(
    of: Organisation,
    content: dict[str, Any] | None = None,
    *,
    results: Any = (),
    document: dict[str, Any] | None = None,
    inventory_: Inventory | None = None,
    ruleset: str = "cn-miit-551",
    version: str = "2025.12",
) -> Calculation:
    """A finished calculation of a frozen revision that uses ``results``."""
    content = content or ledger()
    document = {
        "format": "carbonfoot-inventory/1",
        "results": [{"id": str(item.pk)} for item in results],
        **(document or {}),
    }
    owned = inventory_ or inventory(of)
    revision = InventoryRevision.objects.create(
        inventory=owned,
        number=owned.revisions.count() + 1,
        document=document,
        sha256=digest([document, next(_serial)]),
    )
    return Calculation.objects.create(
        organisation=of,
        revision=revision,
        ruleset_id=ruleset,
        ruleset_version=version,
        release=release(),
        engine_version="1",
        input_digest=digest(["input", next(_serial)]),
        state="done",
        ledger=content,
        ledger_sha256=digest(floats_as_text(content)),
        per_functional_unit=content["totals"]["per_functional_unit"],
        per_piece=content["totals"]["per_piece"],
        per_kwh_capacity=content["totals"]["per_kwh_capacity"],
        done_at=clock.now(),
    )


def result(
    of: Organisation, buyer: Organisation | None = None, *, calculations: Any = (), **fields: Any
) -> PublishedResult:
    """A published result, granted to ``buyer``."""
    usual = {
        "product_zh": "示例电芯",
        "product_en": "Example cell",
        "module_type": "cell",
        "declared_unit": "kg",
        "scores": {
            "cn-miit-551": {
                "materials": "10.5",
                "manufacturing": "2.25",
                "distribution": "0",
                "recycling": "0",
            }
        },
        "primary_share": Decimal("0.5"),
        "period_from": dt.date(2025, 1, 1),
        "period_to": dt.date(2025, 12, 31),
        "valid_until": dt.date(2030, 12, 31),
        "sha256": digest(["result", next(_serial)]),
    }
    made = PublishedResult.objects.create(organisation=of, **{**usual, **fields})
    made.calculations.set(calculations)
    if buyer is not None:
        ResultGrant.objects.create(result=made, buyer=buyer)
    return made


def pack(of: Organisation, model: str = "", **fields: Any) -> Pack:
    """A registered pack of 100 kWh."""
    model = model or f"P-{next(_serial)}"
    usual = {
        "gbt34014": f"{next(_serial):014d}{'0' * 10}",
        "typical_reason": "示例理由",
        "chemistry": "LFP",
        "cell_format": "prismatic",
        "rated_energy_kwh": Decimal(100),
        "mass_kg": Decimal("648.63"),
        "cycles": 1500,
        "depth_of_discharge": Decimal(1),
        "capacity_retention": Decimal("0.8"),
        "test_report": "T-1",
        "state": "registered",
    }
    return Pack.objects.create(organisation=of, model=model, **{**usual, **fields})


def plan(of: Organisation) -> QualityPlan:
    """An adopted data quality control plan."""
    made = QualityPlan.objects.filter(organisation=of).first()
    return made or QualityPlan.objects.create(
        organisation=of, version=1, title="示例方案", state="adopted", sha256="b" * 64, adopted_at=clock.now()
    )


def declaration(
    state: str = "draft",
    *,
    maker: Organisation | None = None,
    body: Organisation | None = None,
    authority: Organisation | None = None,
    content: dict[str, Any] | None = None,
    **fields: Any,
) -> Declaration:
    """A declaration that went its way up to ``state`` (one of WAY)."""
    from declarations.snapshots import build

    maker = maker or organisation("maker")
    number = next(_serial)
    row = Declaration.objects.create(
        **{
            "organisation": maker,
            "number": f"D-2026-{number:04d}",
            "pack": fields.get("pack") or pack(maker),
            "phase": fields.get("phase") or phase(),
            "plan": plan(maker),
            "calculation": fields.get("calculation") or calculation(maker, content),
            **fields,
        }
    )
    return go_on(row, state, body=body, authority=authority, build=build)


def go_on(
    row: Declaration,
    state: str,
    *,
    body: Organisation | None = None,
    authority: Organisation | None = None,
    build: Any = None,
) -> Declaration:
    """Take a declaration further along its way, as the services would."""
    from declarations.snapshots import build as usual

    build = build or usual
    for step in WAY[WAY.index(row.state) + 1 : WAY.index(state) + 1]:
        if step == "frozen":
            maker_person = Actor(user=None, organisation=row.organisation, role=Role.EDITOR)
            frozen = build(row, actor=maker_person, checks=[])
            row.snapshot = Snapshot.objects.create(
                declaration=row,
                number=row.snapshots.count() + 1,
                content=frozen.decode(),
                sha256=sha256_hex(frozen),
            )
        elif step == "in_verification":
            engage(row, body)
        elif step == "verified":
            statement(row)
        elif step == "submitted":
            submit(row)
        elif step in ("in_review", "accepted"):
            decided_by = authority or organisation("authority")
            kind = {"in_review": "taken_up", "accepted": "accepted"}[step]
            ReviewDecision.objects.create(declaration=row, organisation=decided_by, kind=kind)
        row.state = step
        row.save()
    return row


def engage(row: Declaration, body: Organisation | None = None, *, accepted: bool = True) -> Engagement:
    """The engagement of a body, which has taken it on unless told otherwise."""
    made = Engagement.objects.filter(declaration=row).first() or Engagement(declaration=row)
    if made.pk is None or body is not None:
        made.organisation = body or organisation("verifier")
    sent = Sending.objects.create(
        declaration=row, snapshot=row.snapshot, organisation=made.organisation, assurance=made.assurance
    )
    if accepted and made.state != "accepted":
        made.answer = EngagementAnswer.objects.create(sending=sent, accepted=True, text="")
        made.state = "accepted"
    made.save()
    row.engagement = made
    return made


def statement(row: Declaration, **fields: Any) -> Statement:
    """The verification statement on the present snapshot."""
    frozen = {"number": row.snapshot.number, "sha256": row.snapshot.sha256} if row.snapshot else {}
    content = {"snapshot": frozen}
    usual = {
        "snapshot": row.snapshot,
        "organisation": row.engagement.organisation,
        "report_number": f"V-{next(_serial)}",
        "opinion": "unqualified",
        "content": content,
        "sha256": sha256_hex(canonical_json(content)),
    }
    return Statement.objects.create(declaration=row, **{**usual, **fields})


def submit(row: Declaration, at: dt.datetime | None = None) -> Receipt:
    """The receipt of a submission."""
    assert row.snapshot is not None
    return Receipt.objects.create(
        declaration=row,
        snapshot=row.snapshot,
        number=f"S-2026-{next(_serial):06d}",
        sha256=row.snapshot.sha256,
        submitted_at=at or clock.now(),
        audit_seq=0,
    )
