"""From exchanges to burdens: every exchange of an inventory is resolved to what it is linked to, or is an
error by name.

Nothing is ever taken as zero because a link, a factor or a unit is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from lca.engine.electricity import is_electricity, resolve_supply
from lca.engine.factors import Factor, FactorRelease
from lca.engine.gases import BIOGENIC_CO2, METHANE, known_gases, warming_potential
from lca.engine.model import (
    NOT_APPLICABLE,
    UNKNOWN,
    Exchange,
    Inventory,
    Process,
    Ratings,
    SupplierResult,
    place_of,
)
from lca.engine.names import unit_name
from lca.engine.problems import NOTE, WARNING, EngineProblem
from lca.engine.quality import factor_time_rating
from lca.engine.units import UnitError, ratio
from lca.rulesets.model import RuleSet

_COMPONENTS = {"cathode": "cathode", "anode": "anode", "electrolyte": "electrolyte"}
# A search for keys that resemble a wrong one takes time; past so many the list of problems speaks for itself.
_MOST_SUGGESTIONS = 20
_NEGATIVE = {"transport": "exchange.negative_transport", "waste": "exchange.negative_waste"}


@dataclass(frozen=True)
class LinkedExchange:
    """An exchange with its burdens for the process's whole period, kg CO2e by stage; `scale` later fits
    one reference flow.

    `supplier` is (process, product, amount in the product's unit) where another process of the inventory carries them.
    `unit_burden` is kg CO2e per `converted_unit`; `location` and `contract` are the electricity alternatives, kg CO2e.
    """

    process: Process
    exchange: Exchange
    converted: Decimal
    converted_unit: str
    burdens: dict[str, float] = field(default_factory=dict)
    location: float = 0.0
    contract: float = 0.0
    supplier: tuple[str, str] | None = None
    factor: Factor | None = None
    unit_burden: Decimal | None = None
    result: SupplierResult | None = None
    gas: str = ""
    tier: str = ""
    primary: float | None = None
    verified: float | None = None
    ratings: Ratings = field(default_factory=Ratings)
    components: tuple[str, ...] = ()
    electricity: bool = False


class Linker:
    """Resolves the exchanges of one inventory under one rule set and factor release; collects what is wrong."""

    def __init__(self, inventory: Inventory, ruleset: RuleSet, release: FactorRelease) -> None:
        self.inventory = inventory
        self.ruleset = ruleset
        self.release = release
        self.problems: list[EngineProblem] = []
        self._asked: set[str] = set()
        for parameter, key in ruleset.factor_keys().items():
            if release.get(key) is None:
                params = {"parameter": parameter, "release": release.code}
                self.problems.append(
                    EngineProblem("ruleset.factor_absent", f"ruleset.{parameter}", key, params, WARNING)
                )
        for key, factor in inventory.factors.items():
            place = f"factors[{key}]"
            if release.get(key) is not None:
                self.problems.append(EngineProblem("factor.shadows_release", place, key, {}, WARNING))
            if factor.value <= 0:
                self.problems.append(
                    EngineProblem("factor.not_positive", place, str(factor.value), {"key": key}, WARNING)
                )

    def lookup(self, key: str) -> Factor | None:
        """Return an own factor of the inventory, or the release's."""
        return self.inventory.factors.get(key) or self.release.get(key)

    def resolve_all(self) -> list[LinkedExchange]:
        """Return all exchanges that apply; those with an error are left out and named in `problems`."""
        linked = []
        for process in self.inventory.processes:
            for exchange in process.exchanges:
                if exchange.state == NOT_APPLICABLE:
                    continue
                found = self._resolve(process, exchange)
                if found is not None:
                    linked.append(found)
        return linked

    def _say(
        self,
        code: str,
        process: Process,
        exchange: Exchange,
        value: str = "",
        severity: str = "error",
        **params: Any,
    ) -> None:
        name = {"name": exchange.name, **params}
        self.problems.append(EngineProblem(code, place_of(process, exchange), value, name, severity))

    def _resolve(self, process: Process, exchange: Exchange) -> LinkedExchange | None:
        if exchange.state == UNKNOWN or exchange.amount is None:
            self._say("exchange.amount_unknown", process, exchange)
            return None
        if exchange.amount < 0:
            code = _NEGATIVE.get(exchange.kind, "exchange.negative")
            self._say(code, process, exchange, str(exchange.amount), WARNING)
        link = exchange.link
        if link is None:
            if exchange.electricity is not None:
                return self._electricity(process, exchange, exchange.amount, None)
            self._say("exchange.unlinked", process, exchange)
            return None
        if link.kind == "factor":
            return self._factor(process, exchange, exchange.amount, link.target)
        if link.kind == "process":
            return self._process(process, exchange, exchange.amount, link.target, link.product)
        if link.kind == "result":
            return self._result(process, exchange, exchange.amount, self.inventory.results[link.target])
        if link.kind == "gas":
            return self._gas(process, exchange, exchange.amount, link.target)
        self._say("exchange.burden_free", process, exchange, "", NOTE, reason=link.target)
        return LinkedExchange(
            process,
            exchange,
            exchange.amount,
            exchange.unit,
            {self._stage(process, exchange): 0.0},
            unit_burden=Decimal(0),
            tier="burden_free",
            ratings=exchange.ratings,
        )

    def _nearest(self, key: str) -> str:
        if key not in self._asked and len(self._asked) >= _MOST_SUGGESTIONS:
            return "-"
        self._asked.add(key)
        return ", ".join(self.release.nearest(key)) or "-"

    def _stage(self, process: Process, exchange: Exchange) -> str:
        return exchange.stage or self.ruleset.stages.stage_of(process.stage, exchange.kind)

    def _convert(
        self, process: Process, exchange: Exchange, amount: Decimal, unit: str, target: Any
    ) -> Decimal | None:
        try:
            return amount * ratio(exchange.unit, unit)
        except UnitError:
            self._say(
                "exchange.unit_mismatch",
                process,
                exchange,
                "",
                unit=unit_name(exchange.unit),
                expected=unit_name(unit),
                target=target,
            )
            return None

    def _factor(
        self, process: Process, exchange: Exchange, amount: Decimal, key: str
    ) -> LinkedExchange | None:
        factor = self.lookup(key)
        if factor is None:
            nearest = self._nearest(key)
            self._say(
                "link.factor_unknown", process, exchange, key, release=self.release.code, nearest=nearest
            )
            return None
        if not factor.is_emission_factor:
            self._say("link.not_emission_factor", process, exchange, key, unit=factor.unit)
            return None
        if exchange.electricity is not None or is_electricity(factor):
            return self._electricity(process, exchange, amount, factor)
        return self._priced(process, exchange, amount, factor, factor.value)

    def _priced(
        self,
        process: Process,
        exchange: Exchange,
        amount: Decimal,
        factor: Factor,
        value: Decimal,
        alternatives: tuple[Decimal, Decimal] | None = None,
    ) -> LinkedExchange | None:
        """Return the exchange at `value` kg CO2e per unit of the factor; `alternatives` are location and contract."""
        converted = self._convert(
            process, exchange, amount, factor.per_unit, {"zh": factor.name_zh, "en": factor.name_en}
        )
        if converted is None:
            return None
        if factor.co2_only:
            self._say("factor.co2_only", process, exchange, factor.key, WARNING)
        burden = float(converted * value)
        location, contract = alternatives or (value, value)
        stated = exchange.ratings
        tir = stated.tir
        if tir is None:
            rated = factor_time_rating(factor.year, self.inventory.period_to)
            tir = None if rated is None else Decimal(rated)
        component = exchange.component or _COMPONENTS.get(factor.category, "")
        return LinkedExchange(
            process,
            exchange,
            converted,
            factor.per_unit,
            {self._stage(process, exchange): burden},
            float(converted * location),
            float(converted * contract),
            factor=factor,
            unit_burden=value,
            tier=factor.tier,
            primary=1.0 if exchange.primary and factor.primary else 0.0,
            ratings=Ratings(stated.ter, tir, stated.ger),
            components=(component,) if component else (),
            electricity=alternatives is not None,
        )

    def _electricity(
        self, process: Process, exchange: Exchange, amount: Decimal, factor: Factor | None
    ) -> LinkedExchange | None:
        supply = resolve_supply(
            exchange,
            place_of(process, exchange),
            factor,
            self.ruleset.electricity,
            self.release,
            self.lookup,
            self.problems,
        )
        if supply is None:
            return None
        return self._priced(
            process, exchange, amount, supply.factor, supply.declared, (supply.location, supply.contract)
        )

    def _process(
        self, process: Process, exchange: Exchange, amount: Decimal, target: str, product_id: str
    ) -> LinkedExchange | None:
        supplier = self.inventory.process(target)
        product = None
        if supplier is not None:
            product = supplier.product(product_id) if product_id else supplier.products[0]
        if supplier is None or product is None:
            self._say("link.process_unknown", process, exchange, target)
            return None
        converted = self._convert(process, exchange, amount, product.unit, product.name)
        if converted is None:
            return None
        components = (exchange.component,) if exchange.component else ()
        return LinkedExchange(
            process,
            exchange,
            converted,
            product.unit,
            supplier=(supplier.id, product.id),
            components=components,
        )

    def _result(
        self, process: Process, exchange: Exchange, amount: Decimal, result: SupplierResult
    ) -> LinkedExchange | None:
        ruleset = self.ruleset
        scores = result.scores.get(f"{ruleset.id}@{ruleset.version}") or result.scores.get(ruleset.id)
        if not scores:
            self._say(
                "result.no_score",
                process,
                exchange,
                "",
                result=result.product or result.id,
                ruleset=ruleset.id,
            )
            return None
        converted = self._convert(
            process, exchange, amount, result.declared_unit, result.product or result.id
        )
        if converted is None:
            return None
        end = self.inventory.period_to
        if result.valid_until and end and result.valid_until < end:
            self._say(
                "result.expired", process, exchange, result.valid_until, WARNING, result=result.id, end=end
            )
        # Under a forced stage (say, a spare part of distribution) the supplier's split gives way to it.
        burdens: dict[str, float] = {}
        for stage, score in scores.items():
            counted = exchange.stage or stage
            burdens[counted] = burdens.get(counted, 0.0) + float(converted * score)
        total = sum(burdens.values())
        return LinkedExchange(
            process,
            exchange,
            converted,
            result.declared_unit,
            burdens,
            total,
            total,
            result=result,
            unit_burden=sum(scores.values(), Decimal(0)),
            tier="supplier",
            primary=None if result.pds is None else float(result.pds),
            verified=None if result.verified_share is None else float(result.verified_share),
            ratings=result.ratings,
            components=(*result.components, *((exchange.component,) if exchange.component else ())),
        )

    def _gas(self, process: Process, exchange: Exchange, amount: Decimal, gas: str) -> LinkedExchange | None:
        ruleset = self.ruleset
        potential = warming_potential(gas, ruleset.gwp_set, self.release, ruleset.biogenic_co2)
        if potential is None:
            known = ", ".join(known_gases(ruleset.gwp_set, self.release))
            self._say(
                "link.gas_unknown", process, exchange, gas, gwp_set=ruleset.gwp_set.upper(), known=known
            )
            return None
        if gas.upper() == METHANE:
            self._say("gas.methane_origin", process, exchange, gas, NOTE, potential=potential)
        if gas == BIOGENIC_CO2:
            self._say("gas.biogenic", process, exchange, gas, NOTE, potential=potential)
        converted = self._convert(process, exchange, amount, "kg", gas)
        if converted is None:
            return None
        burden = float(converted * potential)
        return LinkedExchange(
            process,
            exchange,
            converted,
            "kg",
            {self._stage(process, exchange): burden},
            burden,
            burden,
            gas=gas,
            unit_burden=potential,
            tier="direct",
            # A measured emission needs no background factor: its activity data alone decide.
            primary=1.0 if exchange.primary else 0.0,
            ratings=exchange.ratings,
        )
