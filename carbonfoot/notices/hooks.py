"""What the room adds to others: it listens to the log, and counts what is unread."""

from __future__ import annotations

from django.db import models

from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.services import register_listener
from carbonfoot.notices.kinds import KINDS
from carbonfoot.notices.selectors import unread_count
from carbonfoot.notices.services import notify
from carbonfoot.ui.context import inbox_counter

inbox_counter(unread_count)


@register_listener
def tell(event: AuditEvent, actor: Actor, obj: models.Model) -> None:
    """Tell of an event whose verb is a kind of notice. Words come from the event's data, which its readers may see."""
    kind = KINDS.get(event.verb)
    if kind is None:
        return
    words = {name: str(event.data[name]) for name in kind.params if name in event.data}
    notify(kind=event.verb, obj=obj, actor=actor, about=f"event:{event.seq}", params=words)
