"""Deadlines of an organisation: each room registers its own; the calendar shows them, a daily look tells of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor

# What kinds of days there are. All are days in China, to their end.
DAYS: Mapping[str, Any] = {
    "phase": _("The phase ends"),
    "extension": _("The extension ends"),
    "request": _("Answer to a data request is due"),
    "awaited": _("Answer of a supplier is due"),
    "verification": _("Verification is due"),
    "review": _("Decision of the authority is due"),
    "question": _("Answer to a question of the authority is due"),
    "condition": _("Condition of the acceptance is due"),
    "result": _("Published result ceases to be valid"),
    "used_result": _("Result of a supplier that you use ceases to be valid"),
    "own_factor": _("Own factor ceases to be valid"),
    "token": _("API token expires"),
}


@dataclass(frozen=True)
class Deadline:
    """A day in China by which something must be done, or after which something no longer holds.

    ``what`` is a key of ``DAYS``; ``code`` names the thing for ever within the organisation (``DR-2026-0001``);
    ``label`` is what people call it; ``path`` leads to it. ``mine`` is False for a day that others have to keep: the
    calendar shows it, and nobody is reminded of it.
    """

    on: dt.date
    what: str
    code: str
    label: str
    path: str = ""
    mine: bool = True

    @property
    def text(self) -> str:
        """What kind of day it is, in the active language."""
        return str(DAYS[self.what])

    @property
    def is_past(self) -> bool:
        """Whether the day is over."""
        return self.on < clock.today()


Source = Callable[[Actor], Iterable[Deadline]]
_sources: list[Source] = []


def register_deadlines(function: Source) -> Source:
    """Add a room's deadlines. The function gets the actor, reads through selectors and gives open ones only; it also
    runs for an actor without a person (the daily look). Usable as a decorator."""
    _sources.append(function)
    return function


@dataclass(frozen=True)
class Standing:
    """Something that holds today and is no event: it is told once to everybody whose role sees it.

    ``kind`` is a row of the table of notices; ``code`` names exactly what holds, so that another reason is told anew.
    """

    kind: str
    code: str
    label: str
    path: str


_standing: list[Callable[[Actor], Iterable[Standing]]] = []


def register_standing(
    function: Callable[[Actor], Iterable[Standing]],
) -> Callable[[Actor], Iterable[Standing]]:
    """Add what the daily look tells of besides deadlines. Usable as a decorator."""
    _standing.append(function)
    return function


def standing_for(actor: Actor) -> list[Standing]:
    """Everything of this kind within the actor's reach."""
    return [row for source in _standing for row in source(actor)]


def deadlines_for(actor: Actor) -> list[Deadline]:
    """Every deadline within the actor's reach, in order of days."""
    found = [row for source in _sources for row in source(actor)]
    return sorted(found, key=lambda row: (row.on, row.what, row.label))
