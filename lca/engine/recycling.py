"""End of life: the Circular Footprint Formula, cut-off and substitution, side by side for the same parameters.

Circular Footprint Formula (PEF, CFB-EV), per kg of material:

    material    (1 - R1) Ev + R1 (A Erecycled + (1 - A) Ev Qsin/Qp)
    recycling   (1 - A) R2 (ErecyclingEoL - E*v Qsout/Qp)
    energy      (1 - B) R3 (EER - LHV X_heat ESE_heat - LHV X_elec ESE_elec)
    disposal    (1 - R2 - R3) ED

The material term counts in the material stage, where the inventory already holds Ev: only the difference
is added. The other
terms count in recycling. The processes of the stage recycling in an inventory lead up to handing over
(collection, transport,
dismantling) and count under every model.

    cut_off        R1 (Erecycled - Ev) in materials; (1 - R2 - R3) ED in recycling; no credit
    substitution   R2 (ErecyclingEoL - E*v Qsout/Qp) + (1 - R2 - R3) ED in recycling; recycled content gets no benefit
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from lca.engine.factors import Factor, FactorRelease
from lca.engine.model import Burden, EndOfLifeMaterial, Inventory
from lca.engine.problems import ERROR, WARNING, EngineProblem
from lca.rulesets.model import EndOfLifeRule, RuleSet

Lookup = Callable[[str], Factor | None]

# Inputs of the recycling routes per kg of spent battery -> factor and how many of its units one input unit is.
_ROUTE_FACTORS: dict[str, tuple[str, Decimal]] = {
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


@dataclass(frozen=True, slots=True)
class CircularFootprint:
    """Parameters of the formula for one material; burdens in kg CO2e per kg (or already times an amount)."""

    ev: float
    a: float
    r1: float = 0.0
    r2: float = 0.0
    r3: float = 0.0
    b: float = 0.0
    e_recycled: float = 0.0
    e_recycling_eol: float = 0.0
    e_star_v: float = 0.0
    ed: float = 0.0
    q_in: float = 1.0
    q_out: float = 1.0
    e_er: float = 0.0
    lhv: float = 0.0
    x_heat: float = 0.0
    x_elec: float = 0.0
    e_se_heat: float = 0.0
    e_se_elec: float = 0.0

    @property
    def material(self) -> float:
        """The first two terms of the formula: virgin and recycled material going in."""
        recycled = self.a * self.e_recycled + (1 - self.a) * self.ev * self.q_in
        return (1 - self.r1) * self.ev + self.r1 * recycled

    @property
    def recycling(self) -> float:
        """The third term: recycling at the end of life less the virgin material it replaces."""
        return (1 - self.a) * self.r2 * (self.e_recycling_eol - self.e_star_v * self.q_out)

    @property
    def energy(self) -> float:
        """The energy recovery term."""
        credit = self.lhv * (self.x_heat * self.e_se_heat + self.x_elec * self.e_se_elec)
        return (1 - self.b) * self.r3 * (self.e_er - credit)

    @property
    def disposal(self) -> float:
        """The disposal term."""
        return (1 - self.r2 - self.r3) * self.ed

    @property
    def total(self) -> float:
        """All terms together."""
        return self.material + self.recycling + self.energy + self.disposal

    def effect(self, model: str) -> tuple[float, float]:
        """Return (change of the material stage, addition to recycling) under `model`, against Ev in the inventory."""
        if model == "cff":
            return self.material - self.ev, self.recycling + self.energy + self.disposal
        if model == "substitution":
            return 0.0, self.r2 * (self.e_recycling_eol - self.e_star_v * self.q_out) + self.disposal
        return self.r1 * (self.e_recycled - self.ev), self.disposal


@dataclass(frozen=True, slots=True)
class MaterialOutcome:
    """One material's parameters as used, and its effects in kg CO2e per reference flow under each model."""

    material: EndOfLifeMaterial
    parameters: CircularFootprint
    effects: dict[str, tuple[float, float]]
    missing: tuple[str, ...]


@dataclass(frozen=True)
class EndOfLifeOutcome:
    """What end of life adds, per reference flow. `available` says which models have all they need."""

    model: str
    route: str
    route_burden: float | None
    rows: tuple[MaterialOutcome, ...]
    available: dict[str, bool]

    def effect(self, model: str) -> tuple[float, float] | None:
        """Return (materials, recycling) in kg CO2e under `model`, or None where parameters are missing."""
        if not self.available[model]:
            return None
        pairs = [row.effects[model] for row in self.rows]
        return sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)


def end_of_life(
    inventory: Inventory,
    ruleset: RuleSet,
    release: FactorRelease,
    lookup: Lookup,
    problems: list[EngineProblem],
) -> EndOfLifeOutcome:
    """Return the end-of-life terms of the inventory under the rule set's model and those that stand beside it.

    A missing parameter makes the models that need it unavailable, with a finding by the material's name.
    """
    rule, stated = ruleset.end_of_life, inventory.end_of_life
    models = dict.fromkeys((rule.model, *rule.beside))
    if not stated.materials:
        if rule.model != "cut_off":
            problems.append(
                EngineProblem("eol.parameters_missing", "end_of_life", "", {"model": rule.model}, WARNING)
            )
        return EndOfLifeOutcome(
            rule.model, stated.route, None, (), {model: model == "cut_off" for model in models}
        )
    materials = [_with_route_rates(item, inventory, rule, release) for item in stated.materials]
    per_recovered, burden = _route_burden_per_kg(inventory, materials, rule, release, lookup, problems)
    rows, available = [], dict.fromkeys(models, True)
    for item in materials:
        row = _outcome(item, rule, lookup, per_recovered, models)
        for model in models:
            lacking = [name for name in row.missing if name in _NEEDS[model]]
            if lacking:
                available[model] = False
                problems.append(
                    EngineProblem(
                        "eol.burden_missing",
                        f"end_of_life.materials[{item.id}]",
                        "",
                        {"name": item.name, "field": ", ".join(lacking), "model": model},
                        ERROR if model == rule.model else WARNING,
                    )
                )
        rows.append(row)
    return EndOfLifeOutcome(rule.model, stated.route, burden, tuple(rows), available)


_NEEDS = {
    "cff": ("ev", "r2", "e_recycled", "e_recycling_eol", "e_star_v", "ed", "e_er"),
    "substitution": ("ev", "r2", "e_recycling_eol", "e_star_v", "ed"),
    "cut_off": ("ev", "r2", "e_recycled", "ed"),
}


def _with_route_rates(
    item: EndOfLifeMaterial, inventory: Inventory, rule: EndOfLifeRule, release: FactorRelease
) -> EndOfLifeMaterial:
    """Fill R2 from the route: collection rate times the recovery rate of the material in the release."""
    if item.r2 is not None or not inventory.end_of_life.route or not item.material:
        return item
    prefix = f"rec.{inventory.end_of_life.route}.recovery.{item.material}."
    rates = [factor for key, factor in release.factors.items() if key.startswith(prefix)]
    collected = inventory.end_of_life.collection_rate
    collected = rule.collection_rate if collected is None else collected
    # A route that states no recovery of a material loses it.
    return replace(item, r2=collected * rates[0].value if rates else Decimal(0))


def _route_burden_per_kg(
    inventory: Inventory,
    materials: list[EndOfLifeMaterial],
    rule: EndOfLifeRule,
    release: FactorRelease,
    lookup: Lookup,
    problems: list[EngineProblem],
) -> tuple[Decimal | None, float | None]:
    """Return (kg CO2e per kg of recovered material, kg CO2e per kg of spent battery) of the recycling route."""
    route, mass = inventory.end_of_life.route, inventory.product.mass_kg
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
            name, per_input = _ROUTE_FACTORS.get(flow, ("", Decimal(0)))
            price = lookup(name) if name else None
        if price is None:
            problems.append(
                EngineProblem("eol.route_gap", "end_of_life.route", flow, {"route": route}, WARNING)
            )
            continue
        burden += factor.value * per_input * price.value
    recovered = sum((item.mass_kg * (item.r2 or 0) for item in materials), Decimal(0))
    if mass is None or recovered <= 0:
        return None, float(burden)
    collected = inventory.end_of_life.collection_rate
    collected = rule.collection_rate if collected is None else collected
    return burden * mass * collected / recovered, float(burden)


def _outcome(
    item: EndOfLifeMaterial,
    rule: EndOfLifeRule,
    lookup: Lookup,
    per_recovered: Decimal | None,
    models: dict[str, None],
) -> MaterialOutcome:
    missing: list[str] = []

    def burden(name: str, stated: Burden | None, needed: bool) -> float:
        value = None
        if stated is not None:
            factor = lookup(stated.factor) if stated.factor else None
            value = factor.value if factor is not None else stated.value
        if value is None and needed:
            missing.append(name)
        return float(value or 0)

    r1, r2, r3 = item.r1 or Decimal(0), item.r2, item.r3 or Decimal(0)
    if r2 is None:
        missing.append("r2")
        r2 = Decimal(0)
    from_route = None if per_recovered is None else Burden(value=per_recovered)
    parameters = CircularFootprint(
        ev=burden("ev", item.ev, True),
        a=float(item.a if item.a is not None else rule.a_metals if item.kind == "metal" else rule.a_other),
        b=float(item.b if item.b is not None else rule.b),
        r1=float(r1),
        r2=float(r2),
        r3=float(r3),
        e_recycled=burden("e_recycled", item.e_recycled, r1 > 0),
        e_recycling_eol=burden("e_recycling_eol", item.e_recycling_eol or from_route, r2 > 0),
        # Without a word on it, what is recovered replaces the same virgin material (E*v = Ev).
        e_star_v=burden("e_star_v", item.e_star_v or item.ev, r2 > 0),
        ed=burden("ed", item.ed, r2 + r3 < 1),
        q_in=float(item.q_in),
        q_out=float(item.q_out),
        e_er=burden("e_er", item.e_er, r3 > 0),
        lhv=float(item.lhv_mj),
        x_heat=float(item.x_heat),
        x_elec=float(item.x_elec),
        e_se_heat=float(item.e_se_heat),
        e_se_elec=float(item.e_se_elec),
    )
    mass = float(item.mass_kg)
    effects = {}
    for model in models:
        in_materials, in_recycling = parameters.effect(model)
        effects[model] = (in_materials * mass, in_recycling * mass)
    return MaterialOutcome(item, parameters, effects, tuple(missing))


def outcome_to_dict(outcome: EndOfLifeOutcome) -> list[dict[str, Any]]:
    """Return the materials with their parameters and effects as plain JSON data (kg CO2e per reference flow)."""
    return [
        {
            "id": row.material.id,
            "name": dict(row.material.name),
            "mass_kg": float(row.material.mass_kg),
            "parameters": {
                name: getattr(row.parameters, name)
                for name in (
                    "a",
                    "b",
                    "r1",
                    "r2",
                    "r3",
                    "ev",
                    "e_recycled",
                    "e_recycling_eol",
                    "e_star_v",
                    "ed",
                )
            },
            "effects": {
                model: {"materials": pair[0], "recycling": pair[1]} for model, pair in row.effects.items()
            },
            "missing": list(row.missing),
        }
        for row in outcome.rows
    ]
