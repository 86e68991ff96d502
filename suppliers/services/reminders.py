"""Reminders by a ladder: days before the due date, the day itself, then at a fixed distance, until the answer is there.

The ladder is the buyer's. A rung that has been taken is a row that is unique and never changes, so that restarts, two
schedulers and late days send nothing twice. Days are days in China.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import require
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.accounts.roles import OrganisationKind, Role
from carbonfoot.audit.services import record
from carbonfoot.jobs.services import enqueue
from carbonfoot.problems import Collector, problem
from suppliers.models import DataRequest, ReminderDay, ReminderPolicy, ReminderStep
from suppliers.models.chasing import usual_before
from suppliers.services.requests import remind, reminded_lately
from suppliers.workflow import FILLING

BEFORE_MAX, EVERY_MAX, AT_MOST_MAX, RUNGS_MAX = 90, 60, 52, 6
FROM_HOUR, TO_HOUR = 8, 20  # in China: nobody is written to at night
PROGRESS_EVERY = 20


@dataclass(frozen=True)
class Ladder:
    """When reminders go: so many days before, then every so many days after, so often at most."""

    enabled: bool = True
    before: tuple[int, ...] = tuple(usual_before())
    every: int = 7
    at_most: int = 8

    def offsets(self) -> list[int]:
        """The rungs as days from the due date, in order."""
        if not self.enabled:
            return []
        after = [self.every * number for number in range(1, self.at_most + 1)] if self.every else []
        return sorted({-days for days in self.before} | set(after))

    def due(self, due_on: dt.date, asked_on: dt.date, today: dt.date) -> int | None:
        """The last rung that has come by ``today``; earlier ones that were missed are not made up for.

        A rung on or before the day on which the request was sent counts for nothing: the request itself was the mail.
        """
        come = [offset for offset in self.offsets() if asked_on < due_on + dt.timedelta(days=offset) <= today]
        return come[-1] if come else None

    def next_day(self, due_on: dt.date, asked_on: dt.date, today: dt.date) -> dt.date | None:
        """The day of the next rung after ``today``."""
        days = (due_on + dt.timedelta(days=offset) for offset in self.offsets())
        return next((day for day in days if day > today and day > asked_on), None)


USUAL = Ladder()


def ladders(organisations: Iterable[int]) -> dict[int, Ladder]:
    """The ladders of organisations by key, in one query; those that chose nothing have the usual one."""
    keys = set(organisations)
    found = dict.fromkeys(keys, USUAL)
    for row in ReminderPolicy.objects.filter(organisation__in=keys):
        found[row.organisation_id] = Ladder(row.enabled, tuple(row.before), row.every, row.at_most)
    return found


def china_day(moment: dt.datetime) -> dt.date:
    """The day in China at a moment."""
    return moment.astimezone(clock.CHINA).date()


def next_reminder(request: DataRequest, ladder: Ladder) -> dt.date | None:
    """On which day the schedule reminds the supplier next; None when it will not."""
    if request.managed or request.state not in FILLING:
        return None
    return ladder.next_day(request.due_on, china_day(request.created_at), clock.today())


@transaction.atomic
def set_policy(
    *, actor: Actor, enabled: bool, before: Sequence[int], every: int, at_most: int
) -> ReminderPolicy:
    """Choose the ladder of the actor's organisation. Raises Problems with everything that is out of bounds."""
    require(actor, "reminders.set")
    if actor.organisation is None:
        raise problem("REM-NO-BUYER", _("Only an organisation has reminders."))
    found = Collector()
    days = sorted(set(before), reverse=True)
    if len(days) > RUNGS_MAX or any(not 0 <= day <= BEFORE_MAX for day in days):
        found.add(
            "REM-BEFORE", _("At most 6 reminders, each 0 to 90 days before the due date."), field="before"
        )
    if not 0 <= every <= EVERY_MAX:
        found.add("REM-EVERY", _("0 to 60 days."), field="every", value=str(every))
    if not 0 <= at_most <= AT_MOST_MAX:
        found.add("REM-AT-MOST", _("0 to 52 times."), field="at_most", value=str(at_most))
    found.done()
    Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation.pk)
    values: dict[str, Any] = {"enabled": enabled, "before": days, "every": every, "at_most": at_most}
    policy, _created = ReminderPolicy.objects.update_or_create(
        organisation=actor.organisation, defaults=values
    )
    record(actor=actor, verb="reminders.set", obj=policy, data=values)
    return policy


def begin_day() -> bool:
    """Set the reminders of today going, once a day and only by day in China. Returns whether they were.

    The scheduler calls this every few minutes; on all but one call it is one query by primary key.
    """
    now = clock.now().astimezone(clock.CHINA)
    if not FROM_HOUR <= now.hour < TO_HOUR or ReminderDay.objects.filter(day=now.date()).exists():
        return False
    try:
        with transaction.atomic():
            ReminderDay.objects.create(day=now.date())
            site = Actor(user=None, organisation=None, role=Role.ADMINISTRATOR, via="worker")
            enqueue(actor=site, kind="suppliers.reminders", args={}, key=f"suppliers.reminders:{now.date()}")
    except IntegrityError:  # the other scheduler was faster
        return False
    return True


def remind_due(progress: Callable[[int, int], None] = lambda step, steps: None) -> int:
    """Take the rung that has come for every request that waits for its supplier; returns how many reminders went out.

    Each request is a transaction of its own: after a crash the next run goes on where this one stopped.
    """
    today = clock.today()
    rows = DataRequest.objects.filter(state__in=FILLING, managed=False)
    facts = list(rows.order_by("pk").values_list("pk", "buyer_id", "due_on", "created_at"))
    chosen = ladders(buyer for _pk, buyer, _due, _at in facts)
    taken = set(ReminderStep.objects.filter(request__in=rows).values_list("request", "due_on", "offset"))
    due = []
    for pk, buyer, due_on, created_at in facts:
        offset = chosen[buyer].due(due_on, china_day(created_at), today)
        if offset is not None and (pk, due_on, offset) not in taken:
            due.append((pk, due_on, offset))
    sent = 0
    for number, (pk, due_on, offset) in enumerate(due, start=1):
        sent += take(pk, due_on, offset)
        if number % PROGRESS_EVERY == 0:
            progress(number, len(due))
    return sent


@transaction.atomic
def take(request_id: int, due_on: dt.date, offset: int) -> bool:
    """Take one rung for one request, unless it is taken or no longer needed; True when a reminder goes out.

    ``due_on``: the due date that the rung was counted from; with another one by now it is no longer needed.

    When somebody reminded by hand within the last day, the rung is passed over: the supplier gets one mail, not two.
    """
    request = DataRequest.objects.select_for_update(of=("self",)).select_related("buyer").get(pk=request_id)
    if request.state not in FILLING or request.managed or request.due_on != due_on:
        return False
    if ReminderStep.objects.filter(request=request, due_on=due_on, offset=offset).exists():
        return False
    if reminded_lately(request, by_hand=True):
        ReminderStep.objects.create(request=request, due_on=due_on, offset=offset)
        return False
    role = Role.EDITOR if request.buyer.kind == OrganisationKind.MAKER else Role.SUPPLIER
    schedule = Actor(user=None, organisation=request.buyer, role=role, via="worker")
    note = remind(actor=schedule, request=request, scheduled=True)
    ReminderStep.objects.create(request=request, due_on=due_on, offset=offset, note=note)
    return True
