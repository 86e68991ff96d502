"""What the room adds to others: it listens to the log, and counts what is unread."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import check
from carbonfoot.accounts.actor import Actor, from_reference
from carbonfoot.accounts.selectors import credentials_for
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.services import register_listener
from carbonfoot.audit.verbs import register_verbs
from carbonfoot.jobs.models import Job
from carbonfoot.jobs.registry import on_failure
from carbonfoot.notices.deadlines import Deadline, register_deadlines
from carbonfoot.notices.kinds import KINDS
from carbonfoot.notices.selectors import unread_count
from carbonfoot.notices.services import notify
from carbonfoot.ui.context import inbox_counter
from carbonfoot.ui.dates import as_day

inbox_counter(unread_count)
register_verbs(
    {"calendar.link_made": _("Calendar address made"), "calendar.link_ended": _("Calendar address ended")}
)


@register_deadlines
def tokens_expire(actor: Actor) -> Iterator[Deadline]:
    """The last day of the organisation's API tokens, for those who manage them."""
    if not check(actor, "credential.manage"):
        return
    for row in credentials_for(actor).filter(revoked_at__isnull=True, expires_at__gt=clock.now()):
        yield Deadline(as_day(row.expires_at), "token", row.prefix, row.label, reverse("accounts:tokens"))


@on_failure
def tell_failure(job: Job) -> None:
    """Tell the person who asked for long work that it did not succeed; the site's own work has nobody to tell."""
    if job.actor.get("user") is None or job.organisation_id is None:
        return
    actor = from_reference(job.actor)
    people = [actor.user] if actor.user else []
    label = job.label or f"J-{job.pk.hex[:8]}"
    notify(kind="job.failed", obj=job, about=f"job:{job.pk}", actor=actor, people=people, label=label)


@register_listener
def tell(event: AuditEvent, actor: Actor, obj: models.Model) -> None:
    """Tell of an event whose verb is a kind of notice. Words come from the event's data, which its readers may see."""
    kind = KINDS.get(event.verb)
    if kind is None:
        return
    words = {name: str(event.data[name]) for name in kind.params if name in event.data}
    notify(kind=event.verb, obj=obj, actor=actor, about=f"event:{event.seq}", params=words)
