"""Two published results beside each other: stages and sums of each rule set, with what one says more than the other."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lca.models import PublishedResult
from suppliers.shown import STAGES, Scores, scores_of


def tables_of(first: PublishedResult, second: PublishedResult) -> list[dict[str, Any]]:
    """One table for each rule set that either has scores under: stages and sum, with the difference where both have it.

    Figures per different declared units stand beside each other without a difference.
    """
    sides = [{score.ruleset: score for score in scores_of(result)} for result in (first, second)]
    same = first.declared_unit == second.declared_unit
    tables = []
    for key in dict.fromkeys([*sides[0], *sides[1]]):
        pair = [side.get(key) for side in sides]
        known = pair[0] or pair[1]
        rows = [_row(stage, [_stage(score, stage) for score in pair], same) for stage in STAGES]
        total = _row("", [None if score is None else score.total for score in pair], same)
        tables.append(
            {
                "ruleset": key,
                "name": known.name if known else {},
                "rows": rows,
                "total": total,
                "scores": pair,
            }
        )
    return tables


def _stage(score: Scores | None, key: str) -> Decimal | None:
    if score is None:
        return None
    return next((stage.amount for stage in score.stages if stage.key == key), None)


def _row(stage: str, values: list[Decimal | None], same: bool) -> dict[str, Any]:
    first, second = values
    difference = second - first if same and first is not None and second is not None else None
    return {
        "stage": stage,
        "values": values,
        "difference": difference,
        "relative": difference / first if difference is not None and first else None,
    }
