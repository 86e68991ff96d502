"""Making what-if changes on a copy of an inventory document. The document that comes in is never changed."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from lca.engine.electricity import is_electricity
from lca.engine.factors import Factor, FactorRelease
from lca.engine.problems import EngineProblem, InventoryError
from lca.engine.scenario import (
    LIFE_FACTS,
    Amount,
    Change,
    Material,
    OtherElectricity,
    OtherFactor,
    OtherResult,
    Product,
    Remove,
    Route,
    Target,
    Transport,
)
from lca.engine.scenario_lines import (
    amount_of,
    as_text,
    burden_document,
    country_of,
    exact,
    name_of,
    suppose,
    through_grid,
)
from lca.engine.units import UnitError, compatible, split_factor_unit

# Recycled content that a scenario only supposes: the engine counts none without a source.
SUPPOSED = "scenario"
SUPPLIES_OF_A_TYPE = ("direct", "self", "certificate")


def apply_changes(
    document: Mapping[str, Any],
    changes: Sequence[Change],
    *,
    results: Mapping[str, Mapping[str, Any]],
    release: FactorRelease,
    first: int = 0,
) -> dict[str, Any]:
    """Return a copy of the document with the changes made one after the other.

    `results` are the published results that changes may name, by id, in document form. `first` is the number that
    problems call the first change by. Errors: InventoryError with every change that does not fit the document.
    """
    copied: dict[str, Any] = copy.deepcopy(dict(document))
    editor = _Editor(copied, results, release)
    for position, change in enumerate(changes, start=first):
        editor.make(change, f"changes[{position}]")
    if editor.problems:
        raise InventoryError(editor.problems)
    return copied


class _Editor:
    """Makes changes on one document and collects what does not fit."""

    def __init__(
        self, document: dict[str, Any], results: Mapping[str, Mapping[str, Any]], release: FactorRelease
    ) -> None:
        self.document = document
        self.results = results
        self.release = release
        self.own = {item["key"]: item for item in document.get("factors") or ()}
        self.problems: list[EngineProblem] = []

    def make(self, change: Change, place: str) -> None:
        """Make one change, or note why it cannot be made."""
        match change:
            case Amount():
                self._amount(change, place)
            case OtherFactor():
                self._factor(change, place)
            case OtherResult():
                self._result(change, place)
            case OtherElectricity():
                self._electricity(change, place)
            case Transport():
                self._transport(change, place)
            case Material():
                self._material(change, place)
            case Route():
                self._route(change)
            case Product():
                self._product(change)
            case Remove():
                self._remove(change, place)

    def _say(self, code: str, place: str, value: Any = "", **params: Any) -> None:
        self.problems.append(EngineProblem(code, place, str(value), params))

    # -- finding what a change is about ------------------------------------------------------------------------------

    def _process(self, identifier: str, place: str) -> dict[str, Any] | None:
        for process in self.document.get("processes") or ():
            if process.get("id") == identifier:
                found: dict[str, Any] = process
                return found
        self._say("scenario.process_unknown", f"{place}.process", identifier)
        return None

    def _line(self, target: Target, place: str) -> dict[str, Any] | None:
        process = self._process(target.process, place)
        if process is None:
            return None
        for exchange in process.get("exchanges") or ():
            if exchange.get("id") == target.line:
                found: dict[str, Any] = exchange
                return found
        self._say("scenario.line_unknown", f"{place}.line", target.line, process=name_of(process))
        return None

    def _unit_of(self, key: str) -> str | None:
        """The unit of a factor by key, the document's own first; None where there is no such factor."""
        own = self.own.get(key)
        if own is not None:
            return str(own.get("unit", ""))
        factor = self.release.get(key)
        return factor.unit if factor is not None else None

    def _per(self, key: str, place: str) -> str | None:
        """What a factor is per, or None after a problem was noted."""
        unit = self._unit_of(key)
        if unit is None:
            nearest = ", ".join(self.release.nearest(key)) or "-"
            self._say("scenario.factor_unknown", place, key, release=self.release.code, nearest=nearest)
            return None
        factor = self.release.get(key)
        try:
            per = split_factor_unit(unit)[1]
        except UnitError:
            per = ""
        if not per or (key not in self.own and factor is not None and not factor.is_emission_factor):
            self._say("scenario.no_emission_factor", place, key, unit=unit)
            return None
        return per

    def _fits(self, exchange: Mapping[str, Any], per: str, place: str, source: str) -> bool:
        unit = str(exchange.get("unit") or "tkm")
        try:
            fits = compatible(unit, per)
        except UnitError:
            fits = False
        if not fits:
            self._say("scenario.unit", place, source, name=name_of(exchange), unit=unit, per=per)
        return fits

    # -- lines -------------------------------------------------------------------------------------------------------

    def _amount(self, change: Amount, place: str) -> None:
        exchange = self._line(change.target, place)
        if exchange is None:
            return
        amount = change.value
        if change.times is not None:
            present = amount_of(exchange)
            if present is None:
                self._say("scenario.amount_unknown", f"{place}.times", name=name_of(exchange))
                return
            amount = present * change.times
        if amount is None:
            return
        # Mass and distance would contradict an amount that is no longer their product.
        exchange.pop("transport", None)
        suppose(exchange, amount)

    def _factor(self, change: OtherFactor, place: str) -> None:
        exchange = self._line(change.target, place)
        per = self._per(change.key, f"{place}.factor")
        if exchange is None or per is None or not self._fits(exchange, per, f"{place}.factor", change.key):
            return
        exchange["link"] = {"factor": change.key}
        if not self._is_electricity_key(change.key):
            exchange.pop("electricity", None)

    def _result(self, change: OtherResult, place: str) -> None:
        exchange = self._line(change.target, place)
        result = self.results.get(change.result)
        if result is None:
            self._say("scenario.result_unknown", f"{place}.result", change.result)
        if exchange is None or result is None:
            return
        title = str((result.get("product") or {}).get("zh") or change.result)
        if not self._fits(exchange, str(result.get("declared_unit", "")), f"{place}.result", title):
            return
        exchange["link"] = {"result": change.result}
        exchange.pop("electricity", None)
        known = self.document.setdefault("results", [])
        if all(item.get("id") != change.result for item in known):
            known.append(copy.deepcopy(dict(result)))

    def _remove(self, change: Remove, place: str) -> None:
        exchange = self._line(change.target, place)
        if exchange is None:
            return
        process = self._process(change.target.process, place)
        if process is not None:
            process["exchanges"] = [item for item in process["exchanges"] if item is not exchange]

    def _transport(self, change: Transport, place: str) -> None:
        exchange = self._line(change.target, place)
        if exchange is None:
            return
        if exchange.get("kind") != "transport":
            self._say("scenario.no_transport", f"{place}.line", change.target.line, name=name_of(exchange))
            return
        block = exchange.get("transport") or {}
        mass, before = exact(block.get("mass_kg")), exact(block.get("distance_km"))
        amount = amount_of(exchange)
        distance = change.distance_km
        if change.times is not None:
            distance = None if before is None else before * change.times
            amount = None if amount is None else amount * change.times
        elif distance is not None and mass is not None:
            amount, exchange["unit"] = mass * distance / 1000, "tkm"
        elif distance is not None and before and amount is not None:
            amount = amount * distance / before
        else:
            amount = None
        if amount is None:
            self._say("scenario.no_distance", place, name=name_of(exchange))
            return
        if distance is not None and block:
            exchange["transport"] = {**block, "distance_km": as_text(distance)}
        suppose(exchange, amount)

    # -- electricity -------------------------------------------------------------------------------------------------

    def _is_electricity_key(self, key: str) -> bool:
        own = self.own.get(key)
        if own is not None:
            return str(own.get("family", "other")) != "other" or str(own.get("category", "")).startswith(
                "electricity"
            )
        factor = self.release.get(key)
        return factor is not None and is_electricity(factor)

    def _is_electricity(self, exchange: Mapping[str, Any]) -> bool:
        key = (exchange.get("link") or {}).get("factor", "")
        return bool(exchange.get("electricity")) or bool(key and self._is_electricity_key(key))

    def _electricity(self, change: OtherElectricity, place: str) -> None:
        lines: list[dict[str, Any]] = []
        if change.target.line:
            exchange = self._line(change.target, place)
            if exchange is None:
                return
            lines = [exchange] if self._is_electricity(exchange) else []
        elif change.target.process:
            process = self._process(change.target.process, place)
            if process is None:
                return
            lines = [item for item in process.get("exchanges") or () if self._is_electricity(item)]
        else:
            lines = [
                item
                for process in self.document.get("processes") or ()
                for item in process.get("exchanges") or ()
                if self._is_electricity(item)
            ]
        if not change.target.line and not (change.supply or change.generation):
            lines = [item for item in lines if through_grid(item)]
        if not lines:
            self._say("scenario.no_electricity", place, change.target.line or change.target.process)
        for exchange in lines:
            self._resupply(exchange, change, place)

    def _resupply(self, exchange: dict[str, Any], change: OtherElectricity, place: str) -> None:
        linked = (exchange.get("link") or {}).get("factor", "")
        block = dict(exchange.get("electricity") or {"supply": "grid"})
        if not block.get("region") and linked:
            factor: Factor | None = self.release.get(linked)
            block["region"] = factor.region if factor is not None else self.own.get(linked, {}).get("region")
        before = str(block.get("region") or "")
        block["region"] = change.region or before
        block["supply"] = change.supply or block.get("supply") or "grid"
        if block["supply"] == "certificate" and country_of(block["region"]) != country_of(before):
            # A certificate of one country stands for nothing on the grid of another.
            block["supply"] = "grid"
        block["generation"] = change.generation or block.get("generation") or ""
        if block["supply"] == "grid":
            block.pop("generation", None)
            if change.generation:
                self._say("scenario.grid_generation", place, change.generation)
        if block["supply"] != "certificate":
            block.pop("certificates", None)
        if block["supply"] in SUPPLIES_OF_A_TYPE and not block.get("generation"):
            self._say("scenario.no_generation", place, supply=block["supply"])
        exchange["electricity"] = {key: value for key, value in block.items() if value}
        # The old supply's factor goes with it: the rule set's policy finds the new one.
        exchange["link"] = None

    # -- end of life and product -------------------------------------------------------------------------------------

    def _material(self, change: Material, place: str) -> None:
        materials = (self.document.get("end_of_life") or {}).get("materials") or []
        for position, item in enumerate(materials):
            if str(item.get("id") or position + 1) == change.material:
                break
        else:
            known = ", ".join(str(item.get("id") or n + 1) for n, item in enumerate(materials)) or "-"
            self._say("scenario.material_unknown", f"{place}.material", change.material, known=known)
            return
        for field, burden in change.burdens.items():
            per = self._per(burden.factor, f"{place}.{field}") if burden.factor else "kg"
            if per is None:
                continue
            if not compatible("kg", per):
                self._say("scenario.burden_unit", f"{place}.{field}", burden.factor, per=per)
                continue
            item[field] = burden_document(burden)
        for field, number in change.numbers.items():
            item[field] = as_text(number)
        if change.r1_source:
            item["r1_source"] = change.r1_source
        elif "r1" in change.numbers and not item.get("r1_source"):
            item["r1_source"] = SUPPOSED

    def _route(self, change: Route) -> None:
        block = dict(self.document.get("end_of_life") or {})
        if change.route:
            block["route"] = None if change.route == "none" else change.route
        if change.collection_rate is not None:
            block["collection_rate"] = as_text(change.collection_rate)
        self.document["end_of_life"] = block

    def _product(self, change: Product) -> None:
        product = dict(self.document.get("product") or {})
        life = dict(product.get("cycle_life") or {})
        for name, value in change.facts.items():
            (life if name in LIFE_FACTS else product)[name] = as_text(value)
        if life:
            product["cycle_life"] = life
        self.document["product"] = product
