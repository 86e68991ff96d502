"""A sheet that is needed is missing."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, found, rule
from suppliers.workbook.layout import SHEETS
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import level

RULE = rule(
    "WB-107",
    "error",
    Text("缺少工作表", "Sheet missing"),
    Text(
        "没有找到工作表“{sheet}”。",
        "The sheet “{sheet}” was not found.",
    ),
    Text(
        "请恢复工作表和它的名称；没有数据的表，在封面上回答有无数据。",
        "Put the sheet and its name back; for a table without data, answer on the cover.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    if reading.single:
        return
    chosen = level(reading)
    headless = {schema.key for schema, _ in reading.headless}
    for sheet in SHEETS:
        if sheet.key in reading.tables or sheet.key in headless:
            continue
        needed = sheet.key == "cover" or (sheet.key == "verified") == (chosen == "verified")
        answered = reading.cover.text(f"{sheet.key}_answer") not in ("", "data")
        if needed and not answered:
            yield found(RULE, sheet=sheet.shown, table=sheet.key)
