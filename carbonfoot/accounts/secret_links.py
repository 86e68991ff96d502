"""Links with a secret, sent by mail: made, armed when the mail is written, opened, used once.

The row is made where somebody asks for the mail; the secret only where the mail is written: it is never in a job, a
log or a page. What is stored is its SHA-256.
"""

from __future__ import annotations

import datetime as dt
import secrets

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.models import SecretLink, User
from carbonfoot.audit.canonical import sha256_hex
from carbonfoot.problems import Problems, problem

Purpose = SecretLink.Purpose
LIFETIME = {Purpose.INVITATION: dt.timedelta(days=14), Purpose.PASSWORD: dt.timedelta(hours=2)}


def make(*, purpose: str, email: str, user: User | None = None) -> SecretLink:
    """A link that opens nothing yet; its lifetime begins again when it is armed."""
    until = clock.now() + LIFETIME[Purpose(purpose)]
    return SecretLink.objects.create(
        purpose=purpose, email=email.strip().lower(), user=user, expires_at=until
    )


@transaction.atomic
def arm(link: SecretLink) -> str:
    """A new secret for a link that is neither used nor revoked; one that was sent before opens nothing any more.

    The only place where the secret exists: the caller writes it into a mail. Raises Problems for a link that is over.
    """
    row = SecretLink.objects.select_for_update().get(pk=link.pk)
    if row.used_at or row.revoked_at:
        raise over()
    secret = secrets.token_urlsafe(32)
    row.digest = sha256_hex(secret.encode())
    row.sent_at = clock.now()
    row.expires_at = row.sent_at + LIFETIME[Purpose(row.purpose)]
    row.opened_at = None
    row.save(update_fields=["digest", "sent_at", "expires_at", "opened_at"])
    return secret


def find(secret: str, purpose: str) -> SecretLink | None:
    """The link of a secret, if it still opens something."""
    digest = sha256_hex(secret.encode("utf-8", "replace"))
    row = SecretLink.objects.select_related("user").filter(digest=digest, purpose=purpose).first()
    return row if row is not None and row.is_live() else None


def note_opened(link: SecretLink) -> None:
    """The first time that somebody followed the link. A mail scanner may have been that somebody."""
    SecretLink.objects.filter(pk=link.pk, opened_at__isnull=True).update(opened_at=clock.now())


def use(link: SecretLink) -> SecretLink:
    """Use the link up, inside the caller's transaction. Raises Problems when somebody was faster or it is over."""
    row = SecretLink.objects.select_for_update().get(pk=link.pk)
    if not row.is_live() or row.digest != link.digest:
        raise over()
    row.used_at = clock.now()
    row.save(update_fields=["used_at"])
    return row


def revoke(link: SecretLink) -> None:
    """The link opens nothing any more. Revoking twice changes nothing."""
    still = SecretLink.objects.filter(pk=link.pk, used_at__isnull=True, revoked_at__isnull=True)
    still.update(revoked_at=clock.now())


def over() -> Problems:
    """What everybody with a link that opens nothing is told, whatever the reason."""
    return problem(
        "LINK-OVER",
        _("This link does not open anything any more: it was used, replaced by a newer one, or is too old."),
        mend=_("Ask for a new one."),
    )
