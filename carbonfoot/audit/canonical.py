"""Canonical JSON and its digest: the same content gives the same bytes on every machine.

Keys are sorted, there is no white space, text is UTF-8 in Unicode NFC. Decimals are written as strings exactly as they
are, so 1.50 and 1.5 differ: what a person wrote is what is frozen. Floats are refused: a float has no exact meaning to
freeze; computed figures are stored as their shortest round-trip text by :func:`number_text`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import unicodedata
import uuid
from decimal import Decimal
from typing import Any


def number_text(value: float) -> str:
    """The shortest decimal text that reads back as the same float64."""
    return repr(float(value))


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return unicodedata.normalize("NFC", str(value))
    if isinstance(value, float):
        raise TypeError("a float has no canonical form; store number_text() or a Decimal")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dt.date | uuid.UUID):
        return str(value)
    if isinstance(value, dict):
        return {unicodedata.normalize("NFC", str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(_plain(item) for item in value)
    return unicodedata.normalize("NFC", str(value))  # lazy translations and the like


def floats_as_text(value: Any) -> Any:
    """A copy of ``value`` in which every float is its shortest round-trip text, ready for :func:`canonical_json`."""
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, dict):
        return {key: floats_as_text(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [floats_as_text(item) for item in value]
    return value


def canonical_json(value: Any) -> bytes:
    """Canonical UTF-8 bytes of ``value``. Raises TypeError on a float."""
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def sha256_hex(data: bytes) -> str:
    """Hexadecimal SHA-256 of ``data``."""
    return hashlib.sha256(data).hexdigest()


def digest(value: Any) -> str:
    """SHA-256 of the canonical JSON of ``value``."""
    return sha256_hex(canonical_json(value))
