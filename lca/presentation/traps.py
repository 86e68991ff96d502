"""What is easily got wrong with a factor, in plain words beside it: which substance a mass means, what is left out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from lca.models import Factor, OwnFactorVersion

# Boundaries whose numbers leave something out that a product's footprint needs.
BOUNDARY: Mapping[str, Any] = {
    "combustion": _("Burning only: add the supply of the fuel."),
    "upstream": _("Supply only: add the burning of the fuel."),
    "gate_to_gate": _("One step of production only: what goes into it is not counted."),
    "generation, scope not stated": _("Whether fuel supply and losses are counted is not stated."),
    "life_cycle, generation only": _("Generation only: the losses of the grid come on top."),
    "transmission_distribution": _("The grid's losses only: they come on top of generation."),
}
_DRIVEN = _(
    "Whether the supply of the fuel is counted is not stated: it may be the vehicle alone (tank to wheel)."
)
_HYDRATE = re.compile(r"anhydrous basis \(x(?P<ratio>[\d.]+) for (?P<hydrate>\w+)\)")
HYDRATES: Mapping[str, Any] = {
    "monohydrate": _("monohydrate"),
    "hexahydrate": _("hexahydrate"),
    "heptahydrate": _("heptahydrate"),
}
_AMERICAN = ("US/GLO", "USA")


def traps_of(factor: Factor | OwnFactorVersion) -> list[str]:
    """Short sentences on what the factor's number is not, the gravest first. Empty where none is known."""
    found: list[Any] = []
    if factor.family == "electricity_co2":
        found.append(
            _("For organisations: CO2 of generation only. Product footprints need the footprint factor.")
        )
    elif factor.unit.startswith("kg CO2/"):
        found.append(_("Counts carbon dioxide only, no other greenhouse gas."))
    if factor.boundary in BOUNDARY:
        found.append(BOUNDARY[factor.boundary])
    elif factor.boundary == "not stated" and factor.category.startswith("transport"):
        found.append(_DRIVEN)
    if factor.basis:
        found.append(_basis(factor.basis))
    if factor.category.startswith("electricity_country"):
        found.append(_("For electricity used abroad; never for the Chinese grid."))
    elif isinstance(factor, Factor) and factor.region in _AMERICAN and factor.category == "metals":
        found.append(_("Average of the United States; Chinese production may differ widely."))
    return [str(item) for item in found]


def _basis(text: str) -> Any:
    """Which substance a kilogram means, from the words of the release."""
    match = _HYDRATE.match(text)
    if match is not None:
        hydrate = HYDRATES.get(match["hydrate"], match["hydrate"])
        return _(
            "Per kg of the salt without crystal water: multiply a mass of the %(hydrate)s by %(ratio)s."
        ) % {
            "hydrate": hydrate,
            "ratio": match["ratio"],
        }
    if "not stated" in text:
        return _("Which hydrate a kilogram means is not stated; without crystal water is presumed.")
    if "LiOH.H2O" in text:
        return _("Per kg of the monohydrate, LiOH·H2O.")
    if "anhydrous LiOH" in text:
        return _("Per kg of LiOH without crystal water: multiply a mass of the monohydrate by 0.571.")
    return _("A kilogram means: %(basis)s.") % {"basis": text}
