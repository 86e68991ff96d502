"""Scenarios in words and figures: what each change says, its effect, before and after, and the lines that moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from carbonfoot.ui import charts
from carbonfoot.ui.charts import STAGES, Step
from carbonfoot.ui.numbers import format_number
from carbonfoot.ui.text import pick
from lca import reference, rulesets
from lca.models import Scenario, ScenarioResult
from lca.presentation.compare import LineChange, Pair
from lca.presentation.lines import source_name
from lca.presentation.result import functional_unit, headline, is_module, others
from lca.presentation.words import GENERATIONS, ROUTES, SUPPLIES, word
from lca.rulesets import RuleSet, RuleSetError

STANDING = "情景，不用于申报 / scenario, not declared"
SHOWN = 12
_LABELS = {
    "r1": "R1", "r2": "R2", "r3": "R3", "a": "A", "b": "B", "ev": "Ev", "e_recycled": "Erecycled",
    "e_recycling_eol": "ErecyclingEoL", "e_star_v": "E*v", "ed": "ED", "e_er": "EER", "q_in": "Qsin/Qp",
    "q_out": "Qsout/Qp", "lhv_mj": "LHV", "x_heat": "Xheat", "x_elec": "Xelec", "e_se_heat": "ESEheat",
    "e_se_elec": "ESEelec",
}  # fmt: skip


def _facts() -> dict[str, str]:
    return {
        "cycles": _("tested cycles %(value)s"),
        "depth_of_discharge": _("depth of discharge %(value)s"),
        "capacity_retention": _("capacity retention %(value)s"),
        "warranty_years": _("warranty of %(value)s years"),
        "warranty_km": _("warranty of %(value)s km"),
        "usable_energy_kwh": _("usable energy %(value)s kWh"),
    }


class Namer:
    """Names of lines, processes, materials, factors and results as the changes of one scenario mean them."""

    def __init__(self, document: Mapping[str, Any], results: Mapping[str, Mapping[str, Any]]) -> None:
        self.processes = {row["id"]: row for row in document.get("processes") or ()}
        self.materials = (document.get("end_of_life") or {}).get("materials") or []
        self.own = {row["key"]: row for row in document.get("factors") or ()}
        self.results = {**{row["id"]: row for row in document.get("results") or ()}, **results}

    def process(self, key: str) -> str:
        """The name of a unit process."""
        return str(pick((self.processes.get(key) or {}).get("name")) or key)

    def exchange(self, process: str, line: str) -> Mapping[str, Any]:
        """The line as the base has it; empty when it has none of that code."""
        rows = (self.processes.get(process) or {}).get("exchanges") or ()
        return next((row for row in rows if row.get("id") == line), {})

    def line(self, process: str, line: str) -> str:
        """The name of a line with that of its process."""
        name = str(pick(self.exchange(process, line).get("name")) or line)
        return _("“%(line)s” (%(process)s)") % {"line": name, "process": self.process(process)}

    def material(self, key: str) -> str:
        """The name of an end-of-life material."""
        for number, row in enumerate(self.materials, start=1):
            if str(row.get("id") or number) == key:
                return str(pick(row.get("name")) or key)
        return key

    def factor(self, key: str) -> str:
        """The name of a factor, own or of the release in force."""
        own = self.own.get(key)
        if own is not None:
            return str(pick(own.get("name")) or own.get("name_zh") or key)
        factor = reference.current_factors().get(key)
        return str(pick({"zh": factor.name_zh, "en": factor.name_en})) if factor is not None else key

    def result(self, key: str) -> str:
        """Supplier, product and version of a published result."""
        row = self.results.get(key)
        if row is None:
            return key
        version = _("version %(number)s") % {"number": row.get("version", "?")}
        return f"{pick(row.get('supplier')) or ''} · {pick(row.get('product')) or ''} · {version}"

    def suppliers(self) -> dict[str, str]:
        """Suppliers of all results that may occur, by result id, in the reader's language."""
        return {str(key): str(pick(row.get("supplier")) or "") for key, row in self.results.items()}


def change_text(change: Mapping[str, Any], names: Namer) -> str:
    """One change as a sentence that a person reads without knowing the data."""
    return _TEXTS[str(change["kind"])](change, names)


def _number(value: Any) -> str:
    return format_number(value) or str(value)


def _amount(change: Mapping[str, Any], names: Namer) -> str:
    where = names.line(change["process"], change["line"])
    exchange = names.exchange(change["process"], change["line"])
    if change.get("times") is not None:
        return _("%(line)s: amount × %(times)s") % {"line": where, "times": _number(change["times"])}
    before = exchange.get("amount")
    return _("%(line)s: %(after)s %(unit)s instead of %(before)s") % {
        "line": where,
        "after": _number(change["amount"]),
        "unit": exchange.get("unit") or "",
        "before": _number(before) if before is not None else "?",
    }


def _factor(change: Mapping[str, Any], names: Namer) -> str:
    return _("%(line)s with the factor %(factor)s") % {
        "line": names.line(change["process"], change["line"]),
        "factor": names.factor(change["factor"]),
    }


def _result(change: Mapping[str, Any], names: Namer) -> str:
    return _("%(line)s from %(result)s") % {
        "line": names.line(change["process"], change["line"]),
        "result": names.result(change["result"]),
    }


def _electricity(change: Mapping[str, Any], names: Namer) -> str:
    if change.get("line"):
        where = names.line(change["process"], change["line"])
    elif change.get("process"):
        where = _("Electricity of %(process)s") % {"process": names.process(change["process"])}
    else:
        where = _("All electricity")
    parts = []
    if change.get("region"):
        parts.append(_("grid of %(region)s") % {"region": change["region"]})
    if change.get("supply"):
        parts.append(str(word(SUPPLIES, change["supply"])))
    if change.get("generation"):
        parts.append(str(word(GENERATIONS, change["generation"])))
    return f"{where}: {', '.join(parts)}"


def _transport(change: Mapping[str, Any], names: Namer) -> str:
    where = names.line(change["process"], change["line"])
    if change.get("times") is not None:
        return _("%(line)s: distance × %(times)s") % {"line": where, "times": _number(change["times"])}
    return _("%(line)s: distance %(km)s km") % {"line": where, "km": _number(change["distance_km"])}


def _material(change: Mapping[str, Any], names: Namer) -> str:
    parts = []
    for key, label in _LABELS.items():
        value = change.get(key)
        if value is not None:
            shown = names.factor(value["factor"]) if isinstance(value, Mapping) else _number(value)
            parts.append(f"{label} = {shown}")
    return _("End of life of %(material)s: %(values)s") % {
        "material": names.material(change["material"]),
        "values": ", ".join(parts),
    }


def _route(change: Mapping[str, Any], names: Namer) -> str:
    parts = []
    if change.get("route"):
        parts.append(_("no route") if change["route"] == "none" else str(word(ROUTES, change["route"])))
    if change.get("collection_rate") is not None:
        parts.append(_("collection rate %(rate)s") % {"rate": _number(change["collection_rate"])})
    return _("Recycling: %(values)s") % {"values": ", ".join(parts)}


def _product(change: Mapping[str, Any], names: Namer) -> str:
    parts = [
        text % {"value": _number(change[key])}
        for key, text in _facts().items()
        if change.get(key) is not None
    ]
    return _("Product: %(values)s") % {"values": ", ".join(parts)}


def _remove(change: Mapping[str, Any], names: Namer) -> str:
    return _("%(line)s taken out") % {"line": names.line(change["process"], change["line"])}


_TEXTS = {
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


@dataclass(frozen=True)
class EffectRow:
    """The effect of one change in the unit of the page; None where it has none of its own."""

    text: str
    effect: float | None
    alone: float | None


@dataclass(frozen=True)
class ResultView:
    """A scenario's result under one rule set: figures before and after, effects of the changes, lines that moved.

    ``unit`` is that of the headline where both sides have it (``by_unit``), else kg CO2e per reference flow.
    """

    result: ScenarioResult
    title: str
    unit: str
    decimals: int
    before: float
    after: float
    rows: list[EffectRow]
    interaction: float | None
    figures: list[Pair]
    stages: list[Pair]
    moved: list[LineChange]
    by_unit: bool
    findings: list[str]

    @property
    def difference(self) -> float:
        """After minus before."""
        return self.after - self.before

    @property
    def relative(self) -> float | None:
        """The difference as a share of before."""
        return self.difference / self.before if self.before else None

    @property
    def fine(self) -> int:
        """Decimals of effects: a small one among large ones must not read as nothing."""
        return self.decimals + 2

    def chart(self) -> Any:
        """The waterfall from the inventory to the scenario, change by change in their order."""
        steps = [Step(row.text, row.effect) for row in self.rows if row.effect is not None]
        return charts.waterfall(
            (_("Inventory"), self.before),
            steps,
            (_("Scenario"), self.after),
            unit=self.unit,
            decimals=self.decimals,
        )


def ruleset_of(result: ScenarioResult) -> RuleSet | None:
    """The rule set that was used; None when this software no longer holds it."""
    try:
        return rulesets.load(result.ruleset_id, result.ruleset_version)
    except RuleSetError:
        return None


def main_figure(result: ScenarioResult) -> tuple[float, float, str, int]:
    """Before, after, unit and decimals of the one figure that stands for a result in lists.

    Per functional unit; per unit of the reference product for a module, or where a side has no functional unit.
    """
    base, after = result.outcome["base"], result.outcome["scenario"]
    figure = headline({**after, "functional_unit": after["functional_unit"]}, ruleset_of(result))
    key = "per_unit" if is_module(after) else "per_functional_unit"
    sides = base["totals"][key], after["totals"][key]
    if sides[0] is not None and sides[1] is not None:
        return sides[0], sides[1], str(figure.unit), figure.decimals
    return base["totals"]["per_unit"], after["totals"]["per_unit"], "kg CO2e", 2


def result_view(result: ScenarioResult, names: Namer) -> ResultView:
    """Everything that the page shows of one result; its changes in words are those that it was calculated with."""
    outcome = result.outcome
    texts = [change_text(change, names) for change in outcome["changes"]]
    before, after, unit, decimals = main_figure(result)
    module = is_module(outcome["scenario"])
    by_unit = not module and unit == str(functional_unit(outcome["scenario"]))
    units = (
        outcome["base"]["total"] / outcome["base"]["totals"]["per_unit"] if outcome["base"]["total"] else 1.0
    )

    def shown(figures: Mapping[str, Any] | None) -> float | None:
        if figures is None:
            return None
        value: float | None = figures["per_functional_unit"] if by_unit else figures["total"] / units
        return value

    rows = [
        EffectRow(
            texts[step["change"]],
            shown(step["effect"]),
            shown(step["alone"]),
        )
        for step in outcome["steps"]
    ]
    interaction = shown(outcome["interaction"])
    if interaction is not None and abs(interaction) <= 1e-9 * max(abs(before), abs(after)):
        interaction = 0.0
    ruleset = ruleset_of(result)
    return ResultView(
        result=result,
        title=str(pick((result.ledger.get("ruleset") or {}).get("title")) or result.ruleset_id),
        unit=unit,
        decimals=decimals,
        before=before,
        after=after,
        rows=rows,
        interaction=interaction,
        figures=_figures(outcome, ruleset),
        stages=[_stage(key, outcome) for key in STAGES if key in outcome["scenario"]["stages"]],
        moved=[_moved(row, names.suppliers()) for row in outcome["moved"]],
        by_unit=by_unit,
        findings=sorted(set(outcome["scenario"]["findings"]) - set(outcome["base"]["findings"])),
    )


def _figures(outcome: Mapping[str, Any], ruleset: RuleSet | None) -> list[Pair]:
    sides = []
    for side in ("base", "scenario"):
        ledger = outcome[side]
        figures = [headline(ledger, ruleset), *others(ledger, ruleset)]
        sides.append({f"{figure.label}|{figure.unit}": figure for figure in figures})
    rows = []
    for key, figure in sides[1].items():
        before = sides[0].get(key)
        rows.append(
            Pair(figure.label, before.value if before else None, figure.value, figure.unit, figure.decimals)
        )
    return rows


def _stage(key: str, outcome: Mapping[str, Any]) -> Pair:
    sides = [(outcome[side]["stages"].get(key) or {}).get("per_unit") for side in ("base", "scenario")]
    return Pair(STAGES[key][1], sides[0], sides[1], "kg CO2e", 2)


def _moved(row: Mapping[str, Any], suppliers: Mapping[str, str]) -> LineChange:
    before, after = row["before"], row["after"]
    line = after or before
    colour, stage = STAGES[row["stage"]]
    return LineChange(
        name=str(pick(line["name"])),
        process=str(
            pick(row["process_name"]) if isinstance(row["process_name"], Mapping) else row["process_name"]
        ),
        stage_name=stage,
        colour=colour,
        before=before["kgco2e"] if before else None,
        after=after["kgco2e"] if after else None,
        amount_before=before["amount"] if before else None,
        amount_after=after["amount"] if after else None,
        unit=line["unit"],
        source_before=source_name(before, suppliers) if before else "",
        source_after=source_name(after, suppliers) if after else "",
        why="",
    )


@dataclass(frozen=True)
class Cell:
    """A scenario under one rule set in the table of several."""

    value: float
    unit: str
    decimals: int
    relative: float | None
    column_unit: str = ""
    rules: str = ""


def comparison_rows(
    scenarios: Sequence[Scenario], newest: Mapping[int, Mapping[str, ScenarioResult]]
) -> tuple[list[tuple[str, str]], list[dict[str, Any]], dict[str, Cell]]:
    """Rule sets with their unit as columns, scenarios as rows with one cell each (None: not calculated), and the base.

    A cell in another unit than its column says so. The base stands only where all scenarios were made on the same one.
    """
    keys = sorted({key for row in scenarios for key in newest.get(row.pk, {})})
    units: dict[str, str] = {}
    rows, base = [], {}
    for row in scenarios:
        cells: list[Cell | None] = []
        for key in keys:
            found = newest.get(row.pk, {}).get(key)
            if found is None:
                cells.append(None)
                continue
            before, after, unit, decimals = main_figure(found)
            column = units.setdefault(key, unit)
            cells.append(Cell(after, unit, decimals, (after - before) / before if before else None, column))
            base[key] = Cell(before, unit, decimals, None, column, key)
        rows.append({"scenario": row, "cells": cells, "named": list(zip(cells, keys, strict=True))})
    same = len({row.base_id for row in scenarios}) <= 1
    return [(key, units[key]) for key in keys], rows, base if same else {}
