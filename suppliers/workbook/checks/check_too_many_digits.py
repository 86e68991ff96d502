"""A number with more digits than an amount of an inventory holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.numbers import plain, tidy, to_decimals
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at, index

# With this, ten thousands, tonne-kilometres and heat worked out from an amount still fit the inventory's 21 digits.
WHOLE_DIGITS_MAX = 15

RULE = rule(
    "WB-221",
    "error",
    Text("位数过多", "Too many digits"),
    Text(
        "“{column_title}”的小数点前后最多各15位，这里是{value}。",
        "“{column_title}” has at most 15 digits before and 15 after the decimal point; here is {value}.",
    ),
    Text(
        "请舍入，或换用更合适的单位填写。",
        "Round it, or write it in a unit that fits better.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken; what it rounds to is offered unless that is zero."""
    for table, _, cell in index(reading).numbers:
        number = cell.number
        if number is None or not number:
            continue
        if number.adjusted() >= WHOLE_DIGITS_MAX:
            yield at(RULE, table, cell)
        elif (rounded := to_decimals(number)) != number:
            yield replace(at(RULE, table, cell), offer=_offer(rounded))


def _offer(rounded: Decimal) -> tuple[str, ...]:
    return (plain(tidy(rounded.normalize())),) if rounded else ()
