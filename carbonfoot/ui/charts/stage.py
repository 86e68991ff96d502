"""Shares of the four life-cycle stages: a bar, its key, and small bars for table cells."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import override, pgettext_lazy

from carbonfoot.ui.charts.svg import Pen, Target, clean, figure, safe, width_of
from carbonfoot.ui.numbers import MINUS, format_number, format_percent, to_decimal
from carbonfoot.ui.text import co2, listed

# stage of the method -> (colour, name). The order is that of the life cycle and never changes.
STAGES: dict[str, tuple[str, Any]] = {
    "materials": ("mat", pgettext_lazy("stage", "Materials")),
    "manufacturing": ("mfg", pgettext_lazy("stage", "Manufacturing")),
    "distribution": ("dis", pgettext_lazy("stage", "Distribution")),
    "recycling": ("rec", pgettext_lazy("stage", "Recycling")),
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
    return listed(words)


def stage_bar(
    stages: Any, small: bool = False, target: Target = "screen", width: int = 640, language: str | None = None
) -> SafeString:
    """The stages as one bar; lengths are shares of the sum of absolute values, credits are marked with a minus.

    ``small`` is the bar of a table cell, without labels. A key or text with the figures belongs beside it.
    On the screen lengths are percentages, so that the labels keep their size; ``width`` is that of the PDF's drawing.
    """
    with override(language) if language else nullcontext():
        items = as_stages(stages)
        if target == "pdf":
            return safe(_pdf_bar(items, 132 if small else width, 8 if small else 32, labels=not small))
        if small:
            return format_html(
                '<span class="fig stagefig">{}</span>', safe(_screen_bar(items, 0, "stage-svg stage-svg--s"))
            )
        # Whether a label fits is decided for the least room at which each drawing is shown.
        return figure(
            _screen_bar(items, 480, "wide stage-svg"), _screen_bar(items, 280, "narrow stage-svg"), size="m"
        )


def _parts(
    items: list[Stage], room: float, gap: float, least: float
) -> list[tuple[Stage, float, float, str]]:
    """Each stage that is not zero with its start, its length and its share in words; ``room`` is the whole length."""
    drawn = [stage for stage in items if stage.amount]
    total = float(sum(abs(stage.amount) for stage in drawn))
    free = room - gap * max(len(drawn) - 1, 0)
    lengths = [max(float(abs(stage.amount)) / total * free, least) for stage in drawn]
    if lengths and sum(lengths) > free:  # what the least lengths took comes off the longest
        lengths[lengths.index(max(lengths))] -= sum(lengths) - free
    by_key = dict(zip((stage.key for stage in items), shares(items), strict=True))
    found, start = [], 0.0
    for stage, length in zip(drawn, lengths, strict=True):
        share = by_key[stage.key]
        word = format_percent(share) if share is not None else format_number(stage.amount, 1)
        found.append((stage, start, length, word or ""))
        start += length + gap
    return found


def _label(stage: Stage, word: str, length: float) -> str:
    """As much of name and share as fits into ``length`` pixels with its padding."""
    for text in (f"{stage.name} {word}", word, MINUS if stage.amount < 0 else ""):
        if text and width_of(text, 12) + 18 <= length:
            return text
    return ""


def _screen_bar(items: list[Stage], least_width: float, css: str) -> str:
    body = []
    for stage, start, length, word in _parts(items, 100, 0, 0.8):
        place = f'x="{start:.2f}%" width="{length:.2f}%" height="100%"'
        body.append(
            f'<rect {place} class="c-{stage.colour}"><title>{clean(stage.name)} {word}</title></rect>'
        )
        label = _label(stage, word, length / 100 * least_width)
        if label:
            body.append(f'<text x="{start:.2f}%" dx="9" y="20.5" class="t12 fi">{clean(label)}</text>')
    if not body:
        body.append('<rect width="100%" height="100%" class="c-sunk"/>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="{css}" role="img" aria-label="{clean(describe(items))}">'
    return f"{head}{''.join(body)}</svg>"


def _pdf_bar(items: list[Stage], width: float, height: float, *, labels: bool) -> str:
    pen = Pen("pdf")
    body = []
    for stage, start, length, word in _parts(items, width, 2, 4 if labels else 2):
        body.append(pen.rect(start, 0, length, height, stage.colour))
        label = _label(stage, word, length) if labels else ""
        if label:
            body.append(pen.text(start + 9, height / 2 + 4.5, label, size=12, ink="fi"))
    return pen.svg(width, height, describe(items), body or [pen.rect(0, 0, width, height, "sunk")])


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
