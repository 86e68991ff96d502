"""Published inventories of battery modules, per kg of product: to learn from, to compare with, to fill gaps.

They are secondary data. Nothing of them enters an inventory unless a person takes it, and then the line says so. Terms
and sources are in `data/modules/NOTICES.md`. Nothing of the engine is imported here: the child process that reads
workbooks takes the list of keys from this module.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

FORMAT = "carbonfoot-module-references/1"
FILE = Path(__file__).resolve().parent / "data" / "modules" / "references.json"


@dataclass(frozen=True, slots=True)
class ReferenceLine:
    """One flow per kg of product. ``values`` are keys of the workbook's lists, ``flow`` the source's own word.

    ``amount`` None: every plant has this flow and the source gives no figure for it, which is not zero.
    ``partial``: the source counts a part of the process only, so that the amount fills no gap. ``derived``: worked out
    from two published figures, as the reference's scope says.
    """

    table: str
    name: Mapping[str, str]
    flow: str
    amount: Decimal | None
    unit: str
    values: Mapping[str, str] = field(default_factory=dict)
    factor: str = ""
    partial: bool = False
    derived: bool = False

    @property
    def usable(self) -> Decimal | None:
        """The amount where it can stand in for a plant's own: the whole flow, with a figure."""
        return None if self.partial else self.amount


@dataclass(frozen=True, slots=True)
class Reference:
    """An inventory of one kind of module with its source. ``main``: the one to show first for its type."""

    key: str
    module_type: str
    main: bool
    name: Mapping[str, str]
    source: Mapping[str, Any]
    scope: Mapping[str, str]
    lines: tuple[ReferenceLine, ...]


@lru_cache(maxsize=1)
def references() -> dict[str, Reference]:
    """Every reference inventory by its key, in the order of the file."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    if data["format"] != FORMAT or data["per"] != "kg":
        raise ValueError(f"{FILE.name} is not {FORMAT} per kg")
    return {row["key"]: _reference(row) for row in data["references"]}


def references_of(module_type: str) -> list[Reference]:
    """The reference inventories of a type of module, the main one first; none for types that nobody published."""
    found = [item for item in references().values() if item.module_type == module_type]
    return sorted(found, key=lambda item: not item.main)


def _reference(row: Mapping[str, Any]) -> Reference:
    lines = tuple(
        ReferenceLine(
            line["table"],
            line["name"],
            line["flow"],
            None if line["amount"] is None else Decimal(line["amount"]),
            line["unit"],
            line["values"],
            line.get("factor", ""),
            line.get("partial", False),
            line.get("derived", False),
        )
        for line in row["lines"]
    )
    return Reference(
        row["key"], row["module_type"], row["main"], row["name"], row["source"], row["scope"], lines
    )
