"""The checks: one rule, one file. `run` gives every finding of a reading at once, in the order of the file."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache

from suppliers.workbook.expectation import Expectation
from suppliers.workbook.findings import RANK, Finding
from suppliers.workbook.layout import SHEETS
from suppliers.workbook.reading import Reading

Check = Callable[[Reading, Expectation], Iterator[Finding]]

# With another template the columns may mean something else: only these checks still make sense.
_TEMPLATE_CODES = {"WB-102", "WB-103", "WB-104"}
_ALWAYS = (
    "check_template_unknown",
    "check_template_outdated",
    "check_template_newer",
    "check_request_number",
    "check_period_year",
)


@cache
def all_checks() -> dict[str, Check]:
    """Return {module name: check}, found by the files' names, so that none can be forgotten."""
    names = sorted(info.name for info in pkgutil.iter_modules(__path__) if info.name.startswith("check_"))
    return {name: importlib.import_module(f"{__name__}.{name}").check for name in names}


def run(reading: Reading, expect: Expectation) -> list[Finding]:
    """Return all findings, ordered by sheet, row, column and severity."""
    checks = all_checks()
    first = [finding for name in _ALWAYS for finding in checks[name](reading, expect)]
    if any(finding.code in _TEMPLATE_CODES for finding in first):
        return sort(first, reading)
    rest = [
        finding for name, check in checks.items() if name not in _ALWAYS for finding in check(reading, expect)
    ]
    return sort(first + rest, reading)


def sort(findings: list[Finding], reading: Reading) -> list[Finding]:
    """Return the findings in the order of the user's sheets, then by place, then by severity."""
    order = {title: index for index, title in enumerate(reading.titles)}
    fallback = {sheet.shown: len(order) + index for index, sheet in enumerate(SHEETS)}

    def key(finding: Finding) -> tuple[int, int, int, str, int, str]:
        letters = finding.cell.rstrip("0123456789")
        digits = finding.cell[len(letters) :]
        rank = order.get(finding.sheet, fallback.get(finding.sheet, 999))
        return rank, int(digits or 0), len(letters), letters, RANK[finding.severity], finding.code

    return sorted(findings, key=key)
