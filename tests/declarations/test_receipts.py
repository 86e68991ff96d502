"""Signed receipts, and what `audit_verify` finds when somebody with a shell on the database changes what was filed."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.test.utils import override_settings

from carbonfoot import checks as start
from carbonfoot.audit import signing
from carbonfoot.audit.models import Signature, SigningKey
from carbonfoot.audit.services import verify
from carbonfoot.jobs.services import run_job
from carbonfoot.problems import Problems
from declarations import receipts
from declarations.models import Declaration, Receipt, ReportFile
from declarations.reports.services import request_report
from declarations.services import declarations, review
from tests.declarations import build
from tests.declarations.test_pages import client_of
from tests.support import factories
from tests.support.database import by_hand

pytestmark = pytest.mark.django_db
OTHER = "C" * 42 + "A"  # 32 bytes that are nobody's key


def submitted() -> tuple[build.Maker, Declaration, Receipt]:
    """A declaration that was submitted, with its receipt."""
    of, _verifier, row = build.verified()
    return of, row, declarations.submit(actor=of.approver, declaration=row)


def file_of(row: Receipt, /, **changes: Any) -> bytes:
    """The receipt as a file, with the content changed."""
    document = receipts.document(row)
    assert document is not None
    document["content"] |= changes
    return json.dumps(document).encode()


def outcome(data: bytes) -> list[bool | None]:
    """What each step of the check says."""
    return [step.ok for step in receipts.check(data)]


def test_a_receipt_can_be_checked_here_and_without_the_site(tmp_path: Path) -> None:
    """Genuine: every step holds, on the page, by the command, and with the public key alone. Changed: named."""
    of, row, receipt = submitted()
    signature = signing.signature_of(receipt)
    assert signature is not None
    content = json.loads(signature.content)
    assert content["receipt"] == receipt.number
    assert content["snapshot"]["sha256"] == receipt.sha256
    assert content["audit"] == {"seq": receipt.audit_seq, "hash": signature.event.hash}
    data = client_of(of.editor).get(f"/declarations/{row.pk}/receipt.json").content
    assert outcome(data) == [True] * 6
    path = tmp_path / "receipt.json"
    path.write_text(json.dumps(json.loads(data), indent=4))  # another form of the same JSON
    call_command("receipt_verify", str(path), stdout=StringIO())
    call_command("receipt_verify", str(path), public_key=signature.key.public_key, stdout=StringIO())
    for key in (OTHER, "no key"):
        with pytest.raises(CommandError, match="does not hold"):
            call_command("receipt_verify", str(path), public_key=key, stdout=StringIO())
    page = Client().get("/receipts/keys.json").json()
    assert [item["public_key"] for item in page["keys"]] == [signature.key.public_key]


def test_a_changed_copy_is_found() -> None:
    """Each changed field, a foreign key, and things that are no receipts."""
    of, _row, receipt = submitted()
    assert outcome(file_of(receipt, phase="regular"))[1] is False
    assert outcome(file_of(receipt, receipt="RC-1999-000001"))[1:4] == [False, False, None]
    moved = json.loads(file_of(receipt))["content"]["audit"] | {"seq": 2**70}
    assert outcome(file_of(receipt, audit=moved))[5] is False
    foreign = json.loads(file_of(receipt))
    with override_settings(RECEIPT_SIGNING_KEY=OTHER):
        key = signing.private_key()
    foreign["signature"]["value"] = signing.to_text(key.sign(receipts.canonical_json(foreign["content"])))
    assert outcome(json.dumps(foreign).encode())[:2] == [True, False]
    for bad in (b"", b"[]", b"{}", b"[" * 99999, b'{"format": "carbonfoot-signed/1"}', b"x" * 300_000):
        with pytest.raises(receipts.NotAReceipt):
            receipts.read(bad)
    client = Client()
    upload = _upload(file_of(receipt, phase="1.5"))
    assert "不是" in client.post("/receipts/check/", {"file": upload}).content.decode()
    assert client.post("/receipts/check/", {"file": _upload(b"{}")}).status_code == 422
    assert client_of(build.body()).get(
        f"/declarations/{receipt.declaration_id}/receipt.json"
    ).status_code in (403, 404)
    assert client_of(of.editor).get(f"/declarations/{receipt.declaration_id}/receipt/").status_code == 200


def _upload(data: bytes) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("receipt.json", data)


def test_keys_change_and_old_receipts_stay_good() -> None:
    """After a change of keys the old receipt holds with the old key; unsigned ones of before are read as such."""
    of, row, receipt = submitted()
    with override_settings(RECEIPT_SIGNING_KEY=OTHER):
        assert signing.present_key().pk != signing.signature_of(receipt).key_id  # type: ignore[union-attr]
        assert outcome(file_of(receipt)) == [True] * 6
    assert SigningKey.objects.count() == 2
    by_hand("delete from audit_signature")
    assert list(verify()) == []  # none was ever signed, as far as the site can tell
    page = client_of(of.editor, "en").get(f"/declarations/{row.pk}/receipt/").content.decode()
    assert "Not signed" in page
    assert client_of(of.editor).get(f"/declarations/{row.pk}/receipt.json").status_code == 404


def test_without_a_key_nothing_is_submitted_and_production_does_not_start() -> None:
    """No key, or one that is none."""
    of, _verifier, row = build.verified()
    for bad in ("", "short"):
        with override_settings(RECEIPT_SIGNING_KEY=bad), pytest.raises(Problems, match="RECEIPT-NO-KEY"):
            declarations.submit(actor=of.approver, declaration=row)
        with (
            override_settings(RECEIPT_SIGNING_KEY=bad, LOCAL_HTTP=False, SECRET_KEY_IS_EPHEMERAL=False),
            pytest.raises(ImproperlyConfigured),
        ):
            start.refuse_without_key()
    row.refresh_from_db()
    assert (row.state, Receipt.objects.count()) == ("verified", 0)


def test_database_refuses_to_change_signatures() -> None:
    """Neither keys nor signatures."""
    submitted()
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        for sql in ("update audit_signature set content = '{}'", "delete from audit_signingkey"):
            with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
                cursor.execute(sql)


# What somebody does by hand, and what is said of it.
TAMPERINGS = {
    "snapshot": (
        "alter table declarations_snapshot drop constraint snapshot_digest_true;"
        "update declarations_snapshot set content = replace(content, 'LFP-100', 'LFP-900')",
        "the content of snapshot",
    ),
    "receipt number": ("update declarations_receipt set number = 'RC-2026-999999'", "is not what event"),
    "receipt checks": (
        "update declarations_receipt set checks = '[1]'",
        "is not what was signed",
    ),
    "receipt gone": ("delete from declarations_receipt", "the receipt that event"),
    "signature": ("update audit_signature set signature = 'AAAA'", "does not hold over its content"),
    "signed content": (
        "update audit_signature set content = replace(content, 'trial', 'other')",
        "does not hold over its content",
    ),
    "key": ("update audit_signingkey set public_key = '" + OTHER + "'", "the bytes of signing key"),
    "statement": (
        "update declarations_statement set content = jsonb_set(content, '{opinion}', '\"qualified\"')",
        "is not what was signed",
    ),
    "register": (
        "update declarations_registerentry set snapshot_sha256 = repeat('0', 64)",
        "names another content",
    ),
    "register text": (
        "update declarations_registerentry set content = content || ' '",
        "is not what was accepted",
    ),
    "report": ("update declarations_reportfile set sha256 = repeat('0', 64)", "the file of report"),
    "event": ("delete from audit_auditevent where verb = 'declaration.frozen'", "are not there"),
    "event data": ("update audit_auditevent set data = '{}' where verb = 'review.accepted'", "was altered"),
    "plan": ("update declarations_qualityplan set title = 'x'", "is not what was adopted"),
}


def test_every_change_by_hand_is_found_and_named() -> None:
    """A row, a byte of a snapshot, an event, a receipt, a signature, a stored file: each with its own sentence."""
    of, row, receipt = submitted()
    reviewer = factories.person(factories.organisation("authority"))
    review.take_up(actor=reviewer, declaration=row)
    review.accept(actor=reviewer, declaration=row)
    report = request_report(
        actor=of.editor, declaration=Declaration.objects.get(pk=row.pk), kind="json", language="zh"
    )
    assert report.job_id is not None
    run_job(report.job_id)
    assert list(verify()) == []
    missed = {}
    for name, (sql, said) in TAMPERINGS.items():
        with transaction.atomic():
            by_hand(sql)
            found = [fault.detail for fault in verify()]
            transaction.set_rollback(True)
        if not any(said in detail for detail in found):
            missed[name] = found
    assert missed == {}
    path = Path(ReportFile.objects.get().file.path)
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(CommandError, match="1 fault"):
        call_command("audit_verify", stderr=StringIO())
    assert Signature.objects.get().object_id == str(receipt.pk)
