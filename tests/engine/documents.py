"""Small inventories for the engine's tests, built up from parts."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

CASES = Path(__file__).resolve().parent.parent / "cases"


def example() -> dict[str, Any]:
    """The complete example of docs/inventory-format.md, to be changed freely."""
    return json.loads((CASES / "example_pack.json").read_text(encoding="utf-8"))


def exchange(
    identifier: str, amount: Any, unit: str = "kg", link: Any = None, **extra: Any
) -> dict[str, Any]:
    """One exchange, a material unless `kind` says otherwise."""
    fields = {
        "id": identifier,
        "kind": "material",
        "name": identifier,
        "amount": amount,
        "unit": unit,
        "link": link,
    }
    return {**fields, **extra}


def process(identifier: str, exchanges: list[dict[str, Any]], **extra: Any) -> dict[str, Any]:
    """One process making 1 piece of a product of its own name, unless `products` says otherwise."""
    fields: dict[str, Any] = {
        "id": identifier,
        "name": identifier,
        "stage": "manufacturing",
        "group": identifier,
        "products": [{"id": identifier, "amount": "1", "unit": "piece"}],
        "exchanges": exchanges,
    }
    return {**fields, **extra}


def inventory(processes: list[dict[str, Any]], **extra: Any) -> dict[str, Any]:
    """A pack inventory whose reference flow is 1 piece of the first process."""
    fields: dict[str, Any] = {
        "format": "carbonfoot-inventory/1",
        "name": "test",
        "product": {
            "kind": "battery_pack",
            "chemistry": "LFP",
            "rated_energy_kwh": "100",
            "mass_kg": "600",
            "cycle_life": {"cycles": "1000", "depth_of_discharge": "1", "capacity_retention": "0.8"},
        },
        "period": {"from": "2025-01-01", "to": "2025-12-31"},
        "reference": {"process": processes[0]["id"], "product": "", "amount": "1", "unit": "piece"},
        "factors": [
            {"key": "one", "value": "1", "unit": "kg CO2e/kg", "year": "2025"},
            {"key": "two", "value": "2", "unit": "kg CO2e/kg", "year": "2020", "primary": True},
        ],
        "processes": processes,
    }
    return copy.deepcopy({**fields, **extra})
