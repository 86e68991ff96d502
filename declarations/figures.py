"""The figures of a declaration as they were frozen: one reader of ledgers for verification, review and register."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from carbonfoot.audit.canonical import sha256_hex
from declarations.models import Snapshot
from lca.models import Calculation

STAGES = ("materials", "manufacturing", "distribution", "recycling")


def number(value: Any) -> float | None:
    """A figure of a ledger, be it a float or the exact text of a snapshot; None stays unknown."""
    if value is None or value == "":
        return None
    return float(value)


@dataclass(frozen=True)
class Figures:
    """What is compared, listed and published. kg CO2e; shares 0 to 1; ratings 1 (best) to 5; None is unknown.

    ``stages`` are kg CO2e per functional unit. ``gate_per_kwh_capacity`` is materials and manufacturing alone, kg CO2e
    per kWh of rated energy, as published ranges are stated.
    """

    per_functional_unit: float | None
    per_kwh_capacity: float | None
    per_piece: float | None
    per_kg: float | None
    delivered_energy_kwh: float | None
    stages: dict[str, float]
    primary_share: float | None
    data_rating: float | None
    verified_share: float | None
    estimated_share: float | None
    omitted_share: float | None
    omitted_within: bool | None
    warnings: int
    gate_per_kwh_capacity: float | None = None
    tier_shares: dict[str, float] = field(default_factory=dict)


def figures_of(ledger: Mapping[str, Any]) -> Figures:
    """Read a ledger, or the parts of one that a list has fetched: totals, stages, quality, warnings."""
    totals = ledger.get("totals") or {}
    quality = ledger.get("quality") or {}
    rating = quality.get("dqr") or {}
    omitted = quality.get("cutoff") or quality.get("cut_off") or {}
    per_unit = number(totals.get("per_functional_unit"))
    per_kwh = number(totals.get("per_kwh_capacity"))
    stages = _stages(ledger.get("stages") or {}, per_unit)
    return Figures(
        per_functional_unit=per_unit,
        per_kwh_capacity=per_kwh,
        per_piece=number(totals.get("per_piece")),
        per_kg=number(totals.get("per_kg")),
        delivered_energy_kwh=number(ledger.get("delivered_energy_kwh")),
        stages=stages,
        primary_share=number(quality.get("pds")),
        data_rating=number(rating.get("overall") if isinstance(rating, Mapping) else rating),
        verified_share=number(quality.get("verified_share")),
        estimated_share=number(quality.get("estimated_share")),
        omitted_share=number(omitted.get("total_share")),
        omitted_within=omitted.get("within"),
        warnings=sum(
            item.get("severity") != "note" and item.get("code") != "plausibility.outside"
            for item in ledger.get("warnings") or ()
        ),
        gate_per_kwh_capacity=_gate(stages, per_unit, per_kwh),
        tier_shares={key: float(value) for key, value in (quality.get("tier_shares") or {}).items()},
    )


def _gate(stages: dict[str, float], per_unit: float | None, per_kwh: float | None) -> float | None:
    if not per_unit or per_kwh is None or not {"materials", "manufacturing"} <= stages.keys():
        return None
    return (stages["materials"] + stages["manufacturing"]) / per_unit * per_kwh


def _stages(stages: Mapping[str, Any], per_unit: float | None) -> dict[str, float]:
    """kg CO2e per functional unit by stage; scaled from the stage's kg CO2e where the ledger has only that."""
    found: dict[str, float] = {}
    for key in STAGES:
        entry = stages.get(key)
        if entry is None:
            continue
        value = number(entry.get("per_functional_unit")) if isinstance(entry, Mapping) else number(entry)
        if value is None and isinstance(entry, Mapping):
            share = number(entry.get("share"))
            value = share * per_unit if share is not None and per_unit is not None else None
        if value is not None:
            found[key] = value
    return found


class Frozen:
    """The content of a snapshot, parsed once, with the parts that pages show."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    @cached_property
    def content(self) -> dict[str, Any]:
        """The whole frozen content."""
        parsed: dict[str, Any] = json.loads(self.snapshot.content)
        return parsed

    @property
    def is_intact(self) -> bool:
        """Whether the stored text still has the digest it was frozen with."""
        return sha256_hex(self.snapshot.content.encode()) == self.snapshot.sha256

    @property
    def pack(self) -> dict[str, Any]:
        """Facts of the pack."""
        return self.content.get("pack") or {}

    @property
    def declarant(self) -> dict[str, Any]:
        """Facts of the maker."""
        return self.content.get("declarant") or {}

    @property
    def calculation(self) -> dict[str, Any]:
        """Pinned versions and digests of the calculation."""
        return self.content.get("calculation") or {}

    @property
    def ledger(self) -> dict[str, Any]:
        """The result line by line."""
        return self.calculation.get("ledger") or {}

    @cached_property
    def figures(self) -> Figures:
        """The declared figures."""
        return figures_of(self.ledger)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Lines of the result, the largest contributions first."""
        rows: list[dict[str, Any]] = list(self.ledger.get("lines") or [])
        return sorted(rows, key=lambda row: -abs(number(row.get("kgco2e")) or 0.0))


def recalculated(calculation: Calculation) -> Figures:
    """The figures of the stored calculation, to be compared with what was frozen."""
    return figures_of(calculation.ledger)
