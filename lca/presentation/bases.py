"""In what unit two results may stand beside each other: what each is divided by, and which choices fit both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lca.models import Calculation
from lca.presentation.result import UNIT_DELIVERED, UNIT_RATED, is_module, ruleset_of

Ledger = Mapping[str, Any]
LABELS: dict[str, Any] = {
    "flow": gettext_lazy("per reference flow"),
    "delivered": gettext_lazy("per kWh delivered"),
    "rated": gettext_lazy("per kWh of rated energy"),
    "unit": gettext_lazy("per declared unit"),
    "mass": gettext_lazy("per kg of product"),
}


@dataclass(frozen=True)
class Basis:
    """A common unit of two results: what figures per reference flow of each are divided by, and their decimals."""

    code: str
    label: Any
    unit: Any
    first: float
    second: float
    decimals: int

    @property
    def line_decimals(self) -> int:
        """Decimals of a line's figure, which is small beside a total that has a digit or two."""
        return self.decimals + 2 if self.code in ("delivered", "unit", "mass") else self.decimals


def same_functional_unit(first: Calculation, second: Calculation) -> bool:
    """Whether figures per functional unit may be compared: same unit, and energy found by the same formula.

    Two rule sets may both say "per kWh delivered" and mean different energies; then they are different units.
    """
    units = [row.ledger["functional_unit"] for row in (first, second)]
    if (units[0]["kind"], units[0]["unit"]) != (units[1]["kind"], units[1]["unit"]):
        return False
    if units[0]["kind"] != "delivered_energy":
        return True
    rules = [ruleset_of(row) for row in (first, second)]
    if rules[0] is None or rules[1] is None:
        return (first.ruleset_id, first.ruleset_version) == (second.ruleset_id, second.ruleset_version)
    return rules[0].energy == rules[1].energy


def _number(value: Any) -> float | None:
    return float(value) if value not in (None, "") and float(value) > 0 else None


def _divisors(ledger: Ledger) -> dict[str, float | None]:
    """What a ledger's figures per reference flow are divided by for each basis; None where it has none."""
    units, product = float(ledger["reference"]["amount"]), ledger["product"]
    pack = not is_module(ledger) and ledger["reference"]["unit"] == "piece"
    rated, mass = _number(product.get("rated_energy_kwh")), _number(product.get("mass_kg"))
    delivered = _number(ledger["delivered_energy_kwh"])
    return {
        "delivered": units * delivered if pack and delivered else None,
        "rated": units * rated if pack and rated else None,
        "unit": None if pack else units,
        "mass": units * mass if pack and mass else None,
    }


def bases(first: Calculation, second: Calculation) -> list[Basis]:
    """The units that two results have in common, the fittest first; empty when there is none.

    Energy delivered is offered only where both are found in the same way, and is never mixed with rated energy.
    """
    divisors = [_divisors(row.ledger) for row in (first, second)]
    references = [row.ledger["reference"]["unit"] for row in (first, second)]
    allowed = {
        "delivered": same_functional_unit(first, second)
        and first.ledger["functional_unit"]["kind"] == "delivered_energy",
        "rated": True,
        "unit": references[0] == references[1],
        "mass": True,
    }
    units: dict[str, tuple[Any, int]] = {
        "delivered": (str(UNIT_DELIVERED), 4),
        "rated": (str(UNIT_RATED), 2),
        "unit": (f"kg CO2e/{references[0]}", 4),
        "mass": ("kg CO2e/kg", 3),
    }
    found = []
    for code, (unit, decimals) in units.items():
        one, other = (side[code] for side in divisors)
        if one and other and allowed[code]:
            found.append(Basis(code, LABELS[code], unit, one, other, decimals))
    flows = [(row.ledger["reference"]["amount"], row.ledger["reference"]["unit"]) for row in (first, second)]
    if same_inventory(first, second) and flows[0] == flows[1]:
        found.insert(0, Basis("flow", LABELS["flow"], _("kg CO2e per reference flow"), 1.0, 1.0, 2))
    return found


def same_inventory(first: Calculation, second: Calculation) -> bool:
    """Whether both are of the same inventory, in whatever revision: then a line is known by its id."""
    return first.revision.inventory_id == second.revision.inventory_id
