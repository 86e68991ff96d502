"""Green certificates of the organisation: what is spent, and what working inventories state but have not spent yet."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from carbonfoot.http import Request
from carbonfoot.languages import language
from lca.engine.certificates import KWH_PER_CERTIFICATE, SOURCE
from lca.selectors import certificates as found
from lca.services.certificates import conflict_problem

PAGE = 50


def _claims(request: Request, q: str) -> Page[Any]:
    rows = found.searched(found.claims_for(request.actor), q)
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def _working(request: Request, q: str) -> Page[Any]:
    """Uses of working inventories, those of the page with what is in the way in words."""
    uses = found.working_uses(request.actor)
    if q:
        uses = [
            use for use in uses if q in use.number or q.lower() in use.line.process.inventory.name.lower()
        ]
    page: Page[Any] = Paginator(uses, PAGE).get_page(request.GET.get("page"))
    page.object_list = [
        {"use": use, "problem": conflict_problem(use.conflict) if use.conflict else None} for use in page
    ]
    return page


@require_GET
def certificate_list(request: Request) -> HttpResponse:
    """Claims, searched by number or product and paged; with ``?show=working`` what inventories in work state."""
    q, working = request.GET.get("q", "").strip(), request.GET.get("show") == "working"
    kinds = [
        (_("Used"), reverse("lca:certificates"), not working),
        (_("In working inventories"), "?show=working", working),
    ]
    page: Page[Any] = _working(request, q) if working else _claims(request, q)
    context = {
        "page": page,
        "q": q,
        "kinds": kinds,
        "working": working,
        "kwh": KWH_PER_CERTIFICATE,
        "source": SOURCE[language()],
    }
    return render(request, "lca/certificates.html", context)
