"""The authority's desk: one submission, compared and commented, and the decisions on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from carbonfoot import clock
from carbonfoot.accounts.access import Decision, check, require
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from carbonfoot.ui import charts
from carbonfoot.ui.numbers import format_number
from declarations.figures import STAGES, Figures
from declarations.forms.review import AcceptForm, NoteForm, ReturnForm
from declarations.models import Declaration, ReviewNote, Section
from declarations.selectors import review as selectors
from declarations.services import review as services
from declarations.services.verification import refusal
from declarations.shown import declaration_status, queue_status, say_problems


def the_submission(request: Request, pk: int) -> Declaration:
    """A declaration that was submitted; 404 for drafts and everything else."""
    found: Declaration = get_object_or_404(selectors.submissions_for(request.actor), pk=pk)
    return found


def _stage_rows(comparison: selectors.Comparison) -> list[dict[str, Any]]:
    now, then = comparison.frozen.figures, comparison.recalculated
    signed = (comparison.statement.content.get("figures") or {}) if comparison.statement else {}
    before = comparison.before.figures if comparison.before else None
    rows = [
        _row(
            _("Total"), "tot", 4, now, then, before, signed.get("per_functional_unit"), "per_functional_unit"
        ),
    ]
    for key in STAGES:
        colour, label = charts.STAGES[key]
        rows.append(
            _compare(
                label,
                colour,
                4,
                now.stages.get(key),
                then.stages.get(key) if then else None,
                before.stages.get(key) if before else None,
                (signed.get("stages") or {}).get(key),
            )
        )
    for name, label, decimals in (
        ("per_kwh_capacity", _("Per kWh of rated energy"), 2),
        ("per_piece", _("Per pack, kg CO2e"), 1),
        ("delivered_energy_kwh", _("Delivered energy, kWh"), 0),
    ):
        rows.append(_row(label, "", decimals, now, then, before, signed.get(name), name))
    return rows


def _row(
    label: Any,
    colour: str,
    decimals: int,
    now: Figures,
    then: Figures | None,
    before: Figures | None,
    signed: Any,
    name: str,
) -> dict[str, Any]:
    return _compare(
        label,
        colour,
        decimals,
        getattr(now, name),
        getattr(then, name) if then else None,
        getattr(before, name) if before else None,
        signed,
    )


def _compare(
    label: Any,
    colour: str,
    decimals: int,
    now: float | None,
    then: float | None,
    before: float | None,
    signed: Any,
) -> dict[str, Any]:
    stated = float(signed) if signed not in (None, "") else None
    others = [value for value in (then, stated) if value is not None]
    same = now is not None and all(abs(now - value) <= 1e-9 * max(abs(now), 1.0) for value in others)
    change = (
        f"{format_number((now / before - 1) * 100, 1, sign=True)}%" if now is not None and before else None
    )
    return {
        "label": label,
        "colour": colour,
        "decimals": decimals,
        "now": now,
        "then": then,
        "signed": stated,
        "before": before,
        "change": change,
        "status": ("ok", _("agrees"))
        if same and others
        else ("bad", _("differs"))
        if others
        else ("idle", _("alone")),
    }


def _points(comparison: selectors.Comparison, declaration: Declaration) -> list[dict[str, Any]]:
    """The sections to look at, with the facts that speak to each and the notes taken."""
    pack, figures = comparison.frozen.pack, comparison.frozen.figures
    cycle = pack.get("cycle_life") or {}
    plan = comparison.frozen.content.get("plan") or {}
    results = {
        str((line.get("result") or {}).get("id")) for line in comparison.frozen.lines if line.get("result")
    }
    facts: dict[str, Any] = {
        "product": _("typical product") if pack.get("is_typical") else _("not marked as typical"),
        "energy": " · ".join(str(item) for item in (cycle.get("test_report"), cycle.get("standard")) if item),
        "activity": _("%(count)s lines") % {"count": len(comparison.frozen.lines)},
        "electricity": _("%(count)s lines of electricity")
        % {"count": sum(bool(line.get("electricity")) for line in comparison.frozen.lines)},
        "suppliers": _("%(count)s published results") % {"count": len(results)},
        "cutoff": _("%(share)s left out") % {"share": f"{figures.omitted_share * 100:.1f}%"}
        if figures.omitted_share is not None
        else _("share left out unknown"),
        "quality": f"{plan.get('title', '')} v{plan.get('version', '')}",
        "verification": comparison.statement.report_number if comparison.statement else _("no statement"),
    }
    by_section = {key: [flag for flag in comparison.flags if flag.section == key] for key in Section.values}
    points = []
    for key, label in Section.choices:
        notes = comparison.notes.get(key, [])
        verdict = next((note.verdict for note in reversed(notes) if note.verdict), "")
        status = {"ok": ("ok", _("In order")), "doubt": ("warn", _("In doubt"))}.get(
            verdict, ("idle", _("Not looked at"))
        )
        points.append(
            {
                "key": key,
                "label": label,
                "fact": facts[key],
                "flags": by_section[key],
                "notes": notes,
                "status": status,
            }
        )
    return points


@never_cache
def review(request: Request, pk: int) -> HttpResponse:
    """The review page."""
    return _page(request, the_submission(request, pk))


def _page(request: Request, declaration: Declaration, **bound: Any) -> HttpResponse:
    actor = request.actor
    comparison = selectors.comparison(declaration)
    points = _points(comparison, declaration)
    earlier, later = selectors.other_open(actor, declaration)
    reviewer = services.reviewer_of(declaration)
    is_mine = reviewer is not None and actor.user is not None and reviewer.pk == actor.user.pk
    in_review = declaration.state == "in_review"
    mine = (
        Decision(True) if is_mine else Decision(False, _("Taken up by %(name)s.") % {"name": reviewer or ""})
    )
    problems = services.acceptance_problems(declaration) if in_review else []
    accept = check(actor, "review.accept", declaration)
    if accept and not is_mine:
        accept = mine
    elif accept and problems:
        accept = Decision(False, refusal(problems))
    doubts = {point["key"]: point["notes"][-1].text for point in points if point["status"][0] == "warn"}
    figures = comparison.frozen.figures
    context = {
        "declaration": declaration,
        "status": queue_status(declaration),
        "state_status": declaration_status(declaration),
        "comparison": comparison,
        "frozen": comparison.frozen,
        "figures": figures,
        "rows": _stage_rows(comparison),
        "points": points,
        "done": sum(point["status"][0] != "idle" for point in points),
        "due_on": selectors.due_on(declaration),
        "is_late": declaration.state in selectors.OPEN and selectors.due_on(declaration) < clock.today(),
        "earlier": earlier,
        "later": later,
        "reviewer": reviewer,
        "is_mine": is_mine and in_review,
        "in_review": in_review,
        "take_up": check(actor, "review.take_up", declaration) if declaration.state == "submitted" else False,
        "take_over": in_review and not is_mine,
        "accept": accept,
        "return_form": bound.get("return_form")
        or ReturnForm(initial={f"section_{key}": text for key, text in doubts.items()}),
        "accept_form": bound.get("accept_form") or AcceptForm(),
        "errors_of": next(iter(bound.values()), None),
        "verdicts": ReviewNote.Verdict.choices,
        "position": _position(comparison),
        "decisions": declaration.decisions.select_related("decided_by", "organisation"),
        "lines": comparison.frozen.lines[:12],
        "versions": selectors.submissions_for(actor).filter(number=declaration.number).order_by("-version"),
        "findings": declaration.findings.all(),
    }
    return render(request, "declarations/review/detail.html", context, status=422 if bound else 200)


def _position(comparison: selectors.Comparison) -> Any:
    bounds = comparison.range
    return charts.position(
        comparison.frozen.figures.per_kwh_capacity,
        bounds.low if bounds else None,
        bounds.high if bounds else None,
        label=comparison.frozen.pack.get("model", ""),
        range_label=_("published range") if bounds else "",
        points=[value for _number, value in comparison.peers][:500],
        unit="kg CO2e/kWh",
        decimals=1,
    )


@require_POST
def review_take_up(request: Request, pk: int) -> HttpResponse:
    """Take up a submission."""
    services.take_up(actor=request.actor, declaration=the_submission(request, pk))
    return redirect("declarations:review", pk=pk)


@require_POST
def review_take_over(request: Request, pk: int) -> HttpResponse:
    """Take over from a colleague."""
    services.take_over(actor=request.actor, declaration=the_submission(request, pk))
    return redirect("declarations:review", pk=pk)


@require_POST
def review_note(request: Request, pk: int) -> HttpResponse:
    """Note a verdict or remark on a section."""
    declaration = the_submission(request, pk)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            services.add_note(actor=request.actor, declaration=declaration, **form.cleaned_data)
        except Problems as problems:
            say_problems(request, problems)
    else:
        messages.error(request, _("This section does not exist."))
    return redirect("declarations:review", pk=pk)


@require_POST
def review_return(request: Request, pk: int) -> HttpResponse:
    """Return the declaration with its reasons."""
    declaration = the_submission(request, pk)
    require(request.actor, "review.return", declaration)
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            services.return_(
                actor=request.actor,
                declaration=declaration,
                reason=form.cleaned_data["reason"],
                sections=form.sections(),
            )
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(
                request, _("%(number)s is returned; the maker sees the reasons.") % {"number": declaration}
            )
            return redirect("declarations:review_queue")
    return _page(request, declaration, return_form=form)


@require_POST
def review_accept(request: Request, pk: int) -> HttpResponse:
    """Accept into the register."""
    declaration = the_submission(request, pk)
    form = AcceptForm(request.POST)
    if form.is_valid():
        try:
            entry = services.accept(actor=request.actor, declaration=declaration)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("%(number)s is accepted and published.") % {"number": entry.number})
            return redirect("register:detail", number=entry.number)
    return _page(request, declaration, accept_form=form)
