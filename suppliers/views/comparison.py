"""Two published results of one type of part beside each other, each only as it was published."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from carbonfoot.http import Request
from lca.models import PublishedResult
from lca.selectors import is_expired, results_for
from suppliers.forms import module_type_label
from suppliers.side_by_side import tables_of

PER_PAGE = 20


def _asked(request: Request, name: str) -> PublishedResult | None:
    """The result of `?a=` or `?b=` if it is within reach; else 404. None where nothing is asked for."""
    text = request.GET.get(name, "")
    if not text:
        return None
    try:
        key = uuid.UUID(text)
    except ValueError as error:
        raise Http404 from error
    found: PublishedResult = get_object_or_404(results_for(request.actor), pk=key)
    return found


def _candidates(request: Request, first: PublishedResult) -> Any:
    """Other results of the same type of part, newest first, by words in product and supplier."""
    rows = results_for(request.actor).filter(module_type=first.module_type).exclude(pk=first.pk)
    for word in request.GET.get("q", "").split():
        rows = rows.filter(
            Q(product_zh__icontains=word)
            | Q(product_en__icontains=word)
            | Q(organisation__name_zh__icontains=word)
            | Q(organisation__name_en__icontains=word)
        )
    return Paginator(rows.order_by("-published_at", "-pk"), PER_PAGE).get_page(request.GET.get("page"))


def _facts(result: PublishedResult) -> dict[str, Any]:
    quality = result.quality or {}
    return {
        "result": result,
        "expired": is_expired(result),
        "dqr": quality.get("dqr") or {},
        "verified": quality.get("verified") or {},
        "release": quality.get("release", ""),
    }


@require_GET
def result_compare(request: Request) -> HttpResponse:
    """`?a=` and `?b=` name the two; with one alone the page offers others of the same type of part."""
    first, second = _asked(request, "a"), _asked(request, "b")
    if first is None:
        raise Http404
    context: dict[str, Any] = {
        "first": first,
        "second": second,
        "module_type": module_type_label(first.module_type),
        "q": request.GET.get("q", ""),
    }
    if second is None:
        context["page"] = _candidates(request, first)
        return render(request, "suppliers/result_compare.html", context)
    if second.module_type != first.module_type:
        context["refused"] = _("%(first)s and %(second)s are different types of part.") % {
            "first": module_type_label(first.module_type),
            "second": module_type_label(second.module_type),
        }
        return render(request, "suppliers/result_compare.html", context)
    context |= {
        "tables": tables_of(first, second),
        "sides": [_facts(first), _facts(second)],
        "same_unit": first.declared_unit == second.declared_unit,
    }
    return render(request, "suppliers/result_compare.html", context)
