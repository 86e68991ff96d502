"""Findings and the statement: who, when, and what the database refuses by itself."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, InternalError, connection, transaction

from carbonfoot.accounts.access import AccessDenied
from carbonfoot.accounts.roles import Role
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.selectors import events_for
from carbonfoot.audit.services import Fault, verify
from carbonfoot.problems import Problems
from declarations.models import Declaration, Finding, Statement
from declarations.selectors import verification as selectors
from declarations.selectors.checking import changes_of
from declarations.services import verification as services
from declarations.services.checking import explain_changes
from lca.selectors import calculations_for
from tests.support import factories as make

pytestmark = pytest.mark.django_db
REFUSED = (IntegrityError, InternalError)


@pytest.fixture
def scene() -> dict[str, Any]:
    maker, body = make.organisation("maker"), make.organisation("verifier")
    return {
        "maker": maker,
        "body": body,
        "declaration": make.declaration("in_verification", maker=maker, body=body),
        "editor": make.person(maker),
        "verifier": make.person(body),
    }


def raised(scene: dict[str, Any], **changes: Any) -> Finding:
    fields = {"kind": "major", "title": "电表记录缺失", "text": "缺少 3 月的电表记录。", **changes}
    return services.raise_finding(actor=scene["verifier"], declaration=scene["declaration"], **fields)


def sign(scene: dict[str, Any], **changes: Any) -> Statement:
    declaration = scene["declaration"]
    fields = {
        "snapshot_sha256": declaration.snapshot.sha256,
        "report_number": "HC-2026-001",
        "opinion": "unqualified",
        **changes,
    }
    return services.sign_statement(actor=scene["verifier"], declaration=declaration, **fields)


def chain_faults() -> list[Fault]:
    """Faults of the chain itself; rows that builders wrote without events have witnesses of their own."""
    return [fault for fault in verify() if fault.seq is not None]


def codes(error: pytest.ExceptionInfo[Problems]) -> set[str]:
    return {item.code for item in error.value.items}


def test_finding_goes_its_way(scene: dict[str, Any], media: Any) -> None:
    """Raised, answered with evidence, asked again, answered, closed with a reason; all of it in the log."""
    finding = raised(scene)
    assert (finding.number, finding.state, str(finding)) == (1, "open", "NC-01")
    entry = services.reply_finding(
        actor=scene["editor"],
        finding=finding,
        text="附上记录。",
        evidence=ContentFile(b"%PDF-1.7 x", name="../记录.pdf"),
    )
    assert entry.evidence_sha256 and ".." not in entry.evidence.name
    services.ask_again(actor=scene["verifier"], finding=finding, text="缺第 2 页。")
    finding.refresh_from_db()
    assert finding.state == "open"
    services.reply_finding(actor=scene["editor"], finding=finding, text="见附件。")
    closed = services.close_finding(actor=scene["verifier"], finding=finding, reason="记录齐全。")
    assert closed.state == "closed" and closed.closed_at is not None
    services.close_finding(actor=scene["verifier"], finding=finding, reason="again")
    assert finding.entries.count() == 5
    verbs = ["finding.raised", "finding.replied", "finding.asked_again", "finding.replied", "finding.closed"]
    assert list(AuditEvent.objects.order_by("seq").values_list("verb", flat=True)) == verbs
    assert events_for(scene["editor"]).count() == 5
    assert chain_faults() == []


def test_finding_needs_words(scene: dict[str, Any]) -> None:
    """All that is missing is said at once."""
    with pytest.raises(Problems) as error:
        raised(scene, kind="x", title=" ", text="")
    assert codes(error) == {"FINDING-KIND", "FINDING-TITLE", "FINDING-TEXT"}
    finding = raised(scene)
    with pytest.raises(Problems):
        services.close_finding(actor=scene["verifier"], finding=finding, reason="  ")
    with pytest.raises(Problems):
        services.reply_finding(actor=scene["editor"], finding=finding, text=" ")


@pytest.mark.parametrize("name", ["run.exe", "page.html", "drawing.svg", "none"])
def test_evidence_of_other_kinds_is_refused(scene: dict[str, Any], name: str) -> None:
    """What a browser might run is no evidence."""
    finding = raised(scene)
    with pytest.raises(Problems) as error:
        services.reply_finding(
            actor=scene["editor"], finding=finding, text="x", evidence=ContentFile(b"x", name=name)
        )
    assert codes(error) == {"EVIDENCE-TYPE"}


def test_who_may_do_what(scene: dict[str, Any]) -> None:
    """The maker raises and closes nothing; the verifier answers nothing; another body does neither."""
    finding = raised(scene)
    other = make.person(make.organisation("verifier"))
    rival = make.person(make.organisation("maker"))
    viewer = make.person(scene["maker"], Role.VIEWER)
    with pytest.raises(AccessDenied):
        services.close_finding(actor=scene["editor"], finding=finding, reason="x")
    with pytest.raises(AccessDenied):
        services.reply_finding(actor=scene["verifier"], finding=finding, text="x")
    for stranger in (other, rival, viewer):
        with pytest.raises(AccessDenied):
            services.raise_finding(
                actor=stranger, declaration=scene["declaration"], kind="major", title="x", text="x"
            )
        with pytest.raises(AccessDenied):
            services.reply_finding(actor=stranger, finding=finding, text="x")
        with pytest.raises(AccessDenied):
            services.close_finding(actor=stranger, finding=finding, reason="x")
    with pytest.raises(AccessDenied):
        sign({**scene, "verifier": other})
    assert finding.entries.count() == 1


def test_no_finding_outside_verification() -> None:
    """Neither before nor after."""
    body = make.organisation("verifier")
    verifier = make.person(body)
    for state in ("verified", "submitted"):
        declaration = make.declaration(state, body=body)
        with pytest.raises(AccessDenied):
            services.raise_finding(actor=verifier, declaration=declaration, kind="major", title="x", text="x")


def test_statement_binds_one_snapshot(scene: dict[str, Any]) -> None:
    """Signed for the digest that was read, with the figures; the declaration is verified."""
    statement = sign(scene)
    declaration = Declaration.objects.get(pk=scene["declaration"].pk)
    assert declaration.state == "verified"
    assert statement.snapshot_id == declaration.snapshot_id
    assert statement.content["snapshot"]["sha256"] == declaration.snapshot.sha256
    assert float(statement.content["figures"]["per_kwh_capacity"]) == 75.0
    event = AuditEvent.objects.get(verb="verification.signed")
    assert event.data["statement"] == statement.sha256
    assert event in events_for(scene["editor"])


def test_signing_twice_is_signing_once(scene: dict[str, Any]) -> None:
    """The second press gives the statement that is there; another number is refused."""
    first = sign(scene)
    assert sign(scene) == first
    with pytest.raises(AccessDenied):
        sign(scene, report_number="HC-2026-002")
    assert Statement.objects.count() == 1


def test_open_finding_stops_the_statement(scene: dict[str, Any]) -> None:
    """The service names the finding; an answered one is still open; an observation does not count."""
    finding = raised(scene)
    with pytest.raises(Problems) as error:
        sign(scene)
    assert codes(error) == {"STATEMENT-FINDING-OPEN"}
    assert "NC-01" in str(error.value.items[0].message)
    services.reply_finding(actor=scene["editor"], finding=finding, text="x")
    with pytest.raises(Problems):
        sign(scene)
    services.close_finding(actor=scene["verifier"], finding=finding, reason="x")
    raised(scene, kind="observation")
    assert sign(scene).content["findings"] == [
        {"number": 1, "kind": "major", "state": "closed"},
        {"number": 2, "kind": "observation", "state": "open"},
    ]


def test_database_refuses_a_statement_over_a_finding(scene: dict[str, Any]) -> None:
    """Past the service: the trigger."""
    finding = raised(scene)
    with pytest.raises(REFUSED), transaction.atomic():
        make.statement(scene["declaration"])
    services.close_finding(actor=scene["verifier"], finding=finding, reason="x")
    make.statement(scene["declaration"])


def test_database_binds_statements(scene: dict[str, Any]) -> None:
    """Neither another body's, nor for an old or foreign snapshot, nor outside verification."""
    other = make.declaration("frozen", maker=scene["maker"])
    for fields in ({"organisation": make.organisation("verifier")}, {"snapshot": other.snapshot}):
        with pytest.raises(REFUSED), transaction.atomic():
            make.statement(scene["declaration"], **fields)
    with pytest.raises(REFUSED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "update declarations_declaration set state = 'verified' where id = %s", [scene["declaration"].pk]
        )
    statement = sign(scene)
    for sql in ("update declarations_statement set remarks = 'x'", "delete from declarations_statement"):
        with pytest.raises(REFUSED), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert Statement.objects.get().remarks == statement.remarks


def test_closed_finding_stays_closed(scene: dict[str, Any]) -> None:
    """Neither the service nor SQL opens it again; what was written is not rewritten."""
    finding = raised(scene)
    services.close_finding(actor=scene["verifier"], finding=finding, reason="x")
    with pytest.raises(AccessDenied):
        services.reply_finding(actor=scene["editor"], finding=finding, text="x")
    with pytest.raises(AccessDenied):
        services.ask_again(actor=scene["verifier"], finding=finding, text="x")
    for sql in (
        "update declarations_finding set state = 'open', closed_at = null",
        "update declarations_findingentry set text = 'y'",
        "delete from declarations_findingentry",
    ):
        with pytest.raises(REFUSED), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_statement_needs_its_facts(scene: dict[str, Any]) -> None:
    """Number, opinion, remarks for a qualified one, and the digest of the present content."""
    with pytest.raises(Problems) as error:
        sign(scene, report_number=" ", opinion="perhaps", snapshot_sha256="0" * 64)
    assert codes(error) == {"STATEMENT-NUMBER", "STATEMENT-OPINION", "STATEMENT-OTHER-SNAPSHOT"}
    with pytest.raises(Problems) as error:
        sign(scene, opinion="qualified")
    assert codes(error) == {"STATEMENT-REMARKS"}
    sign(scene)
    again = make.declaration("in_verification", maker=scene["maker"], body=scene["body"])
    with pytest.raises(Problems) as error:
        sign({**scene, "declaration": again})
    assert codes(error) == {"STATEMENT-NUMBER-TAKEN"}


def test_frozen_anew_needs_a_new_statement(scene: dict[str, Any]) -> None:
    """A page that was open over a reopening cannot sign the old content."""
    declaration = scene["declaration"]
    old = declaration.snapshot.sha256
    declaration.state = "draft"
    declaration.save()
    declaration.calculation = make.calculation(scene["maker"], make.ledger(80))
    make.go_on(declaration, "in_verification")
    with pytest.raises(Problems) as error:
        sign(scene, snapshot_sha256=old)
    assert codes(error) == {"STATEMENT-OTHER-SNAPSHOT", "STATEMENT-UNEXPLAINED"}
    keys = [change.key for change, _reason in changes_of(declaration)]
    explain_changes(actor=scene["verifier"], declaration=declaration, keys=keys, reason="更正用电量。")
    assert sign(scene).snapshot == declaration.snapshot


def test_recipes_open_tier_by_tier_for_the_engaged_body_only(scene: dict[str, Any]) -> None:
    """Pack, cell, cathode: all three for this body; nothing for others, for the maker beyond its own, or before."""
    maker, body = scene["maker"], scene["body"]
    cell_maker, cathode_maker = make.organisation("supplier"), make.organisation("supplier")
    cathode = make.calculation(cathode_maker)
    cathode_result = make.result(cathode_maker, cell_maker, calculations=[cathode])
    cell = make.calculation(cell_maker, results=[cathode_result])
    cell_eu = make.calculation(cell_maker, results=[cathode_result], ruleset="eu-cfb-ev")
    cell_result = make.result(cell_maker, maker, calculations=[cell, cell_eu])
    pack = make.calculation(maker, results=[cell_result])
    foreign = make.calculation(make.organisation("maker"))
    declaration = make.declaration("in_verification", maker=maker, body=body, calculation=pack)
    verifier = scene["verifier"]
    seen = set(calculations_for(verifier))
    assert {pack, cell, cell_eu, cathode} <= seen
    assert foreign not in seen
    assert set(selectors.calculations_behind(verifier, declaration)) == {pack, cell, cell_eu, cathode}
    tree = selectors.supply_tree(verifier, declaration)
    assert [(node.result, node.calculation, node.depth) for top in tree for node in top.walk()] == [
        (cell_result, cell, 1),
        (cathode_result, cathode, 2),
    ]
    assert cell not in calculations_for(scene["editor"])
    assert selectors.supply_tree(scene["editor"], declaration) == []
    stranger = make.person(make.organisation("verifier"))
    assert not calculations_for(stranger).exists()
    assert selectors.supply_tree(stranger, declaration) == []
    assert not calculations_for(make.person(make.organisation("authority"))).exists()
    declaration.state = "draft"
    declaration.save()
    assert cell not in calculations_for(verifier)


def test_viewing_a_recipe_is_logged_for_its_owner(scene: dict[str, Any]) -> None:
    """The supplier reads who looked; the maker does not learn of its supplier's supplier."""
    supplier = make.organisation("supplier")
    calculation = make.calculation(supplier)
    services.note_calculation_viewed(
        actor=scene["verifier"], declaration=scene["declaration"], calculation=calculation
    )
    event = AuditEvent.objects.get(verb="verification.recipe_viewed")
    assert event in events_for(make.person(supplier))
    assert event not in events_for(scene["editor"])
    with pytest.raises(AccessDenied):
        services.note_calculation_viewed(
            actor=scene["editor"], declaration=scene["declaration"], calculation=calculation
        )


@pytest.mark.django_db(transaction=True)
def test_finding_against_signature() -> None:
    """A finding and a signature at the same moment: one of them wins, never both."""
    body = make.organisation("verifier")
    declaration = make.declaration("in_verification", body=body)
    scene = {"declaration": declaration, "verifier": make.person(body)}
    outcome: list[str] = []
    gate = threading.Barrier(2)

    def run(action: Any, name: str) -> None:
        gate.wait()
        try:
            action(scene)
            outcome.append(name)
        except (Problems, AccessDenied):
            pass
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(sign, "sign")),
        threading.Thread(target=run, args=(raised, "raise")),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcome) == 1
    declaration.refresh_from_db()
    assert (declaration.state == "verified") == (outcome == ["sign"])
    assert chain_faults() == []
