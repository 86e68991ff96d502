"""What the engine found goes into the declaration: its errors refuse, its warnings are frozen with the rest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject
from lca.services.problems import as_problem


def check(subject: Subject) -> Iterator[Problem]:
    """Errors and warnings of the ledger; its notes stay on the result page."""
    for item in subject.ledger.get("warnings", []):
        found = as_problem(item)
        if found.severity in ("error", "warning"):
            yield replace(found, code=f"CALC-{found.code}", where="calculation", field="")
