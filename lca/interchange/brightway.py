"""A system as a bw2package: what `bw2io.BW2Package.import_file` takes as it is, database and method in one file.

The file is JSON compressed by bzip2. JSON knows no tuples and no keys but texts, so a tuple is written as
{"__tuple__": true, "data": [...]} and a dictionary as {"__dict__": true, "keys": [...], "values": [...]}.
"""

from __future__ import annotations

import bz2
import json
from typing import Any

from lca.interchange.system import Activity, System

# The unit of the flows and names of units as Brightway's own databases write them.
_UNITS = {
    "piece": "unit",
    "kg": "kilogram",
    "g": "gram",
    "t": "ton",
    "kWh": "kilowatt hour",
    "MJ": "megajoule",
    "m": "meter",
    "m2": "square meter",
    "m3": "cubic meter",
    "L": "litre",
    "tkm": "ton kilometer",
    "h": "hour",
}


def brightway_package(system: System) -> bytes:
    """Return the file. One unit of the node `reference` of its database scores the result under its method."""
    name = f"carbonfoot {system.digest[:12]}"
    flows = {
        (name, flow.id): {
            "name": flow.name,
            "unit": "kilogram",
            "type": "emission",
            "categories": ("air",),
            "CAS number": flow.cas,
            "formula": flow.formula,
            "exchanges": [],
        }
        for flow in system.flows
    }
    codes = {activity.id: activity.id for activity in system.activities} | {system.root: "reference"}
    units = {activity.id: activity.unit for activity in system.activities}
    activities = {
        (name, codes[activity.id]): _activity(activity, system, name, codes, units)
        for activity in system.activities
    }
    database = {
        "name": name,
        "class": {"module": "bw2data.backends.peewee.database", "name": "SQLiteBackend"},
        "metadata": {"format": "carbonfoot", "depends": [], "description": system.description},
        "data": {**flows, **activities},
    }
    method = {
        "name": ("carbonfoot", system.method, system.digest[:12]),
        "class": {"module": "bw2data.method", "name": "Method"},
        # Brightway makes an abbreviation on the first import alone, and looks for it on the next.
        "metadata": {
            "unit": "kg CO2e",
            "description": system.description,
            "abbreviation": f"carbonfoot.{system.digest[:12]}",
        },
        "data": [((name, flow.id), flow.potential) for flow in system.flows],
    }
    return bz2.compress(json.dumps(_plain([database, method]), ensure_ascii=False).encode())


def _activity(
    activity: Activity, system: System, database: str, codes: dict[str, str], units: dict[str, str]
) -> dict[str, Any]:
    own = (database, codes[activity.id])
    exchanges: list[dict[str, Any]] = [
        {
            "input": own,
            "output": own,
            "type": "production",
            "amount": 1.0,
            "unit": _unit(activity.unit),
            "name": activity.product,
        }
    ]
    exchanges += [
        {
            "input": (database, codes[item.provider]),
            "output": own,
            "type": "technosphere",
            "amount": item.amount,
            "unit": _unit(units[item.provider]),
            "comment": item.comment,
        }
        for item in activity.inputs
    ]
    exchanges += [
        {
            "input": (database, item.flow),
            "output": own,
            "type": "biosphere",
            "amount": item.amount,
            "unit": "kilogram",
            "comment": item.comment,
        }
        for item in activity.emissions
    ]
    found: dict[str, Any] = {
        "name": activity.name,
        "reference product": activity.product,
        "production amount": 1.0,
        "unit": _unit(activity.unit),
        "location": activity.location or "GLO",
        "type": "process",
        "categories": (system.words[activity.kind],),
        "comment": activity.comment,
        "exchanges": exchanges,
    }
    if activity.source is not None:
        found |= {
            "source": activity.source.title,
            "source reference": activity.source.reference,
            "licence": activity.source.licence,
        }
    return found


def _unit(code: str) -> str:
    return _UNITS.get(code, code)


def _plain(value: Any) -> Any:
    """Return data in the package's form of JSON."""
    if isinstance(value, tuple):
        return {"__tuple__": True, "data": [_plain(item) for item in value]}
    if isinstance(value, dict):
        return {
            "__dict__": True,
            "keys": [_plain(key) for key in value],
            "values": [_plain(item) for item in value.values()],
        }
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
