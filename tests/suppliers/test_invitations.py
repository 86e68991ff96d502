"""Inviting a supplier: once, expiring, with nothing but a digest stored, and never to somebody else's company."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from carbonfoot.accounts.models import Membership, Organisation, SecretLink, User
from carbonfoot.audit.models import AuditEvent
from carbonfoot.jobs.models import Job
from carbonfoot.problems import Problems
from suppliers.models import DataRequest, MailRecord, SupplierInvitation, SupplierLink
from suppliers.selectors import invitations_for, requests_inbox
from suppliers.services import accepting, invitations, links
from suppliers.services import requests as asking
from suppliers.statuses import invitation_status
from tests.suppliers.conftest import World, browser
from tests.support.factories import organisation, person
from tests.support.workbooks import run_jobs

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-password-1"
USCC = "91350000MA2DEMP2XB"


def asked(**changes: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "part_zh": "铝壳 A-1",
        "module_type": "housing",
        "declared_unit": "kg",
        "year": clock.today().year - 1,
        "due_on": clock.today() + dt.timedelta(days=28),
        "message": "请尽快答复",
    }
    return facts | changes


def invite(world: World, **changes: Any) -> SupplierInvitation:
    facts: dict[str, Any] = {
        "actor": world.buyer,
        "name_zh": "示例新供应商",
        "name_en": "Example new supplier (demo)",
        "contact_name": "王工",
        "email": "Contact@New.Example",
        "language": "en",
        "request": asked(),
    }
    return invitations.invite(**(facts | changes))


def secret_of_mail(number: int = -1) -> str:
    found = re.search(r"/invitation/link/([\w-]+)/", mail.outbox[number].body)
    assert found is not None, mail.outbox[number].body
    return found[1]


def live_link(secret: str) -> SecretLink:
    from carbonfoot.accounts import secret_links

    link = secret_links.find(secret, "invitation")
    assert link is not None
    return link


def opened(world: World, **changes: Any) -> tuple[SupplierInvitation, str]:
    made = invite(world, **changes)
    assert run_jobs("suppliers.invitation_mail") == ["succeeded"]
    return made, secret_of_mail()


def test_the_whole_way_by_browser(world: World) -> None:
    """Mail, link, name and password, and the request is there; the link opens nothing a second time."""
    made, secret = opened(world)
    letter = mail.outbox[0]
    assert letter.to == ["contact@new.example"] and "asks" in letter.body and made.request is not None
    assert made.request.number in letter.body
    record = MailRecord.objects.get()
    assert (record.state, record.address, record.request) == (
        "handed_over",
        "contact@new.example",
        made.request,
    )
    assert world.buyer.organisation == made.link.buyer and made.link.mode == "managed"
    client = Client()
    client.cookies["language"] = "en"
    followed = client.get(f"/invitation/link/{secret}/")
    assert followed.status_code == 302 and secret not in followed.headers["Location"]
    page = client.get("/invitation/").content.decode()
    assert "铝壳 A-1" in page and secret not in page
    made.refresh_from_db()
    assert str(invitation_status(made).label) == "链接已打开" or invitation_status(made).kind == "info"
    weak = client.post("/invitation/", {"name": "王工", "password": "short"})
    assert weak.status_code == 422 and User.objects.filter(email="contact@new.example").count() == 0
    done = client.post("/invitation/", {"name": "王工", "password": PASSWORD})
    assert done.status_code == 302 and made.request.number in done.headers["Location"]
    assert client.get(done.headers["Location"]).status_code == 200
    made.refresh_from_db()
    link = SupplierLink.objects.get(pk=made.link_id)
    assert made.accepted_at is not None and link.mode == "linked"
    request = DataRequest.objects.get(pk=made.request.pk)
    assert (request.state, request.managed) == ("opened", False)
    for again in (Client(), client):
        again.get(f"/invitation/link/{secret}/")
        assert again.get("/invitation/").status_code == 410
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"supplier.invited", "supplier.accepted", "person.created", "membership.granted"} <= verbs


def test_only_a_digest_is_stored(world: World) -> None:
    """The secret is in the mail alone: not in the row, the job, the log or the record of the mail."""
    _made, secret = opened(world)
    stored = [
        *SecretLink.objects.values_list("digest", flat=True),
        *(f"{job.args} {job.result} {job.key}" for job in Job.objects.all()),
        *(f"{event.data} {event.object_label}" for event in AuditEvent.objects.all()),
        *(str(vars(row)) for row in MailRecord.objects.all()),
    ]
    assert not any(secret in str(text) for text in stored)


def test_expired_revoked_and_sent_again(world: World) -> None:
    """A link ends after 14 days, when revoked, and when a newer one was sent; sending again waits an hour."""
    made, first = opened(world)
    with pytest.raises(Problems):
        invitations.resend(actor=world.buyer, invitation=made)
    clock.set_process_time(clock.now() + dt.timedelta(hours=2))
    invitations.resend(actor=world.buyer, invitation=made)
    run_jobs("suppliers.invitation_mail")
    second = secret_of_mail()
    assert second != first
    client = Client()
    client.get(f"/invitation/link/{first}/")
    assert client.get("/invitation/").status_code == 410
    client.get(f"/invitation/link/{second}/")
    assert client.get("/invitation/").status_code == 200
    clock.set_process_time(clock.now() + dt.timedelta(days=14, minutes=1))
    assert client.get("/invitation/").status_code == 410
    made.refresh_from_db()
    assert invitation_status(made).kind == "bad"
    invitations.resend(actor=world.buyer, invitation=made)
    run_jobs("suppliers.invitation_mail")
    link = live_link(secret_of_mail())
    invitations.revoke(actor=world.buyer, invitation=made)
    with pytest.raises(Problems):
        accepting.accept_as_new(link=link, name="x", password=PASSWORD, language="en")
    with pytest.raises(Problems):
        invitations.resend(actor=world.buyer, invitation=made)


def test_a_reminder_brings_a_fresh_way_in(world: World) -> None:
    """Nobody can sign in yet: the reminder's link opens the account, and the one before ends."""
    made, first = opened(world)
    assert made.request is not None
    asking.remind(actor=world.buyer, request=made.request)
    assert run_jobs("suppliers.mail") == ["succeeded"]
    second = secret_of_mail()
    assert mail.outbox[-1].to == ["contact@new.example"] and second != first
    stale = Client()
    stale.get(f"/invitation/link/{first}/")
    assert stale.get("/invitation/").status_code == 410
    accepting.accept_as_new(link=live_link(second), name="王工", password=PASSWORD, language="en")
    clock.set_process_time(clock.now() + dt.timedelta(days=2))
    asking.remind(actor=world.buyer, request=made.request)
    run_jobs("suppliers.mail")
    assert "/invitation/" not in mail.outbox[-1].body


def test_sending_the_form_twice_is_one_invitation(world: World) -> None:
    first = invite(world)
    assert invite(world).pk == first.pk
    assert DataRequest.objects.count() == 1 and SupplierInvitation.objects.count() == 1
    assert Organisation.objects.filter(name_zh="示例新供应商").count() == 1


def test_all_problems_at_once(world: World) -> None:
    """What is wrong with the person and with the request is told together, and nothing is stored."""
    with pytest.raises(Problems) as refused:
        invite(world, contact_name=" ", email="nobody", language="fr")
    assert {item.code for item in refused.value.items} == {"INV-EMAIL", "INV-CONTACT", "INV-LANGUAGE"}
    with pytest.raises(Problems) as refused:
        invite(world, request=asked(module_type="?", declared_unit="?"))
    assert {item.code for item in refused.value.items} == {"REQ-TYPE", "REQ-UNIT"}
    assert not SupplierInvitation.objects.exists() and not Organisation.objects.filter(name_zh="示例新供应商")


def test_managed_supplier_becomes_linked(world: World) -> None:
    """Untouched requests go to the account; what the buyer began stays with it."""
    waiting, begun = world.managed(), world.managed(part_zh="盖板")
    asking.lock(world.buyer, begun)
    DataRequest.objects.filter(pk=begun.pk).update(state="in_progress")
    made = invite(world, supplier=waiting.supplier, name_zh="", name_en="")
    run_jobs("suppliers.invitation_mail")
    user, _invitation = accepting.accept_as_new(
        link=live_link(secret_of_mail()), name="王工", password=PASSWORD, language="en"
    )
    waiting.refresh_from_db()
    begun.refresh_from_db()
    assert (waiting.managed, begun.managed) == (False, True)
    membership = Membership.objects.get(user=user)
    assert membership.organisation == waiting.supplier and membership.role == "supplier"
    from carbonfoot.accounts.actor import for_membership

    assert set(requests_inbox(for_membership(membership))) == {waiting, made.request}


def test_a_stated_credit_code_finds_nobody(world: World) -> None:
    """Until the operator confirms it, no other customer's search leads to the account."""
    made = invite(world, uscc=USCC)
    company = made.link.supplier
    assert (company.uscc, company.stated_uscc) == ("", USCC)
    with pytest.raises(Problems):
        links.add_supplier(actor=world.rival, mode="linked", code=USCC)
    from carbonfoot.accounts import services

    operator = person(organisation("operator"))
    with pytest.raises(AccessDenied):
        services.confirm_credit_code(actor=world.buyer, organisation=company)
    services.confirm_credit_code(actor=operator, organisation=company)
    company.refresh_from_db()
    assert (company.uscc, company.stated_uscc) == (USCC, "")


def test_nobody_opens_a_company_that_others_lean_on(world: World) -> None:
    """A rival that shares a managed supplier cannot put its own person there, and would read what was entered."""
    shared = links.add_supplier(actor=world.buyer, mode="managed", name_zh="共享供应商", uscc=USCC)
    links.add_supplier(actor=world.rival, mode="managed", name_zh="共享供应商", uscc=USCC)
    with pytest.raises(Problems) as refused:
        invite(world, actor=world.rival, name_zh="共享供应商", uscc=USCC)
    assert [item.code for item in refused.value.items] == ["INV-OPERATOR"]
    shared.supplier.refresh_from_db()
    assert (
        shared.supplier.uscc == USCC and not Membership.objects.filter(organisation=shared.supplier).exists()
    )


def test_a_person_with_an_account_signs_in_and_chooses(world: World) -> None:
    """The customer is linked to the own organisation, and the request goes there."""
    assert world.rival_supplier.user is not None and world.rival_supplier.organisation is not None
    made = invite(world, email=world.rival_supplier.user.email)
    run_jobs("suppliers.invitation_mail")
    secret = secret_of_mail()
    visitor = Client()
    visitor.get(f"/invitation/link/{secret}/")
    page = visitor.get("/invitation/").content.decode()
    assert "/signin/?next=" in page and 'name="password"' not in page
    assert visitor.post("/invitation/", {"name": "x", "password": PASSWORD}).status_code == 422
    client = browser(world.rival_supplier)
    client.get(f"/invitation/link/{secret}/")
    own = Membership.objects.get(user=world.rival_supplier.user)
    assert client.post("/invitation/", {"organisation": "999999"}).status_code == 302
    made.refresh_from_db()
    assert made.accepted_at is None
    done = client.post("/invitation/", {"organisation": str(own.pk)})
    assert made.request is not None and made.request.number in done.headers["Location"]
    request = DataRequest.objects.get(pk=made.request.pk)
    assert request.supplier == world.rival_supplier.organisation and not request.managed
    link = SupplierLink.objects.get(buyer=world.buyer.organisation, supplier=request.supplier)
    assert link.mode == "linked"
    assert not Organisation.objects.get(name_zh="示例新供应商").is_active


def test_rivals_and_viewers_see_nothing(world: World) -> None:
    """The list is the buyer's; a rival finds nothing, a viewer may read and not press."""
    made = invite(world)
    assert invitations_for(world.buyer).count() == 1
    for other in (world.rival, world.supplier, world.rival_supplier):
        assert not invitations_for(other).exists()
        assert browser(other).post(f"/suppliers/invitations/{made.pk}/revoke/").status_code == 404
    assert browser(world.viewer).post(f"/suppliers/invitations/{made.pk}/revoke/").status_code == 403
    assert "contact@new.example" in browser(world.buyer).get("/suppliers/invitations/").content.decode()
    made.refresh_from_db()
    assert made.revoked_at is None


def test_the_pages(world: World) -> None:
    """Invite by the form, in one step with the first request."""
    client = browser(world.buyer, "en")
    facts = asked(due_on=(clock.today() + dt.timedelta(days=20)).isoformat())
    form = {
        "name_zh": "表单供应商",
        "contact_name": "李工",
        "email": "li@form.example",
        "language": "zh-hans",
    }
    answer = client.post("/suppliers/invitations/new/", {**facts, **form})
    assert answer.status_code == 302, answer.content.decode()
    made = SupplierInvitation.objects.get()
    assert made.request is not None and made.request.part_zh == "铝壳 A-1"
    page = client.get("/suppliers/").content.decode()
    assert "invited" in page
    assert client.post("/suppliers/invitations/new/", {**facts, **form, "email": "?"}).status_code == 422


def test_the_list_asks_a_fixed_number_of_questions(world: World, count_queries: Any) -> None:
    """One invitation or five, accepted by whomever: the same number of queries."""
    client = browser(world.buyer)

    def accepted(number: int) -> None:
        made = invite(world, name_zh=f"示例供应商{number}", email=f"c{number}@new.example")
        made.accepted_at, made.accepted_by = clock.now(), world.buyer.user
        made.save(update_fields=["accepted_at", "accepted_by"])

    def queries() -> int:
        with count_queries(connection) as caught:
            client.get("/suppliers/invitations/")
        return len(caught)

    accepted(0)
    queries()  # the first page of a process reads what stays in memory
    few = queries()
    for number in range(1, 5):
        accepted(number)
    assert client.get("/suppliers/invitations/").content.decode().count("@new.example") == 5
    assert queries() == few
