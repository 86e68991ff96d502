"""Bought lines of a supplier's own inventory: who was asked for them, and what has come."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from carbonfoot.accounts.access import check, require
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from lca.models import Exchange, Inventory
from lca.selectors import results_for
from suppliers.forms import RequestForm
from suppliers.selectors import line_rows, module_inventories
from suppliers.services import lines as services
from suppliers.statuses import overdue_status, request_status
from suppliers.views.common import press
from suppliers.workbook.choices import MODULE_TYPES


def _inventory(request: Request, pk: int) -> Inventory:
    found: Inventory = get_object_or_404(module_inventories(request.actor), pk=pk)
    return found


def _line(inventory: Inventory, line: int) -> Exchange:
    found: Exchange = get_object_or_404(
        Exchange.objects.select_related("process"), pk=line, process__inventory=inventory
    )
    return found


@require_GET
def line_list(request: Request, pk: int) -> HttpResponse:
    """Every bought line, with its supplier's answer and what is newer."""
    inventory = _inventory(request, pk)
    rows = [
        {
            "it": row,
            "status": request_status(row.request) if row.request else None,
            "late": overdue_status(row.request) if row.request else None,
            "may_ask": row.request is None or row.request.state in services.OVER,
        }
        for row in line_rows(request.actor, inventory)
    ]
    data = {
        "inventory": inventory,
        "rows": rows,
        "can_ask": check(request.actor, "request.create"),
        "can_use": check(request.actor, "inventory.edit", inventory),
    }
    return render(request, "suppliers/line_list.html", data)


@require_http_methods(["GET", "POST"])
def line_ask(request: Request, pk: int, line: int) -> HttpResponse:
    """Ask a supplier for a line. The part's name is a proposal: the supplier reads it, so it may have to be another."""
    inventory = _inventory(request, pk)
    require(request.actor, "inventory.edit", inventory)
    row = _line(inventory, line)
    known = {choice.key for choice in MODULE_TYPES}
    initial = {
        "part_zh": row.name_zh[:160],
        "part_en": row.name_en[:160],
        "module_type": row.component if row.component in known else "other",
        "declared_unit": row.unit,
        "year": inventory.period_from.year,
    }
    form = RequestForm(
        request.POST if request.method == "POST" else None, actor=request.actor, initial=initial
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = services.ask_for_line(actor=request.actor, line=row, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("Request %(number)s has been sent.") % {"number": made.number})
            return redirect("suppliers:line_list", pk)
    has_suppliers = form.fields["supplier"].queryset.exists()  # type: ignore[attr-defined]
    data = {"form": form, "has_suppliers": has_suppliers, "inventory": inventory, "line": row}
    return render(request, "suppliers/line_ask.html", data, status=422 if form.errors else 200)


@require_POST
def line_use(request: Request, pk: int, line: int) -> HttpResponse:
    """Use the answer, or its newer version."""
    inventory = _inventory(request, pk)
    row = _line(inventory, line)
    shown = {item.line.pk: item for item in line_rows(request.actor, inventory)}
    offered = shown[row.pk].can_use if row.pk in shown else None
    if offered is None or str(offered.pk) != request.POST.get("result"):
        messages.info(request, _("There is nothing newer to use."))
        return redirect("suppliers:line_list", pk)
    result = get_object_or_404(results_for(request.actor), pk=offered.pk)
    return press(
        request,
        lambda: services.use_result(actor=request.actor, line=row, result=result),
        _("The line uses the published result now. Calculate to see what changes."),
        redirect("suppliers:line_list", pk),
    )
