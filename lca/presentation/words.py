"""Names of the codes that a ledger holds."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TIERS: dict[str, Any] = {
    "supplier": _("Supplier's published result"),
    "official": pgettext_lazy("factor tier", "Official"),
    "model": pgettext_lazy("factor tier", "Model"),
    "literature": pgettext_lazy("factor tier", "Literature"),
    "database": pgettext_lazy("factor tier", "Database"),
    "own": _("Own factor"),
    "direct": _("Direct emission"),
    "burden_free": _("Without burden"),
}
GROUPS: dict[str, Any] = {
    "cell": _("Cell"),
    "module": _("Module"),
    "pack": _("Pack"),
    "distribution": _("Distribution"),
    "recycling": _("Recycling"),
    "end_of_life": _("End of life"),
    "cathode": _("Cathode"),
    "anode": _("Anode"),
    "electrolyte": _("Electrolyte"),
    "separator": _("Separator"),
    "casing": _("Casing"),
}
KINDS: dict[str, Any] = {
    "material": _("Material"),
    "energy": _("Energy"),
    "transport": _("Transport"),
    "module": _("Purchased module"),
    "emission": _("Direct emission"),
    "waste": _("Waste"),
    "end_of_life": _("End of life"),
}
DATA_KINDS: dict[str, Any] = {
    "measured": _("measured"),
    "calculated": _("calculated"),
    "estimated": _("estimated"),
    "": _("not stated"),
}
SUPPLIES: dict[str, Any] = {
    "grid": _("Grid"),
    "direct": _("Direct line"),
    "self": _("Self-generated"),
    "certificate": _("Certificate-backed"),
}
GENERATIONS: dict[str, Any] = {
    "coal": _("Coal"),
    "gas": _("Natural gas"),
    "hydro": _("Hydropower"),
    "nuclear": _("Nuclear"),
    "wind": _("Wind"),
    "solar": _("Photovoltaic"),
    "csp": _("Concentrated solar"),
    "biomass": _("Biomass"),
}
METHODS: dict[str, Any] = {
    "": _("as the rule set says"),
    "mass": _("by mass"),
    "energy": _("by energy"),
    "economic": _("by value"),
    "recorded": _("by recorded shares"),
}
EOL_MODELS: dict[str, Any] = {
    "cut_off": _("Cut-off"),
    "cff": _("Circular Footprint Formula (CFF)"),
    "substitution": _("Substitution"),
}
ROUTES: dict[str, Any] = {
    "pyro": _("Pyrometallurgy"),
    "hydro": _("Hydrometallurgy"),
    "direct": _("Direct recycling"),
}
EOL_KINDS: dict[str, Any] = {"metal": _("Metal"), "other": _("Other material")}
EOL_MATERIALS: dict[str, Any] = {
    "al": _("Aluminium"),
    "cu": _("Copper"),
    "steel": _("Steel"),
    "li": _("Lithium"),
    "ni": _("Nickel"),
    "co": _("Cobalt"),
    "mn": _("Manganese"),
    "graphite": _("Graphite"),
    "cathode": _("Cathode material"),
    "plastics": _("Plastics"),
}
FAMILIES: dict[str, Any] = {
    "electricity_footprint": _("Electricity carbon footprint factor"),
    "electricity_co2": _("Electricity CO2 emission factor"),
    "other": _("Other factor"),
}
REUSE: dict[str, Any] = {
    "open": _("open terms"),
    "cite_only": _("single facts, to be cited"),
    "share_alike": _("share alike"),
}
DIFFERENCES: dict[str, Any] = {
    "new": _("New factor"),
    "gone": _("No longer there"),
    "value": _("Value changed"),
    "facts": _("Other facts changed"),
    "same": _("Unchanged"),
}
STATUSES: dict[str, Any] = {
    "trial": _("trial phase"),
    "draft": _("draft"),
    "in_force": _("in force"),
    "final": _("final"),
}
STANDINGS: dict[str, Any] = {"official": _("official text"), "reported": _("reported by others")}
CATEGORIES: dict[str, Any] = {
    "electricity": _("Electricity, national"),
    "electricity_generation": _("Electricity by generation type"),
    "electricity_td": _("Electricity transmission and distribution"),
    "electricity_provincial": _("Electricity CO2, provinces"),
    "electricity_regional": _("Electricity CO2, regions"),
    "electricity_country": _("Electricity, other countries"),
    "gwp": _("Warming potentials"),
    "recycling_inventory": _("Recycling inputs"),
    "recycling_recovery": _("Recovery rates"),
    "metals": _("Metals"),
    "chemicals": _("Chemicals"),
    "fuel_combustion": _("Fuel combustion"),
    "fuel_upstream": _("Fuel supply"),
    "cathode": _("Cathode materials"),
    "plastics": _("Plastics"),
    "precursor": _("Precursors"),
    "lithium_chemicals": _("Lithium chemicals"),
    "transport_road": _("Road transport"),
    "transport_rail": _("Rail transport"),
    "transport_sea": _("Sea transport"),
    "transport_air": _("Air transport"),
    "transport_inland": _("Inland waterways"),
    "electronics": _("Electronics"),
    "electrolyte": _("Electrolytes"),
    "anode": _("Anode materials"),
    "binder_solvent": _("Binders and solvents"),
    "cell_energy": _("Cell manufacturing energy"),
    "gases": _("Gases"),
    "thermal": _("Heat"),
    "waste": _("Waste treatment"),
    "packaging": _("Packaging"),
    "utilities_water": _("Water"),
}
BOUNDARIES: dict[str, Any] = {
    "cradle_to_gate": _("cradle to gate"),
    "gate_to_gate": _("gate to gate"),
    "life_cycle": _("life cycle"),
    "life_cycle, generation only": _("life cycle, generation only"),
    "generation": _("generation only"),
    "generation, scope not stated": _("generation, scope not stated"),
    "combustion": _("combustion only"),
    "upstream": _("supply only, without combustion"),
    "transmission_distribution": _("transmission and distribution"),
    "well_to_wheel": _("well to wheel"),
    "process_parameter": _("process parameter"),
    "characterisation": _("characterisation"),
    "not stated": _("not stated"),
}


UNITS: dict[str, Any] = {"piece": _("piece")}


def per_unit(code: Any) -> str:
    """The unit of a footprint per such a unit of product, the unit by its name: kg CO2e/piece."""
    return f"kg CO2e/{word(UNITS, code)}"


def word(table: dict[str, Any], code: Any) -> Any:
    """The name of a code; the code itself when it has none."""
    return table.get(str(code), str(code))
