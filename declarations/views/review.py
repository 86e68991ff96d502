"""The authority's desk: queue, review, decisions, coverage of a phase."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
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
from carbonfoot.ui.lists import with_params
from carbonfoot.ui.numbers import format_number
from declarations.figures import STAGES, Figures
from declarations.models import Chemistry, Declaration, Phase, ReviewNote, Section
from declarations.review_forms import AcceptForm, NoteForm, QueueFilter, ReturnForm
from declarations.selectors import review as selectors
from declarations.selectors.register import formula_safe
from declarations.services import review as services
from declarations.services.verification import refusal
from declarations.shown import declaration_status, province_name, queue_status, say_problems

PER_PAGE = 50
QUEUE_MAX = 5000  # above this the queue asks for a filter: flags are computed for every row
VIEWS: dict[str, tuple[str, ...]] = {
    "open": selectors.OPEN,
    "mine": ("in_review",),
    "free": ("submitted",),
    "maker": ("returned",),
    "accepted": ("accepted",),
}


def the_submission(request: Request, pk: int) -> Declaration:
    """A declaration that was submitted; 404 for drafts and everything else."""
    found: Declaration = get_object_or_404(selectors.submissions_for(request.actor), pk=pk)
    return found


def _user_id(request: Request) -> int:
    return request.actor.user.pk if request.actor.user else 0


def _view_rows(request: Request, view: str) -> Any:
    reach = selectors.taken_up_by if view == "mine" else selectors.submissions_for
    return reach(request.actor).filter(state__in=VIEWS[view])


def _filtered(request: Request, rows: Any, form: QueueFilter) -> Any:
    if not form.is_valid():
        return rows
    data = form.cleaned_data
    for word in data["q"].split()[:6]:
        rows = rows.filter(
            Q(number__icontains=word)
            | Q(pack__model__icontains=word)
            | Q(organisation__name_zh__icontains=word)
            | Q(organisation__name_en__icontains=word)
            | Q(organisation__uscc__icontains=word)
            | Q(receipt__number__icontains=word)
        )
    for field, path in (
        ("phase", "phase__code"),
        ("chemistry", "pack__chemistry"),
        ("province", "organisation__province"),
    ):
        if data[field]:
            rows = rows.filter(**{path: data[field]})
    if data["reviewer"] == "me":
        rows = rows.filter(reviewer_id=_user_id(request))
    elif data["reviewer"] == "none":
        rows = rows.filter(state="submitted")
    return rows


def _flagged(rows: list[selectors.Row], wanted: str) -> list[selectors.Row]:
    if wanted == "any":
        return [row for row in rows if row.flags]
    if wanted == "bad":
        return [row for row in rows if any(flag.kind == "bad" for flag in row.flags)]
    if wanted == "none":
        return [row for row in rows if not row.flags]
    return rows


SORTS: dict[str, Any] = {
    "number": lambda row: (row.declaration.number, row.declaration.version),
    "maker": lambda row: row.declaration.organisation.name,
    "footprint": lambda row: row.figures.per_functional_unit or 0.0,
    "flags": lambda row: (sum(flag.kind == "bad" for flag in row.flags), len(row.flags)),
    "submitted": lambda row: row.declaration.receipt.submitted_at,
    "due": lambda row: row.due_on,
}


def _sorted(rows: list[selectors.Row], asked: str) -> list[selectors.Row]:
    key = asked.removeprefix("-")
    if key not in SORTS:
        asked, key = "due", "due"
    return sorted(rows, key=SORTS[key], reverse=asked.startswith("-"))


def _queue(request: Request) -> tuple[str, QueueFilter, selectors.Queue]:
    view = request.GET.get("view", "open")
    view = view if view in VIEWS else "open"
    form = QueueFilter(request.GET)
    rows = list(
        _filtered(request, _view_rows(request, view), form).order_by("receipt__submitted_at", "pk")[
            :QUEUE_MAX
        ]
    )
    queue = selectors.queue(rows)
    wanted = form.cleaned_data.get("flag", "") if form.is_valid() else ""
    queue.rows = _sorted(_flagged(queue.rows, wanted), request.GET.get("sort", "due"))
    return view, form, queue


@never_cache
def review_queue(request: Request) -> HttpResponse:
    """Submissions with their flags and terms, what is late first."""
    view, form, queue = _queue(request)
    counts = {key: _view_rows(request, key).order_by().count() for key in VIEWS}
    labels = {
        "open": _("All open"),
        "mine": _("Mine"),
        "free": _("To be taken up"),
        "maker": _("With the maker"),
        "accepted": _("Accepted"),
    }
    tabs = [(labels[key], with_params(request, view=key), key == view, counts[key]) for key in VIEWS]
    page = Paginator(queue.rows, PER_PAGE).get_page(request.GET.get("page"))
    mean = selectors.mean_days()
    context = {
        "view": view,
        "form": form,
        "tabs": tabs,
        "page": page,
        "rows": [{"row": row, "status": queue_status(row.declaration)} for row in page],
        "figures": [
            (_("Open"), counts["open"], _("%(count)s new in 7 days") % {"count": queue.new}),
            (_("Late"), queue.late, _("past the term of the phase")),
            (_("Due within 5 days"), queue.soon, ""),
            (_("With flags"), queue.flagged, _("%(count)s grave") % {"count": queue.grave}),
            (
                _("Mean time"),
                _("%(days).1f days") % {"days": mean} if mean is not None else _("none decided"),
                _("last 90 days"),
            ),
        ],
        "too_many": counts[view] > QUEUE_MAX,
        "most": QUEUE_MAX,
        "can_next": counts["free"] > 0,
    }
    return render(request, "declarations/review/queue.html", context)


def review_export(request: Request) -> HttpResponse:
    """The filtered queue as CSV, for the authority's own lists."""
    _view, _form, queue = _queue(request)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="review-queue.csv"'
    writer = csv.writer(response)
    head = [
        "number",
        "version",
        "maker",
        "uscc",
        "pack",
        "chemistry",
        "kg_co2e_per_kwh_delivered",
        "flags",
        "state",
    ]
    writer.writerow([*head, "submitted", "due", "reviewer"])
    for row in queue.rows:
        item = row.declaration
        cells = [item.number, item.version, item.organisation.name, item.organisation.uscc, item.pack.model]
        cells += [
            item.pack.chemistry,
            row.figures.per_functional_unit,
            "; ".join(str(flag.label) for flag in row.flags),
        ]
        cells += [
            item.get_state_display(),
            item.receipt.submitted_at.isoformat(timespec="minutes"),
            row.due_on,
        ]
        writer.writerow([formula_safe(cell) for cell in [*cells, getattr(item, "reviewer_name", "")]])
    return response


@require_POST
def review_next(request: Request) -> HttpResponse:
    """Take up the submission that has waited longest."""
    for row in (
        selectors.submissions_for(request.actor)
        .filter(state="submitted")
        .order_by("receipt__submitted_at", "pk")
    ):
        services.take_up(actor=request.actor, declaration=row)
        return redirect("declarations:review", pk=row.pk)
    messages.info(request, _("Nothing waits to be taken up."))
    return redirect("declarations:review_queue")


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


def coverage(request: Request) -> HttpResponse:
    """All makers against a phase: packs and chemistries that are missing."""
    phases = list(Phase.objects.all())
    phase = next((item for item in phases if item.code == request.GET.get("phase")), None)
    phase = phase or next((item for item in phases if item.is_open()), phases[0] if phases else None)
    rows = selectors.coverage(request.actor, phase) if phase else []
    total = len(rows)
    only = request.GET.get("state", "")
    q = request.GET.get("q", "").strip().lower()
    counts = {key: sum(row.state == key for row in rows) for key in ("short", "filed", "met")}
    if only in counts:
        rows = [row for row in rows if row.state == only]
    if q:
        rows = [
            row for row in rows if q in f"{row.maker.name_zh} {row.maker.name_en} {row.maker.uscc}".lower()
        ]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    statuses = {
        "short": ("bad", _("Something is missing")),
        "filed": ("info", _("All submitted")),
        "met": ("ok", _("All accepted")),
    }
    context = {
        "phase": phase,
        "tabs": [(item.name, with_params(request, phase=item.code), item == phase) for item in phases],
        "page": page,
        "rows": [
            {
                "row": row,
                "status": statuses[row.state],
                "missing": [str(Chemistry(key).label) for key in row.missing_chemistries],
                "in_use": [str(Chemistry(key).label) for key in sorted(row.in_use)],
                "province": province_name(row.maker.province),
            }
            for row in page
        ],
        "figures": [
            (_("Makers"), total),
            (_("Something is missing"), counts["short"]),
            (_("All submitted"), counts["filed"]),
            (_("All accepted"), counts["met"]),
        ],
        "q": request.GET.get("q", ""),
        "state": only,
    }
    return render(request, "declarations/review/coverage.html", context)
