"""The technosphere of an inventory and its solution.

Every product of every process is one column j, after allocation. With Z[i, j] the amount of product i that one unit of
product j needs, and f the demand:

    A = I - Z        x = A^-1 f        h = A^-T d        score = d . x = h . f

x is how much of each product is made, d the direct burdens per unit of each product, h its burdens with everything
upstream. The columns are put in order of their strongly connected components: what supplies nothing to itself is plain
substitution, and each loop is one small dense block, so that a fault is found in the loop it belongs to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from lca.engine.problems import ERROR, WARNING, EngineProblem

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

MAX_CONDITION = 1e10
# Past this the ninth digit of a result is no longer certain.
DOUBTFUL_CONDITION = 1e6
STRONG_LOOP = 0.8
_LIMIT = 1e-12
# Eigenvalues of a loop cost the cube of its size, ten times a solution: past this a solution must do.
_LARGE_LOOP = 400
# A finding names so many processes of a loop.
_MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Column:
    """One product of one process: its output over the period and the share of the process's burdens that it carries."""

    process: str
    product: str
    output: float
    share: float


@dataclass(frozen=True)
class Technosphere:
    """Columns and what they need of each other: `needs[j]` is {i: amount of product i per unit of product j}."""

    columns: tuple[Column, ...]
    needs: tuple[Mapping[int, float], ...]
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def order(self) -> list[list[int]]:
        """Return the strongly connected components, users before their suppliers."""
        size = len(self.columns)
        rows = [j for j, needs in enumerate(self.needs) for _ in needs]
        cols = [i for needs in self.needs for i in needs]
        graph = csr_array((np.ones(len(rows)), (rows, cols)), shape=(size, size))
        count, found = connected_components(graph, directed=True, connection="strong")
        labels = [int(label) for label in found]
        members: list[list[int]] = [[] for _ in range(count)]
        for column, component in enumerate(labels):
            members[component].append(column)
        users = [0] * count
        suppliers: list[set[int]] = [set() for _ in range(count)]
        for j, i in zip(rows, cols, strict=True):
            if labels[j] != labels[i]:
                suppliers[labels[j]].add(labels[i])
        for targets in suppliers:
            for target in targets:
                users[target] += 1
        ready = [label for label in range(count) if users[label] == 0]
        ordered = []
        while ready:
            label = ready.pop()
            ordered.append(members[label])
            for target in suppliers[label]:
                users[target] -= 1
                if users[target] == 0:
                    ready.append(target)
        return ordered

    def block(self, members: Sequence[int]) -> Matrix:
        """Return Z of one component: block[a, b] is what one unit of member b needs of member a."""
        position = {column: n for n, column in enumerate(members)}
        block = np.zeros((len(members), len(members)))
        for column, b in position.items():
            for supplier, amount in self.needs[column].items():
                if supplier in position:
                    block[position[supplier], b] += amount
        return block

    def is_loop(self, members: Sequence[int]) -> bool:
        """Whether the component supplies itself."""
        return len(members) > 1 or members[0] in self.needs[members[0]]

    def check(self) -> list[EngineProblem]:
        """Return what is wrong with the loops: singular, ill-conditioned, using up at least what they make."""
        problems = []
        for members in self.order():
            if self.is_loop(members):
                problem = self._check_loop(members)
                if problem is not None:
                    problems.append(problem)
        return problems

    def _check_loop(self, members: Sequence[int]) -> EngineProblem | None:
        block = self.block(members)
        processes = list(dict.fromkeys(self.columns[column].process for column in members))
        params = {"processes": self._listed(processes)}
        shown = processes[:_MOST_NAMES] + (["…"] if len(processes) > _MOST_NAMES else [])
        place = f"processes[{', '.join(shown)}]"
        # Balancing takes the choice of units (grams here, tonnes there) out of the figures.
        balanced = np.asarray(linalg.matrix_balance(block, permute=False)[0], dtype=float)
        if not np.isfinite(balanced).all():
            return EngineProblem("system.overflow", place, "", {"process": params["processes"]})
        positive = bool((block >= 0).all())
        gain = _gain(balanced) if len(members) <= _LARGE_LOOP else None
        if positive and (gain >= 1 - _LIMIT if gain is not None else not _delivers(balanced)):
            # Hawkins-Simon: a loop without credits delivers only if the largest eigenvalue of Z is below one.
            return EngineProblem(
                "system.amplifying", place, f"{gain:.4g}" if gain is not None else "≥ 1", params
            )
        condition = _condition(np.eye(len(members)) - balanced)
        if not np.isfinite(condition) or condition > 1 / _LIMIT:
            return EngineProblem("system.singular", place, "", params)
        if condition > MAX_CONDITION:
            return EngineProblem("system.ill_conditioned", place, f"{condition:.2g}", params)
        if not positive and gain is not None and (without_signs := _gain(np.abs(balanced))) >= 1:
            return EngineProblem("system.credit_loop", place, f"{without_signs:.4g}", params, WARNING)
        if condition > DOUBTFUL_CONDITION:
            digits = int(-np.log10(np.finfo(float).eps * condition))
            return EngineProblem("system.digits_lost", place, str(digits), params, WARNING)
        if positive and gain is not None and gain > STRONG_LOOP:
            return EngineProblem("system.strong_loop", place, f"{gain:.4g}", params, WARNING)
        return None

    def _listed(self, processes: Sequence[str]) -> dict[str, str]:
        """Return the names of processes as one text in each language, the first few where they are many."""
        names = [self.names.get(name, {"zh": name, "en": name}) for name in processes[:_MOST_NAMES]]
        zh, en = "、".join(name["zh"] for name in names), ", ".join(name["en"] for name in names)
        if len(processes) > _MOST_NAMES:
            zh, en = f"{zh} 等 {len(processes)} 个过程", f"{en} and {len(processes) - _MOST_NAMES} more"
        return {"zh": zh, "en": en}

    def check_range(self, amounts: Vector) -> list[EngineProblem]:
        """Return an error for the first process whose amounts are too large for a float."""
        outside = np.flatnonzero(~np.isfinite(amounts))
        if not outside.size:
            return []
        owner = self.columns[int(outside[0])].process
        params = {"process": self.names.get(owner, {"zh": owner, "en": owner})}
        return [EngineProblem("system.overflow", f"processes[{owner}]", owner, params, ERROR)]

    def supply(self, demand: Mapping[int, float]) -> Vector:
        """Return x, the amount of every product that `demand` (column -> amount) calls for.

        What leaves the range of a float comes out infinite, for `check_range` to name.
        Errors: numpy.linalg.LinAlgError if a loop is singular; `check` finds it beforehand, by name.
        """
        amounts = np.zeros(len(self.columns))
        for column, amount in demand.items():
            amounts[column] += amount
        with np.errstate(over="ignore", invalid="ignore"):
            for members in self.order():
                if self.is_loop(members):
                    block = np.eye(len(members)) - self.block(members)
                    amounts[members] = np.linalg.solve(block, amounts[members])
                inside = set(members)
                for column in members:
                    for supplier, needed in self.needs[column].items():
                        if supplier not in inside:
                            amounts[supplier] += needed * amounts[column]
        return amounts

    def cumulative(self, direct: Matrix) -> Matrix:
        """Return h: per unit of every product, its direct burdens (n x k) with everything upstream.

        Errors: as for `supply`.
        """
        totals = np.array(direct, dtype=float, copy=True)
        for members in reversed(self.order()):
            inside = set(members)
            for column in members:
                for supplier, needed in self.needs[column].items():
                    if supplier not in inside:
                        totals[column] += needed * totals[supplier]
            if self.is_loop(members):
                block = np.eye(len(members)) - self.block(members)
                totals[members] = np.linalg.solve(block.T, totals[members])
        return totals


def _gain(block: Matrix) -> float:
    """Return the largest eigenvalue of Z by size: what a loop takes in for one unit out."""
    return float(max(abs(linalg.eigvals(block))))


def _delivers(block: Matrix) -> bool:
    """Whether a non-negative Z has its largest eigenvalue below one: then, and only then, (I - Z) x = 1 has x >= 1."""
    try:
        return bool((np.linalg.solve(np.eye(len(block)) - block, np.ones(len(block))) >= 1 - _LIMIT).all())
    except np.linalg.LinAlgError:
        return False


def _condition(matrix: Matrix) -> float:
    """Return the condition number (2-norm; a lower estimate in the 1-norm for a large loop), infinite if singular."""
    if len(matrix) <= _LARGE_LOOP:
        return float(np.linalg.cond(matrix))
    factors, _, failed = linalg.lapack.dgetrf(matrix)
    if failed:
        return float("inf")
    inverse, _ = linalg.lapack.dgecon(factors, np.linalg.norm(matrix, 1), norm="1")
    return float(1 / inverse) if inverse else float("inf")
