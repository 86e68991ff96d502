"""Summaries of a phase: frozen once for each job, written, handed in by another person, seen by the right people."""

from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from openpyxl import load_workbook

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from carbonfoot.audit.canonical import canonical_json, sha256_hex
from carbonfoot.audit.models import AuditEvent
from carbonfoot.jobs.services import run_job
from carbonfoot.problems import Problems
from declarations.models import PhaseSummary, SummaryFile
from declarations.phase_hooks import summaries_as_recorded
from declarations.reference import ensure_phases
from declarations.reports.summary import SummaryContent, html
from declarations.services import reliefs, summaries
from tests.declarations import build
from tests.declarations.test_pages import client_of
from tests.support import factories as make
from tests.support.database import by_hand

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Any:
    """A maker with an accepted, a verified and no declaration, an extension asked for, and the job of a summary."""
    with clock.at("2026-06-01T09:00+08:00"):
        trial, of = ensure_phases()[0], build.maker()
        accepted = make.declaration("accepted", maker=of.organisation, phase=trial)
        make.declaration("verified", maker=of.organisation, phase=trial)
        idle = make.pack(of.organisation, "IDLE-1", chemistry="NMC", typical_reason="")
        reliefs.ask(actor=of.approver, phase=trial, kind="waiver", pack=idle, reason="该型号停产，不再供货")
        yield {
            "of": of,
            "trial": trial,
            "accepted": accepted,
            "regulator": make.person(make.organisation("authority")),
        }


def made(scene: dict[str, Any]) -> PhaseSummary:
    job = summaries.request_summary(actor=scene["of"].editor, phase=scene["trial"])
    assert run_job(job.pk) == "succeeded"
    return PhaseSummary.objects.get(job=job)


def test_summary_is_frozen_written_and_handed_in(scene: dict[str, Any]) -> None:
    """One job gives five files of one content; run again it changes nothing; handed in once, by somebody else."""
    of, summary = scene["of"], made(scene)
    content = json.loads(summary.content)
    assert canonical_json(content).decode() == summary.content
    assert sha256_hex(summary.content.encode()) == summary.sha256
    products = {row["model"]: row for row in content["products"]}
    filed = products[scene["accepted"].pack.model]["declaration"]
    assert filed["snapshot_sha256"] == scene["accepted"].snapshot.sha256
    assert filed["statement"]["report_number"] and filed["receipt"]["number"] and filed["state"] == "accepted"
    assert set(filed["figures"]["stages"]) == {"materials", "manufacturing", "distribution", "recycling"}
    assert products["IDLE-1"]["declaration"] is None and content["coverage"]["missing_chemistries"] == ["NMC"]
    assert content["reliefs"][0]["state"] == "asked"
    files = {(row.kind, row.language): row for row in summary.files.all()}
    assert set(files) == {("json", ""), ("pdf", "zh"), ("pdf", "en"), ("xlsx", "zh"), ("xlsx", "en")}
    assert summaries.read_file(files["json", ""]).decode() == summary.content
    assert summaries.read_file(files["pdf", "en"]).startswith(b"%PDF-")
    book = load_workbook(io.BytesIO(summaries.read_file(files["xlsx", "en"])))
    rows = list(book["Declarations"].iter_rows(values_only=True))
    table = {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    line = table[scene["accepted"].pack.model]
    assert line["Snapshot SHA-256"] == scene["accepted"].snapshot.sha256
    assert line["kg CO2e per kWh delivered"] == pytest.approx(float(filed["figures"]["per_functional_unit"]))
    assert run_job(summary.job_id) == "succeeded"
    assert PhaseSummary.objects.count() == 1 and SummaryFile.objects.count() == 5
    with pytest.raises(AccessDenied):
        summaries.hand_in(actor=of.editor, summary=summary)
    filing = summaries.hand_in(actor=of.approver, summary=summary)
    assert summaries.hand_in(actor=of.approver, summary=summary) == filing
    event = AuditEvent.objects.get(verb="summary.handed_in")
    assert (event.seq, event.data["sha256"]) == (filing.audit_seq, summary.sha256)
    assert made(scene).number != summary.number  # a newer one is a new number
    assert list(summaries_as_recorded()) == []


def test_who_made_it_does_not_hand_it_in(scene: dict[str, Any]) -> None:
    """The approver who made it is refused with the reason, on the page as well; unwritten ones are refused."""
    approver = scene["of"].approver
    job = summaries.request_summary(actor=approver, phase=scene["trial"])
    assert summaries.request_summary(actor=approver, phase=scene["trial"]) == job  # two clicks, one job
    summary = summaries.freeze_summary(actor=approver, phase=scene["trial"], job=job)
    with pytest.raises(Problems) as caught:
        summaries.hand_in(actor=approver, summary=summary)
    assert {item.code for item in caught.value.items} == {"SUMMARY-SAME-PERSON", "SUMMARY-NOT-WRITTEN"}
    page = client_of(approver, "en").get(reverse("declarations:summary", args=[summary.pk])).content.decode()
    assert "Whoever made the summary does not hand it in." in page and "Being written" in page
    with pytest.raises(AccessDenied):
        summaries.request_summary(actor=scene["of"].viewer, phase=scene["trial"])


def test_who_sees_a_summary(scene: dict[str, Any]) -> None:
    """The maker at once; the authority when it was handed in; a rival never."""
    job = summaries.request_summary(actor=scene["of"].editor, phase=scene["trial"])
    summary = summaries.freeze_summary(actor=scene["of"].editor, phase=scene["trial"], job=job)
    row = summaries.keep_file(
        actor=scene["of"].editor, summary=summary, kind="pdf", language="en", data=b"%PDF-1.7 example"
    )
    paths = [
        reverse("declarations:summary", args=[summary.pk]),
        reverse("declarations:summary_file", args=[row.pk]),
    ]
    desk, rival = client_of(scene["regulator"], "en"), client_of(build.maker().approver)
    assert [client_of(scene["of"].viewer).get(path).status_code for path in paths] == [200, 200]
    assert [desk.get(path).status_code for path in paths] == [404, 404]
    assert [rival.get(path).status_code for path in paths] == [404, 404]
    client_of(scene["of"].approver).post(paths[0] + "hand-in/")
    assert [desk.get(path).status_code for path in paths] == [200, 200]
    assert summary.number in desk.get(reverse("declarations:summary_list")).content.decode()
    assert summary.number in desk.get(reverse("declarations:coverage")).content.decode()
    assert [rival.get(path).status_code for path in paths] == [404, 404]


def test_nothing_of_it_can_be_changed(scene: dict[str, Any]) -> None:
    """The database refuses; what is changed past it is named by the check of the log; a changed file is not given."""
    job = summaries.request_summary(actor=scene["of"].editor, phase=scene["trial"])
    summary = summaries.freeze_summary(actor=scene["of"].editor, phase=scene["trial"], job=job)
    keep = {"actor": scene["of"].editor, "summary": summary, "kind": "pdf", "language": "en"}
    row = summaries.keep_file(**keep, data=b"%PDF-1.7 example")
    assert summaries.keep_file(**keep, data=b"other").sha256 == row.sha256
    filing = summaries.hand_in(actor=scene["of"].approver, summary=summary)
    for table, key in (
        ("declarations_phasesummary", summary.pk),
        ("declarations_summaryfile", row.pk),
        ("declarations_summaryfiling", filing.pk),
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"delete from {table} where id = %s", [key])
    by_hand(f"update declarations_summaryfiling set number = 'RS-2026-999999' where id = {filing.pk}")
    assert any("RS-2026-999999" in fault.detail for fault in summaries_as_recorded())
    by_hand(f"update declarations_summaryfile set sha256 = '{'0' * 64}' where id = {row.pk}")
    path = reverse("declarations:summary_file", args=[row.pk])
    assert client_of(scene["of"].editor).get(path).status_code == 403


def test_document_in_both_languages(scene: dict[str, Any]) -> None:
    """Every text is in the report's language; figures, reasons and digests are there."""
    job = summaries.request_summary(actor=scene["of"].editor, phase=scene["trial"])
    summary = summaries.freeze_summary(actor=scene["of"].editor, phase=scene["trial"], job=job)
    english = html(SummaryContent(summary=summary, language="en"))
    chinese = html(SummaryContent(summary=summary, language="zh"))
    for text in (summary.number, scene["accepted"].snapshot.sha256, "IDLE-1", "该型号停产，不再供货"):
        assert text in english and text in chinese
    for text in (
        "Verification statements",
        "Extensions and waivers",
        "What is missing",
        "Something is missing",
    ):
        assert text in english and text not in chinese
    assert not re.search(
        r"(?:not |no |the )[a-z]{4,}", re.sub(r"(?s)<style>.*?</style>|<[^>]+>", " ", chinese)
    )
