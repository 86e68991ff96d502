"""Published results: those of one's own, and those that suppliers granted. Figures, and never a recipe."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from carbonfoot.http import Request
from carbonfoot.ui.lists import ordering
from lca.models import PublishedResult
from lca.selectors import is_expired, newer_result, results_for
from suppliers.forms import ResultFilter, module_type_label
from suppliers.selectors import requests_for
from suppliers.shown import scores_of

PER_PAGE = 30
SORTS = {
    "product": "product_zh",
    "supplier": "organisation__name_zh",
    "until": "valid_until",
    "published": "published_at",
}


def result_list(request: Request) -> HttpResponse:
    """Results within reach, newest first; versions that a newer one replaced are left out unless asked for."""
    form = ResultFilter(request.GET)
    rows = results_for(request.actor)
    superseded = request.GET.get("all") == "1"
    if not superseded:
        reachable = results_for(request.actor).order_by().values("pk")
        rows = rows.exclude(superseded_by__in=reachable)
    if form.is_valid():
        for word in form.cleaned_data["q"].split():
            names = Q()
            for column in ("product_zh", "product_en", "organisation__name_zh", "organisation__name_en"):
                names |= Q(**{f"{column}__icontains": word})
            rows = rows.filter(names)
        if form.cleaned_data["module_type"]:
            rows = rows.filter(module_type=form.cleaned_data["module_type"])
    rows = rows.order_by(*ordering(request, SORTS, "-published"))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = [
        {
            "it": row,
            "type": module_type_label(row.module_type),
            "scores": scores_of(row)[:1],
            "own": row.organisation_id == request.actor.organisation_id,
            "expired": is_expired(row),
        }
        for row in page
    ]
    filtered = bool(request.GET.get("q") or request.GET.get("module_type"))
    data = {"form": form, "page": page, "rows": shown, "superseded": superseded, "filtered": filtered}
    return render(request, "suppliers/result_list.html", data)


def result_detail(request: Request, result_id: uuid.UUID) -> HttpResponse:
    """One version of a result, as everybody to whom it was granted sees it."""
    result: PublishedResult = get_object_or_404(results_for(request.actor), pk=result_id)
    versions = results_for(request.actor).filter(series=result.series).order_by("-version")
    asked = requests_for(request.actor).filter(result=result).first()
    data = {
        "result": result,
        "scores": scores_of(result),
        "module_type": module_type_label(result.module_type),
        "newer": newer_result(request.actor, result),
        "expired": is_expired(result),
        "own": result.organisation_id == request.actor.organisation_id,
        "versions": versions,
        "asked": asked,
        "grants": result.grants.select_related("buyer")
        if result.organisation_id == request.actor.organisation_id
        else [],
    }
    return render(request, "suppliers/result_detail.html", data)
