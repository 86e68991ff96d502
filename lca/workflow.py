"""The states of a draft of a factor release as a table."""

from __future__ import annotations

from collections.abc import Iterable

from carbonfoot.accounts.actor import Actor
from carbonfoot.states import Transition, move
from lca.models import FactorDraft

DRAFT: tuple[Transition, ...] = (
    Transition(
        ("draft",),
        "announce",
        "announced",
        "release.announce",
        "makers and suppliers see it, each with what it would change of their own",
    ),
    Transition(
        ("draft", "announced"),
        "publish",
        "published",
        "release.publish",
        "no release has the code; the digest is that of the import; nothing is calculated again by itself",
    ),
    Transition(("draft", "announced"), "discard", "discarded", "release.discard"),
)


def transition(draft: FactorDraft, verb: str, actor: Actor, *, save: Iterable[str] = ()) -> None:
    """Move a draft along an arrow and save it, with the further fields ``save``; see :func:`carbonfoot.states.move`."""
    move(DRAFT, draft, verb, actor, save=save)
