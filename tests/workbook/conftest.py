"""Shared by the workbook tests: how a file is examined and what is compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from suppliers.workbook import Expectation, Finding
from suppliers.workbook.examine import examine

Codes = list[list[str]]


def codes(findings: list[Finding]) -> Codes:
    """Return [code, sheet, cell] of each finding, sorted."""
    return sorted([finding.code, finding.sheet, finding.cell] for finding in findings)


@pytest.fixture
def look() -> Callable[..., list[Finding]]:
    """Examine a file in this process and return its findings."""

    def _look(path: Path, expectation: Expectation | None = None, filename: str = "") -> list[Finding]:
        answer = examine(path, filename or path.name, expectation or Expectation())
        return [Finding.from_dict(item) for item in answer["findings"]]

    return _look
