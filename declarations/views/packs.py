"""Pages of packs."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from carbonfoot.accounts.access import check, require
from carbonfoot.files import BYTES, download
from carbonfoot.http import Request
from carbonfoot.problems import Problem, Problems
from carbonfoot.ui import charts
from carbonfoot.ui.context import url_or_empty
from carbonfoot.ui.status import Status
from declarations.figures import STAGES, figures_of
from declarations.forms.packs import PackFilter, PackForm, PlantForm, ReportFileForm
from declarations.models import Declaration, DeclarationState, Pack, Plant
from declarations.selectors import packs as select
from declarations.selectors.declarations import declarations_for
from declarations.selectors.phases import current_phase
from declarations.services import packs as services
from declarations.statuses import declaration_status, pack_status
from declarations.views.common import own_pack, press, say
from lca.models import Calculation
from lca.services.calculations import missing_for_calculation

SORTS = {
    "model": "model",
    "energy": "rated_energy_kwh",
    "chemistry": "chemistry",
    "footprint": "footprint",
    "state": "state",
}
REPORT_TYPES = {".pdf": "application/pdf", ".png": "image/png", ".jpg": "image/jpeg"}


def _sorted(request: Request, rows: Any) -> Any:
    key = request.GET.get("sort", "model")
    name = SORTS.get(key.lstrip("-"), "model")
    return rows.order_by(f"-{name}" if key.startswith("-") else name, "pk")


@require_GET
def pack_list(request: Request) -> HttpResponse:
    """All packs of the maker."""
    form = PackFilter(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    every = select.packs_for(request.actor)
    rows = _sorted(request, select.with_progress(select.filtered(every, **chosen)))
    page = Paginator(rows, 25).get_page(request.GET.get("page"))
    items = [
        {
            "pack": pack,
            "status": pack_status(pack),
            "declared": Status(*declaration_status(pack.declared_state)) if pack.declared_state else None,
        }
        for pack in page
    ]
    context = {
        "page": page,
        "items": items,
        "form": form,
        "any": bool(items) or every.exists(),
        "may_create": check(request.actor, "pack.create"),
    }
    return render(request, "declarations/packs/list.html", context)


def _facts_and_plants(form: PackForm, request: Request) -> tuple[dict[str, Any], list[Plant]]:
    """Cleaned facts and plants; a plant that was typed in is added on the way. Raises Problems."""
    plants = list(form.cleaned_data.get("plants") or [])
    name = form.cleaned_data.get("plant_name") or ""
    if name:
        try:
            plants.append(
                services.add_plant(
                    actor=request.actor, name=name, province=form.cleaned_data.get("plant_province") or ""
                )
            )
        except Problems as problems:
            raise Problems(
                [
                    Problem(**{**vars(item), "field": f"plant_{item.field}" if item.field else ""})
                    for item in problems.items
                ]
            ) from problems
    return form.facts(), plants


@require_http_methods(["GET", "POST"])
def pack_new(request: Request) -> HttpResponse:
    """Begin a pack."""
    form = PackForm(request.POST if request.method == "POST" else None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                facts, plants = _facts_and_plants(form, request)
                pack = services.create_pack(
                    actor=request.actor,
                    plants=plants,
                    year=int(form.cleaned_data["year"]),
                    own_cells=form.cleaned_data["own_cells"] == "own",
                    **facts,
                )
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The pack has been begun. Now add what it is made of."))
            return redirect("declarations:pack", pack.pk)
    context = {"form": form, "pack": None, "back": reverse("declarations:pack_list")}
    return render(request, "declarations/packs/form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def pack_edit(request: Request, pk: int) -> HttpResponse:
    """Change the facts of a pack."""
    pack = own_pack(request, pk)
    require(request.actor, "pack.edit", pack)
    form = PackForm(request.POST if request.method == "POST" else None, actor=request.actor, pack=pack)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                facts, plants = _facts_and_plants(form, request)
                services.update_pack(actor=request.actor, pack=pack, plants=plants, **facts)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The pack has been changed."))
            return redirect("declarations:pack", pack.pk)
    context = {"form": form, "pack": pack, "back": reverse("declarations:pack", args=[pk])}
    return render(request, "declarations/packs/form.html", context, status=422 if form.errors else 200)


def _calculation_view(pack: Pack, request: Request) -> dict[str, Any]:
    """What the page shows of the newest calculation of the rule set in force, and of the newest that is done."""
    phase = current_phase()
    ruleset = phase.ruleset_id if phase else "cn-miit-551"
    newest = select.newest_calculation(pack, ruleset)
    done = (
        Calculation.objects.filter(revision__inventory__pack=pack, ruleset_id=ruleset, state="done")
        .order_by("-done_at", "-pk")
        .first()
    )
    # One job calculates under every rule set: it is under way until the last of them is done.
    pending = (
        Calculation.objects.filter(revision__inventory__pack=pack, state="pending", job__isnull=False)
        .select_related("job")
        .order_by("-created_at", "-pk")
        .first()
    )
    figures = figures_of(done.ledger) if done is not None else None
    bar = None
    if figures is not None:
        values = [charts.Stage(key, figures.stages[key]) for key in STAGES if key in figures.stages]
        bar = charts.stage_bar(values, small=True) if values else None
    return {
        "newest": newest,
        "done": done,
        "figures": figures,
        "bar": bar,
        "result_url": url_or_empty("lca:result", done.pk) if done else "",
        "job": pending.job if pending is not None else None,
        "failed": newest is not None and newest.state == "failed",
    }


def _next_step(
    pack: Pack, missing: list[Problem], done: Calculation | None, live: Declaration | None
) -> dict[str, Any]:
    """The one thing to do next, in words, with its address."""
    here = reverse("declarations:pack", args=[pack.pk])
    if pack.inventory is not None and not pack.parts.exists():
        return {
            "text": _("Add the parts that you buy."),
            "url": reverse("declarations:part_new", args=[pack.pk]),
            "label": _("Add a part"),
        }
    if missing:
        return {
            "text": _("Some lines are unknown or linked to nothing."),
            "url": f"{here}#open",
            "label": _("See what is missing"),
        }
    if done is None:
        return {"text": _("Everything is linked. Calculate."), "url": "", "label": ""}
    if pack.state == "draft":
        return {"text": _("Register the pack: then it can be declared."), "url": "", "label": ""}
    if live is None:
        return {
            "text": _("The pack can be declared."),
            "url": reverse("declarations:new") + f"?pack={pack.pk}",
            "label": _("Begin a declaration"),
        }
    return {
        "text": _("A declaration is under way."),
        "url": reverse("declarations:detail", args=[live.pk]),
        "label": str(live),
    }


@require_GET
def pack_detail(request: Request, pk: int) -> HttpResponse:
    """A pack: what it is made of, its own processes, its footprint, its declarations."""
    pack = own_pack(request, pk)
    actor = request.actor
    missing = missing_for_calculation(pack.inventory) if pack.inventory else []
    declarations = list(declarations_for(actor).filter(pack=pack).order_by("-created_at"))
    calculation = _calculation_view(pack, request)
    live = next((row for row in declarations if row.state not in ("withdrawn", "superseded")), None)
    may_calculate = check(actor, "pack.edit", pack)
    context = {
        "pack": pack,
        "status": pack_status(pack),
        "processes": select.processes_of(actor, pack),
        "missing": missing,
        "calc": calculation,
        "plants": list(pack.plants.all()),
        "declarations": [
            {"row": row, "status": Status(*declaration_status(row.state))} for row in declarations
        ],
        "may_edit": check(actor, "pack.edit", pack),
        "may_calculate": may_calculate,
        "may_register": check(actor, "pack.register", pack),
        "may_retire": check(actor, "pack.retire", pack),
        "may_declare": check(actor, "declaration.create"),
        "next": _next_step(pack, missing, calculation["done"], live),
        "report_form": ReportFileForm(),
        "inventory_url": url_or_empty("lca:inventory_detail", pack.inventory_id) if pack.inventory_id else "",
        "states": DeclarationState,
    }
    return render(request, "declarations/packs/detail.html", context)


@require_POST
def pack_register(request: Request, pk: int) -> HttpResponse:
    """Register a drafted pack."""
    pack = own_pack(request, pk)
    return press(
        request,
        pack,
        "register",
        lambda: services.register_pack(actor=request.actor, pack=pack),
        _("The pack is registered."),
        "declarations:pack",
        pk,
    )


@require_POST
def pack_retire(request: Request, pk: int) -> HttpResponse:
    """Take a pack out of the range."""
    pack = own_pack(request, pk)
    return press(
        request,
        pack,
        "retire",
        lambda: services.retire_pack(actor=request.actor, pack=pack),
        _("The pack is retired."),
        "declarations:pack",
        pk,
    )


@require_POST
def pack_calculate(request: Request, pk: int) -> HttpResponse:
    """Calculate the pack under every rule set."""
    pack = own_pack(request, pk)
    try:
        rows = services.calculate(actor=request.actor, pack=pack)
    except Problems as problems:
        say(request, problems)
    else:
        done = all(row.state == "done" for row in rows)
        messages.success(
            request,
            _("Nothing has changed: the result is there already.")
            if done
            else _("The calculation has begun."),
        )
    return redirect("declarations:pack", pk)


@require_POST
def pack_report_attach(request: Request, pk: int) -> HttpResponse:
    """Keep the test report as a file."""
    pack = own_pack(request, pk)
    form = ReportFileForm(request.POST, request.FILES)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(str(error) for error in errors))
        return redirect("declarations:pack", pk)
    return press(
        request,
        pack,
        "",
        lambda: services.attach_test_report(
            actor=request.actor, pack=pack, file=form.cleaned_data["test_report_file"]
        ),
        _("The test report is attached."),
        "declarations:pack",
        pk,
    )


@require_GET
def pack_report(request: Request, pk: int) -> HttpResponseBase:
    """The test report, as an attachment."""
    pack = own_pack(request, pk)
    if not pack.test_report_file:
        raise Http404
    ending = PurePath(pack.test_report_file.name or "").suffix
    return download(
        pack.test_report_file.open("rb"),
        f"{pack.model}-{_('test report')}{ending}",
        REPORT_TYPES.get(ending, BYTES),
    )


@require_http_methods(["GET", "POST"])
def plant_new(request: Request) -> HttpResponse:
    """Add a plant."""
    form = PlantForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_plant(actor=request.actor, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("The plant has been added."))
            return redirect("declarations:pack_list")
    context = {
        "form": form,
        "title": _("Add a plant"),
        "button": _("Add"),
        "back": reverse("declarations:pack_list"),
    }
    return render(request, "declarations/form.html", context, status=422 if form.errors else 200)
