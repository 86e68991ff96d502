"""An amount per unit of product changed tenfold against the last period."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.numbers import readable
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, level
from .previous import compared, previous_product

RULE = rule(
    "WB-405",
    "warning",
    Text("比上一期变化十倍", "Tenfold change"),
    Text(
        "“{name}”每单位产品的用量是上一期的{ratio}倍。",
        "“{name}” for each unit of product is {ratio} times the last period's.",
    ),
    Text(
        "核对小数点和单位；属实请在备注说明原因。",
        "Check the decimal point and the unit; if it is right, give the reason in the note.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    made = previous_product(reading, expect)
    if made is None or level(reading) != "tables":
        return
    for pair in compared(reading, expect):
        if not pair.now or not pair.then:
            continue
        ratio = (pair.now / made.now) / (pair.then / made.then)
        if ratio >= 10 or ratio <= Decimal("0.1"):
            yield at(RULE, pair.table, pair.row.cells["amount"], name=pair.name, ratio=readable(ratio, 3))
