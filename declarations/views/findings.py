"""Findings: raised and closed by the verifier, answered by the maker."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from carbonfoot.accounts.access import check, require
from carbonfoot.accounts.roles import Role
from carbonfoot.files import download
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from declarations.forms.verification import AskForm, CloseForm, FindingForm, ReplyForm
from declarations.models import Finding
from declarations.places import place_label, places_of
from declarations.selectors import verification as selectors
from declarations.services import verification as services
from declarations.shown import finding_status
from declarations.views.reach import the_declaration


def the_finding(request: Request, pk: int) -> Finding:
    """The finding, if the actor is the body engaged or the maker; 404 otherwise."""
    found: Finding = get_object_or_404(selectors.findings_for(request.actor), pk=pk)
    return found


@never_cache
def verification_raise(request: Request, pk: int) -> HttpResponse:
    """Raise a finding."""
    declaration = the_declaration(request, pk)
    require(request.actor, "verification.raise", declaration)
    places = places_of(request.actor, declaration)
    form = FindingForm(
        request.POST or None,
        request.FILES or None,
        places=places,
        initial={"place": request.GET.get("place", ""), "kind": "major"},
    )
    if request.method == "POST" and form.is_valid():
        try:
            finding = services.raise_finding(
                actor=request.actor, declaration=declaration, **form.cleaned_data
            )
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(
                request, _("Finding %(finding)s is raised; the maker sees it now.") % {"finding": finding}
            )
            return redirect("declarations:finding", pk=finding.pk)
    status = 422 if form.is_bound else 200
    return render(
        request,
        "declarations/verification/raise.html",
        {"declaration": declaration, "form": form},
        status=status,
    )


@never_cache
def finding(request: Request, pk: int) -> HttpResponse:
    """A finding with its correspondence, and what the reader can do next."""
    return _page(request, the_finding(request, pk))


def _page(request: Request, row: Finding, **bound: BaseForm) -> HttpResponse:
    actor = request.actor
    is_verifier = actor.role == Role.VERIFIER
    entries = selectors.entries_for(actor).filter(finding=row)
    last = len(entries) - 1
    is_open = row.state != Finding.State.CLOSED
    context: dict[str, Any] = {
        "finding": row,
        "declaration": row.declaration,
        "status": finding_status(row),
        "place": place_label(actor, row.declaration, row.place),
        "is_verifier": is_verifier,
        "is_open": is_open,
        "entries": [
            {
                "entry": entry,
                "file": PurePath(entry.evidence.name or "").name if entry.evidence else "",
                "what": _what(row, entry.organisation_id, index, last),
            }
            for index, entry in enumerate(entries)
        ],
        "reply_decision": check(actor, "verification.reply", row) if not is_verifier and is_open else False,
        "close_decision": check(actor, "verification.close", row) if is_verifier and is_open else False,
        "reply_form": bound.get("reply_form") or ReplyForm(),
        "ask_form": bound.get("ask_form") or AskForm(prefix="ask"),
        "close_form": bound.get("close_form") or CloseForm(prefix="close"),
        "errors_of": next(iter(bound.values()), None),
    }
    return render(request, "declarations/verification/finding.html", context, status=422 if bound else 200)


def _what(row: Finding, organisation: int, index: int, last: int) -> str:
    if index == 0:
        return _("Raised")
    if index == last and row.state == Finding.State.CLOSED:
        return _("Closed")
    if organisation == row.declaration.organisation_id:
        return _("Answered")
    return _("Asked again")


@require_POST
def finding_reply(request: Request, pk: int) -> HttpResponse:
    """The maker answers."""
    row = the_finding(request, pk)
    form = ReplyForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            services.reply_finding(actor=request.actor, finding=row, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("Your answer is with the verifier."))
            return redirect("declarations:finding", pk=pk)
    return _page(request, row, reply_form=form)


@require_POST
def finding_ask_again(request: Request, pk: int) -> HttpResponse:
    """The verifier asks for more."""
    row = the_finding(request, pk)
    form = AskForm(request.POST, request.FILES, prefix="ask")
    if form.is_valid():
        try:
            services.ask_again(actor=request.actor, finding=row, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The maker is asked again."))
            return redirect("declarations:finding", pk=pk)
    return _page(request, row, ask_form=form)


@require_POST
def finding_close(request: Request, pk: int) -> HttpResponse:
    """The verifier closes the finding with a reason."""
    row = the_finding(request, pk)
    form = CloseForm(request.POST, prefix="close")
    if form.is_valid():
        try:
            services.close_finding(actor=request.actor, finding=row, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The finding is closed."))
            return redirect("declarations:verification", pk=row.declaration_id)
    return _page(request, row, close_form=form)


def evidence(request: Request, pk: int) -> HttpResponseBase:
    """The file of an answer, as a download, for the maker and the body engaged."""
    entry = get_object_or_404(selectors.entries_for(request.actor), pk=pk)
    if not entry.evidence:
        raise Http404
    return download(entry.evidence.open("rb"), PurePath(entry.evidence.name or "evidence").name)
