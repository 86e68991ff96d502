"""The way of a declaration on the maker's side: begun, frozen, sent to verification, submitted, corrected, withdrawn.

Every verb locks the declaration's row first, so that two clicks come one after the other: the second finds the state
that the first has left.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation, User
from carbonfoot.accounts.roles import OrganisationKind
from carbonfoot.audit.numbers import next_number
from carbonfoot.audit.services import record
from carbonfoot.problems import Problem, Problems, problem
from declarations import checks, receipts, snapshots, workflow
from declarations.models import Declaration, Engagement, Pack, Phase, QualityPlan, Receipt
from declarations.models.declarations import LIVE_STATES
from declarations.selectors.reliefs import days_of
from declarations.services import engagements
from lca.models import Calculation
from lca.services import certificates

REASON_LEAST = 2  # characters: a Chinese reason can be short


def _readers(declaration: Declaration) -> list[Organisation]:
    """Who besides the maker reads the events of a declaration: the verification body engaged for it."""
    engagement = Engagement.objects.select_related("organisation").filter(declaration=declaration).first()
    return [engagement.organisation] if engagement else []


def _authorities() -> list[Organisation]:
    return list(Organisation.objects.filter(kind=OrganisationKind.AUTHORITY, is_active=True))


def adopted_plan(organisation: Organisation) -> QualityPlan | None:
    """The newest adopted plan of an organisation."""
    return QualityPlan.objects.filter(organisation=organisation, state="adopted").order_by("-version").first()


def newest_calculation(pack: Pack, phase: Phase) -> Calculation | None:
    """The newest finished calculation of a pack under a phase's rule set."""
    if pack.inventory is None:
        return None
    rows = Calculation.objects.filter(
        revision__inventory=pack.inventory, state="done", ruleset_id=phase.ruleset_id
    )
    return rows.order_by("-done_at", "-pk").first()


@transaction.atomic
def create_declaration(*, actor: Actor, pack: Pack, phase: Phase) -> Declaration:
    """Begin the declaration of a pack in a phase, with the newest plan and calculation there are.

    Raises Problems when one is under way or accepted already, or the phase has ended.
    """
    require(actor, "declaration.create")
    pack = Pack.objects.select_for_update().get(pk=pack.pk)
    require(actor, "pack.view", pack)
    if pack.state != "registered":
        raise problem(
            "DECL-PACK-STATE",
            _("The pack is not registered."),
            field="pack",
            mend=_("Complete its facts and register it."),
        )
    rows = Declaration.objects.filter(pack=pack, phase=phase)
    present = rows.filter(state__in=(*LIVE_STATES, "returned", "accepted")).first()
    if present is not None:
        raise problem(
            "DECL-THERE",
            _(
                "There is a declaration of this pack in this phase already; a correction is a new version of it."
            ),
            field="pack",
            value=str(present),
        )
    last = days_of(pack.organisation_id, phase).of(pack.pk)
    if last is not None and clock.today() > last:
        raise problem("DECL-PHASE-OVER", _("The phase has ended."), field="phase", value=phase.name)
    declaration = Declaration.objects.create(
        organisation=pack.organisation,
        number=next_number("D"),
        pack=pack,
        phase=phase,
        plan=adopted_plan(pack.organisation),
        calculation=newest_calculation(pack, phase),
        assigned_to=actor.user,
    )
    record(
        actor=actor,
        verb="declaration.created",
        obj=declaration,
        data={"pack": pack.model, "phase": phase.code},
    )
    return declaration


def _editable(actor: Actor, declaration: Declaration) -> Declaration:
    declaration = workflow.lock(declaration)
    require(actor, "declaration.edit", declaration)
    declaration.changed_at = clock.now()
    return declaration


@transaction.atomic
def set_plan(*, actor: Actor, declaration: Declaration, plan: QualityPlan) -> Declaration:
    """Choose the adopted plan that the declaration rests on."""
    declaration = _editable(actor, declaration)
    if plan.organisation_id != declaration.organisation_id:
        raise QualityPlan.DoesNotExist
    if plan.state != "adopted":
        raise problem("DECL-PLAN-DRAFT", _("The data quality control plan is not adopted."), field="plan")
    declaration.plan = plan
    declaration.save(update_fields=["plan", "changed_at"])
    record(actor=actor, verb="declaration.changed", obj=declaration, data={"plan": plan.version})
    return declaration


@transaction.atomic
def set_calculation(*, actor: Actor, declaration: Declaration, calculation: Calculation) -> Declaration:
    """Choose the finished calculation of this pack, under the phase's rule set, that is declared."""
    declaration = _editable(actor, declaration)
    if calculation.organisation_id != declaration.organisation_id:
        raise Calculation.DoesNotExist
    if calculation.revision.inventory_id != declaration.pack.inventory_id:
        raise problem("DECL-CALC-PACK", _("The calculation belongs to another pack."), field="calculation")
    if calculation.state != "done":
        raise problem("DECL-CALC-STATE", _("The calculation is not finished."), field="calculation")
    if calculation.ruleset_id != declaration.phase.ruleset_id:
        raise problem(
            "DECL-CALC-RULES",
            _("The calculation follows another rule set than this phase asks for."),
            field="calculation",
            value=calculation.ruleset_id,
        )
    declaration.calculation = calculation
    declaration.save(update_fields=["calculation", "changed_at"])
    data = {"calculation": calculation.pk, "ledger_sha256": calculation.ledger_sha256}
    record(actor=actor, verb="declaration.changed", obj=declaration, data=data)
    return declaration


@transaction.atomic
def assign(*, actor: Actor, declaration: Declaration, user: User) -> Declaration:
    """Say who of the maker's people is responsible."""
    declaration = workflow.lock(declaration)
    require(actor, "declaration.create")
    require(actor, "declaration.view", declaration)
    if not user.memberships.filter(organisation_id=declaration.organisation_id, is_active=True).exists():
        raise problem(
            "DECL-PERSON", _("This person does not belong to your organisation."), field="assigned_to"
        )
    declaration.assigned_to = user
    declaration.save(update_fields=["assigned_to"])
    record(actor=actor, verb="declaration.assigned", obj=declaration, data={"to": user.name})
    return declaration


@transaction.atomic
def freeze_declaration(*, actor: Actor, declaration: Declaration) -> Declaration:
    """Write the snapshot, if no check of freezing refuses. Raises Problems with all that refuse."""
    declaration = workflow.lock(declaration)
    workflow.guard(declaration, "freeze", actor)
    # What the snapshot reads must not change while it is read.
    Pack.objects.select_for_update().get(pk=declaration.pack_id)
    found = checks.run(declaration, checks.FREEZE, actor=actor)
    if checks.errors(found):
        raise Problems(found)
    if declaration.calculation is not None:
        certificates.hold(
            actor=actor,
            revision=declaration.calculation.revision,
            kind="declaration",
            key=str(declaration.pk),
        )
    snapshot = snapshots.freeze(
        declaration, actor=actor, checks=[{"code": item.code, "severity": item.severity} for item in found]
    )
    declaration.snapshot, declaration.prepared_by = snapshot, actor.user
    workflow.transition(declaration, "freeze", actor, save=("snapshot", "prepared_by"))
    data = {"snapshot": snapshot.number, "sha256": snapshot.sha256}
    record(actor=actor, verb="declaration.frozen", obj=declaration, data=data, readers=_readers(declaration))
    return declaration


@transaction.atomic
def reopen(*, actor: Actor, declaration: Declaration) -> Declaration:
    """Open a frozen declaration for changes. Its snapshot, and a statement signed for it, stay where they are."""
    declaration = workflow.lock(declaration)
    workflow.transition(declaration, "reopen", actor)
    record(actor=actor, verb="declaration.reopened", obj=declaration, readers=_readers(declaration))
    return declaration


@transaction.atomic
def send_to_verification(
    *,
    actor: Actor,
    declaration: Declaration,
    body: Organisation,
    due_on: dt.date | None = None,
    assurance: str = "reasonable",
    scope: str = "",
) -> Declaration:
    """Ask a verification body with the frozen content. By another person than the one who froze it.

    The basis opens to the body when it takes the engagement on; one that has it already goes on with the new content.
    Raises Problems, AccessDenied.
    """
    declaration = workflow.lock(declaration)
    workflow.guard(declaration, "send_to_verification", actor)
    refused = list(checks.four_eyes.check(checks.Subject(declaration, actor)))
    if refused:
        raise Problems(refused)
    engagement = engagements.ask(
        actor=actor, declaration=declaration, body=body, due_on=due_on, assurance=assurance, scope=scope
    )
    workflow.transition(declaration, "send_to_verification", actor)
    frozen = declaration.snapshot.sha256 if declaration.snapshot else None
    data = {"body": body.code, "sha256": frozen, "due_on": engagement.due_on, "assurance": assurance}
    record(actor=actor, verb="declaration.sent", obj=declaration, data=data, readers=[body])
    return declaration


@transaction.atomic
def submit(*, actor: Actor, declaration: Declaration) -> Receipt:
    """Submit a verified declaration and return its receipt; again and again the same receipt, whatever is clicked.

    Under the row's lock every check runs once more against the rules in force today. Raises Problems with all that
    refuse; nothing is then stored.
    """
    declaration = workflow.lock(declaration)
    present = Receipt.objects.filter(declaration=declaration).first()
    if present is not None:
        require(actor, "declaration.view", declaration)
        require(actor, "declaration.submit")
        return present
    workflow.guard(declaration, "submit", actor)
    # Rows are locked before the log's head is, here and everywhere: two writers can then not wait for each other.
    before = predecessor(declaration)
    if before is not None:
        workflow.lock(before)
    Pack.objects.select_for_update().get(pk=declaration.pack_id)
    found = checks.run(declaration, checks.SUBMIT, actor=actor)
    if checks.errors(found):
        raise Problems(found)
    snapshot = declaration.snapshot
    if snapshot is None:  # refused by a check already, and by the database
        raise Problems(found)
    if before is not None and before.state == "returned":
        _let_go(actor, before)
    workflow.transition(declaration, "submit", actor)
    number = next_number("RC", digits=6)
    event = record(
        actor=actor,
        verb="declaration.submitted",
        obj=declaration,
        data={"receipt": number, "sha256": snapshot.sha256, "snapshot": snapshot.number},
        readers=[*_readers(declaration), *_authorities()],
    )
    receipt = Receipt.objects.create(
        declaration=declaration,
        snapshot=snapshot,
        number=number,
        sha256=snapshot.sha256,
        submitted_by=actor.user,
        submitted_at=event.at,
        audit_seq=event.seq,
        checks=[_frozen_check(item) for item in found],
    )
    receipts.sign(receipt, event)
    supersede_before(actor=actor, declaration=declaration, state="returned")
    return receipt


def _frozen_check(item: Problem) -> dict[str, str]:
    return {"code": item.code, "severity": item.severity, "value": item.value}


def _let_go(actor: Actor, declaration: Declaration) -> None:
    """Free the green certificates that a declaration held; a newer version of its inventory keeps those it states."""
    if declaration.calculation is not None:
        certificates.release(
            actor=actor,
            revision=declaration.calculation.revision,
            kind="declaration",
            key=str(declaration.pk),
        )


def predecessor(declaration: Declaration) -> Declaration | None:
    """The version before that was ever submitted: withdrawn corrections in between are passed over."""
    before = declaration.supersedes
    while before is not None and before.state == "withdrawn":
        before = before.supersedes
    return before


def supersede_before(*, actor: Actor, declaration: Declaration, state: str) -> Declaration | None:
    """End the version before, if it is in ``state``: a returned one when its correction is submitted, an accepted one
    when its correction is accepted (called by the review). Runs in the caller's transaction."""
    before = predecessor(declaration)
    if before is None:
        return None
    before = workflow.lock(before)
    if before.state != state:
        return None
    _let_go(actor, before)
    workflow.transition(before, "supersede", actor)
    record(
        actor=actor,
        verb="declaration.superseded",
        obj=before,
        data={"by": declaration.version},
        readers=[before.organisation],
    )
    return before


def _last_of_chain(declaration: Declaration) -> Declaration:
    last = declaration
    while (after := Declaration.objects.filter(supersedes=last).first()) is not None:
        last = after
    return last


@transaction.atomic
def revise(*, actor: Actor, declaration: Declaration, reason: str) -> Declaration:
    """Begin the correction of a returned or accepted declaration: the next version, in draft, with a reason.

    What stands stands until the correction is submitted (after a return) or accepted. Clicking twice begins one.
    """
    declaration = workflow.lock(declaration)
    require(actor, "declaration.revise", declaration)
    if len(reason.strip()) < REASON_LEAST:
        raise problem("DECL-REASON", _("Say why, in a few words."), field="reason", value=reason)
    last = _last_of_chain(declaration)
    if last.pk != declaration.pk and last.state != "withdrawn":
        return last
    plan = adopted_plan(declaration.organisation) or declaration.plan
    fresh = Declaration.objects.create(
        organisation=declaration.organisation,
        number=declaration.number,
        version=last.version + 1,
        pack=declaration.pack,
        phase=declaration.phase,
        plan=plan,
        calculation=newest_calculation(declaration.pack, declaration.phase) or declaration.calculation,
        supersedes=last,
        revision_reason=reason.strip(),
        assigned_to=actor.user,
    )
    record(
        actor=actor,
        verb="declaration.revised",
        obj=fresh,
        data={"supersedes": declaration.version, "reason": reason.strip()},
    )
    return fresh


@transaction.atomic
def withdraw(*, actor: Actor, declaration: Declaration, reason: str) -> Declaration:
    """Take a declaration back before it is reviewed. It stays in the log, with the reason."""
    declaration = workflow.lock(declaration)
    workflow.guard(declaration, "withdraw", actor)
    if len(reason.strip()) < REASON_LEAST:
        raise problem("DECL-REASON", _("Say why, in a few words."), field="reason", value=reason)
    readers = [*_readers(declaration), *(_authorities() if declaration.state == "submitted" else [])]
    _let_go(actor, declaration)
    workflow.transition(declaration, "withdraw", actor)
    record(
        actor=actor,
        verb="declaration.withdrawn",
        obj=declaration,
        data={"reason": reason.strip()},
        readers=readers,
    )
    return declaration
