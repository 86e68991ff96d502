"""A body's answer to being asked: taken on or refused."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carbonfoot.accounts.access import AccessDenied
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from declarations.forms.verification import RefuseForm, TakeOnForm
from declarations.models import Declaration
from declarations.services import engagements as services
from declarations.shown import declaration_status
from declarations.views.reach import the_declaration


def asked_page(request: Request, declaration: Declaration, **bound: BaseForm) -> HttpResponse:
    """What a body sees of a declaration that it is asked to verify: what is asked, nothing of what it rests on."""
    context = {
        "declaration": declaration,
        "engagement": declaration.engagement,
        "status": declaration_status(declaration),
        "can_answer": declaration.state == "in_verification" and declaration.engagement.state == "asked",
        "take_on_form": bound.get("take_on_form") or TakeOnForm(),
        "refuse_form": bound.get("refuse_form") or RefuseForm(prefix="refuse"),
        "errors_of": next(iter(bound.values()), None),
    }
    return render(request, "declarations/verification/asked.html", context, status=422 if bound else 200)


def _answer(
    request: Request, pk: int, form: BaseForm, name: str, state: str, do: Callable[[Declaration], object]
) -> HttpResponse:
    declaration = the_declaration(request, pk)
    if form.is_valid():
        try:
            do(declaration)
        except Problems as problems:
            form.add_problems(problems)  # type: ignore[attr-defined]
        except AccessDenied:
            declaration.engagement.refresh_from_db()
            if declaration.engagement.state != state:
                raise
            messages.info(request, _("This has been done already."))
            return redirect("declarations:verification", pk=pk)
        else:
            return redirect("declarations:verification", pk=pk)
    return asked_page(request, declaration, **{name: form})


@require_POST
def engagement_take_on(request: Request, pk: int) -> HttpResponse:
    """The body takes the engagement on."""
    form = TakeOnForm(request.POST)
    return _answer(
        request,
        pk,
        form,
        "take_on_form",
        "accepted",
        lambda row: services.take_on(actor=request.actor, declaration=row, **form.cleaned_data),
    )


@require_POST
def engagement_refuse(request: Request, pk: int) -> HttpResponse:
    """The body refuses with a reason."""
    form = RefuseForm(request.POST, prefix="refuse")
    return _answer(
        request,
        pk,
        form,
        "refuse_form",
        "refused",
        lambda row: services.refuse(actor=request.actor, declaration=row, **form.cleaned_data),
    )
