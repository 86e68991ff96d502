"""The authority's list of all makers in a phase: filter, sort, pages, CSV."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from carbonfoot.csvs import csv_response
from carbonfoot.http import Request
from carbonfoot.ui.lists import with_params
from carbonfoot.ui.status import Status
from declarations.forms.phases import CoverageFilter
from declarations.models import Chemistry, Phase
from declarations.phase_words import phase_table
from declarations.selectors import coverage as select
from declarations.shown import province_name

PER_PAGE = 50
HEAD = (
    "maker_zh", "maker_en", "uscc", "province", "phase", "state", "late", "packs_asked", "packs_declared",
    "packs_accepted", "packs_returned", "packs_missing", "chemistries_in_use", "chemistries_missing", "last_day",
    "extension_or_waiver", "requests_to_decide", "summary",
)  # fmt: skip


def statuses() -> dict[str, Status]:
    """The states of a maker in a phase as word and colour."""
    return {
        "short": Status("bad", _("Something is missing")),
        "filed": Status("info", _("All submitted")),
        "met": Status("ok", _("All accepted")),
        "waived": Status("idle", _("Exempt")),
    }


def _labels(keys: list[str]) -> list[str]:
    return [str(Chemistry(key).label) for key in keys]


def _chosen(request: Request) -> tuple[list[Phase], Phase | None, list[select.MakerCoverage], CoverageFilter]:
    phases = list(Phase.objects.all())
    phase = next((item for item in phases if item.code == request.GET.get("phase")), None)
    phase = phase or next((item for item in phases if item.is_open()), phases[0] if phases else None)
    rows = select.coverage(request.actor, phase) if phase else []
    return phases, phase, rows, CoverageFilter(request.GET)


def _narrowed(
    request: Request, rows: list[select.MakerCoverage], form: CoverageFilter
) -> list[select.MakerCoverage]:
    data = form.cleaned_data if form.is_valid() else {}
    return select.narrowed(rows, **data, sort=request.GET.get("sort", ""))


def _figures(rows: list[select.MakerCoverage]) -> list[tuple[str, int, str]]:
    counts = {key: sum(row.state == key for row in rows) for key in select.STATES}
    late = sum(row.standing.is_late for row in rows)
    asked = sum(row.asked for row in rows)
    return [
        (_("Makers"), len(rows), ""),
        (_("Something is missing"), counts["short"], _("%(count)d late") % {"count": late}),
        (_("All submitted"), counts["filed"], ""),
        (_("All accepted"), counts["met"], ""),
        (
            _("Exempt or extended"),
            sum(row.is_extended for row in rows),
            _("%(count)d to be decided") % {"count": asked},
        ),
    ]


@require_GET
def coverage(request: Request) -> HttpResponse:
    """All makers against a phase: packs and chemistries that are missing."""
    phases, phase, every, form = _chosen(request)
    rows = _narrowed(request, every, form)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    words = statuses()
    context: dict[str, Any] = {
        "phase": phase,
        "form": form,
        "tabs": [(item.name, with_params(request, phase=item.code), item == phase) for item in phases],
        "page": page,
        "rows": [
            {
                "row": row,
                "status": words[row.state],
                "missing": _labels(row.missing_chemistries),
                "in_use": _labels(row.standing.chemistries),
                "province": province_name(row.maker.province),
            }
            for row in page
        ],
        "figures": _figures(every),
        "changes": phase_table(phases),
        "every": phases,
        "query": request.GET.urlencode(),
    }
    return render(request, "declarations/review/coverage.html", context)


@require_GET
def coverage_csv(request: Request) -> HttpResponse:
    """The filtered list as CSV, in the order that is shown."""
    _phases, phase, every, form = _chosen(request)
    lines = []
    for row in _narrowed(request, every, form):
        standing = row.standing
        lines.append(
            [
                row.maker.name_zh,
                row.maker.name_en,
                row.maker.uscc,
                row.maker.province,
                standing.phase.code,
                row.state,
                "yes" if standing.is_late else "no",
                row.wanted,
                row.declared,
                row.accepted,
                row.returned,
                row.missing_packs,
                " ".join(standing.chemistries),
                " ".join(row.missing_chemistries),
                row.last_day or "",
                "yes" if row.is_extended else "no",
                row.asked,
                row.summary,
            ]
        )
    return csv_response(f"coverage-{phase.code if phase else 'none'}.csv", HEAD, lines)
