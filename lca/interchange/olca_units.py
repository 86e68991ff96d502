"""Units as openLCA knows them: the ids of its own reference units, so that an import finds what is there already.

Published in openLCA's reference data and in the units table of the package olca-schema, which a test compares with.
"""

from __future__ import annotations

from dataclasses import dataclass

from lca.engine.units import canonical_unit, dimension, ratio
from lca.interchange.system import stable_id


@dataclass(frozen=True, slots=True)
class Quantity:
    """A flow property with its unit group; `reference` is our code of the group's reference unit."""

    name: str
    id: str
    group: str
    group_id: str
    reference: str


_MASS_LENGTH = Quantity(
    "Goods transport (mass*distance)",
    "838aaa20-0117-11db-92e3-0800200c9a66",
    "Units of mass*length",
    "838aaa21-0117-11db-92e3-0800200c9a66",
    "tkm",
)
QUANTITIES: dict[str, Quantity] = {
    "mass": Quantity(
        "Mass",
        "93a60a56-a3c8-11da-a746-0800200b9a66",
        "Units of mass",
        "93a60a57-a4c8-11da-a746-0800200c9a66",
        "kg",
    ),
    "energy": Quantity(
        "Energy",
        "f6811440-ee37-11de-8a39-0800200c9a66",
        "Units of energy",
        "93a60a57-a3c8-11da-a746-0800200c9a66",
        "MJ",
    ),
    "piece": Quantity(
        "Number of items",
        "01846770-4cfe-4a25-8ad9-919d8d378345",
        "Units of items",
        "5beb6eed-33a9-47b8-9ede-1dfe8f679159",
        "piece",
    ),
    "length": Quantity(
        "Length",
        "838aaa23-0117-11db-92e3-0800200c9a66",
        "Units of length",
        "838aaa22-0117-11db-92e3-0800200c9a66",
        "m",
    ),
    "area": Quantity(
        "Area",
        "93a60a56-a3c8-19da-a746-0800200c9a66",
        "Units of area",
        "93a60a57-a3c8-18da-a746-0800200c9a66",
        "m2",
    ),
    "volume": Quantity(
        "Volume",
        "93a60a56-a3c8-22da-a746-0800200c9a66",
        "Units of volume",
        "93a60a57-a3c8-12da-a746-0800200c9a66",
        "m3",
    ),
    "transport": _MASS_LENGTH,
    "time": Quantity(
        "Duration",
        "c0447923-0e60-4b3c-97c2-a86dddd9eea5",
        "Units of time",
        "af638906-3ec7-4314-8de7-f76039f2dd01",
        "h",
    ),
}
# Our code -> the unit's name in openLCA and its id.
UNITS: dict[str, tuple[str, str]] = {
    "piece": ("Item(s)", "6dabe201-aaac-4509-92f0-d00c26cb72ab"),
    "kg": ("kg", "20aadc24-a391-41cf-b340-3e4529f44bde"),
    "g": ("g", "e1317ffc-7f83-4a85-bc65-4fb229a25cf8"),
    "mg": ("mg", "b872a063-0500-42b7-9e5d-441642d84417"),
    "t": ("t", "83192ffa-5990-490b-a23a-b45ca072db6f"),
    "kWh": ("kWh", "86ad2244-1f0e-4912-af53-7865283103e4"),
    "MWh": ("MWh", "92e3bd49-8ed5-4885-9db6-fc88c7afcfcb"),
    "Wh": ("Wh", "fc3604f7-aa93-4aa3-8ae9-8f822874da5f"),
    "J": ("J", "469d61f1-3bc4-4841-8adf-873825c1bc11"),
    "kJ": ("kJ", "f4119718-2d50-47fe-9154-cab6fd2d30eb"),
    "MJ": ("MJ", "52765a6c-3896-43c2-b2f4-c679acf13efe"),
    "GJ": ("GJ", "01e58eb9-0aba-4c76-ba0c-03f6f3be1353"),
    "TJ": ("TJ", "57c492e7-d94b-4fcc-98df-cdc4163b754c"),
    "m": ("m", "3d314eab-ef11-4ff3-a35e-9bc5cd858694"),
    "cm": ("cm", "d018183e-ea8c-4a41-a303-627c9b9b173d"),
    "mm": ("mm", "cc44768b-c0ce-4bc9-804a-c59b67d22e39"),
    "km": ("km", "715ca68e-0ac5-4c4b-b557-fdc36623be88"),
    "m2": ("m2", "3ce61faa-5716-41c1-aef6-b5920054acc9"),
    "m3": ("m3", "1c3a9695-398d-4b1f-b07e-a8715b610f70"),
    "L": ("l", "b80a512e-e402-4363-8ad0-7d02dcf4a459"),
    "mL": ("ml", "81696a66-6919-4bbb-a3ab-c79b2900de7d"),
    "US gal": ("gal (US liq)", "62eb6f51-0574-4489-ae1a-1bd806f6c2ac"),
    "tkm": ("t*km", "0dea4ed8-bb6b-4049-b2b4-b2c413ef2180"),
    "kgkm": ("kg*km", "a40229e6-7275-42e3-a304-23d590044770"),
    "h": ("h", "227a54d9-44e7-468c-b8bb-f2dd1ae68c7a"),
}


def unit_of(code: str) -> tuple[str, str]:
    """Return a unit's name in openLCA and its id; a unit that openLCA does not have gets an id of ours."""
    return UNITS.get(code) or (code, stable_id("unit", code))


def quantity_of(code: str) -> Quantity:
    """Return the flow property that a unit measures. Errors: UnitError if the unit is unknown."""
    return QUANTITIES[dimension(canonical_unit(code))]


def factor_of(code: str) -> float:
    """Return how many reference units of its group one `code` is. Errors: UnitError if the unit is unknown."""
    return float(ratio(code, quantity_of(code).reference))
