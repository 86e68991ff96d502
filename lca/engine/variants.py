"""The inventory of a variant, scaled line by line from that of the pack that represents it (docs/method.md, Variants).

An amount of a line is ``amount × to / from``, where *from* and *to* are the same fact of both packs: number of cells,
rated energy, mass of the pack, mass of its housing, or the piece (one and one). What is scaled is what is stated per
pack: lines of the reference process, of distribution and of end of life. A process stated per its own product, such as
the cell per kilogram, stays as it is, since the cell is the same; only the pack's demand for it changes.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from typing import Any

from lca.engine.scenario_lines import as_text, exact

FORMAT = "carbonfoot-derivation/1"
CELLS, ENERGY, MASS, HOUSING, PIECE = "cells", "energy", "mass", "housing", "piece"
DRIVERS = (CELLS, ENERGY, MASS, HOUSING, PIECE)

# As many decimals as an inventory keeps of an amount; what a ratio does not end in is rounded there, half to even.
_STEP = Decimal(1).scaleb(-15)
_PER_PACK_STAGES = ("distribution", "recycling")
# Parts of the cell, and what is made of cells: with the same cell, as many times as there are cells.
_OF_CELLS = frozenset({"cell", "module", "cathode", "anode", "electrolyte", "separator", "casing", "foil"})
# Metals and plastics of the frame around the cells; the other materials recovered at the end of life are the cells'.
_OF_FRAME = frozenset({"al", "steel", "plastics"})


class ScalingError(ValueError):
    """The inventory cannot be scaled; ``code`` says why (``coproducts``, ``driver``)."""

    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(f"{code}: {value}")
        self.code, self.value = code, value


@dataclass(frozen=True)
class Ratio:
    """A fact of the representative pack and the same fact of the variant, in the same unit; both above zero."""

    source: Decimal
    target: Decimal

    def times(self, amount: Decimal) -> Decimal:
        """``amount × target / source`` with 15 decimals, half to even; trailing zeros are dropped."""
        with localcontext() as context:
            context.prec = 60
            value = (amount * self.target / self.source).quantize(_STEP, rounding=ROUND_HALF_EVEN)
        return value.normalize() if value else Decimal(0)


@dataclass(frozen=True)
class ScalableLine:
    """A line that is stated per pack, with the driver that it goes by unless another is chosen."""

    process: str
    id: str
    name: Any
    amount: Decimal | None
    unit: str
    driver: str

    @property
    def key(self) -> str:
        """What the line is chosen by: its process and its own id."""
        return f"{self.process}/{self.id}"


def _usual_driver(
    exchange: Mapping[str, Any], process: Mapping[str, Any], stages: Mapping[str, str], *, reference: bool
) -> str:
    link, component = exchange.get("link") or {}, exchange.get("component") or ""
    if "process" in link:
        return PIECE if stages.get(str(link["process"])) in _PER_PACK_STAGES else CELLS
    if component in _OF_CELLS:
        return CELLS
    if component in (HOUSING, "bms"):
        return HOUSING if component == HOUSING else PIECE
    if not reference or exchange["kind"] == "transport":
        return MASS
    return ENERGY


def _per_pack(document: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], bool]]:
    """Processes stated per pack; the reference process is marked."""
    reference = document["reference"]["process"]
    for process in document["processes"]:
        if process["id"] == reference:
            if len(process["products"]) != 1:
                raise ScalingError("coproducts", str(process["id"]))
            yield process, True
        elif process.get("stage") in _PER_PACK_STAGES:
            yield process, False


def scalable_lines(document: Mapping[str, Any], drivers: Mapping[str, Ratio]) -> list[ScalableLine]:
    """The lines that scaling changes, in the document's order, each with its usual driver.

    Where the mass of the housing is not stated for both packs, the mass of the pack stands in. Errors: ScalingError
    for a reference process with co-products: how they are shared is a choice of that pack.
    """
    stages = {str(process["id"]): str(process.get("stage") or "") for process in document["processes"]}
    found = []
    for process, reference in _per_pack(document):
        for exchange in process["exchanges"]:
            driver = _usual_driver(exchange, process, stages, reference=reference)
            found.append(
                ScalableLine(
                    process=str(process["id"]),
                    id=str(exchange["id"]),
                    name=exchange.get("name"),
                    amount=exact(exchange.get("amount")),
                    unit=str(exchange.get("unit") or ""),
                    driver=driver if driver in drivers else MASS,
                )
            )
    return found


def scale(
    document: Mapping[str, Any],
    *,
    product: Mapping[str, Any],
    drivers: Mapping[str, Ratio],
    source: Mapping[str, Any],
    chosen: Mapping[str, str] | None = None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the variant's inventory document and the record of how it came about (``carbonfoot-derivation/1``).

    ``product`` is the variant's own part of the document; ``source`` names pack, revision and digest of what is scaled;
    ``chosen`` is driver by line (``process/line``) where another than the usual is wanted. Green certificates do not
    come along, since each is spent once: their lines fall back to the grid. Measured amounts become calculated ones.
    Errors: ScalingError.
    """
    drivers = {**drivers, PIECE: Ratio(Decimal(1), Decimal(1))}
    picked = {
        line.key: (chosen or {}).get(line.key, line.driver) for line in scalable_lines(document, drivers)
    }
    for driver in picked.values():
        if driver not in drivers:
            raise ScalingError("driver", driver)
    result: dict[str, Any] = copy.deepcopy(dict(document))
    result["product"] = dict(product)
    lines = []
    for process, _reference in _per_pack(result):
        for exchange in process["exchanges"]:
            driver = picked[f"{process['id']}/{exchange['id']}"]
            lines.append(_scale_line(exchange, str(process["id"]), driver, drivers[driver], source))
    to_grid = [
        {"process": str(row["id"]), "line": str(line["id"]), "electricity": line["electricity"]}
        for row in result["processes"]
        for line in row["exchanges"]
        if _without_certificates(line)
    ]
    record = {
        "format": FORMAT,
        "source": dict(source),
        "drivers": {
            name: {"from": as_text(ratio.source), "to": as_text(ratio.target)}
            for name, ratio in drivers.items()
        },
        "lines": lines,
        "materials": _scale_materials(result, drivers),
        # Lines whose green certificates stay with the representative, with what they say instead.
        "to_grid": to_grid,
    }
    return result, record


def _scale_line(
    exchange: dict[str, Any], process: str, driver: str, ratio: Ratio, source: Mapping[str, Any]
) -> dict[str, Any]:
    before = exact(exchange.get("amount"))
    if before is not None:
        exchange["amount"] = as_text(ratio.times(before))
        if exchange.get("data_kind") == "measured":
            exchange["data_kind"] = "calculated"
    block = exchange.get("transport") or {}
    mass = exact(block.get("mass_kg"))
    if mass is not None:
        exchange["transport"] = {**block, "mass_kg": as_text(ratio.times(mass))}
    provenance = {"kind": "scaled", **source, "driver": driver}
    provenance |= {"from": as_text(ratio.source), "to": as_text(ratio.target)}
    if before is not None:
        provenance["amount"] = as_text(before)
    exchange["provenance"] = provenance
    return {
        "process": process,
        "line": str(exchange["id"]),
        "name": exchange.get("name"),
        "unit": str(exchange.get("unit") or ""),
        "driver": driver,
        "from": None if before is None else as_text(before),
        "to": exchange.get("amount"),
        "transport_mass_kg": (exchange.get("transport") or {}).get("mass_kg"),
    }


def _without_certificates(exchange: dict[str, Any]) -> bool:
    block = exchange.get("electricity") or {}
    if not block.get("certificates") and block.get("supply") != "certificate":
        return False
    kept = {key: value for key, value in block.items() if key not in ("certificates", "generation")}
    exchange["electricity"] = {**kept, "supply": "grid"}
    return True


def _scale_materials(document: dict[str, Any], drivers: Mapping[str, Ratio]) -> list[dict[str, Any]]:
    found = []
    for material in (document.get("end_of_life") or {}).get("materials") or ():
        before = exact(material.get("mass_kg"))
        if before is None:
            continue
        driver = MASS if material.get("material") in _OF_FRAME else CELLS
        material["mass_kg"] = as_text(drivers[driver].times(before))
        found.append(
            {
                "material": str(material["id"]),
                "name": material.get("name"),
                "driver": driver,
                "from": as_text(before),
                "to": material["mass_kg"],
            }
        )
    return found


def _sense(exchange: Mapping[str, Any]) -> tuple[Any, ...]:
    """What a line says, however it is spelled."""
    block = exchange.get("transport") or {}
    return (
        exchange.get("kind"),
        exact(exchange.get("amount")),
        exchange.get("unit"),
        exchange.get("state") or "known",
        exchange.get("link") or {},
        exchange.get("electricity") or {},
        exact(block.get("mass_kg")),
        exact(block.get("distance_km")),
    )


def departures(document: Mapping[str, Any], expected: Mapping[str, Any]) -> list[str]:
    """Lines (``process/line``) and end-of-life materials in which a document no longer says what scaling gave it.

    ``expected`` is the document that scaling returned. A line that is only in one of the two is among them.
    """

    def senses(source: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
        found = {
            f"{process['id']}/{exchange['id']}": _sense(exchange)
            for process in source["processes"]
            for exchange in process["exchanges"]
        }
        end = source.get("end_of_life") or {}
        for material in end.get("materials") or ():
            found[f"end_of_life/{material['id']}"] = (exact(material.get("mass_kg")), end.get("route"))
        return found

    now, then = senses(document), senses(expected)
    return [key for key in dict.fromkeys([*then, *now]) if now.get(key) != then.get(key)]
