"""A green certificate counts once: none of those stated is spent by another product, supplier or year."""

from __future__ import annotations

from collections.abc import Iterator

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject
from lca.selectors.certificates import conflicts
from lca.services.certificates import conflict_problem


def check(subject: Subject) -> Iterator[Problem]:
    """An error for every certificate that another inventory holds. Freezing claims them, so that it stays true."""
    calculation = subject.calculation
    if calculation is None:
        return
    for conflict in conflicts(calculation.revision.document, calculation.revision.inventory):
        yield conflict_problem(conflict)
