"""The inbox, its mails and the calendar as people use them."""

from __future__ import annotations

import datetime as dt
import smtplib
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Membership
from carbonfoot.jobs.models import Job
from carbonfoot.jobs.services import run_job
from carbonfoot.notices import daily, ics, mailing, tasks
from carbonfoot.notices.deadlines import DAYS, Deadline, deadlines_for
from carbonfoot.notices.models import CalendarFeed, Delivery, Notice, NoticeChoice, NoticeMail
from carbonfoot.notices.services import notify
from suppliers.models import SupplierLink
from suppliers.services import requests
from tests.declarations.test_pages import client_of
from tests.support import factories

pytestmark = pytest.mark.django_db
CANARY = "canary-7f3a"
DUE = dt.date(2026, 12, 24)


@pytest.fixture
def parties() -> tuple[Actor, Actor]:
    """A buyer's and a supplier's person."""
    buyer = factories.person(factories.organisation("maker"))
    supplier = factories.person(factories.organisation("supplier"), language="en")
    return buyer, supplier


def ask(buyer: Actor, supplier: Actor, due_on: dt.date = DUE) -> Any:
    """A data request with a confidential word in everything that is not its number."""
    assert supplier.organisation is not None
    SupplierLink.objects.get_or_create(buyer=buyer.organisation, supplier=supplier.organisation)
    return requests.create_request(
        actor=buyer,
        supplier=supplier.organisation,
        module_type="cathode",
        declared_unit="kg",
        part_zh=CANARY,
        part_en=CANARY,
        year=2025,
        due_on=due_on,
        message=CANARY,
    )


def told(actor: Actor, about: str, kind: str = "request.commented", count: int = 1) -> Notice:
    """A notice to one person, written as the services do."""
    notice = None
    for number in range(count):
        notice = Notice.objects.create(
            user=actor.user, organisation=actor.organisation, kind=kind, about=f"{about}:{number}",
            label="DR-2026-0001", params={"by_zh": "买方", "by_en": "Buyer"}, path="/requests/",
            delivery=Delivery.IMMEDIATE,
        )  # fmt: skip
    assert notice is not None
    return notice


def test_what_is_confidential_stays_behind_the_link(parties: tuple[Actor, Actor]) -> None:
    """Neither notice nor mail says more than who did what to which number."""
    buyer, supplier = parties
    with clock.at("2026-11-23 09:00"):
        row = ask(buyer, supplier)
        requests.comment(actor=supplier, request=row, text=CANARY)
        mailing.send_at_once()
    stored = str(list(Notice.objects.values()))
    assert row.number in stored
    assert CANARY not in stored
    assert [message.to for message in mail.outbox] == [[getattr(buyer.user, "email", "")]]
    assert CANARY not in mail.outbox[0].body + mail.outbox[0].subject


def test_inbox_shows_ones_own_in_both_languages_in_few_queries(parties: tuple[Actor, Actor]) -> None:
    """A list, a filter, one press to read and go, one to read all; nobody reads another's."""
    buyer, supplier = parties
    told(buyer, "a", count=40)
    notice = told(supplier, "b")
    page = client_of(supplier, "en").get("/inbox/").content.decode()
    assert "Buyer wrote on DR-2026-0001" in page
    assert "买方" in client_of(supplier).get("/inbox/").content.decode()
    client = client_of(buyer)
    counter = Counter()
    with connection.execute_wrapper(counter):
        assert client.get("/inbox/?topic=requests&unread=1").status_code == 200
    assert counter.number <= 12
    assert client.post(f"/inbox/{notice.pk}/open/").status_code == 404
    mine = Notice.objects.filter(user=buyer.user).latest("pk")
    assert client.post(f"/inbox/{mine.pk}/open/").url == "/requests/"  # type: ignore[attr-defined]
    assert client.post(f"/inbox/{mine.pk}/read/").status_code == 302
    assert Notice.objects.filter(user=buyer.user, read_at__isnull=True).count() == 39
    later = told(buyer, "c")
    client.post("/inbox/read/", {"until": (later.created_at - dt.timedelta(microseconds=1)).isoformat()})
    assert list(Notice.objects.filter(user=buyer.user, read_at__isnull=True)) == [later]


class Counter:
    """Counts statements."""

    number = 0

    def __call__(self, execute: Any, *args: Any) -> Any:
        """Pass a statement on and count it."""
        self.number += 1
        return execute(*args)


def test_choices_are_the_persons_own(parties: tuple[Actor, Actor]) -> None:
    """Chosen on the page, kept by topic, used for the next notice; something strange is refused."""
    buyer, supplier = parties
    row = ask(buyer, supplier)
    client = client_of(buyer, "en")
    assert client.post("/inbox/choices/", {"requests": "none"}).status_code == 302
    assert client.post("/inbox/choices/", {"requests": "pigeon"}).status_code == 422
    assert list(NoticeChoice.objects.values_list("topic", "delivery")) == [("requests", "none")]
    requests.comment(actor=supplier, request=row, text="x?")
    assert Notice.objects.get(user=buyer.user).delivery == Delivery.NONE
    client.post("/inbox/choices/", {"requests": ""})
    assert not NoticeChoice.objects.exists()


def test_mail_goes_once_and_is_tried_again(
    parties: tuple[Actor, Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that is away delays a mail and is written down; what was read meanwhile is not mailed."""
    buyer, supplier = parties
    told(buyer, "a")
    read = told(supplier, "b")
    send = EmailMessage.send
    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", _away)
        assert mailing.send_at_once() == 0
    assert set(NoticeMail.objects.values_list("state", flat=True)) == {"failed"}
    assert EmailMessage.send is send
    assert mailing.send_at_once() == 0  # not again at once
    Notice.objects.filter(pk=read.pk).update(read_at=clock.now())
    with clock.at(clock.now() + dt.timedelta(minutes=11)):
        assert [mailing.send_at_once(), mailing.send_at_once()] == [1, 0]
    assert len(mail.outbox) == 1
    assert "DR-2026-0001" in mail.outbox[0].subject


def _away(self: EmailMessage, fail_silently: bool = False) -> int:
    raise smtplib.SMTPServerDisconnected


def test_digest_once_a_day_in_the_persons_language(parties: tuple[Actor, Actor]) -> None:
    """All that waits, by organisation and topic, in one mail; a second run of the day sends nothing."""
    _buyer, supplier = parties
    told(supplier, "a", count=3)
    Notice.objects.update(delivery=Delivery.DIGEST)
    day = dt.date(2026, 11, 23)
    assert mailing.send_digests(day) == 1
    Notice.objects.update(mail=None)  # as if the run had died right after handing over
    assert mailing.send_digests(day) == 0
    assert not Notice.objects.filter(mail=None).exists()
    assert mail.outbox[0].subject == "carbonfoot: 3 notices, 23 November 2026"
    assert mail.outbox[0].body.count("Buyer wrote on") == 3
    told(supplier, "b")
    Notice.objects.update(delivery=Delivery.DIGEST)
    assert [mailing.send_digests(day), mailing.send_digests(day + dt.timedelta(days=1))] == [0, 1]
    assert NoticeMail.objects.get(about__endswith="-24").notices == 1


def test_a_deadline_is_told_on_each_rung_once(parties: tuple[Actor, Actor]) -> None:
    """14 and 3 days before and on the day, to the side that has to keep it; two schedulers begin a day once."""
    buyer, supplier = parties
    ask(buyer, supplier)
    days = [DUE - dt.timedelta(days=left) for left in (15, 14, 13, 3, 0)] + [DUE + dt.timedelta(days=1)]
    new = []
    for day in days:
        with clock.at(f"{day} 09:00"):
            new += [daily.tell_deadlines(day), daily.tell_deadlines(day)]
    assert new == [0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0]
    rows = Notice.objects.filter(kind="deadline.near")
    assert {row.user for row in rows} == {supplier.user}
    with clock.at("2026-12-24 07:59"):
        assert not daily.begin_day()
    with clock.at("2026-12-24 08:01"):
        assert [daily.begin_day(), daily.begin_day()] == [True, False]
    assert run_job(Job.objects.get(kind="notices.daily").pk) == "succeeded"


def test_mailing_starts_only_when_something_waits(parties: tuple[Actor, Actor]) -> None:
    """The scheduler's look costs a query; the job runs to its end."""
    tasks.mail_at_once()
    assert not Job.objects.exists()
    told(parties[0], "a")
    tasks.mail_at_once()
    assert run_job(Job.objects.get().pk) == "succeeded"
    assert Notice.objects.get().mail is not None


def test_calendar_shows_whose_it_is_to_keep(parties: tuple[Actor, Actor]) -> None:
    """The supplier has to answer, the buyer waits; a stranger sees neither."""
    buyer, supplier = parties
    row = ask(buyer, supplier)
    with clock.at("2026-12-01"):
        assert [(item.what, item.mine) for item in deadlines_for(supplier)] == [("request", True)]
        assert [(item.what, item.mine) for item in deadlines_for(buyer)] == [("awaited", False)]
        assert deadlines_for(factories.person(factories.organisation("supplier"))) == []
        page = client_of(supplier, "en").get("/calendar/").content.decode()
    assert "December 2026" in page
    assert row.number in page
    with clock.at("2027-01-01"):
        assert "逾期8天" in client_of(supplier).get("/calendar/").content.decode()
    assert row.number not in client_of(buyer).get("/calendar/?whose=mine").content.decode()


def test_secret_calendar_address(parties: tuple[Actor, Actor]) -> None:
    """Shown once, read without a session, replaced by the next; over with the role; never stored."""
    buyer, supplier = parties
    row = ask(buyer, supplier)
    client, program = client_of(supplier, "en"), Client()
    addresses = []
    for _time in range(2):
        page = client.post("/calendar/link/").content.decode()
        addresses.append(
            page.split('id="calendar-address">')[1].split("<")[0].removeprefix("http://localhost:8000")
        )
    assert program.get(addresses[0]).status_code == 404
    answer = program.get(addresses[1])
    assert answer["Content-Type"].startswith("text/calendar")
    assert f"SUMMARY:Answer to a data request is due: {row.number}" in answer.content.decode()
    assert addresses[1].rsplit("/", 1)[1].removesuffix(".ics") not in str(CalendarFeed.objects.values())
    assert addresses[1] not in client.get("/calendar/").content.decode()
    Membership.objects.filter(user=supplier.user).update(is_active=False)
    assert program.get(addresses[1]).status_code == 404
    Membership.objects.filter(user=supplier.user).update(is_active=True)
    client.post("/calendar/link/end/")
    assert program.get(addresses[1]).status_code == 404


def test_ics_is_what_calendar_programs_read() -> None:
    """Lines end in CR LF and are at most 75 octets; texts are escaped; a moved deadline keeps its name."""
    row = Deadline(DUE, "request", "DR-1", "甲" * 60 + "; a, b\\c\nX-EVIL:1", "/requests/DR-1/")
    text = ics.write([row], owner="maker-1", name="示例").decode()
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    whole = text.replace("\r\n ", "")
    assert "\\; a\\, b\\\\c X-EVIL:1" in whole
    assert "DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261225" in whole
    moved = ics.write(
        [Deadline(dt.date(2027, 1, 2), "request", "DR-1", "x")], owner="maker-1", name="x"
    ).decode()
    assert _uid(moved) == _uid(text)
    assert _uid(ics.write([row], owner="maker-2", name="x").decode()) != _uid(text)


def _uid(text: str) -> str:
    return text.split("UID:")[1].split("\r\n")[0]


def test_every_kind_of_day_and_notice_has_words(parties: tuple[Actor, Actor]) -> None:
    """The calendar page of every role opens; so does every text with the words that its kind lists."""
    from carbonfoot.notices.kinds import TABLE

    for kind in TABLE:
        words = dict.fromkeys((*kind.params, "label", "by"), "x")
        assert "%(" not in str(kind.text) % words
    assert all(str(text) for text in DAYS.values())
    with pytest.raises(RuntimeError), _no_transaction():
        notify(kind="job.failed", obj=parties[0].user, about="x")  # type: ignore[arg-type]


class _no_transaction:
    """As if outside a transaction."""

    def __enter__(self) -> None:
        self.was, transaction.get_connection().in_atomic_block = (
            transaction.get_connection().in_atomic_block,
            False,
        )

    def __exit__(self, *_error: object) -> None:
        transaction.get_connection().in_atomic_block = self.was


def test_table_names_what_the_site_has() -> None:
    """Addresses, rows of the access table and verbs: none that does not exist."""
    from carbonfoot.accounts.access import ACTIONS, ROUTES
    from carbonfoot.audit.verbs import verb_text
    from carbonfoot.notices.kinds import TABLE, TOPICS

    told_otherwise = {"job.failed", "deadline.near", "declaration.proposed"}
    for kind in TABLE:
        assert kind.topic in TOPICS
        assert kind.code in told_otherwise or verb_text(kind.code) != kind.code, kind.code
        for to in kind.to:
            assert to.action in ACTIONS, kind.code
            if to.page:
                assert to.page in ROUTES, kind.code
                args = [_example(to.page, name) for name in to.key]
                assert reverse(to.page, args=args)


def _example(page: str, name: str) -> object:
    uuid = "00000000-0000-0000-0000-000000000000"
    return (
        uuid if page in ("lca:draft", "jobs:detail") else 1 if name.endswith(("pk", "id")) else "DR-2026-0001"
    )
