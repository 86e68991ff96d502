"""No finding of the verifier is open."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject


def check(subject: Subject) -> Iterator[Problem]:
    """An error for each nonconformity that is not closed."""
    for finding in subject.declaration.findings.exclude(state="closed").exclude(kind="observation"):
        yield Problem(
            "DECL-FINDING-OPEN",
            _("A finding of the verifier is open."),
            where="verification",
            value=str(finding),
        )
