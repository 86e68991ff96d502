"""A year of an item: the sum of its records, the months they cover, and what keeps the sum from being trusted."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext

from suppliers.activity.rows import exact
from suppliers.models import ActivityItem, ActivityRecord, ActivitySource
from suppliers.workbook.numbers import plain
from suppliers.workbook.units import BY_SYMBOL, Unit


@dataclass
class Total:
    """The year of one item. ``amount`` is None where its units do not add up.

    ``months``: how many months have a record. ``overlapping``: records over several days that share days with another
    such; single days may hold many deliveries. ``across``: records that reach beyond the year and are not counted.
    """

    item: ActivityItem
    amount: Decimal | None = Decimal(0)
    unit: str = ""
    records: int = 0
    months: int = 0
    overlapping: int = 0
    across: int = 0
    units: list[str] = field(default_factory=list)
    digest: str = ""

    @property
    def evidence(self) -> str:
        """Where the sum comes from, for the line of the answer that it fills."""
        return f"{self.item.source.code}/{self.item.code}: {self.records} ({self.digest[:12]})"

    @property
    def usable(self) -> bool:
        """Whether the sum can be taken over: mapped, of one dimension, and nothing counted twice."""
        return bool(self.item.table) and self.amount is not None and self.records > 0 and not self.overlapping


def totals_of(source: ActivitySource, year: int) -> list[Total]:
    """Every item of a source with its year, in two queries; amounts in the unit of the item's first record."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    rows = (
        ActivityRecord.objects.filter(
            source=source, replaced_by__isnull=True, period_from__lte=last, period_to__gte=first
        )
        .order_by("item_id", "period_from", "period_to", "key", "version")
        .values_list("item_id", "key", "version", "period_from", "period_to", "amount", "unit")
    )
    by_item: dict[int, list[tuple[str, int, dt.date, dt.date, Decimal, str]]] = {}
    for item, *content in rows:
        by_item.setdefault(item, []).append(tuple(content))  # type: ignore[arg-type]
    items = source.items.select_related("source")
    return [_total(item, by_item.get(item.pk, ()), first, last) for item in items]


def _total(
    item: ActivityItem,
    rows: Sequence[tuple[str, int, dt.date, dt.date, Decimal, str]],
    first: dt.date,
    last: dt.date,
) -> Total:
    inside = [row for row in rows if row[2] >= first and row[3] <= last]
    total = Total(item, records=len(inside), across=len(rows) - len(inside))
    if not inside:
        return total
    total.units = sorted({row[5] for row in inside})
    total.unit = inside[0][5]
    total.amount = _sum([(row[4], BY_SYMBOL[row[5]]) for row in inside], BY_SYMBOL[total.unit])
    total.months = len(set(_months((row[2], row[3]) for row in inside)))
    total.overlapping = _overlapping([(row[2], row[3]) for row in inside if row[2] != row[3]])
    said = "\n".join(
        f"{key}|{version}|{a}|{b}|{plain(amount)}|{unit}" for key, version, a, b, amount, unit in inside
    )
    total.digest = hashlib.sha256(said.encode()).hexdigest()
    return total


def _sum(amounts: Iterable[tuple[Decimal, Unit]], target: Unit) -> Decimal | None:
    """The exact sum in ``target``; None for amounts of several dimensions."""
    pairs = list(amounts)
    if any(unit.dimension != target.dimension for _amount, unit in pairs):
        return None
    with localcontext(prec=60):
        parts = [amount if unit is target else amount * unit.factor / target.factor for amount, unit in pairs]
        return exact(sum(parts, Decimal(0)))


def _months(periods: Iterable[tuple[dt.date, dt.date]]) -> Iterable[int]:
    for begins, ends in periods:
        yield from range(begins.month, ends.month + 1)


def _overlapping(periods: Sequence[tuple[dt.date, dt.date]]) -> int:
    """How many of these periods, sorted by their begin, share a day with one before."""
    count, until = 0, dt.date.min
    for begins, ends in periods:
        count += begins <= until
        until = max(until, ends)
    return count
