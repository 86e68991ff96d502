"""A certificate can be spent once."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at
from .certificates import certificate_cells, is_certificate, split

RULE = rule(
    "WB-502",
    "error",
    Text("绿证重复使用", "Certificate used twice"),
    Text(
        "绿证{number}已在{first}使用。",
        "Certificate {number} is used at {first} already.",
    ),
    Text(
        "每个证书只能用一次，请删去其中一处。",
        "A certificate can be used once; take one of them out.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    seen: dict[str, str] = {}
    for table, cell in certificate_cells(reading):
        for number in split(cell.text):
            first = seen.get(number)
            if first is not None and is_certificate(number):
                yield at(RULE, table, cell, number=number, first=first)
            seen.setdefault(number, cell.address)
