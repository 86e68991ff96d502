"""There is a finished calculation, of this pack's inventory, under the phase's rule set."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Problem
from declarations.checks.subject import Subject


def check(subject: Subject) -> Iterator[Problem]:
    """An error for each way in which the calculation is not the one that is needed."""
    calculation = subject.calculation
    if calculation is None:
        yield Problem(
            "DECL-CALC",
            _("No calculation is chosen."),
            where="calculation",
            mend=_("Calculate, then choose it."),
        )
        return
    if calculation.state != "done":
        yield Problem("DECL-CALC-STATE", _("The calculation is not finished."), where="calculation")
    if calculation.revision.inventory_id != subject.pack.inventory_id:
        yield Problem("DECL-CALC-PACK", _("The calculation belongs to another pack."), where="calculation")
    if calculation.ruleset_id != subject.phase.ruleset_id:
        yield Problem(
            "DECL-CALC-RULES",
            _("The calculation follows another rule set than this phase asks for."),
            where="calculation",
            value=calculation.ruleset_id,
        )
    if calculation.state == "done" and calculation.per_functional_unit is None:
        yield Problem(
            "DECL-CALC-UNIT", _("The calculation has no result per kWh delivered."), where="calculation"
        )
