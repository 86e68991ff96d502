"""The calculation follows the rule set version and the factor release that are in force."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject
from lca.reference import current_release


def check(subject: Subject) -> Iterator[Problem]:
    """An error for an old rule set, a warning for an old factor release."""
    calculation = subject.calculation
    if calculation is None or calculation.ruleset_id != subject.phase.ruleset_id:
        return
    if calculation.ruleset_version != subject.ruleset.version:
        yield Problem(
            "DECL-RULES-OLD",
            _("A newer version of the rule set is in force."),
            where="calculation",
            value=f"{calculation.ruleset_version} < {subject.ruleset.version}",
            mend=_("Calculate again and choose the new calculation."),
        )
    newest = current_release().code
    if calculation.release.code != newest:
        yield Problem(
            "DECL-RELEASE-OLD",
            _("A newer factor release is available."),
            severity="warning",
            where="calculation",
            value=f"{calculation.release.code} < {newest}",
        )
