"""Electricity needs the place where it is used."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, level

RULE = rule(
    "WB-503",
    "error",
    Text("缺少用电所在地", "Place of use missing"),
    Text(
        "电力没有填所在地，无法选择因子。",
        "The electricity has no place, so that no factor can be chosen.",
    ),
    Text(
        "填写省份或国家，或在封面填写工厂所在地。",
        "Give the province or country, or the plant's place on the cover.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table = reading.tables.get("energy")
    if table is None or level(reading) != "tables":
        return
    for row in table.rows:
        cell = row.get("region")
        if row.text("carrier") != "electricity" or cell is None or cell.state != "blank":
            continue
        if not reading.cover.text("plant_region"):
            yield at(RULE, table, cell)
