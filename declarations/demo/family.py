"""A family: the largest LFP pack represents a smaller one with the same cell, whose inventory is scaled from it."""

from __future__ import annotations

from decimal import Decimal

from carbonfoot.accounts.actor import Actor
from declarations.models import FamilyMember, Pack, PackFamily
from declarations.services import families

CELLS, VARIANT_CELLS = 400, 360
# The frame shrinks less than the number of cells: invented.
HOUSING_SHARE = Decimal("0.94")
REASON = (
    "同一电芯、同一工厂与装配线；两型号仅电芯数量与箱体长度不同，取能量最大者为代表。（示例）\n"
    "Same cell, plant and assembly line; the two differ in the number of cells and the length of the housing, and the "
    "larger one represents. (Example)"
)


def create(actor: Actor, head: Pack) -> FamilyMember:
    """The family with its representative, which has been calculated, and a variant scaled from it, in draft."""
    part = head.parts.select_related("exchange").get(module_type="housing")
    housing = part.exchange.amount or Decimal(1)
    family: PackFamily = families.create_family(
        actor=actor,
        name="LFP-100A 系列 / family",
        representative=head,
        basis="nearest",
        reason=REASON,
        cell_model="LFP-C280",
        cells=CELLS,
        housing_kg=housing.quantize(Decimal("0.0001")),
    )
    share = Decimal(VARIANT_CELLS) / CELLS
    member = families.new_variant(
        actor=actor,
        family=family,
        model="LFP-90A",
        gbt34014="0DEMP1B090ALFP0000000006",
        rated_energy_kwh=head.rated_energy_kwh * share,
        usable_energy_kwh=(head.usable_energy_kwh or head.rated_energy_kwh) * share,
        mass_kg=(head.mass_kg * share * Decimal("1.004")).quantize(Decimal("0.0001")),
        cells=VARIANT_CELLS,
        housing_kg=(housing * HOUSING_SHARE).quantize(Decimal("0.0001")),
    )
    families.derive(actor=actor, member=member)
    return member
