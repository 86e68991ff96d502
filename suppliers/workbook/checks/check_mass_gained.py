"""More mass comes out than went in."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.numbers import readable
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .balance import TOLERANCE, mass_balance
from .base import at

RULE = rule(
    "WB-308",
    "warning",
    Text("产出大于投入", "More mass out than in"),
    Text(
        "产品质量{outputs} kg，大于物料投入{inputs} kg。",
        "The products weigh {outputs} kg, more than the {inputs} kg of materials put in.",
    ),
    Text(
        "核对产量和物料的单位，看是否漏了物料。",
        "Check the units of production and materials, and whether a material is missing.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    balance = mass_balance(reading)
    if balance is None or balance.slip is not None or not balance.complete or not balance.inputs:
        return
    if balance.products > balance.inputs * TOLERANCE:
        yield at(RULE, *balance.place, outputs=readable(balance.products), inputs=readable(balance.inputs))
