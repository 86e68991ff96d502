"""What a request for each part of a pack would say, proposed from links, earlier requests and the pack's own year."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from declarations.models import Pack, PackPart
from declarations.selectors.packs import parts_for
from declarations.services.bulk import is_asked
from suppliers.selectors import requests_outbox, supplier_links_for

USUAL_DAYS = 28


@dataclass(frozen=True)
class Proposal:
    """A part, whether it can be asked for now, and what the form begins with."""

    part: PackPart
    asked: bool
    supplier: Organisation | None
    declared_unit: str
    year: int
    due_on: dt.date


def proposals(actor: Actor, pack: Pack) -> list[Proposal]:
    """One for each part of the pack, in a fixed number of queries.

    The supplier is whose result the part uses; else whom one asked last for a part of this name; else the only one whom
    one ever asked for this type of part. Others are for a person to choose.
    """
    suppliers = {link.supplier_id: link.supplier for link in supplier_links_for(actor)}
    by_part: dict[tuple[str, str], int] = {}
    by_type: dict[str, set[int]] = {}
    earlier = requests_outbox(actor).exclude(state__in=("declined", "withdrawn")).order_by("created_at", "pk")
    for kind, name, key in earlier.values_list("module_type", "part_zh", "supplier_id"):
        by_part[kind, name] = key
        by_type.setdefault(kind, set()).add(key)
    year = pack.inventory.period_from.year if pack.inventory else clock.today().year - 1
    due_on = clock.today() + dt.timedelta(days=USUAL_DAYS)
    found = []
    for part in parts_for(actor).filter(pack=pack):
        line = part.exchange
        chosen = line.result.organisation_id if line.result else None
        if chosen not in suppliers:
            chosen = by_part.get((part.module_type, line.name_zh))
        only = by_type.get(part.module_type, set())
        if chosen not in suppliers and len(only) == 1:
            chosen = next(iter(only))
        supplier = suppliers.get(chosen) if chosen is not None else None
        found.append(Proposal(part, is_asked(part), supplier, line.unit, year, due_on))
    return found
