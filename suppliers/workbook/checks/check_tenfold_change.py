"""An amount per unit of product changed tenfold against the last period."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.numbers import readable
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text
from suppliers.workbook.units import BY_SYMBOL, to_base

from .base import at, base_amount, level, reference


def _base(amount: tuple[str, str] | None) -> tuple[Decimal, str] | None:
    if amount is None or amount[1] not in BY_SYMBOL:
        return None
    unit = BY_SYMBOL[amount[1]]
    return to_base(Decimal(amount[0]), unit), unit.dimension


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
    product = reference(reading)
    before = expect.previous.get("production", {})
    if product is None or not before or level(reading) != "tables":
        return
    now_made, then_made = base_amount(product[1]), _base(next(iter(before.values())))
    if (
        now_made is None
        or then_made is None
        or now_made[1] != then_made[1]
        or not now_made[0]
        or not then_made[0]
    ):
        return
    for table, row in reading.filled():
        name = row.text("name") or row.text("carrier") or row.text("gas")
        then = _base(expect.previous.get(table.key, {}).get(name)) if table.key != "production" else None
        now = base_amount(row)
        if then is None or now is None or then[1] != now[1] or not then[0] or not now[0]:
            continue
        ratio = (now[0] / now_made[0]) / (then[0] / then_made[0])
        if ratio >= 10 or ratio <= Decimal("0.1"):
            yield at(RULE, table, row.cells["amount"], name=name, ratio=readable(ratio, 3))
