"""Facts of a pack as a person gives them: every problem at once, for drafting and for registering."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Collector
from declarations.models import CellFormat, Chemistry
from declarations.models.packs import SCOPE_MIN_KWH

# GB/T 34014-2017: 24 characters for one battery; the first 14 are its design information and name the type.
CODE = re.compile(r"[0-9A-HJ-NP-Z]{14}(?:[0-9A-HJ-NP-Z]{10})?")
VEHICLE_CATEGORIES = ("M1", "M2", "M3", "N1", "N2", "N3", "L")

SCOPE_REASON = _(
    "The scheme covers traction batteries with a rated energy above 2 kWh (notice 551 of 2025). A pack of 2 kWh or "
    "less is outside it and cannot be declared."
)


def _positive(found: Collector, facts: Mapping[str, Any], field: str, code: str, message: Any) -> None:
    value = facts.get(field)
    if value is not None and value <= 0:
        found.add(code, message, field=field, value=str(value))


def _fraction(found: Collector, facts: Mapping[str, Any], field: str) -> None:
    value = facts.get(field)
    if value is not None and not Decimal(0) < value <= Decimal(1):
        found.add("PACK-FRACTION", _("Must be above 0% and at most 100%."), field=field, value=str(value))


# As many decimals as the columns keep. More would be rounded without a word, so they are refused.
DECIMALS = {
    "rated_energy_kwh": 4,
    "usable_energy_kwh": 4,
    "mass_kg": 4,
    "warranty_years": 2,
    "depth_of_discharge": 5,
    "capacity_retention": 5,
}


def _decimals(found: Collector, facts: Mapping[str, Any]) -> None:
    for field, most in DECIMALS.items():
        value = facts.get(field)
        if isinstance(value, Decimal) and value != value.quantize(Decimal(1).scaleb(-most)):
            text = _("At most %(most)d decimals are kept.") % {"most": most}
            found.add("PACK-DECIMALS", text, field=field, value=str(value))


def collect(facts: Mapping[str, Any]) -> Collector:
    """What is wrong with the facts of a pack, whether draft or not."""
    found = Collector()
    if not str(facts.get("model") or "").strip():
        found.add("PACK-MODEL", _("The model is missing."), field="model")
    code = str(facts.get("gbt34014") or "")
    if not CODE.fullmatch(code):
        found.add(
            "PACK-CODE",
            _("A GB/T 34014 code has 24 characters, or the 14 that name the type; no I and no O."),
            field="gbt34014",
            value=code,
        )
    if facts.get("chemistry") not in Chemistry.values:
        found.add("PACK-CHEMISTRY", _("Choose the chemistry."), field="chemistry")
    elif facts["chemistry"] == Chemistry.OTHER and not str(facts.get("chemistry_detail") or "").strip():
        found.add("PACK-CHEMISTRY-OTHER", _("Say which chemistry it is."), field="chemistry_detail")
    if facts.get("cell_format") not in CellFormat.values:
        found.add("PACK-FORMAT", _("Choose the cell format."), field="cell_format")
    rated, usable, mass = facts.get("rated_energy_kwh"), facts.get("usable_energy_kwh"), facts.get("mass_kg")
    if rated is None:
        found.add("PACK-ENERGY", _("The rated energy is missing."), field="rated_energy_kwh")
    elif rated <= SCOPE_MIN_KWH:
        found.add("PACK-SCOPE", SCOPE_REASON, field="rated_energy_kwh", value=str(rated))
    if mass is None:
        found.add("PACK-MASS", _("The mass is missing."), field="mass_kg")
    _positive(found, facts, "mass_kg", "PACK-MASS", _("The mass must be above 0 kg."))
    _positive(found, facts, "usable_energy_kwh", "PACK-USABLE", _("The usable energy must be above 0 kWh."))
    _positive(found, facts, "cycles", "PACK-CYCLES", _("The number of cycles must be above 0."))
    _positive(found, facts, "warranty_years", "PACK-WARRANTY", _("The warranty must be above 0 years."))
    if rated is not None and usable is not None and usable > rated:
        found.add(
            "PACK-USABLE",
            _("The usable energy exceeds the rated energy."),
            field="usable_energy_kwh",
            value=str(usable),
        )
    _decimals(found, facts)
    _fraction(found, facts, "depth_of_discharge")
    _fraction(found, facts, "capacity_retention")
    if facts.get("vehicle_category") not in VEHICLE_CATEGORIES:
        found.add("PACK-CATEGORY", _("Choose the vehicle category."), field="vehicle_category")
    return found


def collect_missing(found: Collector, facts: Mapping[str, Any], *, plants: int) -> None:
    """What a registered pack must have besides: cycle life with its test, and a plant."""
    needed = {
        "cycles": _("The tested cycles are missing."),
        "depth_of_discharge": _("The depth of discharge is missing."),
        "capacity_retention": _("The capacity retention is missing."),
        "test_report": _("The number of the test report is missing."),
        "test_standard": _("The standard of the test is missing."),
    }
    for field, message in needed.items():
        if facts.get(field) in (None, ""):
            found.add("PACK-LIFE", message, field=field)
    if not plants:
        found.add("PACK-PLANT", _("Choose at least one plant."), field="plants")
