"""A declaration says where the pack is made."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject


def check(subject: Subject) -> Iterator[Problem]:
    """An error while no plant is named."""
    if not subject.pack.plants.exists():
        yield Problem(
            "DECL-PLANT",
            _("No plant is named for this pack."),
            where="pack",
            mend=_("Choose the plants that make it."),
        )
