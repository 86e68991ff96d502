"""Writes on families of packs: who represents whom, and inventories of variants scaled from the representative's."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.audit.canonical import digest
from carbonfoot.audit.services import record
from carbonfoot.problems import Collector, problem
from declarations.models import Derivation, FamilyBasis, FamilyMember, FamilyRole, Pack, PackFamily, PackPart
from declarations.selectors.families import calculated_revision
from declarations.services.packs import create_pack, facts_of, locked, product_document
from declarations.tenancy import owner
from lca.engine.variants import CELLS, ENERGY, HOUSING, MASS, Ratio, ScalingError, scale
from lca.models import Exchange, InventoryKind, InventoryRevision
from lca.services.replacing import replace_from_document

REASON_LEAST = 10  # characters: why one pack stands for others takes a sentence
# What a variant that is made new has from its representative; the rest it states itself.
SHARED = ("chemistry", "chemistry_detail", "cell_format", "vehicle_category", "warranty_years", "cycles",
          "depth_of_discharge", "capacity_retention", "test_report", "test_standard")  # fmt: skip


def _locked_family(actor: Actor, family: PackFamily) -> PackFamily:
    found = PackFamily.objects.select_for_update().get(pk=family.pk)
    require(actor, "family.edit", found)
    return found


def _check_family(actor: Actor, name: str, basis: str, reason: str, besides: int = 0) -> None:
    found = Collector()
    if not name.strip():
        found.add("FAMILY-NAME", _("The name is missing."), field="name")
    elif PackFamily.objects.filter(organisation=owner(actor), name=name.strip()).exclude(pk=besides).exists():
        found.add("FAMILY-TAKEN", _("You have a family of this name already."), field="name", value=name)
    if basis not in FamilyBasis.values:
        found.add("FAMILY-BASIS", _("Choose in what sense the pack represents."), field="basis", value=basis)
    if len(reason.strip()) < REASON_LEAST:
        found.add(
            "FAMILY-REASON", _("Say in a sentence why this pack stands for the others."), field="reason"
        )
    found.done()


def _check_member(found: Collector, cell_model: str, cells: int | None, housing_kg: Decimal | None) -> None:
    if not cell_model.strip():
        found.add("FAMILY-CELL", _("The cell model is missing."), field="cell_model")
    if cells is None or cells < 1:
        found.add("FAMILY-CELLS", _("The number of cells must be at least 1."), field="cells")
    if housing_kg is not None and housing_kg <= 0:
        found.add("FAMILY-HOUSING", _("The mass of the housing must be above zero."), field="housing_kg")


def _join(
    actor: Actor,
    family: PackFamily,
    pack: Pack,
    role: str,
    *,
    cell_model: str,
    cells: int,
    housing_kg: Decimal | None,
) -> FamilyMember:
    pack = locked(actor, pack, "pack.edit")
    found = Collector()
    present = FamilyMember.objects.select_related("family").filter(pack=pack).first()
    if present is not None:
        text = _("This pack is in the family “%(family)s” already.") % {"family": present.family}
        found.add("FAMILY-MEMBER", text, field="pack", value=str(pack))
    _check_member(found, cell_model, cells, housing_kg)
    if housing_kg is not None and housing_kg > pack.mass_kg:
        found.add("FAMILY-HOUSING", _("The housing is heavier than the pack."), field="housing_kg")
    found.done()
    return FamilyMember.objects.create(
        family=family,
        pack=pack,
        role=role,
        cell_model=cell_model.strip(),
        cells=cells,
        housing_kg=housing_kg,
        joined_by=actor.user,
    )


@transaction.atomic
def create_family(
    *,
    actor: Actor,
    name: str,
    representative: Pack,
    basis: str,
    reason: str,
    cell_model: str,
    cells: int,
    housing_kg: Decimal | None = None,
) -> PackFamily:
    """A new family with the pack that represents it. ``cells`` counts cells of the pack, ``housing_kg`` is the mass of
    its housing in kg. Raises Problems."""
    require(actor, "family.create")
    Organisation.objects.select_for_update(no_key=True).get(pk=owner(actor).pk)
    _check_family(actor, name, basis, reason)
    family = PackFamily.objects.create(
        organisation=owner(actor),
        name=name.strip(),
        basis=basis,
        reason=reason.strip(),
        created_by=actor.user,
    )
    role = FamilyRole.REPRESENTATIVE
    _join(actor, family, representative, role, cell_model=cell_model, cells=cells, housing_kg=housing_kg)
    record(
        actor=actor, verb="family.created", obj=family, data={"representative": representative.model, "basis": basis}
    )  # fmt: skip
    return family


@transaction.atomic
def change_family(*, actor: Actor, family: PackFamily, name: str, basis: str, reason: str) -> PackFamily:
    """Change name, sense and reason. What was frozen of the family stays as it was."""
    family = _locked_family(actor, family)
    _check_family(actor, name, basis, reason, besides=family.pk)
    family.name, family.basis, family.reason = name.strip(), basis, reason.strip()
    _changed(actor, family, {"basis": basis})
    return family


def _changed(actor: Actor, family: PackFamily, data: dict[str, Any]) -> None:
    family.changed_at = clock.now()
    family.save()
    record(actor=actor, verb="family.changed", obj=family, data=data)


@transaction.atomic
def add_variant(
    *,
    actor: Actor,
    family: PackFamily,
    pack: Pack,
    cell_model: str,
    cells: int,
    housing_kg: Decimal | None = None,
) -> FamilyMember:
    """Take a pack that exists into the family. Its inventory stays as it is until it is scaled. Raises Problems."""
    family = _locked_family(actor, family)
    role = FamilyRole.VARIANT
    member = _join(actor, family, pack, role, cell_model=cell_model, cells=cells, housing_kg=housing_kg)
    _changed(actor, family, {"added": pack.model})
    return member


@transaction.atomic
def new_variant(
    *, actor: Actor, family: PackFamily, cells: int, housing_kg: Decimal | None = None, **facts: Any
) -> FamilyMember:
    """A pack that does not exist yet, as a variant: the facts given here (model, code, energies in kWh, mass in kg),
    the others and plants and cell as those of the representative. Raises Problems."""
    family = _locked_family(actor, family)
    head = _representative(family)
    shared = {name: value for name, value in facts_of(head.pack).items() if name in SHARED}
    pack = create_pack(
        actor=actor,
        plants=list(head.pack.plants.all()),
        year=head.pack.inventory.period_from.year if head.pack.inventory else None,
        own_cells=False,
        **{**shared, "is_typical": False, **facts},
    )
    return add_variant(
        actor=actor, family=family, pack=pack, cell_model=head.cell_model, cells=cells, housing_kg=housing_kg
    )


@transaction.atomic
def change_member(
    *, actor: Actor, member: FamilyMember, cell_model: str, cells: int, housing_kg: Decimal | None = None
) -> FamilyMember:
    """Change the facts that scaling goes by; what was scaled before stays until it is scaled again."""
    family = _locked_family(actor, member.family)
    member = FamilyMember.objects.select_related("pack").get(pk=member.pk)
    found = Collector()
    _check_member(found, cell_model, cells, housing_kg)
    found.done()
    member.cell_model, member.cells, member.housing_kg = cell_model.strip(), cells, housing_kg
    member.save(update_fields=["cell_model", "cells", "housing_kg"])
    _changed(actor, family, {"member": member.pack.model})
    return member


@transaction.atomic
def remove_variant(*, actor: Actor, member: FamilyMember) -> None:
    """Take a variant out; its pack and inventory stay. Refused for the representative: another must take its place."""
    family = _locked_family(actor, member.family)
    member = FamilyMember.objects.select_related("pack").get(pk=member.pk)
    if member.role == FamilyRole.REPRESENTATIVE:
        raise problem("FAMILY-HEAD", _("The representative cannot leave; let another pack represent first."))
    model = member.pack.model
    member.delete()
    _changed(actor, family, {"removed": model})


@transaction.atomic
def make_representative(*, actor: Actor, member: FamilyMember) -> FamilyMember:
    """Let another member represent; the one before becomes a variant. Nothing that was frozen or scaled changes."""
    family = _locked_family(actor, member.family)
    head = _representative(family)
    member = FamilyMember.objects.select_related("pack").get(pk=member.pk)
    if member.pk == head.pk:
        return head
    for row, role in ((head, FamilyRole.VARIANT), (member, FamilyRole.REPRESENTATIVE)):
        row.role = role
        row.save(update_fields=["role"])
    _changed(actor, family, {"representative": member.pack.model, "before": head.pack.model})
    return member


def _representative(family: PackFamily) -> FamilyMember:
    return FamilyMember.objects.select_related("pack__inventory").get(
        family=family, role=FamilyRole.REPRESENTATIVE
    )


def drivers_between(head: FamilyMember, member: FamilyMember) -> dict[str, Ratio]:
    """The facts of both packs that lines can be scaled by; the housing only where it is stated for both."""
    found = {
        CELLS: Ratio(Decimal(head.cells), Decimal(member.cells)),
        ENERGY: Ratio(head.pack.rated_energy_kwh, member.pack.rated_energy_kwh),
        MASS: Ratio(head.pack.mass_kg, member.pack.mass_kg),
    }
    if head.housing_kg is not None and member.housing_kg is not None:
        found[HOUSING] = Ratio(head.housing_kg, member.housing_kg)
    return found


def source_of(head: FamilyMember) -> InventoryRevision:
    """The representative's newest calculated revision. Raises Problems while it has none."""
    revision = calculated_revision(head.pack.inventory)
    if revision is None:
        raise problem(
            "FAMILY-UNCALCULATED",
            _("The representative has not been calculated yet."),
            mend=_("Calculate it: a variant is scaled from what a result rests on."),
        )
    return revision


@transaction.atomic
def derive(*, actor: Actor, member: FamilyMember, chosen: Mapping[str, str] | None = None) -> Derivation:
    """Scale the variant's inventory from its representative's: it replaces what the variant's inventory says now.

    ``chosen`` is driver by line (``process/line``) where another than the usual is wanted. The derivation is recorded,
    and in each line of the inventory. Raises Problems.
    """
    family = _locked_family(actor, member.family)
    head = _representative(family)
    member = FamilyMember.objects.select_related("pack__inventory").get(pk=member.pk)
    pack = locked(actor, member.pack, "pack.edit")
    if member.pk == head.pk or pack.inventory is None:
        raise problem(
            "FAMILY-HEAD-SCALED", _("The representative's own inventory is what others scale from.")
        )
    revision = source_of(head)
    source = {"pack": head.pack.model, "revision": revision.number, "sha256": revision.sha256}
    try:
        document, content = scale(
            revision.document,
            product={**product_document(pack), "kind": InventoryKind.BATTERY_PACK.value},
            drivers=drivers_between(head, member),
            source=source,
            chosen=chosen,
        )
    except ScalingError as error:
        raise problem("FAMILY-SCALING", SCALING[error.code], value=error.value) from error
    document["name"] = {"zh": pack.inventory.name_zh, "en": pack.inventory.name_en or pack.inventory.name_zh}
    replace_from_document(actor=actor, inventory=pack.inventory, document=document, reason="scaled")
    _mirror_parts(head.pack, pack)
    content["variant"] = {"pack": pack.model, "cells": str(member.cells)}
    row = Derivation.objects.create(
        pack=pack, source=revision, content=content, sha256=digest(content), created_by=actor.user
    )
    # The log says that it was done and from what, never amounts: those are the recipe.
    record(
        actor=actor,
        verb="family.derived",
        obj=family,
        data={"pack": pack.model, "from": head.pack.model, "revision": revision.number, "sha256": row.sha256},
    )
    return row


SCALING: dict[str, Any] = {
    "coproducts": _(
        "The representative's assembly has co-products; how they share its burdens cannot be scaled."
    ),
    "driver": _("A line cannot be scaled by this fact: it is not stated for both packs."),
}


def _mirror_parts(head: Pack, pack: Pack) -> None:
    """Bought parts of the variant are those of the representative, line for line."""
    there = {
        (part.exchange.process.code, part.exchange.code): part.module_type
        for part in head.parts.select_related("exchange__process")
    }
    PackPart.objects.filter(pack=pack).exclude(exchange__process__inventory=pack.inventory).delete()
    known = set(pack.parts.values_list("exchange_id", flat=True))
    lines = Exchange.objects.select_related("process").filter(process__inventory=pack.inventory)
    PackPart.objects.bulk_create(
        PackPart(pack=pack, exchange=line, module_type=there[line.process.code, line.code])
        for line in lines
        if (line.process.code, line.code) in there and line.pk not in known
    )
