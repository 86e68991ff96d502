"""Only one way of answering counts; what stands in the other is not read."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.choices import LEVELS
from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.schema_cover import VERIFIED
from suppliers.workbook.text import Text

from .base import at

RULE = rule(
    "WB-113",
    "warning",
    Text("两种方式都填了", "Both ways filled in"),
    Text(
        "封面选择了“{chosen}”，“{other}”中也有内容，没有读取。",
        "The cover chooses “{chosen}”; “{other}” is filled in too and was not read.",
    ),
    Text(
        "请确认封面的选择；不用的部分可以留着。",
        "Check the choice on the cover; the part that is not used may stay.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    table, cell = reading.tables.get("cover"), reading.cover.get("level")
    if table is None or cell is None or not cell.text:
        return
    verified = reading.tables.get("verified")
    form_filled = verified is not None and any(c.state != "blank" for c in verified.form.cells.values())
    rows_filled = any(
        reading.rows(key) for key in ("materials", "energy", "transport", "emissions", "wastes")
    )
    titles = {choice.key: choice.title for choice in LEVELS}
    if cell.text == "tables" and form_filled:
        yield at(RULE, table, cell, chosen=titles["tables"], other=VERIFIED.title)
    if cell.text == "verified" and rows_filled:
        yield at(RULE, table, cell, chosen=titles["verified"], other=Text("明细表", "the tables"))
