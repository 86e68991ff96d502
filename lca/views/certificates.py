"""Green certificates of the organisation: what is spent, and what working inventories state but have not spent yet."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from carbonfoot.http import Request
from lca import certificate_selectors as found
from lca.engine.certificates import KWH_PER_CERTIFICATE, SOURCE
from lca.services.certificates import conflict_problem

PAGE = 50


@require_GET
def certificate_list(request: Request) -> HttpResponse:
    """Claims, searched by number or product and paged; with ``?show=working`` what inventories in work state."""
    q, working = request.GET.get("q", "").strip(), request.GET.get("show") == "working"
    kinds = [
        (_("Used"), reverse("lca:certificates"), not working),
        (_("In working inventories"), "?show=working", working),
    ]
    if working:
        uses = found.working_uses(request.actor)
        if q:
            uses = [
                use for use in uses if q in use.number or q.lower() in use.line.process.inventory.name.lower()
            ]
        page = Paginator(uses, PAGE).get_page(request.GET.get("page"))
        rows = [
            {"use": use, "problem": conflict_problem(use.conflict) if use.conflict else None} for use in page
        ]
    else:
        page = Paginator(found.searched(found.claims_for(request.actor), q), PAGE).get_page(
            request.GET.get("page")
        )
        rows = list(page)
    context = {
        "page": page,
        "rows": rows,
        "q": q,
        "kinds": kinds,
        "working": working,
        "kwh": KWH_PER_CERTIFICATE,
        "source": SOURCE["en" if (get_language() or "").startswith("en") else "zh"],
    }
    return render(request, "lca/certificates.html", context)
