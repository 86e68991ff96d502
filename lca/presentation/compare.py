"""Two calculations line by line: what differs, by how much, and whether amount or factor did it.

They may be versions, rule sets, packs or modules: figures stand beside each other in a unit that both have (`bases`),
lines are matched by what they stand for (`matching`), and what has no counterpart is shown as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carbonfoot.ui.charts import STAGES
from carbonfoot.ui.charts import Step as Fall
from carbonfoot.ui.text import pick
from lca.models import Calculation
from lca.presentation.bases import Basis, bases, same_functional_unit, same_inventory
from lca.presentation.lines import process_names, source_name, supplier_names
from lca.presentation.matching import Line, Match, match_lines
from lca.presentation.result import Figure, headline, others, ruleset_of

_SAME = 1e-12
# Lines with a bar of their own in the waterfall; the rest stands as one.
TOP = 8
MATCHED: dict[str, Any] = {
    "line": gettext_lazy("same line"),
    "name": gettext_lazy("same name"),
    "component": gettext_lazy("same component"),
    "factor": gettext_lazy("same factor"),
}


@dataclass(frozen=True)
class LineChange:
    """A line and its counterpart in the unit of the comparison; None where it is in only one. ``why`` is in words.

    ``other_name`` is the counterpart's name and process where they differ, ``matched`` the sign that they belong
    together by. Amounts are in ``unit``, divided like the figures.
    """

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
    other_name: str = ""
    matched: Any = ""
    unit_before: str = ""

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
    """A figure of both results. ``missing`` where one of them does not have it at all, which is not "unknown"."""

    label: Any
    before: float | None
    after: float | None
    unit: Any
    decimals: int
    missing: bool = False

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


def _differs(first: Any, second: Any) -> bool:
    if isinstance(first, float) and isinstance(second, float):
        return abs(first - second) > 1e-9 * max(abs(first), abs(second), 1e-12)
    return bool(first != second)


def _why(before: Line | None, after: Line | None, amounts: tuple[float, float]) -> str:
    if before is None:
        return _("only in the second")
    if after is None:
        return _("only in the first")
    reasons = []
    if before["unit"] != after["unit"] or _differs(*amounts):
        reasons.append(_("amount"))
    if source_name(before) != source_name(after):
        reasons.append(_("source"))
    elif _differs(before["unit_burden"], after["unit_burden"]):
        reasons.append(_("factor value"))
    return ", ".join(reasons) or (_("rounding") if _differs(before["kgco2e"], after["kgco2e"]) else "")


class _Changes:
    """Turns matched lines into changes in one unit; knows names of processes and suppliers on both sides."""

    def __init__(self, first: Calculation, second: Calculation, basis: Basis) -> None:
        self.divisors = (basis.first, basis.second)
        self.processes = [process_names(row.ledger) for row in (first, second)]
        self.suppliers = [supplier_names(row) for row in (first, second)]

    def _title(self, line: Line, side: int) -> tuple[str, str]:
        process = str(line["process"])
        return str(pick(line["name"])), self.processes[side].get(process, process)

    def change(self, match: Match) -> LineChange:
        """One change; a side without the line has None."""
        sides = (match.before, match.after)
        known = match.after or match.before
        if known is None:
            raise ValueError("a match without a line")
        titles = [None if line is None else self._title(line, side) for side, line in enumerate(sides)]
        name, process = titles[1] or titles[0] or ("", "")
        other = titles[0] if titles[0] and titles[1] and titles[0] != titles[1] else None
        colour, stage_name = STAGES[known["stage"]]

        def value(side: int, field: str) -> float | None:
            line = sides[side]
            return None if line is None or line[field] is None else line[field] / self.divisors[side]

        amounts = (value(0, "amount"), value(1, "amount"))
        return LineChange(
            name=name,
            process=process,
            other_name=" · ".join(dict.fromkeys(other)) if other else "",
            matched=MATCHED.get(match.by, "") if match.by != "line" else "",
            stage_name=stage_name,
            colour=colour,
            before=value(0, "kgco2e"),
            after=value(1, "kgco2e"),
            amount_before=amounts[0],
            amount_after=amounts[1],
            unit=known["unit"],
            unit_before=sides[0]["unit"] if sides[0] else "",
            source_before=source_name(sides[0], self.suppliers[0]) if sides[0] else "",
            source_after=source_name(sides[1], self.suppliers[1]) if sides[1] else "",
            why=_why(match.before, match.after, (amounts[0] or 0.0, amounts[1] or 0.0)),
        )


def line_changes(first: Calculation, second: Calculation, basis: Basis) -> list[LineChange]:
    """All counted lines of both in the unit of ``basis``, the largest difference first."""
    sides = [[line for line in row.ledger["lines"] if line.get("counted", True)] for row in (first, second)]
    matches = match_lines(*sides, same_inventory=same_inventory(first, second))
    viewer = _Changes(first, second, basis)
    return sorted((viewer.change(match) for match in matches), key=lambda change: -abs(change.difference))


def _figures(first: Calculation, second: Calculation) -> list[Pair]:
    """Figures of both. Those per different functional units are different figures, and never share a row."""
    same = same_functional_unit(first, second)
    rows: dict[tuple[str, str, str], list[Figure | None]] = {}
    for side, row in enumerate((first, second)):
        ruleset = ruleset_of(row)
        head = headline(row.ledger, ruleset)
        energy = _("Energy delivered over service life")
        for figure in [head, *others(row.ledger, ruleset)]:
            apart = not same and (figure is head or figure.label == energy)
            key = (str(figure.label), str(figure.unit), row.ruleset_id if apart else "")
            rows.setdefault(key, [None, None])[side] = figure
    pairs = []
    for (label, _unit, apart_of), (before, after) in rows.items():
        known = after or before
        if known is None:
            continue
        pairs.append(
            Pair(
                f"{label} · {apart_of}" if apart_of else label,
                before.value if before else None,
                after.value if after else None,
                known.unit,
                known.decimals,
                missing=before is None or after is None,
            )
        )
    return pairs


def _stages(first: Calculation, second: Calculation, basis: Basis) -> list[Pair]:
    def value(row: Calculation, stage: str, divisor: float) -> float | None:
        entry = row.ledger["stages"].get(stage)
        return None if entry is None else entry["kgco2e"] / divisor

    pairs = []
    for stage, (_colour, name) in STAGES.items():
        before, after = value(first, stage, basis.first), value(second, stage, basis.second)
        if before is not None or after is not None:
            missing = before is None or after is None
            pairs.append(Pair(name, before, after, basis.unit, basis.decimals, missing=missing))
    return pairs


def comparison(first: Calculation, second: Calculation, wanted: str = "") -> dict[str, Any]:
    """Figures, stages and lines of two finished calculations beside each other, and the waterfall between them.

    ``wanted`` is the code of a basis; the fittest is taken where it is empty or does not fit both. Where the two have
    no unit in common, ``basis`` is None and only their figures stand beside each other, each in its own unit.
    """
    choices = bases(first, second)
    basis = next((item for item in choices if item.code == wanted), choices[0] if choices else None)
    shown: dict[str, Any] = {
        "first": first,
        "second": second,
        "same_inventory": same_inventory(first, second),
        "same_unit": same_functional_unit(first, second),
        "bases": choices,
        "basis": basis,
        "figures": _figures(first, second),
        "stages": [],
        "changes": [],
        "moved": [],
        "alone": 0,
        "falls": [],
        "totals": (None, None),
    }
    if basis is None:
        return shown
    changes = line_changes(first, second, basis)
    moved = [change for change in changes if change.changed]
    return shown | {
        "stages": _stages(first, second, basis),
        "changes": changes,
        "moved": moved,
        "alone": sum(change.before is None or change.after is None for change in changes),
        "falls": _falls(moved),
        "totals": (first.ledger["total"] / basis.first, second.ledger["total"] / basis.second),
    }


def _falls(moved: list[LineChange]) -> list[Fall]:
    shown, rest = moved[:TOP], moved[TOP:]
    falls = [Fall(change.name, change.difference, f"{change.process} · {change.why}") for change in shown]
    if rest:
        label = _("Other: %(count)d lines") % {"count": len(rest)}
        falls.append(Fall(label, sum(change.difference for change in rest)))
    return falls
