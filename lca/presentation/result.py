"""Everything that a page, a declaration or a report shows of one calculation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carbonfoot.accounts.actor import Actor
from carbonfoot.ui.charts import STAGES, Node, Stage
from carbonfoot.ui.text import pick
from lca import rulesets
from lca.models import Calculation
from lca.presentation.lines import LineView, line_views, process_names
from lca.presentation.words import EOL_MODELS, GROUPS, SUPPLIES, TIERS, per_unit, word
from lca.rulesets import RuleSet, RuleSetError
from lca.services.problems import names_of_place, place_text

SEVERITIES = {
    "error": ("bad", gettext_lazy("Error")),
    "warning": ("warn", gettext_lazy("Warning")),
    "note": ("plain", gettext_lazy("Note")),
}
UNIT_DELIVERED = gettext_lazy("kg CO2e/kWh (energy delivered)")
UNIT_RATED = gettext_lazy("kg CO2e/kWh (rated energy)")


@dataclass(frozen=True)
class Figure:
    """A labelled number with its unit and how many decimals it is shown with."""

    label: Any
    value: float | None
    unit: Any
    decimals: int
    note: Any = ""


@dataclass(frozen=True)
class Finding:
    """A warning of the engine in the reader's language."""

    code: str
    severity: str
    kind: str
    word: Any
    text: str
    where: str


@dataclass(frozen=True)
class Share:
    """A part of the result with a name."""

    code: str
    label: Any
    share: float


def ruleset_of(calculation: Calculation) -> RuleSet | None:
    """The rule set that was used, in its version; None when this software no longer holds it."""
    try:
        return rulesets.load(calculation.ruleset_id, calculation.ruleset_version)
    except RuleSetError:
        return None


def _decimals(ruleset: RuleSet | None, figure: str, usual: int) -> int:
    if ruleset is None:
        return usual
    try:
        return ruleset.decimals(figure)
    except KeyError:
        return usual


def functional_unit(ledger: Mapping[str, Any]) -> Any:
    """The unit of the headline, in full: delivered and rated kWh are never confused."""
    unit = ledger["functional_unit"]
    if unit["kind"] == "delivered_energy":
        return str(UNIT_DELIVERED)
    if unit["kind"] == "rated_capacity":
        return str(UNIT_RATED)
    return per_unit(unit["unit"])


def is_module(ledger: Mapping[str, Any]) -> bool:
    """Whether the ledger is of a purchased module, counted per declared unit."""
    return bool(ledger["functional_unit"]["kind"] == "declared_unit")


def headline(ledger: Mapping[str, Any], ruleset: RuleSet | None) -> Figure:
    """The one number: per functional unit of a pack, per declared unit of a module."""
    if is_module(ledger):
        return Figure(_("Carbon footprint"), ledger["totals"]["per_unit"], functional_unit(ledger), 4)
    value = ledger["totals"]["per_functional_unit"]
    decimals = _decimals(ruleset, "per_functional_unit", 4)
    return Figure(_("Product carbon footprint"), value, functional_unit(ledger), decimals)


def others(ledger: Mapping[str, Any], ruleset: RuleSet | None) -> list[Figure]:
    """The other units that always stand beside the headline."""
    totals = ledger["totals"]
    if is_module(ledger):
        figures = [Figure(_("Per kg"), totals.get("per_kg"), "kg CO2e/kg", _decimals(ruleset, "per_kg", 3))]
        return [figure for figure in figures if figure.value is not None]
    rows = [
        Figure(_("Per battery pack"), totals["per_piece"], "kg CO2e", _decimals(ruleset, "per_piece", 2)),
        Figure(
            _("Per kWh of rated energy"),
            totals["per_kwh_capacity"],
            "kg CO2e/kWh",
            _decimals(ruleset, "per_kwh_capacity", 2),
        ),
        Figure(_("Per kg of pack mass"), totals["per_kg"], "kg CO2e/kg", _decimals(ruleset, "per_kg", 3)),
    ]
    if ledger["functional_unit"]["kind"] == "delivered_energy":
        rows.append(Figure(_("Energy delivered over service life"), ledger["delivered_energy_kwh"], "kWh", 0))
    return rows


def stages_in_order(ledger: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The ledger's stages in the order of the life cycle: stored JSON keeps none."""
    entries: Mapping[str, Mapping[str, Any]] = ledger["stages"]
    order = list(STAGES)
    return {stage: entries[stage] for stage in sorted(entries, key=order.index)}


def stages(ledger: Mapping[str, Any]) -> tuple[list[Stage], Any, bool]:
    """The stages per functional unit (per piece where there is none), the unit, and which of both it is."""
    entries = stages_in_order(ledger)
    by_unit = not is_module(ledger) and ledger["totals"]["per_functional_unit"] is not None
    key = "per_functional_unit" if by_unit else "per_unit"
    unit = functional_unit(ledger) if by_unit or is_module(ledger) else "kg CO2e"
    shown = [Stage(stage, entry[key], pick(entry.get("title")) or "") for stage, entry in entries.items()]
    return shown, unit, by_unit


def group_name(group: str, names: Mapping[str, str]) -> str:
    """What a group of unit processes is called."""
    return str(GROUPS[group]) if group in GROUPS else names.get(group, group)


def tree(ledger: Mapping[str, Any], lines: Sequence[LineView]) -> list[Node]:
    """Stages, groups and lines for the contribution tree; every line leads on to what it rests on."""
    names = process_names(ledger)
    sorted_in: dict[str, dict[str, list[LineView]]] = {stage: {} for stage in stages_in_order(ledger)}
    for line in lines:
        if line.counted and line.kgco2e and line.stage in sorted_in:
            sorted_in[line.stage].setdefault(line.group, []).append(line)
    nodes = []
    for stage, groups in sorted_in.items():
        children = tuple(
            Node(
                group_name(group, names),
                sum(line.kgco2e for line in members),
                children=tuple(
                    Node(line.name, line.kgco2e, note=line.source, href=line.url) for line in members
                ),
            )
            for group, members in groups.items()
        )
        title = pick(ledger["stages"][stage].get("title")) or stage
        nodes.append(Node(title, ledger["stages"][stage]["kgco2e"], stage=stage, children=children))
    return nodes


def findings(calculation: Calculation) -> list[Finding]:
    """What the engine found worth saying, errors first, by process and line."""
    order = {"error": 0, "warning": 1, "note": 2}
    document = calculation.revision.document
    found = []
    for item in sorted(calculation.ledger["warnings"], key=lambda item: order.get(item["severity"], 3)):
        kind, severity = SEVERITIES.get(item["severity"], SEVERITIES["note"])
        place = place_text(names_of_place(item.get("place", ""), document))
        text = str(pick(item.get("message")) or item["code"])
        found.append(Finding(item["code"], item["severity"], kind, severity, text, place))
    return found


def quality_stats(ledger: Mapping[str, Any]) -> list[Figure]:
    """The shares that always go with a result."""
    quality = ledger["quality"]
    cut = quality.get("cutoff") or {}
    limit = cut.get("limit_total")
    return [
        Figure(
            _("Primary data share (PDS)"),
            quality.get("pds"),
            "%",
            1,
            _("activity data and factor both primary"),
        ),
        Figure(
            _("Company-specific activity data"),
            quality.get("activity_primary_share"),
            "%",
            1,
            _("amounts of one's own, whatever the factor"),
        ),
        Figure(
            _("Data quality (DQR)"), (quality.get("dqr") or {}).get("overall"), "", 2, _("1 best, 5 worst")
        ),
        Figure(_("Third-party verified"), quality.get("verified_share"), "%", 1, _("by emissions")),
        Figure(_("Estimated activity data"), quality.get("estimated_share"), "%", 1, _("by emissions")),
        Figure(
            _("Cut-off share"),
            cut.get("total_share"),
            "%",
            1,
            _("limit %(limit)s%% of mass") % {"limit": f"{limit * 100:g}"} if limit is not None else "",
        ),
    ]


def tiers(ledger: Mapping[str, Any]) -> list[Share]:
    """Shares of the result by where its factors come from, the largest first."""
    parts = ledger["quality"].get("tier_shares") or {}
    found = [Share(tier, word(TIERS, tier), share) for tier, share in parts.items()]
    return sorted(found, key=lambda part: -part.share)


def _alternatives(ledger: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = (ledger.get("end_of_life") or {}).get("alternatives") or []
    return [
        {
            **row,
            "label": word(EOL_MODELS, row["model"]),
            "value": row["per_functional_unit"]
            if row.get("per_functional_unit") is not None
            else row.get("per_piece"),
        }
        for row in sorted(rows, key=lambda row: not row["declared"])
    ]


def _electricity(ledger: Mapping[str, Any]) -> dict[str, Any]:
    found = dict(ledger.get("electricity") or {})
    found["supplies"] = [
        {"label": word(SUPPLIES, supply), **entry} for supply, entry in (found.get("by_supply") or {}).items()
    ]
    return found


def assumptions(ledger: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rule set's assumptions with the text in the reader's language."""
    rows = ledger["ruleset"].get("assumptions") or []
    return [{"id": row["id"], "parameter": row["parameter"], "text": pick(row["text"])} for row in rows]


def result_context(calculation: Calculation, actor: Actor, *, top: int = 10) -> dict[str, Any]:
    """Headline, figures, stages, tree, lines, shares, warnings and assumptions of a finished calculation.

    Every label is in the active language; figures are unrounded, each with the number of decimals to show. ``lines``
    are all lines by size, ``top_lines`` the first ``top``. Lines that rest on a supplier's result end there (``cut``):
    its recipe is in no part of this. ``actor`` must have been given the calculation by a selector.
    """
    ledger = calculation.ledger
    ruleset = ruleset_of(calculation)
    lines = line_views(calculation)
    stage_rows, stage_unit, by_unit = stages(ledger)
    found = findings(calculation)
    return {
        "calculation": calculation,
        "ledger": ledger,
        "ruleset": ruleset,
        "ruleset_title": pick(ledger["ruleset"].get("title")) or calculation.ruleset_id,
        "module": is_module(ledger),
        "headline": headline(ledger, ruleset),
        "others": others(ledger, ruleset),
        "stages": stage_rows,
        "stage_unit": stage_unit,
        "stage_decimals": _decimals(ruleset, "per_functional_unit", 4) if by_unit or is_module(ledger) else 1,
        "tree": tree(ledger, lines),
        "total": ledger["total"],
        "lines": lines,
        "top_lines": lines[:top],
        "processes": ledger["processes"],
        "quality": quality_stats(ledger),
        "dqr": ledger["quality"].get("dqr") or {},
        "mandatory": [
            {**row, "label": word(GROUPS, row["component"])}
            for row in ledger["quality"].get("mandatory") or []
        ],
        "mass_balance": ledger["quality"].get("mass_balance") or [],
        "cutoff": ledger["quality"].get("cutoff") or {},
        "tiers": tiers(ledger),
        "electricity": _electricity(ledger),
        "end_of_life": _alternatives(ledger),
        "plausibility": ledger.get("plausibility"),
        "warnings": [item for item in found if item.severity != "note"],
        "notes": [item for item in found if item.severity == "note"],
        "assumptions": assumptions(ledger),
        "has_cut_lines": any(line.cut for line in lines),
    }
