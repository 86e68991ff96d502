"""A maker with its people and a pack that can be declared, made through the services as people would make it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.accounts.roles import Role
from carbonfoot.jobs.services import run_job
from declarations.models import Declaration, Engagement, Pack, Phase, QualityPlan, Statement
from declarations.plans import KEYS
from declarations.reference import ensure_phases
from declarations.services import declarations, engagements, packs, parts, plans, verification
from lca.reference import ensure_reference_data
from tests.support import factories

TEXT = "按台账逐月记录，复核后归档。"
CODE = "001PE0ABCDEFGH"


@dataclass
class Maker:
    """An organisation with one person for each role."""

    organisation: Organisation
    editor: Actor
    approver: Actor
    viewer: Actor


def maker(code: str = "") -> Maker:
    """A maker with a credit code and a province."""
    of = factories.organisation("maker", code)
    people = [factories.person(of, role) for role in (Role.EDITOR, Role.APPROVER, Role.VIEWER)]
    return Maker(of, *people)


def facts(**changes: Any) -> dict[str, Any]:
    """Facts of a pack of 100 kWh with everything that registering asks for."""
    usual = {
        "model": "LFP-100",
        "gbt34014": CODE,
        "chemistry": "LFP",
        "cell_format": "prismatic",
        "rated_energy_kwh": Decimal("100"),
        "usable_energy_kwh": Decimal("95"),
        "mass_kg": Decimal("648.63"),
        "warranty_years": Decimal("8"),
        "cycles": 1500,
        "depth_of_discharge": Decimal("1"),
        "capacity_retention": Decimal("0.8"),
        "test_report": "T-2025-001",
        "typical_reason": "销量最大的一款，与同系列共用电芯。",
    }
    return {**usual, **changes}


def pack(of: Maker, *, registered: bool = True, lines: bool = True, **changes: Any) -> Pack:
    """A pack with a plant, and an inventory that can be calculated."""
    plant = of.organisation.plants.first() or packs.add_plant(
        actor=of.editor, name="示例一厂", province="320000"
    )
    made = packs.create_pack(actor=of.editor, plants=[plant], year=2025, own_cells=False, **facts(**changes))
    if lines:
        fill(of, made)
    return packs.register_pack(actor=of.editor, pack=made) if registered else made


def fill(of: Maker, made: Pack) -> None:
    """A bill of materials on background factors, and the maker's own lines."""
    part = parts.add_part(
        actor=of.editor,
        pack=made,
        module_type="cathode",
        name_zh="磷酸铁锂",
        amount=Decimal("180.5"),
        unit="kg",
    )
    parts.use_factor(actor=of.editor, part=part, factor_key="cam.lfp.greet2022")
    own: list[dict[str, Any]] = [
        {"process": "pack", "kind": "energy", "name_zh": "装配用电", "amount": Decimal("5200"), "unit": "kWh",
         "electricity": {"supply": "grid", "region": "CN"}},
        {"process": "distribution", "kind": "transport", "name_zh": "公路运输", "amount": Decimal("519"), "unit": "tkm",
         "factor_key": "trans.road.cn.heavy_diesel.cpcd"},
        {"process": "recycling", "kind": "energy", "name_zh": "拆解用电", "amount": Decimal("30"), "unit": "kWh",
         "electricity": {"supply": "grid", "region": "CN"}},
    ]  # fmt: skip
    for line in own:
        parts.add_own_line(actor=of.editor, pack=made, **line)


def calculated(of: Maker, made: Pack) -> None:
    """Calculate, and run the job in this process."""
    jobs = {row.job_id for row in packs.calculate(actor=of.editor, pack=made) if row.job_id}
    for job in jobs:
        run_job(job)


def plan(of: Maker) -> QualityPlan:
    """An adopted plan with every section written."""
    draft = plans.create_plan(actor=of.editor, title="示例数据质量控制方案")
    plans.save_plan(actor=of.editor, plan=draft, title=draft.title, sections=dict.fromkeys(KEYS, TEXT))
    return plans.adopt_plan(actor=of.approver, plan=draft)


def trial() -> Phase:
    """The trial phase with its real dates, and the regular one beside it."""
    ensure_reference_data()
    return ensure_phases()[0]


def draft(
    of: Maker | None = None, *, phase: Phase | None = None, **changes: Any
) -> tuple[Maker, Declaration]:
    """A declaration that has everything that freezing asks for. Set the clock before: data years follow it."""
    phase = phase or trial()
    of = of or maker()
    made = pack(of, **changes)
    calculated(of, made)
    if not QualityPlan.objects.filter(organisation=of.organisation).exists():
        plan(of)
    return of, declarations.create_declaration(actor=of.editor, pack=made, phase=phase)


def frozen(of: Maker | None = None, **changes: Any) -> tuple[Maker, Declaration]:
    """The same, frozen by the editor."""
    of, declaration = draft(of, **changes)
    return of, declarations.freeze_declaration(actor=of.editor, declaration=declaration)


def body() -> Actor:
    """A verifier of a body of its own."""
    return factories.person(factories.organisation("verifier"))


def taken_on(verifier: Actor, declaration: Declaration) -> None:
    """The body takes the engagement on, if it has not done so yet."""
    if Engagement.objects.get(declaration=declaration).state == "asked":
        engagements.take_on(actor=verifier, declaration=declaration, independent=True)


def signed(verifier: Actor, declaration: Declaration, number: str = "V-1") -> Statement:
    """The body signs the statement for the present snapshot."""
    declaration.refresh_from_db()
    taken_on(verifier, declaration)
    digest = declaration.snapshot.sha256 if declaration.snapshot else ""
    return verification.sign_statement(
        actor=verifier,
        declaration=declaration,
        snapshot_sha256=digest,
        report_number=number,
        opinion="unqualified",
    )


def verified(of: Maker | None = None, **changes: Any) -> tuple[Maker, Actor, Declaration]:
    """The same, sent by the approver and signed by the body."""
    of, declaration = frozen(of, **changes)
    verifier = body()
    declarations.send_to_verification(
        actor=of.approver, declaration=declaration, body=_organisation(verifier)
    )
    signed(verifier, declaration, f"V-{declaration.pk}")
    declaration.refresh_from_db()
    return of, verifier, declaration


def _organisation(actor: Actor) -> Organisation:
    if actor.organisation is None:
        raise ValueError("an actor without organisation")
    return actor.organisation
