"""Inventories: list, one by unit process, its name and period, its document, and the button that calculates."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from carbonfoot.accounts.access import Decision, check
from carbonfoot.accounts.actor import Actor
from carbonfoot.files import download
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from carbonfoot.ui.fieldviews import sentence
from carbonfoot.ui.lists import ordering
from lca import selectors
from lca.forms.inventories import InventoryForm, OmittedFormSet
from lca.models import Calculation, Inventory
from lca.presentation.certificates import certificates_shown
from lca.presentation.end_of_life import end_of_life_facts
from lca.presentation.trace import source_of
from lca.presentation.words import GROUPS, SUPPLIES, word
from lca.selectors.certificates import conflicts
from lca.services import calculations, inventories
from lca.services.certificates import conflict_problem
from lca.services.documents import plain, to_document

PAGE = 25


def own_inventory(request: Request, pk: int) -> Inventory:
    """The inventory, if it is the actor's; else 404."""
    return get_object_or_404(selectors.inventories_for(request.actor), pk=pk)


@require_GET
def inventory_list(request: Request) -> HttpResponse:
    """All inventories of the organisation, searched by name, sorted and paged."""
    rows = selectors.inventories_for(request.actor).annotate(
        process_count=Count("processes", distinct=True),
        line_count=Count("processes__exchanges", distinct=True),
    )
    q = request.GET.get("q", "").strip()
    if q:
        rows = rows.filter(Q(name_zh__icontains=q) | Q(name_en__icontains=q))
    kind = request.GET.get("kind", "")
    if kind in ("battery_pack", "module"):
        rows = rows.filter(kind=kind)
    order = ordering(
        request,
        {"name": "name_zh", "kind": "kind", "period": "period_to", "changed": "changed_at"},
        "-changed",
    )
    page = Paginator(rows.order_by(*order), PAGE).get_page(request.GET.get("page"))
    newest = _newest_results(request.actor, [row.pk for row in page])
    for row in page:
        row.newest = newest.get(row.pk)  # type: ignore[attr-defined]
    kinds = [
        (_("All"), reverse("lca:inventory_list"), not kind),
        (_("Battery packs"), "?kind=battery_pack", kind == "battery_pack"),
        (_("Modules"), "?kind=module", kind == "module"),
    ]
    return render(request, "lca/inventory_list.html", {"page": page, "q": q, "kind": kind, "kinds": kinds})


def _newest_results(actor: Actor, keys: list[int]) -> dict[int, Calculation]:
    rows = selectors.calculations_for(actor).filter(revision__inventory_id__in=keys, state="done")
    lead = rows.filter(ruleset_id="cn-miit-551").defer("ledger", "revision__document")
    lead = lead.order_by("revision__inventory_id", "-created_at", "-pk").distinct("revision__inventory_id")
    return {row.revision.inventory_id: row for row in lead}


def calculate_decision(actor: Actor, inventory: Inventory, missing: list[Any]) -> Decision:
    """Whether the button that calculates is on, and if not, why."""
    decision = check(actor, "calculation.run", inventory)
    if decision and missing:
        count = len(missing)
        return Decision(
            False, _("There are %(count)d things to mend first; they are listed below.") % {"count": count}
        )
    return decision


def link_text(line: Any, names: dict[str, str], factors: dict[str, Any]) -> dict[str, Any]:
    """What a line is linked to, in words: ``kind``, ``text``, ``note``, ``url``; empty for an unlinked line."""
    link = line.link or {}
    if line.result_id:
        result = line.result
        note = _("version %(number)s") % {"number": result.version}
        if result.entered_by_id:
            note += " · " + _("entered by the buyer")
        return {"kind": "result", "text": f"{result.organisation.name} · {result.product}", "note": note}
    if "factor" in link:
        factor = factors.get(link["factor"])
        if factor is None:
            return {
                "kind": "factor",
                "text": link["factor"],
                "note": _("own factor, or not in the newest release"),
            }
        url = reverse("lca:factor", args=[factor.release.code, factor.key])
        return {
            "kind": "factor",
            "text": factor.name,
            "note": f"{plain(factor.value)} {factor.unit}",
            "url": url,
        }
    if "process" in link:
        return {
            "kind": "process",
            "text": names.get(link["process"], link["process"]),
            "note": _("unit process"),
        }
    if "gas" in link:
        return {"kind": "gas", "text": link["gas"], "note": _("direct emission")}
    if "burden_free" in link:
        return {"kind": "free", "text": _("Without burden"), "note": link["burden_free"]}
    if line.electricity:
        supply = word(SUPPLIES, line.electricity.get("supply", "grid"))
        return {"kind": "electricity", "text": _("The rule set's electricity factor"), "note": supply}
    return {}


@require_GET
def inventory_detail(request: Request, pk: int) -> HttpResponse:
    """One inventory by unit process, with what must be mended, its results, and the job under way."""
    rows = selectors.with_lines(selectors.inventories_for(request.actor))
    inventory = get_object_or_404(rows, pk=pk)
    return render(request, "lca/inventory_detail.html", detail_context(request, inventory))


def detail_context(request: Request, inventory: Inventory) -> dict[str, Any]:
    """Everything that the page of an inventory shows."""
    actor = request.actor
    missing = calculations.missing_for_calculation(inventory)
    processes = list(inventory.processes.all())
    names = {process.code: process.name for process in processes}
    keys = {
        line.link["factor"]
        for process in processes
        for line in process.exchanges.all()
        if "factor" in (line.link or {})
    }
    release = selectors.current_release()
    known = {factor.key: factor for factor in release.factors.filter(key__in=keys)}
    for factor in known.values():
        factor.release = release
    blocks = []
    for process in processes:
        lines = [
            {
                "line": line,
                "link": link_text(line, names, known),
                "source": source_of(actor, line.provenance),
                "component": word(GROUPS, line.component),
            }
            for line in process.exchanges.all()
        ]
        blocks.append({"process": process, "lines": lines, "group": word(GROUPS, process.group)})
    latest = selectors.latest_calculations(actor, inventory)
    job = next(
        (row.job for row in sorted(latest, key=lambda row: -row.pk) if row.job and row.state != "done"), None
    )
    by_code = {line.code: line.pk for process in processes for line in process.exchanges.all()}
    edit = check(actor, "inventory.edit", inventory)
    return {
        "inventory": inventory,
        "blocks": blocks,
        "missing": [(item, by_code.get(item.value)) for item in missing],
        "calculate": calculate_decision(actor, inventory, missing),
        "edit": edit,
        "latest": latest,
        "job": job,
        "facts": product_facts(inventory),
        "recycling": end_of_life_facts(inventory),
        "certificates": certificates_shown(actor, inventory),
        "release": release,
    }


def product_facts(inventory: Inventory) -> list[tuple[Any, Any, str]]:
    """Facts of the product as label, value, unit; what is not filled in is None."""
    product = inventory.product or {}
    life = product.get("cycle_life") or {}

    def number(value: Any) -> Decimal | None:
        return None if value in (None, "") else Decimal(str(value))

    if inventory.kind == "module":
        return [(_("Module type"), word(GROUPS, product.get("module_type") or ""), "")]
    return [
        (_("Chemistry"), product.get("chemistry") or "", ""),
        (_("Rated energy"), number(product.get("rated_energy_kwh")), "kWh"),
        (_("Usable energy"), number(product.get("usable_energy_kwh")), "kWh"),
        (_("Mass"), number(product.get("mass_kg")), "kg"),
        (_("Tested cycles"), number(life.get("cycles")), ""),
        (_("Depth of discharge"), number(life.get("depth_of_discharge")), ""),
        (_("Capacity retention"), number(life.get("capacity_retention")), ""),
        (_("Test report"), life.get("test_report") or "", ""),
    ]


def inventory_edit(request: Request, pk: int) -> HttpResponse:
    """Name, period and omitted flows."""
    inventory = own_inventory(request, pk)
    initial = {
        "version": inventory.version,
        "name_zh": inventory.name_zh,
        "name_en": inventory.name_en,
        "period_from": inventory.period_from,
        "period_to": inventory.period_to,
    }
    omitted = [
        {
            "name_zh": (item.get("name") or {}).get("zh"),
            "name_en": (item.get("name") or {}).get("en"),
            "reason": item.get("reason"),
            "share": None
            if item.get("estimated_mass_share") is None
            else Decimal(str(item["estimated_mass_share"])),
        }
        for item in inventory.omitted
    ]
    data = request.POST if request.method == "POST" else None
    form = InventoryForm(data, initial=initial)
    rows = OmittedFormSet(data, initial=omitted, prefix="omitted")
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        flows = [flow for flow in (row.as_document() for row in rows) if flow is not None]
        try:
            inventories.update_product(
                actor=request.actor, inventory=inventory, omitted=flows, **form.cleaned_data
            )
            return redirect("lca:inventory_detail", pk=inventory.pk)
        except Problems as problems:
            form.add_problems(problems)
    status = 422 if request.method == "POST" else 200
    return render(
        request,
        "lca/inventory_edit.html",
        {"inventory": inventory, "form": form, "rows": rows},
        status=status,
    )


@require_GET
def inventory_document(request: Request, pk: int) -> HttpResponse:
    """The inventory as a ``carbonfoot-inventory/1`` file."""
    inventory = own_inventory(request, pk)
    content = json.dumps(to_document(inventory), ensure_ascii=False, indent=1)
    return download(content.encode(), f"inventory-{inventory.pk}.json", "application/json")


@require_POST
def calculate(request: Request, pk: int) -> HttpResponse:
    """Calculate under every rule set; the page of the inventory shows the job, or what must be mended."""
    inventory = own_inventory(request, pk)
    try:
        rows = calculations.request_calculation(actor=request.actor, inventory=inventory)
    except Problems as problems:
        full = selectors.with_lines(selectors.inventories_for(request.actor)).get(pk=pk)
        context = detail_context(request, full) | {"problems": problems}
        return render(request, "lca/inventory_detail.html", context, status=422)
    for conflict in conflicts(rows[0].revision.document, inventory):
        messages.warning(request, sentence(conflict_problem(conflict, "warning")))
    if all(row.state == "done" for row in rows):
        lead = next((row for row in rows if row.ruleset_id == "cn-miit-551"), rows[0])
        return redirect("lca:result", pk=lead.pk)
    return redirect(reverse("lca:inventory_detail", args=[inventory.pk]) + "#job")
