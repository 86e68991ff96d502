"""How far an input may lie from its stated value: sigma, the standard deviation of the logarithm of every input.

    stated      sigma = ln(GSD), or sigma^2 = basic + the variances of five pedigree scores
    derived     amounts: sigma^2 = basic + reliability(how the amount was found) + completeness
                factors: sigma^2 = ln(GSD of the tier or category)^2 + variances of TeR, TiR and GeR
                results: sigma^2 = basic + reliability(verified share) + completeness + variances of TeR, TiR and GeR

What is derived follows a profile: a versioned file in which every number is an assumption (`lca.profiles`). A stated
pedigree already holds technology, time and geography: the factor of such a line keeps the spread of its tier alone.

Warming potentials count as certain: they are a convention of the rule set, not a measurement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Any

from lca.engine.factors import Factor
from lca.engine.linking import LinkedExchange
from lca.engine.model import Exchange, Ratings, SupplierResult
from lca.engine.pedigree import basic_variance, deviation, variance

Text = Mapping[str, str]

STATED, DERIVED, CERTAIN = "stated", "derived", "none"
ORIGINS = (STATED, DERIVED, CERTAIN)
_RATED = (("ter", "technological"), ("tir", "temporal"), ("ger", "geographical"))


@dataclass(frozen=True)
class Profile:
    """Assumptions on the spread of inputs that state none. Scores from 1 to 5, `tiers` and `categories` as GSD.

    `reliability` by data kind (measured, calculated, estimated, not_stated); `completeness` by primary and other.
    `assumptions` and `sources` are for people; `sha256` is the digest of the file.
    """

    id: str
    version: str
    title: Text
    reliability: Mapping[str, float]
    completeness: Mapping[str, float]
    missing: float
    tiers: Mapping[str, float]
    categories: Mapping[str, float]
    result_verified: float
    result_unverified: float
    result_completeness: float
    result_basic: float
    end_of_life: float
    sources: tuple[Mapping[str, str], ...]
    assumptions: tuple[Mapping[str, Any], ...]
    sha256: str

    @property
    def name(self) -> str:
        """Id and version, as runs store them."""
        return f"{self.id}@{self.version}"


@dataclass(frozen=True)
class Deviation:
    """sigma of one input, whether it is stated, derived or none, and what it was made of (plain JSON data)."""

    sigma: float
    origin: str
    basis: Mapping[str, Any]

    @property
    def gsd(self) -> float:
        """The geometric standard deviation, exp(sigma)."""
        return exp(self.sigma)


def kind_of(exchange: Exchange) -> str:
    """Return the kind of exchange that basic variances tell apart: its own, or `other_gas`."""
    gas = exchange.link is not None and exchange.link.kind == "gas" and exchange.link.target != "CO2"
    return "other_gas" if gas else exchange.kind


def of_amount(item: LinkedExchange, profile: Profile) -> Deviation:
    """Return the spread of an exchange's amount. Errors: ValueError for an `uncertainty` that is none."""
    exchange = item.exchange
    kind = kind_of(exchange)
    if exchange.uncertainty:
        sigma = deviation(exchange.uncertainty, kind)
        return Deviation(sigma, STATED, {"amount": "stated", "kind": kind, **exchange.uncertainty})
    reliability = profile.reliability[exchange.data_kind or "not_stated"]
    completeness = profile.completeness["primary" if exchange.primary else "other"]
    basic = basic_variance(kind)
    total = basic + variance("reliability", reliability) + variance("completeness", completeness)
    basis: dict[str, Any] = {
        "amount": "derived",
        "data_kind": exchange.data_kind or "not_stated",
        "primary": exchange.primary,
        "kind": kind,
        "basic": basic,
        "reliability": reliability,
        "completeness": completeness,
    }
    if item.gas:
        added, rated = _rated(exchange.ratings, None)
        total += added
        basis |= rated
    return Deviation(sqrt(total), DERIVED, basis)


def of_factor(factor: Factor, ratings: Ratings, stated: bool, profile: Profile) -> Deviation:
    """Return the spread of a factor as one line uses it; `stated` where the line's own pedigree holds the ratings."""
    by_category = factor.category in profile.categories
    gsd = profile.categories[factor.category] if by_category else profile.tiers[factor.tier]
    basis: dict[str, Any] = {"factor": "category" if by_category else "tier", "tier": factor.tier, "gsd": gsd}
    if by_category:
        basis["category"] = factor.category
    added, rated = (0.0, {}) if stated else _rated(ratings, profile.missing)
    return Deviation(sqrt(log(gsd) ** 2 + added), DERIVED, basis | rated)


def of_result(result: SupplierResult, profile: Profile) -> Deviation:
    """Return the spread of a supplier's published result, from what is published with it."""
    share = float(result.verified_share or 0)
    reliability = profile.result_unverified + (profile.result_verified - profile.result_unverified) * share
    added, rated = _rated(result.ratings, profile.missing)
    total = profile.result_basic + variance("reliability", reliability) + added
    total += variance("completeness", profile.result_completeness)
    basis = {
        "result": "ratings",
        "basic": profile.result_basic,
        "reliability": reliability,
        "completeness": profile.result_completeness,
        "verified_share": None if result.verified_share is None else share,
    }
    return Deviation(sqrt(total), DERIVED, basis | rated)


def _rated(ratings: Ratings, missing: float | None) -> tuple[float, dict[str, Any]]:
    """Variances of TeR, TiR and GeR, and the scores used; without `missing`, one that is not given counts nothing."""
    total, basis, absent = 0.0, dict[str, Any](), []
    for name, indicator in _RATED:
        given = getattr(ratings, name)
        score = missing if given is None else float(given)
        if given is None:
            absent.append(name)
        if score is not None:
            total += variance(indicator, score)
            basis[name] = score
    return total, basis | ({"missing": absent} if absent and missing is not None else {})
