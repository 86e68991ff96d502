"""An inventory as the engine sees it: unit processes, their products and exchanges, and what they are linked to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from lca.engine.factors import Factor
from lca.engine.problems import EngineProblem

Text = Mapping[str, str]

KNOWN, UNKNOWN, NOT_APPLICABLE = "known", "unknown", "not_applicable"
STATES = (KNOWN, UNKNOWN, NOT_APPLICABLE)
DATA_KINDS = ("measured", "calculated", "estimated")
SUPPLIES = ("grid", "direct", "self", "certificate")
ALLOCATION_METHODS = ("mass", "energy", "economic", "recorded")


@dataclass(frozen=True, slots=True)
class Link:
    """What an exchange is linked to. `kind` is factor, process, result, gas or burden_free.

    `target` is the factor key, process id, result id, gas name, or the reason why the flow carries no burden;
    `product` names the product of a process.
    """

    kind: str
    target: str
    product: str = ""


@dataclass(frozen=True, slots=True)
class Electricity:
    """How an electricity input is supplied; `region` is an ISO 3166 code (CN-32), `certificates` their numbers."""

    supply: str
    generation: str = ""
    region: str = ""
    certificates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ratings:
    """Data quality ratings 1 (best) to 5 (worst): technology, time, geography. None is a missing rating."""

    ter: Decimal | None = None
    tir: Decimal | None = None
    ger: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One input, emission or waste of a unit process, for the process's whole period.

    `amount` is in `unit` and None unless `state` is known. An output (emission, waste) has a positive amount too.
    """

    id: str
    kind: str
    name: Text
    amount: Decimal | None
    unit: str
    state: str
    link: Link | None
    stage: str | None = None
    component: str = ""
    electricity: Electricity | None = None
    transport_mass_kg: Decimal | None = None
    transport_distance_km: Decimal | None = None
    data_kind: str = ""
    primary: bool = False
    ratings: Ratings = Ratings()
    uncertainty: Mapping[str, Any] | None = None
    provenance: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """One output of a unit process: `amount` in `unit` over the period; the rest serves allocation and mass balance."""

    id: str
    amount: Decimal
    unit: str
    name: Text
    mass_kg: Decimal | None = None
    energy_mj: Decimal | None = None
    price: Decimal | None = None
    share: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Process:
    """A unit process with its outputs, exchanges, and how its burdens are shared among co-products."""

    id: str
    name: Text
    stage: str
    group: str
    products: tuple[Product, ...]
    exchanges: tuple[Exchange, ...]
    allocation_method: str = ""
    allocation_reason: str = ""

    def product(self, identifier: str) -> Product | None:
        """Return the product with this id, or None."""
        return next((product for product in self.products if product.id == identifier), None)


@dataclass(frozen=True, slots=True)
class CycleLife:
    """Tested cycle life: cycles, depth of discharge and capacity retention as fractions, report and standard."""

    cycles: Decimal | None = None
    depth_of_discharge: Decimal | None = None
    capacity_retention: Decimal | None = None
    test_report: str = ""
    standard: str = ""


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What is declared: a battery pack, or a module that a supplier publishes. Energies in kWh, masses in kg."""

    kind: str
    chemistry: str = ""
    module_type: str = ""
    rated_energy_kwh: Decimal | None = None
    usable_energy_kwh: Decimal | None = None
    mass_kg: Decimal | None = None
    cycle_life: CycleLife = CycleLife()
    vehicle_category: str = ""
    warranty_years: Decimal | None = None
    warranty_km: Decimal | None = None


@dataclass(frozen=True, slots=True)
class SupplierResult:
    """A published result: kg CO2e per declared unit by rule set and stage, with its quality shares."""

    id: str
    version: str
    supplier: str
    product: str
    declared_unit: str
    scores: Mapping[str, Mapping[str, Decimal]]
    pds: Decimal | None = None
    ratings: Ratings = Ratings()
    verified_share: Decimal | None = None
    valid_until: str = ""
    components: tuple[str, ...] = ()
    unit_mass_kg: Decimal | None = None
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Omission:
    """A flow left out: why, and the share of the mass that it is estimated to have (None if nobody estimated it)."""

    name: Text
    reason: str
    mass_share: Decimal | None


@dataclass(frozen=True, slots=True)
class Burden:
    """A burden per kg of material: a background factor's key, or a value in kg CO2e per kg of one's own."""

    factor: str = ""
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class EndOfLifeMaterial:
    """One material in the product at its end of life, with the parameters of the Circular Footprint Formula.

    `mass_kg` is per reference flow. Names follow METHOD: A, B, R1, R2, R3, the burdens Ev, Erecycled, ErecyclingEoL,
    E*v, ED, the quality ratios Qsin/Qp and Qsout/Qp, and energy recovery (MJ per kg, kg CO2e per MJ). None means that
    the rule set's default, or the recycling route's figure, is used. `r1_source` says where recycled content can be
    traced to; without it R1 counts as 0.
    """

    id: str
    name: Text
    mass_kg: Decimal
    kind: str
    material: str
    ev: Burden
    e_recycled: Burden | None = None
    e_recycling_eol: Burden | None = None
    e_star_v: Burden | None = None
    ed: Burden | None = None
    a: Decimal | None = None
    b: Decimal | None = None
    r1: Decimal | None = None
    r1_source: str = ""
    r2: Decimal | None = None
    r3: Decimal | None = None
    q_in: Decimal = Decimal(1)
    q_out: Decimal = Decimal(1)
    e_er: Burden | None = None
    lhv_mj: Decimal = Decimal(0)
    x_heat: Decimal = Decimal(0)
    x_elec: Decimal = Decimal(0)
    e_se_heat: Decimal = Decimal(0)
    e_se_elec: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class EndOfLife:
    """End-of-life parameters of a product: the recycling route (hydro, pyro, direct or empty) and its materials."""

    route: str = ""
    collection_rate: Decimal | None = None
    materials: tuple[EndOfLifeMaterial, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """The reference flow: how much of which product of which process the calculation delivers."""

    process: str
    product: str
    amount: Decimal
    unit: str


@dataclass(frozen=True)
class Inventory:
    """A parsed `carbonfoot-inventory/1` document. `document` is what was parsed; `notes` are not errors."""

    name: Text
    product: ProductFacts
    period_from: str
    period_to: str
    reference: Reference
    factors: Mapping[str, Factor]
    results: Mapping[str, SupplierResult]
    processes: tuple[Process, ...]
    omitted: tuple[Omission, ...]
    end_of_life: EndOfLife
    document: Mapping[str, Any]
    notes: tuple[EngineProblem, ...] = field(default=())

    @cached_property
    def _by_id(self) -> Mapping[str, Process]:
        return {process.id: process for process in self.processes}

    def process(self, identifier: str) -> Process | None:
        """Return the unit process with this id, or None."""
        return self._by_id.get(identifier)

    def certificates(self) -> dict[str, list[str]]:
        """Return green certificate numbers with the places that use each, for checks across inventories."""
        used: dict[str, list[str]] = {}
        for process in self.processes:
            for exchange in process.exchanges:
                for number in exchange.electricity.certificates if exchange.electricity else ():
                    used.setdefault(number, []).append(place_of(process, exchange))
        return used


def place_of(process: Process | str, exchange: Exchange | str | None = None, field_name: str = "") -> str:
    """Return the place of a process, an exchange or its field as problems name it."""
    text = f"processes[{process if isinstance(process, str) else process.id}]"
    if exchange is not None:
        text += f".exchanges[{exchange if isinstance(exchange, str) else exchange.id}]"
    return f"{text}.{field_name}" if field_name else text
