"""Two calculations line by line: what changed, by how much, and whether amount or factor did it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from carbonfoot.ui.charts import STAGES
from carbonfoot.ui.charts import Step as Fall
from carbonfoot.ui.text import pick
from lca.models import Calculation
from lca.presentation.lines import process_names, source_name, supplier_names
from lca.presentation.result import Figure, functional_unit, headline, others, ruleset_of

_SAME = 1e-12


@dataclass(frozen=True)
class LineChange:
    """One line in both results, kg CO2e per reference flow; None where it is in only one. ``why`` is in words."""

    name: str
    process: str
    stage_name: Any
    colour: str
    before: float | None
    after: float | None
    amount_before: float | None
    amount_after: float | None
    unit: str
    source_before: str
    source_after: str
    why: str

    @property
    def difference(self) -> float:
        """After minus before; a missing line counts as nothing."""
        return (self.after or 0.0) - (self.before or 0.0)

    @property
    def changed(self) -> bool:
        """More than the noise of floating point."""
        scale = max(abs(self.before or 0.0), abs(self.after or 0.0), 1e-9)
        return abs(self.difference) > _SAME * scale


@dataclass(frozen=True)
class Pair:
    """A figure of both results."""

    label: Any
    before: float | None
    after: float | None
    unit: Any
    decimals: int

    @property
    def difference(self) -> float | None:
        """After minus before, None where one is unknown."""
        return None if self.before is None or self.after is None else self.after - self.before

    @property
    def relative(self) -> float | None:
        """The difference as a share of before."""
        return self.difference / self.before if self.difference is not None and self.before else None

    @property
    def relative_percent(self) -> float | None:
        """The relative difference in per cent."""
        return None if self.relative is None else self.relative * 100


def _key(line: dict[str, Any]) -> tuple[str, str, str]:
    return str(line["process"]), str(line["exchange"]), str(line["stage"])


def _differs(first: Any, second: Any) -> bool:
    if isinstance(first, float) and isinstance(second, float):
        return abs(first - second) > 1e-9 * max(abs(first), abs(second), 1e-12)
    return bool(first != second)


def _why(before: dict[str, Any] | None, after: dict[str, Any] | None) -> str:
    if before is None:
        return _("new line")
    if after is None:
        return _("line no longer there")
    reasons = []
    if _differs(before["amount"], after["amount"]):
        reasons.append(_("amount"))
    if source_name(before) != source_name(after):
        reasons.append(_("source"))
    elif _differs(before["unit_burden"], after["unit_burden"]):
        reasons.append(_("factor value"))
    return ", ".join(reasons) or (_("rounding") if _differs(before["kgco2e"], after["kgco2e"]) else "")


def line_changes(first: Calculation, second: Calculation) -> list[LineChange]:
    """All counted lines of both, the largest difference first."""
    sides = [
        {_key(line): line for line in row.ledger["lines"] if line.get("counted", True)}
        for row in (first, second)
    ]
    names = {**process_names(first.ledger), **process_names(second.ledger)}
    suppliers = {**supplier_names(first), **supplier_names(second)}
    changes = []
    for key in dict.fromkeys([*sides[0], *sides[1]]):
        before, after = sides[0].get(key), sides[1].get(key)
        line = after or before or {}
        colour, stage_name = STAGES[key[2]]
        changes.append(
            LineChange(
                name=str(pick(line["name"])),
                process=names.get(key[0], key[0]),
                stage_name=stage_name,
                colour=colour,
                before=before["kgco2e"] if before else None,
                after=after["kgco2e"] if after else None,
                amount_before=before["amount"] if before else None,
                amount_after=after["amount"] if after else None,
                unit=line["unit"],
                source_before=source_name(before, suppliers) if before else "",
                source_after=source_name(after, suppliers) if after else "",
                why=_why(before, after),
            )
        )
    return sorted(changes, key=lambda change: -abs(change.difference))


def _pairs(first: Calculation, second: Calculation) -> list[Pair]:
    sides: list[dict[str, Figure]] = []
    for row in (first, second):
        ruleset = ruleset_of(row)
        figures = [headline(row.ledger, ruleset), *others(row.ledger, ruleset)]
        # Figures per different functional units are different figures, and never share a row.
        sides.append({f"{figure.label}|{figure.unit}": figure for figure in figures})
    rows = []
    for key in dict.fromkeys([*sides[0], *sides[1]]):
        before, after = sides[0].get(key), sides[1].get(key)
        known = after or before
        if known is None:
            continue
        rows.append(
            Pair(
                known.label,
                before.value if before else None,
                after.value if after else None,
                known.unit,
                known.decimals,
            )
        )
    return rows


def comparison(first: Calculation, second: Calculation) -> dict[str, Any]:
    """Figures, stages and lines of two finished calculations beside each other, and the waterfall between them."""
    changes = line_changes(first, second)
    moved = [change for change in changes if change.changed]
    shown, rest = moved[:8], moved[8:]
    falls = [Fall(change.name, change.difference, f"{change.process} · {change.why}") for change in shown]
    if rest:
        label = _("Other: %(count)d lines") % {"count": len(rest)}
        falls.append(Fall(label, sum(change.difference for change in rest)))
    stage_pairs = [
        Pair(
            STAGES[stage][1],
            (first.ledger["stages"].get(stage) or {}).get("per_unit"),
            (second.ledger["stages"].get(stage) or {}).get("per_unit"),
            "kg CO2e",
            2,
        )
        for stage in STAGES
        if stage in first.ledger["stages"] or stage in second.ledger["stages"]
    ]
    return {
        "first": first,
        "second": second,
        "figures": _pairs(first, second),
        "stages": stage_pairs,
        "changes": changes,
        "moved": moved,
        "falls": falls,
        "totals": (first.ledger["total"], second.ledger["total"]),
        "same_unit": functional_unit(first.ledger) == functional_unit(second.ledger),
    }
