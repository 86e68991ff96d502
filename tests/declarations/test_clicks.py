"""Many clicks at once, from many threads, on real connections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from carbonfoot.audit.models import AuditEvent, Signature
from carbonfoot.audit.services import verify
from carbonfoot.notices.models import Notice
from declarations.models import Declaration, Engagement, QualityPlan, Receipt, Snapshot
from declarations.services import declarations, packs, plans
from tests.declarations import build

THREADS = 20


def click(times: int, do: Callable[[], Any]) -> Counter[str]:
    """Press ``times`` times from many threads; counts what came back: the result's text, or the error's name."""

    def once(_number: int) -> str:
        try:
            return str(do())
        except Exception as error:
            return type(error).__name__
        finally:
            connections.close_all()

    connection.close()
    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(once, range(times)))


@pytest.fixture(autouse=True)
def summer() -> Any:
    """The clock of all threads."""
    clock.set_process_time("2026-06-01T09:00+08:00")
    yield
    clock.set_process_time(None)


@pytest.mark.django_db(transaction=True)
def test_200_clicks_on_submit_give_one_receipt() -> None:
    """One receipt, one event, one number, one signature, each told once; every click gets that receipt."""
    of, _verifier, row = build.verified()
    back = click(
        200, lambda: declarations.submit(actor=of.approver, declaration=Declaration.objects.get(pk=row.pk))
    )
    assert back == {"RC-2026-000001": 200}
    assert Receipt.objects.count() == 1
    assert AuditEvent.objects.filter(verb="declaration.submitted").count() == 1
    assert Signature.objects.count() == 1
    told = Notice.objects.filter(kind="declaration.submitted").values_list("user_id", flat=True)
    assert len(told) == len(set(told)) == 2
    assert list(verify()) == []


@pytest.mark.django_db(transaction=True)
def test_many_clicks_on_every_other_button() -> None:
    """Freezing gives one snapshot, sending one engagement, revising one correction, beginning one declaration."""
    of, row = build.draft()
    back = click(40, lambda: declarations.freeze_declaration(actor=of.editor, declaration=row).state)
    assert back == {"frozen": 1, AccessDenied.__name__: 39}
    assert Snapshot.objects.count() == 1
    verifier = build.body()
    body = verifier.organisation
    click(40, lambda: declarations.send_to_verification(actor=of.approver, declaration=row, body=body))
    assert Engagement.objects.count() == 1
    build.signed(verifier, row)
    declarations.submit(actor=of.approver, declaration=row)
    Declaration.objects.filter(pk=row.pk).update(state="returned")
    back = click(40, lambda: declarations.revise(actor=of.editor, declaration=row, reason="更正边界").version)
    assert back == {"2": 40}
    assert Declaration.objects.count() == 2
    other = build.pack(of, model="LFP-200", gbt34014="001PE0ABCDEFZZ")
    phase = row.phase
    back = click(40, lambda: declarations.create_declaration(actor=of.editor, pack=other, phase=phase).number)
    assert back == {"D-2026-0002": 1, "Problems": 39}
    assert list(verify()) == []


@pytest.mark.django_db(transaction=True)
def test_submitting_and_withdrawing_at_once() -> None:
    """Whoever comes first wins; the other is told; never both."""
    of, _verifier, row = build.verified()

    def either(number: list[int] = [0]) -> str:  # noqa: B006 - counts the calls
        number[0] += 1
        if number[0] % 2:
            return type(declarations.submit(actor=of.approver, declaration=row)).__name__
        return declarations.reopen(actor=of.editor, declaration=row).state

    click(20, either)
    row.refresh_from_db()
    assert (row.state == "submitted") == Receipt.objects.filter(declaration=row).exists()
    assert row.state in ("submitted", "draft")


@pytest.mark.django_db(transaction=True)
def test_begin_and_register_once() -> None:
    """Two drafts of a plan, two packs of a model: one of each."""
    of = build.maker()
    click(20, lambda: plans.create_plan(actor=of.editor, title="方案"))
    assert QualityPlan.objects.count() == 1
    back = click(20, lambda: packs.create_pack(actor=of.editor, **build.facts()).model)
    assert back["LFP-100"] == 1
    assert of.organisation.packs.count() == 1
