"""Parsing and validating `carbonfoot-inventory/1`: an Inventory, or every problem of the document at once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from lca.engine.certificates import has_form
from lca.engine.document_checks import check_document
from lca.engine.document_parts import read_end_of_life, read_factors, read_ratings, read_results
from lca.engine.fields import FieldReader
from lca.engine.model import (
    ALLOCATION_METHODS,
    DATA_KINDS,
    KNOWN,
    STATES,
    SUPPLIES,
    CycleLife,
    Electricity,
    Exchange,
    Inventory,
    Link,
    Omission,
    Process,
    Product,
    ProductFacts,
    Reference,
    place_of,
)
from lca.engine.names import state_name, supply_name
from lca.engine.problems import NOTE, EngineProblem, InventoryError
from lca.engine.units import UnitError, convert
from lca.rulesets.model import EXCHANGE_KINDS, GENERATION_TYPES, STAGES

FORMAT = "carbonfoot-inventory/1"
_LINKS = ("factor", "process", "result", "gas", "burden_free")


def read_json(text: str | bytes) -> Any:
    """Return JSON data with every number exact (decimals become Decimal). Errors: InventoryError."""
    try:
        return json.loads(
            text, parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_unique_names
        )
    except _DuplicateNameError as error:
        raise InventoryError([EngineProblem("document.duplicate_name", "", str(error))]) from error
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise InventoryError([EngineProblem("document.json", "", str(error))]) from error


class _DuplicateNameError(ValueError):
    """An object that states one field twice, where JSON readers differ in which one they take."""


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise _DuplicateNameError(next(name for name in names if names.count(name) > 1))
    return found


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")


def parse_inventory(document: Any) -> Inventory:
    """Return the inventory that a `carbonfoot-inventory/1` document states.

    Errors: InventoryError with all problems (code, place, value, params) if the document breaks its own
    format. Links to
    factors of a release are checked by `calculate`, since they depend on the release.
    """
    reader = FieldReader()
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        found = document.get("format") if isinstance(document, Mapping) else type(document).__name__
        raise InventoryError([EngineProblem("document.format", "format", str(found), {"expected": FORMAT})])
    known = [
        "format",
        "name",
        "product",
        "period",
        "reference",
        "factors",
        "results",
        "processes",
        "omitted",
        "end_of_life",
        "meta",
    ]
    reader.only(document, "", known)
    period = reader.mapping(document, "period", "", required=True)
    period_from, period_to = reader.day(period, "from", "period"), reader.day(period, "to", "period")
    if period_from and period_to and period_from > period_to:
        reader.problem("period.order", "period", f"{period_from} {period_to}")
    inventory = Inventory(
        name=reader.name(document, "name", ""),
        product=_product_facts(reader, reader.mapping(document, "product", "", required=True)),
        period_from=period_from,
        period_to=period_to,
        reference=_reference(reader, reader.mapping(document, "reference", "", required=True)),
        factors=read_factors(reader, document),
        results=read_results(reader, document),
        processes=_processes(reader, document),
        omitted=_omitted(reader, document),
        end_of_life=read_end_of_life(reader, reader.mapping(document, "end_of_life", "")),
        document=document,
    )
    check_document(reader, inventory)
    if reader.problems:
        raise InventoryError(reader.problems)
    return replace(inventory, notes=tuple(reader.notes))


def _product_facts(reader: FieldReader, source: Mapping[str, Any]) -> ProductFacts:
    place = "product"
    reader.only(
        source,
        place,
        [
            "kind",
            "chemistry",
            "module_type",
            "rated_energy_kwh",
            "usable_energy_kwh",
            "mass_kg",
            "cycle_life",
            "vehicle_category",
            "warranty_years",
            "warranty_km",
            "model",
            "code",
        ],
    )
    life = reader.mapping(source, "cycle_life", place)
    inner = "product.cycle_life"
    reader.only(
        life, inner, ["cycles", "depth_of_discharge", "capacity_retention", "test_report", "standard"]
    )
    return ProductFacts(
        kind=reader.choice(source, "kind", place, ("battery_pack", "module"), "battery_pack"),
        chemistry=reader.text(source, "chemistry", place),
        module_type=reader.text(source, "module_type", place),
        rated_energy_kwh=reader.number(source, "rated_energy_kwh", place, low="0"),
        usable_energy_kwh=reader.number(source, "usable_energy_kwh", place, low="0"),
        mass_kg=reader.number(source, "mass_kg", place, low="0"),
        cycle_life=CycleLife(
            cycles=reader.number(life, "cycles", inner, low="0"),
            depth_of_discharge=reader.number(life, "depth_of_discharge", inner, low="0", high="1"),
            capacity_retention=reader.number(life, "capacity_retention", inner, low="0", high="1"),
            test_report=reader.text(life, "test_report", inner),
            standard=reader.text(life, "standard", inner),
        ),
        vehicle_category=reader.text(source, "vehicle_category", place),
        warranty_years=reader.number(source, "warranty_years", place, low="0"),
        warranty_km=reader.number(source, "warranty_km", place, low="0"),
    )


def _reference(reader: FieldReader, source: Mapping[str, Any]) -> Reference:
    reader.only(source, "reference", ("process", "product", "amount", "unit"))
    amount = reader.number(source, "amount", "reference", required=True)
    if amount is not None and amount <= 0:
        reader.problem("reference.not_positive", "reference.amount", amount)
    return Reference(
        reader.text(source, "process", "reference", required=True),
        reader.text(source, "product", "reference"),
        amount or Decimal(1),
        reader.unit(source, "unit", "reference"),
    )


def _processes(reader: FieldReader, document: Mapping[str, Any]) -> tuple[Process, ...]:
    found: dict[str, Process] = {}
    for position, source in enumerate(reader.objects(document, "processes", "")):
        identifier = reader.text(source, "id", f"processes[{position}]", required=True)
        place = place_of(identifier or str(position))
        reader.only(source, place, ["id", "name", "stage", "group", "products", "exchanges", "allocation"])
        if identifier in found:
            reader.problem("id.duplicate", place, identifier)
        name = reader.name(source, "name", place, identifier)
        allocation = reader.mapping(source, "allocation", place)
        products = tuple(
            _product(reader, item, place, n)
            for n, item in enumerate(reader.objects(source, "products", place))
        )
        if not products:
            reader.problem("process.no_product", place, name=name)
        for product in products:
            if product.amount <= 0:
                reader.problem(
                    "product.not_positive", place, product.amount, process=name, product=product.id
                )
        if len({product.id for product in products}) != len(products):
            reader.problem("id.duplicate", f"{place}.products", ", ".join(product.id for product in products))
        exchanges: dict[str, Exchange] = {}
        for n, item in enumerate(reader.objects(source, "exchanges", place)):
            exchange = _exchange(reader, item, place, identifier, n)
            if exchange.id in exchanges:
                reader.problem("id.duplicate", f"{place}.exchanges[{n}]", exchange.id)
            exchanges[exchange.id] = exchange
        inner = _first_allocation(source)
        if source.get("stage") is None:
            reader.notes.append(EngineProblem("process.stage_assumed", place, "", {"process": name}, NOTE))
        found[identifier] = Process(
            id=identifier,
            name=name,
            stage=reader.choice(source, "stage", place, STAGES, "manufacturing"),
            group=reader.text(source, "group", place) or identifier,
            products=products,
            exchanges=tuple(exchanges.values()),
            allocation_method=reader.choice(
                allocation or inner, "method", place, (*ALLOCATION_METHODS, "physical")
            ),
            allocation_reason=reader.text(allocation or inner, "reason", place),
        )
    return tuple(found.values())


def _first_allocation(source: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the allocation block of the first product that states a method, so that either place may hold it."""
    products = source.get("products")
    for product in products if isinstance(products, list) else ():
        block = product.get("allocation") if isinstance(product, Mapping) else None
        if isinstance(block, Mapping) and block.get("method"):
            return block
    return {}


def _product(reader: FieldReader, source: Mapping[str, Any], parent: str, position: int) -> Product:
    identifier = reader.text(source, "id", f"{parent}.products[{position}]", required=True)
    place = f"{parent}.products[{identifier or position}]"
    reader.only(source, place, ["id", "amount", "unit", "name", "mass_kg", "allocation", "provenance"])
    amount = reader.number(source, "amount", place, required=True)
    unit = reader.unit(source, "unit", place)
    allocation = reader.mapping(source, "allocation", place)
    inner = f"{place}.allocation"
    reader.only(
        allocation,
        inner,
        ["method", "mass_kg", "energy_mj", "energy_kwh", "price", "currency", "share", "reason"],
    )
    mass = reader.number(source, "mass_kg", place, low="0") or reader.number(
        allocation, "mass_kg", inner, low="0"
    )
    energy = reader.number(allocation, "energy_mj", inner, low="0")
    in_kwh = reader.number(allocation, "energy_kwh", inner, low="0")
    if energy is None and in_kwh is not None:
        energy = in_kwh * Decimal("3.6")
    if amount is not None and unit:
        mass = mass if mass is not None else _converted(amount, unit, "kg")
        energy = energy if energy is not None else _converted(amount, unit, "MJ")
    return Product(
        id=identifier,
        # Zero stands for an amount that was refused above, and is refused again with the process's name.
        amount=amount if amount is not None else Decimal(0),
        unit=unit,
        name=reader.name(source, "name", place, identifier),
        mass_kg=mass,
        energy_mj=energy,
        price=reader.number(allocation, "price", inner, low="0"),
        share=reader.number(allocation, "share", inner, low="0", high="1"),
        currency=reader.text(allocation, "currency", inner).strip().upper(),
    )


def _converted(amount: Decimal, unit: str, target: str) -> Decimal | None:
    try:
        return convert(amount, unit, target)
    except UnitError:
        return None


def _exchange(
    reader: FieldReader, source: Mapping[str, Any], parent: str, process: str, position: int
) -> Exchange:
    identifier = reader.text(source, "id", f"{parent}.exchanges[{position}]") or f"{process}.{position + 1}"
    place = place_of(process, identifier)
    reader.only(
        source,
        place,
        [
            "id",
            "kind",
            "name",
            "amount",
            "unit",
            "state",
            "stage",
            "component",
            "link",
            "electricity",
            "transport",
            "data_kind",
            "primary",
            "dqr",
            "uncertainty",
            "provenance",
            "note",
        ],
    )
    name = reader.name(source, "name", place, identifier)
    kind = reader.choice(source, "kind", place, EXCHANGE_KINDS)
    if not kind and source.get("kind") is None:
        reader.problem("field.missing", place, field="kind")
    state = reader.choice(source, "state", place, STATES, KNOWN)
    amount = reader.number(source, "amount", place)
    transport = reader.mapping(source, "transport", place)
    reader.only(transport, f"{place}.transport", ("mass_kg", "distance_km"))
    mass = reader.number(transport, "mass_kg", f"{place}.transport", low="0")
    distance = reader.number(transport, "distance_km", f"{place}.transport", low="0")
    unit = reader.unit(source, "unit", place) if kind != "transport" or source.get("unit") else "tkm"
    if (
        kind == "transport"
        and amount is None
        and state == KNOWN
        and mass is not None
        and distance is not None
    ):
        amount, unit = mass * distance / 1000, "tkm"
    if amount is not None and state != KNOWN:
        reader.problem("exchange.amount_and_state", place, amount, name=name, state=state_name(state))
    if source.get("amount") is None and amount is None and state == KNOWN:
        reader.problem("exchange.amount_missing", place, name=name)
    provenance = reader.mapping(source, "provenance", place)
    uncertainty = reader.mapping(source, "uncertainty", place)
    return Exchange(
        id=identifier,
        kind=kind or "material",
        name=name,
        amount=amount,
        unit=unit,
        state=state,
        link=_link(reader, source, place, name),
        stage=reader.choice(source, "stage", place, STAGES) or None,
        component=reader.text(source, "component", place),
        electricity=_electricity(reader, source, place, kind),
        transport_mass_kg=mass,
        transport_distance_km=distance,
        data_kind=reader.choice(source, "data_kind", place, DATA_KINDS),
        primary=reader.flag(source, "primary", place),
        ratings=read_ratings(reader, source, place),
        uncertainty=uncertainty or None,
        provenance=provenance or None,
    )


def _link(reader: FieldReader, source: Mapping[str, Any], place: str, name: Mapping[str, str]) -> Link | None:
    link = reader.mapping(source, "link", place)
    if not link:
        return None
    inner = f"{place}.link"
    reader.only(link, inner, (*_LINKS, "product"))
    stated = [kind for kind in _LINKS if link.get(kind) is not None]
    if len(stated) != 1:
        reader.problem("link.one", inner, ", ".join(stated), name=name)
        return None
    target = reader.text(link, stated[0], inner, required=True)
    return Link(stated[0], target, reader.text(link, "product", inner)) if target else None


def _electricity(
    reader: FieldReader, source: Mapping[str, Any], parent: str, kind: str
) -> Electricity | None:
    block = reader.mapping(source, "electricity", parent)
    if not block:
        return None
    place = f"{parent}.electricity"
    reader.only(block, place, ["supply", "generation", "region", "certificates"])
    supply = reader.choice(block, "supply", place, SUPPLIES, "grid")
    generation = reader.choice(block, "generation", place, GENERATION_TYPES)
    certificates = reader.texts(block, "certificates", place)
    name = reader.name(source, "name", parent, "")
    if kind != "energy":
        reader.problem("electricity.not_electricity", place, name=name)
    if supply != "grid" and not generation and not block.get("generation"):
        reader.problem("electricity.no_generation", place, name=name, supply=supply_name(supply))
    if supply == "certificate" and not certificates:
        reader.problem("electricity.certificate_missing", place, name=name)
    for number in certificates:
        if not has_form(number):
            reader.problem("electricity.certificate_form", place, number)
    return Electricity(supply, generation, reader.text(block, "region", place), certificates)


def _omitted(reader: FieldReader, document: Mapping[str, Any]) -> tuple[Omission, ...]:
    found = []
    for position, source in enumerate(reader.objects(document, "omitted", "")):
        place = f"omitted[{position}]"
        reader.only(source, place, ("name", "reason", "estimated_mass_share", "process"))
        share = reader.number(source, "estimated_mass_share", place, low="0", high="1")
        found.append(
            Omission(reader.name(source, "name", place), reader.text(source, "reason", place), share)
        )
    return tuple(found)
