"""The states of requests and uploads as tables."""

from __future__ import annotations

from collections.abc import Iterable

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.states import Transition, move
from suppliers.models import DataRequest, Upload

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


def transition(row: DataRequest | Upload, verb: str, actor: Actor, *, save: Iterable[str] = ()) -> None:
    """Move a row along an arrow and save it, with the further fields ``save``; see :func:`carbonfoot.states.move`.

    A request notes when: what is overdue and what is mailed go by it.
    """
    if isinstance(row, Upload):
        move(UPLOAD, row, verb, actor, save=save)
        return
    row.changed_at = clock.now()
    move(REQUEST, row, verb, actor, save=("changed_at", *save))
