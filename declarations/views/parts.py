"""Pages of the bill of materials and of the lines of own processes."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from carbonfoot.ui.amounts import Amount
from declarations.forms.packs import LINE_FORMS, AskForm, PartForm
from declarations.models import Pack
from declarations.selectors.packs import processes_of, tidy
from declarations.services import parts as services
from declarations.views.common import own_pack, own_part, press
from lca.models import Exchange, Factor, PublishedResult
from lca.presentation.traps import traps_of
from lca.selectors import current_release, factors, usable_results
from lca.selectors.uses import own_versions
from lca.views.linking import own_choice
from suppliers.selectors import supplier_links_for

CANDIDATES = 12


def _processes(request: Request, pack: Pack) -> list[tuple[str, str]]:
    rows = [item.process for item in processes_of(request.actor, pack)]
    return [(row.code, row.name) for row in rows if row.stage == "manufacturing"]


def _back(pk: int) -> str:
    return reverse("declarations:pack", args=[pk])


def _page(request: Request, form: Any, pack: Pack, title: str, button: str, **more: Any) -> HttpResponse:
    context = {"form": form, "pack": pack, "title": title, "button": button, "back": _back(pack.pk), **more}
    return render(request, "declarations/packs/line_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def part_new(request: Request, pk: int) -> HttpResponse:
    """Add a bought part."""
    pack = own_pack(request, pk)
    require(request.actor, "pack.edit", pack)
    processes = _processes(request, pack)
    chosen = request.GET.get("process", "pack")
    form = PartForm(
        request.POST if request.method == "POST" else None, processes=processes, initial={"process": chosen}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.add_part(
                actor=request.actor,
                pack=pack,
                module_type=data["module_type"],
                name_zh=data["name_zh"],
                name_en=data["name_en"],
                amount=data["amount"].value,
                state=data["amount"].state,
                unit=data["unit"],
                process=data["process"],
            )
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The part has been added."))
            return redirect("declarations:pack", pk)
    return _page(request, form, pack, _("Add a part"), _("Add"))


@require_http_methods(["GET", "POST"])
def part_edit(request: Request, pk: int, part: int) -> HttpResponse:
    """Change a part."""
    row = own_part(request, pk, part)
    pack = row.pack
    require(request.actor, "pack.edit", pack)
    line = row.exchange
    initial = {
        "module_type": row.module_type,
        "name_zh": line.name_zh,
        "name_en": line.name_en,
        "unit": line.unit,
        "process": line.process.code,
    }
    form = PartForm(
        request.POST if request.method == "POST" else None,
        processes=[(line.process.code, line.process.name)],
        initial={**initial, "amount": _amount(line)},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.change_part(
                actor=request.actor,
                part=row,
                module_type=data["module_type"],
                name_zh=data["name_zh"],
                name_en=data["name_en"],
                amount=data["amount"].value,
                state=data["amount"].state,
                unit=data["unit"],
            )
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The part has been changed."))
            return redirect("declarations:pack", pk)
    return _page(request, form, pack, line.name, _("Save"), part=row)


def _amount(line: Exchange) -> Any:
    if line.amount is not None:
        return Amount(tidy(line.amount), "known")
    return Amount(None, "not_applicable" if line.state == "not_applicable" else "unknown")


@require_POST
def part_remove(request: Request, pk: int, part: int) -> HttpResponse:
    """Take a part off."""
    row = own_part(request, pk, part)
    return press(
        request,
        row.pack,
        "",
        lambda: services.remove_part(actor=request.actor, part=row),
        _("The part has been taken off."),
        "declarations:pack",
        pk,
    )


@require_http_methods(["GET", "POST"])
def part_ask(request: Request, pk: int, part: int) -> HttpResponse:
    """Ask a supplier for the footprint of a part."""
    row = own_part(request, pk, part)
    require(request.actor, "pack.edit", row.pack)
    links = supplier_links_for(request.actor)
    suppliers = Organisation.objects.filter(pk__in=[link.supplier_id for link in links])
    form = AskForm(
        request.POST if request.method == "POST" else None,
        suppliers=suppliers,
        initial={"declared_unit": row.exchange.unit},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = services.ask_supplier(
                actor=request.actor,
                part=row,
                supplier=data["supplier"],
                year=int(data["year"]),
                declared_unit=data["declared_unit"],
                due_on=data["due_on"],
                message=data["message"],
            )
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("Request %(number)s has been sent.") % {"number": made.number})
            return redirect("declarations:pack", pk)
    return _page(
        request,
        form,
        row.pack,
        _("Ask a supplier: %(part)s") % {"part": row.exchange.name},
        _("Send the request"),
        part=row,
        no_suppliers=not links,
        ask=True,
    )


@require_http_methods(["GET", "POST"])
def part_result(request: Request, pk: int, part: int) -> HttpResponse:
    """Choose a published result for a part."""
    row = own_part(request, pk, part)
    results = usable_results(request.actor)
    if request.method == "POST":
        chosen = get_object_or_404(_results_by_id(results, request.POST.get("result", "")))
        return press(
            request,
            row.pack,
            "",
            lambda: services.use_result(actor=request.actor, part=row, result=chosen),
            _("The part uses the published result now."),
            "declarations:pack",
            pk,
        )
    fitting = [item for item in results if item.module_type == row.module_type]
    others = [item for item in results if item.module_type != row.module_type]
    context = {
        "part": row,
        "pack": row.pack,
        "groups": [(_("For this module type"), fitting), (_("Others"), others)],
    }
    return render(request, "declarations/packs/choose_result.html", context)


def _results_by_id(results: Any, text: str) -> Any:
    try:
        return results.filter(pk=uuid.UUID(text))
    except ValueError:
        return PublishedResult.objects.none()


@require_http_methods(["GET", "POST"])
def part_factor(request: Request, pk: int, part: int) -> HttpResponse:
    """Search a background factor for a part, and choose it."""
    row = own_part(request, pk, part)
    if request.method == "POST":
        return press(
            request,
            row.pack,
            "",
            lambda: services.use_factor(
                actor=request.actor, part=row, factor_key=request.POST.get("factor", "")
            ),
            _("The part uses the background factor now."),
            "declarations:pack",
            pk,
        )
    # Nobody should face an empty page: the search begins with the part's own name.
    q = request.GET.get("q", row.exchange.name).strip()
    found = list(factors(current_release(), q, {"linkable": "1"})[: CANDIDATES * 2]) if q else []
    context = {
        "part": row,
        "pack": row.pack,
        "q": q,
        "factors": [{"factor": factor, "traps": traps_of(factor)} for factor in found],
        "release": current_release(),
        "now": row.exchange.link or {},
        "line": row.exchange,
        **own_choice(request, row.exchange, q),
    }
    return render(request, "declarations/packs/choose_factor.html", context)


def find_factor(actor: Actor, text: str) -> tuple[str, list[Factor]]:
    """The key that a text means, or the candidates to choose from when it does not name one factor."""
    release = current_release()
    if not text:
        return "", []
    if own_versions(actor).filter(factor__key=text).exists():
        return text, []
    exact = Factor.objects.filter(release=release, key=text).first()
    if exact is not None:
        return exact.key, []
    return "", list(factors(release, text, {"linkable": "1"})[:CANDIDATES])


def _values(kind: str, data: dict[str, Any]) -> dict[str, Any]:
    """Arguments of the service from a cleaned form of a kind of line."""
    found: dict[str, Any] = {
        "name_zh": data["name_zh"],
        "name_en": data["name_en"],
        "data_kind": data["data_kind"],
    }
    if kind == "transport":
        mass, distance = data["mass_kg"], data["distance_km"]
        found |= {
            "amount": mass * distance / Decimal(1000),
            "unit": "tkm",
            "transport": {"mass_kg": str(mass), "distance_km": str(distance)},
        }
        return found
    found |= {"amount": data["amount"].value, "state": data["amount"].state, "unit": data["unit"]}
    supply = data.get("supply", "")
    if kind == "energy" and supply != "fuel":
        found["electricity"] = {"supply": supply, "region": "CN"}
        if supply != "grid":
            found["electricity"]["generation"] = data["generation"]
    return found


@require_http_methods(["GET", "POST"])
def line_new(request: Request, pk: int, process: str, kind: str) -> HttpResponse:
    """Add a line to one of the maker's own processes."""
    pack = own_pack(request, pk)
    require(request.actor, "pack.edit", pack)
    if kind not in LINE_FORMS:
        raise Http404
    names = {item.process.code: item.process for item in processes_of(request.actor, pack)}
    if process not in names:
        raise Http404
    form = LINE_FORMS[kind](
        request.POST if request.method == "POST" else None,
        initial={"unit": {"energy": "kWh"}.get(kind, "kg")},
    )
    candidates: list[Factor] = []
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        needs_factor = kind != "energy" or data.get("supply") == "fuel"
        key, candidates = (
            find_factor(request.actor, request.POST.get("factor_key") or data.get("factor", ""))
            if needs_factor
            else ("", [])
        )
        if kind == "energy" and data.get("supply") in ("direct", "self") and not data["generation"]:
            form.add_error("generation", _("Say what the electricity is generated from."))
        if needs_factor and not key:
            form.add_error(
                "factor",
                _("Choose one of the factors below.") if candidates else _("No factor fits these words."),
            )
        if form.is_valid():
            try:
                services.add_own_line(
                    actor=request.actor,
                    pack=pack,
                    process=process,
                    kind=kind,
                    factor_key=key,
                    **_values(kind, data),
                )
            except Problems as problems:
                form.add_problems(problems)
            else:
                messages.success(request, _("The line has been added."))
                return redirect("declarations:pack", pk)
    titles = {
        "energy": _("Add energy"),
        "transport": _("Add transport"),
        "material": _("Add a material"),
        "waste": _("Add waste treatment"),
    }
    return _page(request, form, pack, titles[kind], _("Add"), process=names[process], candidates=candidates)


@require_POST
def line_remove(request: Request, pk: int, line: int) -> HttpResponse:
    """Take a line off."""
    pack = own_pack(request, pk)
    row = get_object_or_404(Exchange, process__inventory__pack=pack, pk=line)
    return press(
        request,
        pack,
        "",
        lambda: services.remove_line(actor=request.actor, pack=pack, exchange=row),
        _("The line has been taken off."),
        "declarations:pack",
        pk,
    )
