"""A material's amount is wrong by about a factor of 1000 against the product."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.numbers import plain, readable, tidy
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .balance import Balance, mass_balance
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
        finding = at(RULE, *balance.slip, ratio=readable(balance.inputs / balance.products, 2))
        yield replace(finding, offer=_offer(balance))


def _offer(balance: Balance) -> tuple[str, ...]:
    """The amount that would make the masses fit: a material divided, or a product moved the other way."""
    if balance.slip is None or balance.slip[1].number is None:
        return ()
    table, cell = balance.slip
    too_much = balance.inputs > balance.products
    divide = too_much == (table.key == "materials")
    amount = cell.number or Decimal(0)
    return (plain(tidy((amount / 1000 if divide else amount * 1000).normalize())),)
