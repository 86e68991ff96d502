"""Lines of a ledger as tables show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from carbonfoot.ui.charts import STAGES
from carbonfoot.ui.text import pick
from lca.models import Calculation
from lca.presentation.words import TIERS, per_unit, word


@dataclass(frozen=True)
class LineView:
    """One line: ``index`` is its place in the ledger (and its address), ``rank`` its place by size, from 1.

    ``amount`` is per reference flow in ``unit``; ``burden`` is kg CO2e per ``burden_unit``; ``cumulative`` the share of
    this and all larger lines. ``source`` names the factor, result or gas; ``cut`` marks a supplier's result, whose
    recipe ends here for the reader.
    """

    index: int
    rank: int
    name: str
    process: str
    group: str
    stage: str
    colour: str
    stage_name: Any
    kind: str
    amount: float | None
    unit: str
    burden: float | None
    burden_unit: str
    source: str
    source_note: Any
    tier: str
    kgco2e: float
    share: float | None
    cumulative: float | None
    bar: float
    primary: bool
    data_kind: str
    counted: bool
    cut: bool
    url: str


def supplier_names(calculation: Calculation) -> dict[str, str]:
    """Suppliers of the results that a calculation uses, by result id, in the reader's language."""
    used = calculation.revision.document.get("results") or ()
    return {str(result["id"]): str(pick(result.get("supplier")) or "") for result in used}


def source_name(line: Mapping[str, Any], suppliers: Mapping[str, str] | None = None) -> str:
    """What says how much a line emits, by name; ``suppliers`` as :func:`supplier_names` gives them."""
    if line.get("result"):
        result = line["result"]
        known = (suppliers or {}).get(str(result["id"]))
        who = known or pick(result.get("supplier")) or pick(result.get("product")) or result["id"]
        return f"{who} v{result['version']}" if result.get("version") else str(who)
    if line.get("factor"):
        return str(pick(line["factor"]["name"]) or line["factor"]["key"])
    if line.get("gas"):
        return f"GWP {line['gas']['gas']}"
    return ""


def process_names(ledger: Mapping[str, Any]) -> dict[str, str]:
    """Names of the unit processes by id, in the reader's language."""
    return {
        str(process["id"]): str(pick(process["name"]) or process["id"]) for process in ledger["processes"]
    }


def line_views(calculation: Calculation) -> list[LineView]:
    """All lines, the largest first (by absolute value), with cumulative shares of the counted total."""
    ledger = calculation.ledger
    names, suppliers = process_names(ledger), supplier_names(calculation)
    ordered = sorted(enumerate(ledger["lines"]), key=lambda item: -abs(item[1]["kgco2e"]))
    largest = abs(ordered[0][1]["kgco2e"]) if ordered else 0.0
    views, running = [], 0.0
    for rank, (index, line) in enumerate(ordered, start=1):
        share = line.get("share")
        running += share or 0.0
        colour, stage_name = STAGES[line["stage"]]
        views.append(
            LineView(
                index=index,
                rank=rank,
                name=str(pick(line["name"])),
                process=names.get(str(line["process"]), str(line["process"])),
                group=str(line["group"]),
                stage=line["stage"],
                colour=colour,
                stage_name=stage_name,
                kind=line["kind"],
                amount=line["amount"],
                unit=line["unit"],
                burden=line["unit_burden"],
                burden_unit=per_unit(line["converted_unit"]),
                source=source_name(line, suppliers),
                source_note=word(TIERS, line.get("tier", "")),
                tier=str(line.get("tier", "")),
                kgco2e=line["kgco2e"],
                share=share,
                cumulative=running if share is not None else None,
                bar=abs(line["kgco2e"]) / largest if largest else 0.0,
                primary=bool(line["primary"]),
                data_kind=line["data_kind"],
                counted=bool(line.get("counted", True)),
                cut=bool(line.get("result")),
                url=reverse("lca:trace", args=[calculation.pk, index]) if calculation.pk else "",
            )
        )
    return views
