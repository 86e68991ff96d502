"""Samples, the check of the control plan, and the reasons of changed figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from carbonfoot.accounts.access import check
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from declarations.changes import compare_lines
from declarations.figures import Frozen
from declarations.forms.verification import DrawForm, ReasonOfChangeForm
from declarations.models import Declaration, Sample, VerificationCheck
from declarations.plans import SECTIONS
from declarations.selectors import checking as selectors
from declarations.selectors.verification import supply_tree
from declarations.services import checking as services
from declarations.services import verification as clean_room
from declarations.services.checking import Checked
from declarations.shown import line_words
from declarations.views.reach import the_declaration, the_opened_declaration
from lca.models import Calculation

LINES_SHOWN = 50


def calculation_choices(request: Request, declaration: Declaration) -> list[tuple[int, str]]:
    """What a sample can be drawn from: the maker's own result, and each supplier's recipe behind it."""
    if declaration.calculation_id is None:
        return []
    found = {declaration.calculation_id: _("The maker's own lines")}
    for top in supply_tree(request.actor, declaration):
        for item in top.walk():
            if item.calculation is not None:
                found.setdefault(
                    item.calculation.pk, f"{item.result.product} · {item.result.organisation.name}"
                )
    return list(found.items())


@require_POST
def sample_draw(request: Request, pk: int) -> HttpResponse:
    """Draw a sample and show it."""
    declaration = the_declaration(request, pk)
    form = DrawForm(request.POST, calculations=calculation_choices(request, declaration))
    texts = [str(text) for errors in form.errors.values() for text in errors]
    if form.is_valid():
        data = form.cleaned_data
        try:
            sample = services.draw_sample(
                actor=request.actor,
                declaration=declaration,
                calculation=Calculation(pk=int(data["calculation"])),
                size=data["size"],
                seed=data["seed"],
            )
        except Problems as error:
            texts = [f"{item.message} {item.mend}".strip() for item in error.items]
        else:
            return redirect("declarations:sample", pk=pk, number=sample.number)
    for text in texts:
        messages.error(request, text)
    return redirect("declarations:verification", pk=pk)


def the_sample(request: Request, declaration: Declaration, number: int) -> Sample:
    """A sample in the clean room; 404 for others, and for one of another content that is not open any more."""
    found: Sample = get_object_or_404(
        selectors.samples_for(request.actor).filter(declaration=declaration), number=number
    )
    return found


def _posted(request: Request, items: Iterable[str]) -> dict[str, Checked]:
    """What was written on each item; an item without a result is left as it is."""
    found = {}
    for place, item in enumerate(items):
        result = request.POST.get(f"result-{place}", "")
        if result:
            found[item] = Checked(result, request.POST.get(f"note-{place}", ""))
    return found


def _save(
    request: Request, declaration: Declaration, items: list[str], sample: Sample | None
) -> tuple[dict[str, Checked], Problems | None]:
    posted = _posted(request, items)
    try:
        services.record_checks(actor=request.actor, declaration=declaration, checked=posted, sample=sample)
    except Problems as problems:
        return posted, problems
    messages.success(request, _("Saved."))
    return posted, None


def _rows(
    items: list[tuple[str, dict[str, Any]]],
    last: dict[str, VerificationCheck],
    posted: dict[str, Checked],
    problems: Problems | None,
) -> list[dict[str, Any]]:
    errors = {item.field: item.message for item in problems.items} if problems else {}
    rows = []
    for place, (item, more) in enumerate(items):
        stored, written = last.get(item), posted.get(item)
        rows.append(
            {
                "place": place,
                "result": written.result if written else stored.result if stored else "",
                "result_label": stored.get_result_display() if stored else "",
                "note": written.note if written else stored.note if stored else "",
                "error": errors.get(item, ""),
                **more,
            }
        )
    return rows


@never_cache
def sample(request: Request, pk: int, number: int) -> HttpResponse:
    """The drawn lines with where they come from; what was found at each is written here. Opening it is logged."""
    declaration = the_declaration(request, pk)
    row = the_sample(request, declaration, number)
    drawn = {line["id"]: line for line in row.content["lines"]}
    posted: dict[str, Checked] = {}
    problems: Problems | None = None
    if request.method == "POST":
        posted, problems = _save(request, declaration, list(drawn), row)
        if problems is None:
            return redirect("declarations:sample", pk=pk, number=number)
    clean_room.note_calculation_viewed(
        actor=request.actor, declaration=declaration, calculation=row.calculation
    )
    lines = {line["id"]: line for line in row.calculation.ledger.get("lines") or []}
    items = [
        (
            key,
            {
                "line": lines[key],
                "words": line_words(lines[key]),
                "certain": entry["certain"],
                "url": reverse("declarations:verification_line", args=[pk, row.calculation_id, key]),
            },
        )
        for key, entry in drawn.items()
        if key in lines
    ]
    context = {
        "declaration": declaration,
        "sample": row,
        "is_own": row.calculation.organisation_id == declaration.organisation_id,
        "rows": _rows(items, selectors.last_checks(row.snapshot, row), posted, problems),
        "results": VerificationCheck.Result.choices,
        "check_decision": check(request.actor, "verification.check", declaration),
        "is_present": row.snapshot_id == declaration.snapshot_id,
        "problems": problems,
    }
    status = 422 if problems else 200
    return render(request, "declarations/verification/sample.html", context, status=status)


@never_cache
def plan_checks(request: Request, pk: int) -> HttpResponse:
    """The sections of the control plan as frozen, and what the verifier found at each."""
    declaration = the_opened_declaration(request, pk)
    snapshot = declaration.snapshot
    if snapshot is None:
        raise Http404
    keys = [section.key for section in SECTIONS]
    posted: dict[str, Checked] = {}
    problems: Problems | None = None
    if request.method == "POST":
        posted, problems = _save(request, declaration, keys, None)
        if problems is None:
            return redirect("declarations:plan_checks", pk=pk)
    texts = (Frozen(snapshot).content.get("plan") or {}).get("sections") or {}
    items = [
        (section.key, {"title": section.title, "text": texts.get(section.key, "")}) for section in SECTIONS
    ]
    context = {
        "declaration": declaration,
        "rows": _rows(items, selectors.last_checks(snapshot, None), posted, problems),
        "results": VerificationCheck.Result.choices,
        "check_decision": check(request.actor, "verification.check", declaration),
        "problems": problems,
    }
    status = 422 if problems else 200
    return render(request, "declarations/verification/plan_checks.html", context, status=status)


@never_cache
def changes(request: Request, pk: int) -> HttpResponse:
    """Initial and present figures and facts, the reason of each change, and the lines behind it."""
    declaration = the_opened_declaration(request, pk)
    first, last = selectors.initial_snapshot(declaration), declaration.snapshot
    if first is None or last is None:
        raise Http404
    found = selectors.changes_of(declaration)
    choices = [
        (change.key, f"{change.label}: {change.before_words or '–'} → {change.after_words or '–'}")
        for change, _reason in found
    ]
    form = ReasonOfChangeForm(
        request.POST or None,
        changes=choices,
        findings=declaration.findings.all(),
        initial={"keys": [change.key for change, reason in found if reason is None]},
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.explain_changes(actor=request.actor, declaration=declaration, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("Saved."))
            return redirect("declarations:changes", pk=pk)
    lines = compare_lines(Frozen(first), Frozen(last))
    context = {
        "declaration": declaration,
        "first": first,
        "last": last,
        "changes": found,
        "lines": lines[:LINES_SHOWN],
        "lines_all": len(lines),
        "form": form,
        "check_decision": check(request.actor, "verification.check", declaration),
    }
    status = 422 if form.is_bound else 200
    return render(request, "declarations/verification/changes.html", context, status=status)
