"""One search box over everything that the actor may see; each kind narrowed by its own selector."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from declarations.selectors.declarations import MAKER_ROLES, keys_first, listed, readable_declarations
from declarations.selectors.packs import packs_for
from lca.selectors import results_for
from suppliers.selectors import requests_for, supplier_links_for

LIMIT = 20


@dataclass(frozen=True)
class Hit:
    """One thing that was found."""

    label: str
    url: str
    note: str


@dataclass
class Hits:
    """What was found of one kind; ``more`` when there is more than is shown."""

    title: str
    rows: list[Hit] = field(default_factory=list)
    more: bool = False


def _kind(title: str, rows: Any, hit: Any) -> Hits:
    found = keys_first(rows, 0, LIMIT + 1)
    return Hits(title, [hit(row) for row in found[:LIMIT]], len(found) > LIMIT)


def _declaration_url(actor: Actor, pk: int) -> str:
    if actor.role == Role.VERIFIER:
        return reverse("declarations:verification", args=[pk])
    if actor.role == Role.REGULATOR:
        return reverse("declarations:review", args=[pk])
    return reverse("declarations:detail", args=[pk])


def search(actor: Actor, q: str) -> list[Hits]:
    """Packs, declarations, requests, suppliers and results whose number or name holds ``q``; kinds without a hit are
    left out. A text shorter than two characters finds nothing."""
    q = " ".join(q.split())
    if len(q) < 2:
        return []
    found: list[Hits] = []
    if actor.role in MAKER_ROLES:
        packs = packs_for(actor).filter(Q(model__icontains=q) | Q(gbt34014__icontains=q))
        found.append(
            _kind(
                _("Packs"),
                packs,
                lambda row: Hit(
                    row.model, reverse("declarations:pack", args=[row.pk]), str(row.get_chemistry_display())
                ),
            )
        )
    declarations = listed(readable_declarations(actor)).filter(
        Q(number__icontains=q)
        | Q(pack__model__icontains=q)
        | Q(organisation__name_zh__icontains=q)
        | Q(organisation__name_en__icontains=q)
    )
    found.append(
        _kind(
            _("Declarations"),
            declarations,
            lambda row: Hit(
                str(row),
                _declaration_url(actor, row.pk),
                f"{row.organisation} · {row.pack.model} · {row.get_state_display()}",
            ),
        )
    )
    if actor.role in (*MAKER_ROLES, Role.SUPPLIER):
        found += _supply_chain(actor, q)
    return [item for item in found if item.rows]


def _supply_chain(actor: Actor, q: str) -> list[Hits]:
    # The buyer's own reference is matched for the buyer only: a supplier must not find out what it says.
    reference = Q(buyer_reference__icontains=q, buyer_id=actor.organisation_id)
    requests = requests_for(actor).filter(
        Q(number__icontains=q) | Q(part_zh__icontains=q) | Q(part_en__icontains=q) | reference
    )
    suppliers = supplier_links_for(actor).filter(
        Q(supplier__name_zh__icontains=q) | Q(supplier__name_en__icontains=q) | Q(supplier__code__icontains=q)
    )
    results = results_for(actor).filter(Q(product_zh__icontains=q) | Q(product_en__icontains=q))
    return [
        _kind(
            _("Data requests"),
            requests,
            lambda row: Hit(
                str(row),
                reverse("suppliers:request_detail", args=[row.number]),
                f"{row.part_zh} · {row.get_state_display()}",
            ),
        ),
        _kind(
            _("Suppliers"),
            suppliers,
            lambda row: Hit(str(row.supplier), reverse("suppliers:supplier_list"), row.supplier.code),
        ),
        _kind(
            _("Published results"),
            results,
            lambda row: Hit(
                str(row), reverse("suppliers:result_detail", args=[row.pk]), str(row.organisation)
            ),
        ),
    ]
