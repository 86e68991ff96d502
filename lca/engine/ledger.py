"""The result of a calculation, line by line: `carbonfoot-ledger/1`. Every sum in it is the sum of its lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lca.engine.problems import ERROR, EngineProblem

FORMAT = "carbonfoot-ledger/1"


@dataclass(frozen=True, slots=True)
class Line:
    """One contribution to the result, scaled to the reference flow: kg CO2e in one stage.

    An exchange whose supplier result covers several stages has a line for each; `exchange` is what they have in common.
    `counted` is false where the stage lies outside the rule set. `share` is of the counted total.
    """

    id: str
    exchange: str
    process: str
    group: str
    stage: str
    kind: str
    name: Mapping[str, str]
    amount: float | None
    unit: str
    converted_amount: float | None
    converted_unit: str
    unit_burden: float | None
    kgco2e: float
    share: float | None
    counted: bool
    primary: bool
    primary_share: float
    data_kind: str
    tier: str
    components: tuple[str, ...] = ()
    factor: Mapping[str, Any] | None = None
    result: Mapping[str, Any] | None = None
    gas: Mapping[str, Any] | None = None
    electricity: Mapping[str, Any] | None = None
    provenance: Mapping[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {
            "id": self.id,
            "exchange": self.exchange,
            "process": self.process,
            "group": self.group,
            "stage": self.stage,
            "kind": self.kind,
            "name": dict(self.name),
            "amount": self.amount,
            "unit": self.unit,
            "converted_amount": self.converted_amount,
            "converted_unit": self.converted_unit,
            "unit_burden": self.unit_burden,
            "kgco2e": self.kgco2e,
            "share": self.share,
            "counted": self.counted,
            "primary": self.primary,
            "primary_share": self.primary_share,
            "data_kind": self.data_kind,
            "tier": self.tier,
            "components": list(self.components),
            "factor": _plain(self.factor),
            "result": _plain(self.result),
            "gas": _plain(self.gas),
            "electricity": _plain(self.electricity),
            "provenance": _plain(self.provenance),
        }


def _plain(value: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if value is None else dict(value)


@dataclass(frozen=True)
class Ledger:
    """A calculation's identity, its totals and everything they are made of. Figures are not rounded.

    `total` is kg CO2e for the reference flow; `stages` maps the declared stages to kg CO2e for it.
    """

    ruleset: Mapping[str, Any]
    factor_release: Mapping[str, Any]
    engine_version: str
    input_digest: str
    functional_unit: Mapping[str, Any]
    product: Mapping[str, Any]
    reference: Mapping[str, Any]
    delivered_energy_kwh: float | None
    total: float
    totals: Mapping[str, float | None]
    stages: Mapping[str, Mapping[str, Any]]
    lines: tuple[Line, ...]
    processes: tuple[Mapping[str, Any], ...]
    groups: tuple[Mapping[str, Any], ...]
    gases: Mapping[str, float]
    tree: Mapping[str, Any]
    quality: Mapping[str, Any]
    electricity: Mapping[str, Any]
    end_of_life: Mapping[str, Any]
    allocation: tuple[Mapping[str, Any], ...]
    plausibility: Mapping[str, Any] | None
    warnings: tuple[EngineProblem, ...] = field(default=())

    @property
    def blocking(self) -> tuple[EngineProblem, ...]:
        """Findings that stand in the way of a declaration (severity error)."""
        return tuple(problem for problem in self.warnings if problem.severity == ERROR)

    def stage_scores(self) -> dict[str, float]:
        """Return kg CO2e per one unit of the reference product by declared stage: what a supplier publishes."""
        return {stage: entry["per_unit"] for stage, entry in self.stages.items()}

    def to_dict(self) -> dict[str, Any]:
        """Return `carbonfoot-ledger/1` as plain JSON data."""
        return {
            "format": FORMAT,
            "ruleset": dict(self.ruleset),
            "factor_release": dict(self.factor_release),
            "engine_version": self.engine_version,
            "input_digest": self.input_digest,
            "functional_unit": dict(self.functional_unit),
            "product": dict(self.product),
            "reference": dict(self.reference),
            "delivered_energy_kwh": self.delivered_energy_kwh,
            "total": self.total,
            "totals": dict(self.totals),
            "other_units": {
                key: value
                for key, value in self.totals.items()
                if key not in ("per_functional_unit", "per_unit")
            },
            "stages": {stage: dict(entry) for stage, entry in self.stages.items()},
            "lines": [line.to_dict() for line in self.lines],
            "processes": [dict(entry) for entry in self.processes],
            "groups": [dict(entry) for entry in self.groups],
            "gases": dict(self.gases),
            "tree": dict(self.tree),
            "quality": dict(self.quality),
            "electricity": dict(self.electricity),
            "end_of_life": dict(self.end_of_life),
            "allocation": [dict(entry) for entry in self.allocation],
            "plausibility": None if self.plausibility is None else dict(self.plausibility),
            "warnings": [problem.to_dict() for problem in self.warnings],
        }
