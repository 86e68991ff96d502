"""The log of a request: everything that was said, sent and done about it, in order. Both sides read the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carbonfoot.accounts.actor import Actor
from carbonfoot.audit.selectors import events_of
from carbonfoot.audit.verbs import verb_text
from carbonfoot.ui.dates import format_day
from suppliers.models import DataRequest, MailRecord, RequestNote
from suppliers.selectors import mails_of, notes_of
from suppliers.services.mail import NOBODY

COLUMNS = ("request", "at", "what", "by", "organisation", "to", "outcome", "reason", "text", "files")
# Events that say what a note, with its text, says already.
_NOTED = frozenset({"request.commented", "request.reminded", "request.returned", "request.declined"})


@dataclass(frozen=True)
class Entry:
    """One line of the log. ``kind``: event, note or mail; ``outcome`` is empty unless it is a mail."""

    at: dt.datetime
    kind: str
    what: str
    by: str = ""
    organisation: str = ""
    to: str = ""
    outcome: str = ""
    failed: bool = False
    reason: str = ""
    text: str = ""
    files: tuple[str, ...] = ()

    def cells(self, number: str) -> list[str]:
        """The line as text, in the order of ``COLUMNS``; the time in UTC, as ISO 8601."""
        files = " ".join(self.files)
        said = (self.what, self.by, self.organisation, self.to, self.outcome, self.reason, self.text, files)
        return [number, self.at.isoformat(timespec="seconds"), *said]


def step_text(offset: int) -> str:
    """A rung of the ladder in words."""
    if offset == 0:
        return _("on the due date")
    if offset < 0:
        return ngettext("%(days)d day before the due date", "%(days)d days before the due date", -offset) % {
            "days": -offset
        }
    return ngettext("%(days)d day after the due date", "%(days)d days after the due date", offset) % {
        "days": offset
    }


def shown_address(actor: Actor, mail: MailRecord) -> str:
    """The address of one's own people, or the one that the buyer gave; of the other side's people a hint only."""
    if not mail.address:
        return ""
    if mail.organisation_id in (None, actor.organisation_id):
        return mail.address
    name, _at, domain = mail.address.partition("@")
    return f"{name[:1]}…@{domain}"


def _note(note: RequestNote) -> Entry:
    what = str(note.get_kind_display())
    step = getattr(note, "step", None)
    if step is not None:
        what = f"{what} ({step_text(step.offset)})"
    return Entry(
        at=note.created_at,
        kind="note",
        what=what,
        by=note.user.name if note.user else _("automatic") if step else "",
        organisation=note.organisation.name if note.organisation else "",
        text=note.text,
        files=tuple(file.filename for file in note.attachments.all()),
    )


def _mail(actor: Actor, mail: MailRecord) -> Entry:
    titles = {
        "invitation": _("Invitation"),
        "created": _("New request"),
        "reminded": _("Reminder"),
        "returned": _("Answer returned"),
        "accepted": _("Answer accepted"),
        "withdrawn": _("Request withdrawn"),
        "due_changed": _("Due date changed"),
        "declined": _("Request declined"),
        "published": _("Result published"),
    }
    reason = (
        _("nobody there has an account, and no address is known") if mail.reason == NOBODY else mail.reason
    )
    return Entry(
        at=mail.at,
        kind="mail",
        what=_("Mail: %(what)s") % {"what": titles.get(mail.what, mail.what)},
        organisation=mail.organisation.name if mail.organisation else "",
        to=shown_address(actor, mail),
        outcome=str(mail.get_state_display()),
        failed=mail.state == MailRecord.State.FAILED,
        reason=reason,
    )


def _days(data: Mapping[str, Any]) -> str:
    """The due date before and after a change."""
    return " → ".join(format_day(dt.date.fromisoformat(data[key])) for key in ("before", "due_on"))


def log_of(actor: Actor, request: DataRequest) -> list[Entry]:
    """The log of a request that the actor is a party of, oldest first, in a fixed number of queries."""
    entries = [_note(note) for note in notes_of(actor, request)]
    entries += [_mail(actor, mail) for mail in mails_of(actor, request)]
    entries += [
        Entry(
            at=event.at,
            kind="event",
            what=verb_text(event.verb),
            by=event.user.name if event.user else "",
            organisation=event.organisation.name if event.organisation else "",
            text=_days(event.data) if event.verb == "request.due_changed" else "",
        )
        for event in events_of(actor, request)
        if event.verb not in _NOTED
    ]
    order = {"event": 0, "note": 1, "mail": 2}
    return sorted(entries, key=lambda entry: (entry.at, order[entry.kind]))


def titles() -> list[Any]:
    """What ``COLUMNS`` are called for a reader."""
    return [
        _("Request"),
        _("Time"),
        _("What"),
        _("Person"),
        _("Organisation"),
        _("Recipient"),
        _("Outcome"),
        _("Reason"),
        _("Text"),
        _("Files"),
    ]
