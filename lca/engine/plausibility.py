"""A result against published ranges: outside is a warning to the declarant and a flag to the reviewer,
never an error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lca.engine.model import Inventory
from lca.engine.problems import WARNING, EngineProblem
from lca.rulesets.model import RuleSet

_FAMILIES = {"LFP": ("LFP", "磷酸铁锂"), "NMC": ("NMC", "NCM", "三元", "镍钴锰")}


def chemistry_family(chemistry: str) -> str:
    """Return the family (LFP, NMC) of a chemistry as people write it, "" if there is no range for it."""
    text = chemistry.upper()
    return next((family for family, words in _FAMILIES.items() if any(word in text for word in words)), "")


def position_in_range(
    inventory: Inventory,
    ruleset: RuleSet,
    stages: Mapping[str, float],
    units: float,
    problems: list[EngineProblem],
) -> dict[str, Any] | None:
    """Return the cradle-to-gate result per kWh of capacity with the chemistry's range, or None without either.

    `stages` is kg CO2e for `units` pieces; materials and manufacturing are compared, as in the literature.
    """
    product = inventory.product
    family = chemistry_family(product.chemistry)
    found = ruleset.plausibility.get(family)
    if found is None or not product.rated_energy_kwh or inventory.reference.unit != "piece":
        return None
    value = (stages["materials"] + stages["manufacturing"]) / units / float(product.rated_energy_kwh)
    low, high = float(found.low), float(found.high)
    position = "below" if value < low else "above" if value > high else "within"
    if position != "within":
        params = {"chemistry": family, "low": found.low, "high": found.high}
        problems.append(EngineProblem("plausibility.outside", "totals", f"{value:.4g}", params, WARNING))
    return {
        "chemistry": family,
        "unit": "kg CO2e/kWh",
        "basis": "cradle_to_gate_per_kwh_capacity",
        "value": value,
        "low": low,
        "high": high,
        "position": position,
        "source": found.source,
    }
