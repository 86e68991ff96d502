"""In a phase that counts typical products 典型产品, the pack is marked as one of them, with a reason."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject


def check(subject: Subject) -> Iterator[Problem]:
    """A warning otherwise: the declaration is taken, but does not count towards the phase."""
    if not subject.phase.min_packs or subject.phase.every_pack:
        return
    if not subject.pack.is_typical:
        yield Problem(
            "DECL-NOT-TYPICAL",
            _("The pack is not marked as a typical product and does not count towards this phase."),
            severity="warning",
            where="pack",
            mend=_("Mark it as a typical product if it is one."),
        )
    elif not subject.pack.typical_reason:
        yield Problem(
            "DECL-TYPICAL-REASON",
            _("Nothing says why this pack is a typical product."),
            severity="warning",
            where="pack",
            mend=_("Say among its facts for which products it stands, and why."),
        )
