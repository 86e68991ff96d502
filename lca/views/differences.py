"""Why two rule sets give different results for one frozen inventory: the page, all lines of a step, and files."""

from __future__ import annotations

import json
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from carbonfoot.files import XLSX, download
from carbonfoot.http import Request
from carbonfoot.ui import charts
from lca.engine import InventoryError
from lca.exports import differences as difference_exports
from lca.models import Calculation
from lca.presentation.differences import TOP, difference_context, difference_of, in_words
from lca.rulesets import RuleSetError
from lca.selectors.comparisons import of_revision
from lca.services.problems import as_data, as_problem
from lca.views.results import PAGE, page_context, reachable


def _chosen(
    request: Request, pk: int
) -> tuple[Calculation, list[Calculation], Calculation | None, Calculation | None]:
    """The calculation of the address, all that may be chosen, and the two that are: from `?a=` to `?b=`."""
    calculation = reachable(request, pk)
    rows = of_revision(request.actor, calculation)
    by_key = {str(row.pk): row for row in rows}
    for name in ("a", "b"):
        if request.GET.get(name, "") not in ("", *by_key):
            raise Http404
    here = by_key.get(str(calculation.pk), rows[0] if rows else None)
    first = by_key.get(request.GET.get("a", ""), here)
    others = [row for row in rows if row != first]
    second = by_key.get(request.GET.get("b", ""), others[0] if others else None)
    return calculation, rows, first, second


def _both(request: Request, pk: int) -> tuple[Calculation, Calculation]:
    _calculation, _rows, first, second = _chosen(request, pk)
    if first is None or second is None:
        raise Http404
    return first, second


@require_GET
def difference(request: Request, pk: int) -> HttpResponse:
    """From one rule set's result to another's, group of rules by group of rules; `?group=` lists all lines of one."""
    calculation, rows, first, second = _chosen(request, pk)
    context = page_context(request, calculation, "rulesets") | {
        "rows": rows,
        "first": first,
        "second": second,
        "top": TOP,
    }
    if first is None or second is None:
        return render(request, "lca/difference.html", context)
    context["query"] = f"?a={first.pk}&b={second.pk}"
    try:
        shown = difference_context(first, second)
    except InventoryError as error:
        document = first.revision.document
        context["problems"] = [as_problem(as_data(item, document)) for item in error.problems]
        return render(request, "lca/difference.html", context)
    except RuleSetError as error:
        context["gone"] = str(error)
        return render(request, "lca/difference.html", context)
    group = request.GET.get("group", "")
    if group:
        return _lines(request, context | shown, group)
    start, end = shown["totals"]
    context |= shown | {
        "sentences": in_words(shown["steps"]),
        "chart": charts.waterfall(
            (first.ruleset_id, start),
            shown["falls"],
            (second.ruleset_id, end),
            unit=_("kg CO2e per reference flow"),
            decimals=2,
        ),
    }
    return render(request, "lca/difference.html", context)


def _lines(request: Request, context: dict[str, Any], group: str) -> HttpResponse:
    step = next((step for step in context["steps"] if step.group == group), None)
    if step is None:
        raise Http404
    page = Paginator(step.moves, PAGE).get_page(request.GET.get("page"))
    return render(request, "lca/difference_lines.html", context | {"step": step, "page": page})


def _filename(first: Calculation, second: Calculation, ending: str) -> str:
    return f"difference-{first.ruleset_id}-{second.ruleset_id}-{first.pk}-{second.pk}.{ending}"


@require_GET
def difference_xlsx(request: Request, pk: int) -> HttpResponse:
    """The whole report as a workbook in the page's language."""
    first, second = _both(request, pk)
    try:
        content = difference_exports.workbook(first, second)
    except (InventoryError, RuleSetError) as error:
        raise Http404 from error
    return download(content, _filename(first, second, "xlsx"), XLSX)


@require_GET
def difference_json(request: Request, pk: int) -> HttpResponse:
    """The whole report as `carbonfoot-difference/1`."""
    first, second = _both(request, pk)
    try:
        content = difference_of(first, second).to_dict()
    except (InventoryError, RuleSetError) as error:
        raise Http404 from error
    data = json.dumps(content, ensure_ascii=False, indent=1).encode()
    return download(data, _filename(first, second, "json"), "application/json")
