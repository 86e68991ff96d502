"""How far a result rests on each factor, and what a change of factors would do to it, to first order.

A result is linear in its factors as long as every link stays: with a_f units of factor f behind one unit of the
reference product,

    S' = S + sum over f of a_f (new_f - old_f)

which is the volatile-factor formula of `lca.engine.volatile` with the amounts read off a ledger. Outside it lie what a
rule set would choose differently in another release, and the end-of-life model, whose burdens are no lines with a
factor: for these, calculate again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lca.engine.gases import potential_key


def factor_amounts(ledger: Mapping[str, Any]) -> dict[str, float]:
    """Return factor key -> units of it behind one unit of the reference product, of the counted lines.

    Direct emissions count under the key of their gas's warming potential. Own factors are there under their own key.
    """
    units = float(Decimal(str(ledger["reference"]["amount"])))
    gwp_set = str(ledger["ruleset"].get("gwp_set") or "")
    found: dict[str, float] = defaultdict(float)
    for line in ledger["lines"]:
        amount = line.get("converted_amount")
        if not line.get("counted", True) or amount is None:
            continue
        if line.get("factor"):
            found[line["factor"]["key"]] += amount / units
        elif line.get("gas"):
            key = potential_key(str(line["gas"].get("gas", "")), gwp_set)
            if key:
                found[key] += amount / units
    return {key: value for key, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Effect:
    """What one factor's change does to a result: kg CO2e per unit of the reference product."""

    key: str
    old: Decimal
    new: Decimal
    kgco2e: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """The first-order answer: effects of changed factors, largest first, and keys that are no longer there."""

    effects: tuple[Effect, ...]
    gone: tuple[str, ...]

    @property
    def kgco2e(self) -> float:
        """The sum of all effects, kg CO2e per unit of the reference product."""
        return sum(effect.kgco2e for effect in self.effects)

    @property
    def touched(self) -> bool:
        """Whether the result could be another one."""
        return bool(self.effects or self.gone)


def estimate(
    amounts: Mapping[str, float], old: Mapping[str, Decimal], new: Mapping[str, Decimal]
) -> Estimate:
    """Return what replacing the values `old` by `new` (factor key -> value) does to a result with these `amounts`.

    A key that `old` does not have is no factor of the release (an own factor) and stays as it is.
    """
    effects, gone = [], []
    for key, amount in amounts.items():
        if key not in old:
            continue
        if key not in new:
            gone.append(key)
        elif new[key] != old[key]:
            effects.append(Effect(key, old[key], new[key], amount * float(new[key] - old[key])))
    effects.sort(key=lambda effect: (-abs(effect.kgco2e), effect.key))
    return Estimate(tuple(effects), tuple(sorted(gone)))


def changed_keys(old: Mapping[str, Decimal], new: Mapping[str, Decimal]) -> set[str]:
    """Return the keys whose value differs, or that are no longer there."""
    return {key for key, value in old.items() if new.get(key) != value}


def relative(change: float, base: float | None) -> float | None:
    """Return a change as a share of `base`, None where there is no base to compare with."""
    return change / abs(base) if base else None


def largest(values: Iterable[float | None]) -> float:
    """Return the largest absolute value, 0 if there is none."""
    return max((abs(value) for value in values if value is not None), default=0.0)
