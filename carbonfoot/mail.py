"""Handing mail over to the mail server, each with a row that proves it: for every room that writes to people."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.core.mail import EmailMessage
from django.db import transaction

if TYPE_CHECKING:
    from carbonfoot.notices.models import MailRow

HANDED_OVER, FAILED = "handed_over", "failed"


class MailNotSent(Exception):
    """The mail server was not to be reached, or put at least one mail off: worth another try."""


def one_line(text: Any) -> str:
    """A subject: one line, whatever a name holds."""
    return " ".join(str(text).split())


def _reason(error: Exception) -> str:
    """What a person can do something about: the server's answer, or the kind of failure; never more than a line."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = [f"{code} {text.decode('utf-8', 'replace')}" for code, text in error.recipients.values()]
        text = "; ".join(answers)
    elif isinstance(error, smtplib.SMTPResponseException):
        stated = error.smtp_error
        text = (
            f"{error.smtp_code} {stated.decode('utf-8', 'replace') if isinstance(stated, bytes) else stated}"
        )
    else:
        text = type(error).__name__
    return "".join(char for char in text if char.isprintable())[:200]


def _is_final(error: Exception) -> bool:
    """Whether trying again is no use: the server refuses this address for good (5xx)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(500 <= code < 600 for code, _text in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError | smtplib.SMTPSenderRefused) and error.smtp_code >= 500


def deliver(
    rows: type[MailRow], subject: str, body: Callable[[], str], *, address: str, about: str, **fields: Any
) -> MailRow | None:
    """Hand one mail over and write its row, unless this announcement reached this address before.

    Returns the row of the mail that is there, None when the server refused it for good. ``body`` is called inside the
    transaction of the row: what it changes (a fresh link) is taken back when the mail server refuses. Raises
    MailNotSent, after writing down why, when another try may help.
    """
    done = rows._default_manager.filter(about=about, address=address, state=HANDED_OVER).first()
    if done is not None:
        return done
    written = {"about": about, "address": address, **fields}
    try:
        with transaction.atomic():
            EmailMessage(subject=one_line(subject), body=body(), to=[address]).send()
            return rows._default_manager.create(state=HANDED_OVER, **written)
    except (OSError, smtplib.SMTPException) as error:
        rows._default_manager.create(state=FAILED, reason=_reason(error), **written)
        if not _is_final(error):
            raise MailNotSent from error
        return None
