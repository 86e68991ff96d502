"""Buttons on a request: comment, accept, return, decline, remind, withdraw, revise. The services decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from carbonfoot.accounts.access import require
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from suppliers.forms import CommentForm, TextForm
from suppliers.models import DataRequest
from suppliers.services import requests as services
from suppliers.views.common import press, the_request, to_request


def _press(request: Request, number: str, do: Callable[[DataRequest], Any], done: str) -> HttpResponse:
    row = the_request(request, number)
    return press(request, lambda: do(row), done, to_request(number))


@require_POST
def comment(request: Request, number: str) -> HttpResponse:
    """Say something to the other side, with files if there are any. What is refused is shown with the text kept."""
    row = the_request(request, number)
    require(request.actor, "request.comment", row)
    form = CommentForm(request.POST, request.FILES, label=_("Comment"))
    if form.is_valid():
        try:
            services.comment(actor=request.actor, request=row, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The comment has been sent."))
            return to_request(number)
    data = {"it": row, "form": form, "back": reverse("suppliers:request_detail", args=[number])}
    return render(request, "suppliers/comment.html", data, status=422)


@require_POST
def accept(request: Request, number: str) -> HttpResponse:
    """Take the published result."""
    return _press(
        request,
        number,
        lambda row: services.accept(actor=request.actor, request=row),
        _("The result has been accepted."),
    )


@require_POST
def remind(request: Request, number: str) -> HttpResponse:
    """Send a reminder."""
    return _press(
        request,
        number,
        lambda row: services.remind(actor=request.actor, request=row),
        _("The reminder is on its way."),
    )


@require_POST
def revise(request: Request, number: str) -> HttpResponse:
    """Begin a newer version."""
    return _press(
        request,
        number,
        lambda row: services.revise(actor=request.actor, request=row),
        _("You can upload again now. The published version stays until you publish the next."),
    )


def _reasoned(
    request: Request,
    number: str,
    *,
    action: str,
    service: Callable[..., Any],
    title: str,
    lead: str,
    label: str,
    button: str,
    done: str,
    required: bool = True,
    bad: bool = False,
) -> HttpResponse:
    """A page that asks for the reason first, and then does it."""
    row = the_request(request, number)
    require(request.actor, action, row)
    form = TextForm(request.POST if request.method == "POST" else None, label=label, required=required)
    if request.method == "POST" and form.is_valid():
        try:
            service(actor=request.actor, request=row, text=form.cleaned_data["text"])
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, done)
            return to_request(number)
    data = {
        "it": row,
        "form": form,
        "title": title,
        "lead": lead,
        "button": button,
        "bad": bad,
        "back": reverse("suppliers:request_detail", args=[number]),
    }
    return render(request, "suppliers/reason.html", data, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def return_(request: Request, number: str) -> HttpResponse:
    """Send a published result back with the reason."""
    return _reasoned(
        request,
        number,
        action="request.return",
        service=services.return_,
        title=_("Return the result"),
        lead=_(
            "The supplier reads your reason and publishes a better version. The present version stays as it is."
        ),
        label=_("What is to be mended?"),
        button=_("Return"),
        done=_("The result has been returned."),
    )


@require_http_methods(["GET", "POST"])
def decline(request: Request, number: str) -> HttpResponse:
    """Refuse a request with the reason."""
    return _reasoned(
        request,
        number,
        action="request.decline",
        service=services.decline,
        title=_("Decline the request"),
        lead=_("The customer reads your reason. What you have uploaded stays with you."),
        label=_("Why will you not answer?"),
        button=_("Decline"),
        done=_("The request has been declined."),
        bad=True,
    )


@require_http_methods(["GET", "POST"])
def withdraw(request: Request, number: str) -> HttpResponse:
    """Withdraw a request, with a reason if there is one."""
    return _reasoned(
        request,
        number,
        action="request.withdraw",
        service=services.withdraw,
        title=_("Withdraw the request"),
        lead=_("The supplier need not answer any more. A result that was published stays published."),
        label=_("Reason"),
        button=_("Withdraw"),
        done=_("The request has been withdrawn."),
        required=False,
        bad=True,
    )
