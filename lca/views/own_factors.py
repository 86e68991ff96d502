"""Own factors of an organisation: list, one factor with its versions and uses, form, evidence."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from carbonfoot.accounts.access import check
from carbonfoot.files import download
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from lca import selectors
from lca.forms.own_factors import OwnFactorForm
from lca.models import Inventory, OwnFactor, OwnFactorVersion
from lca.presentation.traps import traps_of
from lca.presentation.words import BOUNDARIES, CATEGORIES, FAMILIES, word
from lca.selectors import uses
from lca.services import own_factors as services
from lca.services.own_pins import evidence_of, factor_document
from lca.views.results import finished

PAGE = 40
USES_SHOWN = 50


def the_factor(request: Request, pk: int) -> OwnFactor:
    """The own factor, if it is the organisation's; else 404."""
    return get_object_or_404(uses.own_factors_for(request.actor), pk=pk)


@require_GET
def own_factors(request: Request) -> HttpResponse:
    """All own factors, the retired ones on request."""
    q, retired = request.GET.get("q", "").strip()[:80], request.GET.get("retired") == "1"
    page = Paginator(uses.own_versions(request.actor, q, retired=retired), PAGE).get_page(
        request.GET.get("page")
    )
    rows = [{"version": row, "category": word(CATEGORIES, row.category)} for row in page]
    context = {
        "page": page,
        "rows": rows,
        "q": q,
        "retired": retired,
        "may_enter": check(request.actor, "own_factor.edit"),
    }
    return render(request, "lca/own_factor_list.html", context)


def own_factor_new(request: Request) -> HttpResponse:
    """A form for a new own factor."""
    return _form(request, None)


def own_factor_edit(request: Request, pk: int) -> HttpResponse:
    """A form for a correction."""
    return _form(request, the_factor(request, pk))


def _form(request: Request, factor: OwnFactor | None) -> HttpResponse:
    version = services.newest_version(factor) if factor else None
    form = OwnFactorForm(request.POST or None, request.FILES or None, version=version)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        file = data["file"]
        data["filename"] = file.name if file else ""
        try:
            if factor is None:
                made = services.create_own_factor(actor=request.actor, **data)
            else:
                made = services.change_own_factor(actor=request.actor, factor=factor, **data).factor
            return redirect("lca:own_factor", pk=made.pk)
        except Problems as problems:
            form.add_problems(problems)
    context = {"form": form, "factor": factor, "version": version}
    return render(request, "lca/own_factor_form.html", context, status=422 if form.errors else 200)


@require_GET
def own_factor(request: Request, pk: int) -> HttpResponse:
    """One own factor: value, evidence, versions, and the inventories and calculations that use it."""
    factor = the_factor(request, pk)
    versions = list(factor.versions.order_by("-number"))
    newest = versions[0]
    entry = factor_document(newest)
    inventories = [
        {"use": use, "current": _pinned(use.inventory, factor.key) == entry}
        for use in uses.inventories_using(request.actor, factor.key)
    ]
    found = uses.calculations_using(request.actor, factor.key)
    context = {
        "factor": factor,
        "newest": newest,
        "versions": versions,
        "category": word(CATEGORIES, newest.category),
        "boundary": word(BOUNDARIES, newest.boundary),
        "family": word(FAMILIES, newest.family),
        "traps": traps_of(newest),
        "inventories": inventories,
        "calculations": found[:USES_SHOWN],
        "calculation_count": found.count(),
        "may_edit": check(request.actor, "own_factor.edit", factor),
    }
    return render(request, "lca/own_factor.html", context)


def _pinned(inventory: Inventory, key: str) -> dict[str, Any] | None:
    return next((item for item in inventory.own_factors if item.get("key") == key), None)


@require_POST
def own_factor_retire(request: Request, pk: int) -> HttpResponse:
    """Offer the factor no longer, or again."""
    factor = the_factor(request, pk)
    retired = request.POST.get("retired") == "1"
    services.retire_own_factor(actor=request.actor, factor=factor, retired=retired)
    return redirect("lca:own_factor", pk=factor.pk)


@require_POST
def own_factor_take(request: Request, pk: int, inventory: int) -> HttpResponse:
    """Take the newest version into an inventory that holds an older one."""
    factor = the_factor(request, pk)
    row = get_object_or_404(selectors.inventories_for(request.actor), pk=inventory)
    try:
        services.take_newest(actor=request.actor, factor=factor, inventory=row)
    except Problems as problems:
        context = {"factor": factor, "inventory": row, "problems": problems}
        return render(request, "lca/own_factor_refused.html", context, status=422)
    return redirect("lca:own_factor", pk=factor.pk)


@require_GET
def own_factor_evidence(request: Request, pk: int, number: int) -> HttpResponseBase:
    """The evidence of a version, as a download."""
    version = get_object_or_404(OwnFactorVersion, factor=the_factor(request, pk), number=number)
    return download(version.file.open("rb"), version.filename)


@require_GET
def calculation_evidence(request: Request, pk: int, key: str) -> HttpResponseBase:
    """The evidence behind an own factor of a calculation, for everybody who may see the calculation."""
    calculation = finished(request, pk)
    version = evidence_of(calculation.revision.document, calculation.organisation_id, key)
    if version is None:
        raise Http404(_("This own factor came with a document, without evidence."))
    return download(version.file.open("rb"), version.filename)
