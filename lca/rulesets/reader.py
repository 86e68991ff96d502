"""Reading and validating a rule-set file: everything wrong with it at once, by the name of the parameter."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from lca.rulesets.fields import Fields
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
)

FORMAT = "carbonfoot-ruleset/1"
FIGURES = ("per_functional_unit", "per_piece", "per_kwh_capacity", "per_kg", "share")
STATUSES = ("trial", "draft", "standard", "in_force", "withdrawn")
FAMILIES = ("electricity_footprint", "electricity_co2", "other")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*")
_DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?")
# Parameters that a rule set may assume to be absent, and that so cannot be looked up.
_MAY_BE_ABSENT = ("energy.annual_km",)


class RuleSetError(ValueError):
    """A rule-set file that does not hold what it must; `problems` lists all of it."""

    def __init__(self, name: str, problems: list[str]) -> None:
        super().__init__(f"{name}: " + "; ".join(problems))
        self.name = name
        self.problems = problems


def read_ruleset(content: bytes, name: str) -> RuleSet:
    """Return the rule set that a TOML file states. Errors: RuleSetError with every problem of the file `name`.

    That the factors it names exist depends on the release: `lca.engine.electricity` and `missing_factors` see to it.
    """
    try:
        data = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise RuleSetError(name, [str(error)]) from error
    fields = Fields(data)
    fields.choice("format", (FORMAT,))
    ruleset = RuleSet(
        id=_matching(fields, "id", _ID),
        version=_matching(fields, "version", _VERSION),
        status=fields.choice("status", STATUSES),
        published=_matching(fields, "published", _DATE),
        title=fields.bilingual("title"),
        functional_unit=FunctionalUnit(
            fields.choice("functional_unit.kind", FUNCTIONAL_UNITS),
            fields.choice("functional_unit.unit", ("kWh",)),
            fields.bilingual("functional_unit"),
        ),
        energy=EnergyRule(
            fields.choice("energy.formula", ENERGY_FORMULAS),
            fields.decimal("energy.minimum_rated_kwh"),
            fields.decimals("energy.cycles_per_year"),
            fields.decimals("energy.annual_km"),
        ),
        stages=_stages(fields),
        electricity=_electricity(fields),
        end_of_life=EndOfLifeRule(
            fields.choice("end_of_life.model", END_OF_LIFE_MODELS),
            fields.choices("end_of_life.beside", END_OF_LIFE_MODELS),
            fields.decimal("end_of_life.a_metals", high="1"),
            fields.decimal("end_of_life.a_other", high="1"),
            fields.decimal("end_of_life.b", high="1"),
            fields.decimal("end_of_life.collection_rate", high="1"),
            fields.text("end_of_life.route_electricity"),
        ),
        cut_off=CutOffRule(
            fields.choice("cut_off.basis", ("mass",)),
            fields.decimal("cut_off.single", high="1"),
            fields.decimal("cut_off.total", high="1"),
        ),
        allocation=AllocationRule(
            fields.choice("allocation.default", ("physical", "economic")),
            fields.decimal("allocation.economic_ratio", low="1"),
        ),
        mass_balance_tolerance=fields.decimal("mass_balance.tolerance", high="1"),
        mandatory_components=fields.texts("mandatory.components"),
        quality=QualityRule(
            fields.choice("quality.formulas", ("catena-x-4",)), fields.whole("quality.missing_dqr", 1, 5)
        ),
        gwp_set=fields.choice("gwp_set", GWP_SETS),
        biogenic_co2=fields.decimal("biogenic_co2", high="1"),
        rounding=MappingProxyType(_rounding(fields)),
        plausibility=MappingProxyType(_plausibility(fields)),
        sources=_sources(fields),
        assumptions=_assumptions(fields),
        data=data,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    fields.check_names()
    _check_together(ruleset, fields.problems)
    if fields.problems:
        raise RuleSetError(name, fields.problems)
    return ruleset


def _matching(fields: Fields, path: str, pattern: re.Pattern[str]) -> str:
    value = fields.text(path)
    if value and not pattern.fullmatch(value):
        fields.problems.append(f"{path} is {value!r}, and must look like {pattern.pattern}")
    return value


def _check_together(ruleset: RuleSet, problems: list[str]) -> None:
    """Add what is wrong only in view of several parameters."""
    energy, unit = ruleset.energy, ruleset.functional_unit
    if unit.kind == "delivered_energy" and energy.formula == "none":
        problems.append("energy.formula is none, and the functional unit needs delivered energy")
    if energy.formula == "usable_warranty" and not energy.cycles_per_year:
        problems.append("energy.cycles_per_year is empty, and energy.formula needs it")
    if ruleset.cut_off.single > ruleset.cut_off.total:
        problems.append("cut_off.single is more than cut_off.total")


def _stages(fields: Fields) -> StageRule:
    moved = {}
    for stage in fields.table("stages.moved", required=False):
        if stage not in STAGES:
            fields.problems.append(f"stages.moved.{stage} names no stage")
        for kind in fields.table(f"stages.moved.{stage}"):
            target = fields.choice(f"stages.moved.{stage}.{kind}", STAGES)
            if kind not in EXCHANGE_KINDS:
                fields.problems.append(f"stages.moved.{stage}.{kind} names no kind of exchange")
            moved[stage, kind] = target
    titles = {stage: fields.bilingual(f"stages.titles.{stage}") for stage in STAGES}
    declared = fields.choices("stages.declared", STAGES)
    if not declared and not any(problem.startswith("stages.declared") for problem in fields.problems):
        fields.problems.append("stages.declared names no stage")
    return StageRule(declared, MappingProxyType(titles), MappingProxyType(moved))


def _electricity(fields: Fields) -> ElectricityRule:
    generation = {}
    for region in fields.table("electricity.generation", required=False):
        generation[region] = fields.keys(f"electricity.generation.{region}")
        for kind in generation[region]:
            if kind not in GENERATION_TYPES:
                fields.problems.append(f"electricity.generation.{region}.{kind} is no generation type")
    grid = fields.keys("electricity.grid")
    for region in {*grid, *generation}:
        if not re.fullmatch(r"[A-Z]{2}", region):
            fields.problems.append(f"electricity names the region {region!r}, which is no two-letter country")
    for name in ("electricity.families", "electricity.families_abroad"):
        if fields.get(name) == []:
            fields.problems.append(f"{name} allows no family")
    return ElectricityRule(
        policy=fields.text("electricity.policy"),
        families=fields.choices("electricity.families", FAMILIES),
        families_abroad=fields.choices("electricity.families_abroad", FAMILIES),
        recognise_direct=fields.flag("electricity.recognise_direct"),
        recognise_self=fields.flag("electricity.recognise_self"),
        recognise_certificates=fields.flag("electricity.recognise_certificates"),
        certificate_td=fields.text("electricity.certificate_td", blank=True),
        direct_td=fields.text("electricity.direct_td", blank=True),
        grid=grid,
        generation=MappingProxyType(generation),
    )


def _rounding(fields: Fields) -> dict[str, Any]:
    table: dict[str, Any] = {"rule": fields.text("rounding.rule")}
    for figure in FIGURES:
        table[f"decimals_{figure}"] = fields.whole(f"rounding.decimals_{figure}", 0, 12)
    return table


def _plausibility(fields: Fields) -> dict[str, PlausibleRange]:
    ranges = {}
    for chemistry, entry in fields.table("plausibility", required=False).items():
        path = f"plausibility.{chemistry}"
        if chemistry == "unit" and not isinstance(entry, Mapping):
            fields.choice(path, ("kg CO2e/kWh",))
            continue
        low, high = fields.decimal(f"{path}.low"), fields.decimal(f"{path}.high")
        if low >= high:
            fields.problems.append(f"{path}: low is not below high")
        ranges[chemistry] = PlausibleRange(low, high, fields.text(f"{path}.source"))
    return ranges


def _sources(fields: Fields) -> tuple[Source, ...]:
    found = []
    for number, item in enumerate(fields.tables("sources"), 1):
        inner = Fields(item)
        title, date = inner.text("title"), _matching(inner, "date", _DATE)
        found.append(Source(title, date, inner.choice("standing", ("official", "reported"))))
        inner.check_names()
        fields.problems += [f"sources[{number}]: {problem}" for problem in inner.problems]
    return tuple(found)


def _assumptions(fields: Fields) -> tuple[Assumption, ...]:
    found: list[Assumption] = []
    for number, item in enumerate(fields.tables("assumptions"), 1):
        inner = Fields(item)
        identifier, path = inner.text("id"), inner.text("parameter")
        texts = {language: inner.text(language) for language in ("zh", "en")}
        inner.check_names()
        fields.problems += [f"assumptions[{identifier or number}]: {problem}" for problem in inner.problems]
        if path and path not in _MAY_BE_ABSENT and not fields.exists(path):
            fields.problems.append(f"assumptions[{identifier or number}] names {path}, which is missing")
        found.append(Assumption(identifier, path, MappingProxyType(texts)))
    if len({item.id for item in found}) != len(found):
        fields.problems.append("assumptions: an id occurs twice")
    return tuple(found)
