"""Factors that change while everything else stays: national grids, mostly.

With v a process whose direct burden is the changing factor, the amount of v behind a unit of every product is a
coefficient, the solution of A^T q = e_v. Scores are linear in the factor, so

    S' = S + q_v (new - old)                                    a new factor: one vector operation
    h' = h + q_v (d . h) / (1 - d . q_v)                        a new mix d of v's inputs: a rank-one update

The second line is Sherman and Morrison's formula for A - d e_v^T.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lca.engine.background import Background, BackgroundError, Vector, solve

Matrix = NDArray[np.float64]

# Past this many columns, solving again costs less than keeping a coefficient for each.
MAX_COLUMNS = 100


@dataclass(frozen=True, eq=False)
class Coefficients:
    """How much of each of `processes` (k) stands behind a unit of every product: `amounts` (k x n)."""

    processes: tuple[str, ...]
    amounts: Matrix

    def of_products(self, demand: Matrix) -> Matrix:
        """Return the coefficients (k x products) of products that need `demand` (products x n, dense or sparse)."""
        return np.ascontiguousarray(np.asarray(demand @ self.amounts.T).T)

    def row(self, process: str) -> Vector:
        """Return the coefficients of one process (n). Errors: KeyError if it is not volatile."""
        try:
            return self.amounts[self.processes.index(process)]
        except ValueError:
            raise KeyError(process) from None


def coefficients(background: Background, processes: Sequence[str]) -> Coefficients:
    """Return the coefficients of `processes` (ids) in a release.

    Errors: BackgroundError for more than a hundred (solve again instead) and for ids that the release does not have.
    """
    if len(processes) > MAX_COLUMNS:
        raise BackgroundError(f"{len(processes)} volatile factors: past {MAX_COLUMNS}, solve again instead")
    rows = []
    for name in processes:
        if name not in background.index:
            raise BackgroundError(f"the release has no process {name}")
        unit = np.zeros(background.size)
        unit[background.index[name]] = 1.0
        rows.append(solve(background.needs, unit, names=background.ids).values)
    amounts = np.array(rows).reshape(len(rows), background.size)
    amounts.flags.writeable = False
    return Coefficients(tuple(processes), amounts)


def rescored(scores: Vector, amounts: Vector, old: float, new: float) -> Vector:
    """Return the scores of products after a factor went from `old` to `new` kg CO2e per unit.

    `scores` and `amounts` (coefficients of that factor) have one entry per product.
    """
    changed = amounts * (new - old)
    changed += scores
    return changed


def remixed(background: Background, scores: Vector, amounts: Vector, change: Mapping[str, float]) -> Vector:
    """Return h after the inputs of one process changed by `change` (supplier id -> amount per unit of its product).

    `scores` is h before, `amounts` the coefficients (n) of the process. Errors: BackgroundError if the new mix closes a
    loop that uses up what it makes.
    """
    rows = [background.index[name] for name in change]
    delta = np.array([change[name] for name in change], dtype=np.float64)
    rest = 1.0 - float(delta @ amounts[rows])
    if rest <= 0:
        raise BackgroundError(f"the new mix of {', '.join(change)} uses up what it makes")
    return scores + amounts * (float(delta @ scores[rows]) / rest)
