"""Once a day in China: deadlines that come near are told, then the digests go.

A deadline is told so many days before it, and on the day. The notice names deadline and rung, so that restarts, two
schedulers and late days tell nothing twice; a rung that was missed is not made up for when a later one has come.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor, site_actor
from carbonfoot.accounts.models import Membership
from carbonfoot.jobs.services import enqueue
from carbonfoot.notices.deadlines import Deadline, Standing, deadlines_for, standing_for
from carbonfoot.notices.kinds import KINDS
from carbonfoot.notices.models import Notice, NoticeDay
from carbonfoot.notices.services import set_delivery

RUNGS = (14, 3, 0)  # days before
FROM_HOUR = 8  # in China
KIND = "deadline.near"


def begin_day() -> bool:
    """Set the work of today going, once a day and not at night. On all but one call it is one query by primary key."""
    now = clock.now().astimezone(clock.CHINA)
    if now.hour < FROM_HOUR or NoticeDay.objects.filter(day=now.date()).exists():
        return False
    try:
        with transaction.atomic():
            NoticeDay.objects.create(day=now.date())
            enqueue(
                actor=site_actor(),
                kind="notices.daily",
                args={"day": now.date().isoformat()},
                key=f"notices.daily:{now.date()}",
            )
    except IntegrityError:  # another scheduler was faster
        return False
    return True


def rung(on: dt.date, today: dt.date) -> int | None:
    """The last rung before the day ``on`` that has come by ``today``; None before the first and after the day."""
    left = (on - today).days
    return min((days for days in RUNGS if days >= left), default=None) if left >= 0 else None


def tell_deadlines(today: dt.date) -> int:
    """Tell every member of each organisation of the deadlines that its role sees and has to keep, and of what holds
    today and is no event. Returns how many notices are new."""
    members: dict[tuple[int, str], list[Membership]] = {}
    rows = Membership.objects.select_related("user", "organisation").filter(
        is_active=True, user__is_active=True, organisation__is_active=True
    )
    for member in rows:
        members.setdefault((member.organisation_id, member.role), []).append(member)
    new = 0
    for group in members.values():
        actor = Actor(user=None, organisation=group[0].organisation, role=group[0].role, via="worker")
        near = [(row, rung(row.on, today)) for row in deadlines_for(actor) if row.mine]
        found = [_notice(member, row, step) for row, step in near if step is not None for member in group]
        found += [_standing(member, row) for row in standing_for(actor) for member in group]
        new += _keep(found)
    return new


def _standing(member: Membership, row: Standing) -> Notice:
    return _fresh(member, row.kind, f"{row.kind}:{row.code}", row.label, row.path, {})


def _notice(member: Membership, row: Deadline, step: int) -> Notice:
    about = f"{row.what}:{row.code}:{row.on}:{step}"
    return _fresh(member, KIND, about, row.label, row.path, {"what": row.what, "day": row.on.isoformat()})


def _fresh(
    member: Membership, kind: str, about: str, label: str, path: str, params: dict[str, str]
) -> Notice:
    return Notice(
        user=member.user,
        organisation=member.organisation,
        kind=kind,
        about=about[:80],
        label=label[:200],
        params={**params, "by_zh": "", "by_en": ""},
        path=path,
        created_at=clock.now(),
    )


@transaction.atomic
def _keep(found: list[Notice]) -> int:
    """Write the notices that are not there yet."""
    if not found:
        return 0
    there = set(
        Notice.objects.filter(
            user__in={row.user_id for row in found}, about__in={row.about for row in found}
        ).values_list("user_id", "organisation_id", "about")
    )
    fresh = [row for row in found if (row.user_id, row.organisation_id, row.about) not in there]
    for kind in {row.kind for row in fresh}:
        set_delivery(KINDS[kind], [row for row in fresh if row.kind == kind])
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)
