"""Extensions, waivers, the authority's list, changes of a phase: through services and pages, against the database."""

from __future__ import annotations

import csv
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from carbonfoot.accounts.models import Organisation
from carbonfoot.audit.models import AuditEvent
from carbonfoot.problems import Problems
from declarations.checks import phase_open
from declarations.checks.subject import Subject
from declarations.models import Declaration, Pack, Phase, Relief
from declarations.phase_hooks import summaries_as_recorded
from declarations.reference import ensure_phases
from declarations.selectors import coverage as cover
from declarations.selectors.phase_effect import effect_of
from declarations.selectors.phases import coverage_of
from declarations.selectors.reliefs import days_of, last_days, reliefs_for
from declarations.services import declarations, phases, reliefs
from tests.declarations import build
from tests.declarations.test_pages import client_of
from tests.support import factories as make
from tests.support.database import by_hand

pytestmark = pytest.mark.django_db
JUNE, JANUARY = "2026-06-01T09:00+08:00", "2027-01-15T09:00+08:00"
MARCH = dt.date(2027, 3, 31)


def codes(caught: Any) -> set[str]:
    return {item.code for item in caught.value.items}


@pytest.fixture
def scene() -> Any:
    """A maker with a registered pack, a rival, an authority and an operator, on a day of the trial phase."""
    with clock.at(JUNE):
        trial = ensure_phases()[0]
        of = build.maker()
        yield {
            "of": of,
            "rival": build.maker(),
            "pack": make.pack(of.organisation, "LFP-1"),
            "trial": trial,
            "regulator": make.person(make.organisation("authority")),
            "operator": make.person(make.organisation("operator")),
        }


def asked(scene: dict[str, Any], **changes: Any) -> Relief:
    usual = {"kind": "extension", "reason": "检测机构排期延后", "wanted_until": MARCH, "pack": scene["pack"]}
    return reliefs.ask(actor=scene["of"].approver, phase=scene["trial"], **{**usual, **changes})


def refused_by_check(row: Declaration) -> set[str]:
    return {item.code for item in phase_open.check(Subject(row))}


def test_extension_moves_the_last_day_everywhere(scene: dict[str, Any]) -> None:
    """Granted: the check, beginning a declaration, the task list, the maker's page and the authority's list follow."""
    of, trial, pack = scene["of"], scene["trial"], scene["pack"]
    row = make.declaration("draft", maker=of.organisation, phase=trial, pack=pack)
    other = make.declaration("draft", maker=of.organisation, phase=trial)
    relief = asked(scene)
    with clock.at(JANUARY):
        assert refused_by_check(row) == {"DECL-PHASE-OVER"}  # asked is not granted
        reliefs.grant(
            actor=scene["regulator"], relief=relief, reason="同意", until=MARCH, conditions="每月报告进展"
        )
        assert refused_by_check(row) == set() and refused_by_check(other) == {"DECL-PHASE-OVER"}
        assert last_days([row, other]) == {row.pk: MARCH, other.pk: trial.ends_on}
        standing = coverage_of(of.organisation, trial).standing
        late = {fact.pk: standing.is_pack_late(fact) for fact in standing.packs}
        assert late == {pack.pk: False, other.pack_id: True}
        found = next(
            item for item in cover.coverage(scene["regulator"], trial) if item.maker == of.organisation
        )
        assert found.is_extended and found.standing.days.of(pack.pk) == MARCH
        text = client_of(of.editor, "en").get("/").content.decode()
        assert "extended by the authority" in text and "31 March 2027" in text
        page = client_of(of.editor, "en").get(reverse("declarations:phase"), {"phase": "trial"})
        assert "31 Mar" in page.content.decode() and "Granted" in page.content.decode()
    with clock.at("2027-03-31T23:59+08:00"):
        assert refused_by_check(row) == set()
    with clock.at("2027-04-01T00:01+08:00"):
        assert refused_by_check(row) == {"DECL-PHASE-OVER"}
        fresh = make.pack(of.organisation)
        with pytest.raises(Problems) as caught:
            declarations.create_declaration(actor=of.editor, pack=fresh, phase=trial)
        assert codes(caught) == {"DECL-PHASE-OVER"}


def test_waiver_of_a_pack_and_of_the_phase(scene: dict[str, Any]) -> None:
    """What is exempt is not asked for; a waiver until a day lapses after it."""
    of, trial = scene["of"], scene["trial"]
    make.pack(of.organisation, "NCA-1", chemistry="NCA")
    one = asked(scene, kind="waiver", pack=Pack.objects.get(model="NCA-1"))
    reliefs.grant(actor=scene["regulator"], relief=one, reason="停产", until=dt.date(2026, 7, 1))
    assert coverage_of(of.organisation, trial).chemistries == ["LFP"]
    with clock.at("2026-07-02T00:01+08:00"):
        assert coverage_of(of.organisation, trial).chemistries == ["LFP", "NCA"]
    whole = asked(scene, kind="waiver", pack=None)
    reliefs.grant(actor=scene["regulator"], relief=whole, reason="只生产两款")
    standing = coverage_of(of.organisation, trial).standing
    assert standing.is_complete and standing.state == "waived" and standing.needed == 0
    row = next(item for item in cover.coverage(scene["regulator"], trial) if item.maker == of.organisation)
    assert row.state == "waived"
    assert "exempted" in client_of(of.viewer, "en").get(reverse("declarations:phase")).content.decode()


def test_what_is_asked_is_whole(scene: dict[str, Any]) -> None:
    """No reason, no day, a day too early, a phase without end, a rival's pack; the same wish twice is one request."""
    early = dt.date(2026, 12, 31)
    for changes, code in (
        ({"reason": "  "}, "RELIEF-REASON"),
        ({"wanted_until": None}, "RELIEF-DAY"),
        ({"wanted_until": early}, "RELIEF-DAY"),
        ({"kind": "gift"}, "RELIEF-KIND"),
    ):
        with pytest.raises(Problems) as caught:
            asked(scene, **changes)
        assert codes(caught) == {code}
    with pytest.raises(Problems) as caught:
        asked({**scene, "trial": Phase.objects.get(code="regular")})
    assert codes(caught) == {"RELIEF-NO-END"}
    with pytest.raises(Pack.DoesNotExist):
        asked(scene, pack=make.pack(scene["rival"].organisation))
    assert asked(scene) == asked(scene)
    with pytest.raises(AccessDenied):
        reliefs.ask(actor=scene["of"].editor, phase=scene["trial"], kind="waiver", reason="x")


def test_a_decision_stands(scene: dict[str, Any]) -> None:
    """Only the authority decides, once, with a reason and a day after the phase; the row is immutable afterwards."""
    relief = asked(scene)
    with pytest.raises(AccessDenied):
        reliefs.grant(actor=scene["of"].approver, relief=relief, reason="x", until=MARCH)
    for until, reason, code in (
        (MARCH, " ", "RELIEF-REASON"),
        (None, "x", "RELIEF-DAY"),
        (dt.date(2026, 12, 1), "x", "RELIEF-DAY"),
    ):
        with pytest.raises(Problems) as caught:
            reliefs.grant(actor=scene["regulator"], relief=relief, reason=reason, until=until)
        assert codes(caught) == {code}
    decided = reliefs.refuse(actor=scene["regulator"], relief=relief, reason="理由不足")
    assert decided.decided_by == scene["regulator"].user and decided.decided_at is not None
    assert days_of(scene["of"].organisation.pk, scene["trial"]).of(scene["pack"].pk) == scene["trial"].ends_on
    for verb in (reliefs.refuse, reliefs.grant):
        with pytest.raises(AccessDenied):
            verb(actor=scene["regulator"], relief=relief, reason="x")
    with pytest.raises(AccessDenied):
        reliefs.cancel(actor=scene["of"].approver, relief=relief)
    with pytest.raises(DatabaseError), transaction.atomic():
        Relief.objects.filter(pk=relief.pk).update(state="granted", until=MARCH)
    event = AuditEvent.objects.get(verb="relief.refused")
    assert event.data["reason"] == "理由不足" and list(summaries_as_recorded()) == []


def test_witness_finds_a_decision_changed_by_hand(scene: dict[str, Any]) -> None:
    """With the trigger off, a moved day is named by the check of the log."""
    relief = asked(scene)
    reliefs.grant(actor=scene["regulator"], relief=relief, reason="同意", until=MARCH)
    by_hand(f"update declarations_relief set until = '2028-01-01' where id = {relief.pk}")
    assert any(relief.number in fault.detail for fault in summaries_as_recorded())


def test_who_sees_a_request(scene: dict[str, Any]) -> None:
    """The maker and the authority; a rival, a verifier and the operator do not find it."""
    relief = asked(scene)
    path = reverse("declarations:relief", args=[relief.pk])
    assert client_of(scene["of"].viewer).get(path).status_code == 200
    page = client_of(scene["regulator"], "en").get(path).content.decode()
    assert "Grant" in page and relief.reason in page
    assert client_of(scene["rival"].approver).get(path).status_code == 404
    assert client_of(build.body()).get(path).status_code in (403, 404)
    assert not reliefs_for(scene["operator"]).exists()
    assert client_of(scene["rival"].approver).post(path + "cancel/").status_code == 404


def test_asking_and_deciding_by_the_pages(scene: dict[str, Any]) -> None:
    """A wrong form says so; right ones lead on; the queue of the authority holds what is to be decided."""
    client = client_of(scene["of"].approver, "en")
    path = reverse("declarations:relief_new") + "?phase=trial"
    assert client.post(path, {"kind": "extension", "reason": "x"}).status_code == 422
    answer = client.post(
        path, {"kind": "extension", "reason": "x", "wanted_until": "2027-03-31", "pack": scene["pack"].pk}
    )
    relief = Relief.objects.get()
    assert answer.url == reverse("declarations:relief", args=[relief.pk])
    desk = client_of(scene["regulator"], "en")
    assert relief.number in desk.get(reverse("declarations:relief_list")).content.decode()
    decide = reverse("declarations:relief_decide", args=[relief.pk])
    assert desk.post(decide, {"verdict": "grant", "reason": "ok"}).status_code == 422  # no day
    desk.post(decide, {"verdict": "grant", "reason": "ok", "until": "2027-02-28"})
    relief.refresh_from_db()
    assert (relief.state, relief.until) == ("granted", dt.date(2027, 2, 28))


def test_coverage_filters_sorts_and_exports(scene: dict[str, Any], count_queries: Any) -> None:
    """Counts, filters and CSV agree; three thousand makers cost no more questions, and are paged."""
    trial, desk = scene["trial"], client_of(scene["regulator"], "en")
    make.pack(scene["rival"].organisation, chemistry="NMC")
    path = reverse("declarations:coverage")
    desk.get(path)
    with count_queries(connection) as few:
        desk.get(path)
    Organisation.objects.bulk_create(
        Organisation(
            code=f"bulk-{n}", kind="maker", name_zh=f"批量{n}", name_en=f"Bulk {n}", province="110000"
        )
        for n in range(3000)
    )
    with count_queries(connection) as many:
        page = desk.get(path)
    assert len(many) == len(few)
    assert page.context["page"].paginator.num_pages == 61 and page.context["figures"][0][1] == 3002
    for query, expected in (
        ({"q": "bulk 2999"}, 1),
        ({"chemistry": "NMC"}, 1),
        ({"province": "110000"}, 3000),
        ({"state": "met"}, 0),
        ({"relief": "asked"}, 0),
    ):
        assert desk.get(path, query).context["page"].paginator.count == expected, query
    answer = desk.get(reverse("declarations:coverage_csv"), {"chemistry": "NMC", "sort": "-missing"})
    rows = list(csv.reader(answer.content.decode("utf-8-sig").splitlines()))
    assert len(rows) == 2 and dict(zip(rows[0], rows[1], strict=True))["chemistries_missing"] == "NMC"
    assert client_of(scene["of"].editor).get(path).status_code == 403
    assert trial.code in answer["Content-Disposition"]


def test_phase_is_changed_after_a_look(scene: dict[str, Any]) -> None:
    """First the effect with its counts, then the change with old and new values; a stale look is shown again."""
    trial, of = scene["trial"], scene["of"]
    make.declaration("draft", maker=of.organisation, phase=trial)
    filed = make.declaration("submitted", maker=of.organisation, phase=trial)
    shorter = {"ends_on": dt.date(2026, 5, 31), "review_days": 1}
    effect = effect_of(trial, shorter)
    assert (effect.moved, effect.shut, effect.terms, effect.outside) == (1, 1, 1, 1)
    client = client_of(scene["operator"], "en")
    path = reverse("declarations:phase_edit", args=["trial"])
    form = client.get(path).context["form"]
    data = {name: "" if form[name].value() in (None, False) else form[name].value() for name in form.fields}
    data |= {"ends_on": "2026-11-30", "min_packs": 6, "reason": "公告调整"}
    page = client.post(path, data)
    trial.refresh_from_db()
    assert page.status_code == 200 and trial.min_packs == 5  # nothing is stored by looking
    assert page.context["preview"]["effect"].moved == 1 and "30 November 2026" in page.content.decode()
    seen = {"seen": page.context["seen"]}
    Phase.objects.filter(pk=trial.pk).update(review_days=31)
    assert client.post(path, data | seen).context["stale"]
    seen = {"seen": client.post(path, data | {"review_days": 31}).context["seen"]}
    assert client.post(path, data | {"review_days": 31} | seen).status_code == 302
    trial.refresh_from_db()
    assert (trial.min_packs, trial.ends_on) == (6, dt.date(2026, 11, 30))
    event = AuditEvent.objects.get(verb="phase.changed")
    assert event.data["changes"]["min_packs"] == {"old": 5, "new": 6} and event.data["reason"] == "公告调整"
    assert "公告调整" in client.get(path).content.decode()
    assert filed.state == "submitted" and client_of(of.editor).get(path).status_code == 403


def test_a_phase_that_makes_no_sense_is_refused(scene: dict[str, Any]) -> None:
    """Nothing asked for, no term, no name, an unknown rule set, an unknown column; a value that changed meanwhile."""
    trial, operator = scene["trial"], scene["operator"]
    for changes, code in (
        ({"min_packs": 0}, "PHASE-RULE"),
        ({"review_days": 0}, "PHASE-TERM"),
        ({"name_en": " "}, "PHASE-NAME"),
        ({"ruleset_id": "none"}, "PHASE-RULESET"),
    ):
        with pytest.raises(Problems) as caught:
            phases.update_phase(actor=operator, phase=trial, **changes)
        assert codes(caught) == {code}
    with pytest.raises(KeyError):
        phases.update_phase(actor=operator, phase=trial, code="x")
    with pytest.raises(Problems) as caught:
        phases.update_phase(actor=operator, phase=trial, seen={"min_packs": 4}, min_packs=6)
    assert codes(caught) == {"PHASE-CHANGED"}


def test_two_kilowatt_hours_are_outside(scene: dict[str, Any]) -> None:
    """Refused by the service and by the database; the page says so."""
    with pytest.raises(Problems) as caught:
        build.pack(scene["of"], lines=False, rated_energy_kwh=Decimal(2))
    assert "PACK-SCOPE" in codes(caught)
    with pytest.raises(DatabaseError), transaction.atomic():
        make.pack(scene["of"].organisation, rated_energy_kwh=2)
    page = client_of(scene["of"].editor, "en").get(reverse("declarations:phase")).content.decode()
    assert "Only packs above 2 kWh" in page and "2 kWh or less is outside it" in page


def test_phase_page_says_what_is_next(scene: dict[str, Any]) -> None:
    """In both languages, for each product with its link, after 2026 as well."""
    of, trial = scene["of"], scene["trial"]
    row = make.declaration("verified", maker=of.organisation, phase=trial)
    make.declaration("in_verification", maker=of.organisation, phase=trial)
    page = client_of(of.approver, "en").get(reverse("declarations:phase")).content.decode()
    assert reverse("declarations:submit", args=[row.pk]) in page and "Fill the inventory" in page
    assert "The body is verifying" in page
    assert "At least 5 typical packs are declared" in page and "5 more packs must be declared." in page
    assert "What changes between the phases" in page and "every registered pack" in page
    with clock.at(JANUARY):
        later = client_of(of.approver, "en").get(reverse("declarations:phase")).content.decode()
        assert "Every registered pack is declared" in later and "Regular phase" in later
        old = client_of(of.approver, "en").get(reverse("declarations:phase"), {"phase": "trial"})
        assert "Late" in old.content.decode()
