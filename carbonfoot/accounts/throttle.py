"""Slows down guessing the password of one account: counts its failures, in all and by address.

The counts are in the database, not in the broker's memory: signing in must work while the broker is away, and a broker
that is away must not open the door to guessing. Guessing one password for many accounts is for the proxy in front to
limit, which knows the visitors' addresses.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from carbonfoot import clock
from carbonfoot.accounts.models import SignInFailures
from carbonfoot.audit.canonical import sha256_hex

LIMIT = 10
# Mails with a link that one account, and one address of the network, may ask for within the window.
MAILS_TO_ONE, MAILS_FROM_ONE = 3, 20
WINDOW = dt.timedelta(minutes=15)


def _keys(email: str, address: str) -> list[str]:
    return [sha256_hex(part.strip().lower().encode()) for part in (f"e{email}", f"a{address}/{email}")]


def is_blocked(email: str, address: str) -> bool:
    """Whether this account, or this account from this address, has failed too often."""
    since = clock.now() - WINDOW
    rows = SignInFailures.objects.filter(key__in=_keys(email, address), since__gt=since, count__gte=LIMIT)
    return rows.exists()


@transaction.atomic
def _count(keys: list[str]) -> dict[str, int]:
    """Count one more for each key, and give the counts; counts whose time has run out are removed on the way."""
    moment = clock.now()
    SignInFailures.objects.filter(since__lte=moment - WINDOW).delete()
    fresh = [SignInFailures(key=key, count=0, since=moment) for key in sorted(keys)]
    SignInFailures.objects.bulk_create(fresh, ignore_conflicts=True)
    counts = {}
    for row in SignInFailures.objects.select_for_update().filter(key__in=keys).order_by("key"):
        row.count += 1
        row.save(update_fields=["count"])
        counts[row.key] = row.count
    return counts


def note_failure(email: str, address: str) -> None:
    """Count one failed sign-in."""
    _count(_keys(email, address))


def may_ask_for_mail(email: str, address: str) -> bool:
    """Count a request for a mail with a link, and say whether it is still within what one may ask for."""
    to_one, from_one = (sha256_hex(part.strip().lower().encode()) for part in (f"m{email}", f"n{address}"))
    counts = _count([to_one, from_one])
    return counts[to_one] <= MAILS_TO_ONE and counts[from_one] <= MAILS_FROM_ONE


def forget(email: str, address: str) -> None:
    """A correct password ends the count."""
    SignInFailures.objects.filter(key__in=_keys(email, address)).delete()


def forget_account(email: str) -> None:
    """A new password, set by a link, ends the count of the account from wherever it was guessed."""
    SignInFailures.objects.filter(key=_keys(email, "")[0]).delete()
