"""Triggers of a new declaration: each proposed with its evidence, put aside with a reason, back when it changes."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from carbonfoot.audit.models import AuditEvent
from carbonfoot.problems import Problems
from declarations.models import Declaration, TriggerDismissal
from declarations.reference import ensure_phases
from declarations.selectors.corrections import difference_to_before
from declarations.selectors.triggers import months_after, triggers_for
from declarations.services import declarations
from declarations.services import triggers as services
from lca.models import FactorRelease
from lca.reference import ensure_reference_data
from tests.declarations.test_way import SUMMER, codes
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def accepted(of: Any, **fields: Any) -> Declaration:
    """An accepted declaration of a pack with an inventory, on one published result."""
    inventory = make.inventory(of)
    result = make.result(make.organisation("supplier"), of)
    document = {
        "results": [
            {
                "id": str(result.pk),
                "version": "1",
                "supplier": {"zh": "示例供应商", "en": "Example supplier"},
                "product": {"zh": "示例电芯", "en": "Example cell"},
                "valid_until": "2027-06-30",
            }
        ]
    }
    calculation = make.calculation(of, document=document, inventory_=inventory)
    pack = make.pack(of, inventory=inventory)
    return make.declaration("accepted", maker=of, pack=pack, calculation=calculation, **fields)


@pytest.fixture
def scene() -> Any:
    """A maker with an accepted declaration in the trial phase; the clock stands in summer."""
    with clock.at(SUMMER):
        ensure_reference_data()
        trial = ensure_phases()[0]
        of = make.organisation("maker")
        row = accepted(of, phase=trial)
        yield {
            "of": of,
            "row": row,
            "editor": make.person(of, "editor"),
            "approver": make.person(of, "approver"),
            "regulator": make.person(make.organisation("authority")),
        }


def kinds(actor: Any) -> set[str]:
    """Kinds of triggers that are open."""
    return {item.kind for item in triggers_for(actor) if item.dismissal is None}


def worse(row: Declaration, times: float = 1.2) -> None:
    """A newer calculation of the pack with another result."""
    content = make.ledger(75.0 * times)
    make.calculation(row.organisation, content, inventory_=row.pack.inventory)


def test_nothing_is_proposed_without_cause(scene: Any) -> None:
    """A fresh declaration has no trigger; a difference below the threshold is none; a draft is never looked at."""
    assert kinds(scene["editor"]) == set()
    worse(scene["row"], 1.099)
    assert kinds(scene["editor"]) == set()


@pytest.mark.parametrize(
    ("day", "kind", "opens"),
    [
        ("2029-06-01T12:00+08:00", "statement", False),
        ("2029-06-02T00:00+08:00", "statement", True),
        ("2027-06-30T23:59+08:00", "supplier_expired", False),
        ("2027-07-01T00:00+08:00", "supplier_expired", True),
        ("2026-12-31T23:59+08:00", "phase", False),
        ("2027-01-01T00:00+08:00", "phase", True),
    ],
)
def test_time_alone_proposes(scene: Any, day: str, kind: str, opens: bool) -> None:
    """Days in China: the last good day proposes nothing, the next one does."""
    with clock.at(day):
        assert (kind in kinds(scene["editor"])) is opens


def test_each_change_is_proposed_with_old_and_new(scene: Any) -> None:
    """Result, facts, release and supplier version, with the evidence for each."""
    row = scene["row"]
    worse(row)
    row.pack.mass_kg = Decimal("700")
    row.pack.save()
    FactorRelease.objects.create(
        code="CN-2026.2", sha256="c" * 64, title_zh="新", title_en="New", published=dt.date(2099, 1, 1)
    )
    first = row.calculation.revision.document["results"][0]["id"]
    supplier = make.organisation("supplier")
    later = make.result(supplier, version=2, supersedes_id=first)
    found = {item.kind: item for item in triggers_for(scene["editor"])}
    assert set(found) == {"result", "facts", "release"}  # the newer version has been granted to nobody
    later.grants.create(buyer=row.organisation)
    found = {item.kind: item for item in triggers_for(scene["editor"])}
    assert set(found) == {"result", "facts", "release", "supplier_newer"}
    change = found["facts"].evidence["changes"]
    assert [(item["key"], item["old"], item["new"]) for item in change] == [("pack.mass_kg", "648.63", "700")]
    old, new = (float(found["result"].evidence[side]["figure"]) for side in ("old", "new"))
    assert new / old == pytest.approx(1.2)
    assert found["supplier_newer"].evidence["results"][0]["newer"] == "2"
    assert found["release"].evidence == {"old": "CN-2026.1", "new": "CN-2026.2"}


def test_put_aside_until_the_evidence_changes(scene: Any) -> None:
    """The approver alone, with a reason, for what was seen; recorded once; other evidence opens it again."""
    row, approver = scene["row"], scene["approver"]
    worse(row)
    seen = triggers_for(approver, row)[0]
    what = {"declaration": row, "kind": seen.kind, "evidence_sha256": seen.sha256, "reason": "试算，不采用。"}
    with pytest.raises(AccessDenied):
        services.dismiss(actor=scene["editor"], **what)
    for change, code in (
        ({"reason": " "}, "DECL-REASON"),
        ({"evidence_sha256": "0" * 64}, "TRIGGER-CHANGED"),
        ({"kind": "release"}, "TRIGGER-CHANGED"),
    ):
        with pytest.raises(Problems) as caught:
            services.dismiss(actor=approver, **{**what, **change})
        assert codes(caught) == {code}
    first = services.dismiss(actor=approver, **what)
    assert services.dismiss(actor=approver, **what) == first
    assert kinds(approver) == set()
    event = AuditEvent.objects.get(verb="declaration.trigger_dismissed")
    assert event.data["reason"] == "试算，不采用。"
    with pytest.raises(IntegrityError), transaction.atomic():
        TriggerDismissal.objects.update(reason="x")
    worse(row, 1.3)
    assert kinds(approver) == {"result"}


def test_a_correction_under_way_silences(scene: Any) -> None:
    """What is being declared anew is proposed no more."""
    worse(scene["row"])
    declarations.revise(actor=scene["editor"], declaration=scene["row"], reason="数据更新")
    assert kinds(scene["editor"]) == set()


def test_who_sees_what(scene: Any, client: Client) -> None:
    """Rivals and suppliers nothing; the authority what rests on public facts, never an undeclared figure."""
    worse(scene["row"])
    rival, supplier = make.person(make.organisation("maker"), "editor"), make.organisation("supplier")
    assert kinds(rival) == kinds(make.person(supplier)) == set()
    with clock.at("2030-01-01T09:00+08:00"):
        assert kinds(scene["regulator"]) == {"statement", "phase"}
        assert kinds(scene["editor"]) >= {"statement", "phase", "result", "supplier_expired"}
        client.force_login(scene["regulator"].user)
        page = client.get(reverse("declarations:review", args=[scene["row"].pk])).content.decode()
        # What is proposed is there; the maker's buttons and the figure that was not declared are not.
        assert 'id="triggers"' in page and "/revise/" not in page and "0.0667" not in page


def test_queries_do_not_grow(scene: Any) -> None:
    """As many queries for five declarations as for one."""
    with CaptureQueriesContext(connection) as one:
        triggers_for(scene["editor"])
    for _number in range(4):
        worse(accepted(scene["of"], phase=scene["row"].phase))
    with CaptureQueriesContext(connection) as five:
        assert len(triggers_for(scene["editor"])) == 4
    assert len(five) == len(one) <= 14


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_show_them(scene: Any, client: Client, language: str) -> None:
    """The declaration's page and the first page; put aside by the form."""
    row = scene["row"]
    worse(row)
    client.cookies["language"] = language
    client.force_login(scene["approver"].user)
    address = f"/declarations/{row.pk}/"
    page = client.get(address).content.decode()
    assert 'id="triggers"' in page
    assert f"{address}#triggers" in client.get("/?show=team").content.decode()
    seen = triggers_for(scene["approver"], row)[0]
    sent = {"kind": seen.kind, "evidence": seen.sha256, "reason": "Trial only / 试算"}
    client.post(f"{address}triggers/dismiss/", sent)
    page = client.get(address).content.decode()
    assert 'id="triggers"' not in page and "Trial only" in page


def test_months_end_with_their_month() -> None:
    """The last of January and a month is the last of February."""
    assert months_after(dt.date(2026, 1, 31), 1) == dt.date(2026, 2, 28)
    assert months_after(dt.date(2024, 1, 31), 1) == dt.date(2024, 2, 29)
    assert months_after(dt.date(2026, 12, 15), 36) == dt.date(2029, 12, 15)


def test_a_correction_shows_what_it_changes(scene: Any, client: Client) -> None:
    """Facts, figures and lines of the new version against the accepted one; the first version has nothing before it."""
    row, editor = scene["row"], scene["editor"]
    assert difference_to_before(editor, row) is None
    worse(row)
    row.pack.mass_kg = Decimal("700")
    row.pack.save()
    fresh = declarations.revise(actor=editor, declaration=row, reason="计量更正")
    found = difference_to_before(editor, fresh)
    assert found is not None and not found.is_frozen
    assert {item.key for item in found.facts} == {"pack.mass_kg"}
    assert next(item for item in found.figures if item.key == "figure.per_functional_unit").relative == (
        pytest.approx(0.2)
    )
    assert found.lines and found.statements[0][1].startswith("V-") and found.statements[0][2] == ""
    client.force_login(editor.user)
    page = client.get(f"/declarations/{fresh.pk}/difference/")
    assert page.status_code == 200 and "计量更正" in page.content.decode()
    rival = make.person(make.organisation("maker"), "editor")
    client.force_login(rival.user)
    assert client.get(f"/declarations/{fresh.pk}/difference/").status_code == 404
