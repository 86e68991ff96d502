"""The signed receipt of a submission: what it says, how it is handed out, how a copy is checked.

A receipt ties number, declaration version, digest of the frozen content, rules and the place in the log together under
one signature. A copy can be checked against this site, or with the public key alone (`manage.py receipt_verify`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from carbonfoot.audit import signing
from carbonfoot.audit.canonical import canonical_json
from carbonfoot.audit.models import AuditEvent, Signature, SigningKey
from carbonfoot.problems import problem
from declarations.models import Declaration, Receipt, Snapshot

# 1: first form.
FORMAT = "carbonfoot-receipt/1"
MAX_BYTES = 256 * 1024


def content_of(receipt: Receipt) -> dict[str, Any]:
    """What is signed. Everything in it is a fact of the moment of submission."""
    declaration, snapshot = receipt.declaration, receipt.snapshot
    frozen = json.loads(snapshot.content)
    calculation = frozen["calculation"]
    return {
        "format": FORMAT,
        "site": settings.PUBLIC_URL,
        "receipt": receipt.number,
        "declaration": {"number": declaration.number, "version": declaration.version},
        "declarant": {key: frozen["declarant"][key] for key in ("code", "name", "uscc")},
        "phase": frozen["phase"]["code"],
        "snapshot": {"number": snapshot.number, "format": frozen["format"], "sha256": snapshot.sha256},
        "statement": _statement(snapshot),
        "rules": {
            "ruleset": calculation["ruleset"],
            "factor_release": calculation["factor_release"],
            "engine_version": calculation["engine_version"],
            "ledger_sha256": calculation["ledger_sha256"],
        },
        "checks": receipt.checks,
        "submitted": {
            "at": receipt.submitted_at,
            "by": receipt.submitted_by.name if receipt.submitted_by else "",
        },
    }


def _statement(snapshot: Snapshot) -> dict[str, str] | None:
    statement = getattr(snapshot, "statement", None)
    if statement is None:
        return None
    return {"report_number": statement.report_number, "sha256": statement.sha256}


def sign(receipt: Receipt, event: AuditEvent) -> Signature:
    """Sign a receipt that was just written, in its transaction. Raises Problems when the site has no key to sign."""
    try:
        return signing.sign(obj=receipt, content=content_of(receipt), event=event)
    except ImproperlyConfigured as error:
        raise problem(
            "RECEIPT-NO-KEY",
            _("This site has no key to sign receipts with. Nothing was submitted."),
            mend=_("Tell the operator of the site."),
        ) from error


def document(receipt: Receipt) -> dict[str, Any] | None:
    """The receipt as a file: content, signature and public key; None for one that is not signed."""
    row = signing.signature_of(receipt)
    return signing.document(row) if row else None


@dataclass(frozen=True)
class Step:
    """One thing that was looked at in a copy. ``ok`` None: it could not be looked at."""

    text: str
    ok: bool | None


class NotAReceipt(ValueError):
    """The file is not a signed receipt at all."""


def read(data: bytes) -> dict[str, Any]:
    """The parts of a signed receipt. Raises NotAReceipt for anything else."""
    if len(data) > MAX_BYTES:
        raise NotAReceipt(_("The file is too large for a receipt."))
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NotAReceipt(_("The file is not JSON.")) from error
    shape = isinstance(found, dict) and found.get("format") == signing.FORMAT
    if (
        not shape
        or not isinstance(found.get("content"), dict)
        or not isinstance(found.get("signature"), dict)
    ):
        raise NotAReceipt(_("The file is not a signed receipt of this kind of site."))
    if not all(isinstance(found["signature"].get(key), str) for key in ("key", "value")):
        raise NotAReceipt(_("The file holds no signature."))
    return dict(found)


def check_signature(found: Mapping[str, Any], public_key: str) -> bool:
    """Whether the signature of a copy holds with a public key that did not come from the copy."""
    try:
        text = canonical_json(found["content"])
    except TypeError:  # a float: no content of ours has one
        return False
    named = found["content"].get("key") == found["signature"]["key"]
    return bool(named) and signing.holds(text, found["signature"]["value"], public_key)


def check(data: bytes) -> Iterator[Step]:
    """Check a copy against this site: key, signature, the receipt, the frozen content, the log. Raises NotAReceipt."""
    found = read(data)
    content = found["content"]
    key = SigningKey.objects.filter(pk=found["signature"]["key"]).first()
    yield Step(_("The key is one that this site signs, or has signed, with"), key is not None)
    yield Step(
        _("The signature is that of this key over exactly this content"),
        check_signature(found, key.public_key) if key else None,
    )
    number = str(content.get("receipt", ""))
    receipt = Receipt.objects.select_related("snapshot", "declaration").filter(number=number).first()
    yield Step(_("This site has issued a receipt with this number"), receipt is not None)
    kept = signing.signature_of(receipt) if receipt else None
    same = kept is not None and canonical_json(json.loads(kept.content)) == _canonical(content)
    yield Step(_("The content is that of the receipt that was issued"), same if receipt else None)
    stated = content.get("snapshot")
    digest = stated.get("sha256") if isinstance(stated, dict) else None
    yield Step(
        _("The frozen declaration on this site still has the digest that the receipt names"),
        receipt.snapshot.sha256 == digest if receipt else None,
    )
    audit = content.get("audit") if isinstance(content.get("audit"), dict) else {}
    seq = audit.get("seq")
    event = AuditEvent.objects.filter(seq=seq).first() if isinstance(seq, int) and 0 < seq < 2**63 else None
    yield Step(
        _("The log holds the submission at the place and with the hash that the receipt names"),
        event is not None and event.hash == audit.get("hash") and event.verb == "declaration.submitted",
    )


def _canonical(content: Any) -> bytes:
    try:
        return canonical_json(content)
    except TypeError:
        return b""


def of_declaration(declaration: Declaration) -> Receipt | None:
    """The receipt of a declaration version, if it was submitted."""
    return Receipt.objects.select_related("snapshot", "submitted_by").filter(declaration=declaration).first()
