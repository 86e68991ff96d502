"""What the log vouches for in its own room: keys and signatures."""

from __future__ import annotations

import json
from collections.abc import Iterator

from carbonfoot.audit import signing
from carbonfoot.audit.models import Signature, SigningKey
from carbonfoot.audit.services import Fault, register_witness


@register_witness
def signatures_hold() -> Iterator[Fault]:
    """Every key has the name that its bytes give, every signature holds over its content and names its event."""
    for key in SigningKey.objects.order_by("pk"):
        if signing.key_name(signing.from_text(key.public_key)) != key.pk:
            yield Fault(None, "changed", f"the bytes of signing key {key.pk} were altered")
    rows = Signature.objects.select_related("key", "event").order_by("pk")
    for row in rows.iterator(chunk_size=500):
        if not signing.is_intact(row):
            yield Fault(row.event_id, "changed", f"the signature on {row} does not hold over its content")
            continue
        stated = json.loads(row.content)["audit"]
        if stated != {"seq": row.event_id, "hash": row.event.hash}:
            yield Fault(row.event_id, "changed", f"the signature on {row} names another event")
