"""Lines of two results that stand for the same thing. What has no counterpart stays alone and is shown as such.

Within one inventory a line is itself: unit process, exchange and stage. Ids of different inventories mean nothing to
each other, so there lines are matched in rounds, the surest sign first, where it is unique on both sides:

1. name        group, kind, stage, and the name in Chinese or English, without case, spaces and punctuation
2. component   kind, stage and the component that the line is for (cathode, anode, casing ...)
3. factor      group, kind, stage and the key of the background factor
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Line = Mapping[str, Any]
Sign = Callable[[Line], Hashable | None]


@dataclass(frozen=True)
class Match:
    """A line of the first result, its counterpart in the second, and the sign: line, name, component, factor, or ""."""

    before: Line | None
    after: Line | None
    by: str


def _plain(text: Any) -> str:
    return re.sub(r"[\W_]+", "", str(text or "")).casefold()


def _where(line: Line) -> tuple[str, str, str]:
    return str(line["group"]), str(line["kind"]), str(line["stage"])


def _name(language: str) -> Sign:
    def sign(line: Line) -> Hashable | None:
        text = _plain((line.get("name") or {}).get(language))
        return (*_where(line), text) if text else None

    return sign


def _component(line: Line) -> Hashable | None:
    parts = tuple(sorted(line.get("components") or ()))
    return (line["kind"], line["stage"], parts) if parts else None


def _factor(line: Line) -> Hashable | None:
    factor = line.get("factor")
    return (*_where(line), factor["key"]) if factor else None


_ROUNDS: tuple[tuple[str, Sign], ...] = (
    ("name", _name("zh")),
    ("name", _name("en")),
    ("component", _component),
    ("factor", _factor),
)


def itself(line: Line) -> tuple[str, str, str]:
    """What identifies a line within one inventory."""
    return str(line["process"]), str(line["exchange"]), str(line["stage"])


def match_lines(first: Sequence[Line], second: Sequence[Line], *, same_inventory: bool) -> list[Match]:
    """Every line of both sides exactly once, alone or with its counterpart; first those of ``first`` in their order."""
    if same_inventory:
        sides = [{itself(line): line for line in lines} for lines in (first, second)]
        return [
            Match(sides[0].get(key), sides[1].get(key), "line" if key in sides[0] and key in sides[1] else "")
            for key in dict.fromkeys([*sides[0], *sides[1]])
        ]
    counterpart: dict[int, tuple[int, str]] = {}
    taken: set[int] = set()
    for by, sign in _ROUNDS:
        left = _unique(first, sign, set(counterpart))
        right = _unique(second, sign, taken)
        for key in left.keys() & right.keys():
            counterpart[left[key]] = (right[key], by)
            taken.add(right[key])
    matches = []
    for index, line in enumerate(first):
        other, by = counterpart.get(index, (-1, ""))
        matches.append(Match(line, second[other] if by else None, by))
    matches += [Match(None, line, "") for index, line in enumerate(second) if index not in taken]
    return matches


def _unique(lines: Sequence[Line], sign: Sign, taken: set[int]) -> dict[Hashable, int]:
    """Lines that no other line of their side shares the sign with, among those not taken yet."""
    found: dict[Hashable, list[int]] = defaultdict(list)
    for index, line in enumerate(lines):
        key = sign(line) if index not in taken else None
        if key is not None:
            found[key].append(index)
    return {key: places[0] for key, places in found.items() if len(places) == 1}
