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

    cut_off        R1 (Erecycled - Ev) in materials; R3 EER + (1 - R2 - R3) ED in recycling; no credit
    substitution   R2 (ErecyclingEoL - E*v Qsout/Qp) + R3 (EER - credits) + (1 - R2 - R3) ED in recycling; recycled
                   content gets no benefit

Burning with energy recovery is no recycling: its burden stays with the product also where nothing is credited.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from lca.engine.factors import Factor, FactorRelease
from lca.engine.model import Burden, EndOfLife, EndOfLifeMaterial, Inventory
from lca.engine.names import model_name
from lca.engine.problems import ERROR, NOTE, WARNING, EngineProblem
from lca.engine.recycling_routes import route_burden, with_route_rate
from lca.engine.units import UnitError, ratio
from lca.rulesets.model import EndOfLifeRule, RuleSet

Lookup = Callable[[str], Factor | None]


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
    def virgin(self) -> float:
        """The first term of the formula: virgin material going in."""
        return (1 - self.r1) * self.ev

    @property
    def recycled_content(self) -> float:
        """The second term: recycled material going in, with the share of virgin burdens that it keeps."""
        return self.r1 * (self.a * self.e_recycled + (1 - self.a) * self.ev * self.q_in)

    @property
    def material(self) -> float:
        """The first two terms of the formula: virgin and recycled material going in."""
        return self.virgin + self.recycled_content

    @property
    def recycling(self) -> float:
        """The third term: recycling at the end of life less the virgin material it replaces."""
        return (1 - self.a) * self.r2 * (self.e_recycling_eol - self.e_star_v * self.q_out)

    @property
    def energy_recovery(self) -> float:
        """What energy recovery burdens, less the heat and power it replaces, all of it on this product (B = 0)."""
        credit = self.lhv * (self.x_heat * self.e_se_heat + self.x_elec * self.e_se_elec)
        return self.r3 * (self.e_er - credit)

    @property
    def energy(self) -> float:
        """The energy recovery term."""
        return (1 - self.b) * self.energy_recovery

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
            recycled = self.r2 * (self.e_recycling_eol - self.e_star_v * self.q_out)
            return 0.0, recycled + self.energy_recovery + self.disposal
        return self.r1 * (self.e_recycled - self.ev), self.r3 * self.e_er + self.disposal


@dataclass(frozen=True, slots=True)
class MaterialOutcome:
    """One material's parameters as used, and its effects in kg CO2e per reference flow under each model."""

    material: EndOfLifeMaterial
    parameters: CircularFootprint
    effects: dict[str, tuple[float, float]]
    missing: tuple[str, ...]
    # Parameters that nobody stated: the rule set's default, or the recycling route's figure.
    filled: tuple[str, ...] = ()


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
                EngineProblem(
                    "eol.parameters_missing", "end_of_life", "", {"model": model_name(rule.model)}, WARNING
                )
            )
        return EndOfLifeOutcome(
            rule.model, stated.route, None, (), {model: model == "cut_off" for model in models}
        )
    materials = []
    for item in stated.materials:
        rated = with_route_rate(_traced(item, problems), inventory, rule, release, problems)
        materials.append(_with_sound_shares(rated, problems))
    _say_where_recycling_begins(inventory, rule.model, problems)
    per_recovered, burden = route_burden(inventory, materials, rule, release, lookup, problems)
    prices = _Prices(release.code, lookup, problems)
    rows, available = [], dict.fromkeys(models, True)
    for item in materials:
        row = replace(_outcome(item, rule, prices, per_recovered, models), filled=_filled(item, stated))
        for model in models:
            lacking = [name for name in row.missing if name in _NEEDS[model]]
            if lacking:
                available[model] = False
                problems.append(
                    EngineProblem(
                        "eol.burden_missing",
                        f"end_of_life.materials[{item.id}]",
                        "",
                        {"name": item.name, "field": ", ".join(lacking), "model": model_name(model)},
                        ERROR if model == rule.model else WARNING,
                    )
                )
        rows.append(row)
    return EndOfLifeOutcome(rule.model, stated.route, burden, tuple(rows), available)


_NEEDS = {
    "cff": ("ev", "r2", "e_recycled", "e_recycling_eol", "e_star_v", "ed", "e_er"),
    "substitution": ("ev", "r2", "e_recycling_eol", "e_star_v", "ed", "e_er"),
    "cut_off": ("ev", "r2", "e_recycled", "ed", "e_er"),
}


def _traced(item: EndOfLifeMaterial, problems: list[EngineProblem]) -> EndOfLifeMaterial:
    """Take recycled content that cannot be traced as 0, and say so: R1 is 0 unless traceable."""
    if not item.r1 or item.r1_source:
        return item
    place = f"end_of_life.materials[{item.id}].r1"
    problems.append(EngineProblem("eol.r1_untraced", place, str(item.r1), {"name": item.name}, WARNING))
    return replace(item, r1=Decimal(0))


def _filled(item: EndOfLifeMaterial, stated: EndOfLife) -> tuple[str, ...]:
    """Return the parameters of a material that the document leaves to defaults and to the route."""
    given = next(row for row in stated.materials if row.id == item.id)
    names = ("a", "b", "r1", "r2", "e_recycling_eol", "e_star_v")
    return tuple(name for name in names if getattr(given, name) is None)


def _with_sound_shares(item: EndOfLifeMaterial, problems: list[EngineProblem]) -> EndOfLifeMaterial:
    """Refuse R2 and R3 that add up to more than 1: disposal would become a credit."""
    total = (item.r2 or Decimal(0)) + (item.r3 or Decimal(0))
    if total <= 1:
        return item
    place = f"end_of_life.materials[{item.id}]"
    problems.append(EngineProblem("eol.shares", place, str(total.normalize()), {"name": item.name}, ERROR))
    return replace(item, r2=None)


def _say_where_recycling_begins(inventory: Inventory, model: str, problems: list[EngineProblem]) -> None:
    """Say how far the inventory's own processes of the stage recycling may go, where a model adds recycling itself."""
    names = [process.name for process in inventory.processes if process.stage == "recycling"]
    if names and model != "cut_off":
        shown = {
            "zh": "、".join(name["zh"] for name in names),
            "en": ", ".join(name["en"] for name in names),
        }
        params = {"names": shown, "model": model_name(model)}
        problems.append(EngineProblem("eol.handover", "end_of_life", "", params, NOTE))


class _Prices:
    """Burdens of materials in kg CO2e per kg; a factor that is unknown, or not per mass, is named."""

    def __init__(self, release: str, lookup: Lookup, problems: list[EngineProblem]) -> None:
        self.release, self.lookup, self.problems = release, lookup, problems

    def per_kg(self, item: EndOfLifeMaterial, field: str, stated: Burden) -> Decimal | None:
        """Return the value of a burden, or None after its factor was refused."""
        if not stated.factor:
            return stated.value
        params = {"name": item.name, "field": field}
        factor = self.lookup(stated.factor)
        if factor is None:
            self._say("eol.burden_unknown", item, stated.factor, {**params, "release": self.release})
            return None
        try:
            if not factor.is_emission_factor:
                raise UnitError(factor.unit)
            return factor.value / ratio(factor.per_unit, "kg")
        except UnitError:
            self._say("eol.burden_factor", item, stated.factor, {**params, "unit": factor.unit})
            return None

    def _say(self, code: str, item: EndOfLifeMaterial, value: str, params: dict[str, Any]) -> None:
        place = f"end_of_life.materials[{item.id}].{params['field']}"
        self.problems.append(EngineProblem(code, place, value, params, ERROR))


def _outcome(
    item: EndOfLifeMaterial,
    rule: EndOfLifeRule,
    prices: _Prices,
    per_recovered: Decimal | None,
    models: dict[str, None],
) -> MaterialOutcome:
    missing: list[str] = []

    def burden(name: str, stated: Burden | None, needed: bool) -> float:
        value = None if stated is None else prices.per_kg(item, name, stated)
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
                    "q_in",
                    "q_out",
                    "e_er",
                    "lhv",
                    "x_heat",
                    "x_elec",
                    "e_se_heat",
                    "e_se_elec",
                )
            },
            "filled": list(row.filled),
            "terms": {
                name: getattr(row.parameters, name) * float(row.material.mass_kg)
                for name in ("virgin", "recycled_content", "recycling", "energy", "disposal")
            },
            "effects": {
                model: {"materials": pair[0], "recycling": pair[1]} for model, pair in row.effects.items()
            },
            "missing": list(row.missing),
        }
        for row in outcome.rows
    ]
