"""A green certificate number has 32 digits."""

from __future__ import annotations

from collections.abc import Iterator

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import Finding, rule
from suppliers.workbook.reading import Reading
from suppliers.workbook.text import Text

from .base import at
from .certificates import certificate_cells, is_certificate, split

RULE = rule(
    "WB-501",
    "warning",
    Text("绿证编号位数不对", "Certificate number form"),
    Text(
        "绿证编号应为32位数字（项目17位，电量15位），“{number}”有{length}位。",
        "A green certificate number has 32 digits (17 for the project, 15 for the electricity); "
        "“{number}” has {length}.",
    ),
    Text(
        "核对凭证原件。保留此值也可提交，该证书不计入。",
        "Check the original. You may keep the value; the certificate then does not count.",
    ),
)


def check(reading: Reading, expect: Expectation) -> Iterator[Finding]:
    """Yield a finding for each place where the rule is broken."""
    for table, cell in certificate_cells(reading):
        for number in split(cell.text):
            if not is_certificate(number):
                yield at(RULE, table, cell, number=number[:40], length=str(len(number)))
