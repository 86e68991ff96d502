"""Reading one's own notices."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from carbonfoot.accounts.actor import Actor
from carbonfoot.languages import in_language
from carbonfoot.notices.deadlines import DAYS
from carbonfoot.notices.kinds import KINDS, TOPICS
from carbonfoot.notices.models import Delivery, Notice, NoticeChoice, NoticeMail
from carbonfoot.ui.dates import format_day


def notices_for(actor: Actor) -> QuerySet[Notice]:
    """Notices to the actor as a person, in the organisation that it works for now; newest first."""
    if actor.user is None or actor.organisation is None:
        return Notice.objects.none()
    return Notice.objects.filter(user=actor.user, organisation=actor.organisation)


def unread_count(actor: Actor) -> int:
    """How many of them are unread."""
    if actor.user is None or actor.organisation is None:
        return 0
    return notices_for(actor).filter(read_at__isnull=True).count()


def unread_elsewhere(actor: Actor) -> list[tuple[str, int]]:
    """Unread notices of the same person in its other organisations: name and number."""
    if actor.user is None:
        return []
    rows = (
        Notice.objects.filter(
            user=actor.user,
            read_at__isnull=True,
            organisation__memberships__user=actor.user,
            organisation__memberships__is_active=True,
        )
        .exclude(organisation=actor.organisation)
        .values("organisation__name_zh", "organisation__name_en")
        .annotate(number=Count("pk"))
        .order_by("organisation__code")
    )
    return [
        (in_language(row["organisation__name_zh"], row["organisation__name_en"]), row["number"])
        for row in rows
    ]


def kinds_of_topic(topic: str) -> list[str]:
    """Codes of the kinds of a topic."""
    return [code for code, kind in KINDS.items() if kind.topic == topic]


def text_of(notice: Notice) -> str:
    """The sentence of a notice in the active language."""
    kind = KINDS.get(notice.kind)
    words = dict(notice.params)
    by = in_language(words.pop("by_zh", ""), words.pop("by_en", "")) or "carbonfoot"
    if kind is None:  # written by an earlier version of the site
        return notice.label
    words = dict.fromkeys(kind.params, "") | words
    if "what" in words:
        words["what"] = str(DAYS.get(words["what"], ""))
    if words.get("day"):
        words["day"] = format_day(dt.date.fromisoformat(words["day"]))
    return str(kind.text) % {**words, "label": notice.label, "by": by}


def topic_of(notice: Notice) -> str:
    """The key of a notice's topic; empty when its kind is no longer known."""
    kind = KINDS.get(notice.kind)
    return kind.topic if kind else ""


def mails_to(actor: Actor) -> QuerySet[NoticeMail]:
    """The log of notices' mails to the actor, newest first."""
    return NoticeMail.objects.filter(user=actor.user) if actor.user else NoticeMail.objects.none()


@dataclass(frozen=True)
class TopicChoice:
    """How a person hears of a topic: its own choice, or empty for the usual way of each kind."""

    topic: str
    label: str
    chosen: str
    usual: str


def choices_of(actor: Actor) -> list[TopicChoice]:
    """A row for each topic, in the order of the table."""
    chosen = dict(NoticeChoice.objects.filter(user=actor.user).values_list("topic", "delivery"))
    rows = []
    for topic, label in TOPICS.items():
        ways = {str(Delivery(KINDS[code].delivery).label) for code in kinds_of_topic(topic)}
        rows.append(TopicChoice(topic, str(label), chosen.get(topic, ""), ", ".join(sorted(ways))))
    return rows
