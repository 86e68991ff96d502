"""The states of declarations, packs and plans as tables."""

from __future__ import annotations

from collections.abc import Iterable

from carbonfoot import clock, states
from carbonfoot.accounts.actor import Actor
from carbonfoot.states import Transition
from declarations.models import Declaration, Engagement, Pack, QualityPlan, ReviewMatter

DECLARATION: tuple[Transition, ...] = (
    Transition(
        ("draft",),
        "freeze",
        "frozen",
        "declaration.freeze",
        "no check of freezing refuses; the snapshot is written",
    ),
    Transition(
        ("frozen", "in_verification", "verified"),
        "reopen",
        "draft",
        "declaration.reopen",
        "the snapshot stays; a new one follows",
    ),
    Transition(
        ("frozen",),
        "send_to_verification",
        "in_verification",
        "declaration.send_to_verification",
        "by another person than the one who froze it",
    ),
    Transition(
        ("in_verification",),
        "decline",
        "frozen",
        "declaration.decline",
        "the body asked refuses, with a reason; another can be asked",
    ),
    Transition(
        ("in_verification",),
        "sign",
        "verified",
        "verification.sign",
        "no finding is open, every change since the first sending has a reason, every drawn line is checked;"
        " for this very snapshot",
    ),
    Transition(
        ("verified",),
        "submit",
        "submitted",
        "declaration.submit",
        "no check of submission refuses; by another person than the one who froze it; one receipt",
    ),
    Transition(("submitted",), "take_up", "in_review", "review.take_up"),
    Transition(("in_review",), "return", "returned", "review.return", "with a reason"),
    Transition(("in_review",), "accept", "accepted", "review.accept"),
    Transition(
        ("draft", "frozen", "in_verification", "verified", "submitted"),
        "withdraw",
        "withdrawn",
        "declaration.withdraw",
    ),
    # A returned version ends when its correction is submitted, an accepted one when its correction is accepted: until
    # then it is what stands.
    Transition(("returned", "accepted"), "supersede", "superseded", ""),
)

PACK: tuple[Transition, ...] = (
    Transition(("draft",), "register", "registered", "pack.register", "every mandatory fact is there"),
    Transition(("registered",), "retire", "retired", "pack.retire", "no declaration is under way"),
)

PLAN: tuple[Transition, ...] = (
    Transition(("draft",), "adopt", "adopted", "plan.adopt", "every section is written"),
)

# Moved by carbonfoot.states itself: what is decided never moves again.
RELIEF: tuple[Transition, ...] = (
    Transition(
        ("asked",), "grant", "granted", "relief.decide", "with a reason; an extension until a later last day"
    ),
    Transition(("asked",), "refuse", "refused", "relief.decide", "with a reason"),
    Transition(("asked",), "cancel", "cancelled", "relief.cancel"),
)

ENGAGEMENT: tuple[Transition, ...] = (
    Transition(
        ("asked",),
        "take_on",
        "accepted",
        "engagement.answer",
        "with the body's declaration of independence; the clean room opens",
    ),
    Transition(("asked",), "refuse", "refused", "engagement.answer", "with a reason"),
    # Sending to the body that has taken it on changes nothing; to another, or after a refusal, asks.
    Transition(("accepted", "refused"), "ask", "asked", ""),
)

MATTER: tuple[Transition, ...] = (
    Transition(
        ("open", "answered"),
        "answer",
        "answered",
        "matter.answer",
        "a question while the declaration is in review, a condition once it is accepted",
    ),
    Transition(
        ("answered",), "ask_again", "open", "matter.ask_again", "by the reviewer, with what is missing"
    ),
    Transition(("open", "answered"), "settle", "closed", "matter.settle", "by the reviewer, with the reason"),
    # A return ends the questions that are open: what is still wanted is in its reasons.
    Transition(("open", "answered"), "lapse", "closed", ""),
)

Stateful = Declaration | Engagement | Pack | QualityPlan


def _table(obj: Stateful) -> Iterable[Transition]:
    if isinstance(obj, Declaration):
        return DECLARATION
    if isinstance(obj, Engagement):
        return ENGAGEMENT
    return PACK if isinstance(obj, Pack) else PLAN


def find(obj: Stateful, verb: str) -> Transition:
    """The arrow of a verb. Raises KeyError for a verb that the table does not have."""
    return states.find(_table(obj), verb)


def guard(obj: Stateful, verb: str, actor: Actor) -> Transition:
    """Check role, relation and state for a verb; raises AccessDenied with the reason."""
    return states.guard(_table(obj), obj, verb, actor)


def transition(obj: Stateful, verb: str, actor: Actor, *, save: Iterable[str] = ()) -> None:
    """Move a row along an arrow and save it, with the further fields ``save``; see :func:`carbonfoot.states.move`.

    The lock that the caller holds is :func:`lock`.
    """
    if not isinstance(obj, Engagement):  # its answers are dated
        obj.changed_at = clock.now()
        save = ("changed_at", *save)
    states.move(_table(obj), obj, verb, actor, save=save)


def move_matter(matter: ReviewMatter, verb: str, actor: Actor, *, save: Iterable[str] = ()) -> None:
    """Move a question or condition along an arrow and save it; the caller holds its lock."""
    states.move(MATTER, matter, verb, actor, save=save)


def lock(declaration: Declaration | int) -> Declaration:
    """The declaration as it is now, locked until the transaction ends."""
    key = declaration if isinstance(declaration, int) else declaration.pk
    return Declaration.objects.select_for_update().get(pk=key)
