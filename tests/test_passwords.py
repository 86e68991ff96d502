"""Forgotten passwords and first passwords: one link, used once, the same answer for every address."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.core import mail
from django.test import Client

from carbonfoot import clock
from carbonfoot.accounts import people
from carbonfoot.accounts.models import SecretLink, User
from carbonfoot.accounts.throttle import LIMIT, MAILS_FROM_ONE, MAILS_TO_ONE
from carbonfoot.audit.models import AuditEvent
from carbonfoot.jobs.models import Job
from tests.support import factories
from tests.support.workbooks import run_jobs

pytestmark = pytest.mark.django_db
OLD, NEW = "a-long-password-1", "another-long-one-2"


def account() -> User:
    actor = factories.person(factories.organisation("maker"), language="en")
    assert actor.user is not None
    actor.user.set_password(OLD)
    actor.user.save()
    return actor.user


def ask(email: str, address: str = "10.0.0.1") -> str:
    answer = Client(REMOTE_ADDR=address).post("/password/forgotten/", {"email": email})
    assert answer.status_code == 200
    run_jobs("accounts.password_link")
    return re.sub(r'"\w{64}"', '"token"', answer.content.decode().replace(email, ""))


def link() -> str:
    found = re.search(r"(/password/link/[\w-]+/)", mail.outbox[-1].body)
    assert found is not None
    return found[1]


def test_the_whole_way() -> None:
    """Mail, link, new password; the old one and other sessions end; the link opens nothing twice."""
    user = account()
    elsewhere = Client()
    assert elsewhere.post("/signin/", {"email": user.email, "password": OLD}).status_code == 302
    ask(user.email)
    client, path = Client(), link()
    assert client.get(path, follow=True).status_code == 200
    assert client.post("/password/new/", {"new": "short"}).status_code == 422
    assert client.post("/password/new/", {"new": NEW}).status_code == 302
    assert elsewhere.get("/account/").status_code == 302
    assert Client().post("/signin/", {"email": user.email, "password": OLD}).status_code == 422
    assert Client().post("/signin/", {"email": user.email, "password": NEW}).status_code == 302
    again = Client()
    assert again.get(path, follow=True).status_code == 410
    assert again.post("/password/new/", {"new": OLD}).status_code == 410
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"password.link_sent", "password.set_by_link"} <= verbs


def test_same_answer_with_and_without_account() -> None:
    """The page, the job and its result are alike; only the mailbox knows."""
    user = account()
    assert ask(user.email) == ask("nobody@example.org")
    assert len(mail.outbox) == 1
    assert [job.result for job in Job.objects.filter(kind="accounts.password_link")] == [{}, {}]
    assert {job.state for job in Job.objects.filter(kind="accounts.password_link")} == {"succeeded"}


def test_only_a_digest_is_stored_and_it_ends() -> None:
    """Two hours; a newer link ends the one before; a change of the password ends all."""
    user = account()
    ask(user.email)
    first = link()
    secret = first.split("/")[3]
    assert not SecretLink.objects.filter(digest=secret).exists()
    assert not any(secret in f"{job.args}{job.result}{job.key}" for job in Job.objects.all())
    ask(user.email)
    second = link()
    assert Client().get(first, follow=True).status_code == 410
    client = Client()
    assert client.get(second, follow=True).status_code == 200
    clock.set_process_time(clock.now() + dt.timedelta(hours=2, minutes=1))
    assert client.get("/password/new/").status_code == 410


def test_asking_is_throttled() -> None:
    """Three mails to one account, twenty from one address, within a quarter of an hour; the answer stays the same."""
    user = account()
    pages = {ask(user.email) for _ in range(MAILS_TO_ONE + 2)}
    assert len(mail.outbox) == MAILS_TO_ONE and len(pages) == 1
    for number in range(MAILS_FROM_ONE):
        ask(f"n{number}@example.org", "10.0.0.9")
    other = account()
    assert ask(other.email, "10.0.0.9") in pages
    assert other.email not in [to for letter in mail.outbox for to in letter.to]
    clock.set_process_time(clock.now() + dt.timedelta(minutes=16))
    ask(other.email, "10.0.0.9")
    assert other.email in [to for letter in mail.outbox for to in letter.to]


def test_a_new_password_ends_the_count_of_failures() -> None:
    user = account()
    for _ in range(LIMIT):
        Client(REMOTE_ADDR="10.0.0.7").post("/signin/", {"email": user.email, "password": "wrong"})
    ask(user.email)
    client = Client()
    client.get(link(), follow=True)
    client.post("/password/new/", {"new": NEW})
    signed_in = Client(REMOTE_ADDR="10.0.0.8").post("/signin/", {"email": user.email, "password": NEW})
    assert signed_in.status_code == 302


def test_first_password_must_be_changed() -> None:
    """Whoever is created by the operator opens nothing before choosing a password that only they know."""
    operator = factories.person(factories.organisation("operator"))
    maker = factories.organisation("maker")
    membership, first = people.add_person(
        actor=operator, organisation=maker, email="new@example.org", name="新人", role="editor"
    )
    client = Client()
    client.post("/signin/", {"email": "new@example.org", "password": first})
    for path in ("/", "/packs/", "/requests/", "/suppliers/"):
        answer = client.get(path)
        assert answer.status_code == 302 and answer.headers["Location"] == "/account/", path
    assert client.post("/packs/new/").status_code == 302
    same = client.post("/account/", {"current": first, "new": first})
    assert same.status_code == 422
    assert client.post("/account/", {"current": first, "new": NEW}).status_code == 302
    assert client.get("/packs/").status_code == 200
    membership.user.refresh_from_db()
    assert not membership.user.must_change_password
    assert AuditEvent.objects.filter(verb="password.changed").count() == 1
