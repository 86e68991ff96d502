"""Writes on data quality control plans: drafts by staff, adopted by the approver, never changed after."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.audit.canonical import digest
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector, problem
from declarations import workflow
from declarations.models import QualityPlan
from declarations.plans import KEYS, missing_sections
from declarations.tenancy import owner

SECTION_CHARACTERS_MAX = 20_000


def _locked(plan: QualityPlan) -> QualityPlan:
    return QualityPlan.objects.select_for_update().get(pk=plan.pk)


def plan_digest(plan: QualityPlan) -> str:
    """SHA-256 of what a plan says: version, title and sections."""
    return digest({"version": plan.version, "title": plan.title, "sections": plan.sections})


@transaction.atomic
def create_plan(*, actor: Actor, title: str, based_on: QualityPlan | None = None) -> QualityPlan:
    """The next version of the organisation's plan, in draft; with the texts of ``based_on`` to start from.

    Raises Problems while another draft is open: two drafts side by side would fork the plan.
    """
    require(actor, "plan.create")
    # Events name the organisation: a full lock would hold up everybody of the maker who holds the log's head.
    maker = Organisation.objects.select_for_update(no_key=True).get(pk=owner(actor).pk)
    plans = QualityPlan.objects.filter(organisation=maker)
    draft = plans.filter(state="draft").first()
    if draft is not None:
        raise problem("PLAN-DRAFT", _("A draft is open already; finish it first."), value=str(draft))
    if based_on is not None and based_on.organisation_id != actor.organisation_id:
        raise QualityPlan.DoesNotExist
    last = plans.first()
    plan = QualityPlan.objects.create(
        organisation=maker,
        version=last.version + 1 if last else 1,
        title=title.strip() or str(_("Data quality control plan")),
        sections=dict(based_on.sections) if based_on else {},
        created_by=actor.user,
    )
    record(actor=actor, verb="plan.created", obj=plan, data={"version": plan.version})
    return plan


@transaction.atomic
def save_plan(*, actor: Actor, plan: QualityPlan, title: str, sections: Mapping[str, str]) -> QualityPlan:
    """Keep the texts of a draft, complete or not. Raises Problems for unknown sections and texts without end."""
    plan = _locked(plan)
    require(actor, "plan.edit", plan)
    found = Collector()
    if not title.strip():
        found.add("PLAN-TITLE", _("The title is missing."), field="title")
    for key, text in sections.items():
        if key not in KEYS:
            found.add("PLAN-SECTION", _("Unknown section."), field=key, value=key)
        elif len(text) > SECTION_CHARACTERS_MAX:
            found.add("PLAN-LONG", _("At most 20,000 characters."), field=key, value=str(len(text)))
    found.done()
    plan.title = title.strip()
    plan.sections = {**plan.sections, **{key: text.strip() for key, text in sections.items()}}
    plan.changed_at = clock.now()
    plan.save(update_fields=["title", "sections", "changed_at"])
    record(actor=actor, verb="plan.changed", obj=plan, data={"sections": sorted(sections)})
    return plan


@transaction.atomic
def adopt_plan(*, actor: Actor, plan: QualityPlan) -> QualityPlan:
    """Adopt a draft by the approver, who did not write it. Raises Problems with every section that says nothing."""
    plan = _locked(plan)
    require(actor, "plan.adopt", plan)
    found = Collector()
    for section in missing_sections(plan.sections):
        found.add(
            "PLAN-MISSING", _("This section is not written."), field=section.key, where=str(section.title)
        )
    if actor.user is not None and plan.created_by_id == actor.user.pk:
        found.add("PLAN-FOUR-EYES", _("You began this plan yourself; another person adopts it."))
    found.done()
    plan.sha256 = plan_digest(plan)
    plan.adopted_by, plan.adopted_at = actor.user, clock.now()
    workflow.transition(plan, "adopt", actor, save=("sha256", "adopted_by", "adopted_at"))
    record(actor=actor, verb="plan.adopted", obj=plan, data={"version": plan.version, "sha256": plan.sha256})
    return plan
