"""A declaration is submitted while its phase is open; the dates are days in China."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.problems import Problem
from declarations.checks.subject import Subject


def check(subject: Subject) -> Iterator[Problem]:
    """An error before the phase begins and after it has ended."""
    phase, today = subject.phase, clock.today()
    if today < phase.starts_on:
        yield Problem(
            "DECL-PHASE-EARLY",
            _("The phase has not begun."),
            where="phase",
            value=f"{phase.name} · {phase.starts_on}",
        )
    elif phase.ends_on is not None and today > phase.ends_on:
        yield Problem(
            "DECL-PHASE-OVER",
            _("The phase has ended."),
            where="phase",
            value=f"{phase.name} · {phase.ends_on}",
            mend=_("Withdraw this declaration and declare the pack in the phase in force."),
        )
