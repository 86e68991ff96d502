"""The stages of a verified footprint must add up to its total."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.numbers import plain
from suppliers.workbook.reading import Reading
from suppliers.workbook.schema_cover import STAGE_KEYS
from suppliers.workbook.text import Text

from .base import at, level

RULE = rule(
    "WB-601",
    "error",
    Text("各阶段之和与合计不符", "Stages do not add up"),
    Text(
        "各阶段之和为{sum}，合计为{total}，差{difference}。",
        "The stages add up to {sum}, the total is {total}: {difference} apart.",
    ),
    Text(
        "按核查报告核对各阶段和合计。",
        "Check the stages and the total against the report.",
    ),
)


def _short(number: Decimal) -> str:
    return plain(number.normalize())


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table = reading.tables.get("verified")
    if table is None or level(reading) != "verified":
        return
    form = table.form
    total = form.get("cf_total")
    stages = [form.get(key) for key in STAGE_KEYS]
    if (
        total is None
        or total.number is None
        or any(cell is None or cell.state in ("bad", "blank") for cell in stages)
    ):
        return
    added = sum((cell.number for cell in stages if cell is not None and cell.number is not None), Decimal(0))
    complete = all(cell is not None and cell.state in ("known", "not_applicable") for cell in stages)
    difference = total.number - added
    tolerance = max(abs(total.number) * Decimal("0.005"), Decimal("1e-9"))
    if abs(difference) > tolerance and (complete or difference < 0):
        yield at(
            RULE,
            table,
            total,
            sum=_short(added),
            total=_short(total.number),
            difference=_short(abs(difference)),
        )
