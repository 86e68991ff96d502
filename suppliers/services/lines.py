"""Asking one's own suppliers for a line of one's inventory, and using what they publish: the same way at any tier."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.audit.services import record
from carbonfoot.problems import problem
from lca.models import Exchange, Inventory, PublishedResult
from lca.services.inventories import link_exchange
from suppliers.models import DataRequest, LineAsk
from suppliers.selectors import BOUGHT, line_rows, module_inventories
from suppliers.services.requests import create_request

OVER = ("declined", "withdrawn")


def _locked(actor: Actor, line: Exchange) -> tuple[Inventory, Exchange]:
    """The line with its inventory's row locked, if they are the actor's own. DoesNotExist otherwise."""
    own = module_inventories(actor).order_by().values("pk")
    inventory = Inventory.objects.select_for_update().get(pk=line.process.inventory_id, pk__in=own)
    require(actor, "inventory.edit", inventory)
    return inventory, Exchange.objects.get(pk=line.pk, process__inventory=inventory, kind__in=BOUGHT)


@transaction.atomic
def ask_for_line(*, actor: Actor, line: Exchange, supplier: Organisation, **asked: Any) -> DataRequest:
    """Ask one of the actor's suppliers for what a line of the actor's inventory is. Raises Problems.

    The supplier sees the part as it is asked for, never the line, its amount or what it is used in.
    """
    inventory, line = _locked(actor, line)
    same = LineAsk.objects.filter(inventory=inventory, kind=line.kind, name_zh=line.name_zh)
    under_way = same.exclude(request__state__in=OVER).select_related("request").first()
    if under_way is not None:
        raise problem(
            "LINE-ASKED", _("A request for this line is under way."), value=under_way.request.number
        )
    request = create_request(actor=actor, supplier=supplier, **asked)
    LineAsk.objects.create(inventory=inventory, kind=line.kind, name_zh=line.name_zh, request=request)
    # The event names the request only: which line it is for is the recipe.
    record(actor=actor, verb="line.asked", obj=inventory, data={"request": request.number})
    return request


@transaction.atomic
def use_result(*, actor: Actor, line: Exchange, result: PublishedResult) -> Exchange:
    """Let the answer, or its newer version, say what the line emits. Nothing else changes until one calculates again.

    Raises Problems when the units do not fit, or when it would go round in a circle.
    """
    inventory, line = _locked(actor, line)
    row = next(row for row in line_rows(actor, inventory) if row.line.pk == line.pk)
    if row.can_use is None or row.can_use.pk != result.pk:
        raise problem(
            "LINE-NO-ANSWER", _("This result is not the newest answer for the line. Open the page again.")
        )
    return link_exchange(actor=actor, exchange=line, result=result)
