"""Rules and factors, open to everyone: search, one factor with source and traps, releases, rule sets."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from carbonfoot.accounts.access import check
from carbonfoot.http import Request
from carbonfoot.ui import charts
from lca import data, selectors
from lca.data import ReleaseError
from lca.forms.linking import FactorSearch
from lca.models import Factor
from lca.presentation.traps import traps_of
from lca.presentation.words import (
    BOUNDARIES,
    CATEGORIES,
    FAMILIES,
    REUSE,
    TIERS,
    word,
)
from lca.selectors.uses import calculations_using, history, inventories_using

PAGE = 40
USES_SHOWN = 20


def shell_of(request: Request) -> str:
    """The shell of a page: a visitor has no sidebar."""
    return "base_public.html" if request.actor.is_anonymous else "base.html"


def tabs_of(current: str) -> list[tuple[Any, str, bool]]:
    """Factors, releases, rule sets."""
    return [
        (_("Factors"), reverse("lca:reference"), current == "factors"),
        (_("Rule sets"), reverse("lca:rulesets"), current == "rulesets"),
        (_("Factor releases"), reverse("lca:releases"), current == "releases"),
    ]


@require_GET
def factor_list(request: Request) -> HttpResponse:
    """Factors of a release, the newest if none is named, by words in either language."""
    releases = list(selectors.releases())
    asked = request.GET.get("release", "")
    release = next((row for row in releases if row.code == asked), releases[0])
    values = {name: selectors.factor_values(release, name) for name in ("category", "tier", "region")}
    form = FactorSearch(request.GET, values=values)
    filters, q = {}, ""
    if form.is_valid():
        q = form.cleaned_data["q"]
        filters = {name: form.cleaned_data[name] for name in ("category", "tier", "region")}
    page = Paginator(selectors.factors(release, q, filters), PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "factor": factor,
            "category": word(CATEGORIES, factor.category),
            "tier": word(TIERS, factor.tier),
            "traps": traps_of(factor),
        }
        for factor in page
    ]
    context = {
        "shell_template": shell_of(request),
        "tabs": tabs_of("factors"),
        "release": release,
        "releases": releases,
        "form": form,
        "page": page,
        "rows": rows,
        "q": q,
    }
    return render(request, "lca/factor_list.html", context)


@require_GET
def factor(request: Request, release: str, key: str) -> HttpResponse:
    """One factor with value, source, licence, what its number covers, and its traps."""
    selectors.current_release()
    row = get_object_or_404(Factor.objects.select_related("release"), release__code=release, key=key)
    near = Factor.objects.filter(release=row.release, category=row.category).exclude(pk=row.pk)[:12]
    past = history(key)
    context = {
        "shell_template": shell_of(request),
        "tabs": tabs_of("factors"),
        "factor": row,
        "category": word(CATEGORIES, row.category),
        "tier": word(TIERS, row.tier),
        "family": word(FAMILIES, row.family or "other"),
        "reuse": word(REUSE, row.reuse) if row.reuse else "",
        "boundary": word(BOUNDARIES, row.boundary) if row.boundary else "",
        "near": near,
        "traps": traps_of(row),
        "history": [
            {"factor": item, "change": _change(before, item)}
            for before, item in zip([None, *past], past, strict=False)
        ],
        "chart": _chart(past),
    }
    if check(request.actor, "own_factor.list"):
        found = calculations_using(request.actor, key)
        context |= {
            "own_uses": True,
            "inventories": inventories_using(request.actor, key),
            "calculations": found[:USES_SHOWN],
            "calculation_count": found.count(),
        }
    return render(request, "lca/factor.html", context)


def _change(before: Factor | None, after: Factor) -> Any:
    """The change of value as a share of the release before; None without one, or when the unit is another."""
    if before is None or not before.value or before.unit != after.unit:
        return None
    return (after.value - before.value) / abs(before.value)


def _chart(past: list[Factor]) -> Any:
    """The values as bars, where there is more than one and all are in one unit."""
    if len(past) < 2 or len({row.unit for row in past}) > 1:
        return ""
    bars = [charts.Bar(row.release.code, row.value) for row in past]
    return charts.bars(bars, past[0].unit, 4)


@require_GET
def release_list(request: Request) -> HttpResponse:
    """Every factor release with its digest and notices."""
    tiers: dict[int, dict[str, int]] = {}
    for release, tier, count in selectors.tier_counts():
        tiers.setdefault(release, {})[tier] = count
    rows = [
        {
            "release": row,
            "count": sum(tiers.get(row.pk, {}).values()),
            "tiers": [
                (word(TIERS, tier), tiers[row.pk][tier]) for tier in TIERS if tier in tiers.get(row.pk, {})
            ],
            "files": _files(row.code),
        }
        for row in selectors.releases()
    ]
    context = {
        "shell_template": shell_of(request),
        "tabs": tabs_of("releases"),
        "rows": rows,
        "current": selectors.current_release(),
        "drafts": check(request.actor, "release.view").allowed,
    }
    return render(request, "lca/release_list.html", context)


def _files(code: str) -> list[tuple[str, str]]:
    try:
        return sorted(data.read_manifest(code).files.items())
    except ReleaseError:
        return []
