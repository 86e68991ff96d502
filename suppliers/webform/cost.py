"""What a draft comes to as it stands, and what filling a gap would do to it: result, data shares, ratings.

The same engine on the same document as after acceptance; lines that cannot be counted yet are left out and named, so
that the figures are of the rest. Nothing is stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from carbonfoot.problems import Problems
from lca import rulesets
from lca.engine import InventoryError, calculate, parse_inventory
from lca.reference import current_factors
from suppliers.models import DataRequest, Upload
from suppliers.services.answers import build_document
from suppliers.webform.checking import check_draft
from suppliers.webform.gaps import Gap, Option, fill
from suppliers.webform.steps import Rows

# The figures are shown under the rule set of the scheme that requests are made for.
RULESET = "cn-miit-551"


@dataclass(frozen=True)
class Outcome:
    """kg CO2e per declared unit, and what is known of it, of the lines that can be counted; shares from 0 to 1.

    ``left_out``: names of lines that cannot. ``total`` None: there is nothing to count, or the engine refuses it.
    """

    total: float | None = None
    primary: float | None = None
    activity: float | None = None
    estimated: float | None = None
    rating: float | None = None
    left_out: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Cost:
    """A way to fill a gap with the outcome before and after."""

    option: Option
    before: Outcome
    after: Outcome

    @property
    def counted(self) -> bool:
        """Whether the filled line counts; without a factor it is still left out."""
        return len(self.after.left_out) < len(self.before.left_out)

    @property
    def both(self) -> tuple[Outcome, Outcome]:
        """Before and after, as two columns of a table."""
        return self.before, self.after


def outcome(request: DataRequest, rows: Rows, cover: Mapping[str, str]) -> Outcome:
    """Calculate what can be counted of a draft under the scheme's rule set, without storing anything."""
    checked = check_draft(request, rows, cover)
    upload = Upload(
        request=request, reading={"tables": checked.inspection.tables, "cover": checked.inspection.cover}
    )
    try:
        document = build_document(request, upload)
    except Problems:
        return Outcome()
    process = document["processes"][0]
    left_out = [line["name"] for line in process["exchanges"] if not _counts(line)]
    process["exchanges"] = [line for line in process["exchanges"] if _counts(line)]
    if not process["exchanges"]:
        return Outcome(left_out=left_out)
    try:
        ledger = calculate(parse_inventory(document), rulesets.load(RULESET), current_factors())
    except (InventoryError, ArithmeticError):
        return Outcome(left_out=left_out)
    quality = ledger.quality
    return Outcome(
        ledger.total,
        quality["pds"],
        quality["activity_primary_share"],
        quality["estimated_share"],
        quality["dqr"]["overall"],
        left_out,
    )


def costs(request: DataRequest, rows: Rows, cover: Mapping[str, str], gap: Gap) -> list[Cost]:
    """Every option of a gap with what it does; none while the scale is not known."""
    if gap.product_kg is None:
        return []
    before = outcome(request, rows, cover)
    found = []
    for option in gap.options:
        table = list(rows[gap.table])
        table[gap.index] = fill(gap, option.choice, gap.row, cover)
        found.append(Cost(option, before, outcome(request, {**rows, gap.table: table}, cover)))
    return found


def _counts(line: Mapping[str, Any]) -> bool:
    return line.get("amount") is not None and bool(line.get("link") or line.get("electricity"))
