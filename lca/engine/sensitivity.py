"""Sensitivity: what one input does to the result, one at a time, exactly.

With x the supply, h the burden of a unit of each column and Z[i, j] what column j needs of column i, the derivatives of
the result y = d . x are

    dy / d(rate of a burden or background entry of j)  = x_j * (kg CO2e per unit of its flow)
    dy / dZ[i, j]                                      = x_j * h_i

and a change of one need by delta, however large, gives

    y' = y + delta x_j h_i / (1 - delta G[j, i])       G = (I - Z)^-1; G[j, i] = 0 where i does not need j

so that a curve over an input takes one more solution, and no series or step size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lca.engine.background import Vector
from lca.engine.packed import NONE, Packed, weighed


def elasticities(
    packed: Packed, demand: Mapping[int, float], background: Vector
) -> tuple[Vector, dict[int, float]]:
    """Return dy / d ln(input): for every exchange of `packed.keys`, and by row for every background product in use.

    In kg CO2e: a hundredth of it is what one percent more of the input does, to first order.
    """
    made = packed.supply(demand)
    per_unit = packed.unit(background)
    inner = packed.target != NONE
    per_unit[inner] = packed.cumulative(background)[packed.target[inner]]
    gains = made[packed.owner] * packed.rate * per_unit
    linked = packed.source != NONE
    rows, place = np.unique(packed.source[linked], return_inverse=True)
    sums = weighed(place.astype(np.int32), gains[linked], len(rows))
    return weighed(packed.key, gains, len(packed.keys)), dict(zip(rows.tolist(), sums.tolist(), strict=True))


@dataclass(frozen=True)
class Sensitivity:
    """One input: `elasticity` in kg CO2e, `relative` = d ln y / d ln(input) (None where y is 0)."""

    key: str
    elasticity: float
    relative: float | None


def ranked(packed: Packed, demand: Mapping[int, float], background: Vector) -> list[Sensitivity]:
    """Return every exchange by what it does to the result, strongest first."""
    values, _ = elasticities(packed, demand, background)
    total = packed.solve(demand, background).total
    found = [
        Sensitivity(key, float(value), float(value) / total if total else None)
        for key, value in zip(packed.keys, values, strict=True)
    ]
    return sorted(found, key=lambda item: abs(item.elasticity), reverse=True)


def response(
    packed: Packed,
    demand: Mapping[int, float],
    background: Vector,
    key: str,
    factors: Sequence[float],
) -> Vector:
    """Return the result when the exchange `key` is multiplied by each of `factors`: exact for any size of change.

    Errors: KeyError for a key that the foreground does not have; ValueError for a factor at which a loop is singular.
    """
    if key not in packed.keys:
        raise KeyError(key)
    entries = np.flatnonzero(packed.key == packed.keys.index(key))
    made, scores = packed.supply(demand), packed.cumulative(background)
    base = packed.solve(demand, background).total
    changes = np.asarray(factors, dtype=np.float64) - 1.0
    leaves = entries[packed.target[entries] == NONE]
    inner = entries[packed.target[entries] != NONE]
    # Several entries of one exchange are co-products' shares of it: a change of as many columns at once. Every one
    # leads to the same supplier i (or to none), so that Z' = Z + t e_i w^T is still of rank one.
    slope = float((made[packed.owner[leaves]] * packed.rate[leaves] * packed.unit(background)[leaves]).sum())
    if not inner.size:
        return base + changes * slope
    if leaves.size or len(set(packed.target[inner].tolist())) != 1:
        raise ValueError(f"{key} leads to more than one supplier")
    supplier = int(packed.target[inner[0]])
    weights = weighed(packed.owner[inner], packed.rate[inner], packed.size)
    gain = float(weights @ packed.supply({supplier: 1.0}))
    rest = 1.0 - changes * gain
    if (rest <= 0).any():
        raise ValueError(f"{key} closes a loop that uses up what it makes")
    return base + changes * float(weights @ made) * scores[supplier] / rest
