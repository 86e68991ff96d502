"""The one clock. Deadlines are in China time; tests set it, so nothing else may ask the system for the time."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
_shift: ContextVar[dt.timedelta | None] = ContextVar("clock_shift", default=None)


def _shift_of(moment: str | dt.datetime) -> dt.timedelta:
    at = dt.datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    if at.tzinfo is None:
        at = at.replace(tzinfo=CHINA)
    return at - dt.datetime.now(dt.UTC)


_process_shift = (
    _shift_of(os.environ["CARBONFOOT_CLOCK"]) if os.environ.get("CARBONFOOT_CLOCK") else dt.timedelta()
)


def now() -> dt.datetime:
    """The present moment, aware, in UTC."""
    shift = _shift.get()
    return dt.datetime.now(dt.UTC) + (_process_shift if shift is None else shift)


def today() -> dt.date:
    """Today's date in China, where every deadline of the scheme is set."""
    return now().astimezone(CHINA).date()


def set_process_time(moment: str | dt.datetime | None) -> None:
    """Set the clock of this whole process (all threads); ``None`` returns to real time. For tests."""
    global _process_shift
    _process_shift = _shift_of(moment) if moment is not None else dt.timedelta()


@contextmanager
def at(moment: str | dt.datetime) -> Iterator[None]:
    """Let the clock start from ``moment`` inside the block, in this context only. For tests."""
    token = _shift.set(_shift_of(moment))
    try:
        yield
    finally:
        _shift.reset(token)
