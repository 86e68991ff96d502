"""In a phase that counts typical products 典型产品, the pack is marked as one of them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject


def check(subject: Subject) -> Iterator[Problem]:
    """A warning otherwise: the declaration is accepted, but does not count towards the phase."""
    if subject.phase.min_packs and not subject.phase.every_pack and not subject.pack.is_typical:
        yield Problem(
            "DECL-NOT-TYPICAL",
            _("The pack is not marked as a typical product and does not count towards this phase."),
            severity="warning",
            where="pack",
            mend=_("Mark it as a typical product if it is one."),
        )
