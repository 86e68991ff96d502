"""Another due date for a request that was sent: on record for both sides, told to the supplier, reminders anew."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from carbonfoot.audit.models import AuditEvent
from carbonfoot.problems import Problems
from carbonfoot.ui.dates import format_day
from suppliers.chasing import log_of
from suppliers.models import DataRequest, MailRecord, ReminderStep
from suppliers.services import requests as asking
from suppliers.services.due_dates import change_due
from tests.api.test_api import token_client
from tests.suppliers.conftest import World, browser
from tests.suppliers.test_chasing import at_day, day_of_reminders
from tests.suppliers.test_pages import url
from tests.support.workbooks import run_jobs

pytestmark = pytest.mark.django_db


def later(days: int) -> dt.date:
    return clock.today() + dt.timedelta(days=days)


def test_both_sides_have_it_on_record_and_the_supplier_is_told(world: World) -> None:
    request = world.ask(due_on=later(10))
    run_jobs("suppliers.mail")
    mail.outbox.clear()
    before = request.due_on
    change_due(actor=world.buyer, request=request, due_on=later(40), text="贵厂大修，顺延。")
    run_jobs("suppliers.mail")
    request.refresh_from_db()
    assert request.due_on == later(40) and request.state == "sent"
    event = AuditEvent.objects.get(verb="request.due_changed")
    assert event.data == {"before": before.isoformat(), "due_on": later(40).isoformat()}
    (sent,) = mail.outbox
    assert world.supplier.user is not None and sent.to == [world.supplier.user.email]
    assert format_day(later(40)) in sent.body and "贵厂大修，顺延。" in sent.body
    assert MailRecord.objects.filter(what="due_changed").count() == 1
    for actor in (world.buyer, world.supplier):
        said = [entry.text for entry in log_of(actor, request)]
        assert f"{format_day(before)} → {format_day(later(40))}" in said and "贵厂大修，顺延。" in said


def test_reminders_begin_anew_with_the_new_date(world: World) -> None:
    at_day(0)
    request = world.ask(due_on=later(10))
    assert [day_of_reminders(day) for day in (7, 10)] == [1, 1]
    at_day(11)
    # Two weeks before the new date is yesterday: the mail of the change stands for that rung.
    change_due(actor=world.buyer, request=request, due_on=later(13))
    assert [day_of_reminders(day) for day in (11, 12, 21, 24, 31)] == [0, 0, 1, 1, 1]
    request.refresh_from_db()
    taken = ReminderStep.objects.filter(due_on=request.due_on).order_by("offset")
    assert [(step.offset, step.note is None) for step in taken] == [
        (-14, True),
        (-3, False),
        (0, False),
        (7, False),
    ]


def test_what_is_no_other_date_is_refused(world: World) -> None:
    request = world.ask()
    for due_on, code in ((later(-1), "REQ-DUE"), (request.due_on, "REQ-DUE-SAME")):
        with pytest.raises(Problems) as refused:
            change_due(actor=world.buyer, request=request, due_on=due_on, text="x" * 4001)
        assert [item.code for item in refused.value.items] == [code, "REQ-TEXT-LONG"]
    assert not AuditEvent.objects.filter(verb="request.due_changed").exists()


def test_only_the_customer_changes_it_and_only_while_it_waits(world: World) -> None:
    request = world.ask()
    for actor in (world.supplier, world.viewer, world.rival, world.rival_supplier):
        with pytest.raises((AccessDenied, DataRequest.DoesNotExist)):
            change_due(actor=actor, request=request, due_on=later(40))
        assert browser(actor).get(url("request_due", request.number)).status_code in (403, 404)
    asking.decline(actor=world.supplier, request=request, text="不再生产")
    with pytest.raises(AccessDenied):
        change_due(actor=world.buyer, request=request, due_on=later(40))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page(world: World, language: str) -> None:
    request = world.ask()
    client = browser(world.buyer, language)
    address = url("request_due", request.number)
    assert address in client.get(url("request_detail", request.number)).content.decode()
    page = client.get(address).content.decode()
    assert request.due_on.isoformat() in page and 'name="text"' in page
    assert client.post(address, {"due_on": request.due_on.isoformat()}).status_code == 422
    assert client.post(address, {"due_on": later(30).isoformat(), "text": ""}).status_code == 302
    request.refresh_from_db()
    assert request.due_on == later(30)


def test_by_token(world: World) -> None:
    request = world.ask()
    address = f"/api/v1/requests/{request.number}/due/"
    body = {"due_on": later(31).isoformat()}
    answer = token_client(world.buyer).post(address, body, content_type="application/json")
    assert answer.status_code == 200 and answer.json()["due_on"] == later(31).isoformat()
    again = token_client(world.buyer).post(address, body, content_type="application/json")
    assert again.status_code == 422 and again.json()["problems"][0]["code"] == "REQ-DUE-SAME"
    assert (
        token_client(world.supplier).post(address, body, content_type="application/json").status_code == 403
    )
    assert token_client(world.rival).post(address, body, content_type="application/json").status_code == 404
