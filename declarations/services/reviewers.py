"""Who reviews a declaration: taken up, assigned to a colleague, handed over. Every change is a row that stays."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied, require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Membership, Organisation, User
from carbonfoot.accounts.roles import Role
from carbonfoot.audit.services import record
from carbonfoot.problems import problem
from declarations import workflow
from declarations.models import Declaration, ReviewAssignment, ReviewDecision

NOTE_MAX = 500


def authority(actor: Actor) -> Organisation:
    """The authority that the actor works for. Raises AccessDenied when it works for none."""
    if actor.organisation is None:
        raise AccessDenied(_("This belongs to another organisation."))
    return actor.organisation


def need_reviewer(declaration: Declaration, actor: Actor) -> None:
    """Whoever asks or decides has the case; a colleague takes it over first, visibly. Raises Problems."""
    if declaration.reviewer_id is None or (actor.user and declaration.reviewer_id == actor.user.pk):
        return
    raise problem(
        "REVIEW-OTHER",
        _("%(name)s has this declaration.") % {"name": declaration.reviewer},
        mend=_("Take it over first."),
    )


def _give(actor: Actor, declaration: Declaration, reviewer: User, note: str = "") -> None:
    ReviewAssignment.objects.create(
        declaration=declaration,
        organisation=authority(actor),
        reviewer=reviewer,
        assigned_by=actor.user,
        note=note,
        assigned_at=clock.now(),
    )
    declaration.reviewer = reviewer
    declaration.save(update_fields=["reviewer"])


@transaction.atomic
def take_up(*, actor: Actor, declaration: Declaration) -> Declaration:
    """Begin the review of a submitted declaration. A second press by the same person changes nothing.

    Raises Problems when it is assigned to a colleague, AccessDenied.
    """
    declaration = workflow.lock(declaration)
    require(actor, "review.view", declaration)
    if (
        actor.user is not None
        and declaration.state == "in_review"
        and declaration.reviewer_id == actor.user.pk
    ):
        return declaration
    workflow.guard(declaration, "take_up", actor)
    need_reviewer(declaration, actor)
    if actor.user is not None and declaration.reviewer_id is None:
        _give(actor, declaration, actor.user)
    ReviewDecision.objects.create(
        declaration=declaration,
        organisation=authority(actor),
        kind=ReviewDecision.Kind.TAKEN_UP,
        decided_by=actor.user,
        decided_at=clock.now(),
    )
    workflow.transition(declaration, "take_up", actor)
    record(actor=actor, verb="review.taken_up", obj=declaration, readers=[declaration.organisation])
    return declaration


def colleagues(actor: Actor) -> list[User]:
    """The people who review for the actor's authority, by name."""
    rows = Membership.objects.filter(
        organisation=authority(actor), role=Role.REGULATOR, is_active=True, user__is_active=True
    ).select_related("user")
    return sorted((row.user for row in rows), key=lambda user: user.name)


@transaction.atomic
def assign(*, actor: Actor, declaration: Declaration, reviewer: User, note: str = "") -> Declaration:
    """Give a case to a colleague, or take it: before it is taken up, during the review, and while conditions are open.

    Any reviewer may; the row says who did, and why. Taking a case from a colleague who is at work on it needs a note.
    Assigning to the one who has it changes nothing. Raises Problems, AccessDenied.
    """
    declaration = workflow.lock(declaration)
    require(actor, "review.assign", declaration)
    note = note.strip()
    if declaration.reviewer_id == reviewer.pk:
        return declaration
    if reviewer not in colleagues(actor):
        raise problem(
            "REVIEW-PERSON",
            _("This person does not review for your authority."),
            field="reviewer",
        )
    if len(note) > NOTE_MAX:
        raise problem("REVIEW-LONG", _("At most %(limit)s characters.") % {"limit": NOTE_MAX}, field="note")
    own = actor.user is not None and declaration.reviewer_id in (None, actor.user.pk)
    to_self = actor.user is not None and reviewer.pk == actor.user.pk
    if not own and not to_self and not note:
        raise problem(
            "REVIEW-NOTE-OTHER",
            _("Say why this is taken from %(name)s.") % {"name": declaration.reviewer},
            field="note",
        )
    before = declaration.reviewer
    _give(actor, declaration, reviewer, note)
    data = {"to": reviewer.name, "from": before.name if before else "", "note": note}
    verb = "review.taken_over" if to_self and before else "review.assigned"
    record(actor=actor, verb=verb, obj=declaration, data=data)
    return declaration


@transaction.atomic
def take_over(*, actor: Actor, declaration: Declaration) -> Declaration:
    """Go on with a review that a colleague has."""
    if actor.user is None:
        raise AccessDenied(_("Only a person can take a review over."))
    return assign(actor=actor, declaration=declaration, reviewer=actor.user)
