"""Putting a trigger of a new declaration aside: the approver's decision, with its reason, for exactly this evidence."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.services import record
from carbonfoot.problems import problem
from declarations import workflow
from declarations.models import Declaration, TriggerDismissal
from declarations.selectors.triggers import triggers_for
from declarations.services.declarations import REASON_LEAST


@transaction.atomic
def dismiss(
    *, actor: Actor, declaration: Declaration, kind: str, evidence_sha256: str, reason: str
) -> TriggerDismissal:
    """Put aside the trigger ``kind`` with the evidence of that digest. It returns when the evidence changes.

    Raises Problems when the evidence is no longer what the person saw, or the reason is missing. Twice is once.
    """
    declaration = workflow.lock(declaration)
    require(actor, "declaration.dismiss_trigger", declaration)
    if len(reason.strip()) < REASON_LEAST:
        raise problem("DECL-REASON", _("Say why, in a few words."), field="reason", value=reason)
    found = next(
        (
            item
            for item in triggers_for(actor, declaration)
            if item.kind == kind and item.sha256 == evidence_sha256
        ),
        None,
    )
    if found is None:
        raise problem(
            "TRIGGER-CHANGED",
            _("This has changed in the meantime."),
            mend=_("Look at it again before you put it aside."),
        )
    if found.dismissal is not None:
        return found.dismissal
    row = TriggerDismissal.objects.create(
        declaration=declaration,
        trigger=kind,
        evidence=dict(found.evidence),
        evidence_sha256=evidence_sha256,
        reason=reason.strip(),
        dismissed_by=actor.user,
    )
    record(
        actor=actor,
        verb="declaration.trigger_dismissed",
        obj=declaration,
        data={"trigger": kind, "evidence": evidence_sha256, "reason": reason.strip()},
    )
    return row
