"""A factor that the release does not hold is kept as free text."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, index

RULE = rule(
    "WB-507",
    "note",
    Text("因子未匹配", "Factor not matched"),
    Text(
        "因子库没有“{value}”，按文字保留，尚未关联。",
        "The factor release has no “{value}”; it is kept as text and not linked yet.",
    ),
    Text(
        "上传后在网页上选择因子。",
        "Choose the factor on the page after the upload.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    if not expect.factors:
        return
    for table, _, cell in index(reading).factors:
        if cell.text.startswith("elec.cn.co2."):
            continue  # a CO2 emission factor of electricity is WB-506
        if cell.text not in expect.factors:
            yield at(RULE, table, cell)
