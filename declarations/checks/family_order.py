"""Where the rule set asks it, the representative of a family is declared before its variants, in the same phase."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject
from declarations.models import Declaration

FILED = ("submitted", "in_review", "accepted")


def check(subject: Subject) -> Iterator[Problem]:
    """An error while no declaration of the representative is submitted or accepted."""
    standing = subject.family
    if standing is None or not standing.rule.accepted or not standing.rule.representative_first:
        return
    head = standing.representative.pack
    if not Declaration.objects.filter(pack=head, phase=subject.phase, state__in=FILED).exists():
        yield Problem(
            "DECL-FAMILY-FIRST",
            _("The representative of the family has not been submitted in this phase."),
            where="family",
            value=head.model,
            mend=_("Submit its declaration first."),
        )
