"""The way of a declaration on the maker's side, with real calculations."""

from __future__ import annotations

import json

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from carbonfoot.accounts.models import Membership
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.services import verify
from carbonfoot.problems import Problems
from declarations.models import Receipt
from declarations.services import declarations, verification
from tests.declarations import build
from tests.support import factories
from tests.support.database import by_hand

SUMMER = "2026-06-01T09:00+08:00"


def codes(caught: pytest.ExceptionInfo[Problems]) -> set[str]:
    return {item.code for item in caught.value.items if item.severity == "error"}


@pytest.mark.django_db
def test_whole_way() -> None:
    """Draft, frozen, verified, submitted; the receipt names the snapshot, and the chain vouches for both."""
    with clock.at(SUMMER):
        of, _verifier, declaration = build.verified()
        receipt = declarations.submit(actor=of.approver, declaration=declaration)
        declaration.refresh_from_db()
        assert declaration.state == "submitted"
        assert declaration.number == "D-2026-0001"
        assert receipt.number == "RC-2026-000001"
        assert receipt.sha256 == declaration.snapshot.sha256
        content = json.loads(declaration.snapshot.content)
        assert content["format"] == "carbonfoot-declaration/2"
        assert content["pack"]["rated_energy_kwh"] == "100.0000"
        assert content["calculation"]["ruleset"]["id"] == "cn-miit-551"
        assert content["calculation"]["ledger"]["totals"]["per_functional_unit"] == repr(
            declaration.calculation.per_functional_unit
        )
        assert declarations.submit(actor=of.approver, declaration=declaration).pk == receipt.pk
        assert AuditEvent.objects.filter(verb="declaration.submitted").count() == 1
    assert list(verify()) == []


@pytest.mark.django_db
def test_pinned_versions_change_the_digest() -> None:
    """Another freeze of another content is another snapshot; the first stays."""
    with clock.at(SUMMER):
        of, declaration = build.frozen()
        first = declaration.snapshot
        declarations.reopen(actor=of.editor, declaration=declaration)
        declarations.freeze_declaration(actor=of.editor, declaration=declaration)
        declaration.refresh_from_db()
        assert declaration.snapshot.number == 2
        assert first is not None and declaration.snapshot.pk != first.pk
        assert declaration.snapshots.count() == 2
    assert list(verify()) == []


@pytest.mark.django_db
def test_correction_after_return() -> None:
    """A returned version is corrected by the next one, which supersedes it on submission."""
    with clock.at(SUMMER):
        of, verifier, first = build.verified()
        declarations.submit(actor=of.approver, declaration=first)
        _returned(first)
        with pytest.raises(Problems) as caught:
            declarations.revise(actor=of.editor, declaration=first, reason=" ")
        assert codes(caught) == {"DECL-REASON"}
        second = declarations.revise(actor=of.editor, declaration=first, reason="补充计量边界的说明")
        assert (second.version, second.number, second.supersedes_id) == (2, first.number, first.pk)
        assert (
            declarations.revise(actor=of.editor, declaration=first, reason="再点一次也一样").pk == second.pk
        )
        declarations.freeze_declaration(actor=of.editor, declaration=second)
        declarations.send_to_verification(actor=of.approver, declaration=second, body=verifier.organisation)
        build.signed(verifier, second, "V-2")
        assert declarations.submit(actor=of.approver, declaration=second).number == "RC-2026-000002"
        first.refresh_from_db()
        assert first.state == "superseded"
        content = json.loads(second.snapshots.get().content)
        assert content["declaration"]["supersedes"]["sha256"] == first.snapshot.sha256
    assert list(verify()) == []


@pytest.mark.django_db
def test_withdrawn_correction_can_be_begun_again() -> None:
    """The next correction passes over the withdrawn one, and still supersedes what was returned."""
    with clock.at(SUMMER):
        of, _verifier, first = build.verified()
        declarations.submit(actor=of.approver, declaration=first)
        _returned(first)
        second = declarations.revise(actor=of.editor, declaration=first, reason="第一次更正")
        declarations.withdraw(actor=of.approver, declaration=second, reason="方向有误，重新开始")
        third = declarations.revise(actor=of.editor, declaration=first, reason="第二次更正")
        assert third.version == 3
        assert declarations.predecessor(third) == first


def _returned(declaration: object) -> None:
    by_hand(f"update declarations_declaration set state = 'returned' where id = {declaration.pk}")  # type: ignore[attr-defined]
    declaration.refresh_from_db()  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_four_eyes() -> None:
    """Roles separate the two; a person who changed the role meanwhile is still the one who froze it."""
    with clock.at(SUMMER):
        of, declaration = build.frozen()
        verifier = build.body()
        with pytest.raises(AccessDenied):
            declarations.send_to_verification(
                actor=of.editor, declaration=declaration, body=verifier.organisation
            )
        Membership.objects.filter(user=of.editor.user).update(role="approver")
        promoted = factories.for_membership(
            Membership.objects.select_related("user", "organisation").get(user=of.editor.user)
        )
        with pytest.raises(Problems) as caught:
            declarations.send_to_verification(
                actor=promoted, declaration=declaration, body=verifier.organisation
            )
        assert codes(caught) == {"DECL-FOUR-EYES"}
        declarations.send_to_verification(
            actor=of.approver, declaration=declaration, body=verifier.organisation
        )
        build.signed(verifier, declaration)
        with pytest.raises(Problems) as caught:
            declarations.submit(actor=promoted, declaration=declaration)
        assert codes(caught) == {"DECL-FOUR-EYES"}
        assert not Receipt.objects.exists()


@pytest.mark.django_db
def test_wrong_hands() -> None:
    """Viewer, editor where the approver is asked for, rival, verifier, and each in the wrong state."""
    with clock.at(SUMMER):
        of, declaration = build.draft()
        rival = build.maker()
        verifier = build.body()
        for actor in (of.viewer, of.approver, rival.editor, verifier):
            with pytest.raises(AccessDenied):
                declarations.freeze_declaration(actor=actor, declaration=declaration)
        for actor in (of.editor, of.viewer, rival.approver, verifier):
            with pytest.raises(AccessDenied):
                declarations.submit(actor=actor, declaration=declaration)
        with pytest.raises(AccessDenied):  # a draft is not sent
            declarations.send_to_verification(
                actor=of.approver, declaration=declaration, body=verifier.organisation
            )
        with pytest.raises(AccessDenied):  # nor submitted
            declarations.submit(actor=of.approver, declaration=declaration)
        declarations.freeze_declaration(actor=of.editor, declaration=declaration)
        with pytest.raises(Problems) as caught:
            declarations.send_to_verification(
                actor=of.approver, declaration=declaration, body=rival.organisation
            )
        assert codes(caught) == {"DECL-BODY"}


@pytest.mark.django_db
def test_submitting_runs_the_checks_again() -> None:
    """Verified yesterday, changed today: refused, nothing stored, every reason named."""
    with clock.at(SUMMER):
        of, _verifier, declaration = build.verified()
        by_hand(
            f"update declarations_pack set mass_kg = 700, test_report = '' where id = {declaration.pack_id}"
        )
        with pytest.raises(Problems) as caught:
            declarations.submit(actor=of.approver, declaration=declaration)
        assert {"DECL-TEST-REPORT", "DECL-CALC-FACTS", "DECL-SNAPSHOT-OLD"} <= codes(caught)
        declaration.refresh_from_db()
        assert declaration.state == "verified"
        assert not Receipt.objects.exists()
        assert not AuditEvent.objects.filter(verb="declaration.submitted").exists()


@pytest.mark.django_db
def test_statement_of_an_older_snapshot_does_not_carry() -> None:
    """Opened and frozen anew, the declaration needs a new statement."""
    with clock.at(SUMMER):
        of, verifier, declaration = build.verified()
        declarations.reopen(actor=of.editor, declaration=declaration)
        declarations.freeze_declaration(actor=of.editor, declaration=declaration)
        declarations.send_to_verification(
            actor=of.approver, declaration=declaration, body=verifier.organisation
        )
        by_hand(f"update declarations_declaration set state = 'verified' where id = {declaration.pk}")
        with pytest.raises(Problems) as caught:
            declarations.submit(actor=of.approver, declaration=declaration)
        assert codes(caught) == {"DECL-STATEMENT"}


@pytest.mark.django_db
def test_open_finding_holds_it_up() -> None:
    """A finding that is raised after all, past the service, still stops the submission."""
    with clock.at(SUMMER):
        of, declaration = build.frozen()
        verifier = build.body()
        declarations.send_to_verification(
            actor=of.approver, declaration=declaration, body=verifier.organisation
        )
        build.taken_on(verifier, declaration)
        declaration.refresh_from_db()
        finding = verification.raise_finding(
            actor=verifier, declaration=declaration, kind="minor", title="边界", text="请说明。"
        )
        verification.reply_finding(actor=of.editor, finding=finding, text="已补充。")
        verification.close_finding(actor=verifier, finding=finding, reason="已核实。")
        build.signed(verifier, declaration)
        by_hand(f"update declarations_finding set state = 'open', closed_at = null where id = {finding.pk}")
        with pytest.raises(Problems) as caught:
            declarations.submit(actor=of.approver, declaration=declaration)
        assert codes(caught) == {"DECL-FINDING-OPEN"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "update declarations_snapshot set content = '{}'",
        "update declarations_snapshot set sha256 = repeat('0', 64)",
        "delete from declarations_snapshot",
        "truncate declarations_snapshot cascade",
        "update declarations_receipt set number = 'X'",
        "delete from declarations_receipt",
        "update declarations_declaration set plan_id = null",
        "update declarations_declaration set calculation_id = null",
        "update declarations_declaration set state = 'draft'",
        "delete from declarations_declaration",
        "update declarations_qualityplan set title = 'X' where state = 'adopted'",
        "update lca_calculation set per_functional_unit = 0.001 where state = 'done'",
        "update lca_inventoryrevision set sha256 = repeat('0', 64)",
    ],
)
def test_database_refuses_to_change_what_was_submitted(sql: str) -> None:
    """The application's own connection cannot."""
    with clock.at(SUMMER):
        of, _verifier, declaration = build.verified()
        declarations.submit(actor=of.approver, declaration=declaration)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
            with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
                cursor.execute(sql)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "what"),
    [
        (
            "update declarations_snapshot set content = '{}', sha256 = encode(sha256('{}'), 'hex')",
            "unrecorded",
        ),
        ("update declarations_receipt set sha256 = repeat('0', 64)", "changed"),
        ("update declarations_receipt set submitted_at = submitted_at - interval '1 day'", "changed"),
        ("delete from declarations_receipt", "missing"),
        ("update declarations_qualityplan set title = 'X'", "changed"),
    ],
)
def test_witness_names_tampering(sql: str, what: str) -> None:
    """What somebody with a shell on the database changes, the chain finds."""
    with clock.at(SUMMER):
        of, _verifier, declaration = build.verified()
        declarations.submit(actor=of.approver, declaration=declaration)
    by_hand(sql)
    assert what in {fault.what for fault in verify()}


@pytest.mark.django_db
def test_snapshot_with_a_false_digest_cannot_be_written() -> None:
    """Not even by inserting it."""
    with clock.at(SUMMER):
        _of, declaration = build.frozen()
        snapshot = declaration.snapshots.get()
        snapshot.pk, snapshot.number, snapshot.sha256 = None, 9, "0" * 64
        with pytest.raises(IntegrityError), transaction.atomic():
            snapshot.save(force_insert=True)
