"""The delivered energy can be found: cycles, depth of discharge and retention are all known."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject

# Typical requirement quoted for GB/T 31484-2015: at least one of (cycles, least retention).
USUAL = ((500, Decimal("0.90")), (1000, Decimal("0.80")))


def check(subject: Subject) -> Iterator[Problem]:
    """An error for each missing figure; a warning when the tested life is below what is usually asked."""
    pack = subject.pack
    figures = {
        _("Tested cycles are not given."): pack.cycles,
        _("Depth of discharge is not given."): pack.depth_of_discharge,
        _("Capacity retention is not given."): pack.capacity_retention,
    }
    for message, value in figures.items():
        if value is None:
            yield Problem(
                "DECL-CYCLE-LIFE",
                message,
                where="life",
                mend=_("Without it the delivered energy cannot be found."),
            )
    cycles, retention = pack.cycles, pack.capacity_retention
    if cycles is None or retention is None:
        return
    if not any(cycles >= least and retention >= share for least, share in USUAL):
        yield Problem(
            "DECL-CYCLE-LIFE-LOW",
            _("The cycle life is below what is usually required: 90% after 500 cycles, or 80% after 1000."),
            severity="warning",
            where="life",
            mend=_("Check it against the test report."),
        )
