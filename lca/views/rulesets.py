"""Rule sets, open to everyone: all of them, one version, and two beside each other parameter by parameter."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from carbonfoot.http import Request
from carbonfoot.ui.text import pick
from lca import rulesets
from lca.presentation.rulesets import parameter_groups, parameter_rows, sources_of
from lca.presentation.words import EOL_MODELS, STATUSES, word
from lca.rulesets import RuleSet, RuleSetError
from lca.selectors.comparisons import ruleset_usage
from lca.views.reference import shell_of, tabs_of


def _page(request: Request) -> dict[str, Any]:
    return {"shell_template": shell_of(request), "tabs": tabs_of("rulesets")}


def _usage(request: Request, *chosen: RuleSet) -> list[dict[str, Any]]:
    """How much within the actor's reach rests on each of the chosen versions; nothing for visitors."""
    if request.actor.is_anonymous:
        return []
    return [
        {"label": label, "counts": [counts.get((item.id, item.version), 0) for item in chosen]}
        for label, counts in ruleset_usage(request.actor)
    ]


def _choices() -> list[tuple[str, str]]:
    """Every version of every rule set as (id@version, its words)."""
    return [
        (f"{item.id}@{version}", f"{item.id} {version}")
        for item in rulesets.available()
        for version in rulesets.versions(item.id)
    ]


@require_GET
def ruleset_list(request: Request) -> HttpResponse:
    """All rule sets with their versions."""
    latest = rulesets.available()
    rows = [
        {
            "ruleset": ruleset,
            "versions": rulesets.versions(ruleset.id),
            "status": word(STATUSES, ruleset.status),
        }
        for ruleset in latest
    ]
    names = [value for value, _label in _choices()]
    context = _page(request) | {
        "rows": rows,
        "choices": _choices(),
        "a": names[0],
        "b": names[1] if len(names) > 1 else names[0],
        "usage": _usage(request, *latest),
    }
    return render(request, "lca/ruleset_list.html", context)


@require_GET
def ruleset(request: Request, identifier: str, version: str) -> HttpResponse:
    """One version of a rule set: parameters, assumptions, sources."""
    try:
        chosen = rulesets.load(identifier, version)
    except RuleSetError as error:
        raise Http404 from error
    context = _page(request) | {
        "ruleset": chosen,
        "status": word(STATUSES, chosen.status),
        "versions": [
            (item, reverse("lca:ruleset", args=[identifier, item]), item == version)
            for item in rulesets.versions(identifier)
        ],
        "groups": parameter_rows(chosen),
        "assumptions": [
            {"id": item.id, "parameter": item.parameter, "text": pick(item.text)}
            for item in chosen.assumptions
        ],
        "model": word(EOL_MODELS, chosen.end_of_life.model),
        "stages": [
            {"key": stage, "title": pick(chosen.stages.titles[stage])} for stage in chosen.stages.declared
        ],
        "sources": sources_of(chosen),
        "plausibility": chosen.plausibility.items(),
        "usage": _usage(request, chosen),
        "others": [choice for choice in _choices() if choice[0] != f"{chosen.id}@{chosen.version}"],
    }
    return render(request, "lca/ruleset.html", context)


def _named(name: str) -> RuleSet:
    identifier, _at, version = name.partition("@")
    try:
        return rulesets.load(identifier, version or None)
    except RuleSetError as error:
        raise Http404 from error


@require_GET
def compare(request: Request) -> HttpResponse:
    """Two rule sets, or two versions of one, parameter by parameter; `?all=1` shows what agrees as well."""
    choices = _choices()
    a = _named(request.GET.get("a") or choices[0][0])
    b = _named(request.GET.get("b") or choices[min(1, len(choices) - 1)][0])
    everything = request.GET.get("all") == "1"
    groups = parameter_groups(a, b)
    names = {"a": f"{a.id}@{a.version}", "b": f"{b.id}@{b.version}"}
    context = (
        _page(request)
        | names
        | {
            "first": a,
            "second": b,
            "choices": choices,
            "groups": groups,
            "everything": everything,
            "differing": sum(group.differing for group in groups),
            "count": sum(len(group.rows) for group in groups),
            "statuses": (word(STATUSES, a.status), word(STATUSES, b.status)),
            "sides": [
                {"ruleset": item, "sources": sources_of(item), "status": word(STATUSES, item.status)}
                for item in (a, b)
            ],
            "usage": _usage(request, a, b),
            "toggle": f"?a={names['a']}&b={names['b']}" + ("" if everything else "&all=1"),
            "toggle_text": _("Differences only") if everything else _("All parameters"),
        }
    )
    return render(request, "lca/ruleset_compare.html", context)
