"""Reading green certificates: what the organisation has spent, what its working inventories state, what is taken."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from carbonfoot.accounts.actor import Actor
from lca.engine.certificates import Spent, has_form, spent
from lca.models import CertificateClaim, CertificateHold, Exchange, Inventory, PublishedResult
from lca.selectors import MAKER_ROLES


@dataclass(frozen=True)
class Conflict:
    """A certificate that another inventory has spent: since when; which inventory only where it is one's own."""

    number: str
    since: dt.datetime | None
    inventory: Inventory | None


@dataclass(frozen=True)
class WorkingUse:
    """A certificate as a working inventory states it now."""

    number: str
    line: Exchange
    spent: Spent
    claimed: bool
    conflict: Conflict | None


def claims_for(actor: Actor) -> QuerySet[CertificateClaim]:
    """Claims of the actor's organisation, open and released, with what holds them."""
    if actor.organisation_id is None or actor.role not in MAKER_ROLES:
        return CertificateClaim.objects.none()
    holds = CertificateHold.objects.filter(released_at__isnull=True)
    return (
        CertificateClaim.objects.filter(organisation_id=actor.organisation_id)
        .select_related("inventory", "revision")
        .prefetch_related(Prefetch("holds", queryset=holds, to_attr="open_holds"))
    )


def open_claims(numbers: Iterable[str]) -> dict[str, CertificateClaim]:
    """The open claims on these numbers, of whatever organisation: for deciding, never for showing."""
    rows = CertificateClaim.objects.filter(number__in=list(numbers), released_at__isnull=True)
    return {row.number: row for row in rows.select_related("inventory")}


def as_conflict(claim: CertificateClaim, organisation_id: int | None) -> Conflict:
    """A claim that stands in the way, as an organisation may know of it."""
    own = claim.organisation_id == organisation_id
    return Conflict(claim.number, claim.claimed_at, claim.inventory if own else None)


def conflicts(document: Mapping[str, Any], inventory: Inventory) -> list[Conflict]:
    """Certificates of a document of ``inventory`` that another inventory of the site has spent already."""
    taken = open_claims(item.number for item in spent(document))
    return [
        as_conflict(claim, inventory.organisation_id)
        for _number, claim in sorted(taken.items())
        if claim.inventory_id != inventory.pk
    ]


def _lines_with_certificates(organisation_id: int) -> QuerySet[Exchange]:
    rows = Exchange.objects.filter(
        process__inventory__organisation_id=organisation_id, electricity__has_key="certificates"
    )
    return rows.select_related("process__inventory").order_by("process__inventory_id", "position", "id")


def _stated(line: Exchange) -> list[Spent]:
    exchange = {
        "id": line.code,
        "amount": line.amount,
        "unit": line.unit,
        "electricity": line.electricity,
    }
    return spent({"processes": [{"id": line.process.code, "exchanges": [exchange]}]})


def working_uses(actor: Actor, inventory: Inventory | None = None) -> list[WorkingUse]:
    """Certificates of the organisation's working inventories (or of one), in order of number, with what is in the way.

    A number that stands in two working inventories is a conflict of both, before either is published.
    """
    if actor.organisation_id is None or actor.role not in MAKER_ROLES:
        return []
    lines = list(_lines_with_certificates(actor.organisation_id))
    stated = [(line, item) for line in lines for item in _stated(line)]
    taken = open_claims({item.number for _line, item in stated})
    found = []
    owners: dict[str, list[Inventory]] = {}
    for line, item in stated:
        owners.setdefault(item.number, []).append(line.process.inventory)
    for line, item in stated:
        of = line.process.inventory
        if inventory is not None and of.pk != inventory.pk:
            continue
        claim = taken.get(item.number)
        conflict = None
        if claim is not None and claim.inventory_id != of.pk:
            conflict = as_conflict(claim, actor.organisation_id)
        elif claim is None:
            other = next((row for row in owners[item.number] if row.pk != of.pk), None)
            conflict = Conflict(item.number, None, other) if other is not None else None
        mine = claim is not None and claim.inventory_id == of.pk
        found.append(WorkingUse(item.number, line, item, mine, conflict))
    return sorted(found, key=lambda use: (use.number, use.line.pk))


def results_used(document: Mapping[str, Any]) -> list[PublishedResult]:
    """The published results that a document rests on."""
    keys = []
    for item in document.get("results") or ():
        try:
            keys.append(uuid.UUID(str(item.get("id"))))
        except ValueError:
            continue
    return list(PublishedResult.objects.filter(pk__in=keys).select_related("organisation").order_by("pk"))


def searched(rows: QuerySet[CertificateClaim], q: str) -> QuerySet[CertificateClaim]:
    """Claims whose number contains the digits of ``q``, or whose inventory has it in its name."""
    text = q.strip()
    if not text:
        return rows
    if has_form(text):
        return rows.filter(number=text)
    return rows.filter(
        Q(number__contains=text)
        | Q(inventory__name_zh__icontains=text)
        | Q(inventory__name_en__icontains=text)
    )
