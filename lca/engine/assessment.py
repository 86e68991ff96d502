"""How sure a result is: an inventory with the spread of every input, its first-order interval, Monte Carlo and effects.

A line has two inputs. Its amount is its own; its factor or supplier's result is shared by all lines, products, years
and rule sets that use it, and is drawn once for all of them, by its key. Names of draws:

    line:<scope>:<period>:<process>/<exchange>     the same line of the same inventory in the same period
    line:<scope>:<period>:eol:<material>           the terms of one material in the end-of-life model
    factor:<key>   own:<key>   result:<id>         whatever uses them

Amounts of products, allocation shares, warming potentials and the energy that a pack delivers count as certain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import exp, log
from typing import Any

import numpy as np

from lca.engine.background import Vector
from lca.engine.factors import FactorRelease
from lca.engine.linking import LinkedExchange
from lca.engine.model import Inventory
from lca.engine.packed import NONE, Packed
from lca.engine.packing import Addition, Linked, link, pack_linked
from lca.engine.recycling import end_of_life
from lca.engine.sensitivity import elasticities, response
from lca.engine.spreads import (
    CERTAIN,
    DERIVED,
    ORIGINS,
    Deviation,
    Profile,
    of_amount,
    of_factor,
    of_result,
)
from lca.engine.uncertainty import FirstOrder, Sample, Spread, first_order, monte_carlo, variance_shares
from lca.rulesets.model import RuleSet

# All inventories draw from one pool: names alone say what is shared, so that a factor that two releases both hold is
# drawn alike in both.
POOL = "carbonfoot-inventories"
# The quantile of the standard normal for an interval of 95 %.
Z95 = 1.959963984540054
# A sum of log-normal burdens is nearly log-normal itself, as long as what has the other sign stays below this share.
_MOSTLY = 0.1
AMOUNT, FACTOR, RESULT, END_OF_LIFE = "amount", "factor", "result", "end_of_life"


@dataclass(frozen=True)
class Input:
    """One input: `elasticity` is dy / d ln(input) in kg CO2e per reference flow, `name` in both languages.

    `uses` counts the lines that share a factor or result. The deviation of one that lines use with different ratings is
    the one that has their effect together.
    """

    key: str
    kind: str
    name: Mapping[str, str]
    process: str
    exchange: str
    deviation: Deviation
    elasticity: float
    uses: int

    @property
    def effect(self) -> float:
        """E sigma: the first-order standard deviation from this input alone, kg CO2e per reference flow."""
        return self.elasticity * self.deviation.sigma


@dataclass(frozen=True)
class Interval:
    """A first-order interval of 95 %: `form` is lognormal, or normal where credits weigh too much against burdens."""

    low: float
    high: float
    form: str


@dataclass(frozen=True, eq=False)
class Assessment:
    """A packed inventory with the spread of its inputs. Results are in kg CO2e per reference flow."""

    packed: Packed
    demand: Mapping[int, float]
    unit_scores: Vector
    spread: Spread
    inputs: tuple[Input, ...]
    origins: Mapping[str, Mapping[str, float]]
    columns: tuple[str, ...]
    rows: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @cached_property
    def total(self) -> float:
        """The result with every input at its stated value."""
        return self.packed.solve(self.demand, self.unit_scores).total

    @cached_property
    def first_order(self) -> FirstOrder:
        """The analytic standard deviation and every input's share of the variance."""
        return first_order(self.packed, self.demand, self.unit_scores, self.spread)

    @cached_property
    def interval(self) -> Interval:
        """The first-order interval of 95 % around the result."""
        deviation, total = self.first_order.deviation, self.total
        burdens = self.packed.solve(self.demand, self.unit_scores).burdens
        against = float(np.abs(burdens[burdens * total < 0]).sum())
        if total and against <= _MOSTLY * abs(total):
            low, high = sorted(total * exp(sign * Z95 * deviation / abs(total)) for sign in (-1, 1))
            return Interval(low, high, "lognormal")
        return Interval(total - Z95 * deviation, total + Z95 * deviation, "normal")

    def input(self, key: str) -> Input:
        """Return the input `key`. Errors: KeyError."""
        for item in self.inputs:
            if item.key == key:
                return item
        raise KeyError(key)

    def sample(self, seed: int, draws: int) -> Sample:
        """Return Monte Carlo results. Errors: ValueError for no draws; DrawError for a loop without a solution."""
        options: dict[str, Any] = {"release": POOL, "seed": seed, "draws": draws}
        return monte_carlo(self.packed, self.demand, self.unit_scores, self.spread, **options)

    def drawn_shares(self, sample: Sample) -> dict[str, float]:
        """Return every input's share of the variance of a sample, by squared correlation, largest first."""
        return variance_shares(self.packed, self.spread, sample)

    def response(self, key: str, factors: Sequence[float]) -> Vector:
        """Return the result when the input `key` is multiplied by each of `factors`: exact for any size of change.

        Errors: KeyError; ValueError for a factor at which a loop uses up what it makes.
        """
        item = self.input(key)
        if item.kind in (FACTOR, RESULT):
            return self.total + (np.asarray(factors, dtype=np.float64) - 1.0) * item.elasticity
        return response(self.packed, self.demand, self.unit_scores, key, factors)

    def by_sigma(self, key: str) -> tuple[float, float]:
        """Return the result with the input at exp(-sigma) and exp(+sigma) of its value. Errors: as for `response`."""
        item = self.input(key)
        if item.kind not in (FACTOR, RESULT):
            low, high = self.response(key, [exp(sign * item.deviation.sigma) for sign in (-1, 1)])
            return float(low), float(high)
        _, gains = self._gains
        moved = [
            sum(gains[row] * (exp(sign * self.spread.factors.get(row, 0.0)) - 1) for row in self.rows[key])
            for sign in (-1, 1)
        ]
        return self.total + moved[0], self.total + moved[1]

    @cached_property
    def _gains(self) -> tuple[Vector, dict[int, float]]:
        return elasticities(self.packed, self.demand, self.unit_scores)


class _Sources:
    """Rows of the flat background: one for each factor or result and spread, called by what is drawn alike."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.deviations: dict[int, Deviation] = {}
        self.names: dict[int, str] = {}
        self.texts: dict[str, Mapping[str, str]] = {}
        self.uses: dict[str, set[str]] = {}
        self._rows: dict[tuple[str, float], int] = {}

    def row_of(self, item: LinkedExchange) -> int:
        """Return the row of what a line is priced with; -1 for gases and flows without burden."""
        if item.result is not None:
            result = item.result
            name, found = f"result:{result.id}", of_result(result, self.profile)
            text = _pair(result.product or result.id)
        elif item.factor is not None:
            factor, stated = item.factor, "pedigree" in (item.exchange.uncertainty or {})
            name = f"{'own' if factor.own else 'factor'}:{factor.key}"
            found = of_factor(factor, item.ratings, stated, self.profile)
            text = {"zh": factor.name_zh, "en": factor.name_en}
        else:
            return NONE
        row = self._rows.setdefault((name, found.sigma), len(self._rows))
        self.deviations[row], self.names[row], self.texts[name] = found, name, text
        self.uses.setdefault(name, set()).add(f"{item.process.id}/{item.exchange.id}")
        return row


def _pair(name: Any) -> Mapping[str, str]:
    return dict(name) if isinstance(name, Mapping) else {"zh": str(name), "en": str(name)}


def assess(
    inventory: Inventory, ruleset: RuleSet, release: FactorRelease, profile: Profile, scope: str = ""
) -> Assessment:
    """Return an inventory with the spread of every input: its own where it states one, else the profile's.

    `scope` tells inventories apart whose processes and lines have the same ids: amounts of different scopes are drawn
    independently. Errors: InventoryError, as in `calculate`.
    """
    linked = link(inventory, ruleset, release)
    sources = _Sources(profile)
    additions = _end_of_life(linked)
    packed, demand, columns = pack_linked(linked, sources.row_of, additions)
    ones = np.ones(len(sources.names))
    amounts = {f"{item.process.id}/{item.exchange.id}": of_amount(item, profile) for item in linked.items}
    terms = {
        extra.key: Deviation(log(profile.end_of_life), DERIVED, {"end_of_life": profile.end_of_life})
        for extra in additions
    }
    spread = Spread(
        {key: found.sigma for key, found in (amounts | terms).items() if found.sigma},
        {row: found.sigma for row, found in sources.deviations.items() if found.sigma},
        scope=f"line:{scope}:{inventory.period_from}/{inventory.period_to}:",
        names=sources.names,
    )
    exchanges, rows = elasticities(packed, demand, ones)
    gains = dict(zip(packed.keys, exchanges.tolist(), strict=True))
    inputs = [
        _amount_input(item, amounts, gains)
        for item in {f"{item.process.id}/{item.exchange.id}": item for item in linked.items}.values()
    ]
    inputs += _term_inputs(inventory, terms, gains)
    inputs += _source_inputs(sources, rows)
    by_name: dict[str, tuple[int, ...]] = {}
    for row in rows:
        by_name[sources.names[row]] = (*by_name.get(sources.names[row], ()), row)
    return Assessment(
        packed,
        demand,
        ones,
        spread,
        tuple(sorted(inputs, key=lambda item: (-abs(item.effect), -abs(item.elasticity)))),
        _origins(packed, demand, ones, amounts | terms, sources),
        columns,
        by_name,
    )


def _end_of_life(linked: Linked) -> list[Addition]:
    """The terms of the end-of-life model that counts, as the ledger has them; none where parameters are missing."""
    outcome = end_of_life(linked.inventory, linked.ruleset, linked.release, linked.linker.lookup, [])
    if not outcome.available[outcome.model]:
        return []
    return [
        Addition(f"eol:{row.material.id}", stage, value)
        for row in outcome.rows
        for stage, value in zip(("materials", "recycling"), row.effects[outcome.model], strict=True)
        if value
    ]


def _amount_input(
    item: LinkedExchange, amounts: Mapping[str, Deviation], gains: Mapping[str, float]
) -> Input:
    key = f"{item.process.id}/{item.exchange.id}"
    return Input(
        key,
        AMOUNT,
        item.exchange.name,
        item.process.id,
        item.exchange.id,
        amounts[key],
        gains.get(key, 0.0),
        1,
    )


def _term_inputs(
    inventory: Inventory, terms: Mapping[str, Deviation], gains: Mapping[str, float]
) -> list[Input]:
    names = {f"eol:{item.id}": item.name for item in inventory.end_of_life.materials}
    return [
        Input(key, END_OF_LIFE, names[key], "", "", found, gains.get(key, 0.0), 1)
        for key, found in terms.items()
    ]


def _source_inputs(sources: _Sources, gains: Mapping[int, float]) -> list[Input]:
    """One input for each name, however many rows of different ratings it has."""
    members: dict[str, list[int]] = {}
    for row, name in sources.names.items():
        members.setdefault(name, []).append(row)
    found = []
    for name, rows in members.items():
        gain = sum(gains.get(row, 0.0) for row in rows)
        largest = max(rows, key=lambda row: abs(gains.get(row, 0.0)))
        shown = sources.deviations[largest]
        if len(rows) > 1 and gain:
            effect = sum(gains.get(row, 0.0) * sources.deviations[row].sigma for row in rows)
            shown = Deviation(abs(effect / gain), shown.origin, {**shown.basis, "several": len(rows)})
        kind = RESULT if name.startswith("result:") else FACTOR
        found.append(Input(name, kind, sources.texts[name], "", "", shown, gain, len(sources.uses[name])))
    return found


def _origins(
    packed: Packed,
    demand: Mapping[int, float],
    scores: Vector,
    amounts: Mapping[str, Deviation],
    sources: _Sources,
) -> dict[str, dict[str, float]]:
    """Shares of the result, by emissions without their signs, whose amount and whose factor state a spread, take the
    profile's, or have none."""
    burdens = np.abs(packed.solve(demand, scores).burdens)
    whole = float(burdens.sum())
    found = {part: dict.fromkeys(ORIGINS, 0.0) for part in (AMOUNT, FACTOR)}
    if not whole:
        return found
    for entry, burden in zip(packed.leaves.tolist(), burdens.tolist(), strict=True):
        amount = amounts[packed.keys[packed.key[entry]]]
        row = int(packed.source[entry])
        factor = sources.deviations[row] if row != NONE else None
        for part, given in ((AMOUNT, amount), (FACTOR, factor)):
            origin = given.origin if given is not None and given.sigma else CERTAIN
            found[part][origin] += burden / whole
    return found
