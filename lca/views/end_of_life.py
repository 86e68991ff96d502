"""The form of a product's end of life: recycling route, collection, and the formula's parameters a material."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from carbonfoot.http import Request
from carbonfoot.problems import Problems
from carbonfoot.ui.text import pick
from lca import reference, rulesets, selectors
from lca.engine.recycling_routes import recovery_rates
from lca.forms.end_of_life import EndOfLifeForm, MaterialFormSet, material_initial
from lca.models import Calculation, Inventory
from lca.presentation.end_of_life import hints, route_rates, suggestions
from lca.services.end_of_life import set_end_of_life
from lca.services.results import LEAD_RULESET
from lca.views.editing import page_of
from lca.views.inventories import own_inventory


def _latest(request: Request, inventory: Inventory) -> Calculation | None:
    rows = [row for row in selectors.latest_calculations(request.actor, inventory) if row.state == "done"]
    return next((row for row in rows if row.ruleset_id == LEAD_RULESET), rows[0] if rows else None)


def _factor_of(item: dict[str, Any]) -> str:
    burden = item.get("ev")
    return str(burden.get("factor", "")) if isinstance(burden, dict) else ""


def end_of_life(request: Request, pk: int) -> HttpResponse:
    """Route, collection and materials; all problems at once. ``?add=`` begins rows with materials of the inventory."""
    inventory = own_inventory(request, pk)
    stated = inventory.end_of_life or {}
    materials = list(stated.get("materials") or [])
    offered = suggestions(_latest(request, inventory), [_factor_of(item) for item in materials])
    chosen = [item for item in offered if item.key in request.GET.getlist("add")]
    rows = [material_initial(item) for item in materials] + [item.initial() for item in chosen]
    ruleset, release = rulesets.load(LEAD_RULESET), reference.current_factors()
    rates = recovery_rates(str(stated.get("route") or ""), release)
    data = request.POST if request.method == "POST" else None
    initial = {
        "version": inventory.version,
        "route": stated.get("route") or "",
        "collection_rate": stated.get("collection_rate"),
    }
    form = EndOfLifeForm(data, initial=initial)
    form.fields["collection_rate"].widget.attrs["placeholder"] = str(ruleset.end_of_life.collection_rate)
    own = {str(item.get("key")): str(item.get("unit", "")) for item in inventory.own_factors}
    formset = MaterialFormSet(data, initial=rows, prefix="materials", form_kwargs={"own": own})
    for row in formset:
        for name, hint in hints(ruleset, row.initial, stated, rates).items():
            row.fields[name].widget.attrs["placeholder"] = hint
    if request.method == "POST":
        valid = form.is_valid()
        if not formset.is_valid():
            for error in formset.non_form_errors():  # belongs to no row: more of them than are taken
                form.add_error(None, error)
        elif valid:
            made = [row.as_document(number) for number, row in enumerate(formset, start=1)]
            content = form.as_document()
            present = [item for item in made if item is not None]
            if present:
                content["materials"] = present
            try:
                set_end_of_life(
                    actor=request.actor,
                    inventory=inventory,
                    end_of_life=content,
                    version=form.cleaned_data["version"],
                )
                messages.success(request, _("End of life stored. Calculate again to see its effect."))
                return redirect(page_of(inventory, "end-of-life"))
            except Problems as problems:
                form.add_problems(problems)
    context = {
        "inventory": inventory,
        "form": form,
        "rows": formset,
        "suggestions": [item for item in offered if item not in chosen],
        "rates": route_rates(release),
        "release": release,
        "ruleset": ruleset,
        "factors": _burden_factors(release),
    }
    return render(request, "lca/end_of_life.html", context, status=422 if data is not None else 200)


def _burden_factors(release: Any) -> list[tuple[str, str]]:
    """Factors per mass of materials and of waste treatment, for the list that completes what is typed."""
    wanted = (
        "metals",
        "waste",
        "anode",
        "cathode",
        "plastics",
        "chemicals",
        "lithium_chemicals",
        "precursor",
    )
    return [
        (key, str(pick({"zh": factor.name_zh, "en": factor.name_en})))
        for key, factor in sorted(release.factors.items())
        if factor.category in wanted and factor.is_emission_factor and factor.per_unit in ("kg", "t", "g")
    ]
