"""A question of the authority or a condition of its acceptance: read, answered, settled."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from carbonfoot.accounts.access import Decision, check
from carbonfoot.accounts.roles import Role
from carbonfoot.files import download
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from declarations.forms.review import AnswerForm, SayForm
from declarations.models import MatterState, ReviewMatter
from declarations.selectors import matters as selectors
from declarations.services import matters as services
from declarations.shown import matter_status


def the_matter(request: Request, pk: int) -> ReviewMatter:
    """The matter, if the actor is the maker or the authority; 404 otherwise."""
    found: ReviewMatter = get_object_or_404(selectors.matters_for(request.actor), pk=pk)
    return found


@never_cache
def matter(request: Request, pk: int) -> HttpResponse:
    """What was asked, what was said, and what the reader can do next."""
    return _page(request, the_matter(request, pk))


def _answer_decision(request: Request, row: ReviewMatter) -> Decision:
    """Whether the maker can answer now, and if not, why."""
    if row.declaration.state not in services.ANSWERABLE[ReviewMatter.Kind(row.kind)]:
        state = row.declaration.get_state_display()
        return Decision(False, _("Not possible in the present state: %(state)s.") % {"state": state})
    return check(request.actor, "matter.answer", row)


def _page(request: Request, row: ReviewMatter, **bound: BaseForm) -> HttpResponse:
    actor, declaration = request.actor, row.declaration
    is_authority = actor.role == Role.REGULATOR
    is_open = row.state != MatterState.CLOSED
    has_case = actor.user is not None and declaration.reviewer_id in (None, actor.user.pk)
    settle = check(actor, "matter.settle", row) if is_authority and is_open else Decision(False)
    if settle and not has_case:
        settle = Decision(
            False,
            _("%(name)s has this declaration. Take it over first.") % {"name": declaration.reviewer},
        )
    context: dict[str, Any] = {
        "matter": row,
        "declaration": declaration,
        "status": matter_status(row),
        "is_authority": is_authority,
        "is_open": is_open,
        "entries": selectors.entries_for(actor).filter(matter=row),
        "answer": _answer_decision(request, row) if not is_authority and is_open else False,
        "settle": settle,
        "again": bool(settle) and row.state == MatterState.ANSWERED,
        "answer_form": bound.get("answer_form") or AnswerForm(),
        "settle_form": bound.get("settle_form") or SayForm(prefix="settle"),
        "again_form": bound.get("again_form") or SayForm(prefix="again"),
        "errors_of": next(iter(bound.values()), None),
    }
    return render(request, "declarations/review/matter.html", context, status=422 if bound else 200)


@require_POST
def matter_answer(request: Request, pk: int) -> HttpResponse:
    """The maker answers, or reports that a condition is met."""
    row = the_matter(request, pk)
    form = AnswerForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            services.answer(actor=request.actor, matter=row, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("Your answer is with the authority."))
            return redirect("declarations:matter", pk=pk)
    return _page(request, row, answer_form=form)


@require_POST
def matter_ask_again(request: Request, pk: int) -> HttpResponse:
    """The authority says what is still missing."""
    row = the_matter(request, pk)
    form = SayForm(request.POST, prefix="again")
    if form.is_valid():
        try:
            services.ask_again(actor=request.actor, matter=row, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The maker is asked again."))
            return redirect("declarations:review", pk=row.declaration_id)
    return _page(request, row, again_form=form)


@require_POST
def matter_settle(request: Request, pk: int) -> HttpResponse:
    """The authority closes a question, or finds a condition met."""
    row = the_matter(request, pk)
    form = SayForm(request.POST, prefix="settle")
    if form.is_valid():
        try:
            services.settle(actor=request.actor, matter=row, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("%(number)s is settled.") % {"number": row})
            return redirect("declarations:review", pk=row.declaration_id)
    return _page(request, row, settle_form=form)


def matter_evidence(request: Request, pk: int) -> HttpResponseBase:
    """The file of an answer, as a download, for the maker and the authority."""
    entry = get_object_or_404(selectors.entries_for(request.actor), pk=pk)
    if not entry.evidence:
        raise Http404
    return download(entry.evidence.open("rb"), entry.evidence_name)
