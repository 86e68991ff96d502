"""Bundles as far as an actor may have them, and what may be in one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.selectors import events_of
from carbonfoot.audit.services import links, told
from declarations.models import Bundle, Declaration
from declarations.selectors.declarations import MAKER_ROLES, readable_declarations
from declarations.selectors.verification import clean_room_for
from lca.models import Calculation, PublishedResult

# Looking at a declaration is no part of its way: these do not make a bundle out of date.
QUIET = ("report.requested", "report.written", "bundle.requested", "bundle.written")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def variant_for(actor: Actor) -> str:
    """Which bundle somebody in this role is given; empty for nobody's."""
    if actor.role in MAKER_ROLES:
        return Bundle.Variant.MAKER
    variants: dict[str, str] = {
        Role.VERIFIER: Bundle.Variant.BODY,
        Role.REGULATOR: Bundle.Variant.AUTHORITY,
    }
    return variants.get(actor.role, "")


def bundles_for(actor: Actor) -> QuerySet[Bundle]:
    """Bundles written for the actor's organisation in this role, of declarations that it may read now.

    To a verification body they close with the clean room.
    """
    rows = Bundle.objects.select_related("snapshot__declaration", "job", "organisation")
    if actor.organisation_id is None:
        return rows.none()
    reach = clean_room_for(actor) if actor.role == Role.VERIFIER else readable_declarations(actor)
    return rows.filter(
        organisation_id=actor.organisation_id,
        variant=variant_for(actor),
        snapshot__declaration__in=reach.order_by().values("pk"),
    )


def bundles_of(actor: Actor, declaration: Declaration) -> QuerySet[Bundle]:
    """The actor's bundles of one declaration, newest first."""
    return bundles_for(actor).filter(snapshot__declaration=declaration).order_by("-requested_at", "-pk")


def events_until(declaration: Declaration, seq: int | None = None) -> QuerySet[AuditEvent]:
    """All events of a declaration in the order of the log, up to one of them."""
    rows = AuditEvent.objects.filter(
        object_type=declaration._meta.label_lower, object_id=str(declaration.pk)
    ).order_by("seq")
    return rows if seq is None else rows.filter(seq__lte=seq)


def last_event(declaration: Declaration) -> int:
    """Number of the last event on the way of a declaration."""
    return events_until(declaration).exclude(verb__in=QUIET).values_list("seq", flat=True).last() or 0


def history(actor: Actor, declaration: Declaration, seq: int) -> Iterator[dict[str, Any]]:
    """The events up to ``seq`` as a bundle holds them: links and hash of each, and what it says if the actor
    may read it."""
    open_to = set(events_of(actor, declaration).filter(seq__lte=seq).values_list("seq", flat=True))
    for event in events_until(declaration, seq):
        entry = {**links(event), "hash": event.hash}
        # The receipt says the same, and whoever may have the bundle may read it.
        if event.seq in open_to or event.verb == "declaration.submitted":
            entry["told"] = told(event)
        yield entry


@dataclass(frozen=True)
class Recipe:
    """A published result behind the declaration and the calculation that it was published from."""

    result: PublishedResult
    calculation: Calculation


def recipes_for(actor: Actor, declaration: Declaration, start: Calculation) -> list[Recipe]:
    """Inventories behind the results that ``start`` uses, tier after tier, as far as the actor may have them.

    All of them for the verification body engaged, while the clean room is open; for a maker those that are its
    own, of its
    other plants or entered for a managed supplier; none for anybody else.
    """
    everything = clean_room_for(actor).filter(pk=declaration.pk).exists()
    if not everything and actor.role not in MAKER_ROLES:
        return []
    found: dict[str, Recipe] = {}
    waiting, seen = [start], set()
    while waiting:
        used = [str(item.get("id")) for item in waiting.pop().revision.document.get("results") or []]
        fresh = [key for key in used if _UUID.fullmatch(key) and key not in seen]
        seen.update(fresh)
        rows = PublishedResult.objects.filter(pk__in=fresh).select_related("organisation")
        for result in rows.prefetch_related("calculations__revision", "calculations__release"):
            for calculation in result.calculations.all():
                own = calculation.organisation_id == actor.organisation_id
                if calculation.ruleset_id == start.ruleset_id and (own or everything):
                    found[str(result.pk)] = Recipe(result, calculation)
                    waiting.append(calculation)
    return [found[key] for key in sorted(found)]
