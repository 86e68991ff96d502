"""A system as an openLCA package: a zip of JSON-LD files in the form of olca-schema 2.

One process per activity with one product flow, links to providers in the exchanges and in the product system, one
impact category. Units and flow properties carry openLCA's own ids.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from lca.interchange.olca_units import QUANTITIES, Quantity, factor_of, quantity_of, unit_of
from lca.interchange.system import Activity, Flow, Source, System, stable_id

_VERSION = "01.00.000"
# Members carry one date, so that the same calculation is the same file.
_DATE = (1980, 1, 1, 0, 0, 0)
_FOLDERS = {
    "UnitGroup": "unit_groups",
    "FlowProperty": "flow_properties",
    "Flow": "flows",
    "Source": "sources",
    "Process": "processes",
    "ProductSystem": "product_systems",
    "ImpactCategory": "lcia_categories",
    "ImpactMethod": "lcia_methods",
}

Entity = dict[str, Any]


def olca_package(system: System) -> bytes:
    """Return the zip. Its one product system, with its one method, scores the result for a target amount of 1."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        _write(package, "olca-schema.json", {"version": 2})
        for entity in _entities(system):
            _write(package, f"{_FOLDERS[entity['@type']]}/{entity['@id']}.json", entity)
    return stream.getvalue()


def _write(package: zipfile.ZipFile, name: str, content: Entity) -> None:
    info = zipfile.ZipInfo(name, _DATE)
    info.compress_type = zipfile.ZIP_DEFLATED
    package.writestr(info, json.dumps(content, ensure_ascii=False, indent=1).encode())


def _entities(system: System) -> list[Entity]:
    units = {"kg", *(activity.unit for activity in system.activities)}
    by_id = {activity.id: activity for activity in system.activities}
    processes = [_process(activity, system, by_id) for activity in system.activities]
    sources = {
        _source_id(activity.source): _source(activity.source)
        for activity in system.activities
        if activity.source is not None
    }
    return [
        *_units_of(units),
        *(_elementary(flow) for flow in system.flows),
        *(_product(activity, system) for activity in system.activities),
        *sources.values(),
        *processes,
        *_method(system),
        _product_system(system, by_id, processes),
    ]


def _entity(kind: str, identifier: str, name: str, **facts: Any) -> Entity:
    return {"@type": kind, "@id": identifier, "name": name, "version": _VERSION} | {
        key: value for key, value in facts.items() if value not in ("", None, [])
    }


def _ref(kind: str, identifier: str, name: str) -> Entity:
    return {"@type": kind, "@id": identifier, "name": name}


def _unit_ref(code: str) -> Entity:
    name, identifier = unit_of(code)
    return _ref("Unit", identifier, name)


def _property_ref(quantity: Quantity) -> Entity:
    return _ref("FlowProperty", quantity.id, quantity.name)


def _units_of(used: set[str]) -> list[Entity]:
    """Return the unit groups and flow properties of the units that are used."""
    found: list[Entity] = []
    for quantity in QUANTITIES.values():
        codes = sorted(code for code in used if quantity_of(code) == quantity)
        if not codes:
            continue
        units = [
            {
                **_unit_ref(code),
                "conversionFactor": factor_of(code),
                "isRefUnit": code == quantity.reference,
            }
            for code in sorted({*codes, quantity.reference})
        ]
        group = _ref("UnitGroup", quantity.group_id, quantity.group)
        found.append(
            _entity(
                "UnitGroup",
                quantity.group_id,
                quantity.group,
                units=units,
                defaultFlowProperty=_property_ref(quantity),
            )
        )
        found.append(
            _entity(
                "FlowProperty",
                quantity.id,
                quantity.name,
                flowPropertyType="PHYSICAL_QUANTITY",
                unitGroup=group,
            )
        )
    return found


def _measured(quantity: Quantity) -> list[Entity]:
    return [
        {
            "@type": "FlowPropertyFactor",
            "conversionFactor": 1.0,
            "flowProperty": _property_ref(quantity),
            "isRefFlowProperty": True,
        }
    ]


def _elementary(flow: Flow) -> Entity:
    return _entity(
        "Flow",
        flow.id,
        flow.name,
        flowType="ELEMENTARY_FLOW",
        category="carbonfoot/air",
        cas=flow.cas,
        formula=flow.formula,
        flowProperties=_measured(QUANTITIES["mass"]),
    )


def _flow_id(activity: Activity) -> str:
    return stable_id("product flow", activity.id)


def _product(activity: Activity, system: System) -> Entity:
    return _entity(
        "Flow",
        _flow_id(activity),
        activity.product if activity.product == activity.name else f"{activity.product} | {activity.name}",
        flowType="PRODUCT_FLOW",
        category=f"carbonfoot/{system.words[activity.kind]}",
        flowProperties=_measured(quantity_of(activity.unit)),
    )


def _process(activity: Activity, system: System, by_id: dict[str, Activity]) -> Entity:
    exchanges = [
        {
            **_exchange(1, 1.0, _ref("Flow", _flow_id(activity), activity.product), activity.unit, False),
            "isQuantitativeReference": True,
        }
    ]
    for item in activity.inputs:
        provider = by_id[item.provider]
        flow = _ref("Flow", _flow_id(provider), provider.product)
        exchange = _exchange(len(exchanges) + 1, item.amount, flow, provider.unit, True)
        exchange["defaultProvider"] = _ref("Process", provider.id, provider.name)
        exchanges.append(exchange | ({"description": item.comment} if item.comment else {}))
    names = {flow.id: flow.name for flow in system.flows}
    for emission in activity.emissions:
        flow = _ref("Flow", emission.flow, names[emission.flow])
        exchange = _exchange(len(exchanges) + 1, emission.amount, flow, "kg", False)
        exchanges.append(exchange | ({"description": emission.comment} if emission.comment else {}))
    return _entity(
        "Process",
        activity.id,
        activity.name,
        category=f"carbonfoot/{system.words[activity.kind]}",
        description=activity.comment,
        processType="UNIT_PROCESS" if activity.kind in ("processes", "result") else "LCI_RESULT",
        defaultAllocationMethod="NO_ALLOCATION",
        lastInternalId=len(exchanges),
        exchanges=exchanges,
        processDocumentation=_documentation(activity),
    )


def _exchange(number: int, amount: float, flow: Entity, unit: str, is_input: bool) -> Entity:
    return {
        "@type": "Exchange",
        "internalId": number,
        "amount": amount,
        "flow": flow,
        "flowProperty": _property_ref(quantity_of(unit)),
        "unit": _unit_ref(unit),
        "isInput": is_input,
        "isQuantitativeReference": False,
        "isAvoidedProduct": False,
    }


def _documentation(activity: Activity) -> Entity:
    begins, ends = activity.period
    found: Entity = {"@type": "ProcessDocumentation"}
    found |= {"validFrom": begins} if begins else {}
    found |= {"validUntil": ends} if ends else {}
    found |= {"geographyDescription": activity.location} if activity.location else {}
    if activity.source is not None:
        source = activity.source
        found["sources"] = [_ref("Source", _source_id(source), source.title)]
        found |= {"restrictionsDescription": source.licence} if source.licence else {}
        found |= {"timeDescription": str(source.year)} if source.year else {}
    return found


def _source_id(source: Source) -> str:
    return stable_id("source", source.title, source.reference)


def _source(source: Source) -> Entity:
    return _entity(
        "Source",
        _source_id(source),
        source.title,
        category="carbonfoot",
        textReference=source.reference,
        description=source.licence,
    )


def _method(system: System) -> list[Entity]:
    category = stable_id("category", system.method_id)
    factors = [
        {
            "@type": "ImpactFactor",
            "flow": _ref("Flow", flow.id, flow.name),
            "flowProperty": _property_ref(QUANTITIES["mass"]),
            "unit": _unit_ref("kg"),
            "value": flow.potential,
        }
        for flow in system.flows
    ]
    return [
        _entity(
            "ImpactCategory",
            category,
            system.method,
            category="carbonfoot",
            refUnit="kg CO2e",
            impactFactors=factors,
        ),
        _entity(
            "ImpactMethod",
            system.method_id,
            f"carbonfoot | {system.method}",
            category="carbonfoot",
            impactCategories=[_ref("ImpactCategory", category, system.method)],
        ),
    ]


def _product_system(system: System, by_id: dict[str, Activity], processes: list[Entity]) -> Entity:
    root = by_id[system.root]
    links = [
        {
            "@type": "ProcessLink",
            "provider": exchange["defaultProvider"],
            "process": _ref("Process", process["@id"], process["name"]),
            "flow": exchange["flow"],
            "exchange": {"@type": "ExchangeRef", "internalId": exchange["internalId"]},
        }
        for process in processes
        for exchange in process["exchanges"]
        if "defaultProvider" in exchange
    ]
    return _entity(
        "ProductSystem",
        stable_id("product system", system.digest, root.name),
        root.name,
        category="carbonfoot",
        description=system.description,
        refProcess=_ref("Process", root.id, root.name),
        refExchange={"@type": "ExchangeRef", "internalId": 1},
        targetAmount=1.0,
        targetUnit=_unit_ref(root.unit),
        targetFlowProperty=_property_ref(quantity_of(root.unit)),
        processes=[_ref("Process", process["@id"], process["name"]) for process in processes],
        processLinks=links,
    )
