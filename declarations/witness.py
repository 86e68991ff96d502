"""What the log vouches for beyond each row's own digest: receipts, statements, register entries and files agree."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import F

from carbonfoot.audit.canonical import canonical_json
from carbonfoot.audit.models import Signature
from carbonfoot.audit.services import Fault, register_witness
from carbonfoot.files import altered_files
from declarations import receipts
from declarations.models import FindingEntry, Receipt, RegisterEntry, ReportFile, Statement


@register_witness
def receipts_say_what_was_signed() -> Iterator[Fault]:
    """Every signed receipt says what its row says; from the first signature on, every receipt is signed."""
    label = Receipt._meta.label_lower
    signed = {row.object_id: row for row in Signature.objects.filter(object_type=label)}
    first = min((row.event_id for row in signed.values()), default=None)
    rows = Receipt.objects.select_related("declaration", "snapshot__statement", "submitted_by").order_by("pk")
    for receipt in rows.iterator(chunk_size=200):
        row = signed.pop(str(receipt.pk), None)
        if row is None:
            if first is not None and receipt.audit_seq > first:
                yield Fault(receipt.audit_seq, "unsigned", f"receipt {receipt.number} has no signature")
            continue
        stated = json.loads(row.content)
        try:
            now = json.loads(canonical_json(receipts.content_of(receipt)))
        except (KeyError, TypeError):  # the snapshot is no snapshot any more
            now = {"submitted": {"at": None}}
        if _lasting(stated) != _lasting(now):
            yield Fault(receipt.audit_seq, "changed", f"receipt {receipt.number} is not what was signed")
    for row in signed.values():
        yield Fault(row.event_id, "missing", f"the receipt that signature {row.pk} is on is not there")


def _lasting(content: dict[str, Any]) -> dict[str, Any]:
    """A receipt's content without what the row does not hold, or what may have changed for good reasons since: place in
    the log and key, the site's address, the person's name."""
    kept = {name: value for name, value in content.items() if name not in ("audit", "key", "site")}
    return {**kept, "submitted": content["submitted"]["at"]}


@register_witness
def what_stands_agrees() -> Iterator[Fault]:
    """A register entry has a receipt for the same content, a statement speaks of the snapshot that it hangs on."""
    wrong = RegisterEntry.objects.exclude(snapshot_sha256=F("declaration__receipt__sha256"))
    for entry in wrong.order_by("pk"):
        yield Fault(None, "changed", f"register entry {entry} names another content than its receipt")
    without = RegisterEntry.objects.filter(declaration__receipt__isnull=True)
    for entry in without.order_by("pk"):
        yield Fault(None, "missing", f"the receipt of register entry {entry} is not there")
    rows = Statement.objects.select_related("snapshot").order_by("pk")
    for statement in rows.iterator(chunk_size=200):
        if statement.content.get("snapshot", {}).get("sha256") != statement.snapshot.sha256:
            yield Fault(
                None, "changed", f"statement {statement.report_number} was signed for another content"
            )
        if statement.declaration_id != statement.snapshot.declaration_id:
            yield Fault(None, "changed", f"statement {statement.report_number} hangs on another declaration")


@register_witness
def files_as_kept() -> Iterator[Fault]:
    """Every report and every piece of evidence in the storage has the digest that its row holds."""
    reports = ReportFile.objects.filter(done_at__isnull=False).order_by("pk")
    evidence = FindingEntry.objects.exclude(evidence="").order_by("pk")
    for rows, file, digest, what in (
        (reports, "file", "sha256", "report"),
        (evidence, "evidence", "evidence_sha256", "evidence"),
    ):
        for row, fault in altered_files(rows, file, digest):
            detail = "is not there" if fault == "missing" else "was altered"
            yield Fault(None, fault, f"the file of {what} {row.pk} {detail}")
