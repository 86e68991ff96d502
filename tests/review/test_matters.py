"""Questions during the review, conditions of an acceptance, who has a case: two people, two clicks, wrong roles."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, InternalError, connection, transaction

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from carbonfoot.audit.models import AuditEvent
from carbonfoot.audit.selectors import events_for
from carbonfoot.problems import Problems
from declarations import decisions
from declarations.decisions import Condition
from declarations.desk_hooks import decisions_as_recorded
from declarations.models import (
    Declaration,
    MatterEntry,
    RegisterEntry,
    ReviewAssignment,
    ReviewDecision,
    ReviewMatter,
)
from declarations.selectors import matters as matter_selectors
from declarations.selectors import review as selectors
from declarations.selectors.decisions import decisions_for
from declarations.services import matters
from declarations.services import review as services
from tests.support import factories as make

pytestmark = pytest.mark.django_db
REFUSED = (IntegrityError, InternalError)
PDF = b"%PDF-1.7 example"


@pytest.fixture
def scene() -> dict[str, Any]:
    maker, authority = make.organisation("maker"), make.organisation("authority")
    regulator = make.person(authority)
    return {
        "maker": maker,
        "declaration": services.take_up(
            actor=regulator, declaration=make.declaration("submitted", maker=maker)
        ),
        "regulator": regulator,
        "colleague": make.person(authority),
        "editor": make.person(maker),
    }


def codes(error: pytest.ExceptionInfo[Problems]) -> set[str]:
    return {item.code for item in error.value.items}


def faults() -> list[str]:
    """What the log has against decisions and answers."""
    return [fault.detail for fault in decisions_as_recorded()]


def ask(scene: dict[str, Any], text: str = "计量点在哪里？", **more: Any) -> ReviewMatter:
    asked = {"section": "electricity", "text": text, **more}
    return matters.ask(actor=scene["regulator"], declaration=scene["declaration"], **asked)


def conditions(*days: int) -> list[Condition]:
    today = clock.today()
    return [Condition("quality", f"补充第 {day} 天的记录", today + dt.timedelta(days=day)) for day in days]


def accept(scene: dict[str, Any], *days: int, **more: Any) -> RegisterEntry:
    return services.accept(
        actor=scene["regulator"], declaration=scene["declaration"], conditions=conditions(*days), **more
    )


def pdf(name: str = "抄表记录.pdf", content: bytes = PDF) -> ContentFile[bytes]:
    return ContentFile(content, name=name)


def test_question_answer_settled(scene: dict[str, Any]) -> None:
    """Asked, answered with a file, asked again, answered, closed: each kept with name and time."""
    question = ask(scene)
    assert str(question) == "Q-01"
    with pytest.raises(Problems) as error:
        accept(scene)
    assert codes(error) == {"REVIEW-QUESTION-OPEN"}
    entry = matters.answer(actor=scene["editor"], matter=question, text="在装配车间。", evidence=pdf())
    assert (len(entry.evidence_sha256), entry.evidence_name) == (64, "抄表记录.pdf")
    matters.ask_again(actor=scene["regulator"], matter=question, text="请给出电表编号。")
    matters.answer(actor=scene["editor"], matter=question, text="编号 A-17。")
    matters.settle(actor=scene["regulator"], matter=question, text="已说明。")
    assert matters.settle(actor=scene["regulator"], matter=question, text="再点一次").state == "closed"
    assert [row.kind for row in question.entries.all()] == ["answer", "again", "answer", "closed"]
    with pytest.raises(AccessDenied):
        matters.answer(actor=scene["editor"], matter=question, text="晚了")
    assert ask(scene, "另一问").number == 2
    ours = [row.verb for row in events_for(scene["editor"]) if row.verb.startswith("matter.")]
    assert ours[::-1][:5] == [
        "matter.asked",
        "matter.answered",
        "matter.asked_again",
        "matter.answered",
        "matter.settled",
    ]
    assert faults() == []


def test_second_clicks_write_once(scene: dict[str, Any]) -> None:
    """The same question, answer and note again are those that are there."""
    assert ask(scene) == ask(scene)
    question = ask(scene)
    for _click in range(2):
        matters.answer(actor=scene["editor"], matter=question, text="在装配车间。", evidence=pdf())
        services.add_note(
            actor=scene["regulator"], declaration=scene["declaration"], section="energy", verdict="ok"
        )
    assert ReviewMatter.objects.count() == MatterEntry.objects.count() == 1
    assert scene["declaration"].review_notes.count() == 1
    matters.answer(actor=scene["editor"], matter=question, text="在装配车间。")
    assert MatterEntry.objects.count() == 2, "without the file it is another answer"


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (("x.exe", b"MZ"), "EVIDENCE-TYPE"),
        (("x.pdf", b"MZ not a pdf"), "EVIDENCE-KIND"),
        (("x.pdf", b""), "EVIDENCE-EMPTY"),
    ],
)
def test_files_are_what_they_say(scene: dict[str, Any], file: tuple[str, bytes], code: str) -> None:
    """Nothing else is kept."""
    question = ask(scene)
    with pytest.raises(Problems) as error:
        matters.answer(actor=scene["editor"], matter=question, text="见附件", evidence=pdf(*file))
    assert codes(error) == {code}
    assert not MatterEntry.objects.exists()


def test_what_is_refused(scene: dict[str, Any]) -> None:
    """Empty texts, unknown sections, days past; each with its code."""
    yesterday = clock.today() - dt.timedelta(days=1)
    for more, code in (
        ({"text": " "}, "MATTER-TEXT"),
        ({"text": "x" * 5001}, "MATTER-LONG"),
        ({"section": "nowhere"}, "REVIEW-SECTION"),
        ({"due_on": yesterday}, "MATTER-DAY"),
    ):
        with pytest.raises(Problems) as error:
            ask(scene, **more)
        assert codes(error) == {code}
    for bad, code in (
        (Condition("quality", "", clock.today() + dt.timedelta(days=3)), "REVIEW-CONDITION-TEXT"),
        (Condition("nowhere", "x", clock.today() + dt.timedelta(days=3)), "REVIEW-SECTION"),
        (Condition("quality", "x", clock.today()), "REVIEW-CONDITION-DAY"),
    ):
        with pytest.raises(Problems) as error:
            services.accept(actor=scene["regulator"], declaration=scene["declaration"], conditions=[bad])
        assert codes(error) == {code}
    assert not RegisterEntry.objects.exists()


def test_return_ends_questions(scene: dict[str, Any]) -> None:
    """What is still wanted is in the reasons; nobody answers a question of a returned declaration."""
    question = ask(scene)
    services.return_(actor=scene["regulator"], declaration=scene["declaration"], reason="计量点未说明。")
    question.refresh_from_db()
    assert (question.state, question.closed_by) == ("closed", scene["regulator"].user)
    with pytest.raises(AccessDenied):
        matters.answer(actor=scene["editor"], matter=question, text="在装配车间。")


def test_acceptance_with_conditions(scene: dict[str, Any]) -> None:
    """Two conditions with their days: reported, not met, reported, met; the decision is canonical and never changes."""
    entry = accept(scene, 10, 20, reason="总体符合。")
    decision = ReviewDecision.objects.get(kind="accepted")
    content = decisions.parsed(decision)
    assert decision.number == content["number"] and decisions.is_intact(decision)
    assert [item["number"] for item in content["conditions"]] == [1, 2]
    assert content["register_entry_sha256"] == entry.sha256
    event = AuditEvent.objects.get(seq=decision.audit_seq)
    assert (event.verb, event.data["sha256"]) == ("review.accepted", decision.sha256)
    assert "补充" not in entry.content, "the register does not name conditions"
    first, second = ReviewMatter.objects.filter(kind="condition")
    assert matter_selectors.to_answer(scene["editor"]).count() == 2
    matters.answer(actor=scene["editor"], matter=first, text="已补充。", evidence=pdf())
    matters.ask_again(actor=scene["regulator"], matter=first, text="缺三月。")
    matters.answer(actor=scene["editor"], matter=first, text="三月在此。")
    matters.settle(actor=scene["regulator"], matter=first, text="齐全。")
    clock.set_process_time(clock.now() + dt.timedelta(days=21))
    assert [row.is_late for row in ReviewMatter.objects.filter(kind="condition")] == [False, True]
    counts = selectors.counts(scene["regulator"])
    assert (counts["conditions_late"], counts["answered"]) == (1, 0)
    row = selectors.rows_of([Declaration.objects.get(pk=scene["declaration"].pk)])[0]
    assert (row.conditions, row.conditions_late, row.questions) == (1, 1, 0)
    assert [item.conditions_open for item in decisions_for(scene["editor"])] == [1]
    assert second.declaration.state == "accepted"
    assert faults() == []


def test_rivals_and_bodies_see_no_matter(scene: dict[str, Any]) -> None:
    """Question, answer and decision are for the maker and the authority."""
    question = ask(scene)
    matters.answer(actor=scene["editor"], matter=question, text="在装配车间。", evidence=pdf())
    services.return_(actor=scene["regulator"], declaration=scene["declaration"], reason="见问。")
    rival = make.person(make.organisation("maker"))
    body = scene["declaration"].engagement.organisation
    for who in (rival, make.person(body), make.person(make.organisation("supplier"))):
        assert not matter_selectors.matters_for(who).exists()
        assert not matter_selectors.entries_for(who).exists()
        assert not decisions_for(who).exists()
        with pytest.raises(AccessDenied):
            matters.answer(actor=who, matter=question, text="x")
        with pytest.raises(AccessDenied):
            matters.settle(actor=who, matter=question, text="x")
    assert matter_selectors.matters_for(scene["editor"]).count() == 1
    assert decisions_for(scene["regulator"]).count() == 1


def test_maker_cannot_ask_or_settle(scene: dict[str, Any]) -> None:
    """Nor the approver, nor a colleague of the authority who does not have the case."""
    question = ask(scene)
    approver = make.person(scene["maker"], "approver")
    for who in (scene["editor"], approver):
        with pytest.raises(AccessDenied):
            matters.ask(actor=who, declaration=scene["declaration"], section="energy", text="x")
        with pytest.raises(AccessDenied):
            matters.settle(actor=who, matter=question, text="x")
    with pytest.raises(AccessDenied):
        matters.answer(actor=approver, matter=question, text="x")
    for act in (
        lambda: matters.settle(actor=scene["colleague"], matter=question, text="x"),
        lambda: matters.ask(
            actor=scene["colleague"], declaration=scene["declaration"], section="energy", text="x"
        ),
    ):
        with pytest.raises(Problems) as error:
            act()
        assert codes(error) == {"REVIEW-OTHER"}


def test_assignment_and_handing_over(scene: dict[str, Any]) -> None:
    """Before it is taken up to anybody; then by the one who has it, or with a note; every step stays written."""
    fresh, colleague, regulator = make.declaration("submitted"), scene["colleague"], scene["regulator"]
    services.assign(actor=regulator, declaration=fresh, reviewer=colleague.user)
    with pytest.raises(Problems) as error:
        services.take_up(actor=regulator, declaration=fresh)
    assert codes(error) == {"REVIEW-OTHER"}
    services.take_up(actor=colleague, declaration=fresh)
    third = make.person(colleague.organisation)
    with pytest.raises(Problems) as error:
        services.assign(actor=regulator, declaration=fresh, reviewer=third.user)
    assert codes(error) == {"REVIEW-NOTE-OTHER"}
    services.assign(actor=regulator, declaration=fresh, reviewer=third.user, note="休假")
    services.assign(actor=regulator, declaration=fresh, reviewer=third.user, note="再点一次")
    fresh.refresh_from_db()
    assert fresh.reviewer == third.user
    rows = ReviewAssignment.objects.filter(declaration=fresh).values_list("reviewer", "note")
    assert list(rows) == [(colleague.user.pk, ""), (third.user.pk, "休假")]
    stranger = make.person(make.organisation("authority"))
    for person in (stranger.user, scene["editor"].user):
        with pytest.raises(Problems) as error:
            services.assign(actor=third, declaration=fresh, reviewer=person)
        assert codes(error) == {"REVIEW-PERSON"}
    with pytest.raises(AccessDenied):
        services.assign(actor=scene["editor"], declaration=fresh, reviewer=third.user)
    loads = {load.reviewer: (load.open, load.late) for load in selectors.workload(third, [third.user])}
    assert loads == {third.user: (1, 0)}


def test_database_keeps_what_was_asked(scene: dict[str, Any]) -> None:
    """Text, day and answer never change; a closed matter not at all; no acceptance past an open question."""
    question = ask(scene)
    matters.answer(actor=scene["editor"], matter=question, text="在装配车间。")
    ReviewDecision.objects.create(
        declaration=scene["declaration"], organisation=question.organisation, kind="accepted"
    )
    statements = [
        "update declarations_reviewmatter set text = 'x'",
        "update declarations_reviewmatter set due_on = '2030-01-01'",
        "delete from declarations_reviewmatter",
        "update declarations_matterentry set text = 'x'",
        "update declarations_reviewassignment set note = 'x'",
        f"update declarations_declaration set state = 'accepted' where id = {scene['declaration'].pk}",
    ]
    for sql in statements:
        with pytest.raises(REFUSED), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    matters.settle(actor=scene["regulator"], matter=question, text="已说明。")
    with pytest.raises(REFUSED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("update declarations_reviewmatter set state = 'open', closed_at = null")
    with pytest.raises(REFUSED), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "insert into declarations_reviewdecision (declaration_id, organisation_id, kind, reason, sections,"
            " decided_at, number, content, sha256, audit_seq)"
            " select declaration_id, organisation_id, 'accepted', '', '[]', now(), 'RV-X', '{}', 'false', 1"
            " from declarations_reviewmatter"
        )


def test_changed_decision_is_found(scene: dict[str, Any]) -> None:
    """A decision without its event, or an event without its decision, is a fault of the log."""
    from tests.support.database import by_hand

    accept(scene)
    by_hand("update declarations_reviewdecision set audit_seq = 1 where number is not null")
    assert [what.split()[:4] for what in faults()] == [["no", "event", "records", "decision"]]


@pytest.mark.django_db(transaction=True)
def test_two_reviewers_and_a_maker_at_once() -> None:
    """Accept, return, hand over and ask at the same moment: one decision, and the log whole."""
    authority = make.organisation("authority")
    one, two = make.person(authority), make.person(authority)
    declaration = services.take_up(actor=one, declaration=make.declaration("submitted"))
    acts = [
        lambda: services.accept(actor=one, declaration=declaration, conditions=conditions(5)),
        lambda: services.return_(actor=one, declaration=declaration, reason="缺记录"),
        lambda: services.take_over(actor=two, declaration=declaration),
        lambda: services.accept(actor=two, declaration=declaration),
        lambda: matters.ask(actor=one, declaration=declaration, section="energy", text="哪一页？"),
        lambda: services.return_(actor=two, declaration=declaration, reason="缺记录"),
    ]
    gate, refused = threading.Barrier(len(acts)), []

    def press(act: Any) -> None:
        gate.wait()
        try:
            act()
        except (Problems, AccessDenied):
            pass
        except Exception as error:  # a deadlock, or the database's refusal, would be a fault of ours
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == []
    declaration.refresh_from_db()
    made = ReviewDecision.objects.filter(kind__in=("accepted", "returned"))
    assert len(made) <= 1
    assert (declaration.state in ("accepted", "returned")) == (len(made) == 1)
    assert not ReviewMatter.objects.filter(kind="question").exclude(state="closed").exists() or (
        declaration.state == "in_review"
    )
    assert faults() == []
