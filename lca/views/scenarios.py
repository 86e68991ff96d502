"""What-if scenarios: the list, those of an inventory beside each other, one with its changes and what they come to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from carbonfoot.accounts.access import Decision, check
from carbonfoot.audit.canonical import digest
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from lca.forms.scenarios import ScenarioEditForm, ScenarioForm
from lca.models import Scenario, ScenarioResult
from lca.presentation.scenario import Namer, change_text, comparison_rows, result_view
from lca.selectors import scenarios as found
from lca.services import scenarios
from lca.services.documents import to_document
from lca.services.results import LEAD_RULESET
from lca.views.results import page_context, reachable

PAGE = 25
MOVED = 30


def own_scenario(request: Request, pk: int) -> Scenario:
    """The scenario, if it is the actor's; else 404."""
    return get_object_or_404(found.scenarios_for(request.actor), pk=pk)


def names_for(request: Request, scenario: Scenario) -> Namer:
    """Names of what the changes of a scenario are about."""
    return Namer(scenario.base.document, found.results_named(request.actor, scenario.changes))


@require_GET
def scenario_list(request: Request) -> HttpResponse:
    """All scenarios of the organisation, searched by words, the last changed first."""
    q, away = request.GET.get("q", ""), request.GET.get("show") == "away"
    rows = found.searched(found.scenarios_for(request.actor).filter(archived_at__isnull=not away), q)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    newest = found.newest_results(shown)
    kinds = [
        (_("In work"), reverse("lca:scenarios"), not away),
        (_("Put away"), "?show=away", away),
    ]
    lead = [{"scenario": row, "cell": _lead_cell(row, newest)} for row in shown]
    context = {"page": page, "rows": lead, "q": q, "kinds": kinds, "away": away}
    return render(request, "lca/scenario_list.html", context)


def _lead_cell(row: Scenario, newest: dict[int, dict[str, ScenarioResult]]) -> Any:
    columns, rows, _base = comparison_rows([row], newest)
    if not columns:
        return None
    names = [name for name, _unit in columns]
    lead = names.index(LEAD_RULESET) if LEAD_RULESET in names else 0
    return rows[0]["cells"][lead]


def _target(data: QueryDict) -> str:
    """The query that leads on to the line which somebody wants to try otherwise, empty without one."""
    process, line = data.get("process", ""), data.get("line", "")
    if not process or not line:
        return ""
    query = QueryDict(mutable=True)
    query["process"], query["line"] = process, line
    return "?" + query.urlencode()


def what_if(request: Request, pk: int) -> HttpResponse:
    """The tab of a result: scenarios of its inventory side by side, and the form that begins one on this revision."""
    calculation = reachable(request, pk)
    inventory = calculation.revision.inventory
    own = inventory.organisation_id == request.actor.organisation_id
    edit = check(request.actor, "scenario.edit", inventory)
    data = request.POST if request.method == "POST" else None
    form = ScenarioForm(data)
    target = _target(request.GET)
    if request.method == "POST" and form.is_valid():
        try:
            row = scenarios.create_scenario(
                actor=request.actor, inventory=inventory, base=calculation.revision, **form.cleaned_data
            )
            name = "lca:scenario_line" if target else "lca:scenario_add"
            return redirect(reverse(name, args=[row.pk]) + target)
        except Problems as problems:
            form.add_problems(problems)
    rows = list(found.scenarios_for(request.actor).filter(inventory=inventory, archived_at__isnull=True))
    columns, compared, base = comparison_rows(rows, found.newest_results(rows))
    context = page_context(request, calculation, "what_if") | {
        "form": form,
        "edit": edit if own else Decision(False),
        "columns": columns,
        "rows": compared,
        "base": [base.get(key) for key, _unit in columns] if base else [],
        "target": target,
        "line": request.GET.get("line", ""),
    }
    return render(request, "lca/what_if.html", context, status=422 if data is not None else 200)


@require_GET
def scenario(request: Request, pk: int) -> HttpResponse:
    """One scenario: its changes in words, its job, and its result under each rule set."""
    return scenario_page(request, own_scenario(request, pk))


def scenario_page(
    request: Request, row: Scenario, problems: Problems | None = None, form: Any = None
) -> HttpResponse:
    """The page of a scenario; with what was wrong about the last thing somebody asked of it."""
    names = names_for(request, row)
    newest = found.newest_results([row])[row.pk]
    chosen = request.GET.get("rules", "")
    key = chosen if chosen in newest else LEAD_RULESET if LEAD_RULESET in newest else next(iter(newest), "")
    views = {name: result_view(result, names) for name, result in newest.items()}
    shown = views.get(key)
    edit = check(request.actor, "scenario.edit", row)
    context = {
        "scenario": row,
        "inventory": row.inventory,
        "changes": [change_text(change, names) for change in row.changes],
        "edit": edit,
        "run": edit if row.changes else Decision(False, _("Add a change first.")),
        "views": list(views.values()),
        "shown": shown,
        "chart": shown.chart() if shown else "",
        "moved": shown.moved[:MOVED] if shown else [],
        "segments": [(name, f"?rules={name}#effect", name == key) for name in views],
        "stale": digest(to_document(row.inventory)) != row.base.sha256,
        "job": row.job if row.job and (row.job.is_open or row.job.state == "failed") else None,
        "problems": problems,
        "copy_form": form or ScenarioForm(initial=_copy_names(row)),
    }
    return render(request, "lca/scenario.html", context, status=422 if problems else 200)


def _copy_names(row: Scenario) -> dict[str, str]:
    return {"name_zh": f"{row.name_zh} 2"[:120], "name_en": f"{row.name_en} 2"[:120] if row.name_en else ""}


def scenario_edit(request: Request, pk: int) -> HttpResponse:
    """Names and note."""
    row = own_scenario(request, pk)
    initial = {"name_zh": row.name_zh, "name_en": row.name_en, "note": row.note, "version": row.version}
    data = request.POST if request.method == "POST" else None
    form = ScenarioEditForm(data, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            scenarios.rename_scenario(actor=request.actor, scenario=row, **form.cleaned_data)
            return redirect("lca:scenario", pk=row.pk)
        except Problems as problems:
            form.add_problems(problems)
    context = {"scenario": row, "inventory": row.inventory, "form": form}
    return render(request, "lca/scenario_edit.html", context, status=422 if data is not None else 200)


@require_POST
def scenario_copy(request: Request, pk: int) -> HttpResponse:
    """Another scenario with the same changes, under its own name."""
    row = own_scenario(request, pk)
    form = ScenarioForm(request.POST)
    if form.is_valid():
        fields = {name: form.cleaned_data[name] for name in ("name_zh", "name_en")}
        try:
            made = scenarios.copy_scenario(actor=request.actor, scenario=row, **fields)
            return redirect("lca:scenario", pk=made.pk)
        except Problems as problems:
            return scenario_page(request, row, problems, form)
    response = scenario_page(request, row, None, form)
    response.status_code = 422
    return response


@require_POST
def scenario_archive(request: Request, pk: int) -> HttpResponse:
    """Put a scenario away, or take it out again."""
    row = own_scenario(request, pk)
    away = row.archived_at is None
    scenarios.archive_scenario(actor=request.actor, scenario=row, archived=away)
    if away:
        messages.success(request, _("The scenario has been put away."))
        return redirect("lca:scenarios")
    return redirect("lca:scenario", pk=row.pk)


@require_POST
def scenario_rebase(request: Request, pk: int) -> HttpResponse:
    """Put the changes on the inventory as it is now, or say which do not fit it any more."""
    row = own_scenario(request, pk)
    try:
        scenarios.rebase_scenario(actor=request.actor, scenario=row)
        messages.success(request, _("The scenario now rests on the inventory as it is. Calculate it again."))
    except Problems as problems:
        return scenario_page(request, row, problems)
    return redirect("lca:scenario", pk=row.pk)


@require_POST
def scenario_run(request: Request, pk: int) -> HttpResponse:
    """Calculate under every rule set; the page shows the job, or what must be mended."""
    row = own_scenario(request, pk)
    try:
        job = scenarios.request_scenario(actor=request.actor, scenario=row)
    except Problems as problems:
        return scenario_page(request, row, problems)
    if job is None:
        messages.success(request, _("All of it is calculated already."))
    return redirect(reverse("lca:scenario", args=[row.pk]) + ("#job" if job else "#effect"))
