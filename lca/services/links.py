"""What an exchange is linked to: one of a factor, a process of the same inventory, a result, a gas, or no burden."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.problems import Collector
from lca import selectors
from lca.engine.gases import warming_potential
from lca.engine.units import UnitError, compatible, split_factor_unit
from lca.models import Inventory, PublishedResult, UnitProcess
from lca.reference import current_factors
from lca.services.circles import refuse_circle, rests_on_inventory
from lca.services.own_pins import PREFIX, offered_version, pin


def _factor_unit(inventory: Inventory, key: str) -> str | None:
    """The unit of an own factor of the inventory or of the newest release; None when there is no such factor."""
    for own in inventory.own_factors:
        if own.get("key") == key:
            return str(own.get("unit", ""))
    factor = current_factors().get(key)
    return factor.unit if factor else None


def check_unit(found: Collector, factor_unit: str, unit: str, where: str) -> None:
    """Note it when a line's unit does not convert to the one that a factor is per."""
    if not compatible(unit, split_factor_unit(factor_unit)[1]):
        found.add(
            "LINK-UNIT",
            _("The line is in %(unit)s, the factor is per %(per)s; the two do not convert.")
            % {"unit": unit, "per": split_factor_unit(factor_unit)[1]},
            field="factor_key",
            value=factor_unit,
            mend=_("Choose a factor for the line's unit, or state the line in the factor's unit."),
            where=where,
        )


def _pin_own(inventory: Inventory, key: str) -> None:
    """Take an own factor of the organisation into the inventory, unless it holds a version of the key already."""
    if key.startswith(PREFIX) and all(item.get("key") != key for item in inventory.own_factors):
        version = offered_version(inventory.organisation_id, key)
        if version is not None:
            pin(inventory, version)


def _check_factor(found: Collector, inventory: Inventory, key: str, unit: str, where: str) -> None:
    release = current_factors()
    stated = _factor_unit(inventory, key)
    if stated is None:
        nearest = ", ".join(release.nearest(key))
        found.add(
            "LINK-FACTOR",
            _("There is no factor %(key)s in release %(release)s.") % {"key": key, "release": release.code},
            field="factor_key",
            value=key,
            mend=_("Nearest: %(keys)s") % {"keys": nearest} if nearest else "",
            where=where,
        )
        return
    factor = release.get(key)
    try:
        per = split_factor_unit(stated)[1]
    except UnitError:
        per = ""
    if not per or (factor is not None and not factor.is_emission_factor):
        found.add(
            "LINK-NO-EMISSION-FACTOR",
            _("%(key)s is given in %(unit)s; it is no emission factor.") % {"key": key, "unit": stated},
            field="factor_key",
            value=key,
            where=where,
        )
    elif unit:
        check_unit(found, stated, unit, where)


def _check_result(
    found: Collector, actor: Actor, inventory: Inventory, result: PublishedResult, unit: str, where: str
) -> None:
    if not selectors.results_for(actor).filter(pk=result.pk).exists():
        found.add(
            "LINK-RESULT",
            _("This result has not been granted to your organisation."),
            field="result",
            where=where,
        )
    elif rests_on_inventory([result.pk], inventory):
        refuse_circle(found, where)
    elif unit and not compatible(unit, result.declared_unit):
        found.add(
            "LINK-UNIT",
            _("The line is in %(unit)s, the result is per %(per)s; the two do not convert.")
            % {"unit": unit, "per": result.declared_unit},
            field="result",
            where=where,
        )


def _check_process(
    found: Collector, inventory: Inventory, code: str, product: str, unit: str, where: str
) -> dict[str, str]:
    process = UnitProcess.objects.filter(inventory=inventory, code=code).first()
    if process is None:
        found.add(
            "LINK-PROCESS",
            _("This inventory has no unit process %(code)s.") % {"code": code},
            field="process_code",
            value=code,
            where=where,
        )
        return {}
    chosen = next((item for item in process.products if item.get("id") == product), None)
    if not product and process.products:
        chosen = process.products[0]
    if chosen is None:
        found.add(
            "LINK-PRODUCT",
            _("The unit process %(process)s has no product %(product)s.")
            % {"process": process.name, "product": product or "-"},
            field="product",
            value=product,
            where=where,
        )
        return {}
    if unit and not compatible(unit, str(chosen.get("unit", ""))):
        found.add(
            "LINK-UNIT",
            _("The line is in %(unit)s, the product in %(per)s; the two do not convert.")
            % {"unit": unit, "per": chosen.get("unit")},
            field="process_code",
            where=where,
        )
    return {"process": code, "product": str(chosen["id"])}


def link_columns(
    *,
    actor: Actor,
    inventory: Inventory,
    kind: str,
    unit: str,
    found: Collector,
    where: str = "",
    factor_key: str | None = None,
    result: PublishedResult | None = None,
    process_code: str | None = None,
    product: str | None = None,
    gas: str | None = None,
    burden_free: str | None = None,
) -> dict[str, Any]:
    """The columns ``link`` and ``result`` for at most one of the choices; with none, the line is unlinked.

    What is wrong (unknown factor, units that do not convert, a result that was not granted) goes to ``found``.
    """
    stated = [
        name
        for name, value in (
            ("factor_key", factor_key),
            ("result", result),
            ("process_code", process_code),
            ("gas", gas),
            ("burden_free", burden_free),
        )
        if value
    ]
    columns: dict[str, Any] = {"link": {}, "result": None}
    if len(stated) > 1:
        found.add("LINK-ONE", _("A line is linked to exactly one thing."), field=stated[1], where=where)
    elif factor_key:
        _pin_own(inventory, factor_key)
        _check_factor(found, inventory, factor_key, unit, where)
        columns["link"] = {"factor": factor_key}
    elif result is not None:
        _check_result(found, actor, inventory, result, unit, where)
        columns["result"] = result
    elif process_code:
        columns["link"] = _check_process(found, inventory, process_code, product or "", unit, where)
    elif gas:
        if kind != "emission":
            found.add(
                "LINK-GAS",
                _("Only a direct emission is linked to a gas."),
                field="gas",
                value=gas,
                where=where,
            )
        elif warming_potential(gas, "ar6", current_factors(), Decimal(0)) is None:
            found.add(
                "LINK-GAS-UNKNOWN",
                _("There is no warming potential for the gas %(gas)s.") % {"gas": gas},
                field="gas",
                value=gas,
                where=where,
            )
        columns["link"] = {"gas": gas}
    elif burden_free:
        columns["link"] = {"burden_free": burden_free}
    return columns
