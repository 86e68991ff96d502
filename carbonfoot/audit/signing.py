"""Signatures over canonical JSON: whoever has the public key can check a receipt without this site and without trusting
its database.

Ed25519 (RFC 8032) over the canonical bytes of the content (:mod:`carbonfoot.audit.canonical`). The private key is 32
random bytes as base64url in ``RECEIPT_SIGNING_KEY``; a key is named by the first 16 hexadecimal digits of the SHA-256
of its public part. A public key is kept from its first use on, so that what was signed before a change of keys can be
checked for ever.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from carbonfoot.audit.canonical import canonical_json
from carbonfoot.audit.models import AuditEvent, Signature, SigningKey

ALGORITHM = "Ed25519"
FORMAT = "carbonfoot-signed/1"
SEED_BYTES = 32


def to_text(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_text(text: str) -> bytes:
    """The bytes of base64url text; ValueError when it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError("not base64url") from error


def key_name(public: bytes) -> str:
    """What a public key is called."""
    return hashlib.sha256(public).hexdigest()[:16]


def private_key() -> Ed25519PrivateKey:
    """The key of this site. Raises ImproperlyConfigured when there is none, or the setting is not 32 bytes."""
    if not settings.RECEIPT_SIGNING_KEY:
        raise ImproperlyConfigured("RECEIPT_SIGNING_KEY is not set (docs/operations.md).")
    try:
        seed = from_text(settings.RECEIPT_SIGNING_KEY)
    except ValueError:
        seed = b""
    if len(seed) != SEED_BYTES:
        raise ImproperlyConfigured("RECEIPT_SIGNING_KEY must be 32 bytes as base64url (docs/operations.md).")
    return Ed25519PrivateKey.from_private_bytes(seed)


def present_key() -> SigningKey:
    """The row of the key that signs now, written at its first use."""
    public = private_key().public_key().public_bytes_raw()
    row = SigningKey.objects.filter(pk=key_name(public)).first()
    if row is None:
        fresh = SigningKey(id=key_name(public), public_key=to_text(public))
        SigningKey.objects.bulk_create([fresh], ignore_conflicts=True)
        row = SigningKey.objects.get(pk=fresh.pk)
    return row


def sign(*, obj: models.Model, content: dict[str, Any], event: AuditEvent) -> Signature:
    """Sign ``content``, which speaks of ``obj``, with where it stands in the log; in the transaction of the event.

    ``content`` gets the event's number and hash and the key's name. One signature for each object; it never changes.
    """
    key = present_key()
    whole = {**content, "audit": {"seq": event.seq, "hash": event.hash}, "key": key.pk}
    text = canonical_json(whole)
    return Signature.objects.create(
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        content=text.decode(),
        signature=to_text(private_key().sign(text)),
        key=key,
        event=event,
    )


def signature_of(obj: models.Model) -> Signature | None:
    """The signature on an object, or None: what was issued before there were signatures has none."""
    rows = Signature.objects.select_related("key", "event")
    return rows.filter(object_type=obj._meta.label_lower, object_id=str(obj.pk)).first()


def holds(content: bytes, signature: str, public_key: str) -> bool:
    """Whether ``signature`` was made over exactly ``content`` with the private half of ``public_key``."""
    try:
        key = Ed25519PublicKey.from_public_bytes(from_text(public_key))
        key.verify(from_text(signature), content)
    except (ValueError, InvalidSignature):
        return False
    return True


def is_intact(row: Signature) -> bool:
    """Whether a stored signature holds over the stored content, with the key that the content names."""
    named = json.loads(row.content).get("key")
    return named == row.key_id and holds(row.content.encode(), row.signature, row.key.public_key)


def document(row: Signature) -> dict[str, Any]:
    """What is handed out: the content, the signature over its canonical JSON, and the public key."""
    return {
        "format": FORMAT,
        "content": json.loads(row.content),
        "signature": {
            "algorithm": ALGORITHM,
            "key": row.key_id,
            "public_key": row.key.public_key,
            "value": row.signature,
        },
    }
