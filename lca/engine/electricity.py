"""Which factor an electricity input takes, under the rule set's policy.

Three figures for every input, in kg CO2e per kWh: `declared` counts in the result; `location` takes the
grid average for
whatever comes through the grid; `contract` takes the generation type that certificates name, with transmission and
distribution where the rule set adds it, for as much of the line as the certificates stand for; the rest takes the
grid average. Direct lines and own generation are physical supplies, and alike in the last two.

China's two families never mix: a CO2 emission factor (generation only) is refused wherever a footprint
factor is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from lca.engine.certificates import coverage
from lca.engine.factors import Factor, FactorRelease
from lca.engine.model import Electricity, Exchange
from lca.engine.names import generation_name, supply_name
from lca.engine.problems import ERROR, WARNING, EngineProblem
from lca.rulesets.model import ElectricityRule

# ISO 3166-1 alpha-2 (as regions are written) -> alpha-3 (as the country factors of a release are).
_ALPHA3 = {
    "CA": "CAN",
    "CZ": "CZE",
    "DE": "DEU",
    "ES": "ESP",
    "FR": "FRA",
    "GB": "GBR",
    "HU": "HUN",
    "ID": "IDN",
    "IN": "IND",
    "JP": "JPN",
    "KR": "KOR",
    "MA": "MAR",
    "MX": "MEX",
    "MY": "MYS",
    "NO": "NOR",
    "PL": "POL",
    "PT": "PRT",
    "SE": "SWE",
    "SK": "SVK",
    "TH": "THA",
    "US": "USA",
    "VN": "VNM",
}

Lookup = Callable[[str], Factor | None]


@dataclass(frozen=True, slots=True)
class Supply:
    """The outcome for one input: the factor that is declared, and the three figures in kg CO2e per kWh."""

    factor: Factor
    declared: Decimal
    location: Decimal
    contract: Decimal


def is_electricity(factor: Factor) -> bool:
    """Whether a factor is one of electricity, of either family or of a country."""
    return factor.family != "other" or factor.category.startswith("electricity")


def _country(region: str) -> str:
    return region.split("-")[0].split("/")[0].upper()


def grid_factor(region: str, rule: ElectricityRule, release: FactorRelease, lookup: Lookup) -> Factor | None:
    """Return the average factor of a region's country: the rule set's, or the release's newest for that country."""
    country = _country(region)
    if country in rule.grid:
        return lookup(rule.grid[country])
    alpha3 = _ALPHA3.get(country, country)
    found = [
        factor
        for factor in release.factors.values()
        if factor.category == "electricity_country" and factor.region == alpha3
    ]
    return max(found, key=lambda factor: factor.year or 0, default=None)


class _Case:
    """One electricity input being judged; collects its findings."""

    def __init__(self, exchange: Exchange, place: str, problems: list[EngineProblem]) -> None:
        self.exchange = exchange
        self.name = exchange.name
        self.place = place
        self.problems = problems

    def say(self, code: str, value: str = "", severity: str = ERROR, **params: object) -> None:
        self.problems.append(EngineProblem(code, self.place, value, {"name": self.name, **params}, severity))


def resolve_supply(
    exchange: Exchange,
    place: str,
    linked: Factor | None,
    rule: ElectricityRule,
    release: FactorRelease,
    lookup: Lookup,
    problems: list[EngineProblem],
) -> Supply | None:
    """Return the factors of an electricity input, or None after an error was added to `problems`.

    `linked` is the factor that the inventory names, None where the policy chooses.
    """
    case = _Case(exchange, place, problems)
    stated = exchange.electricity or Electricity("grid", region=linked.region if linked else "")
    region = stated.region or (linked.region if linked else "")
    if linked is not None and not linked.own and not is_electricity(linked):
        case.say("electricity.factor_not_electricity", linked.key)
        return None
    if linked is not None and not _family_allowed(linked, region, rule, case):
        return None
    grid = grid_factor(region, rule, release, lookup) if region else None
    if stated.supply == "grid":
        return _grid(case, linked, grid, region, rule)
    if linked is not None and grid is not None and linked.key == grid.key:
        linked = None
    return _generated(case, stated, linked, grid, region, rule, release, lookup)


def _family_allowed(factor: Factor, region: str, rule: ElectricityRule, case: _Case) -> bool:
    """Refuse a factor of the wrong family; point out one whose scope is not stated."""
    # An own factor per kg of CO2 is of the same kind, whatever family it was entered under.
    is_co2 = factor.family == "electricity_co2" or factor.co2_only
    if is_co2 and "electricity_co2" not in rule.families:
        case.say("electricity.co2_family", factor.key)
        return False
    at_home = _country(region or factor.region) in rule.grid
    if factor.family not in (rule.families if at_home else rule.families_abroad) or factor.family == "other":
        case.say("electricity.scope_not_stated", factor.key, WARNING)
    return True


def _grid(
    case: _Case, linked: Factor | None, grid: Factor | None, region: str, rule: ElectricityRule
) -> Supply | None:
    factor = linked or grid
    if factor is None:
        case.say("electricity.no_grid_factor", region)
        return None
    if factor.category in ("electricity_generation", "electricity_td"):
        case.say("electricity.generation_for_grid", factor.key)
        return None
    if linked is not None and grid is not None and linked.key != grid.key and _country(region) in rule.grid:
        case.say("electricity.own_grid_factor", linked.key, WARNING, expected=grid.key)
    if linked is None and factor.family == "other":
        case.say("electricity.scope_not_stated", factor.key, WARNING)
    return Supply(factor, factor.value, factor.value, factor.value)


def _generated(
    case: _Case,
    stated: Electricity,
    linked: Factor | None,
    grid: Factor | None,
    region: str,
    rule: ElectricityRule,
    release: FactorRelease,
    lookup: Lookup,
) -> Supply | None:
    key = rule.generation.get(_country(region), {}).get(stated.generation, "")
    if linked is not None and not _fits_generation(case, stated, linked, key):
        return None
    generation = linked or (lookup(key) if key else None)
    if generation is None:
        named = generation_name(stated.generation)
        case.say("electricity.no_generation_factor", stated.generation, generation=named, region=region)
        return None
    td_name = {"certificate": "certificate_td", "direct": "direct_td"}.get(stated.supply, "")
    td_key = getattr(rule, td_name) if td_name and _country(region) in rule.grid else ""
    td = lookup(td_key) if td_key else None
    if td_key and td is None:
        case.say("ruleset.factor_missing", td_key, parameter=f"electricity.{td_name}", release=release.code)
        return None
    contract = generation.value + (td.value if td is not None else Decimal(0))
    recognised = {
        "direct": rule.recognise_direct,
        "self": rule.recognise_self,
        "certificate": rule.recognise_certificates,
    }[stated.supply]
    through_grid = stated.supply == "certificate"
    if grid is None and (through_grid or not recognised):
        case.say("electricity.no_grid_factor", region)
        return None
    if grid is not None and through_grid:
        covered = _covered_share(case)
        contract = covered * contract + (1 - covered) * grid.value
    location = grid.value if grid is not None and through_grid else contract
    if recognised:
        return Supply(generation, contract, location, contract)
    assert grid is not None  # noqa: S101 - settled by the return above
    case.say("electricity.not_recognised", stated.supply, WARNING, supply=supply_name(stated.supply))
    return Supply(grid, grid.value, location if through_grid else grid.value, contract)


def _fits_generation(case: _Case, stated: Electricity, linked: Factor, expected: str) -> bool:
    """Refuse an average where a type of generation is stated; point out a type that is not the rule set's for it."""
    supply, generation = supply_name(stated.supply), generation_name(stated.generation)
    if not linked.own and linked.category != "electricity_generation":
        case.say("electricity.average_for_generation", linked.key, supply=supply, generation=generation)
        return False
    if not linked.own and expected and linked.key != expected:
        params = {"generation": generation, "expected": expected}
        case.say("electricity.other_generation_factor", linked.key, WARNING, **params)
    return True


def _covered_share(case: _Case) -> Decimal:
    """Return the share of a line that its certificates stand for; what they do not cover is named."""
    found = coverage(case.exchange)
    if found is None or found.short == 0:
        return Decimal(1)
    case.say(
        "electricity.certificate_short",
        f"{found.short.normalize():f}",
        WARNING,
        needed=f"{found.needed.normalize():f}",
        certified=f"{found.certified.normalize():f}",
    )
    return found.share
