"""Phases for the operator: dates and how many packs, as data."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carbonfoot.http import Request
from carbonfoot.problems import Problems
from carbonfoot.ui import forms as ui
from declarations.models import Phase
from declarations.services.phases import update_phase


class PhaseForm(ui.BaseForm):
    """Dates of a phase."""

    starts_on = ui.DayField(label=gettext_lazy("First day"))
    ends_on = ui.DayField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: without end. Days in China."),
    )
    min_packs = forms.IntegerField(
        label=gettext_lazy("Packs a maker declares at least"), min_value=0, max_value=1000
    )


def phase_admin(request: Request) -> HttpResponse:
    """All phases."""
    return render(request, "declarations/review/phases.html", {"phases": Phase.objects.all()})


def phase_edit(request: Request, code: str) -> HttpResponse:
    """Change the dates of a phase."""
    phase = get_object_or_404(Phase, code=code)
    initial: dict[str, Any] = {
        "starts_on": phase.starts_on,
        "ends_on": phase.ends_on,
        "min_packs": phase.min_packs,
    }
    form = PhaseForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            update_phase(actor=request.actor, phase=phase, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The phase is changed."))
            return redirect("declarations:phase_admin")
    status = 422 if form.is_bound else 200
    return render(
        request, "declarations/review/phase_edit.html", {"phase": phase, "form": form}, status=status
    )
