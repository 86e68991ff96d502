"""Bars from zero, steps from one result to another, and how far a phase has run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override

from carbonfoot.ui.charts.svg import (
    NARROW,
    WIDE,
    Pen,
    Target,
    clean,
    coordinate,
    figure,
    fit,
    nice_ticks,
    safe,
    tick_decimals,
    width_of,
)
from carbonfoot.ui.dates import format_day
from carbonfoot.ui.numbers import format_number, format_percent, to_decimal
from carbonfoot.ui.text import listed, state_word


@dataclass(frozen=True)
class Bar:
    """One bar. ``kind`` is a colour (tot, mat, mfg, dis, rec, pos, neg, acc, mute); None for an unknown value."""

    label: Any
    value: Any
    kind: str = "tot"
    note: Any = ""
    href: str = ""


@dataclass(frozen=True)
class Step:
    """One step of a waterfall: what changes, by how much, and how."""

    label: Any
    value: Any
    note: Any = ""


def _float(value: Any) -> float:
    number = to_decimal(value)
    return 0.0 if number is None else float(number)


class _Axis:
    """A linear scale with a grid; zero is always on it."""

    def __init__(self, values: Sequence[float], left: float, right: float, count: int) -> None:
        self.ticks = nice_ticks(min(0.0, *values), max(0.0, *values), count)
        self.low, self.high = self.ticks[0], self.ticks[-1]
        self.left, self.right = left, right

    def at(self, value: float) -> float:
        """The x of a value."""
        return self.left + (value - self.low) / (self.high - self.low) * (self.right - self.left)

    def grid(self, pen: Pen, bottom: float) -> list[str]:
        """Lines and numbers of the axis."""
        decimals = tick_decimals(self.ticks)
        drawn = []
        for index, tick in enumerate(self.ticks):
            x = self.at(tick)
            drawn.append(pen.line(f"M{coordinate(x)} 0V{coordinate(bottom)}", "grid"))
            anchor = "start" if index == 0 and x < 16 else "end" if index == len(self.ticks) - 1 else "middle"
            drawn.append(
                pen.text(x, bottom + 16, format_number(tick, decimals), size=12, ink="f3", anchor=anchor)
            )
        return drawn


def bars(
    rows: Sequence[Bar],
    unit: str = "",
    decimals: int | None = None,
    label: Any = "",
    target: Target = "screen",
    language: str | None = None,
    width: float = WIDE,
) -> SafeString:
    """Horizontal bars from zero, one a row, each with its number. Negative values go to the left.

    An unknown value has no bar and says so; it is never drawn as zero. ``width`` is that of the wide drawing: print
    wants fewer units across, so that the letters come out larger.
    """
    with override(language) if language else nullcontext():
        pen = Pen(target)
        name = label or listed(f"{row.label} {_shown(row, decimals)}" for row in rows)
        name = f"{name} ({unit})" if unit and not label else name
        if target == "pdf":
            return safe(_bars(rows, pen, decimals, name, wide=True, room=width))
        return figure(
            _bars(rows, pen, decimals, name, wide=True, css="wide", room=width),
            _bars(rows, pen, decimals, name, wide=False, css="narrow"),
        )


def _shown(row: Bar, decimals: int | None) -> str:
    return format_number(row.value, decimals) or state_word("unknown")


def _bars(
    rows: Sequence[Bar],
    pen: Pen,
    decimals: int | None,
    name: Any,
    *,
    wide: bool,
    css: str = "",
    room: float = WIDE,
) -> str:
    width = room if wide else NARROW
    pitch, thick = (36 if any(row.note for row in rows) else 30, 16) if wide else (46, 14)
    numbers = max((width_of(_shown(row, decimals)) for row in rows), default=0) + 16
    negative = any(_float(row.value) < 0 for row in rows)
    left = min(300.0, 0.34 * width) if wide else 0.0
    axis = _Axis(
        [_float(row.value) for row in rows] or [0.0],
        left + (numbers if negative else 0),
        width - numbers,
        6 if wide else 3,
    )
    bottom = len(rows) * pitch + 4.0
    body = axis.grid(pen, bottom)
    zero = axis.at(0)
    for index, row in enumerate(rows):
        top = index * pitch + 4.0
        value = _float(row.value)
        end = axis.at(value)
        bar_y = top + ((pitch - thick) / 2 - 2 if wide else 22)
        text_y = top + pitch / 2 + 2 if wide else top + 14
        parts = [
            pen.rect(
                min(zero, end),
                bar_y,
                max(abs(end - zero), 1 if value else 0),
                thick,
                row.kind,
                title=f"{row.label} {_shown(row, decimals)}",
            )
        ]
        if row.note and wide:
            text_y = top + 13
            parts.append(pen.text(0, top + 28, fit(row.note, left - 16, 12), size=12, ink="f3"))
        parts.append(pen.text(0, text_y, fit(row.label, (left or width) - 16, 13), size=13))
        known = to_decimal(row.value) is not None
        place, anchor = (end - 8, "end") if value < 0 else (end + 8, "")
        parts.append(
            pen.text(
                place, bar_y + thick - 3.5, _shown(row, decimals), anchor=anchor, ink="f1" if known else "f3"
            )
        )
        inner = "".join(parts)
        if row.href and pen.target == "screen":
            inner = f'<a href="{clean(row.href)}">{inner}</a>'
        body.append(inner)
    body.append(pen.line(f"M{coordinate(zero)} 0V{coordinate(bottom)}", "axis"))
    return pen.svg(width, bottom + 22, name, body, css)


def waterfall(
    start: tuple[Any, Any],
    steps: Sequence[Step],
    end: tuple[Any, Any],
    unit: str = "",
    decimals: int = 4,
    label: Any = "",
    target: Target = "screen",
    language: str | None = None,
) -> SafeString:
    """From one result to another: (label, value), the steps between, (label, value). + and − stand beside colour.

    The steps are drawn as given; if they do not add up to the difference, the last total still stands where it is.
    """
    with override(language) if language else nullcontext():
        pen = Pen(target)
        name = label or _("From %(start)s to %(end)s") % {"start": start[0], "end": end[0]}
        name = f"{name}, {unit}" if unit else name
        if target == "pdf":
            return safe(_waterfall(start, steps, end, pen, decimals, name, wide=True))
        return figure(
            _waterfall(start, steps, end, pen, decimals, name, wide=True, css="wide"),
            _waterfall(start, steps, end, pen, decimals, name, wide=False, css="narrow"),
        )


def _waterfall(
    start: tuple[Any, Any],
    steps: Sequence[Step],
    end: tuple[Any, Any],
    pen: Pen,
    decimals: int,
    name: Any,
    *,
    wide: bool,
    css: str = "",
) -> str:
    width = WIDE if wide else NARROW
    pitch, thick = (38.0, 18.0) if wide else (50.0, 16.0)
    levels = [_float(start[1])]
    for step in steps:
        levels.append(levels[-1] + _float(step.value))
    axis = _Axis([*levels, _float(end[1])], 372.0 if wide else 0.0, width - 70.0, 7 if wide else 3)
    rows = len(steps) + 2
    bottom = rows * pitch + 4.0
    body = axis.grid(pen, bottom)
    zero = axis.at(0)
    drop = 10.0 if wide else 23.0

    def row(
        index: int, text: Any, note: Any, low: float, high: float, kind: str, number: str, bold: bool
    ) -> None:
        top = index * pitch
        x1, x2 = sorted((axis.at(low), axis.at(high)))
        room = 360 if wide else width
        if wide and index:
            body.append(pen.line(f"M0 {coordinate(top - 0.5)}H{width}", "line"))
        body.append(
            pen.text(
                0,
                top + (17 if note and wide else 23 if wide else 16),
                fit(text, room),
                size=13 if wide else 12,
                bold=bold,
            )
        )
        if note and wide:
            body.append(pen.text(0, top + 32, fit(note, room, 12), size=12, ink="f3"))
        body.append(pen.rect(x1, top + drop, max(x2 - x1, 1), thick, kind, title=f"{text} {number}"))
        body.append(pen.text(x2 + 8, top + drop + thick - 4.5, number, bold=bold))
        if index < rows - 1:
            joint = axis.at(high)
            line = f"M{coordinate(joint)} {coordinate(top + drop + thick)}V{coordinate(top + pitch + drop)}"
            body.append(pen.line(line, "axis", extra=' stroke-dasharray="2 2"'))

    row(0, start[0], "", 0.0, levels[0], "tot", format_number(start[1], decimals) or "", True)
    for index, step in enumerate(steps, start=1):
        kind = "pos" if _float(step.value) >= 0 else "neg"
        number = format_number(step.value, decimals, sign=True) or state_word("unknown")
        row(index, step.label, step.note, levels[index - 1], levels[index], kind, number, False)
    row(rows - 1, end[0], "", 0.0, _float(end[1]), "tot", format_number(end[1], decimals) or "", True)
    body.append(pen.line(f"M{coordinate(zero)} 0V{coordinate(bottom)}", "axis"))
    return pen.svg(width, bottom + 22, name, body, css)


def countdown(
    start: dt.date,
    end: dt.date,
    today: dt.date,
    target: Target = "screen",
    language: str | None = None,
) -> SafeString:
    """How much of a phase has passed, between its two dates."""
    with override(language) if language else nullcontext():
        pen = Pen(target)
        days = max((end - start).days, 1)
        passed = min(max((today - start).days / days, 0.0), 1.0)
        width = 286.0
        x = passed * width
        body = [
            pen.rect(0, 12, width, 6, "sunk", extra=' rx="3"'),
            pen.rect(0, 12, x, 6, "tot", extra=' rx="3"'),
            pen.line(f"M{coordinate(min(max(x, 1), width - 1))} 6V24", "acc", extra=' stroke-width="2"'),
            pen.text(0, 40, format_day(start), size=12, ink="f3"),
            pen.text(width, 40, format_day(end), size=12, ink="f3", anchor="end"),
        ]
        name = _("%(share)s of the phase has passed") % {"share": format_percent(passed, 0)}
        drawing = pen.svg(width, 44, name, body)
        return safe(drawing) if target == "pdf" else safe(f'<div class="fig">{drawing}</div>')
