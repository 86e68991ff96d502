"""Writes on packs and plants."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.audit.canonical import sha256_hex
from carbonfoot.audit.services import record
from carbonfoot.problems import Problems, problem
from carbonfoot.ui.codes import PROVINCES
from declarations import workflow
from declarations.checks.pack_facts import collect, collect_missing
from declarations.models import Declaration, Pack, Plant
from declarations.models.declarations import LIVE_STATES
from declarations.tenancy import owner
from lca.models import Calculation, Inventory, InventoryKind
from lca.services import inventories
from lca.services.calculations import request_calculation

FACTS = (
    "model",
    "gbt34014",
    "chemistry",
    "chemistry_detail",
    "cell_format",
    "rated_energy_kwh",
    "usable_energy_kwh",
    "mass_kg",
    "vehicle_category",
    "warranty_years",
    "cycles",
    "depth_of_discharge",
    "capacity_retention",
    "test_report",
    "test_standard",
    "is_typical",
    "typical_reason",
)
FIRST_YEAR = 2015  # of activity data
REPORT_MAX_BYTES = 10 * 1024 * 1024
REPORT_KINDS = {b"%PDF-": ".pdf", b"\x89PNG\r\n\x1a\n": ".png", b"\xff\xd8\xff": ".jpg"}


def locked(actor: Actor, pack: Pack, action: str) -> Pack:
    """The pack as it is now, locked; raises AccessDenied when the actor may not do ``action`` to it."""
    found = Pack.objects.select_for_update().get(pk=pack.pk)
    require(actor, action, found)
    return found


def facts_of(pack: Pack) -> dict[str, Any]:
    """The facts that a person gives, by name."""
    return {name: getattr(pack, name) for name in FACTS}


def _text(value: Decimal | int | None) -> str | None:
    if value is None:
        return None
    text = format(Decimal(value), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def product_document(pack: Pack) -> dict[str, Any]:
    """The product part of the pack's inventory (docs/inventory-format.md); amounts as exact text."""
    return {
        "kind": "battery_pack",
        "model": pack.model,
        "code": pack.gbt34014,
        "chemistry": pack.chemistry,
        "rated_energy_kwh": _text(pack.rated_energy_kwh),
        "usable_energy_kwh": _text(pack.usable_energy_kwh),
        "mass_kg": _text(pack.mass_kg),
        "vehicle_category": pack.vehicle_category,
        "warranty_years": _text(pack.warranty_years),
        "cycle_life": {
            "cycles": _text(pack.cycles),
            "depth_of_discharge": _text(pack.depth_of_discharge),
            "capacity_retention": _text(pack.capacity_retention),
            "test_report": pack.test_report,
            "standard": pack.test_standard,
        },
    }


def _create_inventory(actor: Actor, pack: Pack, year: int, *, own_cells: bool) -> Inventory:
    """The pack's inventory with the unit processes that every pack has; the stages follow from the processes."""
    inventory = inventories.create_inventory(
        actor=actor,
        kind=InventoryKind.BATTERY_PACK,
        name_zh=f"{pack.model} 电池包",
        name_en=f"{pack.model} pack",
        period_from=dt.date(year, 1, 1),
        period_to=dt.date(year, 12, 31),
        product=product_document(pack),
        reference_process="pack",
        reference_product="pack",
    )
    processes: list[tuple[str, str, str, str, str, str]] = [
        ("pack", "电池包装配", "Pack assembly", "manufacturing", "pack", "piece"),
        ("distribution", "分销运输", "Distribution", "distribution", "distribution", "piece"),
        ("recycling", "回收利用", "End of life", "recycling", "recycling", "piece"),
    ]
    if own_cells:
        processes.insert(0, ("cell", "电芯制造", "Cell production", "manufacturing", "cell", "kg"))
    rows = {
        code: inventories.add_process(
            actor=actor,
            inventory=inventory,
            code=code,
            name_zh=zh,
            name_en=en,
            stage=stage,
            group=group,
            products=[{"id": code, "amount": "1", "unit": unit}],
        )
        for code, zh, en, stage, group, unit in processes
    }
    # What is delivered is a pack that was brought to the vehicle and will be taken back: one of each for one pack.
    for code, zh, en, _stage, _group, unit in processes:
        if code == "pack":
            continue
        inventories.save_exchange(
            actor=actor,
            process=rows["pack"],
            code=f"pack.{code}",
            kind="module",
            name_zh=zh if code != "cell" else "自产电芯",
            name_en=en if code != "cell" else "Cells of our own",
            amount=Decimal(1) if code != "cell" else None,
            state="known" if code != "cell" else "unknown",
            unit=unit,
            component="cell" if code == "cell" else "",
            primary=True,
            process_code=code,
            product=code,
        )
    return inventory


def _own_plants(actor: Actor, plants: Sequence[Plant]) -> list[Plant]:
    foreign = [plant for plant in plants if plant.organisation_id != actor.organisation_id]
    if foreign:
        raise problem("PACK-PLANT", _("This plant belongs to another organisation."), field="plants")
    return list(plants)


def _refuse_taken_model(actor: Actor, model: str, *, besides: int | None = None) -> None:
    rows = Pack.objects.filter(organisation=owner(actor), model=model).exclude(pk=besides or 0)
    if rows.exists():
        raise problem(
            "PACK-MODEL-TAKEN", _("You have a pack of this model already."), field="model", value=model
        )


@transaction.atomic
def create_pack(
    *,
    actor: Actor,
    plants: Sequence[Plant] = (),
    year: int | None = None,
    own_cells: bool = True,
    **facts: Any,
) -> Pack:
    """A new pack in draft, with its inventory for the data year ``year`` (the last whole year if not given).

    ``facts`` are the names in :data:`FACTS`; energies in kWh, mass in kg, depth of discharge and retention as
    fractions. ``own_cells`` gives the inventory a unit process for cells made by the maker itself. Raises Problems with
    everything that is wrong, a rated energy of 2 kWh or less among them.
    """
    require(actor, "pack.create")
    fresh = {
        "chemistry_detail": "", "vehicle_category": "M1", "test_report": "", "test_standard": "GB/T 31484-2015", **facts
    }  # fmt: skip
    found = collect(fresh)
    year = clock.today().year - 1 if year is None else year
    if not FIRST_YEAR <= year <= clock.today().year:
        text = _("The year of data lies between %(first)d and this year.") % {"first": FIRST_YEAR}
        found.add("PACK-YEAR", text, field="year", value=str(year))
    found.done()
    # Packs of one maker are made one after the other, so that a second click finds what the first has made.
    Organisation.objects.select_for_update(no_key=True).get(pk=owner(actor).pk)
    _refuse_taken_model(actor, fresh["model"])
    plants = _own_plants(actor, plants)
    pack = Pack.objects.create(organisation=owner(actor), **fresh)
    pack.plants.set(plants)
    pack.inventory = _create_inventory(actor, pack, year, own_cells=own_cells)
    pack.save(update_fields=["inventory"])
    record(actor=actor, verb="pack.created", obj=pack, data={"chemistry": pack.chemistry})
    return pack


@transaction.atomic
def update_pack(*, actor: Actor, pack: Pack, plants: Sequence[Plant] | None = None, **facts: Any) -> Pack:
    """Change facts of a pack, and the product part of its inventory with them. Raises Problems."""
    pack = locked(actor, pack, "pack.edit")
    changed = {**facts_of(pack), **facts}
    found = collect(changed)
    count = len(plants) if plants is not None else pack.plants.count()
    if pack.state == "registered":
        collect_missing(found, changed, plants=count)
    found.done()
    _refuse_taken_model(actor, changed["model"], besides=pack.pk)
    before = facts_of(pack)
    for name, value in facts.items():
        setattr(pack, name, value)
    pack.changed_at = clock.now()
    pack.save()
    if plants is not None:
        pack.plants.set(_own_plants(actor, plants))
    if pack.inventory is not None:
        inventories.update_product(actor=actor, inventory=pack.inventory, product=product_document(pack))
    names = sorted(name for name in facts if before[name] != facts[name])
    record(actor=actor, verb="pack.changed", obj=pack, data={"fields": names})
    return pack


@transaction.atomic
def attach_test_report(*, actor: Actor, pack: Pack, file: UploadedFile) -> Pack:
    """Keep the cycle life test report as a file: PDF, PNG or JPEG by its content, at most 10 MB."""
    pack = locked(actor, pack, "pack.edit")
    content = file.read(REPORT_MAX_BYTES + 1)
    ending = next((value for magic, value in REPORT_KINDS.items() if content.startswith(magic)), "")
    if not content or len(content) > REPORT_MAX_BYTES:
        raise problem(
            "PACK-REPORT-SIZE", _("The file is empty or larger than 10 MB."), field="test_report_file"
        )
    if not ending:
        raise problem("PACK-REPORT-KIND", _("The file is not a PDF, PNG or JPEG."), field="test_report_file")
    file.seek(0)
    pack.test_report_sha256 = sha256_hex(content)
    pack.test_report_file.save(f"{pack.test_report_sha256[:16]}{ending}", file, save=False)
    pack.changed_at = clock.now()
    pack.save()
    record(actor=actor, verb="pack.report_attached", obj=pack, data={"sha256": pack.test_report_sha256})
    return pack


@transaction.atomic
def register_pack(*, actor: Actor, pack: Pack) -> Pack:
    """Register a drafted pack: from now on it counts as a product. Raises Problems with all that is missing."""
    pack = locked(actor, pack, "pack.register")
    facts = facts_of(pack)
    found = collect(facts)
    collect_missing(found, facts, plants=pack.plants.count())
    found.done()
    workflow.transition(pack, "register", actor)
    record(actor=actor, verb="pack.registered", obj=pack, data={"rated_energy_kwh": pack.rated_energy_kwh})
    return pack


@transaction.atomic
def retire_pack(*, actor: Actor, pack: Pack) -> Pack:
    """Take a pack out of the range. Refused while a declaration of it is under way."""
    pack = locked(actor, pack, "pack.retire")
    if Declaration.objects.filter(pack=pack, state__in=LIVE_STATES).exists():
        raise problem(
            "PACK-DECLARED", _("A declaration of this pack is under way; end or withdraw it first.")
        )
    workflow.transition(pack, "retire", actor)
    record(actor=actor, verb="pack.retired", obj=pack)
    return pack


@transaction.atomic
def add_plant(*, actor: Actor, name: str, province: str, address: str = "") -> Plant:
    """A plant of the actor's organisation. Raises Problems for a name that is taken or a province that is none."""
    require(actor, "pack.create")
    name = name.strip()
    Organisation.objects.select_for_update(no_key=True).get(pk=owner(actor).pk)
    problems = []
    if not name:
        problems += problem("PLANT-NAME", _("The name is missing."), field="name").items
    elif Plant.objects.filter(organisation=owner(actor), name=name).exists():
        problems += problem(
            "PLANT-TAKEN", _("You have a plant of this name already."), field="name", value=name
        ).items
    if province not in PROVINCES:
        problems += problem(
            "PLANT-PROVINCE", _("Choose the province."), field="province", value=province
        ).items
    if problems:
        raise Problems(problems)
    plant = Plant.objects.create(
        organisation=owner(actor), name=name, province=province, address=address.strip()
    )
    record(actor=actor, verb="plant.added", obj=plant, data={"province": province})
    return plant


@transaction.atomic
def calculate(*, actor: Actor, pack: Pack) -> list[Calculation]:
    """Calculate the pack's inventory under every rule set that applies: one job. Returns the calculations asked for."""
    found = Pack.objects.select_related("inventory").get(pk=pack.pk)
    require(actor, "pack.edit", found)
    if found.inventory is None:
        raise problem("PACK-INVENTORY", _("The pack has no inventory."))
    return request_calculation(actor=actor, inventory=found.inventory)
