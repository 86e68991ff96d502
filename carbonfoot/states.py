"""States as tables: from, verb, to, who, and what must hold besides. The only place where a state is set.

Each app keeps its tables in its ``workflow``; they are drawn in docs/states.md. The guard of an arrow is a sentence for
that drawing, held by the service of the verb.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from carbonfoot.accounts.access import AccessDenied, require
from carbonfoot.accounts.actor import Actor


@dataclass(frozen=True)
class Transition:
    """One arrow: ``action`` is the row of the access table that says who may go along it.

    ``action`` empty: the site itself goes along it, as a consequence of another verb.
    """

    sources: tuple[str, ...]
    verb: str
    target: str
    action: str
    guard: str = ""


def find(table: Iterable[Transition], verb: str) -> Transition:
    """The arrow of a verb. Raises KeyError for a verb that the table does not have."""
    for arrow in table:
        if arrow.verb == verb:
            return arrow
    raise KeyError(verb)


def guard(table: Iterable[Transition], row: Any, verb: str, actor: Actor) -> Transition:
    """Check role, relation and state for a verb on ``row``, which has a ``state``; raises AccessDenied."""
    arrow = find(table, verb)
    if arrow.action:
        require(actor, arrow.action, row)
    if row.state not in arrow.sources:
        raise AccessDenied(str(row.get_state_display()))
    return arrow


def move(table: Iterable[Transition], row: Any, verb: str, actor: Actor, *, save: Iterable[str] = ()) -> None:
    """Move a row along an arrow and save its state, with the further fields ``save``.

    The caller holds the row's lock and writes the audit event in the same transaction. Raises AccessDenied when the
    actor may not, or the row is in another state by now; KeyError for a verb that the table does not have.
    """
    row.state = guard(table, row, verb, actor).target
    row.save(update_fields=sorted({"state", *save}))
