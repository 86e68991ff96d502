"""Sheets of an exported result that say how sure it is."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook

from carbonfoot.accounts.actor import Actor
from carbonfoot.sheets import write_table
from lca import selectors
from lca.assessments import NotAssessable, assessment_of
from lca.models import Calculation, CalculationState
from lca.presentation.uncertainty import every_input, newest_profile, origin_rows


def write_uncertainty(book: Workbook, calculation: Calculation, actor: Actor) -> None:
    """Add a sheet with the first-order interval and all runs that are done, and one with every input.

    Figures are unrounded, in kg CO2e per reference flow. For a calculation that cannot be assessed, the sheet says why.
    """
    columns = (_("Item"), _("Value"), _("Unit"))
    try:
        assessment = assessment_of(calculation)
    except NotAssessable as error:
        write_table(book, _("Uncertainty"), columns, [(_("No interval:"), error.reason, "")], (34, 60, 30))
        return
    unit = _("kg CO2e per reference flow")
    interval = assessment.interval
    profile = newest_profile()
    rows: list[tuple[Any, Any, Any]] = [
        (_("Result"), assessment.total, unit),
        (_("Profile"), f"{profile['title']} {profile['name']}", ""),
        (_("Digest of the profile"), profile["sha256"], ""),
        (f"{_('First order')}: {_('2.5th percentile')}", interval.low, unit),
        (f"{_('First order')}: {_('97.5th percentile')}", interval.high, unit),
        (f"{_('First order')}: {_('Standard deviation')}", assessment.first_order.deviation, unit),
    ]
    for part in origin_rows(assessment.origins):
        rows += [(f"{part['label']}: {origin[1]}", share, _("share")) for origin, share in part["shares"]]
    for run in selectors.uncertainty_runs_for(actor, calculation).filter(state=CalculationState.DONE):
        name, outcome = f"{_('Monte Carlo')} {run.pk}", run.outcome
        rows += [
            (f"{name}: {_('Draws')}", run.draws, ""),
            (f"{name}: {_('Seed')}", run.seed, ""),
            (f"{name}: {_('Profile')}", run.profile, ""),
            (f"{name}: {_('Digest of this result')}", run.outcome_sha256, ""),
            *(
                (f"{name}: {_('Percentile')} {percentile}", value, unit)
                for percentile, value in outcome["percentiles"].items()
            ),
            (f"{name}: {_('Mean')}", outcome["mean"], unit),
            (f"{name}: {_('Standard deviation')}", outcome["sd"], unit),
        ]
    rows += [(row["parameter"], row["text"], _("Assumptions")) for row in profile["assumptions"]]
    write_table(book, _("Uncertainty"), columns, rows, (44, 60, 30))
    write_table(
        book,
        _("Inputs and their spread"),
        (
            _("Input"), _("Kind"), _("Unit process"), _("Spread"), _("Where it comes from"), "GSD",
            _("kg CO2e per 1% more"), _("Share of the variance"),
        ),
        (
            (
                view.name, view.kind, view.where, view.origin[1], view.how, view.gsd,
                item.elasticity / 100, view.share,
            )
            for item, view in every_input(calculation, assessment)
        ),
        (36, 20, 26, 22, 48, 10, 20, 20),
    )  # fmt: skip
