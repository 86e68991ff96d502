"""Energy delivered over the service life, by the rule set's formula.

rated_cycles_fade   E = E_rated * N * DoD * (1 + r) / 2        [assumed: linear fade to retention r after N cycles]
usable_warranty     E = E_usable * cycles a year * years       years: the shorter of the warranties in years and km
"""

from __future__ import annotations

from decimal import Decimal

from lca.engine.model import ProductFacts
from lca.engine.problems import ERROR, WARNING, EngineProblem
from lca.rulesets.model import EnergyRule


def delivered_energy(
    product: ProductFacts, rule: EnergyRule, problems: list[EngineProblem]
) -> Decimal | None:
    """Return kWh delivered to the vehicle by one pack, or None where the rule set asks for none or a figure is missing.

    What is missing is added to `problems` as an error that blocks a declaration, not the calculation.
    """
    rated = product.rated_energy_kwh
    if rule.minimum_rated_kwh and rated is not None and rated <= rule.minimum_rated_kwh:
        params = {"limit": rule.minimum_rated_kwh}
        problems.append(
            EngineProblem("energy.too_small", "product.rated_energy_kwh", str(rated), params, ERROR)
        )
    usable = product.usable_energy_kwh
    if usable is not None and rated is not None and usable > rated:
        problems.append(
            EngineProblem(
                "energy.usable_above_rated",
                "product.usable_energy_kwh",
                str(usable),
                {"rated": rated},
                WARNING,
            )
        )
    if rule.formula == "rated_cycles_fade":
        return _rated_cycles_fade(product, problems)
    if rule.formula == "usable_warranty":
        return _usable_warranty(product, rule, problems)
    return None


def _missing(fields: list[str], problems: list[EngineProblem]) -> None:
    problems.append(EngineProblem("energy.missing", "product", "", {"fields": ", ".join(fields)}, ERROR))


def _rated_cycles_fade(product: ProductFacts, problems: list[EngineProblem]) -> Decimal | None:
    life = product.cycle_life
    rated, cycles, depth, retention = (
        product.rated_energy_kwh,
        life.cycles,
        life.depth_of_discharge,
        life.capacity_retention,
    )
    if not rated or not cycles or not depth or retention is None:
        absent = {
            "rated_energy_kwh": not rated,
            "cycle_life.cycles": not cycles,
            "cycle_life.depth_of_discharge": not depth,
            "cycle_life.capacity_retention": retention is None,
        }
        _missing([name for name, gone in absent.items() if gone], problems)
        return None
    return rated * cycles * depth * (1 + retention) / 2


def _usable_warranty(
    product: ProductFacts, rule: EnergyRule, problems: list[EngineProblem]
) -> Decimal | None:
    usable, category = product.usable_energy_kwh, product.vehicle_category
    years = product.warranty_years
    if product.warranty_km:
        annual = rule.annual_km.get(category)
        if annual:
            by_mileage = product.warranty_km / annual
            years = by_mileage if years is None else min(years, by_mileage)
        else:
            problems.append(
                EngineProblem(
                    "energy.mileage_not_converted",
                    "product.warranty_km",
                    str(product.warranty_km),
                    {},
                    WARNING,
                )
            )
    cycles = rule.cycles_per_year.get(category)
    if category and cycles is None:
        params = {"allowed": ", ".join(rule.cycles_per_year)}
        problems.append(
            EngineProblem("energy.category_unknown", "product.vehicle_category", category, params, ERROR)
        )
        return None
    if not usable or not years or cycles is None:
        absent = {
            "usable_energy_kwh": not usable,
            "vehicle_category": cycles is None,
            "warranty_years": not years,
        }
        _missing([name for name, gone in absent.items() if gone], problems)
        return None
    return usable * cycles * years
