"""A phase that asks for verification takes no declaration without a statement signed for exactly its snapshot."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject


def check(subject: Subject) -> Iterator[Problem]:
    """An error while there is none, or it is for another snapshot."""
    if not subject.phase.verification_required:
        return
    if subject.statement is None:
        if subject.declaration.statements.exists():
            message = _("The verification statement was signed for another version of the content.")
        else:
            message = _("There is no verification statement.")
        yield Problem("DECL-STATEMENT", message, where="verification")
