"""All sheets of the workbook in their order, and the look-up of a sheet by its name."""

from __future__ import annotations

from .schema import Sheet
from .schema_cover import COVER, VERIFIED
from .schema_tables import TABLES
from .text import Text, fold

SHEETS: tuple[Sheet, ...] = (COVER, VERIFIED, *TABLES)
BY_KEY: dict[str, Sheet] = {sheet.key: sheet for sheet in SHEETS}
_BY_NAME: dict[str, Sheet] = {name: sheet for sheet in SHEETS for name in sheet.names()}

# Sheets that the template holds for people, and that nobody fills in.
INSTRUCTIONS = Text("填写说明", "Instructions")
FACTORS = Text("背景因子", "Background factors")
LISTS = Text("选项", "Lists")
FINDINGS = Text("检查结果", "Findings")
OWN_SHEETS = {
    fold(name)
    for text in (INSTRUCTIONS, FACTORS, LISTS, FINDINGS)
    for name in (text.zh, text.en, text.both())
}


def find_sheet(name: str) -> Sheet | None:
    """Return the sheet that a tab names, by key or title in either language, or None."""
    return _BY_NAME.get(fold(name))


def is_own_sheet(name: str) -> bool:
    """Say whether a tab is one that the software writes and never reads."""
    return fold(name) in OWN_SHEETS
