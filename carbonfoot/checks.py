"""What must hold before the site serves anybody."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from carbonfoot.audit import signing


def refuse_without_key() -> None:
    """Raise ImproperlyConfigured where a real site would sign sessions with a passing key, or receipts with none.

    Commands need none; a local run and a debugging one may do with a passing one.
    """
    if settings.DEBUG or settings.LOCAL_HTTP:
        return
    if settings.SECRET_KEY_IS_EPHEMERAL:
        raise ImproperlyConfigured("SECRET_KEY is not set: set it in the environment (docs/operations.md).")
    signing.private_key()
