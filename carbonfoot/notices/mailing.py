"""Notices by mail: at once, or all of a day in one. Each person in the own language, each mail with a row.

What is to be mailed is in the notices' own rows, written with what they tell of: a mail server or a worker that is
away delays a mail and loses none. Whoever has read a notice in the inbox gets no mail of it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from django.conf import settings
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carbonfoot import clock, mail
from carbonfoot.accounts.models import User
from carbonfoot.notices.kinds import TOPICS
from carbonfoot.notices.models import Delivery, Notice, NoticeMail
from carbonfoot.notices.selectors import text_of, topic_of
from carbonfoot.ui.dates import format_day, format_moment

MOST_ATTEMPTS = 5
AGAIN_AFTER = dt.timedelta(minutes=10)
MOST_LINES = 100  # of one digest; the inbox has the rest
Report = Callable[[int, int], None]


def waiting(delivery: str) -> QuerySet[Notice]:
    """Notices that are still to be mailed in this way, oldest first."""
    rows = Notice.objects.filter(
        delivery=delivery,
        mail__isnull=True,
        read_at__isnull=True,
        mail_attempts__lt=MOST_ATTEMPTS,
        user__is_active=True,
        user__memberships__organisation_id=F("organisation_id"),
        user__memberships__is_active=True,
    ).exclude(mail_tried_at__gt=clock.now() - AGAIN_AFTER)
    return rows.select_related("user", "organisation").order_by("created_at", "pk")


def address_of(notice: Notice) -> str:
    """Where a mail's reader finds the thing."""
    return f"{settings.PUBLIC_URL}{notice.path or reverse('notices:inbox')}"


def _foot() -> list[str]:
    return ["", "--", _("How you hear of what: %(url)s") % {"url": _site("notices:choices")}]


def _site(name: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse(name)}"


def _hand_over(user: User, notices: Sequence[Notice], subject: str, lines: Sequence[str], about: str) -> bool:
    """Send one mail of some notices and tie them to its row. False when it was not sent; it is then tried again."""
    keys = [notice.pk for notice in notices]
    rows = Notice.objects.filter(pk__in=keys, mail__isnull=True)
    try:
        written = mail.deliver(
            NoticeMail,
            subject,
            lambda: "\n".join(lines),
            address=user.email,
            about=about,
            user=user,
            notices=len(notices),
        )
    except mail.MailNotSent:
        written = None
        rows.update(mail_attempts=notices[0].mail_attempts + 1, mail_tried_at=clock.now())
        return False
    if written is None:  # refused for good
        rows.update(mail_attempts=MOST_ATTEMPTS, mail_tried_at=clock.now())
        return False
    rows.update(mail=written)
    return True


def send_at_once(report: Report | None = None) -> int:
    """Mail every notice that is to be mailed at once and was not. Returns how many were handed over."""
    sent, found = 0, list(waiting(Delivery.IMMEDIATE)[:500])
    for number, notice in enumerate(found, 1):
        with translation.override(notice.user.language):
            text = text_of(notice)
            lines = [
                text,
                "",
                address_of(notice),
                "",
                _("For: %(name)s") % {"name": notice.organisation.name},
            ]
            lines += [format_moment(notice.created_at), *_foot()]
            sent += _hand_over(notice.user, [notice], text, lines, f"notice:{notice.pk}")
        if report is not None:
            report(number, len(found))
    return sent


def _digest_lines(notices: Iterable[Notice]) -> list[str]:
    by_place: dict[tuple[str, str], list[Notice]] = defaultdict(list)
    for notice in notices:
        topic = topic_of(notice)
        by_place[notice.organisation.name, str(TOPICS.get(topic, ""))].append(notice)
    lines: list[str] = []
    for (organisation, topic), rows in by_place.items():
        lines += [f"{organisation}: {topic}", ""]
        for notice in rows:
            lines += [f"- {text_of(notice)}", f"  {address_of(notice)}"]
        lines.append("")
    return lines


def send_digests(day: dt.date, report: Report | None = None) -> int:
    """One mail a person with all that waits for the digest of ``day`` (a day in China). Returns how many were sent.

    A second run of the same day mails nobody a second digest of it; what came in between waits for the next day.
    """
    people: dict[int, list[Notice]] = defaultdict(list)
    for notice in waiting(Delivery.DIGEST):
        people[notice.user_id].append(notice)
    sent = 0
    for number, (user_id, notices) in enumerate(people.items(), 1):
        about = f"digest:{user_id}:{day.isoformat()}"
        done = NoticeMail.objects.filter(about=about, state=mail.HANDED_OVER).first()
        if done is None:
            sent += _send_digest(notices[0].user, notices, day, about)
        else:  # a run that died after handing over left these untied
            there = [notice.pk for notice in notices if notice.created_at <= done.at]
            Notice.objects.filter(pk__in=there, mail__isnull=True).update(mail=done)
        if report is not None:
            report(number, len(people))
    return sent


def _send_digest(user: User, notices: Sequence[Notice], day: dt.date, about: str) -> bool:
    with translation.override(user.language):
        count = len(notices)
        subject = ngettext(
            "carbonfoot: %(count)d notice, %(day)s", "carbonfoot: %(count)d notices, %(day)s", count
        ) % {"count": count, "day": format_day(day)}
        lines = _digest_lines(notices[:MOST_LINES])
        if count > MOST_LINES:
            lines += [_("And %(count)d more in the inbox.") % {"count": count - MOST_LINES}, ""]
        lines += [_("Inbox: %(url)s") % {"url": _site("notices:inbox")}, *_foot()]
        return _hand_over(user, notices, subject, lines, about)
