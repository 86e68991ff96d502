"""The inventory under one rule set, solved: everything resolved, every process scaled to the reference flow, its lines.

What a ledger (`calculate`) and a report of differences (`differences`) both start from.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from lca.engine.allocation import Allocation, allocate
from lca.engine.contribution import Foreground, build_system, solve
from lca.engine.factors import FactorRelease
from lca.engine.ledger import Line
from lca.engine.linking import Linker
from lca.engine.model import Inventory
from lca.engine.names import unit_name
from lca.engine.problems import ERROR, EngineProblem, InventoryError
from lca.engine.recycling import EndOfLifeOutcome
from lca.engine.units import UnitError, ratio
from lca.rulesets.model import RuleSet

# Twenty thousand lines of this size still add up, and their squares count in a variance.
_LARGEST = 1e140


@dataclass(frozen=True)
class Solved:
    """A solved inventory: `amount` of the product in `column` is the reference flow. `linker` holds what was found."""

    linker: Linker
    allocations: Mapping[str, Allocation]
    foreground: Foreground
    column: int
    amount: float


def solve_inventory(inventory: Inventory, ruleset: RuleSet, release: FactorRelease) -> Solved:
    """Return the inventory resolved and scaled to its reference flow.

    Errors: InventoryError with every problem that makes a number impossible or wrong.
    """
    linker = Linker(inventory, ruleset, release)
    linked = tuple(linker.resolve_all())
    problems = linker.problems
    allocations = {
        process.id: allocate(process, ruleset.allocation, problems) for process in inventory.processes
    }
    system, index = build_system(inventory, linked, allocations)
    problems += system.check()
    reference = inventory.reference
    process = inventory.process(reference.process)
    assert process is not None  # noqa: S101 - the parser refuses an unknown reference process
    product = process.product(reference.product) if reference.product else process.products[0]
    assert product is not None  # noqa: S101 - and an unknown product
    try:
        amount = float(reference.amount * ratio(reference.unit, product.unit))
    except UnitError:
        params = {"unit": unit_name(reference.unit), "expected": unit_name(product.unit)}
        problems.append(EngineProblem("reference.unit_mismatch", "reference.unit", reference.unit, params))
        amount = 0.0
    fatal = [problem for problem in problems if problem.severity == ERROR]
    if fatal:
        raise InventoryError(fatal)
    column = index[process.id, product.id]
    foreground = solve(system, index, linked, {column: amount})
    too_large = system.check_range(foreground.supplied) or _check_burdens(foreground)
    if too_large:
        raise InventoryError(too_large)
    return Solved(linker, allocations, foreground, column, amount)


def _check_burdens(foreground: Foreground) -> list[EngineProblem]:
    """Return an error for the first process whose burdens are too large for a float."""
    for item in foreground.linked:
        scaled = (burden * foreground.scale(item.process.id) for burden in item.burdens.values())
        if not all(abs(value) < _LARGEST for value in scaled):
            process = item.process
            params = {"process": process.name}
            return [EngineProblem("system.overflow", f"processes[{process.id}]", process.id, params)]
    return []


def end_of_life_lines(outcome: EndOfLifeOutcome, declared: Collection[str]) -> list[Line]:
    """Return the lines that the rule set's end-of-life model adds; none where its parameters are incomplete."""
    if not outcome.available[outcome.model]:
        return []
    lines = []
    for row in outcome.rows:
        for stage, value in zip(("materials", "recycling"), row.effects[outcome.model], strict=True):
            if value:
                lines.append(
                    Line(
                        id=f"end_of_life.{row.material.id}@{stage}",
                        exchange=f"end_of_life.{row.material.id}",
                        process="",
                        group="end_of_life",
                        stage=stage,
                        kind="end_of_life",
                        name=row.material.name,
                        amount=float(row.material.mass_kg),
                        unit="kg",
                        converted_amount=float(row.material.mass_kg),
                        converted_unit="kg",
                        unit_burden=value / float(row.material.mass_kg),
                        kgco2e=value,
                        share=None,
                        counted=stage in declared,
                        primary=False,
                        primary_share=0.0,
                        data_kind="calculated",
                        tier="model",
                    )
                )
    return lines
