"""The same thing stands in two rows with different amounts."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading, Row
from suppliers.workbook.text import Text, fold

from .base import at, relevant


def _same(one: Row, other: Row) -> bool:
    """Say whether two rows are equal cell by cell, which is WB-305."""
    return one.cells.keys() == other.cells.keys() and all(
        (cell.state, cell.shown) == (other.cells[key].state, other.cells[key].shown)
        for key, cell in one.cells.items()
    )


RULE = rule(
    "WB-311",
    "warning",
    Text("同一项分在两行", "Same item in two rows"),
    Text(
        "第{row}行与第{first}行是同一项，数量不同。",
        "Row {row} names the same item as row {first}, with another amount.",
    ),
    Text(
        "核对是否重复；确实是两笔，请用供应商、凭证或产地区分。",
        "Check for a double entry; if they are two, tell them apart by supplier, evidence or origin.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table in relevant(reading):
        seen: dict[tuple[str, ...], Row] = {}
        for row in table.rows:
            if table.schema.form:
                continue
            present = (row.cells.get(key) for key in table.schema.duplicates)
            identity = tuple("" if cell is None else fold(cell.value or cell.shown) for cell in present)
            first = seen.setdefault(identity, row)
            if first is row or not any(identity) or _same(first, row):
                continue
            place = next(iter(row.cells.values()))
            yield at(RULE, table, place, row=str(row.number), first=str(first.number))
