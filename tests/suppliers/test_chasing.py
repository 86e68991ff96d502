"""Reminders by the ladder, the log that proves them, and files with comments."""

from __future__ import annotations

import csv
import datetime as dt
import io
import smtplib
import zlib
from typing import Any

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from carbonfoot import clock
from carbonfoot.audit.services import verify
from carbonfoot.jobs.models import Job
from carbonfoot.jobs.services import run_job
from carbonfoot.problems import Problems
from suppliers.attachable import problem_of
from suppliers.chasing import log_of
from suppliers.models import DataRequest, MailRecord, NoteAttachment, ReminderStep, RequestNote
from suppliers.selectors import attachments_for, mails_of
from suppliers.services import reminders
from suppliers.services import requests as asking
from suppliers.services.mail import NOBODY
from suppliers.services.reminders import Ladder
from suppliers.tasks import begin_reminders
from tests.suppliers.conftest import World, browser
from tests.support.workbooks import run_jobs

NOON = "2026-06-01T12:00:00"


def at_day(days: int, hour: int = 12) -> None:
    moment = dt.datetime.fromisoformat(NOON).replace(hour=hour, tzinfo=clock.CHINA)
    clock.set_process_time(moment + dt.timedelta(days=days))


def day_of_reminders(days: int) -> int:
    """Let the schedule come round on a day; how many reminders went out."""
    at_day(days)
    before = RequestNote.objects.filter(kind="reminder").count()
    begin_reminders()
    run_jobs("suppliers.reminders")
    run_jobs("suppliers.mail")
    return RequestNote.objects.filter(kind="reminder").count() - before


DAYS = st.integers(0, 40)


@given(
    before=st.lists(st.integers(0, 30), max_size=5),
    every=st.integers(0, 10),
    at_most=st.integers(0, 6),
    asked=DAYS,
    runs=st.lists(st.integers(0, 120), max_size=30),
)
def test_the_ladder(before: list[int], every: int, at_most: int, asked: int, runs: list[int]) -> None:
    """However often it runs: each rung at most once, in order, never before its day nor on the day of asking."""
    ladder = Ladder(True, tuple(before), every, at_most)
    due_on, start = dt.date(2026, 3, 1), dt.date(2026, 2, 1)
    asked_on = start + dt.timedelta(days=asked)
    taken: set[int] = set()
    order = []
    for day in sorted(runs):
        today = start + dt.timedelta(days=day)
        offset = ladder.due(due_on, asked_on, today)
        if offset is None or offset in taken:
            continue
        taken.add(offset)
        order.append(offset)
        assert asked_on < due_on + dt.timedelta(days=offset) <= today
    assert order == sorted(order) and taken <= set(ladder.offsets())
    assert all(-30 <= offset <= every * at_most for offset in ladder.offsets())
    assert Ladder(False, tuple(before), every, at_most).offsets() == []


@pytest.mark.django_db
def test_the_schedule(world: World) -> None:
    """14 and 3 days before, on the day, then weekly; once a day, whatever runs twice; over when it is answered."""
    at_day(0)
    request = world.ask(due_on=clock.today() + dt.timedelta(days=20))
    run_jobs("suppliers.mail")
    sent = {day: day_of_reminders(day) for day in (0, 5, 6, 7, 17, 18, 20, 21, 27, 34)}
    assert sent == {0: 0, 5: 0, 6: 1, 7: 0, 17: 1, 18: 0, 20: 1, 21: 0, 27: 1, 34: 1}
    begin_reminders()
    assert reminders.remind_due() == 0
    assert list(ReminderStep.objects.order_by("offset").values_list("offset", flat=True)) == [
        -14,
        -3,
        0,
        7,
        14,
    ]
    note = RequestNote.objects.filter(kind="reminder").first()
    assert note is not None and (note.user, note.organisation) == (None, world.buyer.organisation)
    asking.decline(actor=world.supplier, request=request, text="不能答复")
    assert day_of_reminders(41) == 0


@pytest.mark.django_db
def test_missed_days_are_not_made_up_for(world: World) -> None:
    """A site that stood still sends the last rung only; by night nothing; a second scheduler nothing."""
    at_day(0)
    world.ask(due_on=clock.today() + dt.timedelta(days=20))
    assert day_of_reminders(19) == 1
    assert ReminderStep.objects.get().offset == -3
    at_day(20, hour=3)
    assert not reminders.begin_day()
    at_day(20)
    assert reminders.begin_day() and not reminders.begin_day()
    assert Job.objects.filter(kind="suppliers.reminders").count() == 2
    due_on = DataRequest.objects.get().due_on
    assert [reminders.take(DataRequest.objects.get().pk, due_on, 0) for _twice in range(2)] == [True, False]


@pytest.mark.django_db
def test_a_reminder_by_hand_counts(world: World) -> None:
    """Reminded by hand in the last day: the rung is passed over, and does not come later either."""
    at_day(0)
    request = world.ask(due_on=clock.today() + dt.timedelta(days=20))
    at_day(5, hour=18)
    asking.remind(actor=world.buyer, request=request)
    assert day_of_reminders(6) == 0 and day_of_reminders(7) == 0
    step = ReminderStep.objects.get()
    assert (step.offset, step.note) == (-14, None)


@pytest.mark.django_db
def test_steps_on_days_in_a_row(world: World) -> None:
    """The schedule may come round a little earlier on the second day than on the first."""
    at_day(0)
    usual: dict[str, Any] = {"enabled": True, "every": 0, "at_most": 0}
    reminders.set_policy(actor=world.buyer, before=[1, 0], **usual)
    world.ask(due_on=clock.today() + dt.timedelta(days=5))
    assert day_of_reminders(4) == 1
    at_day(5, hour=9)
    assert reminders.remind_due() == 1


@pytest.mark.django_db
def test_each_organisation_has_its_ladder(world: World) -> None:
    """Set, bounded, and nobody else's; managed suppliers are not reminded."""
    at_day(0)
    for values in ({"before": [91]}, {"before": list(range(7))}, {"every": 61}, {"at_most": 53}):
        usual: dict[str, Any] = {"enabled": True, "before": [5], "every": 7, "at_most": 2}
        with pytest.raises(Problems):
            reminders.set_policy(actor=world.buyer, **(usual | values))
    reminders.set_policy(actor=world.buyer, enabled=True, before=[5, 5, 1], every=0, at_most=0)
    due_on = clock.today() + dt.timedelta(days=10)
    world.ask(due_on=due_on)
    world.managed(due_on=due_on)
    asking.create_request(
        actor=world.rival,
        supplier=world.rival_supplier.organisation,  # type: ignore[arg-type]
        part_zh="x",
        module_type="other",
        declared_unit="kg",
        year=2025,
        due_on=due_on,
    )
    assert [day_of_reminders(day) for day in (5, 7, 9, 10, 17)] == [1, 1, 1, 1, 1]
    whose = RequestNote.objects.filter(kind="reminder").values_list("organisation", flat=True)
    own = [pk for pk in whose if pk == world.buyer.organisation_id]
    assert len(own) == 2 and len(whose) == 5


@pytest.mark.django_db
def test_the_log_proves_it_to_both_sides(world: World) -> None:
    """To whom, when, handed over; the same entries for both, and the other side's people as hints only."""
    request = world.ask()
    run_jobs("suppliers.mail")
    asking.comment(actor=world.supplier, request=request, text="CANARY-WORDS")
    address = world.supplier.user.email if world.supplier.user else ""
    logs = {
        who: log_of(actor, request) for who, actor in (("buyer", world.buyer), ("supplier", world.supplier))
    }
    assert [entry.what for entry in logs["buyer"]] == [entry.what for entry in logs["supplier"]]
    mails = {who: next(entry for entry in log if entry.kind == "mail") for who, log in logs.items()}
    assert mails["supplier"].to == address and mails["buyer"].to.startswith(address[0] + "…@")
    assert address not in browser(world.buyer).get(f"/requests/{request.number}/log/").content.decode()
    table = list(
        csv.reader(
            io.StringIO(
                browser(world.supplier).get(f"/requests/{request.number}/log/").content.decode("utf-8-sig")
            )
        )
    )
    assert any("CANARY-WORDS" in row for row in table) and any(address in row for row in table)
    for other in (world.rival, world.rival_supplier):
        assert browser(other).get(f"/requests/{request.number}/log/").status_code == 404
        assert not mails_of(other, request).exists()


@pytest.mark.django_db
def test_failures_are_recorded_and_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is away: recorded with why, tried again, and never two of one mail; a refusal for good is final."""
    request = world.ask()
    job = Job.objects.get(kind="suppliers.mail")
    answers: list[Exception | None] = [ConnectionRefusedError("secret host"), None]

    def send(self: Any, fail_silently: bool = False) -> int:
        answer = answers.pop(0)
        if answer is not None:
            raise answer
        return 1

    monkeypatch.setattr("django.core.mail.EmailMessage.send", send)
    assert run_job(job.pk) == "queued"
    failed = MailRecord.objects.get()
    assert (failed.state, failed.reason) == ("failed", "ConnectionRefusedError")
    assert run_job(job.pk) == "succeeded"
    assert sorted(MailRecord.objects.values_list("state", flat=True)) == ["failed", "handed_over"]
    Job.objects.filter(pk=job.pk).update(state="queued", finished_at=None)
    assert run_job(job.pk) == "succeeded" and MailRecord.objects.count() == 2
    asking.remind(actor=world.buyer, request=request)
    gone = {"x@example.org": (550, b"no such user")}
    answers.append(smtplib.SMTPRecipientsRefused(gone))
    assert run_jobs("suppliers.mail") == ["succeeded"]
    assert "550 no such user" in list(MailRecord.objects.values_list("reason", flat=True))


@pytest.mark.django_db
def test_nobody_to_write_to_is_said(world: World) -> None:
    request = world.ask()
    supplier = world.supplier.organisation
    assert supplier is not None
    supplier.memberships.update(is_active=False)
    run_jobs("suppliers.mail")
    assert MailRecord.objects.get().reason == NOBODY and not mail.outbox
    assert any(entry.failed for entry in log_of(world.buyer, request))


def pdf(*parts: bytes) -> bytes:
    return b"%PDF-1.7\n" + b"\n".join(parts) + b"\n%%EOF"


def packed(content: bytes) -> bytes:
    return (
        b"1 0 obj <</Type /ObjStm /Filter /FlateDecode>>\nstream\n" + zlib.compress(content) + b"\nendstream"
    )


PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20 + b"IEND\xaeB`\x82"
GOOD = [
    ("report.pdf", pdf(b"<</Type /Catalog /OpenAction [3 0 R /Fit]>>", packed(b"<</Type /Page>>"))),
    ("photo.PNG", PNG),
    ("photo.jpg", b"\xff\xd8\xff\xe0" + b"x" * 9 + b"\xff\xd9"),
    ("notes.txt", "说明".encode("gb18030")),
    ("rows.csv", b"a,b\n1,2\n"),
]
BAD = [
    ("ATT-ACTIVE", "a.pdf", pdf(b"<</S /JavaScript /JS (app.alert(1))>>")),
    ("ATT-ACTIVE", "a.pdf", pdf(b"<</S /J#61vaScript>>")),
    ("ATT-ACTIVE", "a.pdf", pdf(packed(b"<</S /Launch /F (calc.exe)>>"))),
    ("ATT-ACTIVE", "a.pdf", pdf(b"<</Names <</EmbeddedFiles 3 0 R>>>>")),
    ("ATT-ACTIVE", "a.pdf", pdf(packed(b"<</A 1>>"), b"<</Filter /LZWDecode>>")),
    ("ATT-ENCRYPTED", "a.pdf", pdf(b"trailer <</Encrypt 9 0 R>>")),
    ("ATT-INFLATES", "a.pdf", pdf(packed(b"\x00" * 70_000_000))),
    ("ATT-CONTENT", "a.pdf", b"MZ\x90\x00"),
    ("ATT-CONTENT", "a.png", b"<svg onload=alert(1)>"),
    ("ATT-CONTENT", "a.jpg", PNG),
    ("ATT-CONTENT", "a.txt", b"<html><script>alert(1)</script>"),
    ("ATT-CONTENT", "a.csv", b"a\x00b"),
    ("ATT-TYPE", "a.svg", b"<svg/>"),
    ("ATT-TYPE", "a.docm", b"PK\x03\x04"),
    ("ATT-TYPE", "noending", b"x"),
    ("ATT-WORKBOOK", "a.xlsx", b"PK\x03\x04junk"),
    ("ATT-EMPTY", "a.pdf", b""),
    ("ATT-LARGE", "a.pdf", b"%PDF-" + b"x" * 10_485_760),
]


@pytest.mark.parametrize(("name", "content"), GOOD, ids=[name for name, _content in GOOD])
def test_files_that_may_go_along(name: str, content: bytes) -> None:
    assert problem_of(name, content) is None


@pytest.mark.parametrize(
    ("code", "name", "content"), BAD, ids=[f"{code}-{i}" for i, (code, *_x) in enumerate(BAD)]
)
def test_files_that_may_not(code: str, name: str, content: bytes) -> None:
    found = problem_of(name, content)
    assert found is not None and found.code == code


@pytest.mark.django_db
def test_comments_with_files(world: World) -> None:
    """Kept as they came, for the two parties; refused whole with every reason; identical bytes once."""
    request = world.ask()
    client = browser(world.supplier, "en")
    path = f"/requests/{request.number}/comment/"

    def files(*rows: tuple[str, bytes]) -> list[SimpleUploadedFile]:
        return [SimpleUploadedFile(name, content) for name, content in rows]

    bad = client.post(path, {"text": "see", "attached": files(GOOD[1], ("x.exe", b"MZ"), ("y.pdf", b"no"))})
    page = bad.content.decode()
    assert bad.status_code == 422 and "x.exe" in page and "y.pdf" in page and "see" in page
    assert not NoteAttachment.objects.exists() and not RequestNote.objects.exists()
    many = [(f"{n}.txt", b"t%d" % n) for n in range(6)]
    assert client.post(path, {"text": "see", "attached": files(*many)}).status_code == 422
    done = client.post(path, {"text": "see", "attached": files(GOOD[1], ("same.png", PNG), GOOD[3])})
    assert done.status_code == 302
    row = NoteAttachment.objects.get(filename="photo.PNG")
    assert NoteAttachment.objects.count() == 2
    for reader in (world.buyer, world.supplier, world.viewer):
        answer = browser(reader).get(f"/requests/attachments/{row.pk}/")
        assert b"".join(answer.streaming_content) == PNG  # type: ignore[attr-defined]
        assert (
            answer["Content-Disposition"].startswith("attachment")
            and "sandbox" in answer["Content-Security-Policy"]
        )
    for other in (world.rival, world.rival_supplier):
        assert browser(other).get(f"/requests/attachments/{row.pk}/").status_code == 404
        assert not attachments_for(other).exists()
    assert [fault for fault in verify() if "attachment" in fault.detail] == []
    stored = row.file.storage.path(row.file.name)
    with open(stored, "wb") as target:
        target.write(b"changed")
    assert [fault.what for fault in verify() if "attachment" in fault.detail] == ["changed"]


@pytest.mark.django_db
def test_the_settings_page(world: World) -> None:
    client = browser(world.buyer, "en")
    assert "14, 3, 0" in client.get("/suppliers/reminders/").content.decode()
    form = {"enabled": "on", "before": "21，7", "every": "5", "at_most": "3"}
    assert client.post("/suppliers/reminders/", form).status_code == 302
    assert "21, 7" in client.get("/suppliers/reminders/").content.decode()
    assert client.post("/suppliers/reminders/", form | {"before": "soon"}).status_code == 422
    assert browser(world.viewer).post("/suppliers/reminders/", form).status_code == 403
