"""Phases for the operator: everything about them is data, changed after a look at the effect."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from carbonfoot.audit.canonical import digest
from carbonfoot.audit.selectors import events_of
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from declarations import phase_words
from declarations.forms.phases import PhaseForm
from declarations.models import Phase
from declarations.selectors.phase_effect import effect_of, under
from declarations.services.phases import COLUMNS, changed, collect, update_phase
from declarations.views.coverage import statuses

HISTORY = 20


@require_GET
def phase_admin(request: Request) -> HttpResponse:
    """All phases."""
    phases = list(Phase.objects.all())
    context = {"phases": phases, "every": phases, "changes": phase_words.phase_table(phases)}
    return render(request, "declarations/review/phases.html", context)


def _history(request: Request, phase: Phase) -> list[dict[str, Any]]:
    """Changes of a phase as the log has them: who, when, old and new values, reason."""
    rows = []
    for event in events_of(request.actor, phase)[:HISTORY]:
        pairs = event.data.get("changes", {})
        rows.append(
            {
                "at": event.at,
                "by": event.actor_label,
                "reason": event.data.get("reason", ""),
                "pairs": [
                    (phase_words.column_label(name), _shown(pair["old"]), _shown(pair["new"]))
                    for name, pair in pairs.items()
                ],
            }
        )
    return rows


def _shown(value: Any) -> str:
    if value is None or value == "":
        return _("none")
    return (_("yes") if value else _("no")) if isinstance(value, bool) else str(value)


def _preview(phase: Phase, changes: dict[str, Any]) -> dict[str, Any]:
    after, pairs, words = under(phase, changes), changed(phase, changes), statuses()
    effect = effect_of(phase, changes)
    return {
        "pairs": [
            (
                phase_words.column_label(name),
                phase_words.column_value(phase, name),
                phase_words.column_value(after, name),
            )
            for name in pairs
        ],
        "effect": effect,
        "states": [(words[state], before, then) for state, before, then in effect.states],
    }


@require_http_methods(["GET", "POST"])
def phase_edit(request: Request, code: str) -> HttpResponse:
    """Change a phase: first the effect is shown, then it is stored."""
    phase = get_object_or_404(Phase, code=code)
    form = PhaseForm(request.POST or None, phase=phase)
    preview, status = None, 422 if form.is_bound else 200
    again = "again" in request.POST
    if request.method == "POST" and form.is_valid() and not again:
        changes = form.changes()
        others = list(Phase.objects.exclude(pk=phase.pk))
        try:
            collect(phase, changes, others).done()
            if request.POST.get("seen") == _seen(phase, changes):
                update_phase(
                    actor=request.actor,
                    phase=phase,
                    reason=form.cleaned_data["reason"],
                    seen={name: getattr(phase, name) for name in COLUMNS},
                    **changes,
                )
                messages.success(request, _("The phase is changed."))
                return redirect("declarations:phase_admin")
        except Problems as problems:
            form.add_problems(problems)
        else:
            preview, status = _preview(phase, changes), 200
    context = {
        "phase": phase,
        "form": form,
        "preview": preview,
        "seen": _seen(phase, form.changes()) if preview else "",
        "stale": bool(request.POST.get("seen")) and preview is not None,
        "history": _history(request, phase),
    }
    return render(request, "declarations/review/phase_edit.html", context, status=status)


def _seen(phase: Phase, changes: dict[str, Any]) -> str:
    """What the person had before them when the effect was shown: other values, old or new, ask for another look."""
    return digest([{name: getattr(phase, name) for name in COLUMNS}, changes])
