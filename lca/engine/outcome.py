"""What a Monte Carlo run leaves: `carbonfoot-uncertainty/1`, plain JSON data, in kg CO2e per reference flow.

The draws are not kept: calculation, profile, seed, number and sampler give them again. Two results are compared draw by
draw, so that what both share cancels out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.engine.assessment import Assessment, Input
from lca.engine.background import Vector
from lca.engine.spreads import Profile
from lca.engine.uncertainty import SAMPLER, Sample
from lca.engine.version import ENGINE_VERSION

FORMAT = "carbonfoot-uncertainty/1"
# Fewer draws say little of the tails; more take long and change no digit that is shown.
MIN_DRAWS, MAX_DRAWS = 1_000, 100_000
# Where nobody chooses a seed, all take the same: runs of different calculations are then paired draw by draw.
USUAL_SEED = 20251230
MAX_SEED = 2**31 - 1
PERCENTILES = (2.5, 25.0, 50.0, 75.0, 97.5)
BINS = 40
# Inputs by name in a stored outcome; the rest is added up.
MOST_INPUTS = 100


def outcome(assessment: Assessment, profile: Profile, *, seed: int, draws: int) -> dict[str, Any]:
    """Run Monte Carlo and return its outcome. Errors: as for `Assessment.sample`."""
    sample = assessment.sample(seed, draws)
    drawn = assessment.drawn_shares(sample)
    values = sample.values
    return {
        "format": FORMAT,
        "engine_version": ENGINE_VERSION,
        "sampler": SAMPLER,
        "profile": {"id": profile.id, "version": profile.version, "sha256": profile.sha256},
        "seed": seed,
        "draws": draws,
        "total": assessment.total,
        "mean": float(values.mean()),
        "sd": sample.deviation,
        "percentiles": {f"{name:g}": float(np.percentile(values, name)) for name in PERCENTILES},
        "histogram": histogram(values),
        **first_order_part(assessment, drawn),
    }


def first_order_part(assessment: Assessment, drawn: Mapping[str, float] | None = None) -> dict[str, Any]:
    """Return the analytic interval, the inputs by their share of the variance, and what the spread rests on.

    `drawn` are the shares of a sample, which stand beside the analytic ones.
    """
    shares, interval = assessment.first_order.shares, assessment.interval
    ranked = sorted(
        assessment.inputs, key=lambda item: -max(shares.get(item.key, 0.0), (drawn or {}).get(item.key, 0.0))
    )
    named, rest = ranked[:MOST_INPUTS], ranked[MOST_INPUTS:]
    return {
        "first_order": {
            "sd": assessment.first_order.deviation,
            "low": interval.low,
            "high": interval.high,
            "form": interval.form,
        },
        "origins": {part: dict(found) for part, found in assessment.origins.items()},
        "inputs": [_input(item, shares, drawn) for item in named],
        "others": {
            "count": len(rest),
            "share": sum(shares.get(item.key, 0.0) for item in rest),
            "drawn_share": None if drawn is None else sum(drawn.get(item.key, 0.0) for item in rest),
        },
    }


def _input(item: Input, shares: Mapping[str, float], drawn: Mapping[str, float] | None) -> dict[str, Any]:
    return {
        "key": item.key,
        "kind": item.kind,
        "name": dict(item.name),
        "process": item.process,
        "exchange": item.exchange,
        "uses": item.uses,
        "sigma": item.deviation.sigma,
        "gsd": item.deviation.gsd,
        "origin": item.deviation.origin,
        "basis": dict(item.deviation.basis),
        "elasticity": item.elasticity,
        "share": shares.get(item.key, 0.0),
        "drawn_share": None if drawn is None else drawn.get(item.key, 0.0),
    }


def histogram(values: Vector) -> dict[str, list[float]]:
    """Return edges and counts; the outermost columns hold everything beyond the 0.1 and 99.9 percentiles."""
    low, high = (float(edge) for edge in np.percentile(values, [0.1, 99.9]))
    if not high > low:
        return {"edges": [low, low], "counts": [float(len(values))]}
    counts, edges = np.histogram(np.clip(values, low, high), bins=BINS, range=(low, high))
    return {"edges": [float(edge) for edge in edges], "counts": [float(count) for count in counts]}


@dataclass(frozen=True)
class Paired:
    """Two results drawn together: the share of draws in which the first is below the second, and their difference.

    `median`, `low` and `high` (2.5 and 97.5 percentiles) are of second minus first. `less` is None where no draw tells
    the two apart.
    """

    less: float | None
    median: float
    low: float
    high: float
    draws: int
    seed: int


def paired(first: Sample, second: Sample, scales: tuple[float, float]) -> Paired:
    """Compare two samples draw by draw; `scales` turn kg CO2e per reference flow into the unit of the comparison.

    Errors: ValueError unless both have the same pool, seed, sampler and number of draws.
    """
    first.check_paired(second)
    one, two = first.values * scales[0], second.values * scales[1]
    difference = two - one
    low, median, high = (float(value) for value in np.percentile(difference, [2.5, 50.0, 97.5]))
    # What is alike but for rounding is neither less nor more: half of such draws counts to each side.
    apart = np.abs(difference) > 1e-9 * float(np.abs(one).max(initial=0.0))
    draws = len(difference)
    less = (float((difference[apart] > 0).sum()) + float((~apart).sum()) / 2) / draws
    return Paired(less if apart.any() else None, median, low, high, draws, first.seed)
