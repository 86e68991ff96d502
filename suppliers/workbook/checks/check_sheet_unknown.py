"""A sheet that the template does not have is not read."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, found, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

RULE = rule(
    "WB-110",
    "note",
    Text("多出的工作表", "Unknown sheet"),
    Text(
        "工作表“{sheet}”不在模板中，没有读取。",
        "The sheet “{sheet}” is not in the template and was not read.",
    ),
    Text(
        "如果其中有数据，请移到模板的表中。",
        "If it holds data, move them to the template's sheets.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for title in reading.unknown_sheets:
        yield found(RULE, sheet=title)
