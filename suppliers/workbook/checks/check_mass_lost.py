"""Much more mass goes in than comes out as product and waste."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.numbers import readable
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .balance import LOSS, mass_balance
from .base import at

RULE = rule(
    "WB-309",
    "warning",
    Text("投入远大于产出", "Much more mass in than out"),
    Text(
        "物料投入{inputs} kg，是产品和废物{outputs} kg的{ratio}倍。",
        "The materials weigh {inputs} kg, {ratio} times the {outputs} kg of products and wastes.",
    ),
    Text(
        "核对单位，看是否漏了联产品或废物。",
        "Check the units, and whether a co-product or waste is missing.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    balance = mass_balance(reading)
    if balance is None or balance.slip is not None or not balance.outputs:
        return
    if balance.inputs > balance.outputs * LOSS:
        yield at(
            RULE,
            *balance.place,
            outputs=readable(balance.outputs),
            inputs=readable(balance.inputs),
            ratio=readable(balance.inputs / balance.outputs, 2),
        )
