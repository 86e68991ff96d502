"""Decisions of the authority: who, when, once, and with reasons."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from carbonfoot.accounts.access import AccessDenied
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.selectors import events_for
from carbonfoot.problems import Problems
from declarations.models import Declaration, RegisterEntry, ReviewDecision
from declarations.selectors import phases as maker_phases
from declarations.selectors import review as selectors
from declarations.selectors.coverage import coverage
from declarations.services import review as services
from tests.support import factories as make

pytestmark = pytest.mark.django_db
REFUSED = (IntegrityError, InternalError)


@pytest.fixture
def scene() -> dict[str, Any]:
    maker, authority = make.organisation("maker"), make.organisation("authority")
    return {
        "maker": maker,
        "authority": authority,
        "declaration": make.declaration("submitted", maker=maker),
        "regulator": make.person(authority),
        "colleague": make.person(authority),
        "editor": make.person(maker),
    }


def in_review(scene: dict[str, Any]) -> Declaration:
    return services.take_up(actor=scene["regulator"], declaration=scene["declaration"])


def codes(error: pytest.ExceptionInfo[Problems]) -> set[str]:
    return {item.code for item in error.value.items}


def test_taken_up_noted_accepted(scene: dict[str, Any]) -> None:
    """The whole way; the maker reads the decisions, not the notes."""
    declaration = in_review(scene)
    services.take_up(actor=scene["regulator"], declaration=declaration)
    services.add_note(actor=scene["regulator"], declaration=declaration, section="energy", verdict="ok")
    entry = services.accept(actor=scene["regulator"], declaration=declaration)
    declaration.refresh_from_db()
    assert declaration.state == "accepted"
    assert entry.snapshot_sha256 == declaration.snapshot.sha256
    verbs = ["review.taken_up", "review.noted", "review.accepted"]
    assert list(AuditEvent.objects.order_by("seq").values_list("verb", flat=True)) == verbs
    read = set(events_for(scene["editor"]).values_list("verb", flat=True))
    assert read == {"review.taken_up", "review.accepted"}


def test_accepting_twice_is_accepting_once(scene: dict[str, Any]) -> None:
    """The second press gives the entry that is there."""
    declaration = in_review(scene)
    first = services.accept(actor=scene["regulator"], declaration=declaration)
    assert services.accept(actor=scene["regulator"], declaration=declaration) == first
    assert RegisterEntry.objects.count() == 1
    assert ReviewDecision.objects.filter(kind="accepted").count() == 1
    with pytest.raises(AccessDenied):
        services.return_(actor=scene["regulator"], declaration=declaration, reason="x")


@pytest.mark.django_db(transaction=True)
def test_many_clicks_accept_once() -> None:
    """Ten at the same moment."""
    authority = make.organisation("authority")
    regulator = make.person(authority)
    declaration = services.take_up(actor=regulator, declaration=make.declaration("submitted"))
    gate, entries = threading.Barrier(10), []

    def press() -> None:
        gate.wait()
        try:
            entries.append(services.accept(actor=regulator, declaration=declaration).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(entries) == 10 and len(set(entries)) == 1
    assert AuditEvent.objects.filter(verb="review.accepted").count() == 1


def test_return_needs_a_reason(scene: dict[str, Any]) -> None:
    """Blank is none; unknown sections are refused; the database refuses an empty one too."""
    declaration = in_review(scene)
    with pytest.raises(Problems) as error:
        services.return_(actor=scene["regulator"], declaration=declaration, reason=" \n ")
    assert codes(error) == {"REVIEW-REASON"}
    with pytest.raises(Problems) as error:
        services.return_(
            actor=scene["regulator"], declaration=declaration, reason="x", sections={"nowhere": "x"}
        )
    assert codes(error) == {"REVIEW-SECTION"}
    with pytest.raises(REFUSED), transaction.atomic():
        ReviewDecision.objects.create(
            declaration=declaration, organisation=scene["authority"], kind="returned", reason=""
        )
    decision = services.return_(
        actor=scene["regulator"],
        declaration=declaration,
        reason="见各项。",
        sections={"energy": "检测报告第 12 页。", "cutoff": " "},
    )
    assert decision.sections == [{"section": "energy", "text": "检测报告第 12 页。"}]
    declaration.refresh_from_db()
    assert declaration.state == "returned"
    assert not RegisterEntry.objects.exists()


def test_only_whoever_took_it_up_decides(scene: dict[str, Any]) -> None:
    """A colleague takes over first, which is written down."""
    declaration = in_review(scene)
    for act in (
        lambda: services.accept(actor=scene["colleague"], declaration=declaration),
        lambda: services.return_(actor=scene["colleague"], declaration=declaration, reason="x"),
        lambda: services.add_note(
            actor=scene["colleague"], declaration=declaration, section="energy", verdict="ok"
        ),
    ):
        with pytest.raises(Problems) as error:
            act()
        assert codes(error) == {"REVIEW-OTHER"}
    services.take_over(actor=scene["colleague"], declaration=declaration)
    services.accept(actor=scene["colleague"], declaration=declaration)
    assert AuditEvent.objects.filter(verb="review.taken_over").count() == 1


def test_nobody_but_the_authority(scene: dict[str, Any]) -> None:
    """Maker, verifier and operator decide nothing; nor does the authority out of turn."""
    declaration = scene["declaration"]
    for who in (
        scene["editor"],
        make.person(scene["maker"], "approver"),
        make.person(make.organisation("verifier")),
        make.person(make.organisation("operator")),
    ):
        with pytest.raises(AccessDenied):
            services.take_up(actor=who, declaration=declaration)
        with pytest.raises(AccessDenied):
            services.accept(actor=who, declaration=declaration)
    with pytest.raises(AccessDenied):
        services.accept(actor=scene["regulator"], declaration=declaration)
    for state in ("draft", "frozen", "in_verification", "verified"):
        with pytest.raises(AccessDenied):
            services.take_up(actor=scene["regulator"], declaration=make.declaration(state))


def test_database_wants_the_decision_written(scene: dict[str, Any]) -> None:
    """No state without its decision; no decision rewritten."""
    declaration = in_review(scene)
    for state in ("accepted", "returned"):
        with pytest.raises(REFUSED), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "update declarations_declaration set state = %s where id = %s", [state, declaration.pk]
            )
    services.accept(actor=scene["regulator"], declaration=declaration)
    for sql in (
        "update declarations_reviewdecision set reason = 'x'",
        "delete from declarations_reviewdecision",
        "update declarations_registerentry set per_functional_unit = 0",
        "delete from declarations_registerentry",
        "update declarations_reviewnote set text = 'x' where false; truncate declarations_reviewnote cascade",
    ):
        with pytest.raises(REFUSED), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_correction_supersedes_what_was_accepted(scene: dict[str, Any]) -> None:
    """One entry stands; the older is kept as superseded."""
    first = in_review(scene)
    services.accept(actor=scene["regulator"], declaration=first)
    second = make.declaration(
        "submitted",
        maker=scene["maker"],
        pack=first.pack,
        number=first.number,
        version=2,
        supersedes=first,
        calculation=make.calculation(scene["maker"], make.ledger(70)),
    )
    services.take_up(actor=scene["regulator"], declaration=second)
    services.accept(actor=scene["regulator"], declaration=second)
    first.refresh_from_db()
    assert first.state == "superseded"
    assert RegisterEntry.objects.count() == 2
    assert [entry.version for entry in RegisterEntry.objects.filter(declaration__state="accepted")] == [2]


def test_second_declaration_of_the_same_pack_is_refused(scene: dict[str, Any]) -> None:
    """What does not supersede the accepted one cannot be accepted beside it."""
    first = in_review(scene)
    services.accept(actor=scene["regulator"], declaration=first)
    other = make.declaration("submitted", maker=scene["maker"], pack=first.pack)
    services.take_up(actor=scene["regulator"], declaration=other)
    with pytest.raises(Problems) as error:
        services.accept(actor=scene["regulator"], declaration=other)
    assert codes(error) == {"REVIEW-ACCEPTED-OTHER"}


def test_drafts_are_out_of_reach(scene: dict[str, Any]) -> None:
    """The authority sees what was submitted, and nothing before."""
    early = [make.declaration(state) for state in ("draft", "frozen", "in_verification", "verified")]
    seen = set(selectors.submissions_for(scene["regulator"]))
    assert seen == {scene["declaration"]}
    assert not seen & set(early)
    assert not selectors.submissions_for(scene["editor"]).exists()


def test_coverage_says_what_is_missing(scene: dict[str, Any]) -> None:
    """Five packs and every chemistry in use; the maker's own page says the same."""
    phase, maker = scene["declaration"].phase, scene["maker"]
    make.pack(maker, chemistry="NMC")
    for _number in range(2):
        make.declaration("accepted", maker=maker, phase=phase)
    make.declaration("draft", maker=maker, phase=phase)
    make.declaration("submitted", maker=maker, phase=phase, pack=make.pack(maker, is_typical=False))
    row = next(item for item in coverage(scene["regulator"], phase) if item.maker == maker)
    assert (row.declared, row.accepted, row.missing_packs) == (3, 2, 2)
    assert row.missing_chemistries == ["NMC"] and row.state == "short"
    own = maker_phases.coverage_of(maker, phase)
    assert (own.declared, own.accepted, own.missing_packs) == (3, 2, 2)
    assert own.missing_chemistries == row.missing_chemistries
    assert coverage(scene["editor"], phase) == []
