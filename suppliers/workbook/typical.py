"""Wide usual bands, only for finding slips: outside them is a question, never an error.

Our own choice, drawn generously around published process data (GREET 2022 as used in EverBatt 2023, Dai et al.
2019 for cells, industry practice for foils and separators) so that a correct workbook is seldom questioned.
"""

from __future__ import annotations

from decimal import Decimal

Band = tuple[Decimal, Decimal]


def _band(low: str, high: str) -> Band:
    return Decimal(low), Decimal(high)


# kWh of electricity for each kg of product made at the plant.
ELECTRICITY_PER_KG: dict[str, Band] = {
    "cathode": _band("0.3", "40"),
    "anode": _band("0.2", "40"),
    "electrolyte": _band("0.005", "5"),
    "separator": _band("0.5", "80"),
    "foil": _band("0.3", "40"),
    "casing": _band("0.1", "30"),
    "cell": _band("0.8", "40"),
    "module": _band("0.01", "10"),
    "bms": _band("0.1", "60"),
    "housing": _band("0.1", "30"),
    "thermal": _band("0.1", "30"),
}

# kWh of electricity for each kWh of rated energy.
ELECTRICITY_PER_KWH: dict[str, Band] = {
    "cell": _band("4", "200"),
    "module": _band("0.05", "50"),
}
