"""Rules and factors, open to everyone: search, one factor with source and traps, releases, rule sets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from carbonfoot.accounts.access import check
from carbonfoot.http import Request
from carbonfoot.ui.text import pick
from lca import data, rulesets, selectors
from lca.data import ReleaseError
from lca.forms import FactorSearch
from lca.models import Factor, FactorRelease
from lca.presentation.words import (
    BOUNDARIES,
    CATEGORIES,
    EOL_MODELS,
    FAMILIES,
    REUSE,
    STANDINGS,
    STATUSES,
    TIERS,
    word,
)
from lca.rulesets import RuleSet, RuleSetError

PAGE = 40


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
            "trap": factor.note,
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
        "other_releases": Factor.objects.filter(key=key).exclude(pk=row.pk).select_related("release"),
    }
    return render(request, "lca/factor.html", context)


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
            "tiers": [(word(TIERS, tier), tiers[row.pk][tier]) for tier in TIERS if tier in tiers.get(row.pk, {})],
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


@require_GET
def ruleset_list(request: Request) -> HttpResponse:
    """All rule sets with their versions."""
    rows = [
        {
            "ruleset": ruleset,
            "versions": rulesets.versions(ruleset.id),
            "status": word(STATUSES, ruleset.status),
        }
        for ruleset in rulesets.available()
    ]
    context = {"shell_template": shell_of(request), "tabs": tabs_of("rulesets"), "rows": rows}
    return render(request, "lca/ruleset_list.html", context)


@require_GET
def ruleset(request: Request, identifier: str, version: str) -> HttpResponse:
    """One version of a rule set: parameters, assumptions, sources."""
    try:
        chosen = rulesets.load(identifier, version)
    except RuleSetError as error:
        raise Http404 from error
    context = {
        "shell_template": shell_of(request),
        "tabs": tabs_of("rulesets"),
        "ruleset": chosen,
        "status": word(STATUSES, chosen.status),
        "versions": [
            (item, reverse("lca:ruleset", args=[identifier, item]), item == version)
            for item in rulesets.versions(identifier)
        ],
        "parameters": parameters(chosen),
        "assumptions": [
            {"id": item.id, "parameter": item.parameter, "text": pick(item.text)}
            for item in chosen.assumptions
        ],
        "model": word(EOL_MODELS, chosen.end_of_life.model),
        "stages": [
            {"key": stage, "title": pick(chosen.stages.titles[stage])} for stage in chosen.stages.declared
        ],
        "sources": [(item.title, item.date, word(STANDINGS, item.standing)) for item in chosen.sources],
        "plausibility": chosen.plausibility.items(),
    }
    return render(request, "lca/ruleset.html", context)


_TEXTS = {"title", "functional_unit", "assumptions", "sources", "plausibility", "format"}


def parameters(ruleset: RuleSet) -> list[tuple[str, str, bool]]:
    """Every parameter of a rule set: dotted name, value as text, and whether it is an assumption."""
    assumed = [item.parameter for item in ruleset.assumptions]

    def flat(prefix: str, value: Any) -> list[tuple[str, str]]:
        if isinstance(value, Mapping):
            return [
                row
                for key, item in value.items()
                for row in flat(f"{prefix}.{key}" if prefix else str(key), item)
            ]
        if isinstance(value, list | tuple):
            return [(prefix, ", ".join(str(item) for item in value))]
        if isinstance(value, bool):
            return [(prefix, _("yes") if value else _("no"))]
        return [(prefix, str(value))]

    rows = flat("", {key: value for key, value in ruleset.data.items() if key not in _TEXTS})
    return [
        (name, value, any(name == item or name.startswith(f"{item}.") for item in assumed))
        for name, value in rows
        if not name.startswith("stages.titles")
    ]
