"""Writes on the working inventory of a pack or a module: its product, unit processes and exchanges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied, require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.audit.canonical import digest
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector, problem
from lca.engine import InventoryError, parse_inventory
from lca.models import (
    AmountState,
    DataKind,
    Exchange,
    ExchangeKind,
    Inventory,
    InventoryKind,
    InventoryRevision,
    PublishedResult,
    Stage,
    UnitProcess,
)
from lca.services.cleaning import (
    clean_amount,
    clean_choice,
    clean_period,
    clean_products,
    clean_uncertainty,
    clean_unit,
)
from lca.services.documents import to_document
from lca.services.links import link_columns
from lca.services.own_pins import mark_used
from lca.services.problems import raise_all


def locked(actor: Actor, inventory: Inventory, action: str, version: int | None = None) -> Inventory:
    """The inventory's row, locked until the transaction ends, after the access check.

    ``version`` is the one that a form was opened on: Problems ``INVENTORY-CHANGED`` when somebody was faster.
    """
    row = Inventory.objects.select_for_update().get(pk=inventory.pk)
    require(actor, action, row)
    if version is not None and row.version != version:
        raise problem(
            "INVENTORY-CHANGED",
            _("Somebody else changed this inventory in the meantime. Nothing of yours was stored."),
            mend=_("Open the page again and enter your change on the newest version."),
        )
    return row


def changed(actor: Actor, row: Inventory, change: str) -> None:
    """Raise the version of a locked inventory and write the audit event; call once, after the change."""
    row.version += 1
    row.changed_at = clock.now()
    row.save()
    # The log says that something changed, never what: amounts and names are the recipe.
    record(actor=actor, verb="inventory.changed", obj=row, data={"version": row.version, "change": change})


@transaction.atomic
def create_inventory(
    *,
    actor: Actor,
    kind: str,
    name_zh: str,
    name_en: str = "",
    period_from: dt.date,
    period_to: dt.date,
    product: Mapping[str, Any] | None = None,
    reference_process: str,
    reference_product: str,
    reference_amount: Decimal | int = 1,
    reference_unit: str = "piece",
    organisation: Organisation | None = None,
) -> Inventory:
    """A new, empty inventory of the actor's organisation.

    ``product`` is the part of the document of that name; ``reference_*`` name the flow that a result is about. An
    inventory belongs to who enters it: for a managed supplier, to its buyer. Raises Problems, AccessDenied.
    """
    require(actor, "inventory.edit")
    owner = organisation or actor.organisation
    if owner is None or owner.pk != actor.organisation_id:
        raise AccessDenied(_("This belongs to another organisation."))
    found = Collector()
    clean_choice(found, kind, InventoryKind.values, "kind")
    if not name_zh.strip():
        found.add("NAME-MISSING", _("Enter a name."), field="name_zh")
    clean_period(found, period_from, period_to)
    unit = clean_unit(found, reference_unit, "reference_unit")
    if Decimal(reference_amount) <= 0:
        found.add("REFERENCE-AMOUNT", _("The reference flow must be above zero."), field="reference_amount")
    found.done()
    inventory = Inventory.objects.create(
        organisation=owner,
        kind=kind,
        name_zh=name_zh.strip(),
        name_en=name_en.strip(),
        product=dict(product or {}),
        period_from=period_from,
        period_to=period_to,
        reference_process=reference_process,
        reference_product=reference_product,
        reference_amount=reference_amount,
        reference_unit=unit,
    )
    record(actor=actor, verb="inventory.created", obj=inventory, data={"kind": kind})
    return inventory


@transaction.atomic
def update_product(
    *,
    actor: Actor,
    inventory: Inventory,
    product: Mapping[str, Any] | None = None,
    name_zh: str | None = None,
    name_en: str | None = None,
    period_from: dt.date | None = None,
    period_to: dt.date | None = None,
    omitted: Sequence[Mapping[str, Any]] | None = None,
    end_of_life: Mapping[str, Any] | None = None,
    own_factors: Sequence[Mapping[str, Any]] | None = None,
    version: int | None = None,
) -> Inventory:
    """Change what the inventory is about; arguments left out stay as they are. ``product`` replaces the whole part."""
    row = locked(actor, inventory, "inventory.edit", version)
    found = Collector()
    row.product = dict(product) if product is not None else row.product
    row.name_zh = name_zh.strip() if name_zh is not None else row.name_zh
    row.name_en = name_en.strip() if name_en is not None else row.name_en
    row.period_from, row.period_to = period_from or row.period_from, period_to or row.period_to
    row.omitted = [dict(item) for item in omitted] if omitted is not None else row.omitted
    row.end_of_life = dict(end_of_life) if end_of_life is not None else row.end_of_life
    row.own_factors = [dict(item) for item in own_factors] if own_factors is not None else row.own_factors
    if not row.name_zh:
        found.add("NAME-MISSING", _("Enter a name."), field="name_zh")
    clean_period(found, row.period_from, row.period_to)
    found.done()
    changed(actor, row, "product")
    return row


@transaction.atomic
def add_process(
    *,
    actor: Actor,
    inventory: Inventory,
    code: str,
    name_zh: str,
    name_en: str = "",
    stage: str = Stage.MANUFACTURING,
    group: str = "",
    products: Sequence[Mapping[str, Any]],
    allocation: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> UnitProcess:
    """A new unit process; ``products`` are ``{"id", "amount", "unit", …}``, the first is the reference product."""
    row = locked(actor, inventory, "inventory.edit", version)
    found = Collector()
    if not code.strip():
        found.add("CODE-MISSING", _("Enter a code."), field="code")
    elif UnitProcess.objects.filter(inventory=row, code=code.strip()).exists():
        found.add(
            "CODE-TAKEN", _("A unit process of this inventory has this code."), field="code", value=code
        )
    if not name_zh.strip():
        found.add("NAME-MISSING", _("Enter a name."), field="name_zh")
    clean_choice(found, stage, Stage.values, "stage")
    cleaned = clean_products(found, products)
    found.done()
    process = UnitProcess.objects.create(
        inventory=row,
        code=code.strip(),
        name_zh=name_zh.strip(),
        name_en=name_en.strip(),
        stage=stage,
        group=group.strip(),
        products=cleaned,
        allocation=dict(allocation or {}),
        position=UnitProcess.objects.filter(inventory=row).count(),
    )
    changed(actor, row, "process.added")
    return process


@transaction.atomic
def update_process(
    *,
    actor: Actor,
    process: UnitProcess,
    name_zh: str,
    name_en: str = "",
    stage: str,
    group: str = "",
    products: Sequence[Mapping[str, Any]],
    allocation: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> UnitProcess:
    """Change a unit process; its code stays, since lines link to it. ``allocation`` None leaves it as it is."""
    row = locked(actor, process.inventory, "inventory.edit", version)
    process = UnitProcess.objects.get(pk=process.pk)
    found = Collector()
    if not name_zh.strip():
        found.add("NAME-MISSING", _("Enter a name."), field="name_zh")
    clean_choice(found, stage, Stage.values, "stage")
    process.products = clean_products(found, products)
    found.done()
    process.name_zh, process.name_en = name_zh.strip(), name_en.strip()
    process.stage, process.group = stage, group.strip()
    if allocation is not None:
        process.allocation = dict(allocation)
    process.save()
    changed(actor, row, "process.changed")
    return process


@transaction.atomic
def delete_process(*, actor: Actor, process: UnitProcess, version: int | None = None) -> None:
    """Remove a unit process with its lines. Refused while another line or the reference flow needs it."""
    row = locked(actor, process.inventory, "inventory.edit", version)
    found = Collector()
    if row.reference_process == process.code:
        found.add("PROCESS-REFERENCE", _("The result is about this unit process; it cannot be removed."))
    users = Exchange.objects.filter(process__inventory=row, link__process=process.code).exclude(
        process=process
    )
    for user in users:
        found.add(
            "PROCESS-USED",
            _("The line %(line)s is linked to this unit process.") % {"line": user.name},
            where=f"{user.process.name} › {user.name}",
        )
    found.done()
    process.delete()
    changed(actor, row, "process.deleted")


def _provenance(
    before: Exchange | None, amount: Decimal | None, state: str, unit: str, given: Any
) -> dict[str, Any]:
    """Where a line comes from: as given; unchanged amounts keep theirs; a changed one says what it replaces."""
    if given is not None:
        return dict(given)
    if before is None:
        return {"kind": "manual"}
    if (before.amount, before.state, before.unit) == (amount, state, unit):
        return before.provenance or {"kind": "manual"}
    origin = before.provenance.get("replaces") or before.provenance
    return {"kind": "manual", "replaces": origin} if origin.get("kind") == "upload" else {"kind": "manual"}


def _next_code(process: UnitProcess, kind: str) -> str:
    taken = set(process.exchanges.values_list("code", flat=True))
    number = 1
    while f"{process.code}.{kind}{number}" in taken:
        number += 1
    return f"{process.code}.{kind}{number}"


@transaction.atomic
def save_exchange(
    *,
    actor: Actor,
    process: UnitProcess,
    code: str | None = None,
    kind: str,
    name_zh: str,
    name_en: str = "",
    amount: Decimal | None,
    state: str = AmountState.KNOWN,
    unit: str,
    stage: str = "",
    component: str = "",
    data_kind: str = DataKind.CALCULATED,
    primary: bool = False,
    electricity: Mapping[str, Any] | None = None,
    transport: Mapping[str, Any] | None = None,
    ratings: Mapping[str, Any] | None = None,
    uncertainty: Mapping[str, Any] | None = None,
    provenance: Mapping[str, Any] | None = None,
    note: str = "",
    factor_key: str | None = None,
    result: PublishedResult | None = None,
    process_code: str | None = None,
    product: str | None = None,
    gas: str | None = None,
    burden_free: str | None = None,
    version: int | None = None,
) -> Exchange:
    """Create the line ``code`` of a unit process, or change it; without a code, a new line gets one.

    ``amount`` is exact and for the whole period; None exactly when ``state`` is unknown or not_applicable. Arguments
    for the link replace it; with none of them, an existing line keeps its link. Mappings left out keep what is there.
    """
    row = locked(actor, process.inventory, "inventory.edit", version)
    before = process.exchanges.filter(code=code).select_related("result").first() if code else None
    found = Collector()
    if not name_zh.strip():
        found.add("NAME-MISSING", _("Enter a name."), field="name_zh")
    clean_choice(found, kind, ExchangeKind.values, "kind")
    clean_choice(found, state, AmountState.values, "state")
    clean_choice(found, stage, Stage.values, "stage", empty=True)
    clean_choice(found, data_kind, DataKind.values, "data_kind")
    clean_amount(found, amount, state)
    clean_uncertainty(found, uncertainty)
    unit = clean_unit(found, unit)
    choice: dict[str, Any] = {
        "factor_key": factor_key,
        "result": result,
        "process_code": process_code,
        "product": product,
        "gas": gas,
        "burden_free": burden_free,
    }
    linking = any(choice.values()) or before is None
    columns = (
        link_columns(actor=actor, inventory=row, kind=kind, unit=unit, found=found, **choice)
        if linking
        else {}
    )
    found.done()
    line = before or Exchange(
        process=process, code=code or _next_code(process, kind), position=process.exchanges.count()
    )
    line.provenance = _provenance(before, amount, state, unit, provenance)
    line.kind, line.name_zh, line.name_en = kind, name_zh.strip(), name_en.strip()
    line.amount, line.state, line.unit = amount, state, unit
    line.stage, line.component, line.data_kind, line.primary = stage, component, data_kind, primary
    line.note = note.strip()
    for name, value in (
        ("electricity", electricity),
        ("transport", transport),
        ("ratings", ratings),
        ("uncertainty", uncertainty),
    ):
        if value is not None:
            setattr(line, name, dict(value))
    for name, value in columns.items():
        setattr(line, name, value)
    line.save()
    changed(actor, row, "line.changed" if before else "line.added")
    return line


@transaction.atomic
def delete_exchange(*, actor: Actor, exchange: Exchange, version: int | None = None) -> None:
    """Remove a line."""
    row = locked(actor, exchange.process.inventory, "inventory.edit", version)
    exchange.delete()
    changed(actor, row, "line.deleted")


@transaction.atomic
def link_exchange(
    *,
    actor: Actor,
    exchange: Exchange,
    factor_key: str | None = None,
    result: PublishedResult | None = None,
    process_code: str | None = None,
    product: str | None = None,
    gas: str | None = None,
    burden_free: str | None = None,
    version: int | None = None,
) -> Exchange:
    """Say what a line emits: link it to exactly one thing, or to nothing (then it must be mended to calculate)."""
    row = locked(actor, exchange.process.inventory, "inventory.edit", version)
    line = Exchange.objects.get(pk=exchange.pk)
    found = Collector()
    columns = link_columns(
        actor=actor,
        inventory=row,
        kind=line.kind,
        unit=line.unit,
        found=found,
        factor_key=factor_key,
        result=result,
        process_code=process_code,
        product=product,
        gas=gas,
        burden_free=burden_free,
    )
    found.done()
    line.link, line.result = columns["link"], columns["result"]
    line.save(update_fields=["link", "result"])
    changed(actor, row, "line.linked")
    return line


@transaction.atomic
def freeze(*, actor: Actor, inventory: Inventory) -> InventoryRevision:
    """The frozen revision of the inventory as it is now; the same content frozen twice is the same revision.

    Raises Problems with everything that breaks the document's own format, by process and line.
    """
    row = locked(actor, inventory, "calculation.run")
    document = to_document(row)
    try:
        parse_inventory(document)
    except InventoryError as error:
        raise_all(error.problems, document)
    sha256 = digest(document)
    present = row.revisions.filter(sha256=sha256).first()
    if present is not None:
        return present
    latest = row.revisions.order_by("-number").first()
    revision = InventoryRevision.objects.create(
        inventory=row,
        number=(latest.number if latest else 0) + 1,
        document=document,
        sha256=sha256,
        created_by=actor.user,
    )
    mark_used(revision, row.organisation_id)
    record(
        actor=actor, verb="inventory.frozen", obj=row, data={"revision": revision.number, "sha256": sha256}
    )
    return revision
