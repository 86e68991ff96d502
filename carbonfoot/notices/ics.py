"""Deadlines as an iCalendar file (RFC 5545): what calendar programs read, downloaded or by a secret address."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from django.conf import settings

from carbonfoot import clock
from carbonfoot.notices.deadlines import Deadline

MEDIA_TYPE = "text/calendar; charset=utf-8"
LINE_OCTETS = 75  # longer lines are folded (RFC 5545, 3.1)


def _escape(text: str) -> str:
    """A TEXT value (RFC 5545, 3.3.11), on one line whatever a name holds."""
    text = " ".join(text.split())
    for char in ("\\", ";", ","):
        text = text.replace(char, "\\" + char)
    return text


def _fold(line: str) -> Iterator[str]:
    """A content line in pieces of at most 75 octets; a character is never cut."""
    piece, size = "", 0
    for char in line:
        octets = len(char.encode())
        if size + octets > LINE_OCTETS:
            yield piece
            piece, size = " ", 1
        piece, size = piece + char, size + octets
    yield piece


def _event(row: Deadline, owner: str, host: str, stamp: str) -> list[str]:
    name = hashlib.sha256(f"{owner}\n{row.what}\n{row.code}".encode()).hexdigest()[:32]
    lines = [
        "BEGIN:VEVENT",
        f"UID:{name}@{host}",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{row.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{row.on + dt.timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escape(f'{row.text}: {row.label}')}",
        "TRANSP:TRANSPARENT",
    ]
    if row.path:
        lines.append(f"URL:{settings.PUBLIC_URL}{row.path}")
    return [*lines, "END:VEVENT"]


def write(rows: Iterable[Deadline], *, owner: str, name: str) -> bytes:
    """A calendar in the active language. ``owner`` (an organisation's code) makes the events' names its own; a deadline
    that moves keeps its name, so that a calendar program moves it too."""
    host = urlsplit(settings.PUBLIC_URL).hostname or "localhost"
    stamp = f"{clock.now():%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//carbonfoot//deadlines//EN",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{_escape(name)}",
        "X-WR-TIMEZONE:Asia/Shanghai",
        "X-PUBLISHED-TTL:PT6H",
    ]
    for row in rows:
        lines += _event(row, owner, host, stamp)
    lines.append("END:VCALENDAR")
    return "".join(f"{piece}\r\n" for line in lines for piece in _fold(line)).encode()
