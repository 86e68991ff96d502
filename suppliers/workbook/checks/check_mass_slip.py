"""A material's amount is wrong by about a factor of 1000 against the product."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.numbers import readable
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .balance import mass_balance
from .base import at

RULE = rule(
    "WB-403",
    "warning",
    Text("用量疑似差1000倍", "Amount off by 1000?"),
    Text(
        "物料合计是产品质量的{ratio}倍，除以或乘以1000才合理。",
        "The materials weigh {ratio} times the products; it would fit if divided or multiplied by 1000.",
    ),
    Text(
        "核对这一行的单位：kg还是t。",
        "Check this row's unit: kg or t.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    balance = mass_balance(reading)
    if balance is not None and balance.slip is not None and balance.products:
        yield at(RULE, *balance.slip, ratio=readable(balance.inputs / balance.products, 2))
