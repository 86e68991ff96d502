"""What-if changes to an inventory document, as typed data: reading them, with every problem at once.

A change is one JSON object with a `kind` and names the place that it is about (docs/inventory-format.md, "Scenarios").
`scenario_apply` makes them on a copy of a document, `scenario_outcome` says what each of them does to the result.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lca.engine.canonical import digest
from lca.engine.factors import FactorRelease
from lca.engine.fields import FieldReader
from lca.engine.model import Burden
from lca.engine.problems import InventoryError
from lca.engine.version import ENGINE_VERSION
from lca.rulesets.model import GENERATION_TYPES, RuleSet

MAX_CHANGES = 40
ROUTES = ("hydro", "pyro", "direct", "none")
# Supplies without a number of their own: a certificate is a fact of the inventory, never of a scenario.
SUPPLIES = ("grid", "direct", "self")
LIFE_FACTS = ("cycles", "depth_of_discharge", "capacity_retention")
PRODUCT_FACTS = ("usable_energy_kwh", "warranty_years", "warranty_km", *LIFE_FACTS)
SHARES = ("a", "b", "r1", "r2", "r3")
QUALITIES = ("q_in", "q_out", "lhv_mj", "x_heat", "x_elec", "e_se_heat", "e_se_elec")
BURDENS = ("ev", "e_recycled", "e_recycling_eol", "e_star_v", "ed", "e_er")


@dataclass(frozen=True, slots=True)
class Target:
    """The line that a change is about; `line` is empty for a whole process, both for the whole inventory."""

    process: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class Amount:
    """Another amount over the period: `value` in the line's unit, or the present amount `times` a number."""

    target: Target
    value: Decimal | None = None
    times: Decimal | None = None


@dataclass(frozen=True, slots=True)
class OtherFactor:
    """Another background factor, or one of the document's own."""

    target: Target
    key: str


@dataclass(frozen=True, slots=True)
class OtherResult:
    """Another published result of a supplier, by id."""

    target: Target
    result: str


@dataclass(frozen=True, slots=True)
class OtherElectricity:
    """Electricity of a line, of all electricity lines of a process, or of the inventory; empty fields stay as they are.

    A change of region alone concerns what comes through the grid: a direct line and own generation stay, and what
    certificates of another country stood for becomes grid electricity.
    """

    target: Target
    region: str = ""
    supply: str = ""
    generation: str = ""


@dataclass(frozen=True, slots=True)
class Transport:
    """Another distance of a transport line, in km, or the present one `times` a number."""

    target: Target
    distance_km: Decimal | None = None
    times: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """Other end-of-life parameters of one material: recycled content R1, recovery R2, burdens and the rest."""

    material: str
    numbers: Mapping[str, Decimal]
    burdens: Mapping[str, Burden]
    r1_source: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """Another recycling route ("none": no route), or another collection rate."""

    route: str = ""
    collection_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """Other facts of the product: cycle life, warranty, usable energy."""

    facts: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Remove:
    """A line taken out."""

    target: Target


Change = (
    Amount | OtherFactor | OtherResult | OtherElectricity | Transport | Material | Route | Product | Remove
)
KINDS = (
    "amount", "factor", "result", "electricity", "transport", "material", "route", "product", "remove"
)  # fmt: skip


def scenario_digest(
    document: Mapping[str, Any],
    changes: Sequence[Mapping[str, Any]],
    results: Mapping[str, Mapping[str, Any]],
    ruleset: RuleSet,
    release: FactorRelease,
) -> str:
    """Return the identity of a scenario's calculation: base, changes in order, results used, rules, factors."""
    return digest(
        {
            "inventory": document,
            "changes": list(changes),
            "results": [results[key] for key in sorted(results)],
            "ruleset": {"id": ruleset.id, "version": ruleset.version},
            "factor_release": release.sha256,
            "engine": ENGINE_VERSION,
        }
    )


def read_changes(source: Any) -> list[Change]:
    """Return typed changes. Errors: InventoryError with every problem; places are `changes[0].amount` and so on."""
    reader = FieldReader()
    if not isinstance(source, Sequence) or isinstance(source, str | bytes):
        reader.wrong_type("changes", "changes", "list", source)
        raise InventoryError(reader.problems)
    if len(source) > MAX_CHANGES:
        reader.problem("scenario.too_many", "changes", len(source), limit=MAX_CHANGES)
    found: list[Change] = []
    for position, item in enumerate(source[:MAX_CHANGES]):
        place = f"changes[{position}]"
        if not isinstance(item, Mapping):
            reader.wrong_type(place, place, "object", item)
            continue
        kind = reader.choice(item, "kind", place, KINDS)
        if kind:
            found.append(_READERS[kind](reader, item, place))
        elif "kind" not in item or not item["kind"]:
            reader.problem("field.missing", place, field="kind")
    if reader.problems:
        raise InventoryError(reader.problems)
    return found


def _only(reader: FieldReader, item: Mapping[str, Any], place: str, *known: str) -> None:
    """Refuse a field that a change of this kind does not have: ignoring it would calculate something else."""
    for field in item:
        if field not in ("kind", *known):
            reader.problem("scenario.field_unknown", f"{place}.{field}", field=field, kind=item["kind"])


def _line(reader: FieldReader, item: Mapping[str, Any], place: str) -> Target:
    return Target(
        reader.text(item, "process", place, required=True), reader.text(item, "line", place, required=True)
    )


def _one_of(
    reader: FieldReader, item: Mapping[str, Any], place: str, *names: str
) -> tuple[Decimal | None, Decimal | None]:
    """Read two numbers of which exactly one is stated; neither is negative."""
    first, second = (reader.number(item, name, place, low="0") for name in names)
    if (item.get(names[0]) is None) == (item.get(names[1]) is None):
        reader.problem("scenario.one_of", place, first=names[0], second=names[1])
    return first, second


def _amount(reader: FieldReader, item: Mapping[str, Any], place: str) -> Change:
    _only(reader, item, place, "process", "line", "amount", "times")
    return Amount(_line(reader, item, place), *_one_of(reader, item, place, "amount", "times"))


def _factor(reader: FieldReader, item: Mapping[str, Any], place: str) -> Change:
    _only(reader, item, place, "process", "line", "factor")
    return OtherFactor(_line(reader, item, place), reader.text(item, "factor", place, required=True))


def _result(reader: FieldReader, item: Mapping[str, Any], place: str) -> Change:
    _only(reader, item, place, "process", "line", "result")
    return OtherResult(_line(reader, item, place), reader.text(item, "result", place, required=True))


def _electricity(reader: FieldReader, item: Mapping[str, Any], place: str) -> Change:
    _only(reader, item, place, "process", "line", "region", "supply", "generation")
    target = Target(reader.text(item, "process", place), reader.text(item, "line", place))
    if target.line and not target.process:
        reader.problem("field.missing", place, field="process")
    region = reader.text(item, "region", place).strip().upper()
    supply = reader.choice(item, "supply", place, SUPPLIES)
    generation = reader.choice(item, "generation", place, GENERATION_TYPES)
    if not (region or item.get("supply") or item.get("generation")):
        reader.problem("scenario.nothing", place)
    if supply in ("direct", "self") and not item.get("generation"):
        reader.problem("scenario.no_generation", f"{place}.generation", supply=supply)
    if supply == "grid" and generation:
        reader.problem("scenario.grid_generation", f"{place}.generation", generation)
    return OtherElectricity(target, region, supply, generation)


def _transport(reader: FieldReader, item: Mapping[str, Any], place: str) -> Change:
    _only(reader, item, place, "process", "line", "distance_km", "times")
    return Transport(_line(reader, item, place), *_one_of(reader, item, place, "distance_km", "times"))


def _material(reader: FieldReader, item: Mapping[str, Any], place: str) -> Change:
    _only(reader, item, place, "material", "r1_source", *SHARES, *QUALITIES, *BURDENS)
    numbers = {key: reader.number(item, key, place, low="0", high="1") for key in SHARES}
    numbers |= {key: reader.number(item, key, place, low="0") for key in QUALITIES}
    burdens = {key: _burden(reader, item, key, place) for key in BURDENS if item.get(key) is not None}
    if not any(item.get(key) is not None for key in (*SHARES, *QUALITIES, *BURDENS)):
        reader.problem("scenario.nothing", place)
    return Material(
        reader.text(item, "material", place, required=True),
        {key: value for key, value in numbers.items() if value is not None},
        burdens,
        reader.text(item, "r1_source", place).strip(),
    )


def _burden(reader: FieldReader, item: Mapping[str, Any], field: str, place: str) -> Burden:
    value = item[field]
    if isinstance(value, Mapping):
        return Burden(factor=reader.text(value, "factor", f"{place}.{field}", required=True))
    return Burden(value=reader.number(item, field, place))


def _route(reader: FieldReader, item: Mapping[str, Any], place: str) -> Change:
    _only(reader, item, place, "route", "collection_rate")
    route = reader.choice(item, "route", place, ROUTES)
    rate = reader.number(item, "collection_rate", place, low="0", high="1")
    if not item.get("route") and item.get("collection_rate") is None:
        reader.problem("scenario.nothing", place)
    return Route(route, rate)


def _product(reader: FieldReader, item: Mapping[str, Any], place: str) -> Change:
    _only(reader, item, place, *PRODUCT_FACTS)
    facts = {}
    for name in PRODUCT_FACTS:
        high = "1" if name in ("depth_of_discharge", "capacity_retention") else None
        value = reader.number(item, name, place, low="0", high=high)
        if value is not None:
            facts[name] = value
            if value == 0:
                reader.problem("scenario.not_positive", f"{place}.{name}", value, field=name)
    if not any(item.get(name) is not None for name in PRODUCT_FACTS):
        reader.problem("scenario.nothing", place)
    return Product(facts)


def _remove(reader: FieldReader, item: Mapping[str, Any], place: str) -> Change:
    _only(reader, item, place, "process", "line")
    return Remove(_line(reader, item, place))


_READERS = {
    "amount": _amount,
    "factor": _factor,
    "result": _result,
    "electricity": _electricity,
    "transport": _transport,
    "material": _material,
    "route": _route,
    "product": _product,
    "remove": _remove,
}
