"""The states of a draft of a factor release as a table: from, verb, to, who, and what must hold besides.

The table is the only place where the state is set. ``action`` is the row of the access table that says who may; the
guard is a sentence for the drawing in docs/, held by the service of the verb.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from carbonfoot.accounts.access import AccessDenied, require
from carbonfoot.accounts.actor import Actor
from lca.models import FactorDraft


@dataclass(frozen=True)
class Transition:
    """One arrow. ``action`` empty: the site itself goes along it, as a consequence of another verb."""

    sources: tuple[str, ...]
    verb: str
    target: str
    action: str
    guard: str = ""


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
    """Move a draft along an arrow and save it, with the further fields ``save``.

    The caller holds the row's lock and writes the audit event in the same transaction. Raises AccessDenied when the
    actor may not, or the row is in another state by now; KeyError for a verb that the table does not have.
    """
    arrow = next((item for item in DRAFT if item.verb == verb), None)
    if arrow is None:
        raise KeyError(verb)
    require(actor, arrow.action, draft)
    if draft.state not in arrow.sources:
        raise AccessDenied(f"{verb}: {draft.state}")
    draft.state = arrow.target
    draft.save(update_fields=["state", *save])
