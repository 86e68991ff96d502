"""Pedigree scores and geometric standard deviations: sigma, the standard deviation of the logarithm of an amount.

sigma = ln(GSD)        or        sigma^2 = basic + the variances of five pedigree scores
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import floor, log, sqrt
from typing import Any

# Variances of ln(amount) by pedigree score 1 to 5: ecoinvent data quality guideline, version 3 (Weidema et al. 2013),
# table 10.5. The guideline itself was not at hand; public code that implements it agrees on every number.
PEDIGREE: Mapping[str, tuple[float, float, float, float, float]] = {
    "reliability": (0.0, 0.0006, 0.002, 0.008, 0.04),
    "completeness": (0.0, 0.0001, 0.0006, 0.002, 0.008),
    "temporal": (0.0, 0.0002, 0.002, 0.008, 0.04),
    "geographical": (0.0, 0.000025, 0.0001, 0.0006, 0.002),
    "technological": (0.0, 0.0006, 0.008, 0.04, 0.12),
}
# Basic variances by kind of exchange (table 10.3 there): transport services, gases other than carbon dioxide, all else.
# One number stands for all gases other than carbon dioxide, where the guideline tells several apart: a simplification.
BASIC: Mapping[str, float] = {"transport": 0.12, "other_gas": 0.04}
BASIC_ELSE = 0.0006


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
        spread = _number(uncertainty["gsd"])
        if not 1 <= spread < 100:
            raise ValueError(f"a geometric standard deviation lies from 1 to 100: {uncertainty['gsd']}")
        return log(spread)
    stated = uncertainty["pedigree"]
    scores = list(stated) if isinstance(stated, list | tuple) else []
    if len(scores) != len(PEDIGREE) or not all(score in (1, 2, 3, 4, 5) for score in scores):
        raise ValueError(f"a pedigree has five scores from 1 to 5: {stated}")
    basic = _number(uncertainty.get("basic", basic_variance(kind)))
    if not 0 <= basic < 10:
        raise ValueError(f"a basic variance lies from 0 to 10: {basic}")
    return sqrt(basic + sum(row[score - 1] for row, score in zip(PEDIGREE.values(), scores, strict=True)))


def _number(value: Any) -> float:
    try:
        return float(Decimal(str(value)))
    except ArithmeticError as error:
        raise ValueError(f"not a number: {value}") from error


def basic_variance(kind: str) -> float:
    """Return the basic variance of ln(amount) of a kind of exchange."""
    return BASIC.get(kind, BASIC_ELSE)


def variance(indicator: str, score: float) -> float:
    """Return the variance of a pedigree score, in proportion between two whole scores; scores beyond 1 to 5 are cut."""
    row = PEDIGREE[indicator]
    place = min(max(score, 1.0), 5.0) - 1
    lower = min(floor(place), 3)
    return row[lower] + (row[lower + 1] - row[lower]) * (place - lower)
