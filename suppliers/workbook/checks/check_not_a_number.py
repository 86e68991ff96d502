"""Text stands where a number belongs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.numbers import plain, suggest
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, index

_HOW = Text(
    "请填数字；不知道填“未知”，没有这回事填“不适用”。",
    "Give a number; write unknown or n.a. if there is none.",
)
_DASHES = {"-", "--", "—", "–", "/", "\\", "无", "－"}

RULE = rule(
    "WB-202",
    "error",
    Text("应为数字", "Not a number"),
    Text(
        "“{column_title}”应为数字，这里是“{value}”。",
        "“{column_title}” should be a number; here is “{value}”.",
    ),
    Text(
        "{how}",
        "{how}",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table, _, cell in index(reading).problems["not_a_number"]:
        guess = suggest(cell.shown)
        how = _HOW
        offer: tuple[str, ...] = ()
        if guess is not None:
            how = Text(
                f"只填数字，如{plain(guess[0])}；单位写在单位列。",
                f"Give digits only, such as {plain(guess[0])}; the unit has its own column.",
            )
            offer = (plain(guess[0]),)
        elif cell.shown.strip() in _DASHES:
            how = Text("短横不是回答：请填0、未知或不适用。", "A dash is no answer: write 0, unknown or n.a.")
        yield replace(at(RULE, table, cell, how=how), offer=offer)
