"""What the room adds to others: it listens to the log, and counts what is unread."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.access import check
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.selectors import credentials_for
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.services import register_listener
from carbonfoot.audit.verbs import register_verbs
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


@register_listener
def tell(event: AuditEvent, actor: Actor, obj: models.Model) -> None:
    """Tell of an event whose verb is a kind of notice. Words come from the event's data, which its readers may see."""
    kind = KINDS.get(event.verb)
    if kind is None:
        return
    words = {name: str(event.data[name]) for name in kind.params if name in event.data}
    notify(kind=event.verb, obj=obj, actor=actor, about=f"event:{event.seq}", params=words)
