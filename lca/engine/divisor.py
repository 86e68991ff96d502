"""What a result is divided by: the functional unit's energy under a rule set, with the figures that go into it.

    rated_cycles_fade   E = E_rated * N * DoD * (1 + r) / 2
    usable_warranty     E = E_usable * cycles a year * years
    rated capacity      E = E_rated

The arithmetic is `lca.engine.energy`'s; here are its inputs by name, so that two divisors can be told apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lca.engine.energy import delivered_energy
from lca.engine.model import Inventory
from lca.rulesets.model import RuleSet


@dataclass(frozen=True, slots=True)
class DivisorInput:
    """One figure of the formula: its name in the inventory or the rule set, its exact value, its unit."""

    name: str
    value: str | None
    unit: str

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {"name": self.name, "value": self.value, "unit": self.unit}


@dataclass(frozen=True, slots=True)
class Divisor:
    """`kind` delivered_energy, rated_capacity or declared_unit; `formula` of the rule set's energy, "none" without one.

    `value` is kWh for one pack, or 1 for a module (counted per declared unit); None where an input is missing, or
    where the reference flow is not counted in packs.
    """

    kind: str
    unit: str
    formula: str
    inputs: tuple[DivisorInput, ...]
    value: float | None

    def same_as(self, other: Divisor) -> bool:
        """Whether figures per this unit and per the other's may stand in one column: same kind, formula and inputs."""
        return (self.kind, self.formula, self.inputs) == (other.kind, other.formula, other.inputs)

    def per(self, kgco2e: float, units: float) -> float | None:
        """Return kg CO2e of `units` reference units per functional unit, None where the divisor is not known."""
        return kgco2e / units / self.value if self.value else None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {
            "kind": self.kind,
            "unit": self.unit,
            "formula": self.formula,
            "inputs": [item.to_dict() for item in self.inputs],
            "value": self.value,
        }


def divisor(inventory: Inventory, ruleset: RuleSet) -> Divisor:
    """Return what the rule set divides the inventory's total by."""
    product = inventory.product
    if product.kind != "battery_pack":
        return Divisor("declared_unit", inventory.reference.unit, "none", (), 1.0)
    unit = ruleset.functional_unit
    if unit.kind == "rated_capacity":
        formula, energy = "none", product.rated_energy_kwh
        inputs: tuple[DivisorInput, ...] = (_input("rated_energy_kwh", energy, "kWh"),)
    else:
        formula, energy = ruleset.energy.formula, delivered_energy(product, ruleset.energy, [])
        made_of = _usable_warranty if formula == "usable_warranty" else _rated_cycles_fade
        inputs = made_of(inventory, ruleset)
    known = energy if inventory.reference.unit == "piece" else None
    return Divisor(unit.kind, unit.unit, formula, inputs, float(known) if known else None)


def _input(name: str, value: Decimal | None, unit: str = "") -> DivisorInput:
    return DivisorInput(name, None if value is None else f"{value:f}", unit)


def _rated_cycles_fade(inventory: Inventory, ruleset: RuleSet) -> tuple[DivisorInput, ...]:
    product = inventory.product
    return (
        _input("rated_energy_kwh", product.rated_energy_kwh, "kWh"),
        _input("cycle_life.cycles", product.cycle_life.cycles),
        _input("cycle_life.depth_of_discharge", product.cycle_life.depth_of_discharge),
        _input("cycle_life.capacity_retention", product.cycle_life.capacity_retention),
    )


def _usable_warranty(inventory: Inventory, ruleset: RuleSet) -> tuple[DivisorInput, ...]:
    product, rule = inventory.product, ruleset.energy
    inputs = [
        _input("usable_energy_kwh", product.usable_energy_kwh, "kWh"),
        DivisorInput("vehicle_category", product.vehicle_category or None, ""),
        _input("energy.cycles_per_year", rule.cycles_per_year.get(product.vehicle_category), "1/a"),
        _input("warranty_years", product.warranty_years, "a"),
    ]
    if product.warranty_km is not None:
        inputs.append(_input("warranty_km", product.warranty_km, "km"))
        annual = rule.annual_km.get(product.vehicle_category)
        if annual is not None:
            inputs.append(_input("energy.annual_km", annual, "km/a"))
    return tuple(inputs)
