"""Choosing what a line is linked to: a factor found by words in either language, a granted result, a process, a gas."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from carbonfoot.http import Request
from carbonfoot.problems import Problems, problem
from lca import selectors
from lca.engine.units import UnitError, compatible, split_factor_unit
from lca.forms.linking import BurdenFreeForm, FactorSearch, GasForm
from lca.models import Exchange, Factor, FactorRelease, OwnFactorVersion, PublishedResult
from lca.presentation.traps import traps_of
from lca.presentation.words import TIERS, word
from lca.selectors.uses import own_versions
from lca.services import inventories
from lca.views.editing import own_line, page_of

PAGE = 20
OWN_SHOWN = 30
# Where the search begins for lines whose names say what is carried or thrown away, not what emits.
FIRST_CATEGORY = {"transport": "transport_road", "waste": "waste"}


def _choice(request: Request) -> dict[str, Any]:
    """What was chosen, as arguments of the service; a result only from those in the actor's reach."""
    data = request.POST
    if data.get("result"):
        rows = selectors.usable_results(request.actor)
        try:
            return {"result": rows.get(pk=data["result"])}
        except (PublishedResult.DoesNotExist, ValueError):
            return {}
    if data.get("process"):
        code, _separator, product = data["process"].partition("|")
        return {"process_code": code, "product": product}
    return {name: data[name] for name in ("factor_key", "gas", "burden_free") if data.get(name)}


def _fits(unit: str, other: str) -> bool:
    return compatible(unit, other)


def _factor_fits(line: Exchange, factor: Factor | OwnFactorVersion) -> bool:
    try:
        return compatible(line.unit, split_factor_unit(factor.unit)[1])
    except UnitError:
        return False


def line_link(request: Request, pk: int) -> HttpResponse:
    """Search and choose; the search begins with the line's own name."""
    line = own_line(request, pk)
    problems = None
    if request.method == "POST":
        chosen = {} if "unlink" in request.POST else _choice(request)
        try:
            if not chosen and "unlink" not in request.POST:
                problems = _nothing()
            else:
                inventories.link_exchange(actor=request.actor, exchange=line, **chosen)
                return redirect(page_of(line.process.inventory, f"p-{line.process_id}"))
        except Problems as found:
            problems = found
    context = _link_context(request, line) | {"problems": problems}
    return render(request, "lca/line_link.html", context, status=422 if problems else 200)


def _nothing() -> Problems:
    return problem("LINK-NOTHING", _("Choose what the line is linked to."))


def _first_search(request: Request, line: Exchange, release: FactorRelease) -> QueryDict:
    """What is looked for before anybody has typed: the line's own name, if a factor that fits its unit is found by it.

    Else the category of its kind: goods that are carried are no kind of transport, and wastes have their own names.
    """
    data = QueryDict(mutable=True)
    name = line.name_zh if request.LANGUAGE_CODE != "en" else line.name_en or line.name_zh
    found = selectors.factors(release, name, {"linkable": "1"})
    if line.kind in FIRST_CATEGORY and not any(_factor_fits(line, factor) for factor in found):
        data["category"] = FIRST_CATEGORY[line.kind]
        name = ""
    data["q"] = name
    return data


def own_choice(request: Request, line: Exchange, q: str) -> dict[str, Any]:
    """Own factors to choose from: those that the words find, else all; those whose unit fits come first."""
    matching = list(own_versions(request.actor, q)[:OWN_SHOWN]) if q else []
    rows = matching or list(own_versions(request.actor)[:OWN_SHOWN])
    found = [{"version": row, "fits": _factor_fits(line, row), "traps": traps_of(row)} for row in rows]
    return {"own": sorted(found, key=lambda row: not row["fits"]), "own_found": bool(matching)}


def _link_context(request: Request, line: Exchange) -> dict[str, Any]:
    release = selectors.current_release()
    values = {name: selectors.factor_values(release, name) for name in ("category", "tier", "region")}
    data: Any = request.GET if "q" in request.GET else _first_search(request, line, release)
    form = FactorSearch(data, values=values)
    filters: dict[str, str] = {"linkable": "1"}
    q = ""
    if form.is_valid():
        q = form.cleaned_data["q"]
        filters |= {name: form.cleaned_data[name] for name in ("category", "tier", "region")}
    rows = selectors.factors(release, q, filters)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    factors = [
        {
            "factor": factor,
            "fits": _factor_fits(line, factor),
            "tier": word(TIERS, factor.tier),
            "traps": traps_of(factor),
        }
        for factor in page
    ]
    results = [
        {
            "result": result,
            "fits": _fits(line.unit, result.declared_unit),
            "expired": selectors.is_expired(result),
        }
        for result in selectors.usable_results(request.actor)[:50]
    ]
    processes = [
        {"process": process, "product": product, "value": f"{process.code}|{product['id']}",
         "fits": _fits(line.unit, str(product.get("unit", "")))}
        for process in line.process.inventory.processes.exclude(pk=line.process_id)
        for product in process.products
    ]  # fmt: skip
    return {
        "line": line,
        "inventory": line.process.inventory,
        "process": line.process,
        "release": release,
        "search": form,
        "page": page,
        "factors": factors,
        **own_choice(request, line, q),
        "results": results,
        "processes": processes,
        "gas_form": GasForm(initial={"gas": (line.link or {}).get("gas")})
        if line.kind == "emission"
        else None,
        "free_form": BurdenFreeForm(initial={"burden_free": (line.link or {}).get("burden_free")}),
        "now": line.link or ({"result": str(line.result_id)} if line.result_id else {}),
    }
