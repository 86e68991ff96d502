"""What a rule set says, as typed data. Numbers are exact decimals; texts hold {zh, en}."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Text = Mapping[str, str]

STAGES = ("materials", "manufacturing", "distribution", "recycling")
EXCHANGE_KINDS = ("material", "energy", "transport", "emission", "waste", "module")
END_OF_LIFE_MODELS = ("cut_off", "cff", "substitution")
ENERGY_FORMULAS = ("rated_cycles_fade", "usable_warranty", "none")
FUNCTIONAL_UNITS = ("delivered_energy", "rated_capacity")
GENERATION_TYPES = ("coal", "gas", "hydro", "nuclear", "wind", "solar", "csp", "biomass")
GWP_SETS = ("ar6", "ar5")


@dataclass(frozen=True, slots=True)
class FunctionalUnit:
    """What a result is per. `kind` is delivered_energy or rated_capacity, both counted in kWh."""

    kind: str
    unit: str
    text: Text


@dataclass(frozen=True, slots=True)
class EnergyRule:
    """How delivered energy is found. `annual_km` may be empty: then a mileage warranty is not converted."""

    formula: str
    minimum_rated_kwh: Decimal
    cycles_per_year: Mapping[str, Decimal]
    annual_km: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class StageRule:
    """Declared stages, their titles, and `moved`: (process stage, exchange kind) -> stage where the kind counts."""

    declared: tuple[str, ...]
    titles: Mapping[str, Text]
    moved: Mapping[tuple[str, str], str]

    def stage_of(self, process_stage: str, kind: str) -> str:
        """Return the stage in which an exchange of `kind` in a process of `process_stage` counts."""
        return self.moved.get((process_stage, kind), process_stage)


@dataclass(frozen=True, slots=True)
class ElectricityRule:
    """Which supplies are recognised and which factors they take. `*_td` keys may be empty: nothing is added."""

    policy: str
    families: tuple[str, ...]
    families_abroad: tuple[str, ...]
    recognise_direct: bool
    recognise_self: bool
    recognise_certificates: bool
    certificate_td: str
    direct_td: str
    grid: Mapping[str, str]
    generation: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class EndOfLifeRule:
    """Which end-of-life model counts, which stand beside it, and the defaults of the Circular Footprint Formula."""

    model: str
    beside: tuple[str, ...]
    a_metals: Decimal
    a_other: Decimal
    b: Decimal
    collection_rate: Decimal
    route_electricity: str


@dataclass(frozen=True, slots=True)
class CutOffRule:
    """Largest share that may be left out: one flow (`single`), all together (`total`), by `basis`."""

    basis: str
    single: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class AllocationRule:
    """Default allocation, and the price ratio above which economic allocation takes its place."""

    default: str
    economic_ratio: Decimal


@dataclass(frozen=True, slots=True)
class QualityRule:
    """Which formulas rate the data, and the rating that a missing one counts as."""

    formulas: str
    missing_dqr: int


@dataclass(frozen=True, slots=True)
class PlausibleRange:
    """Range of published results for a chemistry, kg CO2e per kWh of capacity, cradle to gate."""

    low: Decimal
    high: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class Assumption:
    """A choice made while an official text is missing: which parameter carries it, and what it says."""

    id: str
    parameter: str
    text: Text

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {"id": self.id, "parameter": self.parameter, "text": dict(self.text)}


@dataclass(frozen=True, slots=True)
class Source:
    """A text that the rule set rests on, and how it is known (official, reported)."""

    title: str
    date: str
    standing: str


@dataclass(frozen=True)
class RuleSet:
    """One version of one rule set. `data` is the file's own content, for showing and comparing versions."""

    id: str
    version: str
    status: str
    published: str
    title: Text
    functional_unit: FunctionalUnit
    energy: EnergyRule
    stages: StageRule
    electricity: ElectricityRule
    end_of_life: EndOfLifeRule
    cut_off: CutOffRule
    allocation: AllocationRule
    mass_balance_tolerance: Decimal
    mandatory_components: tuple[str, ...]
    quality: QualityRule
    gwp_set: str
    biogenic_co2: Decimal
    rounding: Mapping[str, Any]
    plausibility: Mapping[str, PlausibleRange]
    sources: tuple[Source, ...]
    assumptions: tuple[Assumption, ...]
    data: Mapping[str, Any]
    sha256: str

    def factor_keys(self) -> dict[str, str]:
        """Return the factor that every parameter names: path of the parameter -> key in a release."""
        rule = self.electricity
        keys = {
            "electricity.certificate_td": rule.certificate_td,
            "electricity.direct_td": rule.direct_td,
            "end_of_life.route_electricity": self.end_of_life.route_electricity,
            **{f"electricity.grid.{region}": key for region, key in rule.grid.items()},
            **{
                f"electricity.generation.{region}.{kind}": key
                for region, table in rule.generation.items()
                for kind, key in table.items()
            },
        }
        return {path: key for path, key in keys.items() if key}

    def decimals(self, figure: str) -> int:
        """Return how many decimals `figure` (per_functional_unit, per_piece, ...) is shown with."""
        return int(self.rounding[f"decimals_{figure}"])
