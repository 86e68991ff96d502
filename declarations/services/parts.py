"""Writes on the bill of materials of a pack, and on the lines of its own processes.

A part is an exchange of the pack's inventory with its module type: name, amount, unit and link are the exchange's.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector, problem
from declarations.models import Pack, PackPart
from declarations.services.packs import locked
from lca.models import Exchange, PublishedResult, UnitProcess
from lca.selectors import results_for
from lca.services import inventories
from suppliers.models import DataRequest
from suppliers.services import requests
from suppliers.workbook.choices import MODULE_TYPES

TYPES = tuple(choice.key for choice in MODULE_TYPES)


def process_of(pack: Pack, code: str) -> UnitProcess:
    """A unit process of the pack's inventory by its code. Raises Problems when there is none."""
    found = UnitProcess.objects.filter(inventory__pack=pack, code=code).first()
    if found is None:
        raise problem(
            "PART-PROCESS", _("The inventory has no such unit process."), field="process", value=code
        )
    return found


def _check(module_type: str, name_zh: str, amount: Decimal | None, state: str, unit: str) -> None:
    found = Collector()
    if module_type not in TYPES:
        found.add("PART-TYPE", _("Choose the module type."), field="module_type", value=module_type)
    if not name_zh.strip():
        found.add("PART-NAME", _("The name is missing."), field="name_zh")
    if state == "known" and amount is None:
        found.add("PART-AMOUNT", _("The amount is missing."), field="amount")
    if amount is not None and amount < 0:
        found.add("PART-AMOUNT", _("The amount must not be negative."), field="amount", value=str(amount))
    if not unit.strip():
        found.add("PART-UNIT", _("The unit is missing."), field="unit")
    found.done()


@transaction.atomic
def add_part(
    *,
    actor: Actor,
    pack: Pack,
    module_type: str,
    name_zh: str,
    name_en: str = "",
    amount: Decimal | None,
    unit: str,
    process: str = "pack",
    state: str = "known",
) -> PackPart:
    """A bought part with its amount per reference product of ``process``. Raises Problems."""
    pack = locked(actor, pack, "pack.edit")
    _check(module_type, name_zh, amount, state, unit)
    row = process_of(pack, process)
    exchange = inventories.save_exchange(
        actor=actor,
        process=row,
        kind="module",
        name_zh=name_zh.strip(),
        name_en=name_en.strip(),
        amount=amount,
        state=state,
        unit=unit.strip(),
        component="" if module_type == "other" else module_type,
    )
    part = PackPart.objects.create(pack=pack, exchange=exchange, module_type=module_type)
    record(
        actor=actor,
        verb="pack.part_added",
        obj=pack,
        data={"part": exchange.code, "module_type": module_type},
    )
    return part


def _locked_part(actor: Actor, part: PackPart) -> PackPart:
    pack = locked(actor, part.pack, "pack.edit")
    found = PackPart.objects.select_related("exchange__process__inventory", "request").get(pk=part.pk)
    found.pack = pack
    return found


@transaction.atomic
def change_part(
    *, actor: Actor, part: PackPart, module_type: str, name_zh: str, name_en: str, **values: Any
) -> PackPart:
    """Change what a part is and how much of it; ``values``: amount, state, unit. The link stays."""
    part = _locked_part(actor, part)
    amount, state, unit = values.get("amount"), values.get("state", "known"), str(values.get("unit", ""))
    _check(module_type, name_zh, amount, state, unit)
    line = part.exchange
    inventories.save_exchange(
        actor=actor,
        process=line.process,
        code=line.code,
        kind=line.kind,
        name_zh=name_zh.strip(),
        name_en=name_en.strip(),
        amount=amount,
        state=state,
        unit=unit.strip(),
        component="" if module_type == "other" else module_type,
        stage=line.stage,
        data_kind=line.data_kind,
        primary=line.primary,
        note=line.note,
    )
    part.module_type = module_type
    part.save(update_fields=["module_type"])
    record(actor=actor, verb="pack.part_changed", obj=part.pack, data={"part": line.code})
    return part


@transaction.atomic
def remove_part(*, actor: Actor, part: PackPart) -> None:
    """Take a part off the bill of materials. A request made for it goes on; it is withdrawn on its own page."""
    part = _locked_part(actor, part)
    code = part.exchange.code
    inventories.delete_exchange(actor=actor, exchange=part.exchange)
    record(actor=actor, verb="pack.part_removed", obj=part.pack, data={"part": code})


@transaction.atomic
def ask_supplier(
    *,
    actor: Actor,
    part: PackPart,
    supplier: Organisation,
    year: int,
    due_on: dt.date,
    declared_unit: str = "",
    message: str = "",
) -> DataRequest:
    """Ask a supplier for the footprint of a part; the request is tied to it. Raises Problems."""
    part = _locked_part(actor, part)
    if part.request is not None and part.request.state not in ("declined", "withdrawn"):
        raise problem("PART-ASKED", _("A request for this part is under way."), value=part.request.number)
    request = requests.create_request(
        actor=actor,
        supplier=supplier,
        declared_unit=declared_unit or part.exchange.unit,
        year=year,
        due_on=due_on,
        message=message,
        buyer_reference=f"{part.pack.model} · {part.exchange.code}"[:80],
        **part.product(),
    )
    return attach_request(actor=actor, part=part, request=request).request  # type: ignore[return-value]


@transaction.atomic
def attach_request(*, actor: Actor, part: PackPart, request: DataRequest) -> PackPart:
    """Tie a request of the same organisation to a part. Raises AccessDenied or Problems."""
    part = _locked_part(actor, part)
    if request.buyer_id != actor.organisation_id:
        raise DataRequest.DoesNotExist
    part.request = request
    part.save(update_fields=["request"])
    record(
        actor=actor,
        verb="pack.part_asked",
        obj=part.pack,
        data={"part": part.exchange.code, "request": request.number},
    )
    return part


def _relink(actor: Actor, part: PackPart, *, stage: str, primary: bool, **link: Any) -> None:
    line = part.exchange
    inventories.save_exchange(
        actor=actor,
        process=line.process,
        code=line.code,
        kind=line.kind,
        name_zh=line.name_zh,
        name_en=line.name_en,
        amount=line.amount,
        state=line.state,
        unit=line.unit,
        stage=stage,
        component=line.component,
        data_kind=line.data_kind,
        primary=primary,
        note=line.note,
        **link,
    )


@transaction.atomic
def use_result(*, actor: Actor, part: PackPart, result: PublishedResult) -> PackPart:
    """Let a published result that was granted to the maker say what a part emits, split by stage as published."""
    part = _locked_part(actor, part)
    if not results_for(actor).filter(pk=result.pk).exists():
        raise PublishedResult.DoesNotExist
    _relink(actor, part, stage="", primary=True, result=result)
    data = {"part": part.exchange.code, "result": str(result.pk), "version": result.version}
    record(actor=actor, verb="pack.part_linked", obj=part.pack, data=data)
    return part


@transaction.atomic
def use_factor(*, actor: Actor, part: PackPart, factor_key: str) -> PackPart:
    """Let a background factor say what a part emits, where no supplier does: all of it in the material stage, and
    none of it company-specific."""
    part = _locked_part(actor, part)
    _relink(actor, part, stage="materials", primary=False, factor_key=factor_key)
    data = {"part": part.exchange.code, "factor": factor_key}
    record(actor=actor, verb="pack.part_linked", obj=part.pack, data=data)
    return part


@transaction.atomic
def add_own_line(
    *,
    actor: Actor,
    pack: Pack,
    process: str,
    kind: str,
    name_zh: str,
    name_en: str = "",
    amount: Decimal | None,
    state: str = "known",
    unit: str,
    factor_key: str = "",
    data_kind: str = "measured",
    electricity: dict[str, Any] | None = None,
    transport: dict[str, Any] | None = None,
) -> Exchange:
    """A line of the maker's own processes: energy of assembly, a transport, a step of recycling. Raises Problems."""
    pack = locked(actor, pack, "pack.edit")
    row = process_of(pack, process)
    exchange = inventories.save_exchange(
        actor=actor,
        process=row,
        kind=kind,
        name_zh=name_zh.strip(),
        name_en=name_en.strip(),
        amount=amount,
        state=state,
        unit=unit,
        electricity=electricity or {},
        transport=transport or {},
        data_kind=data_kind,
        primary=data_kind in ("measured", "calculated"),
        factor_key=factor_key or None,
    )
    record(actor=actor, verb="pack.line_added", obj=pack, data={"line": exchange.code, "kind": kind})
    return exchange


@transaction.atomic
def remove_line(*, actor: Actor, pack: Pack, exchange: Exchange) -> None:
    """Take a line off one of the pack's processes."""
    pack = locked(actor, pack, "pack.edit")
    require(actor, "inventory.edit", pack.inventory)
    found = Exchange.objects.filter(process__inventory__pack=pack, pk=exchange.pk).first()
    if found is None:
        raise Exchange.DoesNotExist
    inventories.delete_exchange(actor=actor, exchange=found)
    record(actor=actor, verb="pack.line_removed", obj=pack, data={"line": found.code})
