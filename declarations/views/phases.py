"""The page that tells how far a maker has come in a phase."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from carbonfoot import clock
from carbonfoot.accounts.access import check
from carbonfoot.http import Request
from carbonfoot.ui import charts
from carbonfoot.ui.numbers import format_number
from declarations.models import Chemistry, Phase
from declarations.selectors import phases as select


def columns() -> list[str]:
    """The steps of a pack in a phase."""
    return [_("Product"), _("Data"), _("Calculation"), _("Verification"), _("Review")]


def _now(row: select.PackRow) -> str:
    if row.declaration is None:
        return _("no declaration yet")
    return str(row.declaration.get_state_display())


def matrix(coverage: select.Coverage) -> SafeString:
    """Packs and missing chemistries against the steps."""
    rows = [
        charts.Row(
            label=row.pack.model,
            note=f"{row.pack.get_chemistry_display()} · {format_number(row.pack.rated_energy_kwh, 1)} kWh"
            + (
                "" if row.pack.is_typical or coverage.phase.every_pack else " · " + _("not a typical product")
            ),
            href=(
                reverse("declarations:detail", args=[row.declaration.pk])
                if row.declaration
                else reverse("declarations:pack", args=[row.pack.pk])
            ),
            cells=row.steps,
            now=_now(row),
        )
        for row in coverage.rows
    ]
    with_declaration = {row.pack.chemistry for row in coverage.rows if row.declaration is not None}
    rows += [
        charts.Row(
            label=Chemistry(value).label,
            note=_("no declaration of this chemistry yet"),
            cells=["missing"] * 5,
            now=_("missing"),
        )
        for value in coverage.missing_chemistries
        if value not in with_declaration
    ]
    return charts.coverage(columns(), rows, label=_("Packs in this phase"))


def countdown(phase: Phase) -> dict[str, Any]:
    """Days left and the bar of a phase; without an end, only when it began."""
    today = clock.today()
    if phase.ends_on is None:
        return {"days": None, "bar": "", "began": today >= phase.starts_on}
    return {
        "days": (phase.ends_on - today).days,
        "bar": charts.countdown(phase.starts_on, phase.ends_on, today),
        "began": today >= phase.starts_on,
    }


@require_GET
def phase_detail(request: Request) -> HttpResponse:
    """Coverage of the phase in force, or of another one that is chosen."""
    every = select.phases()
    code = request.GET.get("phase", "")
    phase = next((row for row in every if row.code == code), None) if code else select.current_phase()
    if phase is None and code:
        raise Http404
    if phase is None:
        phase = every[-1] if every else None
    coverage = select.coverage_for(request.actor, phase) if phase else None
    missing = coverage.missing_chemistries if coverage else []
    here = reverse("declarations:phase")
    context = {
        "phase": phase,
        "coverage": coverage,
        "matrix": matrix(coverage) if coverage and coverage.rows else "",
        "count": countdown(phase) if phase else None,
        "tabs": [(row.name, f"{here}?phase={row.code}", row == phase) for row in every],
        "current": select.current_phase(),
        "may_declare": check(request.actor, "declaration.create"),
        "used": [
            {"label": Chemistry(value).label, "missing": value in missing}
            for value in (coverage.chemistries if coverage else [])
        ],
    }
    return render(request, "declarations/phases/detail.html", context)
