"""The published limits of an upload."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one upload. Sizes are in bytes, times in seconds."""

    file_bytes: int = 10 * 1000 * 1000
    inflated_bytes: int = 200 * 1000 * 1000
    cells: int = 500_000
    columns: int = 256
    # Rows of one table, under its heading; a sheet may have as many lines of heading again as are searched for it.
    rows: int = 50_000
    heading_rows: int = 40
    sheets: int = 20
    members: int = 2_000
    # Elements within elements: what offices write stays below thirty.
    depth: int = 200
    # A workbook of many equal rows reaches about 100:1; a bomb comes near deflate's 1032:1.
    ratio: int = 250
    ratio_from_bytes: int = 5 * 1000 * 1000
    # Parts that a parser holds in memory as objects, so that they may not fill the whole allowance.
    strings_bytes: int = 60 * 1000 * 1000
    other_part_bytes: int = 20 * 1000 * 1000
    # Processor time is what bounds a file; the wall clock only catches a child that waits for something.
    cpu_seconds: int = 90
    wall_seconds: int = 300
    memory_bytes: int = 768 * 1024 * 1024

    @property
    def last_row(self) -> int:
        """The last row of a sheet that may hold something."""
        return self.rows + self.heading_rows

    def to_dict(self) -> dict[str, int]:
        """Return the limits as JSON-able data."""
        return asdict(self)


DEFAULT_LIMITS = Limits()
