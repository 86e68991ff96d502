"""Shares of the four life-cycle stages: a bar, its key, and small bars for table cells."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from carbonfoot.ui.charts.svg import NARROW, Pen, Target, figure, safe, width_of
from carbonfoot.ui.numbers import MINUS, format_number, format_percent, to_decimal
from carbonfoot.ui.text import co2

# stage of the method -> (colour, name). The order is that of the life cycle and never changes.
STAGES: dict[str, tuple[str, Any]] = {
    "materials": ("mat", _("Materials")),
    "manufacturing": ("mfg", _("Manufacturing")),
    "distribution": ("dis", _("Distribution")),
    "recycling": ("rec", _("Recycling")),
}


@dataclass(frozen=True)
class Stage:
    """One stage: ``key`` of STAGES, its emissions in any one unit, and a name if not the usual one."""

    key: str
    value: Any
    label: Any = ""

    @property
    def colour(self) -> str:
        """Colour name of the stage."""
        return STAGES[self.key][0]

    @property
    def name(self) -> str:
        """The stage's name in the active language."""
        return str(self.label or STAGES[self.key][1])

    @property
    def amount(self) -> Decimal:
        """The value as a decimal; nothing counts as zero."""
        return to_decimal(self.value) or Decimal(0)


def as_stages(stages: Any) -> list[Stage]:
    """Stages in their fixed order, from a list of Stage or a mapping key -> value."""
    items = [Stage(key, value) for key, value in stages.items()] if hasattr(stages, "items") else list(stages)
    order = list(STAGES)
    return sorted(items, key=lambda stage: order.index(stage.key))


def shares(stages: Sequence[Stage]) -> list[Decimal | None]:
    """Each stage's share of the net total; None when the total is not positive and a share would mislead."""
    total = sum((stage.amount for stage in stages), Decimal(0))
    return [stage.amount / total if total > 0 else None for stage in stages]


def describe(stages: Sequence[Stage]) -> str:
    """The bar in words: name and share of each stage."""
    words = []
    for stage, share in zip(stages, shares(stages), strict=True):
        words.append(
            f"{stage.name} {format_percent(share) if share is not None else format_number(stage.amount)}"
        )
    return ", ".join(words)


def stage_bar(
    stages: Any, small: bool = False, target: Target = "screen", width: int = 640, language: str | None = None
) -> SafeString:
    """The stages as one bar; lengths are shares of the sum of absolute values, credits are marked with a minus.

    ``small`` is the bar of a table cell, without labels. A key or text with the figures belongs beside it.
    """
    with override(language) if language else nullcontext():
        items = as_stages(stages)
        pen = Pen(target)
        if small:
            drawing = _bar(items, pen, 132, 8, labels=False)
            if target == "pdf":
                return safe(drawing)
            return format_html('<span class="fig stagefig stagefig--s">{}</span>', safe(drawing))
        if target == "pdf":
            return safe(_bar(items, pen, width, 32, labels=True))
        wide = _bar(items, pen, width, 32, labels=True, css="wide")
        return figure(wide, _bar(items, pen, NARROW, 32, labels=True, css="narrow"), large=False)


def _bar(items: list[Stage], pen: Pen, width: float, height: float, *, labels: bool, css: str = "") -> str:
    total = float(sum(abs(stage.amount) for stage in items))
    drawn = [stage for stage in items if stage.amount]
    gap, least = 2.0, (4.0 if labels else 2.0)
    room = width - gap * max(len(drawn) - 1, 0)
    lengths = [max(float(abs(stage.amount)) / total * room, least) for stage in drawn] if total else []
    surplus = sum(lengths) - room
    if lengths and surplus > 0:  # what the least lengths took comes off the longest
        lengths[lengths.index(max(lengths))] -= surplus
    body, x = [], 0.0
    by_key = dict(zip((stage.key for stage in items), shares(items), strict=True))
    for stage, length in zip(drawn, lengths, strict=True):
        share = by_key[stage.key]
        word = format_percent(share) if share is not None else f"{format_number(stage.amount, 1)}"
        text = f"{stage.name} {word}"
        body.append(pen.rect(x, 0, length, height, stage.colour, title=text))
        if labels:
            shown = text if width_of(text, 12) + 20 <= length else (word or "")
            if width_of(shown, 12) + 12 <= length:
                inset = 10 if width_of(shown, 12) + 20 <= length else 6
                body.append(pen.text(x + inset, height / 2 + 4.5, shown, size=12, ink="fi"))
            elif stage.amount < 0 and length >= 10:
                body.append(pen.text(x + 2, height / 2 + 4.5, MINUS, size=12, ink="fi"))
        x += length + gap
    if not drawn:
        body.append(pen.rect(0, 0, width, height, "sunk"))
    return pen.svg(width, height, describe(items), body, css)


def stage_key(stages: Any, decimals: int | None = None, unit: str = "") -> SafeString:
    """The figures under a stage bar: colour, name, value, share."""
    items = as_stages(stages)
    rows = [
        (
            stage.colour,
            stage.name,
            format_number(stage.amount, decimals),
            format_html("<small>{}</small>", format_percent(share)) if share is not None else "",
        )
        for stage, share in zip(items, shares(items), strict=True)
    ]
    body = format_html_join("", '<div><dt><span class="sw sw--{}"></span>{}</dt><dd>{}{}</dd></div>', rows)
    note = format_html('<p class="cap">{}</p>', co2(unit)) if unit else ""
    return format_html('<dl class="stagekey">{}</dl>{}', body, note)


def legend() -> SafeString:
    """The four stages with their colours, for the head of a chart or table."""
    rows = ((colour, name) for colour, name in STAGES.values())
    return format_html(
        '<ul class="legend">{}</ul>', format_html_join("", '<li><span class="sw sw--{}"></span>{}</li>', rows)
    )


def share_bar(share: Any, kind: str = "tot") -> SafeString:
    """A bar of 0 to 1 for a table cell; the number stands beside it."""
    number = to_decimal(share) or Decimal(0)
    percent = float(min(max(number, Decimal(0)), Decimal(1)) * 100)
    return format_html(
        '<svg class="sharebar" aria-hidden="true" focusable="false"><rect class="c-{}" width="{}%" height="8"/></svg>',
        kind,
        f"{percent:.1f}",
    )
