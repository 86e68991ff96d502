"""The engagement of a verification body: asked with a frozen content, taken on with a declaration of independence, or
refused with a reason. What a declaration rests on opens to the body when it has taken the engagement on, not before."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.accounts.roles import OrganisationKind
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector, Problems
from declarations import workflow
from declarations.models import Assurance, Declaration, Engagement, EngagementAnswer, EngagementState, Sending

# What a body declares by taking an engagement on. Never reword it: add a sentence of its own instead, so that what was
# declared stays what it was.
INDEPENDENCE = _(
    "We are independent of the maker and of the suppliers behind the declaration, have neither prepared this footprint "
    "nor advised on it, hold no interest in its outcome, and know of no other conflict of interest."
)
SCOPE_MAX = 2000
TEXT_MAX = 5000


def ask(
    *,
    actor: Actor,
    declaration: Declaration,
    body: Organisation,
    due_on: dt.date | None,
    assurance: str,
    scope: str,
) -> Engagement:
    """Ask a body to verify the frozen content, and record the sending. A body that has the engagement keeps it.

    Runs in the transaction of the caller, which holds the declaration's lock and has checked who asks. Raises Problems.
    """
    found = Collector()
    if body.kind != OrganisationKind.VERIFIER or not body.is_active:
        found.add("DECL-BODY", _("Choose a verification body."), field="body")
    if due_on is not None and due_on < clock.today():
        found.add("DECL-DUE", _("The date is in the past."), field="due_on", value=str(due_on))
    if assurance not in Assurance.values:
        found.add("DECL-ASSURANCE", _("Choose the level of assurance."), field="assurance", value=assurance)
    if len(scope) > SCOPE_MAX:
        found.add("DECL-SCOPE", _("At most %(limit)s characters.") % {"limit": SCOPE_MAX}, field="scope")
    snapshot = declaration.snapshot
    if snapshot is None:
        found.add("STATEMENT-NO-SNAPSHOT", _("Nothing is frozen."))
        raise Problems(found.items)
    found.done()
    agreed = {"due_on": due_on, "assurance": assurance, "scope": scope.strip()}
    engagement = Engagement.objects.filter(declaration=declaration).first()
    if engagement is None:
        engagement = Engagement.objects.create(
            declaration=declaration, organisation=body, created_by=actor.user, **agreed
        )
    else:
        stays = engagement.organisation_id == body.pk and engagement.state != EngagementState.REFUSED
        engagement.organisation = body
        for name, value in agreed.items():
            setattr(engagement, name, value)
        if stays or engagement.state == EngagementState.ASKED:
            engagement.save()
        else:
            engagement.answer, engagement.created_by = None, actor.user
            workflow.transition(
                engagement,
                "ask",
                actor,
                save=("organisation", "answer", "created_by", *agreed),
            )
    Sending.objects.create(
        declaration=declaration,
        snapshot=snapshot,
        organisation=body,
        sent_by=actor.user,
        **agreed,
    )
    declaration.engagement = engagement
    return engagement


def _asked(actor: Actor, declaration: Declaration, verb: str) -> tuple[Declaration, Engagement, Sending]:
    """The declaration and the engagement, locked in this order, and the sending that is to be answered."""
    declaration = workflow.lock(declaration)
    engagement = Engagement.objects.select_for_update().get(declaration=declaration)
    workflow.guard(engagement, verb, actor)
    if declaration.state != "in_verification":
        raise AccessDenied(_("The maker is working on this declaration again."))
    sending = Sending.objects.filter(declaration=declaration, organisation=engagement.organisation).last()
    if sending is None:
        raise AccessDenied(_("Nothing was sent to your body."))
    return declaration, engagement, sending


@transaction.atomic
def take_on(*, actor: Actor, declaration: Declaration, independent: bool, note: str = "") -> Engagement:
    """The body takes the engagement on and declares its independence; ``note`` says which safeguards were taken.

    From now on the clean room is open to it. Raises Problems, AccessDenied.
    """
    declaration, engagement, sending = _asked(actor, declaration, "take_on")
    found = Collector()
    if not independent:
        found.add(
            "ENGAGEMENT-INDEPENDENCE",
            _("Without the declaration of independence the engagement cannot be taken on."),
            field="independent",
            mend=_("Refuse it if there is a conflict of interest."),
        )
    note = note.strip()
    if len(note) > TEXT_MAX:
        found.add("ENGAGEMENT-LONG", _("At most %(limit)s characters.") % {"limit": TEXT_MAX}, field="note")
    found.done()
    engagement.answer = _answer(actor, sending, accepted=True, text=note)
    workflow.transition(engagement, "take_on", actor, save=("answer",))
    data = {"body": engagement.organisation.code, "assurance": engagement.assurance}
    record(
        actor=actor,
        verb="verification.taken_on",
        obj=declaration,
        data=data,
        readers=[declaration.organisation],
    )
    return engagement


@transaction.atomic
def refuse(*, actor: Actor, declaration: Declaration, reason: str) -> Engagement:
    """The body refuses, with a reason: the declaration is with the maker again, which can ask another body.

    Raises Problems, AccessDenied.
    """
    declaration, engagement, sending = _asked(actor, declaration, "refuse")
    found = Collector()
    reason = reason.strip()
    if not reason:
        found.add("ENGAGEMENT-REASON", _("Say why the engagement is refused."), field="reason")
    elif len(reason) > TEXT_MAX:
        found.add("ENGAGEMENT-LONG", _("At most %(limit)s characters.") % {"limit": TEXT_MAX}, field="reason")
    found.done()
    engagement.answer = _answer(actor, sending, accepted=False, text=reason)
    # The arrow of the declaration first: after a refusal the body stands in no relation to it.
    workflow.transition(declaration, "decline", actor)
    workflow.transition(engagement, "refuse", actor, save=("answer",))
    record(
        actor=actor,
        verb="verification.refused",
        obj=declaration,
        data={"body": engagement.organisation.code, "reason": reason},
        readers=[declaration.organisation],
    )
    return engagement


def _answer(actor: Actor, sending: Sending, *, accepted: bool, text: str) -> EngagementAnswer:
    return EngagementAnswer.objects.create(
        sending=sending, accepted=accepted, text=text, answered_by=actor.user
    )
