"""Secret addresses of calendars: made, made anew, ended, found. What is stored is the SHA-256 of the secret."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from carbonfoot.accounts.actor import Actor, for_membership
from carbonfoot.accounts.models import Membership
from carbonfoot.audit.canonical import sha256_hex
from carbonfoot.audit.services import record
from carbonfoot.notices.models import CalendarFeed


def _membership(actor: Actor) -> Membership:
    row = Membership.objects.filter(
        user=actor.user, organisation=actor.organisation, user__isnull=False, is_active=True
    ).first()
    if row is None:
        raise AccessDenied(_("Only a person of an organisation has a calendar."))
    return row


def feed_of(actor: Actor) -> CalendarFeed | None:
    """The address that the actor has for this organisation, if any; not its secret."""
    if actor.user is None or actor.organisation is None:
        return None
    return CalendarFeed.objects.filter(
        membership__user=actor.user, membership__organisation=actor.organisation
    ).first()


@transaction.atomic
def make(*, actor: Actor) -> str:
    """A new secret; one that was there before opens nothing any more. The only place where the secret exists."""
    membership = _membership(actor)
    secret = secrets.token_urlsafe(32)
    feed, _created = CalendarFeed.objects.update_or_create(
        membership=membership,
        defaults={"digest": sha256_hex(secret.encode()), "created_at": clock.now(), "last_used_at": None},
    )
    record(actor=actor, verb="calendar.link_made", obj=feed)
    return secret


@transaction.atomic
def end(*, actor: Actor) -> None:
    """The address opens nothing any more; again changes nothing."""
    feed = feed_of(actor)
    if feed is not None:
        record(actor=actor, verb="calendar.link_ended", obj=feed)
        feed.delete()


def reader_of(secret: str) -> Actor | None:
    """On whose behalf a secret reads; None when it opens nothing: unknown, replaced, ended, or the role has ended."""
    digest = sha256_hex(secret.encode("utf-8", "replace"))
    feed = (
        CalendarFeed.objects.select_related("membership__user", "membership__organisation")
        .filter(
            digest=digest,
            membership__is_active=True,
            membership__user__is_active=True,
            membership__organisation__is_active=True,
        )
        .first()
    )
    if feed is None:
        return None
    CalendarFeed.objects.filter(pk=feed.pk).update(last_used_at=clock.now())
    return for_membership(feed.membership, via="api")
