"""What must hold before a declaration is frozen, and again before it is submitted. One rule per file.

A rule is a function that looks at a :class:`Subject` and yields a Problem for all it finds. Errors refuse; warnings are
shown, frozen and go to the reviewer; notes are for knowing. ``RULES`` says at which moments each rule is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from carbonfoot.accounts.actor import Actor
from carbonfoot.problems import Problem
from declarations.checks import (
    calculation_current,
    calculation_present,
    certificates_free,
    cycle_life,
    cycle_life_report,
    declarant,
    family_derived,
    family_order,
    family_proof,
    findings_closed,
    four_eyes,
    ledger_findings,
    pack_registered,
    phase_open,
    plan_adopted,
    plants,
    rated_energy,
    rules_in_force,
    snapshot_intact,
    statement_signed,
    supplier_results,
    typical_product,
)
from declarations.checks.subject import FREEZE, SUBMIT, Subject
from declarations.models import Declaration

__all__ = ["FREEZE", "RULES", "SUBMIT", "Subject", "errors", "four_eyes", "run"]

Rule = Callable[[Subject], Iterator[Problem]]
BOTH = frozenset({FREEZE, SUBMIT})

# In the order of the task list: who, what, data, calculation, verification, submission.
RULES: tuple[tuple[Rule, frozenset[str]], ...] = (
    (declarant.check, BOTH),
    (pack_registered.check, BOTH),
    (rated_energy.check, BOTH),
    (plants.check, BOTH),
    (typical_product.check, BOTH),
    (family_proof.check, BOTH),
    (family_derived.check, BOTH),
    (family_order.check, frozenset({SUBMIT})),
    (cycle_life.check, BOTH),
    (cycle_life_report.check, BOTH),
    (plan_adopted.check, BOTH),
    (supplier_results.check, BOTH),
    (calculation_present.check, BOTH),
    (calculation_current.check, BOTH),
    (certificates_free.check, BOTH),
    (rules_in_force.check, BOTH),
    (ledger_findings.check, BOTH),
    (phase_open.check, BOTH),
    (snapshot_intact.check, frozenset({SUBMIT})),
    (statement_signed.check, frozenset({SUBMIT})),
    (findings_closed.check, frozenset({SUBMIT})),
    (four_eyes.check, frozenset({SUBMIT})),
)


def run(declaration: Declaration, moment: str, *, actor: Actor | None = None) -> list[Problem]:
    """Everything that the rules of a moment find, in their order. Reads only."""
    subject = Subject(declaration, actor)
    return [item for rule, moments in RULES if moment in moments for item in rule(subject)]


def errors(items: list[Problem]) -> list[Problem]:
    """Those that refuse."""
    return [item for item in items if item.severity == "error"]
