"""A few cells of a workbook around the one that is meant, for findings and for tracing a number back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cell:
    """One cell. ``hit`` is empty, "ok" (the source of a number), "bad" or "warn" (the place of a finding)."""

    text: str = ""
    num: bool = False
    hit: str = ""


@dataclass(frozen=True)
class SheetRow:
    """A row with its number in the workbook."""

    number: int
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Snippet:
    """What ``{% sheet_snippet %}`` draws: column letters and a few rows."""

    columns: Sequence[str]
    rows: Sequence[SheetRow]
    sheet: str = ""
    file: str = ""
    notes: Sequence[str] = field(default_factory=tuple)
