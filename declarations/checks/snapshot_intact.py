"""What is submitted is what was frozen: the stored content still has its digest, and still is what it rests on."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject
from declarations.snapshots import differences, is_intact


def check(subject: Subject) -> Iterator[Problem]:
    """An error when the snapshot is missing or altered, or when the pack was changed after freezing."""
    snapshot = subject.declaration.snapshot
    if snapshot is None:
        yield Problem("DECL-SNAPSHOT", _("The declaration is not frozen."), where="snapshot")
    elif not is_intact(snapshot):
        yield Problem(
            "DECL-SNAPSHOT-ALTERED",
            _("The frozen content does not have the digest it was frozen with."),
            where="snapshot",
        )
    else:
        for name in differences(subject.declaration, snapshot):
            yield Problem(
                "DECL-SNAPSHOT-OLD",
                _("Facts have changed since the declaration was frozen."),
                where="snapshot",
                value=name,
                mend=_("Open it for changes and freeze it again."),
            )
