"""A background release: thousands of linked processes as immutable arrays, and the burden of a unit of each product.

Process j makes `outputs[j]` of product j (negative for the treatment of a waste) and needs `amounts` of other products.
With N[j, i] = (what process j needs of product i) / outputs[j] and g[j] = (its direct burdens) / outputs[j]:

    h = g + N h        that is A^T h = g with A = I - N^T        score of a demand f = h . f

Row j of N is process j, so nothing is ever transposed or factorised: the series h = g + N g + N N g + ... settles
component by component. What keeps it waiting are strong loops of a few neighbours, each fading at a rate of its own, so
Aitken's extrapolation of every component by its own rate leaves half of the sweeps or fewer. Where the series settles
slowly all the same, BiCGSTAB takes over. `verify` solves again by another method and bounds the error of every
component; a release is stored with what it found.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csc_array, csr_array, eye_array
from scipy.sparse.linalg import LinearOperator, bicgstab, onenormest, splu

Vector = NDArray[np.float64]
Integers = NDArray[np.int32]

SETTLED = 1e-13
ACCEPTED = 1e-9
SWEEPS = 400
_LOOK_EVERY = 4
# Extrapolation: every so many sweeps, up to a last one, so that what settles in the end is the plain series.
_EXTRAPOLATE_EVERY, _EXTRAPOLATE_UNTIL, _STEEPEST = 8, 64, 0.97
_UNIT_ROUNDOFF = float(np.finfo(np.float64).eps) / 2


class BackgroundError(ValueError):
    """A background that is malformed or has no trustworthy solution; the text names the processes."""


def floats(values: ArrayLike) -> Vector:
    """Return a read-only copy of `values` in float64."""
    array: Vector = np.array(values, dtype=np.float64, order="C", copy=True)
    array.flags.writeable = False
    return array


def integers(values: ArrayLike) -> Integers:
    """Return a read-only copy of `values` in int32."""
    array: Integers = np.array(values, dtype=np.int32, order="C", copy=True)
    array.flags.writeable = False
    return array


@dataclass(frozen=True, eq=False)
class Background:
    """A release of n processes with m needs, never changed once built.

    `indptr` (n + 1), `suppliers` (m) and `amounts` (m) are the needs of each process row by row, suppliers ascending;
    `outputs` (n) what each process makes; `direct` (n) its direct kg CO2e, both for the same run of the process.
    """

    code: str
    ids: tuple[str, ...]
    indptr: Integers
    suppliers: Integers
    amounts: Vector
    outputs: Vector
    direct: Vector

    @classmethod
    def build(
        cls,
        code: str,
        ids: Sequence[str],
        users: ArrayLike,
        suppliers: ArrayLike,
        amounts: ArrayLike,
        outputs: ArrayLike,
        direct: ArrayLike,
    ) -> Background:
        """Return a release from needs in any order: process `users[k]` needs `amounts[k]` of product `suppliers[k]`.

        Needs of the same product are added up. Errors: BackgroundError for ids that occur twice, lengths that differ,
        links to what is not there, figures that are not finite, and an output of zero.
        """
        size = len(ids)
        made, burdens = np.asarray(outputs, dtype=np.float64), np.asarray(direct, dtype=np.float64)
        rows, cols = np.asarray(users, dtype=np.int64), np.asarray(suppliers, dtype=np.int64)
        values = np.asarray(amounts, dtype=np.float64)
        if len(set(ids)) != size:
            twice = [name for name, count in Counter(ids).items() if count > 1]
            raise BackgroundError(f"process ids occur twice: {', '.join(twice[:5])}")
        if made.shape != (size,) or burdens.shape != (size,):
            raise BackgroundError(f"{size} processes need as many outputs and direct burdens")
        if not rows.shape == cols.shape == values.shape or rows.ndim != 1:
            raise BackgroundError("users, suppliers and amounts must be equally long")
        if rows.size and not (0 <= min(rows.min(), cols.min()) and max(rows.max(), cols.max()) < size):
            raise BackgroundError("a need is linked to a process that the release does not have")
        for values_of, what in ((made, "output"), (burdens, "direct burden")):
            wrong = np.flatnonzero(~np.isfinite(values_of))
            if wrong.size:
                raise BackgroundError(f"the {what} of {ids[int(wrong[0])]} is not a finite number")
        wrong = np.flatnonzero(~np.isfinite(values))
        if wrong.size:
            raise BackgroundError(f"an amount that {ids[int(rows[wrong[0]])]} needs is not a finite number")
        wrong = np.flatnonzero(made == 0)
        if wrong.size:
            raise BackgroundError(f"{ids[int(wrong[0])]} makes nothing: its output is zero")
        table = csr_array((values, (rows, cols)), shape=(size, size))
        table.sum_duplicates()
        return cls(
            code,
            tuple(ids),
            integers(table.indptr),
            integers(table.indices),
            floats(table.data),
            floats(made),
            floats(burdens),
        )

    @property
    def size(self) -> int:
        """The number of processes."""
        return len(self.ids)

    @cached_property
    def index(self) -> dict[str, int]:
        """The row of every process id."""
        return {name: row for row, name in enumerate(self.ids)}

    @cached_property
    def users(self) -> Integers:
        """The process that every need belongs to (m)."""
        return np.repeat(np.arange(self.size, dtype=np.int32), np.diff(self.indptr))

    @cached_property
    def needs(self) -> csr_array:
        """N (n x n): needs per unit of product."""
        return self.needs_of(self.amounts)

    @cached_property
    def unit_direct(self) -> Vector:
        """g (n): direct kg CO2e per unit of product."""
        return self.direct / self.outputs

    @cached_property
    def sha256(self) -> str:
        """SHA-256 over code, ids and the arrays in little-endian order: the identity of the release."""
        found = hashlib.sha256(json.dumps([self.code, self.ids], ensure_ascii=False).encode())
        for array, kind in (
            (self.indptr, "<i4"),
            (self.suppliers, "<i4"),
            (self.amounts, "<f8"),
            (self.outputs, "<f8"),
            (self.direct, "<f8"),
        ):
            found.update(np.ascontiguousarray(array, dtype=kind).data)
        return found.hexdigest()

    def needs_of(self, amounts: Vector) -> csr_array:
        """Return N for other amounts (m) at the same links."""
        data = amounts / np.repeat(self.outputs, np.diff(self.indptr))
        return csr_array((data, self.suppliers, self.indptr), shape=(self.size, self.size))


@dataclass(frozen=True, eq=False)
class UnitScores:
    """h (n), kg CO2e per unit of every product with everything upstream, the method that found it, and its sweeps."""

    values: Vector
    method: str
    sweeps: int


@dataclass(frozen=True)
class Verification:
    """A second solution by `method`: the largest relative difference, and the largest relative error that is possible.

    `bound` holds for every component if `rigorous`; otherwise it is an estimate relative to the largest component.
    """

    method: str
    difference: float
    bound: float
    rigorous: bool


def unit_scores(background: Background) -> UnitScores:
    """Return h of a release. Errors: BackgroundError, with names, if the system has no solution that can be trusted."""
    return solve(background.needs, background.unit_direct, names=background.ids)


def solve(
    needs: csr_array,
    direct: Vector,
    start: Vector | None = None,
    tolerance: float = SETTLED,
    names: Sequence[str] = (),
) -> UnitScores:
    """Return h with h = direct + needs h, to `tolerance` in every component.

    `start` is a guess that saves sweeps. Errors: BackgroundError as for `unit_scores`.
    """
    found, sweeps, settled = _series(needs, direct, start, tolerance)
    if settled:
        return UnitScores(found, "series", sweeps)
    found_otherwise = _otherwise(needs, direct, found, tolerance, names)
    if (needs.data >= 0).all() and (direct >= 0).all() and (found_otherwise.values < -ACCEPTED).any():
        raise BackgroundError(f"a loop uses up what it makes; {_loudest(found, names)}")
    return UnitScores(found_otherwise.values, found_otherwise.method, sweeps + found_otherwise.sweeps)


def _otherwise(
    needs: csr_array, direct: Vector, found: Vector, tolerance: float, names: Sequence[str]
) -> UnitScores:
    """Solve what the series did not: by BiCGSTAB from where the series stood, and last by a factorisation."""
    guess = found if np.isfinite(found).all() and _residual(needs, direct, found) < 1e-2 else direct
    better = _krylov(needs, direct, guess)
    if better is not None:
        polished, more, settled = _series(needs, direct, better, tolerance)
        if settled:
            return UnitScores(polished, "bicgstab", more)
        if _residual(needs, direct, better) < tolerance * 10:
            return UnitScores(better, "bicgstab", 0)
    try:
        factors = splu(csc_array(eye_array(len(direct)) - needs))
        exact = factors.solve(direct)
        exact += factors.solve(direct + needs @ exact - exact)
    except RuntimeError:
        exact = np.full(len(direct), np.nan)
    if not np.isfinite(exact).all() or _residual(needs, direct, exact) > ACCEPTED:
        raise BackgroundError(f"the background has no solution; {_loudest(found, names)}")
    return UnitScores(exact, "lu", 0)


def _loudest(values: Vector, names: Sequence[str]) -> str:
    """The processes whose partial sums grew most, which stand in or above the loop at fault."""
    size = np.nan_to_num(np.abs(values), nan=np.inf, posinf=np.inf)
    rows = np.argsort(size, kind="stable")[::-1][:3]
    return "look at " + ", ".join(names[int(row)] if names else str(int(row)) for row in rows)


def _series(
    needs: csr_array, direct: Vector, start: Vector | None, tolerance: float
) -> tuple[Vector, int, bool]:
    """Sweep h <- direct + needs h until no component moves by more than `tolerance` of its own size."""
    current = direct if start is None else start
    moves: list[Vector] = []
    last, size = np.inf, None
    for sweep in range(1, SWEEPS + 1):
        following = needs @ current
        following += direct
        if sweep <= _EXTRAPOLATE_UNTIL and sweep % _EXTRAPOLATE_EVERY >= _EXTRAPOLATE_EVERY - 2:
            moves.append(following - current)
        if sweep % _LOOK_EVERY == 0:
            moved = following - current
            change = np.abs(moved)
            moving = int(np.count_nonzero(change > tolerance * np.abs(following)))
            if not moving:
                return following, sweep, True
            largest = float(change.max())
            if not np.isfinite(largest) or largest > 1e6 * max(last, 1e-300):
                return following, sweep, False
            if moving <= len(direct) // 50:
                # Components that nearly cancel out are measured by what went into them, not by what is left.
                size = abs(needs) if size is None else size
                if (change <= tolerance * (np.abs(direct) + size @ np.abs(following))).all():
                    return following, sweep, True
            if sweep % 32 == 0:
                if largest >= last:
                    return following, sweep, False
                last = largest
            if sweep % _EXTRAPOLATE_EVERY == 0 and sweep <= _EXTRAPOLATE_UNTIL:
                following += _still_to_come(moves[0], moves[1], moved)
                moves = []
        current = following
    return current, SWEEPS, False


def _still_to_come(first: Vector, second: Vector, third: Vector) -> Vector:
    """Return what every component will still move by, if its last moves go on to fade at their rate q (Aitken 1926).

        (second + third) (q + q^2 + q^3 + ...) = (second + third) q / (1 - q)        q = third / first

    The rate is that of two sweeps, because a pair of processes that supply each other moves by turns. Components that
    do not fade, or hardly, are left where they are.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        rate = third / first
    rate = np.where(np.abs(rate) < _STEEPEST, rate, 0.0)
    return (second + third) * rate / (1.0 - rate)


def _operator(needs: csr_array) -> LinearOperator:
    size = needs.shape[0]
    return LinearOperator((size, size), matvec=lambda vector: vector - needs @ vector, dtype=np.float64)


def _krylov(needs: csr_array, direct: Vector, start: Vector) -> Vector | None:
    """BiCGSTAB, restarted on its own residual so that rounding does not stop it early."""
    operator = _operator(needs)
    # A start of zero breaks down where the first residual is nearly orthogonal to its image.
    guess = start if start.any() else np.ones_like(start)
    for _ in range(3):
        with np.errstate(all="ignore"):
            found, _info = bicgstab(operator, direct, x0=guess, rtol=1e-14, atol=0.0, maxiter=500)
        if not np.isfinite(found).all():
            return None
        guess = found
        if _residual(needs, direct, guess) < SETTLED:
            break
    return guess


def _residual(needs: csr_array, direct: Vector, values: Vector) -> float:
    """The largest residual relative to what goes into its component (the backward error)."""
    rest = np.abs(direct + needs @ values - values)
    gross = np.abs(direct) + abs(needs) @ np.abs(values) + np.abs(values)
    return float((rest / np.where(gross > 0, gross, 1.0)).max(initial=0.0))


def verify(background: Background, scores: UnitScores) -> Verification:
    """Return how far `scores` can be off, by a second method and a bound on the forward error.

    Errors: BackgroundError if either exceeds 1e-9 relative: such a release is not to be used.
    """
    needs, direct, values = background.needs, background.unit_direct, scores.values
    second = _krylov(needs, direct, direct) if scores.method == "series" else None
    method = "bicgstab" if second is not None else "lu"
    if second is None:
        factors = splu(csc_array(eye_array(background.size) - needs))
        second = factors.solve(direct)
        second += factors.solve(direct + needs @ second - second)
    # A component that nearly cancels out has no relative accuracy of its own: measure it by what goes into it.
    gross = np.maximum(np.abs(values), np.abs(direct) + abs(needs) @ np.abs(values))
    weight = np.where(gross > 0, gross, 1.0)
    difference = float((np.abs(second - values) / weight).max(initial=0.0))
    error, rigorous = forward_error(needs, direct, values)
    bound = float((error / weight).max(initial=0.0)) if rigorous else float(error.max() / weight.max())
    found = Verification(method, difference, bound, rigorous)
    if not (difference <= ACCEPTED and bound <= ACCEPTED):
        raise BackgroundError(
            f"two methods or the error bound do not agree: {found}; {_loudest(values, background.ids)}"
        )
    return found


def forward_error(needs: csr_array, direct: Vector, values: Vector) -> tuple[Vector, bool]:
    """Return a bound on |values - h| for every component (n), and whether it is rigorous.

        |values - h| <= (I - |N|)^-1 (|r| + rounding of r)          if the series of |N| settles

    Otherwise the largest error is estimated after Arioli, Demmel and Duff (1989): the infinity norm of
    A^-T diag(|r| + rounding).
    """
    size = abs(needs)
    rest = np.abs(direct + needs @ values - values)
    terms = np.diff(needs.indptr) + 2
    rest += terms * _UNIT_ROUNDOFF * (np.abs(direct) + size @ np.abs(values) + np.abs(values))
    for tolerance in (1e-2, 1e-6):
        found, _, settled = _series(size, rest, None, tolerance)
        bound = found * 1.1  # room for where the series was stopped
        # What covers the residual and its own way round every loop bounds the error, however it was found.
        if settled and (rest + size @ bound <= bound).all():
            return bound, True
    matrix = csc_array(eye_array(len(direct)) - needs)
    factors, transposed = splu(matrix), splu(csc_array(matrix.T))
    operator = LinearOperator(
        needs.shape,
        matvec=lambda vector: rest * transposed.solve(np.ravel(vector)),
        rmatvec=lambda vector: factors.solve(rest * np.ravel(vector)),
        dtype=np.float64,
    )
    return np.full(len(direct), float(onenormest(operator))), False
