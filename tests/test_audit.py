"""The audit chain: append only, gapless, and every kind of tampering found."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, InternalError, connection, transaction

from carbonfoot.accounts.actor import site_actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.audit.models import AuditEvent, AuditHead
from carbonfoot.audit.services import event_hash, record, verify
from tests.support.database import by_hand

REFUSED = (IntegrityError, InternalError)


def _three_events() -> Organisation:
    organisation = Organisation.objects.create(code="a", kind="maker", name_zh="示例", name_en="Example")
    for number in range(3):
        record(actor=site_actor(), verb="organisation.created", obj=organisation, data={"number": number})
    return organisation


@pytest.mark.django_db
def test_chain_holds_and_numbers_have_no_gap() -> None:
    """Three events are three links."""
    _three_events()
    assert list(verify()) == []
    assert sorted(AuditEvent.objects.values_list("seq", flat=True)) == [1, 2, 3]
    call_command("audit_verify")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("update audit_auditevent set data = '{\"number\": 9}' where seq = 2", "changed"),
        ("update audit_auditevent set actor_label = 'x' where seq = 2", "changed"),
        ("delete from audit_auditevent where seq = 2", "missing"),
        ("delete from audit_auditevent where seq = 3", "truncated"),
        ("update audit_audithead set seq = 7", "truncated"),
    ],
)
def test_tampering_is_named(sql: str, what: str) -> None:
    """A changed, a removed and a cut-off event are each found, with the number."""
    _three_events()
    by_hand(sql)
    assert what in {fault.what for fault in verify()}
    with pytest.raises(CommandError):
        call_command("audit_verify")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sql",
    [
        "update audit_auditevent set verb = 'x' where seq = 1",
        "delete from audit_auditevent where seq = 1",
        "truncate audit_auditevent cascade",
    ],
)
def test_database_refuses_changes(sql: str) -> None:
    """The application's own connection cannot change history."""
    _three_events()
    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
        with pytest.raises(REFUSED), transaction.atomic():
            cursor.execute(sql)
    assert AuditHead.objects.get().seq == 3


@pytest.mark.django_db(transaction=True)
def test_needs_a_transaction() -> None:
    """An event outside the transaction of its cause is an error of the program."""
    organisation = Organisation.objects.create(code="b", kind="maker", name_zh="示例", name_en="Example")
    with pytest.raises(RuntimeError):
        record(actor=site_actor(), verb="organisation.created", obj=organisation)


@pytest.mark.django_db
def test_events_of_an_object_name_the_one_before() -> None:
    """The events of one object are a chain of their own, whatever was recorded of others in between."""
    first, second = _three_events(), Organisation.objects.create(code="b", kind="maker", name_zh="乙")
    record(actor=site_actor(), verb="organisation.created", obj=second)
    record(actor=site_actor(), verb="organisation.created", obj=first)
    events = {event.seq: event for event in AuditEvent.objects.all()}
    assert [events[seq].object_previous for seq in (1, 2, 3, 4, 5)] == [
        "",
        events[1].hash,
        events[2].hash,
        "",
        events[3].hash,
    ]
    assert list(verify()) == []
    by_hand("update audit_auditevent set object_previous = '' where seq = 5")
    assert {(fault.seq, fault.what) for fault in verify()} == {(5, "changed")}


@pytest.mark.django_db
def test_events_from_before_that_link_still_hold() -> None:
    """An event without the link is hashed in one piece, as it was then."""
    organisation = Organisation.objects.create(code="c", kind="maker", name_zh="丙")
    event = record(actor=site_actor(), verb="organisation.created", obj=organisation)
    event.object_previous = None
    old = event_hash(event)
    by_hand(f"update audit_auditevent set object_previous = null, hash = '{old}' where seq = {event.seq}")
    by_hand(f"update audit_audithead set hash = '{old}'")
    assert list(verify()) == []
    record(actor=site_actor(), verb="organisation.created", obj=organisation)
    assert list(verify()) == []
