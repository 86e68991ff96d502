"""How sure a result is: its interval, what carries the variance, what each input does, and Monte Carlo runs."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from carbonfoot.accounts.access import check
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from carbonfoot.ui import charts
from carbonfoot.ui.numbers import format_percent, format_significant
from lca import selectors
from lca.assessments import NotAssessable, assessment_of
from lca.engine.assessment import Assessment
from lca.forms.uncertainty import InputForm, RunForm
from lca.models import Calculation, CalculationState, UncertaintyRun
from lca.presentation import uncertainty as shown
from lca.services import uncertainty as services
from lca.views.results import finished, page_context

RUNS = 50


@require_GET
def uncertainty(request: Request, pk: int) -> HttpResponse:
    """The page; its newest run that is done stands beside the first-order figures."""
    calculation = finished(request, pk)
    return _page(request, calculation, None, RunForm(initial={"draws": 10_000}))


@require_GET
def uncertainty_run(request: Request, pk: int, run: int) -> HttpResponse:
    """The same page with one run; while it is being drawn, its progress."""
    calculation = finished(request, pk)
    found = get_object_or_404(selectors.uncertainty_runs_for(request.actor, calculation), pk=run)
    form = RunForm(initial={"draws": found.draws, "seed": found.seed})
    return _page(request, calculation, found, form)


@require_POST
def uncertainty_start(request: Request, pk: int) -> HttpResponse:
    """Ask for a run; what was asked for before is there already."""
    calculation = finished(request, pk)
    form = RunForm(request.POST)
    if form.is_valid():
        try:
            run = services.request_run(
                actor=request.actor,
                calculation=calculation,
                draws=form.cleaned_data["draws"],
                seed=form.cleaned_data["seed"],
            )
            return redirect("lca:uncertainty_run", pk=calculation.pk, run=run.pk)
        except Problems as problems:
            form.add_problems(problems)
    return _page(request, calculation, None, form, status=422)


def _page(
    request: Request,
    calculation: Calculation,
    run: UncertaintyRun | None,
    form: RunForm,
    status: int = 200,
) -> HttpResponse:
    context = page_context(request, calculation, "uncertainty")
    runs = list(selectors.uncertainty_runs_for(request.actor, calculation).defer("outcome")[:RUNS])
    if run is None:
        newest = selectors.uncertainty_runs_for(request.actor, calculation).filter(
            state=CalculationState.DONE
        )
        run = newest.first()
    context |= {
        "run": run,
        "runs": runs,
        "run_problems": [] if run is None else services.problems_of(run),
        "form": form,
        "may_run": check(request.actor, "calculation.run", calculation),
        "profile": shown.newest_profile(),
    }
    try:
        assessment = assessment_of(calculation)
    except NotAssessable as error:
        context |= {"reason": error.reason, "mend": error.mend}
        return render(request, "lca/uncertainty.html", context, status=status)
    context |= _assessed(request, calculation, assessment, run)
    return render(request, "lca/uncertainty.html", context, status=status)


def _assessed(
    request: Request, calculation: Calculation, assessment: Assessment, run: UncertaintyRun | None
) -> dict[str, Any]:
    """Figures, tables and charts of an assessment, with those of a run that is done."""
    scale = shown.scale_of(calculation)
    done = run if run is not None and run.state == CalculationState.DONE else None
    inputs, rest = shown.input_views(calculation, assessment, done)
    swings = shown.reaches(calculation, assessment, scale)
    context: dict[str, Any] = {
        "interval": shown.first_order_view(assessment, scale),
        "scale": scale,
        "inputs": inputs,
        "rest": rest,
        "origins": shown.origin_rows(assessment.origins),
        "origin_words": list(shown.ORIGINS.values()),
        "swings": swings,
    }
    context["share_chart"] = charts.bars(
        [charts.Bar(f"{row.kind} · {row.name}", row.share * 100, note=row.where) for row in inputs[:10]],
        "%",
        1,
        label=_("Shares of the variance"),
    )
    context["tornado"] = charts.tornado(
        [
            charts.Swing(
                f"{row.view.kind} · {row.view.name}",
                row.low,
                row.high,
                row.tenth_low,
                row.tenth_high,
                row.view.where,
            )
            for row in swings
        ],
        str(scale.unit),
        scale.decimals,
    )
    if done is not None:
        found = shown.run_view(done, scale)
        context["outcome"] = found
        context["histogram"] = charts.histogram(
            found["edges"],
            found["counts"],
            found["low"],
            found["high"],
            [
                charts.Mark(_("2.5th percentile"), found["low"]),
                charts.Mark(_("Median"), found["median"], main=True),
                charts.Mark(_("97.5th percentile"), found["high"]),
            ],
            str(scale.unit),
            scale.decimals,
        )
        context["bins"] = list(zip(found["edges"], found["edges"][1:], found["counts"], strict=False))
    return context | _response(request, calculation, assessment, scale)


def _response(
    request: Request, calculation: Calculation, assessment: Assessment, scale: shown.Scale
) -> dict[str, Any]:
    """The response to the chosen input, or to the one with the largest effect."""
    words = request.GET.get("find", "").strip()
    options = shown.choices(calculation, assessment, words)
    asked = request.GET.get("input", "")
    chosen = asked or next((key for key, _name in options), "")
    form = InputForm(initial={"find": words, "input": chosen}, options=options)
    try:
        item = assessment.input(chosen)
    except KeyError:
        return {"input_form": form, "input_unknown": bool(asked)}
    rows = shown.response_rows(assessment, chosen, scale)
    name = dict(shown.choices(calculation, assessment)).get(chosen, chosen)
    now = assessment.total * scale.factor
    return {
        "input_form": form,
        "chosen": name,
        "chosen_gain": format_significant(item.elasticity * scale.factor / 100, 3, sign=True),
        "response": [(step, value, value - now) for step, value in rows],
        "response_cut": len(rows) < len(shown.STEPS),
        "curve": charts.curve(rows, _("Change of the input"), str(scale.unit), (0.0, now), scale.decimals)
        if len(rows) > 1
        else "",
        "response_range": format_percent(rows[-1][0], 0, sign=True) if rows else "",
    }
