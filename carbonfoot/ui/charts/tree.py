"""The contribution tree: total to stage, process and item, areas in proportion to emissions."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import override

from carbonfoot.ui.charts.stage import STAGES
from carbonfoot.ui.charts.svg import NARROW, WIDE, Pen, Target, clean, figure, fit, safe, spread_labels
from carbonfoot.ui.numbers import decimals_for, format_number, format_percent, format_significant, to_decimal

PITCH = 24


@dataclass(frozen=True)
class Node:
    """A part of the total. ``stage`` is a key of STAGES (children take it over); ``href`` leads to what it rests on."""

    label: Any
    value: Any
    stage: str = ""
    note: Any = ""
    href: str = ""
    children: tuple[Node, ...] = ()

    @property
    def amount(self) -> float:
        """The value as a float; nothing counts as zero."""
        number = to_decimal(self.value)
        return 0.0 if number is None else float(number)

    @property
    def size(self) -> float:
        """What the area shows: the absolute value of an item, or the sum of what lies below.

        A group with emissions and credits is as large as both together, so that no area is lost.
        """
        return sum(child.size for child in self.children) if self.children else abs(self.amount)


@dataclass(frozen=True)
class _Leaf:
    node: Node
    colour: str
    y: float
    height: float


def _levelled(stage: Node) -> Node:
    """Every stage with groups, every group with items."""
    groups = stage.children or (replace(stage, children=()),)
    levelled = tuple(group if group.children else replace(group, children=(group,)) for group in groups)
    return replace(stage, children=tuple(sorted(levelled, key=lambda node: -node.size)))


def _together(parts: Sequence[Node], least: float) -> tuple[Node, ...]:
    """The parts by size, those under ``least`` as one that says how many they are. One alone stays itself."""
    ordered = sorted(parts, key=lambda node: -node.size)
    large = [part for part in ordered if part.size >= least]
    small = ordered[len(large) :]
    if len(small) < 2:
        return tuple(ordered)
    label = _("Other: %(count)d items") % {"count": len(small)}
    return (*large, Node(label, sum(part.amount for part in small)))


def _limited(stages: Sequence[Node], limit: int) -> list[Node]:
    """At most about ``limit`` items; the smallest of each group, or of each stage without groups, are put together."""
    items = sorted(
        (item.size for stage in stages for group in stage.children for item in group.children), reverse=True
    )
    if len(items) <= limit:
        return list(stages)
    least = items[limit - 1]
    kept = []
    for stage in stages:
        groups = [replace(group, children=_together(group.children, least)) for group in stage.children]
        alone = [group for group in groups if len(group.children) == 1]
        joined = [
            node if node.children else replace(node, children=(node,)) for node in _together(alone, least)
        ]
        kept.append(
            replace(
                stage,
                children=tuple(
                    sorted([g for g in groups if len(g.children) > 1] + joined, key=lambda node: -node.size)
                ),
            )
        )
    return kept


def contribution_tree(
    nodes: Sequence[Node],
    unit: str = "kg CO2e",
    target: Target = "screen",
    limit: int = 24,
    language: str | None = None,
) -> SafeString:
    """Stages, groups and items as nested areas with a labelled list. Two or three levels; order within is by size.

    ``nodes`` are the stages, each a Node with ``stage`` set. Shares are of the net total. An item that lowers the
    total (a credit) is drawn by its absolute size with a minus before its number.
    """
    with override(language) if language else nullcontext():
        known = list(STAGES)
        stages = sorted(
            (_levelled(node) for node in nodes if node.size > 0), key=lambda node: known.index(node.stage)
        )
        stages = _limited(stages, limit)
        pen = Pen(target)
        if target == "pdf":
            return safe(_draw(stages, pen, unit, WIDE, wide=True))
        return figure(
            _draw(stages, pen, unit, WIDE, wide=True, css="wide"),
            _draw(stages, pen, unit, NARROW, wide=False, css="narrow"),
        )


def _draw(stages: list[Node], pen: Pen, unit: str, width: int, *, wide: bool, css: str = "") -> str:
    label = _("Contribution tree: the total split into stages, processes and items")
    net = sum(stage.amount for stage in stages)
    total = sum(stage.size for stage in stages)
    count = sum(len(group.children) for stage in stages for group in stage.children)
    height = max(200, count * PITCH + 16)
    if not total:
        return pen.svg(width, 48, label, [pen.text(0, 28, _("Nothing to show yet"), ink="f3")], css)
    columns = (0.0, 198.0, 396.0) if wide else (0.0, 24.0, 48.0)
    cell = (196.0, 196.0, 150.0) if wide else (22.0, 22.0, 44.0)
    scale = (height - 8 - 3 * (len(stages) - 1)) / total
    body: list[str] = []
    leaves: list[_Leaf] = []
    y = 4.0

    decimals = _decimals(stages)

    def words(node: Node) -> str:
        share = f" {format_percent(node.amount / net)}" if net > 0 else ""
        return f"{node.label} {format_number(node.amount, decimals)} {unit}{share}"

    for stage in stages:
        colour = STAGES[stage.stage][0]
        tall = stage.size * scale
        body.append(pen.rect(columns[0], y, cell[0], max(tall - 1, 1), colour, title=words(stage)))
        if wide:
            body += _block(pen, columns[0] + 12, y, tall, cell[0] - 24, stage, net, unit, ink="fi", lines=3)
        inner = y
        for group in stage.children:
            deep = group.size * scale
            body.append(
                pen.rect(columns[1], inner, cell[1], max(deep - 1, 1), f"{colour}2", title=words(group))
            )
            if wide:
                body += _block(
                    pen, columns[1] + 12, inner, deep, cell[1] - 24, group, net, unit, ink="f1", lines=2
                )
            place = inner
            for item in group.children:
                leaves.append(_Leaf(item, colour, place, item.size * scale))
                place += item.size * scale
            inner += deep
        y += tall + 3
    body += _list(leaves, pen, unit, width, height, columns[2], cell[2], net, decimals, wide=wide)
    return pen.svg(width, height, label, body, css)


def _decimals(stages: Sequence[Node]) -> int:
    """One number of decimals for the whole list: four or five digits of the largest item."""
    largest = max(
        (item.size for stage in stages for group in stage.children for item in group.children), default=0
    )
    return 1 if largest >= 100 else min(decimals_for(largest, 4), 6)


def _block(
    pen: Pen,
    x: float,
    y: float,
    tall: float,
    room: float,
    node: Node,
    net: float,
    unit: str,
    *,
    ink: str,
    lines: int,
) -> list[str]:
    share = format_percent(node.amount / net) if net > 0 else ""
    value = f"{format_significant(node.amount, 4 if abs(node.amount) >= 1 else 2)} {unit}"
    below = [value, share] if lines == 3 else [f"{value} · {share}" if share else value]
    drawn = []
    if tall >= 26:
        drawn.append(pen.text(x, y + 21, fit(node.label, room), ink=ink, bold=True))
    for index, text in enumerate(below):
        if text and tall >= 46 + 17 * index:
            drawn.append(pen.text(x, y + 39 + 17 * index, fit(text, room, 12), size=12, ink=ink))
    return drawn


def _list(
    leaves: list[_Leaf],
    pen: Pen,
    unit: str,
    width: int,
    height: float,
    x: float,
    cell: float,
    net: float,
    decimals: int,
    *,
    wide: bool,
) -> list[str]:
    places = spread_labels([leaf.y + leaf.height / 2 for leaf in leaves], PITCH, 16, height - 14)
    start = x + cell
    turn, stop = (start + 10, start + 40) if wide else (start + 6, start + 16)
    body = []
    for leaf, place in zip(leaves, places, strict=True):
        node, middle = leaf.node, leaf.y + leaf.height / 2
        share = format_percent(node.amount / net) if net > 0 else ""
        value = format_number(node.amount, decimals)
        title = f"{node.label} {value} {unit} {share}".strip()
        bend = f"M{start:.1f} {middle:.1f}H{turn:.1f}L{stop - 4:.1f} {place:.1f}H{stop:.1f}"
        body.append(pen.line(bend, f"{leaf.colour}2"))
        parts = [pen.rect(x, leaf.y, cell, max(leaf.height - 1, 1), f"{leaf.colour}3", title=title)]
        if node.href and pen.target == "screen":
            parts.append(
                pen.rect(
                    stop,
                    place - 12,
                    width - stop,
                    PITCH,
                    "none",
                    extra=' class="c-none" pointer-events="all"',
                ).replace('fill="none" ', "")
            )
        size = 13 if wide else 12
        base = place + (4.5 if wide else 4)
        if wide:
            parts.append(pen.text(stop + 4, base, fit(node.label, 192), size=size))
            if node.note:
                parts.append(pen.text(stop + 204, base, fit(node.note, 174, 12), size=12, ink="f3"))
            parts.append(pen.text(width - 64, base, value, anchor="end"))
        else:
            parts.append(pen.text(stop + 4, base, fit(node.label, width - stop - 52, 12), size=size))
        parts.append(pen.text(width, base, share or value, size=size, ink="f2", anchor="end"))
        inner = "".join(parts)
        if node.href and pen.target == "screen":
            inner = f'<a href="{clean(node.href)}" aria-label="{clean(title)}">{inner}</a>'
        body.append(inner)
    return body
