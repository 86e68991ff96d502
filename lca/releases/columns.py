"""The columns of a release's file, in their order: the same as in ``lca/data/<code>/factors.csv``."""

from __future__ import annotations

COLUMNS = (
    "key",
    "name_zh",
    "name_en",
    "category",
    "family",
    "value",
    "unit",
    "region",
    "year",
    "tier",
    "boundary",
    "basis",
    "source_title",
    "source_ref",
    "licence",
    "reuse",
    "note",
)
REQUIRED = (
    "key",
    "name_zh",
    "name_en",
    "category",
    "family",
    "value",
    "unit",
    "tier",
    "source_title",
    "source_ref",
    "licence",
    "reuse",
)

# The published limits of a file. Sizes in bytes, times in seconds.
MAX_BYTES = 5_000_000
MAX_INFLATED = 60_000_000
MAX_MEMBERS = 200
MAX_ROWS = 20_000
MAX_COLUMNS = 40
MAX_TEXT = 4_000
MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 20
WALL_SECONDS = 60
