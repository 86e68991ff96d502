"""Telling people: one call for every room, in the transaction of what is told. Reading and choosing on their side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied, check
from carbonfoot.accounts.actor import Actor, for_membership
from carbonfoot.accounts.models import Membership, User
from carbonfoot.notices.kinds import ACTOR, EVERY, KINDS, PEOPLE, TOPICS, Kind, To
from carbonfoot.notices.models import Delivery, Notice, NoticeChoice
from carbonfoot.problems import Collector, problem


def notify(
    *,
    kind: str,
    obj: models.Model,
    about: str,
    actor: Actor | None = None,
    people: Iterable[User] = (),
    params: Mapping[str, str] | None = None,
    label: str = "",
    path: str = "",
) -> int:
    """Tell those whom ``kind`` concerns about ``obj``; must run inside the transaction of what is told.

    Who that is, what the text says and where it leads is a row of :mod:`carbonfoot.notices.kinds`. Nobody is told who
    may not see the object now, nor the person who did it. ``about`` names what happened: telling it again tells
    nobody twice. ``params`` are further words of the text, only those that the kind lists. ``label`` and ``path``
    replace the object's own. Returns how many people were told. Raises KeyError for an unknown kind or word.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a notice belongs to the transaction of what it tells")
    row = KINDS[kind]
    words = dict(params or {})
    unknown = set(words) - set(row.params)
    if unknown:
        raise KeyError(f"{kind} has no {sorted(unknown)}")
    # As it is in the database: a relation that was looked up before it changed is remembered on the instance.
    fresh = type(obj)._base_manager.get(pk=obj.pk)
    by = {"by_zh": "", "by_en": ""}
    if actor is not None and actor.organisation is not None:
        by = {"by_zh": actor.organisation.name_zh, "by_en": actor.organisation.name_en}
    told: dict[tuple[int, int], Notice] = {}
    for to, member in _readers(row, fresh, actor, people):
        key = (member.user_id, member.organisation_id)
        if key in told or not check(for_membership(member), to.action, fresh):
            continue
        address = path or (
            reverse(to.page, args=[getattr(fresh, name) for name in to.key]) if to.page else ""
        )
        told[key] = Notice(
            user_id=member.user_id,
            organisation_id=member.organisation_id,
            kind=kind,
            about=about,
            label=(label or str(fresh))[:200],
            params=words | by,
            path=address,
            created_at=clock.now(),
        )
    set_delivery(row, told.values())
    Notice.objects.bulk_create(told.values(), ignore_conflicts=True)
    return len(told)


def _readers(
    kind: Kind, obj: models.Model, actor: Actor | None, people: Iterable[User]
) -> Iterator[tuple[To, Membership]]:
    """Memberships of those a kind concerns, row by row of the kind; the person who acted only where that is said."""
    parties: dict[str, int | None] = obj.parties() if hasattr(obj, "parties") else {}
    rows = Membership.objects.select_related("user", "organisation").filter(
        is_active=True, user__is_active=True, organisation__is_active=True
    )
    for to in kind.to:
        found = rows.filter(role__in=to.roles)
        if to.relation == ACTOR:
            if actor is None or actor.user is None or actor.organisation is None:
                continue
            found = found.filter(user=actor.user, organisation=actor.organisation)
        elif to.relation == PEOPLE:
            found = found.filter(user__in=list(people))
            if actor is not None and actor.organisation is not None:
                found = found.filter(organisation=actor.organisation)
        else:
            if to.relation == EVERY:
                found = found.filter(organisation__kind__in=to.kinds)
            else:
                party = parties.get(to.relation)
                if party is None:
                    continue
                found = found.filter(organisation_id=party)
            if actor is not None and actor.user is not None:
                found = found.exclude(user=actor.user)
        for member in found:
            yield to, member


def set_delivery(kind: Kind, notices: Iterable[Notice]) -> None:
    """By mail as each person chose for the topic, or as is usual; not at all where the room mails by itself."""
    notices = list(notices)
    chosen: dict[int, str] = {}
    if notices and not kind.mailed_elsewhere:
        rows = NoticeChoice.objects.filter(topic=kind.topic, user__in=[row.user_id for row in notices])
        chosen = dict(rows.values_list("user_id", "delivery"))
    for notice in notices:
        usual = Delivery.NONE if kind.mailed_elsewhere else kind.delivery
        notice.delivery = chosen.get(notice.user_id, usual)


def _own(actor: Actor) -> models.QuerySet[Notice]:
    if actor.user is None or actor.organisation is None:
        return Notice.objects.none()
    return Notice.objects.filter(user=actor.user, organisation=actor.organisation)


@transaction.atomic
def mark_read(*, actor: Actor, notice: Notice) -> Notice:
    """Note that the actor has read its notice; again changes nothing."""
    row = _own(actor).select_for_update().get(pk=notice.pk)
    if row.read_at is None:
        row.read_at = clock.now()
        row.save(update_fields=["read_at"])
    return row


@transaction.atomic
def mark_all_read(*, actor: Actor, before: Any = None) -> int:
    """Note that the actor has read all notices up to the moment ``before`` (now if none). Returns how many."""
    rows = _own(actor).filter(read_at__isnull=True, created_at__lte=before or clock.now())
    return rows.update(read_at=clock.now())


@transaction.atomic
def choose(*, actor: Actor, choices: Mapping[str, str]) -> None:
    """Keep how the actor wants to hear of each topic; an empty choice returns to the usual way. Raises Problems."""
    if actor.user is None:
        raise AccessDenied(_("Only a person has notices."))
    found = Collector()
    for topic, delivery in choices.items():
        if topic not in TOPICS:
            raise problem("NOTICE-TOPIC", _("There is no such topic."), value=topic)
        if delivery and delivery not in Delivery.values:
            found.add("NOTICE-DELIVERY", _("Choose one of the ways."), field=topic, value=delivery)
    found.done()
    User.objects.select_for_update(no_key=True).get(pk=actor.user.pk)
    for topic, delivery in choices.items():
        if delivery:
            NoticeChoice.objects.update_or_create(
                user=actor.user, topic=topic, defaults={"delivery": delivery}
            )
        else:
            NoticeChoice.objects.filter(user=actor.user, topic=topic).delete()
