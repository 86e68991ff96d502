"""A declaration is submitted while its phase is open for its pack; the dates are days in China."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.problems import Problem
from declarations.checks.subject import Subject
from declarations.selectors.reliefs import days_of


def check(subject: Subject) -> Iterator[Problem]:
    """An error before the phase begins, and after its last day or the later one that the authority has granted."""
    phase, today = subject.phase, clock.today()
    last = days_of(subject.declaration.organisation_id, phase).of(subject.declaration.pack_id)
    if today < phase.starts_on:
        yield Problem(
            "DECL-PHASE-EARLY",
            _("The phase has not begun."),
            where="phase",
            value=f"{phase.name} · {phase.starts_on}",
        )
    elif last is not None and today > last:
        yield Problem(
            "DECL-PHASE-OVER",
            _("The phase has ended."),
            where="phase",
            value=f"{phase.name} · {last}",
            mend=_(
                "Withdraw this declaration and declare the pack in the phase in force, or let the approver ask the "
                "authority for an extension."
            ),
        )
