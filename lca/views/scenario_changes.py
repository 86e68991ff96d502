"""Adding a change to a scenario: a line found by search, then what to try with it; or something about the whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carbonfoot.http import Request
from carbonfoot.problems import Problem, Problems
from carbonfoot.ui.text import pick
from lca import selectors
from lca.engine.units import UnitError, compatible, split_factor_unit
from lca.forms.linking import FactorSearch
from lca.forms.scenarios import (
    AmountForm,
    ElectricityForm,
    ElectricityScopeForm,
    MaterialChangeForm,
    ProductForm,
    RouteForm,
    TransportForm,
    names_of,
)
from lca.models import PublishedResult, Scenario
from lca.presentation.scenario import Namer
from lca.presentation.words import KINDS, TIERS, word
from lca.selectors import scenarios as found
from lca.services import scenarios
from lca.services.results import LEAD_RULESET
from lca.views.scenarios import names_for, own_scenario, scenario_page

LINES = 30
FACTORS = 15
_CHANGE = re.compile(r"changes\[(?P<position>\d+)\](?:\.(?P<field>\w+))?")
LINE_FORMS: dict[str, Any] = {
    "amount": AmountForm,
    "transport": TransportForm,
    "electricity": ElectricityForm,
}


def _lines(scenario: Scenario, names: Namer, q: str) -> list[dict[str, Any]]:
    """Lines of the base whose name, process or code holds every word; all of them without a word."""
    words = q.lower().split()
    rows = []
    for process in scenario.base.document.get("processes") or ():
        for exchange in process.get("exchanges") or ():
            row = {
                "process": process["id"],
                "line": exchange["id"],
                "name": str(pick(exchange.get("name")) or exchange["id"]),
                "process_name": names.process(process["id"]),
                "kind": word(KINDS, exchange.get("kind", "")),
                "amount": exchange.get("amount"),
                "state": exchange.get("state") or "known",
                "unit": exchange.get("unit") or "tkm",
                "source": _source(exchange, names),
            }
            text = " ".join(
                (row["name"], row["process_name"], row["line"], row["source"], *_both(exchange))
            ).lower()
            if all(item in text for item in words):
                rows.append(row)
    return rows


def _both(exchange: Mapping[str, Any]) -> tuple[str, ...]:
    name = exchange.get("name") or {}
    return tuple(str(value) for value in name.values()) if isinstance(name, dict) else (str(name),)


def _source(exchange: Mapping[str, Any], names: Namer) -> str:
    """What the line rests on now, by name."""
    link = exchange.get("link") or {}
    if "factor" in link:
        return names.factor(link["factor"])
    if "result" in link:
        return names.result(link["result"])
    if "process" in link:
        return names.process(link["process"])
    if "gas" in link:
        return str(link["gas"])
    if exchange.get("electricity"):
        return str(_("The rule set's electricity factor"))
    return str(_("Without burden")) if "burden_free" in link else ""


def _store(request: Request, scenario: Scenario, change: dict[str, Any]) -> None:
    """Add a change. Errors: Problems with the fields of the form that was filled in, not places of a document."""
    version = request.POST.get("version", "")
    try:
        scenarios.add_change(
            actor=request.actor,
            scenario=scenario,
            change=change,
            version=int(version) if version.isdecimal() else None,
        )
    except Problems as problems:
        raise Problems([_placed(item, len(scenario.changes)) for item in problems.items]) from problems


def _placed(item: Problem, position: int) -> Problem:
    """A problem of the change at this position with the bare name of its field; of another, with its number."""
    match = _CHANGE.fullmatch(item.field)
    if match is None:
        return item
    number = int(match["position"])
    where = "" if number == position else str(_("Change %(number)s") % {"number": number + 1})
    return replace(item, field=match["field"] or "", where=where)


def scenario_add(request: Request, pk: int) -> HttpResponse:
    """Choose a line, or change the electricity, the end of life or the product as a whole."""
    row = own_scenario(request, pk)
    names = names_for(request, row)
    data = request.POST if request.method == "POST" else None
    kind = data.get("kind", "") if data is not None else ""
    processes, materials = names_of(row.base.document, "processes"), names_of(row.base.document, "materials")
    forms: dict[str, Any] = {
        "electricity": ElectricityScopeForm(
            data if kind == "electricity" else None, prefix="e", processes=processes
        ),
        "product": ProductForm(data if kind == "product" else None, prefix="p"),
        "route": RouteForm(data if kind == "route" else None, prefix="r"),
    }
    if materials:
        forms["material"] = MaterialChangeForm(
            data if kind == "material" else None, prefix="m", materials=materials
        )
    form = forms.get(kind)
    if form is not None and form.is_valid():
        try:
            _store(request, row, form.as_change())
            return redirect("lca:scenario", pk=row.pk)
        except Problems as problems:
            form.add_problems(problems)
    q = request.GET.get("q", "")
    lines = _lines(row, names, q)
    page = Paginator(lines, LINES).get_page(request.GET.get("page"))
    context = {
        "scenario": row,
        "inventory": row.inventory,
        "forms": forms,
        "form": form,
        "page": page,
        "q": q,
        "pack": row.base.document.get("product", {}).get("kind", "battery_pack") == "battery_pack",
    }
    return render(request, "lca/scenario_add.html", context, status=422 if data is not None else 200)


def scenario_line(request: Request, pk: int) -> HttpResponse:
    """What to try with one line: another supplier, factor, amount, distance or supply of electricity, or without it."""
    row = own_scenario(request, pk)
    process, line = request.GET.get("process", ""), request.GET.get("line", "")
    names = names_for(request, row)
    exchange = names.exchange(process, line)
    if not exchange:
        raise Http404
    place = {"process": process, "line": line}
    data = request.POST if request.method == "POST" else None
    forms = {
        kind: form(data if data and data.get("kind") == kind else None, prefix=kind)
        for kind, form in LINE_FORMS.items()
    }
    problems, form = None, None
    if data is not None:
        change, form = _line_change(data, forms)
        if change is not None:
            try:
                _store(request, row, change | place)
                return redirect("lca:scenario", pk=row.pk)
            except Problems as refused:
                if form is None:
                    problems = refused
                else:
                    form.add_problems(refused)
    context = _line_context(request, row, exchange, names) | {
        "forms": forms,
        "form": form,
        "problems": problems,
        "place": place,
        "name": str(pick(exchange.get("name")) or line),
        "process_name": names.process(process),
    }
    return render(request, "lca/scenario_line.html", context, status=422 if data is not None else 200)


def _line_change(data: Any, forms: dict[str, Any]) -> tuple[dict[str, Any] | None, Any]:
    """The change that was asked for, and the form that it came from if there is one; no change from a wrong form."""
    kind = data.get("kind", "")
    if kind in forms:
        form = forms[kind]
        return (form.as_change() if form.is_valid() else None), form
    if kind in ("factor", "result"):
        return {"kind": kind, kind: data.get(kind, "")}, None
    return ({"kind": "remove"} if kind == "remove" else {"kind": kind}), None


def _fits(unit: str, other: str) -> bool:
    try:
        return compatible(unit, other)
    except UnitError:
        return False


def _factor_unit(text: str) -> str:
    try:
        return split_factor_unit(text)[1]
    except UnitError:
        return ""


def _line_context(
    request: Request, row: Scenario, exchange: Mapping[str, Any], names: Namer
) -> dict[str, Any]:
    unit = str(exchange.get("unit") or "tkm")
    release = selectors.current_release()
    values = {name: selectors.factor_values(release, name) for name in ("category", "tier", "region")}
    linked = str((exchange.get("link") or {}).get("factor", ""))
    present = release.factors.filter(key=linked).first() if linked else None
    usual = {"q": "", "category": present.category if present is not None else ""}
    search = FactorSearch(request.GET if "q" in request.GET else usual, values=values)
    filters, q = {"linkable": "1"}, ""
    if search.is_valid():
        q = search.cleaned_data["q"]
        filters |= {name: search.cleaned_data[name] for name in ("category", "tier", "region")}
    page = Paginator(selectors.factors(release, q, filters), FACTORS).get_page(request.GET.get("page"))
    factors = [
        {
            "factor": factor,
            "fits": _fits(unit, _factor_unit(factor.unit)),
            "tier": word(TIERS, factor.tier),
            "now": factor.key == linked,
        }
        for factor in page
    ]
    electricity = bool(exchange.get("electricity")) or (
        present is not None and present.category.startswith("electricity")
    )
    return {
        "scenario": row,
        "inventory": row.inventory,
        "exchange": exchange,
        "unit": unit,
        "now": _source(exchange, names),
        "search": search,
        "page": page,
        "factors": factors,
        "release": release,
        "results": _results(request, exchange, unit),
        "any_module": not _module_type(exchange),
        "is_transport": exchange.get("kind") == "transport",
        "is_electricity": electricity,
    }


def _module_type(exchange: Mapping[str, Any]) -> str:
    """What kind of module the line is: by the result that it rests on, else by its component."""
    key = (exchange.get("link") or {}).get("result", "")
    if key:
        try:
            known = PublishedResult.objects.filter(pk=key).values_list("module_type", flat=True).first()
        except (ValueError, TypeError):
            known = None
        if known:
            return str(known)
    return str(exchange.get("component") or "")


def _results(request: Request, exchange: Mapping[str, Any], unit: str) -> list[dict[str, Any]]:
    """Published results of the same kind of module with their figures, those that fit first."""
    now = str((exchange.get("link") or {}).get("result", ""))
    kind = _module_type(exchange)
    rows = []
    for result in found.alternatives(request.actor, kind)[:50]:
        scores: Mapping[str, Any] = result.scores.get(LEAD_RULESET) or next(iter(result.scores.values()), {})
        rows.append(
            {
                "result": result,
                "fits": _fits(unit, result.declared_unit),
                "expired": selectors.is_expired(result),
                "now": str(result.pk) == now,
                "total": sum((float(value) for value in scores.values()), 0.0) if scores else None,
                "rules": LEAD_RULESET if LEAD_RULESET in result.scores else next(iter(result.scores), ""),
            }
        )
    if not kind:  # nothing says what kind of module it is: at least the unit must be right
        return [row for row in rows if row["fits"]]
    return sorted(rows, key=lambda item: not item["fits"])


@require_POST
def scenario_change(request: Request, pk: int, position: int) -> HttpResponse:
    """Take a change out, or put it before the one above it."""
    row = own_scenario(request, pk)
    if position >= len(row.changes):
        raise Http404
    version = request.POST.get("version", "")
    verb = scenarios.move_change if "up" in request.POST else scenarios.remove_change
    try:
        verb(
            actor=request.actor,
            scenario=row,
            position=position,
            version=int(version) if version.isdecimal() else None,
        )
    except Problems as problems:
        return scenario_page(request, row, problems)
    return redirect(reverse("lca:scenario", args=[row.pk]) + "#changes")
