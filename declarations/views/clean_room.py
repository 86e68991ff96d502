"""The clean room: lines of a calculation behind a declaration, each down to its source. Every look is logged."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from carbonfoot.accounts.access import check
from carbonfoot.files import download
from carbonfoot.http import Request
from declarations.figures import number
from declarations.models import Declaration
from declarations.selectors import verification as selectors
from declarations.services import verification as services
from declarations.shown import line_words
from declarations.views.reach import the_declaration
from lca.models import Calculation
from suppliers.models import Upload
from suppliers.shown import snippet

PER_PAGE = 50


def the_calculation(request: Request, declaration: Declaration, calculation_id: int) -> Calculation:
    """A calculation behind the declaration, if the room is open to the actor; 404 otherwise."""
    found: Calculation = get_object_or_404(
        selectors.calculations_behind(request.actor, declaration), pk=calculation_id
    )
    return found


@never_cache
def verification_calculation(request: Request, pk: int, calculation_id: int) -> HttpResponse:
    """All lines of a calculation in the clean room, the maker's or a supplier's, each down to its source. Logged."""
    declaration = the_declaration(request, pk)
    calculation = the_calculation(request, declaration, calculation_id)
    services.note_calculation_viewed(actor=request.actor, declaration=declaration, calculation=calculation)
    lines = list(calculation.ledger.get("lines") or [])
    lines.sort(key=lambda line: -abs(number(line.get("kgco2e")) or 0.0))
    q = request.GET.get("q", "").strip().lower()
    if q:
        lines = [line for line in lines if q in _searchable(line)]
    page = Paginator(lines, PER_PAGE).get_page(request.GET.get("page"))
    results = {
        str(item.result.pk): item
        for top in selectors.supply_tree(request.actor, declaration)
        for item in top.walk()
    }
    rows = [
        {
            "line": line,
            "words": line_words(line),
            "url": reverse("declarations:verification_line", args=[pk, calculation.pk, line["id"]]),
            "supply": results.get(str((line.get("result") or {}).get("id"))),
        }
        for line in page
    ]
    return render(
        request,
        "declarations/verification/calculation.html",
        {
            "declaration": declaration,
            "calculation": calculation,
            "is_own": calculation.organisation_id == declaration.organisation_id,
            "page": page,
            "rows": rows,
            "q": request.GET.get("q", ""),
            "place": ""
            if calculation.pk == declaration.calculation_id
            else f"?place=recipe:{calculation.pk}",
            "raise_decision": check(request.actor, "verification.raise", declaration),
        },
    )


def _searchable(line: dict[str, Any]) -> str:
    factor = line.get("factor") or {}
    words = [line.get("id"), line.get("process"), factor.get("key")]
    words += [*(line.get("name") or {}).values(), *(factor.get("name") or {}).values()]
    return " ".join(str(word) for word in words if word).lower()


@never_cache
def verification_line(request: Request, pk: int, calculation_id: int, line_id: str) -> HttpResponse:
    """Where one line comes from: amount, conversion, factor or supplier result, file, sheet and cell. Logged."""
    declaration = the_declaration(request, pk)
    calculation = the_calculation(request, declaration, calculation_id)
    line = next((item for item in calculation.ledger.get("lines") or [] if item.get("id") == line_id), None)
    if line is None:
        raise Http404
    services.note_calculation_viewed(actor=request.actor, declaration=declaration, calculation=calculation)
    source = line.get("provenance") or {}
    upload = None
    if source.get("kind") == "upload":
        upload = selectors.upload_named(request.actor, declaration, source.get("upload"))
    supply = None
    if line.get("result"):
        tree = selectors.supply_tree(request.actor, declaration)
        wanted = str(line["result"].get("id"))
        supply = next((item for top in tree for item in top.walk() if str(item.result.pk) == wanted), None)
    return render(
        request,
        "declarations/verification/line.html",
        {
            "declaration": declaration,
            "calculation": calculation,
            "line": line,
            "words": line_words(line),
            "source": source,
            "upload": upload,
            "snippet": snippet(upload, source.get("sheet", ""), source.get("cell", ""), "ok")
            if upload
            else None,
            "supply": supply,
            "raise_decision": check(request.actor, "verification.raise", declaration),
            "place": f"line:{line_id}"
            if calculation.pk == declaration.calculation_id
            else f"recipe:{calculation.pk}",
        },
    )


def verification_upload(request: Request, pk: int, upload_id: str) -> HttpResponseBase:
    """A copy of the file that a recipe rests on. Logged for its owner."""
    declaration = the_declaration(request, pk)
    upload: Upload = get_object_or_404(selectors.uploads_behind(request.actor, declaration), pk=upload_id)
    services.note_upload_downloaded(actor=request.actor, declaration=declaration, upload=upload)
    return download(upload.file.open("rb"), upload.filename)
