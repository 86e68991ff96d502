"""The authority's desk: one submission, compared and commented, and the decisions on it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied, Decision, check, require
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from declarations.figures import Frozen
from declarations.forms.review import (
    AcceptForm,
    AskForm,
    AssignReviewForm,
    ConditionalForm,
    NoteForm,
    ReturnForm,
)
from declarations.models import Declaration, RegisterEntry, Section
from declarations.plausibility import PEERS_LEAST
from declarations.selectors import review as selectors
from declarations.selectors.matters import matters_of
from declarations.selectors.peers import similar
from declarations.selectors.triggers import triggers_for
from declarations.services import matters, reviewers
from declarations.services import review as services
from declarations.services.verification import refusal
from declarations.shown import queue_status, say_problems
from declarations.views.review_figures import (
    beside,
    peer_rows,
    position,
    side_by_side,
    similarity,
    stage_bar,
)

PLACES = 3  # for conditions, on the page and with each press of "more"


def the_submission(request: Request, pk: int) -> Declaration:
    """A declaration that was submitted; 404 for drafts and everything else."""
    found: Declaration = get_object_or_404(selectors.submissions_for(request.actor), pk=pk)
    return found


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


def _accept_decision(request: Request, declaration: Declaration, is_mine: bool) -> Decision:
    """Whether acceptance is offered: the table, then who has the case, then what stands in its way."""
    allowed = check(request.actor, "review.accept", declaration)
    if allowed and not is_mine:
        return Decision(False, _("%(name)s has this declaration.") % {"name": declaration.reviewer})
    problems = services.acceptance_problems(declaration) if allowed else []
    return Decision(False, refusal(problems)) if problems else allowed


def is_mine(request: Request, declaration: Declaration) -> bool:
    """Whether the case is the reader's own."""
    user = request.actor.user
    return user is not None and declaration.reviewer_id == user.pk


def _page(request: Request, declaration: Declaration, **bound: Any) -> HttpResponse:
    actor = request.actor
    comparison = selectors.comparison(declaration)
    points = _points(comparison, declaration)
    earlier, later = selectors.other_open(actor, declaration)
    mine = is_mine(request, declaration)
    in_review = declaration.state == "in_review"
    people = [user for user in reviewers.colleagues(actor) if user.pk != declaration.reviewer_id]
    doubts = {point["key"]: point["notes"][-1].text for point in points if point["status"][0] == "warn"}
    take_up = check(actor, "review.take_up", declaration) if declaration.state == "submitted" else None
    if take_up and declaration.reviewer_id is not None and not mine:
        take_up = Decision(False, _("%(name)s has this declaration.") % {"name": declaration.reviewer})
    may_assign = check(actor, "review.assign", declaration)
    context = {
        "declaration": declaration,
        "triggers": triggers_for(actor, declaration),
        "status": queue_status(declaration),
        "comparison": comparison,
        "frozen": comparison.frozen,
        "figures": comparison.frozen.figures,
        "rows": side_by_side(comparison),
        "peer_rows": peer_rows(comparison),
        "points": points,
        "done": sum(point["status"][0] != "idle" for point in points),
        "due_on": selectors.due_on(declaration),
        "is_late": declaration.state in selectors.OPEN and selectors.due_on(declaration) < clock.today(),
        "earlier": earlier,
        "later": later,
        "reviewer": declaration.reviewer,
        "is_mine": mine and in_review,
        "in_review": in_review,
        "take_up": False if take_up is None else take_up,
        "take_over": bool(may_assign) and declaration.reviewer_id is not None and not mine,
        "accept": _accept_decision(request, declaration, mine),
        "assign_form": bound.get("assign_form")
        or (AssignReviewForm(colleagues=people, prefix="to") if may_assign and people else None),
        "assignments": declaration.assignments.select_related("reviewer", "assigned_by"),
        "ask_form": bound.get("ask_form") or AskForm(prefix="ask"),
        "matters": matters_of(actor, declaration),
        "return_form": bound.get("return_form")
        or ReturnForm(initial={f"section_{key}": text for key, text in doubts.items()}),
        "accept_form": bound.get("accept_form") or AcceptForm(),
        "errors_of": next(iter(bound.values()), None),
        "position": position(comparison),
        "peers_least": PEERS_LEAST,
        "decisions": declaration.decisions.select_related("decided_by", "organisation"),
        "lines": comparison.frozen.lines[:12],
        "versions": selectors.submissions_for(actor).filter(number=declaration.number).order_by("-version"),
        "findings": declaration.findings.all(),
    }
    return render(request, "declarations/review/detail.html", context, status=422 if bound else 200)


@never_cache
def review_similar(request: Request, pk: int) -> HttpResponse:
    """The nearest accepted packs, why they are near, and one of them side by side."""
    declaration = the_submission(request, pk)
    if declaration.snapshot is None:
        raise Http404
    frozen = Frozen(declaration.snapshot)
    near = similar(request.actor, declaration)
    asked = request.GET.get("with", "")
    chosen = next((item for item in near if str(item.declaration.pk) == asked), near[0] if near else None)
    other = Frozen(chosen.declaration.snapshot) if chosen and chosen.declaration.snapshot else None
    context = {
        "declaration": declaration,
        "frozen": frozen,
        "near": [
            {
                "item": item,
                "why": similarity(item),
                "url": f"?with={item.declaration.pk}",
                "now": item == chosen,
            }
            for item in near
        ],
        "chosen": chosen,
        "other": other,
        "groups": beside(frozen, other) if other else [],
        "bars": [stage_bar(frozen), stage_bar(other)] if other else [],
    }
    return render(request, "declarations/review/similar.html", context)


@require_POST
def review_take_up(request: Request, pk: int) -> HttpResponse:
    """Take up a submission."""
    declaration = the_submission(request, pk)
    try:
        reviewers.take_up(actor=request.actor, declaration=declaration)
    except Problems as problems:
        say_problems(request, problems)
    except AccessDenied:
        declaration.refresh_from_db()
        if declaration.state == "submitted":
            raise
        messages.info(request, _("A colleague has taken it up meanwhile."))
    return redirect("declarations:review", pk=pk)


@require_POST
def review_take_over(request: Request, pk: int) -> HttpResponse:
    """Take over from a colleague."""
    reviewers.take_over(actor=request.actor, declaration=the_submission(request, pk))
    return redirect("declarations:review", pk=pk)


@require_POST
def review_assign(request: Request, pk: int) -> HttpResponse:
    """Give the case to a colleague."""
    declaration = the_submission(request, pk)
    form = AssignReviewForm(request.POST, colleagues=reviewers.colleagues(request.actor), prefix="to")
    if form.is_valid():
        try:
            reviewers.assign(
                actor=request.actor,
                declaration=declaration,
                reviewer=form.chosen(),
                note=form.cleaned_data["note"],
            )
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("%(name)s has the case now.") % {"name": form.chosen().name})
            return redirect("declarations:review", pk=pk)
    return _page(request, declaration, assign_form=form)


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
def review_ask(request: Request, pk: int) -> HttpResponse:
    """Put a question to the maker."""
    declaration = the_submission(request, pk)
    form = AskForm(request.POST, prefix="ask")
    if form.is_valid():
        try:
            matter = matters.ask(actor=request.actor, declaration=declaration, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("Question %(number)s is with the maker.") % {"number": matter})
            return redirect("declarations:review", pk=pk)
    return _page(request, declaration, ask_form=form)


@require_POST
def review_return(request: Request, pk: int) -> HttpResponse:
    """Return the declaration with its reasons."""
    declaration = the_submission(request, pk)
    if declaration.state == "returned" and is_mine(request, declaration):
        messages.info(request, _("This has been done already."))
        return redirect("declarations:review_queue")
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
            return accepted(request, entry)
    return _page(request, declaration, accept_form=form)


def accepted(request: Request, entry: RegisterEntry) -> HttpResponse:
    """To the public page of what was just accepted."""
    messages.success(request, _("%(number)s is accepted and published.") % {"number": entry.number})
    return redirect("register:detail", number=entry.number)


@never_cache
def review_accept_form(request: Request, pk: int) -> HttpResponse:
    """Accept with a reason and conditions. ``more`` adds places for conditions and keeps what was typed."""
    declaration = the_submission(request, pk)
    if declaration.state == "accepted" and request.method == "POST":
        return accepted(request, declaration.register_entry)
    require(request.actor, "review.accept", declaration)
    wanted = request.POST.get("rows", "")
    rows = min(int(wanted), services.CONDITIONS_MAX) if wanted.isdecimal() and len(wanted) < 4 else PLACES
    status, more = 200, "more" in request.POST
    if request.method != "POST":
        form = ConditionalForm(rows=rows)
    elif more:
        rows = min(rows + PLACES, services.CONDITIONS_MAX)
        form = ConditionalForm(rows=rows, initial=request.POST.dict())
    else:
        form = ConditionalForm(request.POST, rows=rows)
        if form.is_valid():
            conditions, rename = form.conditions()
            try:
                entry = services.accept(
                    actor=request.actor,
                    declaration=declaration,
                    reason=form.cleaned_data["reason"],
                    conditions=conditions,
                )
            except Problems as problems:
                form.add_problems(problems, rename)
            else:
                return accepted(request, entry)
        status = 422
    context = {
        "declaration": declaration,
        "form": form,
        "rows": rows,
        "can_more": rows < services.CONDITIONS_MAX,
        "accept": _accept_decision(request, declaration, is_mine(request, declaration)),
    }
    return render(request, "declarations/review/accept.html", context, status=status)
