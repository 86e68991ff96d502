"""Pages of questions, conditions, assignment, similar packs, decisions: both sides, both languages, strangers."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from declarations.models import Declaration, RegisterEntry, ReviewDecision, ReviewMatter
from declarations.reports import letter
from declarations.selectors import peers
from declarations.services import matters
from declarations.services import review as services
from tests.support import factories as make

pytestmark = pytest.mark.django_db


def client_of(actor: Actor, language: str = "en") -> Client:
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user)
    client.cookies["language"] = language
    return client


@pytest.fixture
def scene() -> dict[str, Any]:
    maker, authority = make.organisation("maker"), make.organisation("authority")
    regulator = make.person(authority)
    return {
        "maker": maker,
        "declaration": services.take_up(
            actor=regulator, declaration=make.declaration("submitted", maker=maker)
        ),
        "regulator": regulator,
        "colleague": make.person(authority),
        "editor": make.person(maker),
    }


def url(name: str, *args: Any) -> str:
    return reverse(f"declarations:{name}", args=args)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_question_by_the_pages(scene: dict[str, Any], language: str) -> None:
    """Asked on the review page, answered with a file by the maker, closed by the reviewer."""
    pk, regulator = scene["declaration"].pk, client_of(scene["regulator"], language)
    editor = client_of(scene["editor"], language)
    asked = {"ask-section": "energy", "ask-text": "Which page?", "ask-due_on": ""}
    assert regulator.post(url("review_ask", pk), {**asked, "ask-text": ""}).status_code == 422
    assert regulator.post(url("review_ask", pk), asked).status_code == 302
    question = ReviewMatter.objects.get()
    assert "Which page?" in editor.get(url("detail", pk)).content.decode()
    assert str(question) in editor.get("/").content.decode()
    page = url("matter", question.pk)
    assert url("matter_answer", question.pk) in editor.get(page).content.decode()
    file = SimpleUploadedFile("log.txt", "第 12 页".encode())
    answer = {"text": "Page 12.", "evidence": file}
    assert editor.post(url("matter_answer", question.pk), answer).status_code == 302
    assert "Page 12." in regulator.get(page).content.decode()
    evidence = url("matter_evidence", question.entries.get().pk)
    taken = regulator.get(evidence)
    assert b"".join(taken.streaming_content).decode() == "第 12 页"
    assert taken.headers["Content-Disposition"].startswith("attachment")
    assert regulator.post(url("matter_settle", question.pk), {"settle-text": ""}).status_code == 422
    assert regulator.post(url("matter_settle", question.pk), {"settle-text": "Clear."}).status_code == 302
    for client in (regulator, editor):
        assert "Clear." in client.get(page).content.decode()
    for who in (make.person(make.organisation("maker")), make.person(make.organisation("verifier"))):
        stranger = client_of(who)
        for path in (page, evidence):
            assert stranger.get(path).status_code in (403, 404)
        assert stranger.post(url("matter_answer", question.pk), {"text": "x"}).status_code in (403, 404)


def test_conditions_by_the_page(scene: dict[str, Any]) -> None:
    """Half a condition is refused at its field; more places keep what was typed; the day and text reach the maker."""
    pk, client = scene["declaration"].pk, client_of(scene["regulator"])
    page = url("review_accept_form", pk)
    assert client.get(page).status_code == 200
    day = (clock.today() + dt.timedelta(days=30)).isoformat()
    typed = {"rows": "3", "section_1": "quality", "text_1": "Add the record of March.", "reason": "In order."}
    more = client.post(page, {**typed, "more": "1"})
    assert more.status_code == 200 and "Add the record of March." in more.content.decode()
    assert 'name="text_6"' in more.content.decode()
    half = client.post(page, {**typed, "confirm": "on"})
    assert half.status_code == 422 and "A condition has a section" in half.content.decode()
    past = client.post(page, {**typed, "due_on_1": clock.today().isoformat(), "confirm": "on"})
    assert past.status_code == 422 and "a day to come" in past.content.decode()
    whole = {**typed, "due_on_1": day, "confirm": "on"}
    assert [client.post(page, whole).status_code for _click in range(2)] == [302, 302]
    assert RegisterEntry.objects.count() == ReviewMatter.objects.count() == 1
    public = Client().get(reverse("register:detail", args=[scene["declaration"].number])).content.decode()
    assert "record of March" not in public
    assert "Add the record of March." in client_of(scene["editor"]).get(url("detail", pk)).content.decode()
    queue = client.get(url("review_queue"), {"view": "conditions"}).content.decode()
    assert scene["declaration"].number in queue and "1 open condition" in queue
    clock.set_process_time(clock.now() + dt.timedelta(days=31))
    assert "1 condition overdue" in client.get(url("review_queue"), {"view": "conditions"}).content.decode()


def test_assigning_by_the_page(scene: dict[str, Any]) -> None:
    """Handed over; the colleague's queue has it; the former reviewer decides no more."""
    pk, client = scene["declaration"].pk, client_of(scene["regulator"])
    to = str(scene["colleague"].user.pk)
    assert client.post(url("review_assign", pk), {"to-reviewer": "0"}).status_code == 422
    assert client.post(url("review_assign", pk), {"to-reviewer": to, "to-note": "leave"}).status_code == 302
    colleague = client_of(scene["colleague"])
    mine = colleague.get(url("review_queue"), {"view": "mine"}).content.decode()
    assert scene["declaration"].number in mine.split("<tbody>")[1]
    for by in (to, "me"):
        rows = colleague.get(url("review_queue"), {"reviewer": by}).content.decode()
        assert scene["declaration"].number in rows
    assert client.post(url("review_accept", pk), {"confirm": "on"}).status_code == 422
    assert "leave" in colleague.get(url("review", pk)).content.decode()


def test_next_gives_each_another_case(scene: dict[str, Any]) -> None:
    """What a colleague has is passed over."""
    first, second = make.declaration("submitted"), make.declaration("submitted")
    services.assign(actor=scene["regulator"], declaration=first, reviewer=scene["regulator"].user)
    client_of(scene["colleague"]).post(url("review_next"))
    assert Declaration.objects.get(pk=second.pk).reviewer == scene["colleague"].user
    assert Declaration.objects.get(pk=first.pk).state == "submitted"


def test_queue_by_term_and_in_sql(scene: dict[str, Any], count_queries: Any) -> None:
    """Late and soon by the filter; the page asks as many questions for six rows with questions as for one."""
    client, path = client_of(scene["regulator"]), url("review_queue")
    ask = {"section": "energy", "text": "Which page?"}
    matters.ask(actor=scene["regulator"], declaration=scene["declaration"], **ask)
    client.get(path)
    with count_queries(connection) as one:
        client.get(path)
    for _number in range(5):
        row = services.take_up(actor=scene["regulator"], declaration=make.declaration("submitted"))
        matters.ask(actor=scene["regulator"], declaration=row, **ask)
    with count_queries(connection) as six:
        client.get(path)
    assert len(six) == len(one) < 40
    number = scene["declaration"].number
    shown = {key: number in client.get(path, {"term": key}).content.decode() for key in ("late", "soon")}
    assert shown == {"late": False, "soon": False}
    clock.set_process_time(clock.now() + dt.timedelta(days=26))
    assert number in client.get(path, {"term": "soon"}).content.decode()
    clock.set_process_time(clock.now() + dt.timedelta(days=5))
    assert number in client.get(path, {"term": "late"}).content.decode()


def accepted(maker: Any, model: str, energy: int, mass: int, **fields: Any) -> Declaration:
    pack = make.pack(maker, model, rated_energy_kwh=energy, mass_kg=mass, **fields)
    row = make.declaration("submitted", maker=maker, pack=pack)
    regulator = make.person(make.organisation("authority"))
    services.take_up(actor=regulator, declaration=row)
    services.accept(actor=regulator, declaration=row)
    return row


def test_similar_packs(scene: dict[str, Any]) -> None:
    """Nearest first, with the reason; another chemistry and what is not accepted are not in it; one is compared."""
    other = make.organisation("maker")
    far = accepted(other, "FAR", 40, 300, cell_format="pouch")
    near = accepted(other, "NEAR", 101, 650)
    accepted(other, "NMC-1", 100, 648, chemistry="NMC")
    make.declaration("submitted", maker=other, pack=make.pack(other, "OPEN"))
    found = peers.similar(scene["regulator"], scene["declaration"])
    assert [item.declaration for item in found] == [near, far]
    assert (found[0].same_format, found[1].same_format) == (True, False)
    assert peers.similar(scene["editor"], scene["declaration"]) == []
    client, path = client_of(scene["regulator"]), url("review_similar", scene["declaration"].pk)
    page = client.get(path).content.decode()
    assert "NEAR" in page and "+1.0%" in page and "NMC-1" not in page and "OPEN" not in page
    assert "another cell format" in client.get(path, {"with": far.pk}).content.decode()
    assert client.get(path, {"with": "nonsense"}).status_code == 200
    assert client_of(scene["editor"]).get(path).status_code == 403


def test_spread_of_peers_is_that_of_the_standard_library(scene: dict[str, Any]) -> None:
    """Quartiles by SQL against statistics.quantiles; the declaration's own entry does not count."""
    from statistics import quantiles

    values = [61.0, 64.5, 70.0, 71.25, 88.0, 93.0]
    rows = []
    for value in values:
        row = make.declaration("submitted", content=make.ledger(value))
        services.take_up(actor=scene["regulator"], declaration=row)
        services.accept(actor=scene["regulator"], declaration=row)
        rows.append(row)
    spread = peers.spreads("LFP", "cn-miit-551")["per_kwh"]
    assert (spread.first, spread.median, spread.third) == pytest.approx(
        quantiles(values, n=4, method="inclusive")
    )
    assert peers.spreads("LFP", "cn-miit-551", rows[0].number)["per_kwh"].count == 5
    stage = peers.spreads("LFP", "cn-miit-551")["materials"]
    assert stage.median == pytest.approx(0.78 * spread.median)
    found = peers.peers_of("LFP", "cn-miit-551", "", 71.25)
    assert (found.count, found.at_or_below) == (6, 4)


def test_decisions_listed_exported_printed(scene: dict[str, Any]) -> None:
    """The list filters; both exports hold digest and audit number; the maker reads its own letter, rivals none."""
    services.return_(
        actor=scene["regulator"],
        declaration=scene["declaration"],
        reason="=SUM(1) see below",
        sections={"energy": "Page 12."},
    )
    decision = ReviewDecision.objects.get(kind="returned")
    client = client_of(scene["regulator"])
    assert str(decision.number) in client.get(url("decision_list")).content.decode()
    assert str(decision.number) not in client.get(url("decision_list"), {"kind": "accepted"}).content.decode()
    for filters, shown in (
        ({"conditions": "open"}, False),
        ({"until": "2001-01-01"}, False),
        ({"q": "RV-"}, True),
    ):
        assert (str(decision.number) in client.get(url("decision_list"), filters).content.decode()) == shown
    taken = b"".join(client.get(url("decisions_csv")).streaming_content).decode("utf-8-sig")
    row = next(csv.DictReader(io.StringIO(taken)))
    assert (row["sha256"], row["audit_seq"]) == (decision.sha256, str(decision.audit_seq))
    assert row["reason"] == "'=SUM(1) see below"
    data = json.loads(b"".join(client.get(url("decisions_json")).streaming_content))
    assert data["decisions"][0]["content"] == json.loads(decision.content)
    for who in (scene["regulator"], scene["editor"]):
        for language in ("zh-hans", "en"):
            page = client_of(who, language).get(url("decision", decision.pk)).content.decode()
            assert decision.sha256 in page and "Page 12." in page
    exact = client_of(scene["editor"]).get(url("decision_json", decision.pk)).content
    assert sha256(exact).hexdigest() == decision.sha256
    for name in ("decision", "decision_json", "decision_pdf"):
        for kind in ("maker", "verifier", "supplier"):
            stranger = client_of(make.person(make.organisation(kind)))
            assert stranger.get(url(name, decision.pk)).status_code in (403, 404)
    assert client_of(scene["editor"]).get(url("decision_list")).status_code == 403
    for code, word in (("zh", "申报已退回"), ("en", "Declaration returned")):
        document = letter.html(decision, code)
        assert word in document and decision.sha256 in document and "Page 12." in document


def test_second_click_on_return_is_no_error(scene: dict[str, Any]) -> None:
    """The lost answer of the first click does not frighten."""
    client, path = client_of(scene["regulator"]), url("review_return", scene["declaration"].pk)
    assert [client.post(path, {"reason": "See."}).status_code for _click in range(2)] == [302, 302]
    assert ReviewDecision.objects.filter(kind="returned").count() == 1
