"""Where one value stands among others: on a range, and in distributions."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

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
    tick_decimals,
    width_of,
)
from carbonfoot.ui.numbers import format_number, format_significant, to_decimal
from carbonfoot.ui.text import listed, state_word

BINS = 28


@dataclass(frozen=True)
class Binned:
    """Values that were counted already: how many lie in each equal step from ``low`` to ``high``, and their median."""

    low: float
    high: float
    counts: Sequence[int]
    median: float | None


@dataclass(frozen=True)
class Dist:
    """A group of values, such as the results of one chemistry; or ``Binned``, where a database counted them."""

    label: Any
    values: Sequence[Any] | Binned
    count_text: Any = ""


def _binned(values: Sequence[float], low: float, high: float) -> Binned:
    counts = [0] * BINS
    for number in values:
        counts[min(int((number - low) / (high - low) * BINS), BINS - 1)] += 1
    return Binned(low, high, counts, median(values) if values else None)


def _floats(values: Sequence[Any]) -> list[float]:
    return [float(number) for number in (to_decimal(value) for value in values) if number is not None]


def position(
    value: Any,
    low: Any,
    high: Any,
    label: Any = "",
    range_label: Any = "",
    points: Sequence[Any] = (),
    unit: str = "",
    decimals: int | None = None,
    target: Target = "screen",
    language: str | None = None,
) -> SafeString:
    """One value (may be None) on a range from ``low`` to ``high``, with the values of its peers as fine lines."""
    with override(language) if language else nullcontext():
        pen = Pen(target)
        if target == "pdf":
            return safe(_position(value, low, high, label, range_label, points, unit, decimals, pen, 520))
        return figure(
            _position(value, low, high, label, range_label, points, unit, decimals, pen, 520, "wide"),
            _position(value, low, high, label, range_label, points, unit, decimals, pen, 326, "narrow"),
            size="m",
        )


def _position(
    value: Any,
    low: Any,
    high: Any,
    label: Any,
    range_label: Any,
    points: Sequence[Any],
    unit: str,
    decimals: int | None,
    pen: Pen,
    width: float,
    css: str = "",
) -> str:
    ends = _floats([low, high])
    own = _floats([value])
    peers = _floats(points)
    everything = [*ends, *own, *peers] or [0.0, 1.0]
    pad = (max(everything) - min(everything)) * 0.08 or abs(max(everything)) * 0.1 or 1.0
    floor = min(everything) - pad
    ticks = nice_ticks(
        max(floor, 0.0) if min(everything) >= 0 else floor, max(everything) + pad, 5 if width > 400 else 3
    )
    left, right = 12.0, width - 12.0

    def at(number: float) -> float:
        return left + (number - ticks[0]) / (ticks[-1] - ticks[0]) * (right - left)

    def show(number: Any) -> str:
        return (format_significant(number) if decimals is None else format_number(number, decimals)) or ""

    def limit(number: Any) -> str:
        exact = to_decimal(number)
        return format_number(exact.normalize() if exact is not None else None) or ""

    body = []
    if len(ends) == 2:
        first, last = at(ends[0]), at(ends[1])
        body.append(pen.rect(first, 30, last - first, 28, "sunk"))
        body.append(pen.text(first, 22, limit(low), size=12, ink="f3", anchor="middle"))
        body.append(pen.text(last, 22, limit(high), size=12, ink="f3", anchor="middle"))
        room = last - first - width_of(limit(low), 12) / 2 - width_of(limit(high), 12) / 2 - 16
        if range_label and room > 40:
            body.append(
                pen.text(
                    (first + last) / 2, 22, fit(range_label, room, 12), size=12, ink="f3", anchor="middle"
                )
            )
    body += [
        pen.line(f"M{coordinate(at(peer))} 38v12", "axis", extra=' stroke-opacity=".55"') for peer in peers
    ]
    body.append(pen.line(f"M{coordinate(left)} 58.5H{coordinate(right)}", "axis"))
    places = tick_decimals(ticks)
    for tick in ticks:
        anchor = "start" if tick == ticks[0] else "end" if tick == ticks[-1] else "middle"
        body.append(pen.text(at(tick), 74, format_number(tick, places), size=12, ink="f3", anchor=anchor))
    shown = show(value) if own else state_word("unknown")
    name = f"{label or ''} {shown} {unit}".strip()
    if own:
        x = at(own[0])
        body.append(pen.line(f"M{coordinate(x)} 26V62", "acc", extra=' stroke-width="2.5"'))
        half = width_of(f"{label} {show(value)}", 12) / 2
        text_x = min(max(x, left + half), right - half) if half * 2 < right - left else width / 2
        body.append(
            pen.text(text_x, 92, f"{label} {show(value)}".strip(), size=12, bold=True, anchor="middle")
        )
    if len(ends) == 2:
        name = f"{name}; {range_label} {limit(low)}–{limit(high)}"
    return pen.svg(width, 98, name, body, css)


def distribution(
    rows: Sequence[Dist],
    unit: str = "",
    mark: Any = None,
    label: Any = "",
    target: Target = "screen",
    language: str | None = None,
) -> SafeString:
    """Histograms under each other on one axis, grey, with each median in the accent; ``mark`` is one value of interest.

    Heights are in proportion within a row. A row without values says so.
    """
    with override(language) if language else nullcontext():
        pen = Pen(target)
        if target == "pdf":
            return safe(_distribution(rows, unit, mark, label, pen, wide=True))
        return figure(
            _distribution(rows, unit, mark, label, pen, wide=True, css="wide"),
            _distribution(rows, unit, mark, label, pen, wide=False, css="narrow"),
        )


def _distribution(
    rows: Sequence[Dist], unit: str, mark: Any, label: Any, pen: Pen, *, wide: bool, css: str = ""
) -> str:
    width = WIDE if wide else NARROW
    values = [row.values if isinstance(row.values, Binned) else _floats(row.values) for row in rows]
    everything = _floats([mark])
    for group in values:
        everything += [group.low, group.high] if isinstance(group, Binned) else group
    low, high = (min(everything), max(everything)) if everything else (0.0, 1.0)
    ticks = nice_ticks(low, high if high > low else low + (abs(low) or 1.0), 7 if wide else 3)
    left, right = (200.0, width - 8.0) if wide else (0.0, width - 0.0)
    tall, pitch = (52.0, 84.0) if wide else (44.0, 92.0)

    def at(number: float) -> float:
        return left + (number - ticks[0]) / (ticks[-1] - ticks[0]) * (right - left)

    bottom = len(rows) * pitch + 4.0
    body = []
    places = tick_decimals(ticks)
    for index, tick in enumerate(ticks):
        body.append(pen.line(f"M{coordinate(at(tick))} 0V{coordinate(bottom)}", "grid"))
        anchor = "end" if index == len(ticks) - 1 else "start" if index == 0 and not wide else "middle"
        body.append(
            pen.text(at(tick), bottom + 16, format_number(tick, places), size=12, ink="f3", anchor=anchor)
        )
    words = []
    middle_word = _("median")  # xgettext does not look into f-strings
    for index, (row, group) in enumerate(zip(rows, values, strict=True)):
        base = index * pitch + pitch - 8
        top = index * pitch
        found = group if isinstance(group, Binned) else _binned(group, ticks[0], ticks[-1])
        most = max(found.counts, default=0)
        step = (at(found.high) - at(found.low)) / max(len(found.counts), 1)
        for place, count in enumerate(found.counts):
            if count:
                body.append(
                    pen.rect(
                        at(found.low) + place * step + 0.75,
                        base - count / most * tall,
                        max(step - 1.5, 1.5),
                        count / most * tall,
                        "mute",
                        title=f"{row.label}: {count}",
                    )
                )
        body.append(pen.line(f"M{coordinate(left)} {coordinate(base + 0.5)}H{coordinate(right)}", "axis"))
        text_y = base - 24 if wide else top + 16
        body.append(pen.text(0, text_y, fit(row.label, 184 if wide else 200), bold=True))
        second = row.count_text or _("%(count)d values") % {"count": sum(found.counts)}
        if wide:
            body.append(pen.text(0, text_y + 17, fit(second, 184, 12), size=12, ink="f3"))
        else:
            body.append(pen.text(width, text_y, second, size=12, ink="f3", anchor="end"))
        middle = found.median
        if middle is not None:
            x = at(middle)
            body.append(
                pen.line(
                    f"M{coordinate(x)} {coordinate(base - tall - 2)}V{coordinate(base)}",
                    "acc",
                    extra=' stroke-width="2"',
                )
            )
            shown = format_number(middle, places + 1) or ""
            side, anchor = (6, "") if x + width_of(shown, 12) + 8 < right else (-6, "end")
            body.append(pen.text(x + side, base - tall - 6, shown, size=12, bold=True, anchor=anchor))
            words.append(listed([f"{row.label} {second}", f"{middle_word} {shown}"]))
        else:
            words.append(f"{row.label} {second}")
    own = _floats([mark])
    if own:
        x = at(own[0])
        body.append(
            pen.line(f"M{coordinate(x)} 0V{coordinate(bottom)}", "acc", extra=' stroke-dasharray="4 3"')
        )
    name = f"{label or pgettext('chart', 'Distribution')}; {'; '.join(words)}" + (
        f" ({unit})" if unit else ""
    )
    return pen.svg(width, bottom + 22, name, body, css)
