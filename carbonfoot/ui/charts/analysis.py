"""How sure a number is: a histogram with its interval, a tornado, and the response to one input."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    coordinate,
    figure,
    fit,
    nice_ticks,
    safe,
    spread_labels,
    tick_decimals,
    width_of,
)
from carbonfoot.ui.numbers import format_number


@dataclass(frozen=True)
class Mark:
    """A value of interest on a histogram; the one that is ``main`` is drawn in the accent."""

    label: Any
    value: float
    main: bool = False


@dataclass(frozen=True)
class Swing:
    """One row of a tornado: differences of a result when an input goes down and up, for two sizes of step."""

    label: Any
    low: float
    high: float
    small_low: float
    small_high: float
    note: Any = ""


def _drawn(draw: Callable[[Pen, bool, str], str], target: Target, language: str | None) -> SafeString:
    """A chart for one target, in one language: ``draw(pen, wide, css)`` gives the drawing."""
    with override(language) if language else nullcontext():
        pen = Pen(target)
        if target == "pdf":
            return safe(draw(pen, True, ""))
        return figure(draw(pen, True, "wide"), draw(pen, False, "narrow"))


def histogram(
    edges: Sequence[float],
    counts: Sequence[float],
    low: float,
    high: float,
    marks: Sequence[Mark] = (),
    unit: str = "",
    decimals: int | None = None,
    target: Target = "screen",
    language: str | None = None,
) -> SafeString:
    """Columns between ``edges`` (one more than ``counts``); those from ``low`` to ``high`` are dark, the tails grey."""
    return _drawn(
        lambda pen, wide, css: _histogram(edges, counts, low, high, marks, unit, decimals, pen, wide, css),
        target,
        language,
    )


def _histogram(
    edges: Sequence[float],
    counts: Sequence[float],
    low: float,
    high: float,
    marks: Sequence[Mark],
    unit: str,
    decimals: int | None,
    pen: Pen,
    wide: bool,
    css: str,
) -> str:
    width, tall = (float(WIDE), 200.0) if wide else (float(NARROW), 150.0)
    places = decimals if decimals is not None else 2
    everything = [*edges, *(mark.value for mark in marks)]
    ticks = nice_ticks(min(everything), max(everything), 8 if wide else 3)
    left, right = 8.0, width - 8.0
    top = 22.0 * len(marks) + 8.0
    bottom = top + tall

    def at(value: float) -> float:
        return left + (value - ticks[0]) / (ticks[-1] - ticks[0]) * (right - left)

    body = []
    most = max(counts, default=0) or 1
    for start, end, count in zip(edges, edges[1:], counts, strict=False):
        height = count / most * tall
        inside = low <= (start + end) / 2 <= high
        gap = 1.0 if wide else 0.5
        title = f"{format_number(start, places)}–{format_number(end, places)}: {count:g}"
        column = at(end) - at(start) - gap
        body.append(
            pen.rect(at(start), bottom - height, max(column, 1.0), height, "tot" if inside else "mute", title)
        )
    body.append(pen.line(f"M{coordinate(left)} {coordinate(bottom + 0.5)}H{coordinate(right)}", "axis"))
    shown = tick_decimals(ticks)
    for index, tick in enumerate(ticks):
        anchor = "start" if index == 0 else "end" if index == len(ticks) - 1 else "middle"
        body.append(
            pen.text(at(tick), bottom + 17, format_number(tick, shown), size=12, ink="f3", anchor=anchor)
        )
    words = []
    for index, mark in enumerate(sorted(marks, key=lambda mark: mark.value)):
        x, y = at(mark.value), 14.0 + 22.0 * index
        text = f"{mark.label} {format_number(mark.value, places)}"
        words.append(text)
        path = f"M{coordinate(x)} {coordinate(y + 6)}V{coordinate(bottom)}"
        body.append(
            pen.line(
                path, "acc" if mark.main else "axis", extra="" if mark.main else ' stroke-dasharray="3 3"'
            )
        )
        room = width_of(text, 12) / 2
        place = min(max(x, room), width - room)
        body.append(pen.text(place, y, text, size=12, bold=mark.main, anchor="middle"))
    name = _("Distribution of the results: %(marks)s") % {"marks": "; ".join(words)}
    return pen.svg(width, bottom + 24, f"{name} ({unit})" if unit else name, body, css)


def tornado(
    rows: Sequence[Swing],
    unit: str = "",
    decimals: int = 4,
    target: Target = "screen",
    language: str | None = None,
) -> SafeString:
    """What every input does to the result, around the stated one: the thick bar by its own spread, the thin one by a
    fixed step. A fall goes to the left."""
    return _drawn(lambda pen, wide, css: _tornado(rows, unit, decimals, pen, wide, css), target, language)


def _tornado(rows: Sequence[Swing], unit: str, decimals: int, pen: Pen, wide: bool, css: str) -> str:
    width = float(WIDE if wide else NARROW)
    pitch = 44.0 if wide else 66.0
    thick, thin = 14.0, 6.0
    left = 340.0 if wide else 0.0

    def shown(value: float) -> str:
        return format_number(value, decimals, sign=True) or ""

    room = (
        max((width_of(shown(value), 12) for row in rows for value in (row.low, row.high)), default=0.0) + 12
    )
    reach = max(
        (abs(value) for row in rows for value in (row.low, row.high, row.small_low, row.small_high)),
        default=0.0,
    )
    middle = (left + width) / 2
    scale = (width - left - 2 * room) / 2 / reach if reach else 0.0
    bottom = len(rows) * pitch + 2.0
    body: list[str] = []

    def bar(low: float, high: float, y: float, height: float, kinds: tuple[str, str]) -> None:
        for value in (low, high):
            end = middle + value * scale
            body.append(
                pen.rect(
                    min(middle, end),
                    y,
                    max(abs(end - middle), 1.0 if value else 0.0),
                    height,
                    kinds[0] if value < 0 else kinds[1],
                    shown(value),
                )
            )

    for index, row in enumerate(rows):
        top = index * pitch + (6.0 if wide else 34.0)
        if wide and index:
            body.append(pen.line(f"M0 {coordinate(index * pitch)}H{coordinate(width)}", "line"))
        label = left - 16 if wide else width
        body.append(pen.text(0, index * pitch + (17 if wide else 14), fit(row.label, label)))
        if row.note:
            body.append(
                pen.text(0, index * pitch + (34 if wide else 29), fit(row.note, label, 12), size=12, ink="f3")
            )
        # On a narrow screen labels stand above the bars, and the axis keeps out of them.
        start, end = (index * pitch, (index + 1) * pitch) if wide else (top - 2, top + thick + thin + 5)
        body.append(pen.line(f"M{coordinate(middle)} {coordinate(start)}V{coordinate(end)}", "axis"))
        bar(row.low, row.high, top, thick, ("neg", "pos"))
        bar(row.small_low, row.small_high, top + thick + 3, thin, ("mute", "mute"))
        ends = sorted((row.low, row.high))
        for value, anchor, edge in ((ends[0], "end", -6.0), (ends[1], "", 6.0)):
            x = middle + (min(value, 0.0) if anchor else max(value, 0.0)) * scale + edge
            body.append(pen.text(x, top + 11, shown(value), size=12, anchor=anchor))
    names = "; ".join(f"{row.label} {shown(row.low)}, {shown(row.high)}" for row in rows)
    name = _("Effect of every input: %(rows)s") % {"rows": names}
    return pen.svg(width, bottom + 2, f"{name} ({unit})" if unit else name, body, css)


def curve(
    points: Sequence[tuple[float, float]],
    x_label: Any,
    y_label: Any,
    mark: tuple[float, float] | None = None,
    decimals: int | None = None,
    target: Target = "screen",
    language: str | None = None,
) -> SafeString:
    """A line through ``points`` (x in shares, drawn in per cent); ``mark`` is the point of interest."""
    return _drawn(
        lambda pen, wide, css: _curve(points, x_label, y_label, mark, decimals, pen, wide, css),
        target,
        language,
    )


def _curve(
    points: Sequence[tuple[float, float]],
    x_label: Any,
    y_label: Any,
    mark: tuple[float, float] | None,
    decimals: int | None,
    pen: Pen,
    wide: bool,
    css: str,
) -> str:
    width, tall = (float(WIDE), 220.0) if wide else (float(NARROW), 180.0)
    xs, ys = [point[0] for point in points], [point[1] for point in points]
    across = nice_ticks(min(xs) * 100, max(xs) * 100, 8 if wide else 4)
    up = nice_ticks(min(ys), max(ys), 5)
    places = tick_decimals(up)
    left = max(width_of(format_number(tick, places), 12) for tick in up) + 12
    right, top = width - 12.0, 24.0
    bottom = top + tall

    def x_at(share: float) -> float:
        return left + (share * 100 - across[0]) / (across[-1] - across[0]) * (right - left)

    def y_at(value: float) -> float:
        return bottom - (value - up[0]) / (up[-1] - up[0]) * tall

    body = [pen.text(0, 12, fit(y_label, width, 12), size=12, ink="f3")]
    lines = spread_labels([y_at(tick) for tick in reversed(up)], 12, top, bottom + 4)
    for tick, y in zip(reversed(up), lines, strict=True):
        body.append(pen.line(f"M{coordinate(left)} {coordinate(y_at(tick))}H{coordinate(right)}", "grid"))
        body.append(pen.text(left - 8, y + 4, format_number(tick, places), size=12, ink="f3", anchor="end"))
    shown = tick_decimals(across)
    for index, tick in enumerate(across):
        anchor = "end" if index == len(across) - 1 else "middle"
        text = f"{format_number(tick, shown, sign=True)}%"
        body.append(pen.text(x_at(tick / 100), bottom + 17, text, size=12, ink="f3", anchor=anchor))
    body.append(pen.text(right, bottom + 34, fit(x_label, width - left, 12), size=12, ink="f3", anchor="end"))
    path = "M" + "L".join(f"{coordinate(x_at(x))} {coordinate(y_at(y))}" for x, y in points)
    body.append(pen.line(path, "tot", extra=' stroke-width="2"'))
    if mark is not None:
        x, y = x_at(mark[0]), y_at(mark[1])
        body.append(pen.line(f"M{coordinate(x)} {coordinate(top)}V{coordinate(bottom)}", "acc"))
        number = format_number(mark[1], decimals) or ""
        body.append(pen.rect(x - 3, y - 3, 6, 6, "acc", number))
        near_end = x > (left + right) / 2
        body.append(
            pen.text(
                x - 8 if near_end else x + 8,
                y - 8,
                number,
                size=12,
                bold=True,
                anchor="end" if near_end else "",
            )
        )
    name = f"{y_label}: {format_number(ys[0], decimals)} – {format_number(ys[-1], decimals)}, {x_label}"
    return pen.svg(width, bottom + 40, name, body, css)
