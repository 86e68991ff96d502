"""Review by the authority: take up, note, return with reasons, accept into the register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied, require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation, User
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector, Problem, Problems, problem
from declarations import workflow
from declarations.figures import Frozen
from declarations.models import Declaration, RegisterEntry, ReviewDecision, ReviewNote, Section
from declarations.register import write_entry
from declarations.services.declarations import predecessor, supersede_before

REASON_MAX = 5000


def _authority(actor: Actor) -> Organisation:
    if actor.organisation is None:
        raise AccessDenied(_("This belongs to another organisation."))
    return actor.organisation


def reviewer_of(declaration: Declaration) -> User | None:
    """Who took the declaration up last."""
    taken = (
        declaration.decisions.filter(kind=ReviewDecision.Kind.TAKEN_UP).select_related("decided_by").last()
    )
    return taken.decided_by if taken else None


def _mine(declaration: Declaration, actor: Actor) -> None:
    """Whoever decides has taken the case up; a colleague takes it over first, visibly."""
    reviewer = reviewer_of(declaration)
    if reviewer is not None and (actor.user is None or reviewer.pk != actor.user.pk):
        raise problem(
            "REVIEW-OTHER",
            _("This declaration was taken up by somebody else."),
            mend=_("Take it over first."),
        )


def _decide(actor: Actor, declaration: Declaration, kind: str, **fields: Any) -> ReviewDecision:
    return ReviewDecision.objects.create(
        declaration=declaration,
        organisation=_authority(actor),
        kind=kind,
        decided_by=actor.user,
        decided_at=clock.now(),
        **fields,
    )


@transaction.atomic
def take_up(*, actor: Actor, declaration: Declaration) -> Declaration:
    """Begin the review of a submitted declaration. A second press by the same person changes nothing."""
    declaration = workflow.lock(declaration)
    require(actor, "review.view", declaration)
    if declaration.state == "in_review" and actor.user is not None and reviewer_of(declaration) == actor.user:
        return declaration
    workflow.transition(declaration, "take_up", actor)
    _decide(actor, declaration, ReviewDecision.Kind.TAKEN_UP)
    record(actor=actor, verb="review.taken_up", obj=declaration, readers=[declaration.organisation])
    return declaration


@transaction.atomic
def take_over(*, actor: Actor, declaration: Declaration) -> Declaration:
    """Go on with a review that a colleague took up."""
    declaration = workflow.lock(declaration)
    require(actor, "review.assign", declaration)
    if actor.user is None:
        raise AccessDenied(_("Only a person can take a review over."))
    if reviewer_of(declaration) != actor.user:
        _decide(actor, declaration, ReviewDecision.Kind.TAKEN_UP)
        record(actor=actor, verb="review.taken_over", obj=declaration)
    return declaration


@transaction.atomic
def add_note(
    *, actor: Actor, declaration: Declaration, section: str, verdict: str = "", text: str = ""
) -> ReviewNote:
    """Note on a section whether it is in order, or a remark; stays within the authority. Raises Problems."""
    declaration = workflow.lock(declaration)
    require(actor, "review.note", declaration)
    _mine(declaration, actor)
    found = Collector()
    text = text.strip()
    if section not in Section.values:
        found.add("REVIEW-SECTION", _("This section does not exist."), field="section", value=section)
    if verdict not in ReviewNote.Verdict.values:
        found.add("REVIEW-VERDICT", _("Choose a verdict."), field="verdict", value=verdict)
    if not text and verdict != ReviewNote.Verdict.OK:
        found.add("REVIEW-NOTE", _("Say what is in doubt."), field="text")
    elif len(text) > REASON_MAX:
        found.add("REVIEW-LONG", _("At most %(limit)s characters.") % {"limit": REASON_MAX}, field="text")
    found.done()
    note = ReviewNote.objects.create(
        declaration=declaration,
        organisation=_authority(actor),
        section=section,
        verdict=verdict,
        text=text,
        written_by=actor.user,
    )
    record(actor=actor, verb="review.noted", obj=declaration, data={"section": section, "verdict": verdict})
    return note


@transaction.atomic
def return_(
    *, actor: Actor, declaration: Declaration, reason: str, sections: Mapping[str, str] | None = None
) -> ReviewDecision:
    """Send a declaration back with a reason, and one for each section concerned. Raises Problems, AccessDenied."""
    declaration = workflow.lock(declaration)
    workflow.guard(declaration, "return", actor)
    _mine(declaration, actor)
    found = Collector()
    reason = reason.strip()
    given = {key: text.strip() for key, text in (sections or {}).items() if text.strip()}
    if not reason:
        found.add(
            "REVIEW-REASON",
            _("Say why the declaration is returned."),
            field="reason",
            mend=_("Name what must be changed and which evidence is needed."),
        )
    for text in (reason, *given.values()):
        if len(text) > REASON_MAX:
            found.add(
                "REVIEW-LONG", _("At most %(limit)s characters.") % {"limit": REASON_MAX}, field="reason"
            )
    for key in given:
        if key not in Section.values:
            found.add("REVIEW-SECTION", _("This section does not exist."), field="reason", value=key)
    found.done()
    decision = _decide(
        actor,
        declaration,
        ReviewDecision.Kind.RETURNED,
        reason=reason,
        sections=[{"section": key, "text": given[key]} for key in Section.values if key in given],
    )
    workflow.transition(declaration, "return", actor)
    data = {"sections": sorted(given)}
    record(
        actor=actor, verb="review.returned", obj=declaration, data=data, readers=[declaration.organisation]
    )
    return decision


def acceptance_problems(declaration: Declaration) -> list[Problem]:
    """Why a declaration cannot be accepted now, besides role and state."""
    found = []
    snapshot = declaration.snapshot
    if snapshot is None or not Frozen(snapshot).is_intact:
        found.append(Problem("REVIEW-SNAPSHOT", _("The stored snapshot does not match its digest.")))
    elif not hasattr(declaration, "receipt") or declaration.receipt.sha256 != snapshot.sha256:
        found.append(Problem("REVIEW-RECEIPT", _("The receipt was given for another content.")))
    elif (
        Frozen(snapshot).figures.per_functional_unit is None
        or Frozen(snapshot).figures.per_kwh_capacity is None
    ):
        found.append(Problem("REVIEW-FIGURES", _("The declared figures are incomplete.")))
    others = Declaration.objects.filter(
        pack=declaration.pack_id, phase=declaration.phase_id, state="accepted"
    )
    before = predecessor(declaration)
    if before is not None:
        others = others.exclude(pk=before.pk)
    if others.exists():
        found.append(
            Problem(
                "REVIEW-ACCEPTED-OTHER",
                _("Another declaration of this pack is accepted in this phase."),
                mend=_("Return this one; it must supersede the other."),
            )
        )
    return found


@transaction.atomic
def accept(*, actor: Actor, declaration: Declaration) -> RegisterEntry:
    """Accept a declaration and enter it into the public register; what it supersedes ends in the same transaction.

    Accepting what is accepted already gives the entry that is there. Raises Problems, AccessDenied.
    """
    declaration = workflow.lock(declaration)
    require(actor, "review.view", declaration)
    if declaration.state == "accepted":
        return declaration.register_entry
    workflow.guard(declaration, "accept", actor)
    _mine(declaration, actor)
    found = acceptance_problems(declaration)
    if found:
        raise Problems(found)
    _decide(actor, declaration, ReviewDecision.Kind.ACCEPTED)
    supersede_before(actor=actor, declaration=declaration, state="accepted")
    workflow.transition(declaration, "accept", actor)
    entry = write_entry(declaration)
    data = {"snapshot": entry.snapshot_sha256, "register": entry.sha256}
    record(
        actor=actor, verb="review.accepted", obj=declaration, data=data, readers=[declaration.organisation]
    )
    return entry
