"""Slows down guessing the password of one account: counts its failures, in all and by address, in the shared cache.

Guessing one password for many accounts is for the proxy in front to limit, which knows the visitors' addresses.
"""

from __future__ import annotations

from django.core.cache import cache

from carbonfoot.audit.canonical import sha256_hex

LIMIT = 10
WINDOW_SECONDS = 900


def _keys(email: str, address: str) -> list[str]:
    return [
        f"signin:{sha256_hex(part.strip().lower().encode())[:32]}"
        for part in (f"e{email}", f"a{address}/{email}")
    ]


def is_blocked(email: str, address: str) -> bool:
    """Whether this account, or this account from this address, has failed too often."""
    return any((cache.get(key) or 0) >= LIMIT for key in _keys(email, address))


def note_failure(email: str, address: str) -> None:
    """Count one failed sign-in."""
    for key in _keys(email, address):
        if not cache.add(key, 1, WINDOW_SECONDS):
            try:
                cache.incr(key)
            except ValueError:  # it ran out between the two
                cache.set(key, 1, WINDOW_SECONDS)


def forget(email: str, address: str) -> None:
    """A correct password ends the count."""
    cache.delete_many(_keys(email, address))
