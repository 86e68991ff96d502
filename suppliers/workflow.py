"""The states of requests and uploads as tables: from, verb, to, who, and what must hold besides.

The tables are the only place where a state is set. ``action`` is the row of the access table that says who may; the
guard is a sentence for the drawing in docs/, held by the service of the verb.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied, require
from carbonfoot.accounts.actor import Actor
from suppliers.models import DataRequest, Upload


@dataclass(frozen=True)
class Transition:
    """One arrow. ``action`` empty: the site itself goes along it, as a consequence of another verb."""

    sources: tuple[str, ...]
    verb: str
    target: str
    action: str
    guard: str = ""


FILLING = ("sent", "opened", "in_progress", "returned")

REQUEST: tuple[Transition, ...] = (
    Transition(
        ("sent",), "open", "opened", "request.fill", "the supplier's first look; not for a managed supplier"
    ),
    Transition(
        FILLING,
        "fill",
        "in_progress",
        "request.fill",
        "an upload is accepted whole, or the answer is calculated",
    ),
    Transition(
        ("in_progress", "returned"),
        "publish",
        "published",
        "request.publish",
        "an accepted upload; every calculation of it is done",
    ),
    Transition(("published",), "accept", "accepted", "request.accept"),
    Transition(("published", "accepted"), "return", "returned", "request.return", "with a reason"),
    Transition(
        ("published", "accepted"), "revise", "in_progress", "request.revise", "the published version stays"
    ),
    Transition(FILLING, "decline", "declined", "request.decline", "with a reason"),
    Transition((*FILLING, "published"), "withdraw", "withdrawn", "request.withdraw"),
)

UPLOAD: tuple[Transition, ...] = (
    Transition(
        ("quarantined", "checking"), "check", "checking", "", "the job begins, or begins again after a crash"
    ),
    Transition(
        ("checking",), "refuse", "refused", "", "the guard refuses the file before anything in it is read"
    ),
    Transition(("checking",), "find", "findings", "", "at least one error"),
    Transition(("checking",), "pass", "ready", "", "no error"),
    Transition(("quarantined", "checking"), "fail", "failed", "", "the job ended without a result"),
    Transition(
        ("ready",), "accept", "accepted", "upload.accept", "whole or not at all; the request takes an answer"
    ),
    Transition(
        ("findings", "ready"),
        "correct",
        "checking",
        "upload.correct",
        "cells are corrected on the page; the file stays, and all of it is checked again",
    ),
    Transition(("accepted",), "supersede", "superseded", "", "a later upload of the request is accepted"),
    Transition(("findings", "ready", "refused", "failed"), "discard", "discarded", "upload.discard"),
)

Stateful = DataRequest | Upload


def find(obj: Stateful, verb: str) -> Transition:
    """The arrow of a verb. Raises KeyError for a verb that the table does not have."""
    for arrow in REQUEST if isinstance(obj, DataRequest) else UPLOAD:
        if arrow.verb == verb:
            return arrow
    raise KeyError(verb)


def transition(obj: Stateful, verb: str, actor: Actor, *, save: Iterable[str] = ()) -> None:
    """Move a row along an arrow and save it, with the further fields ``save``.

    The caller holds the row's lock and writes the audit event in the same transaction. Raises AccessDenied when the
    actor may not, or the row is in another state by now.
    """
    arrow = find(obj, verb)
    if arrow.action:
        require(actor, arrow.action, obj)
    if obj.state not in arrow.sources:
        raise AccessDenied(obj.get_state_display())
    obj.state = arrow.target
    fields = {"state", *save}
    if isinstance(obj, DataRequest):
        obj.changed_at = clock.now()
        fields.add("changed_at")
    obj.save(update_fields=sorted(fields))
