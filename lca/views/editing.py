"""Forms for unit processes and lines."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carbonfoot.http import Request
from carbonfoot.problems import Problems
from carbonfoot.ui.fieldviews import sentence
from lca import selectors
from lca.forms.inventories import LineForm, ProcessForm, ProductFormSet, line_initial, product_initial
from lca.models import Exchange, Inventory, UnitProcess
from lca.services import inventories
from lca.views.inventories import own_inventory


def own_process(request: Request, pk: int) -> UnitProcess:
    """The unit process, if its inventory is the actor's; else 404."""
    rows = UnitProcess.objects.filter(inventory__in=selectors.inventories_for(request.actor))
    return get_object_or_404(rows.select_related("inventory"), pk=pk)


def own_line(request: Request, pk: int) -> Exchange:
    """The line, if its inventory is the actor's; else 404."""
    rows = Exchange.objects.filter(process__inventory__in=selectors.inventories_for(request.actor))
    return get_object_or_404(rows.select_related("process__inventory", "result__organisation"), pk=pk)


def page_of(inventory: Inventory, anchor: str = "") -> str:
    """The address of an inventory's page, at one of its parts."""
    return reverse("lca:inventory_detail", args=[inventory.pk]) + (f"#{anchor}" if anchor else "")


def process_new(request: Request, pk: int) -> HttpResponse:
    """A form for a new unit process."""
    inventory = own_inventory(request, pk)
    return _process_page(request, inventory, None)


def process_edit(request: Request, pk: int) -> HttpResponse:
    """A form for an existing unit process."""
    process = own_process(request, pk)
    return _process_page(request, process.inventory, process)


def _process_page(request: Request, inventory: Inventory, process: UnitProcess | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    initial: dict[str, Any] = {"version": inventory.version, "stage": "manufacturing"}
    before: list[dict[str, Any]] = []
    if process is not None:
        before = list(process.products)
        initial |= {
            "name_zh": process.name_zh,
            "name_en": process.name_en,
            "stage": process.stage,
            "group": process.group,
            "method": (process.allocation or {}).get("method", ""),
            "reason": (process.allocation or {}).get("reason", ""),
        }
    form = ProcessForm(data, initial=initial, process=process)
    rows = ProductFormSet(data, initial=[product_initial(product) for product in before], prefix="products")
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        try:
            _store_process(request, inventory, process, form, rows, before)
            return redirect(page_of(inventory, f"p-{process.pk}" if process else "processes"))
        except Problems as problems:
            form.add_problems(problems)
    context = {"inventory": inventory, "process": process, "form": form, "rows": rows}
    return render(request, "lca/process_form.html", context, status=422 if data is not None else 200)


def _store_process(
    request: Request,
    inventory: Inventory,
    process: UnitProcess | None,
    form: ProcessForm,
    rows: Any,
    before: list[dict[str, Any]],
) -> None:
    products = []
    for number, row in enumerate(rows):
        product = row.as_document(before[number] if number < len(before) else {})
        if product is not None:
            products.append(product)
    data = form.cleaned_data
    arguments: dict[str, Any] = {
        "actor": request.actor,
        "name_zh": data["name_zh"],
        "name_en": data["name_en"],
        "stage": data["stage"],
        "group": data["group"],
        "products": products,
        "allocation": form.allocation(),
        "version": data["version"],
    }
    if process is None:
        inventories.add_process(inventory=inventory, code=data["code"], **arguments)
    else:
        inventories.update_process(process=process, **arguments)


@require_POST
def process_delete(request: Request, pk: int) -> HttpResponse:
    """Remove a unit process, or say why not."""
    process = own_process(request, pk)
    inventory = process.inventory
    try:
        inventories.delete_process(actor=request.actor, process=process)
        messages.success(request, _("The unit process has been removed."))
    except Problems as problems:
        for item in problems.items:
            messages.error(request, sentence(item))
    return redirect(page_of(inventory))


def line_new(request: Request, pk: int) -> HttpResponse:
    """A form for a new line."""
    process = own_process(request, pk)
    return _line_page(request, process, None)


def line_edit(request: Request, pk: int) -> HttpResponse:
    """A form for an existing line."""
    line = own_line(request, pk)
    return _line_page(request, line.process, line)


def _line_page(request: Request, process: UnitProcess, line: Exchange | None) -> HttpResponse:
    inventory = process.inventory
    data = request.POST if request.method == "POST" else None
    initial: dict[str, Any] = {"version": inventory.version, "unit": "kg"}
    if line is not None:
        initial |= line_initial(line)
    form = LineForm(data, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            stored = inventories.save_exchange(
                actor=request.actor,
                process=process,
                code=line.code if line else None,
                **form.service_arguments(),
            )
            unlinked = not stored.is_linked and not stored.electricity and stored.state == "known"
            return (
                redirect("lca:line_link", pk=stored.pk)
                if unlinked
                else redirect(page_of(inventory, f"p-{process.pk}"))
            )
        except Problems as problems:
            form.add_problems(problems)
    context = {"inventory": inventory, "process": process, "line": line, "form": form}
    return render(request, "lca/line_form.html", context, status=422 if data is not None else 200)


@require_POST
def line_delete(request: Request, pk: int) -> HttpResponse:
    """Remove a line."""
    line = own_line(request, pk)
    inventories.delete_exchange(actor=request.actor, exchange=line)
    messages.success(request, _("The line has been removed."))
    return redirect(page_of(line.process.inventory, f"p-{line.process_id}"))
