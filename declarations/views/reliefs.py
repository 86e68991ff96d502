"""Extensions and waivers: a maker asks, the authority decides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from carbonfoot import clock
from carbonfoot.accounts.access import check, require
from carbonfoot.accounts.roles import Role
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from declarations.forms.phases import ReliefDecisionForm, ReliefForm
from declarations.models import Phase, Relief, ReliefState
from declarations.selectors.phases import current_phase
from declarations.selectors.reliefs import reliefs_for
from declarations.services import reliefs as services

PER_PAGE = 50


def _phase(request: Request) -> Phase:
    code = request.GET.get("phase", "")
    if code:
        return get_object_or_404(Phase, code=code)
    phase = current_phase()
    return phase if phase is not None else get_object_or_404(Phase.objects.order_by("-starts_on")[:1])


@require_http_methods(["GET", "POST"])
def relief_new(request: Request) -> HttpResponse:
    """Ask for an extension or a waiver of a phase."""
    require(request.actor, "relief.ask")
    phase = _phase(request)
    initial = {"pack": request.GET.get("pack"), "kind": "extension" if phase.ends_on else "waiver"}
    form = ReliefForm(request.POST or None, actor=request.actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            relief = services.ask(actor=request.actor, phase=phase, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("%(number)s is with the authority.") % {"number": relief.number})
            return redirect("declarations:relief", relief.pk)
    context = {"form": form, "phase": phase, "back": f"{reverse('declarations:phase')}?phase={phase.code}"}
    return render(request, "declarations/reliefs/new.html", context, status=422 if form.is_bound else 200)


def _page(request: Request, relief: Relief, form: ReliefDecisionForm | None = None) -> HttpResponse:
    may_decide = check(request.actor, "relief.decide", relief)
    if form is None and may_decide:
        form = ReliefDecisionForm(initial={"until": relief.wanted_until})
    authority = request.actor.role == Role.REGULATOR
    context = {
        "relief": relief,
        "form": form,
        "may_decide": may_decide,
        "may_cancel": check(request.actor, "relief.cancel", relief),
        "authority": authority,
        "up": reverse("declarations:relief_list" if authority else "declarations:phase"),
        "lapsed": relief.kind == "waiver" and relief.until is not None and relief.until < clock.today(),
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "declarations/reliefs/detail.html", context, status=status)


@require_GET
@never_cache
def relief_detail(request: Request, pk: int) -> HttpResponse:
    """One request with its decision; for the authority with the form of deciding."""
    return _page(request, get_object_or_404(reliefs_for(request.actor), pk=pk))


@require_POST
def relief_cancel(request: Request, pk: int) -> HttpResponse:
    """Take a request back."""
    relief = get_object_or_404(reliefs_for(request.actor), pk=pk)
    services.cancel(actor=request.actor, relief=relief)
    messages.success(request, _("%(number)s is taken back.") % {"number": relief.number})
    return redirect("declarations:relief", pk)


@require_POST
def relief_decide(request: Request, pk: int) -> HttpResponse:
    """Grant or refuse; the button pressed says which."""
    relief = get_object_or_404(reliefs_for(request.actor), pk=pk)
    require(request.actor, "relief.decide", relief)
    form = ReliefDecisionForm(request.POST)
    if not form.is_valid():
        return _page(request, relief, form)
    data: dict[str, Any] = form.cleaned_data
    try:
        if request.POST.get("verdict") == "grant":
            services.grant(actor=request.actor, relief=relief, **data)
            messages.success(request, _("%(number)s is granted.") % {"number": relief.number})
        else:
            services.refuse(actor=request.actor, relief=relief, reason=data["reason"])
            messages.success(request, _("%(number)s is refused.") % {"number": relief.number})
    except Problems as problems:
        form.add_problems(problems)
        return _page(request, relief, form)
    return redirect("declarations:relief", pk)


@require_GET
def relief_list(request: Request) -> HttpResponse:
    """All requests for the authority, those to be decided first."""
    rows = reliefs_for(request.actor)
    state = request.GET.get("state", "asked")
    chosen = rows.filter(state=state) if state in ReliefState.values else rows
    tabs = [
        *((ReliefState(key).label, f"?state={key}", key == state, rows.filter(state=key).count())
          for key in ("asked", "granted", "refused", "cancelled")),
        (_("All"), "?state=all", state not in ReliefState.values, rows.count()),
    ]  # fmt: skip
    order = ("asked_at", "pk") if state == "asked" else ("-asked_at", "-pk")
    page = Paginator(chosen.order_by(*order), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "declarations/reliefs/list.html", {"page": page, "tabs": tabs})
