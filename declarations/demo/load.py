"""Puts the demonstration together, in one transaction: it is loaded whole, or not at all."""

from __future__ import annotations

from django.db import transaction

from carbonfoot import clock
from carbonfoot.accounts.models import Organisation
from carbonfoot.jobs.services import run_job
from declarations.bundle import services as bundles
from declarations.demo import details, people, reviewing, supply
from declarations.demo import family as demo_family
from declarations.demo import packs as demo_packs
from declarations.demo import phase as demo_phase
from declarations.demo.plan import TEXTS
from declarations.demo.recipes import RECIPES
from declarations.models import Declaration, Finding, Pack, PackPart, Phase
from declarations.plans import KEYS
from declarations.reference import ensure_phases
from declarations.selectors.phases import current_phase
from declarations.services import checking, declarations, engagements, packs, parts, plans, verification
from declarations.tenancy import owner
from lca.models import PublishedResult
from lca.reference import ensure_reference_data

Parts = dict[str, PackPart]


def is_loaded() -> bool:
    """Whether the demonstration is in this database."""
    return Organisation.objects.filter(code=people.MARK).exists()


def load(password: str) -> bool:
    """Load everything; returns False, and does nothing, when it is loaded already."""
    ensure_reference_data()
    ensure_phases()
    if is_loaded():
        return False
    with transaction.atomic():
        people.create(password)
        _Loader().run()
    return True


class _Loader:
    """One maker's year: five packs at five points of the way."""

    def __init__(self) -> None:
        self.year = clock.today().year - 1
        self.editor = people.actor("editor@maker.example")
        self.approver = people.actor("approver@maker.example")
        self.verifier = people.actor("verifier@verifier.example")
        self.regulator = people.actor("regulator@authority.example")
        self.results: dict[str, PublishedResult] = {}

    def run(self) -> None:
        """Packs, supply chain, plan, and declarations in every state that a visitor wants to see."""
        supply.link_all(self.editor)
        plant = packs.add_plant(actor=self.editor, name="一号工厂（示例）", province="320000")
        made = {
            product.model: demo_packs.create(self.editor, product, plant, self.year)
            for product in demo_packs.PRODUCTS
        }
        self._plan()
        self._supplies(made)
        for product in demo_packs.PRODUCTS[:4]:
            pack, asked = made[product.model]
            for key, part in asked.items():
                if key in demo_packs.ASKED:
                    result = self.results[product.cathode if key == "cathode" else _recipe_of(key)]
                    parts.use_result(actor=self.editor, part=part, result=result)
            self._calculate(pack)
        first = made["LFP-100A"][0]
        details.scenario(self.editor, first)
        details.monte_carlo(self.editor, first)
        self._calculate(demo_family.create(self.editor, first).pack)
        self._open_requests(made["LFP-52C"][1])
        phase = current_phase()
        if phase is None:
            raise RuntimeError("no phase is in force today")
        self._accepted(made["LFP-100A"][0], phase)
        self._verified(self._sent(made["NMC-90B"][0], phase), "示例核字-0002")
        declarations.submit(actor=self.approver, declaration=Declaration.objects.get(pack=made["NMC-90B"][0]))
        self._finding(self._sent(made["LFP-78A"][0], phase))
        demo_phase.ask(self.approver, self.regulator, phase, made["LFP-52C"][0], made["NMC-64A"][0])
        demo_phase.summary(self.editor, self.approver, phase)

    def _plan(self) -> None:
        plan = plans.create_plan(actor=self.editor, title=f"{self.year}年度数据质量控制方案（示例）")
        plan = plans.save_plan(actor=self.editor, plan=plan, title=plan.title, sections=TEXTS)
        plans.adopt_plan(actor=self.approver, plan=plan)

    def _supplies(self, made: dict[str, tuple[Pack, Parts]]) -> None:
        """Each recipe is asked for once, with the first pack that needs it; the result serves all packs."""
        for product in demo_packs.PRODUCTS[:2]:
            _pack, asked = made[product.model]
            for key in demo_packs.ASKED:
                recipe = RECIPES[product.cathode if key == "cathode" else _recipe_of(key)]
                if recipe.key in self.results:
                    continue
                request = supply.ask(self.editor, asked[key], recipe, self.year, days=21)
                staff = people.actor(f"staff@{recipe.supplier}.example")
                self.results[recipe.key] = supply.answer(staff, request, recipe.key)

    def _open_requests(self, asked: Parts) -> None:
        """What waits in the suppliers' inboxes."""
        for number, key in enumerate(demo_packs.ASKED):
            recipe = RECIPES["lfp" if key == "cathode" else _recipe_of(key)]
            request = supply.ask(self.editor, asked[key], recipe, self.year, days=7 * (number + 1))
            if key == "electrolyte":
                supply.begin_form(people.actor(f"staff@{recipe.supplier}.example"), request)

    def _calculate(self, pack: Pack) -> None:
        for calculation in packs.calculate(actor=self.editor, pack=pack):
            if calculation.job_id is not None:
                run_job(calculation.job_id)

    def _sent(self, pack: Pack, phase: Phase) -> Declaration:
        declaration = declarations.create_declaration(actor=self.editor, pack=pack, phase=phase)
        declaration = declarations.freeze_declaration(actor=self.editor, declaration=declaration)
        declaration = declarations.send_to_verification(
            actor=self.approver, declaration=declaration, body=owner(self.verifier)
        )
        engagements.take_on(actor=self.verifier, declaration=declaration, independent=True)
        return declaration

    def _checked(self, declaration: Declaration) -> None:
        """What a verifier leaves on record: a sample of the maker's lines and the control plan, each checked."""
        if declaration.calculation is None:
            raise RuntimeError("a declaration without a calculation is not verified")
        sample = checking.draw_sample(
            actor=self.verifier,
            declaration=declaration,
            calculation=declaration.calculation,
            size=10,
            seed=declaration.number,
        )
        seen = checking.Checked("matches", "与台账一致（演示）")
        lines = {line["id"]: seen for line in sample.content["lines"]}
        plan = dict.fromkeys(KEYS, seen)
        checking.record_checks(actor=self.verifier, declaration=declaration, sample=sample, checked=lines)
        checking.record_checks(actor=self.verifier, declaration=declaration, checked=plan)

    def _verified(self, declaration: Declaration, number: str) -> Declaration:
        declaration.refresh_from_db()
        self._checked(declaration)
        verification.sign_statement(
            actor=self.verifier,
            declaration=declaration,
            snapshot_sha256=declaration.snapshot.sha256 if declaration.snapshot else "",
            report_number=number,
            opinion="unqualified",
        )
        declaration.refresh_from_db()
        return declaration

    def _accepted(self, pack: Pack, phase: Phase) -> None:
        declaration = self._verified(self._sent(pack, phase), "示例核字-0001")
        declarations.submit(actor=self.approver, declaration=declaration)
        declaration.refresh_from_db()
        reviewing.accept(self.regulator, self.editor, declaration)
        declaration.refresh_from_db()
        bundle = bundles.request_bundle(actor=self.editor, declaration=declaration)
        if bundle.job_id is not None:
            run_job(bundle.job_id)

    def _finding(self, declaration: Declaration) -> None:
        verification.raise_finding(
            actor=self.verifier,
            declaration=declaration,
            kind=Finding.Kind.MINOR,
            title="装配用电的计量边界",
            text="装配用电的计量点与数据质量控制方案所列电表不一致，请说明并提供抄表记录。（演示）",
        )


def _recipe_of(part: str) -> str:
    return {"anode": "graphite"}.get(part, part)
