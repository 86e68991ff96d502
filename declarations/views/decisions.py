"""Decisions of the authority: the list with its exports, and each as a letter to print and as canonical JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from carbonfoot.accounts.roles import Role
from carbonfoot.csvs import formula_safe
from carbonfoot.files import download
from carbonfoot.http import Request
from carbonfoot.languages import language
from carbonfoot.ui.lists import ordering
from declarations import decisions
from declarations.forms.review import DecisionFilter
from declarations.models import ReviewDecision, Section
from declarations.reports import letter
from declarations.selectors import decisions as selectors

PER_PAGE = 50
SORTS = {
    "number": "number",
    "day": "decided_at",
    "maker": "declaration__organisation__name_zh",
    "declaration": "declaration__number",
}
COLUMNS = (
    "decision", "kind", "decided_at", "decided_by", "declaration", "version", "phase", "maker", "uscc", "pack",
    "reason", "conditions", "conditions_open", "sha256", "audit_seq",
)  # fmt: skip


def _asked(request: Request) -> tuple[DecisionFilter, Any]:
    form = DecisionFilter(request.GET)
    rows = selectors.decisions_for(request.actor)
    if form.is_valid():
        rows = selectors.filtered(rows, **form.cleaned_data)
    return form, rows.order_by(*ordering(request, SORTS, "-day"))


@never_cache
@require_GET
def decision_list(request: Request) -> HttpResponse:
    """All returns and acceptances, filtered."""
    form, rows = _asked(request)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": form, "page": page, "query": query.urlencode()}
    return render(request, "declarations/review/decisions.html", context)


class _Echo:
    """A file that gives back what is written."""

    def write(self, value: str) -> str:
        return value


@require_GET
def decisions_csv(request: Request) -> StreamingHttpResponse:
    """The filtered decisions as CSV, row by row."""
    import csv

    _form, rows = _asked(request)
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(COLUMNS)
        for row in selectors.exported(rows):
            yield writer.writerow([formula_safe(row[name]) for name in COLUMNS])

    return _attachment(lines(), "decisions.csv", "text/csv; charset=utf-8")


@require_GET
def decisions_json(request: Request) -> StreamingHttpResponse:
    """The filtered decisions with their canonical content, one by one."""
    _form, rows = _asked(request)

    def parts() -> Iterator[str]:
        yield '{"format":"carbonfoot-decisions/1","decisions":['
        for nr, row in enumerate(selectors.exported(rows)):
            yield ("," if nr else "") + json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
        yield "]}"

    return _attachment(parts(), "decisions.json", "application/json")


def _attachment(content: Iterator[str], filename: str, kind: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _the_decision(request: Request, pk: int) -> ReviewDecision:
    found: ReviewDecision = get_object_or_404(selectors.decisions_for(request.actor), pk=pk)
    return found


@never_cache
@require_GET
def decision(request: Request, pk: int) -> HttpResponse:
    """One decision as it was made, to read and to print."""
    row = _the_decision(request, pk)
    content = decisions.parsed(row)
    context = {
        "decision": row,
        "declaration": row.declaration,
        "content": content,
        "intact": decisions.is_intact(row) if content else None,
        "sections": row.reasons(),
        "conditions": row.conditions.all(),
        "is_authority": request.actor.role == Role.REGULATOR,
        "section_labels": dict(Section.choices),
    }
    return render(request, "declarations/review/decision.html", context)


@require_GET
def decision_json(request: Request, pk: int) -> HttpResponse:
    """The canonical bytes that were hashed."""
    row = _the_decision(request, pk)
    if not row.content:
        raise Http404
    response = download(row.content.encode(), f"{row.number}.json", "application/json")
    response["Digest"] = f"sha-256={row.sha256}"
    return response


@require_GET
def decision_pdf(request: Request, pk: int) -> HttpResponse:
    """The letter in the reader's language, with the canonical bytes attached."""
    row = _the_decision(request, pk)
    if not row.content:
        raise Http404
    return download(letter.write(row, language()), f"{row.number}-{language()}.pdf", "application/pdf")
