"""Deadlines of an organisation: each room registers its own; the calendar shows them, a daily look tells of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from carbonfoot.accounts.actor import Actor


@dataclass(frozen=True)
class Deadline:
    """A day in China by which something must be done, or after which something no longer holds.

    ``code`` names it for ever, within the organisation (``request:DR-2026-0001``); ``what`` says what kind of day it
    is, as a lazy text; ``label`` names the thing; ``path`` leads to it. ``mine`` is False for a day that others have to
    keep.
    """

    on: dt.date
    code: str
    what: Any
    label: str
    path: str = ""
    mine: bool = True


Source = Callable[[Actor], Iterable[Deadline]]
_sources: list[Source] = []


def register_deadlines(function: Source) -> Source:
    """Add a room's deadlines. The function gets the actor, reads through selectors and gives open ones only; it also
    runs for an actor without a person (the daily look). Usable as a decorator."""
    _sources.append(function)
    return function


def deadlines_for(actor: Actor) -> list[Deadline]:
    """Every deadline within the actor's reach, in order of days."""
    found = [row for source in _sources for row in source(actor)]
    return sorted(found, key=lambda row: (row.on, str(row.what), row.label))
