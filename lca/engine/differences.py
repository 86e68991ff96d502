"""Why two rule sets give different results for one inventory: groups of rules are swapped from A to B, one by one.

With T the total in kg CO2e per reference flow, and R_0 = A, R_k = A with the first k groups of rules taken from B:

    effect_k = T(R_k) - T(R_(k-1))        sum over all k of effect_k = T(B) - T(A)

The order is fixed (`lca.rulesets.compare.GROUPS`): boundary, electricity, factors, allocation, suppliers' results, end
of life, checks; last the functional unit, which leaves the total as it is and changes what it is divided by. Where two
groups touch the same line, what they have in common falls to the later one; the sum does not depend on the order.
Figures per different functional units are never added: an effect is given per A's unit and per B's, each for itself.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import fsum
from typing import Any

from lca.engine.allocation import Allocation
from lca.engine.contribution import make_lines
from lca.engine.divisor import Divisor, divisor
from lca.engine.factors import FactorRelease
from lca.engine.ledger import Line
from lca.engine.model import Inventory
from lca.engine.moves import Move, moves
from lca.engine.problems import InventoryError
from lca.engine.recycling import EndOfLifeOutcome, end_of_life
from lca.engine.solving import end_of_life_lines, solve_inventory
from lca.engine.version import ENGINE_VERSION
from lca.rulesets.compare import FIELDS, GROUPS, ParameterPair, parameter_pairs
from lca.rulesets.model import RuleSet

FORMAT = "carbonfoot-difference/1"

# What a step does: the rules agree; they differ in what is checked and rated only; they differ, and no line of this
# inventory is touched; they move lines; they change the divisor; or they cannot be told apart from the next group.
AGREE, CHECKS, NO_EFFECT, EFFECT, DIVISOR, JOINED = (
    "agree", "checks", "no_effect", "effect", "divisor", "joined",
)  # fmt: skip


@dataclass(frozen=True)
class State:
    """The inventory solved under one mixture of rules: its lines and counted total, kg CO2e per reference flow."""

    lines: tuple[Line, ...]
    total: float
    allocations: Mapping[str, Allocation]
    outcome: EndOfLifeOutcome


@dataclass(frozen=True)
class Step:
    """One group of rules swapped. `kgco2e` is its effect on the total, `moves` the lines that make it up.

    `because` says, for a step without effect, what in the inventory makes it so (a stable code). `details` are facts
    behind the moves: the shares of co-products before and after, or what end of life adds under both models.
    """

    group: str
    status: str
    because: str
    kgco2e: float
    moves: tuple[Move, ...]
    parameters: tuple[ParameterPair, ...]
    details: tuple[Mapping[str, Any], ...] = ()

    def reasons(self) -> list[dict[str, Any]]:
        """Return the effect by reason code with the number of lines, the largest first."""
        found: dict[str, list[float]] = defaultdict(list)
        for move in self.moves:
            found[move.reason].append(move.kgco2e)
        rows = [
            {"code": code, "kgco2e": fsum(values), "lines": len(values)} for code, values in found.items()
        ]
        return sorted(rows, key=lambda row: (-abs(row["kgco2e"]), row["code"]))


@dataclass(frozen=True)
class Side:
    """One of the two results: rule set, release, total in kg CO2e per reference flow, and its divisor."""

    ruleset: RuleSet
    release: FactorRelease
    total: float
    divisor: Divisor
    units: float

    @property
    def per_functional_unit(self) -> float | None:
        """The result per functional unit of this rule set, None where its divisor is not known."""
        return self.divisor.per(self.total, self.units)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return {
            "ruleset": self.ruleset.id,
            "version": self.ruleset.version,
            "title": dict(self.ruleset.title),
            "factor_release": self.release.code,
            "total": self.total,
            "per_functional_unit": self.per_functional_unit,
            "functional_unit": {**self.divisor.to_dict(), "text": dict(self.ruleset.functional_unit.text)},
        }


@dataclass(frozen=True)
class Difference:
    """The whole report, from `a` to `b`. `same_unit` says whether figures per functional unit may be compared."""

    a: Side
    b: Side
    steps: tuple[Step, ...]

    @property
    def same_unit(self) -> bool:
        """Whether both rule sets divide by the same energy, found in the same way."""
        return self.a.divisor.same_as(self.b.divisor)

    @property
    def kgco2e(self) -> float:
        """B less A, kg CO2e per reference flow: what the steps add up to."""
        return self.b.total - self.a.total

    def per_functional_unit(self, kgco2e: float) -> dict[str, float | None]:
        """Return an effect per functional unit of A and of B; the two are never added or compared."""
        return {
            "a": self.a.divisor.per(kgco2e, self.a.units),
            "b": self.b.divisor.per(kgco2e, self.b.units),
        }

    def to_dict(self) -> dict[str, Any]:
        """Return `carbonfoot-difference/1` as plain JSON data. Figures are not rounded."""
        return {
            "format": FORMAT,
            "engine_version": ENGINE_VERSION,
            "order": list(GROUPS),
            "a": self.a.to_dict(),
            "b": self.b.to_dict(),
            "kgco2e": self.kgco2e,
            "same_functional_unit": self.same_unit,
            "steps": [self._step(step) for step in self.steps],
        }

    def _step(self, step: Step) -> dict[str, Any]:
        return {
            "group": step.group,
            "status": step.status,
            "because": step.because,
            "kgco2e": step.kgco2e,
            "per_functional_unit": self.per_functional_unit(step.kgco2e),
            "reasons": step.reasons(),
            "parameters": [
                {"path": pair.path, "a": _plain(pair.a), "b": _plain(pair.b)} for pair in step.parameters
            ],
            "details": [dict(item) for item in step.details],
            "lines": [
                {**move.to_dict(), "per_functional_unit": self.per_functional_unit(move.kgco2e)}
                for move in step.moves
            ],
        }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def explain(
    inventory: Inventory, a: tuple[RuleSet, FactorRelease], b: tuple[RuleSet, FactorRelease]
) -> Difference:
    """Return why the inventory has another result under rule set and release `b` than under `a`.

    Errors: InventoryError where it cannot be calculated under one of the two.
    """
    differing = _differing(a, b)
    final = _state(inventory, *b)
    first = last = _state(inventory, *a)
    mixed, release = a
    pending = False
    steps = []
    for group in GROUPS:
        rules, mixed = mixed, replace(mixed, **{name: getattr(b[0], name) for name in FIELDS[group]})
        release = b[1] if group == "factors" else release
        parameters = tuple(differing[group])
        if not parameters and not pending:
            steps.append(Step(group, AGREE, "", 0.0, (), ()))
            continue
        try:
            # The last mixture is B in everything that a figure depends on.
            state = final if group == GROUPS[-1] else _state(inventory, mixed, release)
        except InventoryError:
            # Rules of B that need what A's do not have, such as a factor of B's release: told apart only together.
            pending = True
            steps.append(Step(group, JOINED, "", 0.0, (), parameters))
            continue
        steps.append(
            _step(inventory, "joined" if pending else group, group, last, state, (rules, b[0]), parameters)
        )
        last, pending = state, False
    units = float(inventory.reference.amount)
    return Difference(
        Side(*a, first.total, divisor(inventory, a[0]), units),
        Side(*b, final.total, divisor(inventory, b[0]), units),
        tuple(steps),
    )


def _differing(
    a: tuple[RuleSet, FactorRelease], b: tuple[RuleSet, FactorRelease]
) -> dict[str, list[ParameterPair]]:
    """Return the parameters that differ, by group."""
    found: dict[str, list[ParameterPair]] = defaultdict(list)
    for pair in parameter_pairs(a[0], b[0]):
        if pair.differs:
            found[pair.group].append(pair)
    if a[1].sha256 != b[1].sha256:
        found["factors"].append(ParameterPair("factor_release", "factors", a[1].code, b[1].code))
    return found


def _state(inventory: Inventory, ruleset: RuleSet, release: FactorRelease) -> State:
    solved = solve_inventory(inventory, ruleset, release)
    declared = ruleset.stages.declared
    made = make_lines(solved.foreground, declared, release.code)
    outcome = end_of_life(inventory, ruleset, release, solved.linker.lookup, [])
    lines = (*(line for line, _, _ in made), *end_of_life_lines(outcome, declared))
    total = fsum(line.kgco2e for line in lines if line.counted)
    return State(lines, total, solved.allocations, outcome)


def _step(
    inventory: Inventory,
    kind: str,
    group: str,
    before: State,
    after: State,
    rules: tuple[RuleSet, RuleSet],
    parameters: tuple[ParameterPair, ...],
) -> Step:
    moved = moves(kind, before.lines, after.lines, rules)
    if group == "end_of_life" and not after.outcome.available[after.outcome.model]:
        moved = [replace(move, reason="end_of_life.incomplete") for move in moved]
    status = EFFECT if moved else {"checks": CHECKS, "functional_unit": DIVISOR}.get(group, NO_EFFECT)
    return Step(
        group,
        status,
        _because(group, inventory, before, after) if status == NO_EFFECT else "",
        after.total - before.total,
        tuple(moved),
        parameters,
        _details(group, inventory, before, after),
    )


def _because(group: str, inventory: Inventory, before: State, after: State) -> str:
    """Return why a group whose rules differ leaves every line of this inventory as it is."""
    lines = after.lines
    if group == "boundary":
        return "nothing_there"
    if group == "electricity":
        return "same_supplies" if any(line.electricity for line in lines) else "no_electricity"
    if group == "factors":
        return "same_values" if any(line.gas for line in lines) else "no_direct_emissions"
    if group == "allocation":
        shared = any(len(process.products) > 1 for process in inventory.processes)
        return "same_shares" if shared else "no_coproducts"
    if group == "suppliers":
        return "same_scores" if any(line.result for line in lines) else "no_results"
    if not inventory.end_of_life.materials:
        return "no_parameters"
    complete = after.outcome.available[after.outcome.model] and before.outcome.available[before.outcome.model]
    return "same_terms" if complete else "incomplete"


def _details(group: str, inventory: Inventory, before: State, after: State) -> tuple[Mapping[str, Any], ...]:
    if group == "allocation":
        return tuple(
            {
                "process": process.id,
                "name": dict(process.name),
                "method": [side.allocations[process.id].method for side in (before, after)],
                "shares": [dict(side.allocations[process.id].shares) for side in (before, after)],
            }
            for process in inventory.processes
            if before.allocations[process.id].shares != after.allocations[process.id].shares
        )
    if group == "end_of_life" and inventory.end_of_life.materials:
        return tuple(
            {
                "model": side.outcome.model,
                "available": side.outcome.available[side.outcome.model],
                "effect": list(side.outcome.effect(side.outcome.model) or ()),
            }
            for side in (before, after)
        )
    return ()
