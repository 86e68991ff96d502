"""Reads on who uses a factor: an organisation's own inventories and calculations, and nobody else's."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from carbonfoot.accounts.actor import Actor
from lca.models import Exchange, Factor, FactorUse, Inventory, OwnFactor, OwnFactorVersion
from lca.selectors import MAKER_ROLES, inventories_for


def own_factors_for(actor: Actor) -> QuerySet[OwnFactor]:
    """Own factors of the actor's organisation; to everybody else they do not exist."""
    if actor.organisation_id is None or actor.role not in MAKER_ROLES:
        return OwnFactor.objects.none()
    return OwnFactor.objects.filter(organisation_id=actor.organisation_id)


def own_versions(actor: Actor, q: str = "", *, retired: bool = False) -> QuerySet[OwnFactorVersion]:
    """The newest version of each own factor, by key; ``q`` are words of key, names or source."""
    factors = own_factors_for(actor)
    if not retired:
        factors = factors.filter(retired_at__isnull=True)
    newest = OwnFactorVersion.objects.filter(factor__in=factors).order_by("factor_id", "-number")
    rows = OwnFactorVersion.objects.filter(pk__in=newest.distinct("factor_id").values("pk"))
    for word in q.split():
        rows = rows.filter(
            Q(factor__key__icontains=word)
            | Q(name_zh__icontains=word)
            | Q(name_en__icontains=word)
            | Q(source__icontains=word)
        )
    return rows.select_related("factor").order_by("factor__key")


@dataclass(frozen=True)
class InventoryUse:
    """An own inventory with the number of its lines that are linked to a factor."""

    inventory: Inventory
    lines: int


def inventories_using(actor: Actor, key: str) -> list[InventoryUse]:
    """The organisation's working inventories with lines that are linked to the key."""
    lines = Exchange.objects.filter(process__inventory__in=inventories_for(actor), link__factor=key).values(
        "process__inventory"
    )
    counts = {row["process__inventory"]: row["n"] for row in lines.annotate(n=Count("pk")).order_by()}
    rows = Inventory.objects.filter(pk__in=counts).order_by("name_zh", "pk")
    return [InventoryUse(row, counts[row.pk]) for row in rows]


def calculations_using(actor: Actor, key: str) -> QuerySet[FactorUse]:
    """The organisation's finished calculations that rest on the key, the newest first."""
    if actor.organisation_id is None or actor.role not in MAKER_ROLES:
        return FactorUse.objects.none()
    rows = FactorUse.objects.filter(key=key, calculation__organisation_id=actor.organisation_id)
    return (
        rows.select_related("calculation__revision__inventory", "calculation__release")
        .defer("calculation__ledger", "calculation__revision__document")
        .order_by("-calculation__created_at", "-calculation_id")
    )


def history(key: str) -> list[Factor]:
    """The factor in every release that has it, the oldest first."""
    rows = Factor.objects.filter(key=key).select_related("release")
    return sorted(
        rows, key=lambda row: (row.release.published is not None, row.release.published, row.release_id)
    )
