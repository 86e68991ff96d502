"""Results: the page of a calculation, its lines, the trace of a number, rule sets side by side, comparisons, files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from carbonfoot.accounts.access import check
from carbonfoot.files import XLSX, download
from carbonfoot.http import Request
from carbonfoot.problems import Problem
from carbonfoot.ui import charts
from carbonfoot.ui.nav import may_open
from lca import selectors
from lca.exports.exchange import filename
from lca.exports.ledger import ledger_json, ledger_workbook
from lca.models import Calculation, CalculationState
from lca.presentation import end_of_life
from lca.presentation.breakdown import DIMENSIONS, breakdown_context, lines_of, row_label
from lca.presentation.compare import comparison
from lca.presentation.parameters import formula_of
from lca.presentation.result import Figure, findings, headline, others, result_context, ruleset_of
from lca.presentation.trace import line_title, trace
from lca.presentation.uncertainty import interval_view, paired_view
from lca.presentation.words import CATEGORIES, word
from lca.selectors.certificates import conflicts
from lca.selectors.comparisons import of_revision
from lca.services.access_log import note_foreign_look
from lca.services.certificates import conflict_problem
from lca.services.problems import as_problem

PAGE = 50


def reachable(request: Request, pk: int) -> Calculation:
    """The calculation, if the actor may see it; else 404. A verifier's look is logged for the owner."""
    row = get_object_or_404(selectors.calculations_for(request.actor), pk=pk)
    note_foreign_look(actor=request.actor, calculation=row)
    return row


def finished(request: Request, pk: int) -> Calculation:
    """The calculation, if the actor may see it and it is done; else 404."""
    row = reachable(request, pk)
    if row.state != CalculationState.DONE:
        raise Http404
    return row


def tabs_of(request: Request, calculation: Calculation, current: str) -> list[tuple[Any, ...]]:
    """Rule sets of the same revision, side by side, uncertainty, versions."""
    rows = selectors.siblings(request.actor, calculation, whole=False)
    tabs: list[tuple[Any, ...]] = [
        (
            row.ruleset_id,
            reverse("lca:result", args=[row.pk]),
            current == "result" and row.pk == calculation.pk,
        )
        for row in rows
    ]
    tabs.append(
        (_("Side by side"), reverse("lca:result_rulesets", args=[calculation.pk]), current == "rulesets")
    )
    if calculation.state == CalculationState.DONE:
        tabs.append(
            (
                _("Uncertainty"),
                reverse("lca:uncertainty", args=[calculation.pk]),
                current == "uncertainty",
            )
        )
    if may_open(request.actor, "lca:what_if"):
        tabs.append((_("What if"), reverse("lca:what_if", args=[calculation.pk]), current == "what_if"))
    versions = _versions(request, calculation).count()
    tabs.append(
        (
            _("Versions"),
            reverse("lca:result_versions", args=[calculation.pk]),
            current == "versions",
            versions,
        )
    )
    return tabs


def _versions(request: Request, calculation: Calculation) -> Any:
    rows = selectors.calculations_for(request.actor).filter(
        revision__inventory_id=calculation.revision.inventory_id, ruleset_id=calculation.ruleset_id
    )
    return rows.order_by("-created_at", "-pk")


def page_context(request: Request, calculation: Calculation, current: str) -> dict[str, Any]:
    """What the head of every page of a calculation shows."""
    inventory = calculation.revision.inventory
    own = inventory.organisation_id == request.actor.organisation_id
    return {
        "calculation": calculation,
        "inventory": inventory,
        "own": own,
        "tabs": tabs_of(request, calculation, current),
        "stale": own and calculation.revision.inventory.changed_at > calculation.created_at,
        "product": (calculation.ledger or {}).get("product") or {},
    }


@require_GET
def result(request: Request, pk: int) -> HttpResponse:
    """The result page; a calculation that is not done shows its job, or what stands in the way."""
    calculation = reachable(request, pk)
    context = page_context(request, calculation, "result")
    if calculation.state != CalculationState.DONE:
        context["problems"] = [as_problem(item) for item in calculation.problems]
        context["job"] = calculation.job
        return render(request, "lca/result_pending.html", context)
    shown = result_context(calculation, request.actor)
    context |= shown
    context["interval"] = interval_view(calculation)
    context["eol"] = end_of_life.result_view(calculation.ledger)
    context["spent_elsewhere"] = _spent_elsewhere(calculation) if context["own"] else []
    context |= breakdown_context(calculation, request.GET.get("by", ""))
    context["tree_chart"] = charts.contribution_tree(shown["tree"])
    place = shown["plausibility"]
    if place and place.get("value") is not None:
        context["position_chart"] = charts.position(
            place["value"],
            place["low"],
            place["high"],
            label=_("This product"),
            range_label=_("Published range"),
            unit="kg CO2e/kWh",
        )
    return render(request, "lca/result.html", context)


@require_GET
def lines(request: Request, pk: int) -> HttpResponse:
    """All lines of a result, filtered by stage and words, sorted and paged."""
    calculation = finished(request, pk)
    shown = result_context(calculation, request.actor)
    rows = shown["lines"]
    q, stage = request.GET.get("q", "").strip().lower(), request.GET.get("stage", "")
    by, key = request.GET.get("by", ""), request.GET.get("key", "")
    behind = lines_of(calculation.ledger, by, key)
    if behind is not None:
        rows = [line for line in rows if line.index in behind]
    if stage:
        rows = [line for line in rows if line.stage == stage]
    if q:
        rows = [line for line in rows if q in f"{line.name} {line.process} {line.source}".lower()]
    sort = request.GET.get("sort", "-kgco2e")
    keys = {"name": "name", "process": "process", "kgco2e": "kgco2e", "source": "source"}
    field = keys.get(sort.removeprefix("-"), "kgco2e")
    rows = sorted(rows, key=lambda line: getattr(line, field), reverse=sort.startswith("-"))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = page_context(request, calculation, "lines") | {
        "page": page,
        "q": request.GET.get("q", ""),
        "stage": stage,
        "by": by if behind is not None else "",
        "key": key,
        "part": "" if behind is None else f"{DIMENSIONS[by]}: {row_label(calculation, by, key)}",
        "stages": shown["stages"],
        "total": shown["total"],
        "shown": shown,
    }
    return render(request, "lca/result_lines.html", context)


@require_GET
def trace_line(request: Request, pk: int, index: int) -> HttpResponse:
    """Where the number of one line comes from, step by step."""
    calculation = finished(request, pk)
    try:
        name, process = line_title(calculation, index)
        steps = trace(calculation, index, request.actor)
    except IndexError as error:
        raise Http404 from error
    line = calculation.ledger["lines"][index]
    context = page_context(request, calculation, "trace") | {
        "name": name,
        "process_name": process,
        "steps": steps,
        "line": line,
        "try_url": _try_url(request, calculation, line),
        "category": word(CATEGORIES, (line.get("factor") or {}).get("category", "")),
    }
    return render(request, "lca/trace.html", context)


def _spent_elsewhere(calculation: Calculation) -> list[Problem]:
    """Green certificates of the result that another inventory has used: it can neither be published nor declared so."""
    if not (calculation.ledger.get("electricity") or {}).get("certificates"):
        return []
    found = conflicts(calculation.revision.document, calculation.revision.inventory)
    return [conflict_problem(item, "warning") for item in found]


def _try_url(request: Request, calculation: Calculation, line: Mapping[str, Any]) -> str:
    """Where the line can be tried otherwise in a scenario; nothing for end-of-life lines and other organisations."""
    inventory = calculation.revision.inventory
    if line["kind"] == "end_of_life" or not check(request.actor, "scenario.edit", inventory):
        return ""
    query = urlencode({"process": line["process"], "line": line["exchange"]})
    return f"{reverse('lca:what_if', args=[calculation.pk])}?{query}"


@require_GET
def side_by_side(request: Request, pk: int) -> HttpResponse:
    """All rule sets of one revision beside each other, with what each rests on."""
    calculation = reachable(request, pk)
    columns = []
    for row in selectors.siblings(request.actor, calculation):
        if row.state != CalculationState.DONE:
            columns.append(
                {"calculation": row, "done": False, "problems": [as_problem(item) for item in row.problems]}
            )
            continue
        ruleset = ruleset_of(row)
        columns.append(
            {
                "calculation": row,
                "done": True,
                "ruleset": ruleset,
                "title": row.ledger["ruleset"].get("title"),
                "status": row.ledger["ruleset"].get("status", ""),
                "headline": headline(row.ledger, ruleset),
                "formula": formula_of(row.ledger, ruleset),
                "others": others(row.ledger, ruleset),
                "stages": row.ledger["stages"],
                "delivered": row.ledger["delivered_energy_kwh"],
                "warnings": len([item for item in findings(row) if item.severity != "note"]),
            }
        )
    done = [column for column in columns if column["done"]]
    choose = of_revision(request.actor, calculation)
    context = page_context(request, calculation, "rulesets") | {
        "choose": choose,
        "first": calculation,
        "second": next((row for row in choose if row.pk != calculation.pk), None),
        "columns": columns,
        "rows": _figure_rows(done),
        "stage_rows": _stage_rows(done),
        "done": done,
    }
    return render(request, "lca/result_rulesets.html", context)


def _figure_rows(columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row for each figure and unit, so that delivered and rated kWh never share one; empty cells stay empty.

    Energies delivered that are found by different formulas are different units, and have rows of their own.
    """
    labels: dict[tuple[str, str, str], list[Figure | None]] = {}
    for number, column in enumerate(columns):
        for figure in [column["headline"], *column["others"]]:
            formula = column["formula"] if figure is column["headline"] else ""
            row = labels.setdefault((str(figure.label), str(figure.unit), formula), [None] * len(columns))
            row[number] = figure
    return [
        {"label": label, "unit": unit, "formula": formula, "cells": cells}
        for (label, unit, formula), cells in labels.items()
    ]


def _stage_rows(columns: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for stage, (colour, name) in charts.STAGES.items():
        cells = [column["stages"].get(stage) for column in columns]
        if any(cells):
            rows.append({"stage": stage, "colour": colour, "name": name, "cells": cells})
    return rows


@require_GET
def versions(request: Request, pk: int) -> HttpResponse:
    """All calculations of the inventory under the same rule set, newest first, each comparable with this one."""
    calculation = reachable(request, pk)
    rows = _versions(request, calculation).defer("ledger", "revision__document")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    ruleset = ruleset_of(calculation)
    context = page_context(request, calculation, "versions") | {
        "page": page,
        "decimals": ruleset.decimals("per_functional_unit") if ruleset else 4,
    }
    other = request.GET.get("with", "")
    if other.isdecimal():
        return redirect("lca:compare", pk=int(other), other=calculation.pk)
    return render(request, "lca/result_versions.html", context)


@require_GET
def compare(request: Request, pk: int, other: int) -> HttpResponse:
    """Two calculations line by line, from the first to the second; `?per=` chooses the unit they have in common."""
    first, second = finished(request, pk), finished(request, other)
    shown = comparison(first, second, request.GET.get("per", ""))
    context = page_context(request, second, "compare") | shown
    context["page"] = Paginator(shown["changes"], PAGE).get_page(request.GET.get("page"))
    basis, totals = shown["basis"], shown["totals"]
    if basis is not None:
        context["choices"] = [(item.label, f"?per={item.code}", item is basis) for item in shown["bases"]]
        context["chart"] = charts.waterfall(
            (_("First"), totals[0]),
            shown["falls"],
            (_("Second"), totals[1]),
            unit=str(basis.unit),
            decimals=basis.decimals,
        )
    context["paired"] = paired_view(first, second)
    return render(request, "lca/compare.html", context)


@require_GET
def export_xlsx(request: Request, pk: int) -> HttpResponse:
    """The ledger as a workbook in the page's language."""
    calculation = finished(request, pk)
    content = ledger_workbook(calculation, request.actor)
    return download(content, filename(calculation, "xlsx"), XLSX)


@require_GET
def export_json(request: Request, pk: int) -> HttpResponse:
    """The ledger as it is stored."""
    calculation = finished(request, pk)
    return download(ledger_json(calculation), filename(calculation, "json"), "application/json")
