"""Uncertainty: every exchange log-normal, draws that two products share, the first-order deviation and Monte Carlo.

    amount_d = amount * exp(sigma * z_d)       the stated amount is the median, z_d standard normal
    sigma^2  = basic + sum of the variances of the five pedigree scores,      or sigma = ln(GSD)

z_d depends on the release, the seed, the key of the input and the number d of the draw, and on nothing else: what two
foregrounds or two years have in common is drawn alike in both, so that a comparison sees only what differs.

To first order, with E_i = dy / d ln(input i) (see `sensitivity`),

    sd(y)^2 = sum (E_i sigma_i)^2              share of input i in the variance: (E_i sigma_i)^2 / sd(y)^2
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import log, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.engine.background import Background, Vector, solve
from lca.engine.model import Inventory, place_of
from lca.engine.packed import NONE, Packed
from lca.engine.sensitivity import elasticities

Single = NDArray[np.float32]
Matrix = NDArray[np.float64]

# How z_d is made; part of a stored result, and raised if the numbers for a seed could change.
SAMPLER = "sfc64-ziggurat-float32/1"

# Variances of ln(amount) by pedigree score 1 to 5 (ecoinvent data quality guideline, version 3, table 10.5).
PEDIGREE: Mapping[str, tuple[float, float, float, float, float]] = {
    "reliability": (0.0, 0.0006, 0.002, 0.008, 0.04),
    "completeness": (0.0, 0.0001, 0.0006, 0.002, 0.008),
    "temporal": (0.0, 0.0002, 0.002, 0.008, 0.04),
    "geographical": (0.0, 0.000025, 0.0001, 0.0006, 0.002),
    "technological": (0.0, 0.0006, 0.008, 0.04, 0.12),
}
# Basic variances by kind of exchange (table 10.4 there): transport services, gases other than carbon dioxide, all else.
BASIC: Mapping[str, float] = {"transport": 0.12, "other_gas": 0.04}
BASIC_ELSE = 0.0006

# Stopping a background draw here leaves an error far below that of any number of draws.
_DRAW_SETTLED = 1e-7


def deviation(uncertainty: Mapping[str, Any] | None, kind: str = "") -> float:
    """Return sigma, the standard deviation of ln(amount), of an exchange's `uncertainty` field; 0 if it has none.

    Either `{"gsd": "1.2"}`, a geometric standard deviation of 1 or more, or `{"pedigree": [1, 2, 3, 1, 2]}`: scores
    for reliability, completeness, time, geography, technology; `basic` may give the basic variance in place of that of
    `kind`. Errors: ValueError for anything else.
    """
    if not uncertainty:
        return 0.0
    unknown = set(uncertainty) - {"gsd", "pedigree", "basic"}
    if unknown or ("gsd" in uncertainty) == ("pedigree" in uncertainty):
        raise ValueError(f"an uncertainty is a gsd or a pedigree: {dict(uncertainty)}")
    if "gsd" in uncertainty:
        spread = float(Decimal(str(uncertainty["gsd"])))
        if not 1 <= spread < 100:
            raise ValueError(f"a geometric standard deviation lies from 1 to 100: {uncertainty['gsd']}")
        return log(spread)
    scores = list(uncertainty["pedigree"])
    if len(scores) != len(PEDIGREE) or not all(score in (1, 2, 3, 4, 5) for score in scores):
        raise ValueError(f"a pedigree has five scores from 1 to 5: {scores}")
    basic = float(Decimal(str(uncertainty.get("basic", BASIC.get(kind, BASIC_ELSE)))))
    if not 0 <= basic < 10:
        raise ValueError(f"a basic variance lies from 0 to 10: {basic}")
    return sqrt(basic + sum(row[score - 1] for row, score in zip(PEDIGREE.values(), scores, strict=True)))


def normals(release: str, seed: int, key: str, count: int) -> Single:
    """Return z for draws 0 to count - 1 of one input: standard normal, float32.

    The first draws are the same whatever the count. `release` is the digest of the release.
    """
    return _stream(release, seed, key).standard_normal(count, dtype=np.float32)


def _stream(release: str, seed: int, key: str) -> np.random.Generator:
    text = f"{SAMPLER}\n{release}\n{seed}\n{key}".encode()
    return np.random.Generator(np.random.SFC64(int.from_bytes(hashlib.sha256(text).digest()[:16], "big")))


@dataclass(frozen=True)
class Spread:
    """sigma by input: exchanges by the keys of `Packed`, background products or factors by their row in the release.

    `factors` stands for the deviation of a whole unit score where the release has none of its own; all foregrounds
    share these draws. Inputs that are not named are certain.
    """

    exchanges: Mapping[str, float]
    factors: Mapping[int, float]


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

    def less_than(self, other: Sample) -> float:
        """Return the share of paired draws in which this is below `other`.

        Errors: ValueError unless both have the same release, seed, sampler and number of draws.
        """
        if (self.release, self.seed, self.sampler, len(self.values)) != (
            other.release,
            other.seed,
            other.sampler,
            len(other.values),
        ):
            raise ValueError("only draws of one release and seed are paired")
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
    of h and of `spread.factors`. Errors: ValueError for no draws or draws of another number; LinAlgError for a loop
    that a draw makes singular.
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
        """Solve a loop's block for every draw."""
        position = {column: number for number, column in enumerate(members)}
        blocks = np.zeros((self.draws, len(members), len(members)))
        blocks[:] = np.eye(len(members))
        for column, number in position.items():
            for entry in self.by_owner[column]:
                if self.target[entry] in position:
                    factor = self._multiplier(self.key[entry])
                    blocks[:, position[self.target[entry]], number] -= (
                        self.rate[entry] if factor is None else self.rate[entry] * factor
                    )
        right = np.zeros((self.draws, len(members), 1))
        for column, number in position.items():
            if column in made:
                right[:, number, 0] = made[column]
        solved = np.asarray(np.linalg.solve(blocks, right), dtype=np.float64)
        for column, number in position.items():
            made[column] = solved[:, number, 0]

    def _multiplier(self, key: int) -> Single | None:
        """exp(sigma z) of an exchange, or None if it is certain; valid until the next call."""
        sigma = self.sigma[key]
        if not sigma:
            return None
        if key not in self.shared:
            return self._draw(self.packed.keys[key], sigma, self.buffer)
        kept = self.kept.get(("exchange", key))
        if kept is None:
            kept = self._draw(self.packed.keys[key], sigma, np.empty_like(self.buffer))
            self.kept["exchange", key] = kept
        return kept

    def _factor(self, source: int) -> Single | None:
        """exp(sigma z) of a background product's unit score, drawn once for all that use it."""
        sigma = self.spread.factors.get(source, 0.0)
        if not sigma:
            return None
        kept = self.kept.get(("factor", source))
        if kept is None:
            kept = self._draw(f"background:{source}", sigma, np.empty_like(self.buffer))
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

    Inputs of the background are named `background:<row>`.
    """
    exchanges, factors = elasticities(packed, demand, background)
    parts = {
        name: (value * spread.exchanges.get(name, 0.0)) ** 2
        for name, value in zip(packed.keys, exchanges, strict=True)
    }
    for row, value in factors.items():
        parts[f"background:{row}"] = (value * spread.factors.get(row, 0.0)) ** 2
    variance = sum(parts.values())
    ranked = sorted(((part, name) for name, part in parts.items() if part), reverse=True)
    return FirstOrder(sqrt(variance), {name: part / variance for part, name in ranked})


def variance_shares(packed: Packed, spread: Spread, sample: Sample) -> dict[str, float]:
    """Return the squared correlation of every uncertain input's z with the drawn results, largest first.

    The draws are made again from their keys, and none is stored. Squared correlations add up to one where the result is
    linear in the logarithms; noise of 1 / draws remains in each.
    """
    centred = sample.values - sample.values.mean()
    # einsum and not `@`: a threaded dot product of so few numbers waits longer for its threads than it adds up.
    norm = sqrt(_dot(centred, centred))
    names = set(packed.keys)
    used = {f"background:{row}" for row in packed.source.tolist() if row != NONE}
    inputs = {name: sigma for name, sigma in spread.exchanges.items() if sigma and name in names}
    inputs |= {
        f"background:{row}": sigma
        for row, sigma in spread.factors.items()
        if sigma and f"background:{row}" in used
    }
    shares: dict[str, float] = {}
    for name in inputs:
        z = normals(sample.release, sample.seed, name, len(centred)).astype(np.float64)
        z -= z.mean()
        scale = norm * sqrt(_dot(z, z))
        shares[name] = (_dot(z, centred) / scale) ** 2 if scale else 0.0
    return dict(sorted(shares.items(), key=lambda item: item[1], reverse=True))


def _dot(first: Vector, second: Vector) -> float:
    return float(np.einsum("i,i->", first, second))


def spread_of(inventory: Inventory) -> Spread:
    """Return the spread of an inventory's exchanges, by the keys that `packed.pack` gives them.

    Errors: ValueError with the place of every exchange whose `uncertainty` is neither a gsd nor a pedigree.
    """
    found, wrong = {}, []
    for process in inventory.processes:
        for exchange in process.exchanges:
            gas = exchange.link is not None and exchange.link.kind == "gas" and exchange.link.target != "CO2"
            try:
                sigma = deviation(exchange.uncertainty, "other_gas" if gas else exchange.kind)
            except (ValueError, ArithmeticError, TypeError) as error:
                wrong.append(f"{place_of(process, exchange, 'uncertainty')}: {error}")
                continue
            if sigma:
                found[f"{process.id}/{exchange.id}"] = sigma
    if wrong:
        raise ValueError("; ".join(wrong))
    return Spread(found, {})
