"""A foreground as packed arrays, solved in one pass.

Rows are for people, arrays for computing: columns are products, entries are what the columns need per unit of product.
An entry leads to another column, to a background product, or is a direct burden in kg CO2e. The pass goes from users to
suppliers; a loop is a small dense block. Supply, burdens, stages and the total all come from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lca.engine.background import Integers, Vector, floats, integers
from lca.engine.system import Column, Technosphere

Matrix = NDArray[np.float64]

NONE = -1


def weighed(rows: Integers, weights: Vector, size: int) -> Vector:
    """Return the sums (size) of `weights` by row."""
    sums: Vector = np.zeros(size)
    sums += np.bincount(rows, weights=weights, minlength=size)
    return sums


@dataclass(frozen=True, eq=False)
class Packed:
    """n columns and m entries.

    `owner`, `target` and `source` (m): the column that needs the entry; the column that supplies it, or -1; the
    background product that supplies it, or -1. With neither, the entry is a burden in kg CO2e. `rate` (m): amount per
    unit of the owner's product. `stage` (m): a row of `stages`. `key` (m): a row of `keys`; entries of one exchange
    that co-products share have the same.
    """

    size: int
    owner: Integers
    target: Integers
    source: Integers
    rate: Vector
    stage: Integers
    stages: tuple[str, ...]
    key: Integers
    keys: tuple[str, ...]

    @classmethod
    def build(
        cls,
        size: int,
        owner: ArrayLike,
        target: ArrayLike,
        source: ArrayLike,
        rate: ArrayLike,
        *,
        stage: ArrayLike | None = None,
        stages: Sequence[str] = ("",),
        key: ArrayLike | None = None,
        keys: Sequence[str] | None = None,
    ) -> Packed:
        """Return a foreground from its entries. Errors: ValueError for lengths, indices or rates that cannot be."""
        rates = np.asarray(rate, dtype=np.float64)
        count = len(rates)
        rows = np.arange(count) if key is None else np.asarray(key)
        names = tuple(str(number) for number in range(count)) if keys is None else tuple(keys)
        levels = np.zeros(count, dtype=np.int32) if stage is None else np.asarray(stage)
        columns = [np.asarray(part) for part in (owner, target, source, levels, rows)]
        limits = (size, size, None, len(stages), len(names))
        for part, limit, low in zip(columns, limits, (0, NONE, NONE, 0, 0), strict=True):
            if part.shape != (count,):
                raise ValueError("every array of entries must be equally long")
            if count and (part.min() < low or (limit is not None and part.max() >= limit)):
                raise ValueError("an entry leads to a column, stage or key that is not there")
        if not np.isfinite(rates).all():
            raise ValueError("an amount is not a finite number")
        if ((columns[1] != NONE) & (columns[2] != NONE)).any():
            raise ValueError("an entry leads to a column and to the background at once")
        first, second, third, fourth, fifth = (integers(part) for part in columns)
        return cls(size, first, second, third, floats(rates), fourth, tuple(stages), fifth, names)

    @cached_property
    def system(self) -> Technosphere:
        """The columns' needs of each other."""
        needs: list[dict[int, float]] = [{} for _ in range(self.size)]
        for entry in np.flatnonzero(self.target != NONE):
            row, supplier = needs[self.owner[entry]], int(self.target[entry])
            row[supplier] = row.get(supplier, 0.0) + float(self.rate[entry])
        columns = tuple(Column(str(number), "", 1.0, 1.0) for number in range(self.size))
        return Technosphere(columns, tuple(needs))

    @cached_property
    def order(self) -> list[tuple[list[int], bool]]:
        """Components from users to suppliers, and whether each is a loop."""
        return [(members, self.system.is_loop(members)) for members in self.system.order()]

    @cached_property
    def _plan(self) -> list[tuple[list[int], NDArray[np.float64] | None, list[tuple[int, int, float]]]]:
        """Per component: its columns, its block if it is a loop, and its needs of later components."""
        plan = []
        for members, loop in self.order:
            inside = set(members)
            block = np.eye(len(members)) - self.system.block(members) if loop else None
            later = [
                (column, supplier, needed)
                for column in members
                for supplier, needed in self.system.needs[column].items()
                if supplier not in inside
            ]
            plan.append((members, block, later))
        return plan

    @cached_property
    def leaves(self) -> NDArray[np.intp]:
        """The entries that are burdens or lead to the background."""
        return np.flatnonzero(self.target == NONE)

    @cached_property
    def _leaf_arrays(self) -> tuple[Integers, Vector, Integers, NDArray[np.bool_], Integers]:
        leaves = self.leaves
        source = self.source[leaves]
        return (
            self.owner[leaves],
            self.rate[leaves],
            np.maximum(source, 0),
            source != NONE,
            self.stage[leaves],
        )

    def supply(self, demand: Mapping[int, float]) -> Vector:
        """Return x (n): how much of every product `demand` (column -> amount) calls for.

        Errors: numpy.linalg.LinAlgError for a singular loop.
        """
        # Two hundred columns with a few links each: plain numbers are faster here than array calls.
        made = [0.0] * self.size
        for column, amount in demand.items():
            made[column] += amount
        for members, block, later in self._plan:
            if block is not None:
                solved = np.linalg.solve(block, [made[column] for column in members]).tolist()
                for column, amount in zip(members, solved, strict=True):
                    made[column] = amount
            for column, supplier, needed in later:
                made[supplier] += needed * made[column]
        return np.array(made)

    def unit(self, background: Vector) -> Vector:
        """Return kg CO2e per unit of every entry's flow (m): 1 for a burden, h for the background, 0 for columns."""
        units: Vector = np.where(self.target != NONE, 0.0, 1.0)
        linked = self.source != NONE
        units[linked] = background[self.source[linked]]
        return units

    def solve(self, demand: Mapping[int, float], background: Vector) -> Answer:
        """Return the burdens behind `demand`, with `background` the unit scores h of the release.

        Errors: as for `supply`.
        """
        made = self.supply(demand)
        owner, rate, source, linked, stage = self._leaf_arrays
        burdens = made[owner]
        burdens *= rate
        if linked.any():
            burdens *= np.where(linked, background[source], 1.0)
        return Answer(self, made, burdens, weighed(stage, burdens, len(self.stages)))

    def cumulative(self, background: Vector) -> Vector:
        """Return kg CO2e per unit of every column with everything upstream (n). Errors: as for `supply`."""
        direct = weighed(self.owner, self.rate * self.unit(background), self.size)
        scores: Vector = self.system.cumulative(direct[:, np.newaxis])[:, 0]
        return scores


@dataclass(frozen=True, eq=False)
class Answer:
    """What a demand calls for: `supply` (n), `burdens` in kg CO2e of the entries in `Packed.leaves`, `stages`."""

    packed: Packed
    supply: Vector
    burdens: Vector
    stages: Vector

    @property
    def total(self) -> float:
        """kg CO2e in all."""
        return float(self.burdens.sum())
