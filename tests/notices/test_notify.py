"""Who is told what: in the transaction of the event, once, and nothing that the reader may not see."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from carbonfoot.accounts.actor import Actor, site_actor
from carbonfoot.accounts.models import Membership
from carbonfoot.accounts.roles import Role
from carbonfoot.jobs.services import enqueue, run_job
from carbonfoot.notices import daily, deadlines
from carbonfoot.notices.models import Delivery, Notice, NoticeChoice
from carbonfoot.notices.services import notify
from declarations.services import declarations as services
from tests.declarations import build
from tests.support import factories

pytestmark = pytest.mark.django_db


def told(kind: str) -> dict[str, str]:
    """Address by role of those who have a notice of a kind."""
    rows = Notice.objects.filter(kind=kind).select_related("user", "organisation")
    return {
        Membership.objects.get(user=row.user, organisation=row.organisation).role: row.path for row in rows
    }


def test_an_event_tells_those_it_concerns_and_not_who_did_it() -> None:
    """Submitting tells compliance staff, body and authority, each at its own page; not the approver who did it."""
    of, _verifier, row = build.verified()
    factories.person(factories.organisation("authority"))
    assert told("declaration.sent") == {Role.VERIFIER: f"/verification/{row.pk}/"}
    services.submit(actor=of.approver, declaration=row)
    assert told("declaration.submitted") == {
        Role.EDITOR: f"/declarations/{row.pk}/",
        Role.VERIFIER: f"/verification/{row.pk}/",
        Role.REGULATOR: f"/review/{row.pk}/",
    }


def test_what_is_taken_back_was_never_told() -> None:
    """A notice stands or falls with what it tells of."""
    of, row = build.draft()
    with transaction.atomic():
        services.freeze_declaration(actor=of.editor, declaration=row)
        assert set(told("declaration.frozen")) == {Role.APPROVER}
        transaction.set_rollback(True)
    assert not Notice.objects.exists()


def test_telling_twice_is_telling_once_and_each_as_chosen() -> None:
    """The same ``about`` adds nothing; the person's own choice goes before what is usual; strange words are refused."""
    of, row = build.draft()
    NoticeChoice.objects.create(user=of.approver.user, topic="declarations", delivery=Delivery.IMMEDIATE)
    for _time in range(2):
        notify(kind="declaration.frozen", obj=row, actor=of.editor, about="x:1")
    notice = Notice.objects.get()
    assert (notice.user, notice.delivery) == (of.approver.user, Delivery.IMMEDIATE)
    with pytest.raises(KeyError):
        notify(kind="declaration.frozen", obj=row, about="x:2", params={"recipe": "canary"})


def test_what_holds_today_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """To editor and approver, not to the viewer; another reason is told anew."""
    of, row = build.draft()
    for code, new in (("a", 2), ("a", 0), ("b", 2)):
        monkeypatch.setattr(deadlines, "_standing", [lambda actor, code=code: _proposal(actor, row.pk, code)])
        assert daily.tell_deadlines(dt.date(2026, 6, 1)) == new
    assert {notice.user for notice in Notice.objects.all()} == {of.editor.user, of.approver.user}


def _proposal(actor: Actor, key: int, code: str) -> list[deadlines.Standing]:
    if actor.role not in (Role.EDITOR, Role.APPROVER):
        return []
    return [
        deadlines.Standing("declaration.proposed", f"{key}:{code}", "D-2026-0001 v1", f"/declarations/{key}/")
    ]


def test_work_that_fails_tells_who_asked_for_it() -> None:
    """Once, when it has ended; the site's own work tells nobody."""
    of, row = build.draft()
    for actor, key in ((of.editor, "mine"), (site_actor(), "site")):
        job = enqueue(actor=actor, kind="declarations.report", args={"report": 0}, key=key, label=str(row))
        while run_job(job.pk) != "failed":
            assert not Notice.objects.filter(kind="job.failed", about=f"job:{job.pk}").exists()
    notice = Notice.objects.get(kind="job.failed")
    assert (notice.user, notice.label) == (of.editor.user, str(row))


def test_who_may_not_see_it_is_not_told() -> None:
    """The access table decides at the moment of telling: a body that is not engaged hears nothing."""
    _of, row = build.draft()
    stranger = build.body()
    notify(kind="job.failed", obj=row, about="x:1", people=[stranger.user] if stranger.user else [])
    assert not Notice.objects.exists()
