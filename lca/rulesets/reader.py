"""Reading and validating a rule-set file: everything wrong with it at once, by the name of the parameter."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from lca.rulesets.model import (
    END_OF_LIFE_MODELS,
    ENERGY_FORMULAS,
    EXCHANGE_KINDS,
    FUNCTIONAL_UNITS,
    GENERATION_TYPES,
    GWP_SETS,
    STAGES,
    AllocationRule,
    Assumption,
    CutOffRule,
    ElectricityRule,
    EndOfLifeRule,
    EnergyRule,
    FunctionalUnit,
    PlausibleRange,
    QualityRule,
    RuleSet,
    Source,
    StageRule,
    Text,
)

FORMAT = "carbonfoot-ruleset/1"
FIGURES = ("per_functional_unit", "per_piece", "per_kwh_capacity", "per_kg", "share")
_MISSING = object()


class RuleSetError(ValueError):
    """A rule-set file that does not hold what it must; `problems` lists all of it."""

    def __init__(self, name: str, problems: list[str]) -> None:
        super().__init__(f"{name}: " + "; ".join(problems))
        self.name = name
        self.problems = problems


class _Reader:
    """Walks a parsed file by dotted path and remembers every problem instead of stopping at the first."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.problems: list[str] = []
        self.read: set[str] = set()

    def get(self, path: str, default: Any = _MISSING) -> Any:
        value: Any = self.data
        for part in path.split("."):
            if not isinstance(value, Mapping) or part not in value:
                if default is _MISSING:
                    self.problems.append(f"{path} is missing")
                    return None
                return default
            value = value[part]
        return value

    def text(self, path: str) -> str:
        value = self.get(path)
        if value is not None and not isinstance(value, str):
            self.problems.append(f"{path} must be a text")
        return value if isinstance(value, str) else ""

    def choice(self, path: str, allowed: Sequence[str]) -> str:
        value = self.text(path)
        if value not in allowed:
            self.problems.append(f"{path} is {value!r}, and must be one of {', '.join(allowed)}")
        return value

    def choices(self, path: str, allowed: Sequence[str]) -> tuple[str, ...]:
        values = self.get(path) or []
        for value in values:
            if value not in allowed:
                self.problems.append(f"{path} holds {value!r}, and may hold {', '.join(allowed)}")
        return tuple(values)

    def flag(self, path: str) -> bool:
        value = self.get(path)
        if not isinstance(value, bool):
            self.problems.append(f"{path} must be true or false")
        return bool(value)

    def decimal(self, path: str, low: str = "0", high: str | None = None) -> Decimal:
        value = self.get(path)
        try:
            if not isinstance(value, str):
                raise ValueError
            number = Decimal(value)
        except (InvalidOperation, ValueError):
            self.problems.append(f"{path} must be a decimal number in quotation marks")
            return Decimal(0)
        if number < Decimal(low) or (high is not None and number > Decimal(high)):
            self.problems.append(f"{path} is {value}, outside {low} to {high or 'any'}")
        return number

    def decimals(self, path: str) -> Mapping[str, Decimal]:
        names = self.get(path, {})
        return MappingProxyType({name: self.decimal(f"{path}.{name}") for name in names})

    def bilingual(self, value: Any, path: str) -> Text:
        if not isinstance(value, Mapping) or not value.get("zh") or not value.get("en"):
            self.problems.append(f"{path} needs a Chinese and an English text")
            return MappingProxyType({"zh": "", "en": ""})
        return MappingProxyType({"zh": value["zh"], "en": value["en"]})


def read_ruleset(content: bytes, name: str) -> RuleSet:
    """Return the rule set that a TOML file states. Errors: RuleSetError with every problem of the file `name`."""
    try:
        data = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RuleSetError(name, [str(error)]) from error
    reader = _Reader(data)
    if data.get("format") != FORMAT:
        reader.problems.append(f"format must be {FORMAT}")
    ruleset = RuleSet(
        id=reader.text("id"),
        version=reader.text("version"),
        status=reader.choice("status", ("trial", "draft", "standard", "in_force", "withdrawn")),
        published=reader.text("published"),
        title=reader.bilingual(reader.get("title"), "title"),
        functional_unit=FunctionalUnit(
            reader.choice("functional_unit.kind", FUNCTIONAL_UNITS),
            reader.choice("functional_unit.unit", ("kWh",)),
            reader.bilingual(reader.get("functional_unit"), "functional_unit"),
        ),
        energy=EnergyRule(
            reader.choice("energy.formula", ENERGY_FORMULAS),
            reader.decimal("energy.minimum_rated_kwh"),
            reader.decimals("energy.cycles_per_year"),
            reader.decimals("energy.annual_km"),
        ),
        stages=_stages(reader),
        electricity=_electricity(reader),
        end_of_life=EndOfLifeRule(
            reader.choice("end_of_life.model", END_OF_LIFE_MODELS),
            reader.choices("end_of_life.beside", END_OF_LIFE_MODELS),
            reader.decimal("end_of_life.a_metals", high="1"),
            reader.decimal("end_of_life.a_other", high="1"),
            reader.decimal("end_of_life.b", high="1"),
            reader.decimal("end_of_life.collection_rate", high="1"),
            reader.text("end_of_life.route_electricity"),
        ),
        cut_off=CutOffRule(
            reader.choice("cut_off.basis", ("mass",)),
            reader.decimal("cut_off.single", high="1"),
            reader.decimal("cut_off.total", high="1"),
        ),
        allocation=AllocationRule(
            reader.choice("allocation.default", ("physical", "economic")),
            reader.decimal("allocation.economic_ratio", low="1"),
        ),
        mass_balance_tolerance=reader.decimal("mass_balance.tolerance", high="1"),
        mandatory_components=tuple(reader.get("mandatory.components") or ()),
        quality=QualityRule(
            reader.choice("quality.formulas", ("catena-x-4",)), int(reader.get("quality.missing_dqr") or 5)
        ),
        gwp_set=reader.choice("gwp_set", GWP_SETS),
        biogenic_co2=reader.decimal("biogenic_co2"),
        rounding=MappingProxyType(_rounding(reader)),
        plausibility=MappingProxyType(_plausibility(reader)),
        sources=tuple(
            Source(item.get("title", ""), item.get("date", ""), item.get("standing", ""))
            for item in reader.get("sources") or ()
        ),
        assumptions=_assumptions(reader),
        data=data,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    if reader.problems:
        raise RuleSetError(name, reader.problems)
    return ruleset


def _stages(reader: _Reader) -> StageRule:
    moved = {}
    for stage, kinds in (reader.get("stages.moved", {}) or {}).items():
        for kind, target in kinds.items():
            if stage not in STAGES or target not in STAGES or kind not in EXCHANGE_KINDS:
                reader.problems.append(f"stages.moved.{stage}.{kind} = {target!r} names no stage or kind")
            moved[stage, kind] = target
    titles = {
        stage: reader.bilingual(reader.get(f"stages.titles.{stage}"), f"stages.titles.{stage}")
        for stage in STAGES
    }
    declared = reader.choices("stages.declared", STAGES)
    if not declared:
        reader.problems.append("stages.declared names no stage")
    return StageRule(declared, MappingProxyType(titles), MappingProxyType(moved))


def _electricity(reader: _Reader) -> ElectricityRule:
    families = ("electricity_footprint", "electricity_co2", "other")
    generation = reader.get("electricity.generation", {}) or {}
    for region, table in generation.items():
        for kind in table:
            if kind not in GENERATION_TYPES:
                reader.problems.append(f"electricity.generation.{region}.{kind} is no generation type")
    return ElectricityRule(
        policy=reader.text("electricity.policy"),
        families=reader.choices("electricity.families", families),
        families_abroad=reader.choices("electricity.families_abroad", families),
        recognise_direct=reader.flag("electricity.recognise_direct"),
        recognise_self=reader.flag("electricity.recognise_self"),
        recognise_certificates=reader.flag("electricity.recognise_certificates"),
        certificate_td=reader.text("electricity.certificate_td"),
        direct_td=reader.text("electricity.direct_td"),
        grid=MappingProxyType(dict(reader.get("electricity.grid") or {})),
        generation=MappingProxyType(
            {region: MappingProxyType(dict(table)) for region, table in generation.items()}
        ),
    )


def _rounding(reader: _Reader) -> dict[str, Any]:
    table = {"rule": reader.text("rounding.rule")}
    for figure in FIGURES:
        value = reader.get(f"rounding.decimals_{figure}")
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 12:
            reader.problems.append(f"rounding.decimals_{figure} must be a whole number from 0 to 12")
        table[f"decimals_{figure}"] = value
    return table


def _plausibility(reader: _Reader) -> dict[str, PlausibleRange]:
    ranges = {}
    for chemistry, entry in (reader.get("plausibility", {}) or {}).items():
        if not isinstance(entry, Mapping):
            continue
        path = f"plausibility.{chemistry}"
        low, high = reader.decimal(f"{path}.low"), reader.decimal(f"{path}.high")
        if low >= high:
            reader.problems.append(f"{path}: low is not below high")
        ranges[chemistry] = PlausibleRange(low, high, reader.text(f"{path}.source"))
    return ranges


def _assumptions(reader: _Reader) -> tuple[Assumption, ...]:
    found = []
    for item in reader.get("assumptions") or ():
        path, identifier = item.get("parameter", ""), item.get("id", "")
        # annual_km is assumed to be absent, and so cannot be looked up.
        if path != "energy.annual_km":
            reader.get(path)
        found.append(Assumption(identifier, path, reader.bilingual(item, f"assumptions.{identifier}")))
    if len({item.id for item in found}) != len(found):
        reader.problems.append("assumptions: an id occurs twice")
    return tuple(found)
