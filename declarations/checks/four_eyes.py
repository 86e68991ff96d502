"""Who froze a declaration does not submit it: two persons look at it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject


def check(subject: Subject) -> Iterator[Problem]:
    """An error when the person who acts is the one who froze the content."""
    snapshot, actor = subject.declaration.snapshot, subject.actor
    if snapshot is None or actor is None or actor.user is None:
        return
    if snapshot.created_by_id == actor.user.pk:
        yield Problem(
            "DECL-FOUR-EYES",
            _("You froze this declaration yourself; another person sends and submits it."),
            where="submit",
        )
