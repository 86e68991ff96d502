"""What a scenario does to a result: before and after, the effect of every change, and the lines that moved.

The effect of a change is that of adding it to those before it, in their order, so that the effects add up to the whole
difference exactly. Beside it stands its effect alone, on the untouched base; what these do not add up to is the
interaction of the changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lca.engine.calculate import calculate
from lca.engine.document import parse_inventory
from lca.engine.factors import FactorRelease
from lca.engine.ledger import Ledger
from lca.engine.problems import InventoryError
from lca.engine.scenario import read_changes
from lca.engine.scenario_apply import apply_changes
from lca.rulesets.model import RuleSet

FORMAT = "carbonfoot-scenario-outcome/1"
# Two sums of the same numbers in another order differ by no more than this, relative to their size.
NOISE = 1e-12


@dataclass(frozen=True, slots=True)
class Figures:
    """A result in short: kg CO2e per reference flow, and per functional unit where there is one."""

    total: float
    per_functional_unit: float | None

    def minus(self, other: Figures) -> Figures:
        """Return the difference; no figure per functional unit where one side has none."""
        mine, theirs = self.per_functional_unit, other.per_functional_unit
        return Figures(self.total - other.total, None if mine is None or theirs is None else mine - theirs)

    def to_dict(self) -> dict[str, float | None]:
        """Return plain JSON data."""
        return {"total": self.total, "per_functional_unit": self.per_functional_unit}


def _figures(ledger: Ledger) -> Figures:
    return Figures(ledger.total, ledger.totals["per_functional_unit"])


@dataclass(frozen=True, slots=True)
class Step:
    """One change: its effect after those before it, and alone on the base.

    `effect` is None where the changes up to this one give no result yet; the next step then holds the effect of both.
    `alone` is None where the change cannot be made, or not be calculated, without the others.
    """

    change: int
    effect: Figures | None
    alone: Figures | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {
            "change": self.change,
            "effect": self.effect.to_dict() if self.effect else None,
            "alone": self.alone.to_dict() if self.alone else None,
        }


@dataclass(frozen=True)
class ScenarioOutcome:
    """A scenario calculated under one rule set: `document` is the changed inventory, `ledger` its result."""

    document: Mapping[str, Any]
    base: Ledger
    ledger: Ledger
    steps: tuple[Step, ...]

    def interaction(self) -> Figures | None:
        """What the changes do together beyond the sum of what each does alone; None where one cannot stand alone."""
        whole = _figures(self.ledger).minus(_figures(self.base))
        for step in self.steps:
            if step.alone is None:
                return None
            whole = whole.minus(step.alone)
        return whole

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON data: everything but the ledger of the scenario, which is stored by itself."""
        interaction = self.interaction()
        return {
            "format": FORMAT,
            "standing": "scenario, not declared",
            "base": summary(self.base),
            "scenario": summary(self.ledger),
            "steps": [step.to_dict() for step in self.steps],
            "interaction": interaction.to_dict() if interaction else None,
            "moved": moved_lines(self.base, self.ledger),
        }


def summary(ledger: Ledger) -> dict[str, Any]:
    """Return the figures of a ledger that stand beside each other: totals, stages, delivered energy."""
    return {
        "input_digest": ledger.input_digest,
        "total": ledger.total,
        "totals": dict(ledger.totals),
        "delivered_energy_kwh": ledger.delivered_energy_kwh,
        "functional_unit": dict(ledger.functional_unit),
        "stages": {key: dict(stage) for key, stage in ledger.stages.items()},
        "findings": [problem.code for problem in ledger.warnings],
    }


def _counted(ledger: Ledger) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {
        (line.process, line.exchange, line.stage): line.to_dict() for line in ledger.lines if line.counted
    }


def moved_lines(before: Ledger, after: Ledger) -> list[dict[str, Any]]:
    """Return the lines whose kg CO2e differ, as they stand in both ledgers (None: not there), the largest first."""
    sides = _counted(before), _counted(after)
    names = {process["id"]: process["name"] for ledger in (before, after) for process in ledger.processes}
    found = []
    for key in dict.fromkeys([*sides[0], *sides[1]]):
        old, new = sides[0].get(key), sides[1].get(key)
        first, second = (old or {}).get("kgco2e", 0.0), (new or {}).get("kgco2e", 0.0)
        if abs(second - first) > NOISE * max(abs(first), abs(second)):
            found.append(
                {
                    "process": key[0],
                    "process_name": names.get(key[0], key[0]),
                    "stage": key[2],
                    "kgco2e": second - first,
                    "before": old,
                    "after": new,
                }
            )
    return sorted(found, key=lambda row: (-abs(row["kgco2e"]), row["process"], row["stage"]))


def run_scenario(
    document: Mapping[str, Any],
    changes: Any,
    ruleset: RuleSet,
    release: FactorRelease,
    *,
    results: Mapping[str, Mapping[str, Any]] | None = None,
) -> ScenarioOutcome:
    """Return what the changes come to on top of the document. `changes` is the JSON list of them.

    Errors: InventoryError with every problem of the changes, or of the changed inventory.
    """
    read, known = read_changes(changes), results or {}

    def made(*positions: int) -> Ledger:
        changed: Mapping[str, Any] = document
        for position in positions:
            changed = apply_changes(changed, [read[position]], results=known, release=release, first=position)
        return calculate(parse_inventory(changed), ruleset, release)

    whole = apply_changes(document, read, results=known, release=release)
    base = calculate(parse_inventory(document), ruleset, release)
    ledger = calculate(parse_inventory(whole), ruleset, release)

    def tried(*positions: int) -> Figures | None:
        if len(positions) == len(read):
            return _figures(ledger)
        try:
            return _figures(made(*positions))
        except InventoryError:
            return None

    steps, last, start = [], _figures(base), _figures(base)
    for position in range(len(read)):
        reached = tried(*range(position + 1))
        alone = reached if position == 0 else tried(position)
        steps.append(
            Step(
                position,
                None if reached is None else reached.minus(last),
                None if alone is None else alone.minus(start),
            )
        )
        last = reached or last
    return ScenarioOutcome(whole, base, ledger, tuple(steps))
