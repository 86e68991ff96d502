"""The states of declarations, packs and plans as tables: from, verb, to, who, and what must hold besides.

The tables are the only place where a state is set. ``action`` is the row of the access table that says who may; the
guard is a sentence for the drawing in docs/, held by the service of the verb and by the checks.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied, require
from carbonfoot.accounts.actor import Actor
from declarations.models import Declaration, Pack, QualityPlan


@dataclass(frozen=True)
class Transition:
    """One arrow. ``action`` empty: the site itself goes along it, as a consequence of another verb."""

    sources: tuple[str, ...]
    verb: str
    target: str
    action: str
    guard: str = ""


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
        "sign",
        "verified",
        "verification.sign",
        "no finding is open; for this very snapshot",
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

Stateful = Declaration | Pack | QualityPlan


def _table(obj: Stateful) -> Iterable[Transition]:
    if isinstance(obj, Declaration):
        return DECLARATION
    return PACK if isinstance(obj, Pack) else PLAN


def find(obj: Stateful, verb: str) -> Transition:
    """The arrow of a verb. Raises KeyError for a verb that the table does not have."""
    for arrow in _table(obj):
        if arrow.verb == verb:
            return arrow
    raise KeyError(verb)


def guard(obj: Stateful, verb: str, actor: Actor) -> Transition:
    """Check role, relation and state for a verb; raises AccessDenied with the reason."""
    arrow = find(obj, verb)
    if arrow.action:
        require(actor, arrow.action, obj)
    if obj.state not in arrow.sources:
        raise AccessDenied(f"{verb}: {obj.state}")
    return arrow


def transition(obj: Stateful, verb: str, actor: Actor, *, save: Iterable[str] = ()) -> None:
    """Move a row along an arrow and save it, with the further fields ``save``.

    The caller holds the row's lock (:func:`lock`) and writes the audit event in the same transaction. Raises
    AccessDenied when the actor may not, or the row is in another state by now.
    """
    arrow = guard(obj, verb, actor)
    obj.state = arrow.target
    obj.changed_at = clock.now()
    obj.save(update_fields=sorted({"state", "changed_at", *save}))


def lock(declaration: Declaration | int) -> Declaration:
    """The declaration as it is now, locked until the transaction ends."""
    key = declaration if isinstance(declaration, int) else declaration.pk
    return Declaration.objects.select_for_update().get(pk=key)
