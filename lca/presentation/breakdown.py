"""One result cut along a dimension of the reader's choice: stage, process, line, gas, supplier or component.

Whatever the dimension, every counted line falls into exactly one row, so that the rows add up to the total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carbonfoot.ui import charts
from carbonfoot.ui.charts import STAGES
from carbonfoot.ui.text import pick
from lca.models import Calculation
from lca.presentation.lines import process_names, supplier_names
from lca.presentation.words import GROUPS, word

DIMENSIONS: dict[str, Any] = {
    "stage": gettext_lazy("Stage"),
    "process": gettext_lazy("Unit process"),
    "line": gettext_lazy("Line"),
    "gas": gettext_lazy("Gas"),
    "supplier": gettext_lazy("Supplier"),
    "component": gettext_lazy("Component"),
}
# Rows shown by themselves; the smaller ones stand together as one.
TOP = 15
_END_OF_LIFE = "end_of_life"

Line = Mapping[str, Any]

_KEYS: dict[str, Callable[[Line], str]] = {
    "stage": lambda line: str(line["stage"]),
    "process": lambda line: str(line["process"]) or _END_OF_LIFE,
    "line": lambda line: f"{line['process']}/{line['exchange']}",
    "gas": lambda line: str(line["gas"]["gas"]) if line.get("gas") else "",
    "supplier": lambda line: str(line["result"].get("supplier") or line["result"]["id"]) if line.get("result") else "",
    "component": lambda line: "+".join(sorted(line.get("components") or ())),
}  # fmt: skip


@dataclass(frozen=True)
class BreakdownRow:
    """A part of the total, kg CO2e per reference flow; ``count`` lines. ``cut`` where a supplier's recipe ends here."""

    key: str
    label: str
    note: str
    kind: str
    kgco2e: float
    share: float | None
    count: int
    url: str
    cut: bool


def line_key(line: Line, by: str) -> str:
    """Which row of dimension ``by`` a ledger's line falls into."""
    return _KEYS[by](line)


def lines_of(ledger: Mapping[str, Any], by: str, key: str) -> set[int] | None:
    """Places in the ledger of the counted lines behind a row; None when ``by`` is no dimension."""
    if by not in DIMENSIONS:
        return None
    lines = enumerate(ledger["lines"])
    return {index for index, line in lines if line.get("counted", True) and line_key(line, by) == key}


class _Labels:
    """Names of rows in the reader's language."""

    def __init__(self, calculation: Calculation) -> None:
        self.processes = process_names(calculation.ledger)
        self.suppliers = supplier_names(calculation)

    def of(self, by: str, key: str, line: Line) -> tuple[str, str]:
        """The name of a row, and a remark under it."""
        if by == "stage":
            return str(STAGES[key][1]), ""
        if by == "process":
            return self._process(key), ""
        if by == "line":
            return str(pick(line["name"])), self._process(str(line["process"]) or _END_OF_LIFE)
        if by == "gas":
            return (key, _("direct emission")) if key else (_("CO2e of factors and results"), "")
        if by == "supplier":
            if not key:
                return _("Own processes and background factors"), ""
            return self.suppliers.get(str(line["result"]["id"])) or key, _(
                "as published; its recipe ends here"
            )
        if not key:
            return _("No component stated"), ""
        return " + ".join(str(word(GROUPS, part)) for part in key.split("+")), ""

    def _process(self, key: str) -> str:
        return _("End-of-life model") if key == _END_OF_LIFE else self.processes.get(key, key)


def row_label(calculation: Calculation, by: str, key: str) -> str:
    """The name of one row, as the list of its lines says it; the key where no line falls into it."""
    line = next((line for line in calculation.ledger["lines"] if line_key(line, by) == key), None)
    return key if line is None else _Labels(calculation).of(by, key, line)[0]


def breakdown(calculation: Calculation, by: str) -> list[BreakdownRow]:
    """All rows of a dimension, the largest first by size without sign. They add up to the counted total."""
    ledger = calculation.ledger
    members: dict[str, list[Line]] = defaultdict(list)
    for line in ledger["lines"]:
        if line.get("counted", True):
            members[line_key(line, by)].append(line)
    labels, total = _Labels(calculation), ledger["total"]
    address = reverse("lca:result_lines", args=[calculation.pk])
    rows = []
    for key, lines in members.items():
        label, note = labels.of(by, key, lines[0])
        value = sum(line["kgco2e"] for line in lines)
        rows.append(
            BreakdownRow(
                key=key,
                label=label,
                note=note,
                kind=STAGES[key][0] if by == "stage" else "tot",
                kgco2e=value,
                share=value / total if total else None,
                count=len(lines),
                url=f"{address}?{urlencode({'by': by, 'key': key})}",
                cut=by == "supplier" and bool(key),
            )
        )
    return sorted(rows, key=lambda row: (-abs(row.kgco2e), row.label))


def breakdown_context(calculation: Calculation, by: str) -> dict[str, Any]:
    """The panel: the choice of dimension, the rows that are shown, what is left of them, and the bars."""
    chosen = by if by in DIMENSIONS else "process"
    rows = breakdown(calculation, chosen)
    shown, rest = (rows, []) if len(rows) <= TOP + 1 else (rows[:TOP], rows[TOP:])
    left = sum(row.kgco2e for row in rest)
    return {
        "by": chosen,
        "by_name": DIMENSIONS[chosen],
        "dimensions": [
            (label, f"?{urlencode({'by': code})}#breakdown", code == chosen)
            for code, label in DIMENSIONS.items()
        ],
        "breakdown": shown,
        "breakdown_rest": {
            "rows": len(rest),
            "kgco2e": left,
            "share": left / calculation.ledger["total"] if calculation.ledger["total"] else None,
            "count": sum(row.count for row in rest),
        }
        if rest
        else None,
        "breakdown_has_cut": any(row.cut for row in shown),
        "breakdown_chart": _chart(shown, len(rest), left),
    }


def _chart(rows: list[BreakdownRow], count: int, left: float) -> SafeString:
    drawn = [charts.Bar(row.label, row.kgco2e, row.kind, row.note, row.url) for row in rows]
    if count:
        drawn.append(charts.Bar(_("Other: %(count)d rows") % {"count": count}, left, "mute"))
    return charts.bars(drawn, unit="kg CO2e", decimals=2)
