"""Uncertainty: every exchange log-normal, draws that two products share, the first-order deviation and Monte Carlo.

    amount_d = amount * exp(sigma * z_d)       the stated amount is the median, z_d standard normal; sigma: `spreads`

z_d depends on the release, the seed, the name of the input and the number d of the draw, and on nothing else: what two
foregrounds or two years have in common is drawn alike in both, so that a comparison sees only what differs.

To first order, with E_i = dy / d ln(input i) (see `sensitivity`), and inputs of one name added up before squaring,

    sd(y)^2 = sum (E_i sigma_i)^2              share of input i in the variance: (E_i sigma_i)^2 / sd(y)^2
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from lca.engine.background import Background, Vector, solve
from lca.engine.packed import NONE, Packed
from lca.engine.sensitivity import elasticities

Single = NDArray[np.float32]
Matrix = NDArray[np.float64]

# How z_d is made; part of a stored result, and raised if the numbers for a seed could change.
SAMPLER = "sfc64-ziggurat-float32/1"

# Solving a loop takes a matrix for every draw: no more numbers than this at once.
_BLOCK_NUMBERS = 4_000_000
# Stopping a background draw here leaves an error far below that of any number of draws.
_DRAW_SETTLED = 1e-7


def normals(release: str, seed: int, key: str, count: int) -> Single:
    """Return z for draws 0 to count - 1 of one input: standard normal, float32.

    The first draws are the same whatever the count. `release` is the digest of the release.
    """
    return _stream(release, seed, key).standard_normal(count, dtype=np.float32)


def _stream(release: str, seed: int, key: str) -> np.random.Generator:
    text = f"{SAMPLER}\n{release}\n{seed}\n{key}".encode()
    return np.random.Generator(np.random.SFC64(int.from_bytes(hashlib.sha256(text).digest()[:16], "big")))


class DrawError(ValueError):
    """A draw in which a loop of the foreground has no solution; `columns` are those of the loop, `count` the draws."""

    def __init__(self, columns: Sequence[int], count: int) -> None:
        super().__init__(f"a loop of columns {list(columns)} has no solution in {count} draws")
        self.columns, self.count = tuple(columns), count


@dataclass(frozen=True)
class Spread:
    """sigma by input: exchanges by the keys of `Packed`, background products or factors by their row.

    `factors` stands for the deviation of a whole unit score where the release has none of its own; all foregrounds
    share these draws. Inputs that are not listed are certain.

    What is drawn alike is what has the same name: an exchange's is `scope` and its key, a row's that of `names`, or
    `background:<row>` where all foregrounds number the rows alike. Two rows of one name move together, each by its own
    sigma.
    """

    exchanges: Mapping[str, float]
    factors: Mapping[int, float]
    scope: str = ""
    names: Mapping[int, str] = field(default_factory=dict)

    def name_of(self, row: int) -> str:
        """Return the name under which a background product or factor is drawn."""
        return self.names.get(row) or f"background:{row}"


@dataclass(frozen=True, eq=False)
class Sample:
    """Monte Carlo results: `values` (draws) in kg CO2e, with what repeats them."""

    values: Vector
    release: str
    seed: int
    sampler: str = SAMPLER

    @property
    def median(self) -> float:
        """The middle of the draws."""
        return float(np.median(self.values))

    @property
    def interval(self) -> tuple[float, float]:
        """The 2.5 and 97.5 percentiles."""
        low, high = np.percentile(self.values, [2.5, 97.5])
        return float(low), float(high)

    @property
    def deviation(self) -> float:
        """The standard deviation of the draws."""
        return float(self.values.std(ddof=1))

    def check_paired(self, other: Sample) -> None:
        """Errors: ValueError unless both have the same release, seed, sampler and number of draws."""
        mine = (self.release, self.seed, self.sampler, len(self.values))
        if mine != (other.release, other.seed, other.sampler, len(other.values)):
            raise ValueError("only draws of one release and seed are paired")

    def less_than(self, other: Sample) -> float:
        """Return the share of paired draws in which this is below `other`. Errors: as for `check_paired`."""
        self.check_paired(other)
        return float((self.values < other.values).mean())


def monte_carlo(
    packed: Packed,
    demand: Mapping[int, float],
    background: Vector,
    spread: Spread,
    *,
    release: str,
    seed: int,
    draws: int,
    drawn: Mapping[int, Vector] | None = None,
) -> Sample:
    """Return `draws` results of a foreground: one pass, each step over all draws at once.

    `background` holds the unit scores h; `drawn` (product -> draws) those of `draw_background`, which take the place
    of h and of `spread.factors`. Errors: ValueError for no draws or draws of another number; DrawError for a loop that
    draws make singular, or in which they use up what it makes.
    """
    if draws < 1:
        raise ValueError("at least one draw")
    if any(len(values) != draws for values in (drawn or {}).values()):
        raise ValueError("background and foreground need the same number of draws")
    work = _Pass(packed, background, spread, release, seed, draws, drawn or {})
    return Sample(work.run(demand), release, seed)


class _Pass:
    """The pass of `Packed.supply`, over all draws."""

    def __init__(
        self,
        packed: Packed,
        background: Vector,
        spread: Spread,
        release: str,
        seed: int,
        draws: int,
        drawn: Mapping[int, Vector],
    ) -> None:
        self.packed, self.background, self.spread = packed, background, spread
        self.release, self.seed, self.draws, self.drawn = release, seed, draws, drawn
        self.sigma = [spread.exchanges.get(name, 0.0) for name in packed.keys]
        counts = np.bincount(packed.key, minlength=len(packed.keys))
        self.shared = {key for key in np.flatnonzero(counts > 1).tolist() if self.sigma[key]}
        self.kept: dict[tuple[str, int], Single] = {}
        self.buffer, self.scratch = np.empty(draws, dtype=np.float32), np.empty(draws)
        # Plain lists: an array's element costs more to read than the number itself.
        self.source, self.target = packed.source.tolist(), packed.target.tolist()
        self.rate, self.key = packed.rate.tolist(), packed.key.tolist()
        self.by_owner: list[list[int]] = [[] for _ in range(packed.size)]
        for entry, owner in enumerate(packed.owner.tolist()):
            self.by_owner[owner].append(entry)

    def run(self, demand: Mapping[int, float]) -> Vector:
        total = np.zeros(self.draws)
        made: dict[int, Vector] = {}
        for column, amount in demand.items():
            made[column] = np.full(self.draws, float(amount))
        for members, loop in self.packed.order:
            reached = [column for column in members if column in made]
            if not reached:
                continue
            if loop:
                self._balance(members, made)
            inside = set(members) if loop else set()
            for column in members:
                total += self._burdens(column, inside, made) * made[column]
                del made[column]
        return total

    def _burdens(self, column: int, inside: set[int], made: dict[int, Vector]) -> Vector:
        """Direct burdens per unit of the column in every draw; what goes to other columns is passed on."""
        per_unit, certain = np.zeros(self.draws), 0.0
        supply = made[column]
        for entry in self.by_owner[column]:
            target, source, rate = self.target[entry], self.source[entry], self.rate[entry]
            if target in inside:
                continue
            factor = self._multiplier(self.key[entry])
            if target != NONE:
                amount = supply * rate
                if factor is not None:
                    amount *= factor
                if target in made:
                    made[target] += amount
                else:
                    made[target] = amount
                continue
            if source in self.drawn:
                drawn = self.drawn[source]
                per_unit += drawn * rate if factor is None else drawn * rate * factor
                continue
            unit = 1.0 if source == NONE else float(self.background[source])
            common = None if source == NONE else self._factor(source)
            if common is not None:
                factor = common if factor is None else common * factor
            if factor is None:
                certain += rate * unit
            else:
                per_unit += np.multiply(factor, np.float64(rate * unit), out=self.scratch)
        return per_unit + certain if certain else per_unit

    def _balance(self, members: Sequence[int], made: dict[int, Vector]) -> None:
        """Solve a loop's block for every draw, as many draws at once as memory allows."""
        size = len(members)
        position = {column: number for number, column in enumerate(members)}
        inner: list[tuple[int, int, float, Single | None]] = []
        for column in members:
            for entry in self.by_owner[column]:
                if self.target[entry] in position:
                    factor = self._multiplier(self.key[entry])
                    kept = None if factor is None else factor.copy()
                    inner.append((position[self.target[entry]], position[column], self.rate[entry], kept))
        right = np.zeros((self.draws, size))
        for column, number in position.items():
            if column in made:
                right[:, number] = made[column]
        solved = np.empty((self.draws, size))
        step = max(1, _BLOCK_NUMBERS // size**2)
        for start in range(0, self.draws, step):
            part = slice(start, min(start + step, self.draws))
            blocks = np.tile(np.eye(size), (part.stop - part.start, 1, 1))
            for row, number, rate, factor in inner:
                blocks[:, row, number] -= rate if factor is None else rate * factor[part].astype(np.float64)
            try:
                solved[part] = np.linalg.solve(blocks, right[part, :, np.newaxis])[:, :, 0]
            except np.linalg.LinAlgError as error:
                raise DrawError(members, 1) from error
        # Past the point where a loop uses up what it makes, the formula answers with less than nothing.
        if all(rate >= 0 for _, _, rate, _ in inner) and (right >= 0).all():
            broken = int((solved < 0).any(axis=1).sum())
            if broken:
                raise DrawError(members, broken)
        for column, number in position.items():
            made[column] = solved[:, number]

    def _multiplier(self, key: int) -> Single | None:
        """exp(sigma z) of an exchange, or None if it is certain; valid until the next call."""
        sigma = self.sigma[key]
        if not sigma:
            return None
        if key not in self.shared:
            return self._draw(self.spread.scope + self.packed.keys[key], sigma, self.buffer)
        kept = self.kept.get(("exchange", key))
        if kept is None:
            kept = self._draw(self.spread.scope + self.packed.keys[key], sigma, np.empty_like(self.buffer))
            self.kept["exchange", key] = kept
        return kept

    def _factor(self, source: int) -> Single | None:
        """exp(sigma z) of a background product's unit score, drawn once for all that use it."""
        sigma = self.spread.factors.get(source, 0.0)
        if not sigma:
            return None
        kept = self.kept.get(("factor", source))
        if kept is None:
            kept = self._draw(self.spread.name_of(source), sigma, np.empty_like(self.buffer))
            self.kept["factor", source] = kept
        return kept

    def _draw(self, name: str, sigma: float, out: Single) -> Single:
        _stream(self.release, self.seed, name).standard_normal(out=out, dtype=np.float32)
        np.multiply(out, np.float32(sigma), out=out)
        return np.exp(out, out=out)


def draw_background(
    background: Background,
    sigma: Vector,
    direct_sigma: Vector,
    products: Sequence[int],
    *,
    seed: int,
    draws: int,
    first: int = 0,
    scores: Vector | None = None,
) -> Matrix:
    """Return unit scores (products x draws) of a release whose own needs and direct burdens are uncertain.

    `sigma` (needs of the release, in its order) and `direct_sigma` (n) are standard deviations of the logarithms. Draws
    depend on the release and the seed alone: they are made once and serve every product. `first` is the number of the
    first draw, so that a stored set can be made longer; `scores` the unit scores h, where every draw starts.
    Errors: BackgroundError if a draw has no solution.
    """
    middle = solve(background.needs, background.unit_direct).values if scores is None else scores
    rows = np.asarray(products, dtype=np.intp)
    found = np.empty((len(rows), draws))
    for number, (needs, direct) in enumerate(_draws_of(background, sigma, direct_sigma, seed, first, draws)):
        matrix = background.needs_of(background.amounts * needs)
        answer = solve(matrix, background.unit_direct * direct, middle, _DRAW_SETTLED, background.ids)
        found[:, number] = answer.values[rows]
    return found


def _draws_of(
    background: Background, sigma: Vector, direct_sigma: Vector, seed: int, first: int, draws: int
) -> Iterator[tuple[Single, Single]]:
    """Multipliers of all needs and of all direct burdens, draw by draw; a draw is one stream in the release's order."""
    spread = np.concatenate([sigma, direct_sigma]).astype(np.float32)
    buffer = np.empty(len(spread), dtype=np.float32)
    for number in range(first, first + draws):
        _stream(background.sha256, seed, f"draw:{number}").standard_normal(out=buffer, dtype=np.float32)
        np.multiply(buffer, spread, out=buffer)
        np.exp(buffer, out=buffer)
        yield buffer[: len(sigma)], buffer[len(sigma) :]


@dataclass(frozen=True)
class FirstOrder:
    """The first-order standard deviation in kg CO2e, and every input's share of the variance, largest first."""

    deviation: float
    shares: Mapping[str, float]


def first_order(
    packed: Packed, demand: Mapping[int, float], background: Vector, spread: Spread
) -> FirstOrder:
    """Return the analytic deviation: milliseconds, and close to Monte Carlo while every sigma is small.

    Exchanges are called by their keys, inputs of the background by `Spread.name_of`.
    """
    exchanges, factors = elasticities(packed, demand, background)
    parts = {
        name: float(value) * spread.exchanges.get(name, 0.0)
        for name, value in zip(packed.keys, exchanges, strict=True)
    }
    for row, value in factors.items():
        name = spread.name_of(row)
        parts[name] = parts.get(name, 0.0) + value * spread.factors.get(row, 0.0)
    variance = sum(part**2 for part in parts.values())
    ranked = sorted(((part**2, name) for name, part in parts.items() if part), reverse=True)
    return FirstOrder(sqrt(variance), {name: part / variance for part, name in ranked if variance})


def variance_shares(packed: Packed, spread: Spread, sample: Sample) -> dict[str, float]:
    """Return the squared correlation of every uncertain input's z with the drawn results, largest first.

    Names are those of `first_order`. The draws are made again from their names, and none is stored. Squared
    correlations add up to one where the result is linear in the logarithms; noise of 1 / draws remains in each.
    """
    centred = sample.values - sample.values.mean()
    # einsum and not `@`: a threaded dot product of so few numbers waits longer for its threads than it adds up.
    norm = sqrt(_dot(centred, centred))
    keys = set(packed.keys)
    used = {row for row in packed.source.tolist() if row != NONE}
    inputs = {name: spread.scope + name for name, sigma in spread.exchanges.items() if sigma and name in keys}
    for row, sigma in spread.factors.items():
        if sigma and row in used:
            inputs[spread.name_of(row)] = spread.name_of(row)
    shares: dict[str, float] = {}
    for name, drawn in inputs.items():
        z = normals(sample.release, sample.seed, drawn, len(centred)).astype(np.float64)
        z -= z.mean()
        scale = norm * sqrt(_dot(z, z))
        shares[name] = (_dot(z, centred) / scale) ** 2 if scale else 0.0
    return dict(sorted(shares.items(), key=lambda item: item[1], reverse=True))


def _dot(first: Vector, second: Vector) -> float:
    return float(np.einsum("i,i->", first, second))
