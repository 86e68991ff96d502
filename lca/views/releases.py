"""Drafts of factor releases: import, differences, what they would change, and the decision; releases as files."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from carbonfoot.accounts.access import check, require
from carbonfoot.accounts.roles import Role
from carbonfoot.files import XLSX, download
from carbonfoot.http import Request
from carbonfoot.jobs.models import Job
from carbonfoot.problems import Problem, Problems
from lca import selectors
from lca.forms.releases import DifferenceSearch, DraftForm
from lca.models import FactorDraft, FactorRelease
from lca.presentation.impact import class_columns, impact_row
from lca.presentation.words import CATEGORIES, DIFFERENCES, word
from lca.reference import draft_release, engine_release
from lca.releases.differences import Difference, counts, differences
from lca.releases.template import as_csv, as_xlsx
from lca.selectors import impact
from lca.services import releases as services
from lca.services.impact import JOB, request_impact

PAGE = 50
# More problems of one file than anybody reads; the number of all is said beside them.
PROBLEMS_SHOWN = 300


def the_draft(request: Request, pk: str) -> FactorDraft:
    """The draft, if the actor may see it; else 404."""
    return get_object_or_404(impact.drafts_for(request.actor), pk=pk)


@require_GET
def release_csv(request: Request, code: str) -> HttpResponse:
    """A release as CSV: the template of the next one."""
    release = engine_release(get_object_or_404(FactorRelease, code=code))
    return download(as_csv(release.factors.values()), f"factors-{code}.csv", "text/csv; charset=utf-8")


@require_GET
def release_xlsx(request: Request, code: str) -> HttpResponse:
    """A release as a workbook: the template of the next one."""
    release = engine_release(get_object_or_404(FactorRelease, code=code))
    return download(as_xlsx(release.factors.values()), f"factors-{code}.xlsx", XLSX)


@require_GET
def draft_list(request: Request) -> HttpResponse:
    """Drafts that the actor may see, the newest first."""
    page = Paginator(impact.drafts_for(request.actor), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "may_import": check(request.actor, "reference.manage").allowed,
        "current": selectors.current_release(),
    }
    return render(request, "lca/draft_list.html", context)


def draft_new(request: Request) -> HttpResponse:
    """A form for a file; whatever is wrong with it is listed by row and column, all at once."""
    form = DraftForm(request.POST or None, request.FILES or None)
    rows: list[Problem] = []
    if request.method == "POST" and form.is_valid():
        fields = form.cleaned_data
        try:
            draft = services.import_draft(actor=request.actor, filename=fields["file"].name, **fields)
        except Problems as problems:
            rows = [item for item in problems.items if item.where]
            form.add_problems([item for item in problems.items if not item.where])
            if rows:
                text = ngettext(
                    "The file has %(count)s problem in its rows; it is listed below the form.",
                    "The file has %(count)s problems in its rows; they are listed below the form.",
                    len(rows),
                )
                form.add_error("file", text % {"count": len(rows)})
        else:
            return redirect("lca:draft", pk=draft.pk)
    context = {
        "form": form,
        "rows": rows[:PROBLEMS_SHOWN],
        "count": len(rows),
        "current": selectors.current_release(),
    }
    return render(request, "lca/draft_new.html", context, status=422 if form.errors else 200)


def _head(request: Request, draft: FactorDraft, current: str) -> dict[str, Any]:
    """What every page of a draft shows: what may be done with it, and its tabs."""
    actor = request.actor
    return {
        "draft": draft,
        "operator": actor.role == Role.ADMINISTRATOR,
        "announce": check(actor, "release.announce", draft),
        "publish": check(actor, "release.publish", draft),
        "discard": check(actor, "release.discard", draft),
        "assess": check(actor, "release.assess", draft),
        "tabs": [
            (_("Differences"), reverse("lca:draft", args=[draft.pk]), current == "differences"),
            (_("Impact"), reverse("lca:draft_impact", args=[draft.pk]), current == "impact"),
        ],
    }


def _matches(row: Difference, q: str) -> bool:
    factor = row.factor
    text = f"{row.key} {factor.name_zh} {factor.name_en}".casefold()
    return all(part in text for part in q.casefold().split())


@require_GET
def draft(request: Request, pk: str) -> HttpResponse:
    """What is different between the draft and a release: the one that it was compared with, or any other."""
    row = the_draft(request, pk)
    releases = list(selectors.releases())
    against = next((item for item in releases if item.code == request.GET.get("against")), row.base)
    found = differences(engine_release(against).factors, draft_release(row).factors.values())
    form = DifferenceSearch(
        request.GET, releases=releases, base=against.code, categories={item.factor.category for item in found}
    )
    wanted = form.cleaned_data if form.is_valid() else {}
    kind = wanted.get("kind") or ""
    shown = [
        item
        for item in found
        if (item.kind == kind if kind else item.kind != "same")
        and (not wanted.get("category") or item.factor.category == wanted["category"])
        and (not wanted.get("suspect") or item.suspect)
        and _matches(item, wanted.get("q") or "")
    ]
    sort = request.GET.get("sort", "")
    if sort.removeprefix("-") == "change":
        shown.sort(key=lambda item: item.relative or Decimal(0), reverse=sort.startswith("-"))
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    by_kind = counts(found)
    context = _head(request, row, "differences") | {
        "against": against,
        "form": form,
        "page": page,
        "rows": [{"row": item, "category": word(CATEGORIES, item.factor.category)} for item in page],
        "suspects": sum(item.suspect for item in found),
        "stats": [(DIFFERENCES[key], by_kind[key]) for key in ("new", "gone", "value", "facts", "same")],
    }
    return render(request, "lca/draft.html", context)


@require_GET
def draft_impact(request: Request, pk: str) -> HttpResponse:
    """What the draft would change: of one's own by calculation, or for the operator by organisation and class."""
    row = the_draft(request, pk)
    context = _head(request, row, "impact")
    context["job"] = (
        Job.objects.filter(key=f"{JOB}:{row.pk}:{request.actor.organisation_id}")
        .order_by("-created_at")
        .first()
    )
    if context["operator"]:
        organisations, agreement = impact.by_organisation(row)
        context |= {"organisations": organisations, "agreement": agreement, "columns": class_columns()}
        return render(request, "lca/draft_impact_operator.html", context)
    found = impact.draft_impacts(request.actor, row)
    only = request.GET.get("show", "touched")
    shown = found if only == "all" else [item for item in found if item.touched or item.impossible]
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    context |= {
        "page": page,
        "rows": [impact_row(item) for item in impact.with_dependants(request.actor, page)],
        "total": len(found),
        "touched": sum(item.touched or item.impossible for item in found),
        "impossible": sum(item.impossible for item in found),
        "exact": sum(item.exact is not None for item in found),
        "agreement": impact.agreement(found),
        "show": only,
    }
    return render(request, "lca/draft_impact.html", context)


@require_POST
def draft_assess(request: Request, pk: str) -> HttpResponse:
    """Start the full calculation with the draft's factors."""
    row = the_draft(request, pk)
    request_impact(actor=request.actor, draft=row)
    return redirect("lca:draft_impact", pk=row.pk)


_DECISIONS = {
    "announce": (services.announce_draft, "release.announce"),
    "publish": (services.publish_draft, "release.publish"),
    "discard": (services.discard_draft, "release.discard"),
}


def _decide(request: Request, pk: str, verb: str) -> HttpResponse:
    """What a decision does, and the button that takes it."""
    row = the_draft(request, pk)
    service, action = _DECISIONS[verb]
    require(request.actor, action, row)
    problems = None
    if request.method == "POST":
        try:
            service(actor=request.actor, draft=row)
            return redirect("lca:draft", pk=row.pk)
        except Problems as found:
            problems = found
    organisations, _agreement = impact.by_organisation(row)
    context = _head(request, row, "decide") | {
        "verb": verb,
        "problems": problems,
        "counts": counts(differences(engine_release(row.base).factors, draft_release(row).factors.values())),
        "touched": sum(item.touched for item in organisations),
        "impossible": sum(item.impossible for item in organisations),
        "total": sum(item.total for item in organisations),
    }
    return render(request, "lca/draft_decide.html", context, status=422 if problems else 200)


def draft_announce(request: Request, pk: str) -> HttpResponse:
    """Announce the draft to makers and suppliers."""
    return _decide(request, pk, "announce")


def draft_publish(request: Request, pk: str) -> HttpResponse:
    """Publish the draft as the release in force."""
    return _decide(request, pk, "publish")


def draft_discard(request: Request, pk: str) -> HttpResponse:
    """Discard the draft."""
    return _decide(request, pk, "discard")
