"""An inventory as packed arrays: its links, loops and allocation as in `calculate`, ready for many solutions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from lca.engine.allocation import allocate
from lca.engine.contribution import build_system
from lca.engine.factors import FactorRelease
from lca.engine.linking import LinkedExchange, Linker
from lca.engine.model import Inventory
from lca.engine.packed import NONE, Packed
from lca.engine.problems import ERROR, EngineProblem, InventoryError
from lca.engine.units import UnitError, ratio
from lca.rulesets.model import RuleSet


@dataclass(frozen=True, slots=True)
class Addition:
    """A burden of the reference flow that no exchange carries, such as a term of the end-of-life model, in kg CO2e."""

    key: str
    stage: str
    kgco2e: float


@dataclass(frozen=True, eq=False)
class Linked:
    """An inventory whose exchanges are resolved under a rule set and a release; `linker` looks factors up."""

    inventory: Inventory
    ruleset: RuleSet
    release: FactorRelease
    linker: Linker
    items: tuple[LinkedExchange, ...]


def link(inventory: Inventory, ruleset: RuleSet, release: FactorRelease) -> Linked:
    """Return the inventory with its exchanges resolved; what is wrong with them is in `linker.problems`."""
    linker = Linker(inventory, ruleset, release)
    return Linked(inventory, ruleset, release, linker, tuple(linker.resolve_all()))


def pack(inventory: Inventory, ruleset: RuleSet, release: FactorRelease) -> tuple[Packed, dict[int, float]]:
    """Return an inventory as arrays, with the counted burdens of its processes, and the demand of its reference flow.

    Keys are `process/exchange`. Factors are already in the burdens, so that no entry leads to a background. Burdens at
    the product's end of life follow from its materials, not from an exchange, and are not among them.
    Errors: InventoryError for links and loops, as in `calculate`.
    """
    packed, demand, _ = pack_linked(link(inventory, ruleset, release))
    return packed, demand


def pack_linked(
    linked: Linked,
    source_of: Callable[[LinkedExchange], int] | None = None,
    additions: Sequence[Addition] = (),
) -> tuple[Packed, dict[int, float], tuple[str, ...]]:
    """Return the arrays, the demand, and the process of every column.

    `source_of` says which background row (of unit score 1: burdens are in kg CO2e already) a burden goes through, or
    -1. With `additions`, a last column stands for the reference flow itself: it needs the product and carries them.
    Errors: InventoryError for links and loops, as in `calculate`.
    """
    inventory, ruleset = linked.inventory, linked.ruleset
    problems = list(linked.linker.problems)
    allocations = {unit.id: allocate(unit, ruleset.allocation, problems) for unit in inventory.processes}
    system, index = build_system(inventory, linked.items, allocations)
    column, amount = _reference(inventory, index, problems)
    fatal = [problem for problem in (*problems, *system.check()) if problem.severity == ERROR]
    if fatal:
        raise InventoryError(fatal)
    declared = tuple(ruleset.stages.declared)
    rows = {stage: number for number, stage in enumerate(declared)}
    keys: dict[str, int] = {}
    entries: list[tuple[int, int, int, float, int, int]] = []
    for item in linked.items:
        key = keys.setdefault(f"{item.process.id}/{item.exchange.id}", len(keys))
        source = NONE if source_of is None else source_of(item)
        for product in item.process.products:
            owner = index[item.process.id, product.id]
            part = system.columns[owner].share / system.columns[owner].output
            if item.supplier is not None:
                entries.append((owner, index[item.supplier], NONE, float(item.converted) * part, 0, key))
            for stage, burden in item.burdens.items():
                if stage in rows:
                    entries.append((owner, NONE, source, burden * part, rows[stage], key))
    size, demand = len(system.columns), {column: amount}
    names = tuple(item.process for item in system.columns)
    if additions:
        entries.append((size, column, NONE, amount, 0, keys.setdefault("", len(keys))))
        entries += [
            (size, NONE, NONE, extra.kgco2e, rows[extra.stage], keys.setdefault(extra.key, len(keys)))
            for extra in additions
            if extra.stage in rows
        ]
        size, demand, names = size + 1, {size: 1.0}, (*names, "")
    owner_, target, source_, rate, stages, key_rows = zip(*entries, strict=True) if entries else ((),) * 6
    packed = Packed.build(
        size,
        np.array(owner_, dtype=np.int32),
        np.array(target, dtype=np.int32),
        np.array(source_, dtype=np.int32),
        rate,
        stage=np.array(stages, dtype=np.int32),
        stages=declared,
        key=np.array(key_rows, dtype=np.int32),
        keys=tuple(keys),
    )
    return packed, demand, names


def _reference(
    inventory: Inventory, index: dict[tuple[str, str], int], problems: list[EngineProblem]
) -> tuple[int, float]:
    """Column and amount of the reference flow; a unit that does not fit is added to `problems`."""
    reference = inventory.reference
    process = inventory.process(reference.process)
    assert process is not None  # noqa: S101 - the parser refuses an unknown reference process
    product = process.product(reference.product) if reference.product else process.products[0]
    assert product is not None  # noqa: S101 - and an unknown product
    column = index[process.id, product.id]
    try:
        return column, float(reference.amount * ratio(reference.unit, product.unit))
    except UnitError:
        params = {"unit": reference.unit, "expected": product.unit}
        problems.append(EngineProblem("reference.unit_mismatch", "reference.unit", reference.unit, params))
        return column, 0.0
