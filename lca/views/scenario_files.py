"""Scenarios as files."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from carbonfoot.files import XLSX, download
from carbonfoot.http import Request
from lca.exports.scenarios import scenario_json as as_json
from lca.exports.scenarios import scenario_workbook
from lca.models import Scenario, ScenarioResult
from lca.selectors import scenarios as found
from lca.views.scenarios import names_for, own_scenario


def _results(row: Scenario) -> list[ScenarioResult]:
    newest = [item.pk for item in found.newest_results([row])[row.pk].values()]
    return list(ScenarioResult.objects.filter(pk__in=newest).select_related("release").order_by("ruleset_id"))


def _file(content: bytes, kind: str, row: Scenario, ending: str) -> HttpResponse:
    return download(content, f"scenario-{row.pk}-not-declared.{ending}", kind)


@require_GET
def scenario_xlsx(request: Request, pk: int) -> HttpResponse:
    """Changes, figures, effects and lines as a workbook in the page's language."""
    row = own_scenario(request, pk)
    content = scenario_workbook(row, _results(row), names_for(request, row))
    return _file(content, XLSX, row, "xlsx")


@require_GET
def scenario_json(request: Request, pk: int) -> HttpResponse:
    """Changes and results as they are stored."""
    row = own_scenario(request, pk)
    return _file(as_json(row, _results(row)), "application/json", row, "json")
