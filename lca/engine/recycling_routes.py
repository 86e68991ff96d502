"""Recycling routes of the release (hydro, pyro, direct): what they recover of a material, and what they burden.

    R2             = collection rate * recovery rate of the material on the route
    ErecyclingEoL  = burden per kg of spent battery * battery mass * collection rate / mass recovered

The burden of a route per kg of spent battery is the sum of its inputs times their factors; it is spread over what the
route gives back, by mass. Fuels count as burnt, without their supply: the release has combustion factors for them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from lca.engine.factors import Factor, FactorRelease
from lca.engine.model import EndOfLifeMaterial, Inventory
from lca.engine.names import route_name
from lca.engine.problems import WARNING, EngineProblem
from lca.engine.units import UnitError, ratio
from lca.rulesets.model import EndOfLifeRule

# Inputs of the recycling routes per kg of spent battery -> factor and how many of its units one input unit is.
_INPUT_FACTORS: dict[str, tuple[str, Decimal]] = {
    "diesel_mj": ("fuel.diesel.combustion.greet2022", Decimal(1)),
    "ng_mj": ("fuel.ng.combustion.greet2022", Decimal(1)),
    "h2o2": ("chem.h2o2.greet2022", Decimal(1)),
    "h2so4": ("chem.h2so4.greet2022", Decimal(1)),
    "hcl": ("chem.hcl.greet2022", Decimal(1)),
    "naoh": ("chem.naoh.greet2022", Decimal(1)),
    "nh4oh": ("chem.nh4oh.greet2022", Decimal(1)),
    "soda_ash": ("chem.soda_ash.greet2022", Decimal(1)),
    "limestone": ("chem.limestone.greet2022", Decimal(1)),
    "sand": ("chem.sand.greet2022", Decimal(1)),
    "li2co3": ("li.li2co3.mix.greet2022", Decimal(1)),
    # One US gallon of water, at 1 kg per litre.
    "water_gal": ("water.tap.cpcd2019", Decimal("3.785411784")),
}
_MJ_PER_KWH = Decimal("3.6")


def recovery_rates(route: str, release: FactorRelease) -> dict[str, Decimal]:
    """Return the recovery rate by material code (al, cu, ...) that the release states for a route."""
    prefix = f"rec.{route}.recovery."
    return {
        key.split(".")[3]: factor.value for key, factor in release.factors.items() if key.startswith(prefix)
    }


def collection_rate(inventory: Inventory, rule: EndOfLifeRule) -> Decimal:
    """Return the share of spent batteries that is collected: the inventory's, or the rule set's default."""
    stated = inventory.end_of_life.collection_rate
    return rule.collection_rate if stated is None else stated


def with_route_rate(
    item: EndOfLifeMaterial,
    inventory: Inventory,
    rule: EndOfLifeRule,
    release: FactorRelease,
    problems: list[EngineProblem],
) -> EndOfLifeMaterial:
    """Fill R2 from the route where the inventory states none; what the route does not recover is lost, and named."""
    route = inventory.end_of_life.route
    if item.r2 is not None or not route or not item.material:
        return item
    rates = recovery_rates(route, release)
    if item.material not in rates:
        params = {"name": item.name, "route": route_name(route), "known": ", ".join(sorted(rates))}
        place = f"end_of_life.materials[{item.id}].material"
        problems.append(EngineProblem("eol.not_recovered", place, item.material, params, WARNING))
        return replace(item, r2=Decimal(0))
    return replace(item, r2=collection_rate(inventory, rule) * rates[item.material])


def battery_mass(inventory: Inventory) -> Decimal | None:
    """Return the kg of battery in the reference flow, None where nothing says so."""
    reference, mass = inventory.reference, inventory.product.mass_kg
    try:
        return reference.amount * ratio(reference.unit, "kg")
    except UnitError:
        return None if mass is None or reference.unit != "piece" else mass * reference.amount


def route_burden(
    inventory: Inventory,
    materials: Sequence[EndOfLifeMaterial],
    rule: EndOfLifeRule,
    release: FactorRelease,
    lookup: Callable[[str], Factor | None],
    problems: list[EngineProblem],
) -> tuple[Decimal | None, float | None]:
    """Return (kg CO2e per kg of recovered material, kg CO2e per kg of spent battery) of the recycling route."""
    route, mass = inventory.end_of_life.route, battery_mass(inventory)
    if not route:
        return None, None
    burden = Decimal(0)
    for key, factor in release.factors.items():
        if not key.startswith(f"rec.{route}.in."):
            continue
        flow = key.split(".")[3]
        if flow == "electricity_mj":
            price, per_input = lookup(rule.route_electricity), 1 / _MJ_PER_KWH
        else:
            name, per_input = _INPUT_FACTORS.get(flow, ("", Decimal(0)))
            price = lookup(name) if name else None
        if price is None:
            problems.append(
                EngineProblem(
                    "eol.route_gap", "end_of_life.route", flow, {"route": route_name(route)}, WARNING
                )
            )
            continue
        burden += factor.value * per_input * price.value
    recovered = sum((item.mass_kg * (item.r2 or 0) for item in materials), Decimal(0))
    if mass is None or recovered <= 0:
        return None, float(burden)
    return burden * mass * collection_rate(inventory, rule) / recovered, float(burden)
