"""The history of the declaration as the audit log has it: a chain in which an event that was left out shows.

Each event names the hash of the event before of the same declaration, and its own hash is SHA-256 of the canonical JSON
of its number, the digest of what it says, and its links. An event that the reader of a bundle may not read
stands in it as
links without words. Events from before there were such links are hashed in one piece, with what they say.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from .archive import Altered, canonical, sha256


def check_history(events: Sequence[Mapping[str, Any]]) -> None:
    """Every event has the hash that its content and links make, and names the one before it. Raises Altered."""
    before = ""
    for event in events:
        name = str(event["seq"])
        if "told" in event and event["told"]["seq"] != event["seq"]:
            raise Altered("event_changed", name)
        if event["object_previous"] is None:
            if "told" in event and _hashed(event, whole=True) != event["hash"]:
                raise Altered("event_changed", name)
        else:
            if "told" in event and sha256(canonical(event["told"])) != event["content"]:
                raise Altered("event_changed", name)
            if _hashed(event, whole=False) != event["hash"]:
                raise Altered("event_changed", name)
            if event["object_previous"] != before:
                raise Altered("event_missing", name)
        before = event["hash"]


def _hashed(event: Mapping[str, Any], *, whole: bool) -> str:
    if whole:
        return sha256(canonical({**event["told"], "previous": event["previous"]}))
    names = ("seq", "content", "object_previous", "previous")
    return sha256(canonical({name: event[name] for name in names}))


def unproven(events: Sequence[Mapping[str, Any]]) -> int:
    """How many events bear no link to the one before, so that one left out before them would not show."""
    return sum(event["object_previous"] is None for event in events)


def check_vouched(
    events: Sequence[Mapping[str, Any]], snapshot: str, receipt: Mapping[str, Any] | None
) -> None:
    """The log knows this snapshot by its digest, and the submission that the receipt is of. Raises Altered."""
    told = [event["told"] for event in events if "told" in event]
    if not any(item["data"].get("sha256") == snapshot for item in told):
        raise Altered("not_frozen", snapshot)
    if receipt is None:
        return
    if receipt["sha256"] != snapshot or not any(_is_submission(item, receipt) for item in told):
        raise Altered("receipt", receipt["number"])


def _is_submission(told: Mapping[str, Any], receipt: Mapping[str, Any]) -> bool:
    stated = {
        "seq": receipt["audit_seq"],
        "at": receipt["submitted_at"],
        "verb": "declaration.submitted",
        "receipt": receipt["number"],
        "sha256": receipt["sha256"],
    }
    data = told["data"]
    return {
        "seq": told["seq"],
        "at": told["at"],
        "verb": told["verb"],
        "receipt": data.get("receipt"),
        "sha256": data.get("sha256"),
    } == stated


def check_signed(events: Sequence[Mapping[str, Any]], receipt: Mapping[str, Any]) -> bool | None:
    """Whether the signature on the receipt was checked; None for a receipt without one. Raises Altered.

    What is signed names the digest of the content and the hash of the event of the submission: with the site's
    public key
    it vouches for the history up to there. False: there is no library for Ed25519 on this machine.
    """
    signed = receipt["signed"]
    if signed is None:
        return None
    content, place = signed["content"], signed["content"]["audit"]
    known = any((event["seq"], event["hash"]) == (place["seq"], place["hash"]) for event in events)
    stated = content["snapshot"]["sha256"] == receipt["sha256"] and content["receipt"] == receipt["number"]
    if not known or not stated:
        raise Altered("receipt", receipt["number"])
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return False
    try:
        key = Ed25519PublicKey.from_public_bytes(_bytes(signed["signature"]["public_key"]))
        key.verify(_bytes(signed["signature"]["value"]), canonical(content))
    except (InvalidSignature, ValueError) as error:
        raise Altered("signature", receipt["number"]) from error
    return True


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
