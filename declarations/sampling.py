"""Which lines of a result a verifier checks: drawn by chance in proportion to what matters; anyone can draw them again.

Each line has a weight: its share of the sum of absolute contributions, plus a floor that lets every line be drawn,
times a factor for the quality of its data. Lines whose weight reaches the sampling interval (weight of all lines still
to be drawn from, divided by the places left) are drawn for certain, as in monetary unit sampling. The other places go
by weighted sampling without replacement: each line gets the key ``ln(u) / w`` and the largest keys are drawn
(Efraimidis and Spirakis 2006, doi:10.1016/j.ipl.2005.11.003), where ``u`` in (0, 1) comes from SHA-256 of the seed and
the line's id.

The floor and the factors are choices of this software, not of any rule; they are printed with every sample.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import fsum
from typing import Any

from carbonfoot.audit.canonical import digest, number_text

METHOD = "weighted/1"
# Measured amounts are the best that there is; of estimates a verifier wants to see twice as many.
QUALITY = {"measured": 1.0, "calculated": 1.5, "estimated": 2.0}
NOT_STATED = 1.5
FLOOR_SHARE = 0.1  # weight of all floors together, beside 1 for all contributions


@dataclass(frozen=True)
class Drawn:
    """A line that was drawn; ``weight`` is its share of the weight of all lines."""

    id: str
    weight: float
    certain: bool


def weights(lines: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """The weight of each line by its id, all together 1. ``kgco2e`` may be a float or its text, None counts as zero."""
    rows = [(str(line["id"]), abs(float(line.get("kgco2e") or 0.0)), line.get("data_kind")) for line in lines]
    if not rows:
        return {}
    total = fsum(burden for _id, burden, _kind in rows)
    floor = FLOOR_SHARE / len(rows)
    raw = {
        key: ((burden / total if total else 0.0) + floor) * QUALITY.get(str(kind), NOT_STATED)
        for key, burden, kind in rows
    }
    whole = fsum(raw.values())
    return {key: value / whole for key, value in raw.items()}


def population_digest(found: Mapping[str, float]) -> str:
    """SHA-256 of the ids and weights that were drawn from, as canonical JSON sorted by id."""
    return digest([[key, number_text(found[key])] for key in sorted(found)])


def chance(seed: str, key: str) -> float:
    """A number in (0, 1) that only the seed and the id decide: 53 bits of SHA-256."""
    bits = int.from_bytes(hashlib.sha256(f"{seed}\n{key}".encode()).digest()[:7], "big") >> 3
    return (bits + 0.5) / 2**53


def draw(found: Mapping[str, float], size: int, seed: str) -> list[Drawn]:
    """Draw ``size`` lines, or all when there are fewer; the heaviest first. The order of ``found`` does not matter."""
    left, places = dict(found), min(size, len(found))
    certain: list[str] = []
    while places > len(certain):
        interval = fsum(left.values()) / (places - len(certain))
        # The heaviest first: a place that one takes makes the interval smaller for those that follow.
        key = max(left, key=lambda item: (left[item], item))
        if left[key] < interval:
            break
        certain.append(key)
        del left[key]
    by_chance = sorted(left, key=lambda key: (math.log(chance(seed, key)) / left[key], key), reverse=True)
    chosen = {*certain, *by_chance[: places - len(certain)]}
    order = sorted(chosen, key=lambda key: (-found[key], key))
    return [Drawn(key, found[key], key in set(certain)) for key in order]
