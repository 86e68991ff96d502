"""A declaration rests on an adopted data quality control plan of the same organisation."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject


def check(subject: Subject) -> Iterator[Problem]:
    """An error while there is none, or it is a draft."""
    plan = subject.plan
    if plan is None or plan.organisation_id != subject.declaration.organisation_id:
        yield Problem("DECL-PLAN", _("No data quality control plan is chosen."), where="plan")
    elif plan.state != "adopted":
        yield Problem(
            "DECL-PLAN-DRAFT",
            _("The data quality control plan is not adopted."),
            where="plan",
            mend=_("The approver adopts it."),
        )
