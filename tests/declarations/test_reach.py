"""Who reaches what over the web: rivals find nothing, wrong roles are refused, and pages count their queries."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from carbonfoot import clock
from declarations.models import Declaration, Pack
from declarations.selectors.declarations import declarations_for, readable_declarations
from declarations.services import declarations
from tests.declarations import build
from tests.declarations.test_pages import client_of, forms, pages
from tests.declarations.test_way import SUMMER
from tests.support import factories

POSTS = (
    "freeze",
    "reopen",
    "send",
    "submit",
    "revise",
    "withdraw",
    "assign",
    "choose_plan",
    "choose_calculation",
)
PACK_POSTS = ("pack_register", "pack_retire", "pack_calculate", "pack_report_attach", "pack_edit", "part_new")


@pytest.mark.django_db
def test_rivals_find_nothing() -> None:
    """Every address of another maker's pack, plan and declaration is 404, by GET and by POST, for each role."""
    with clock.at(SUMMER):
        _of, _verifier, row = build.verified()
        rival = build.maker()
        wrong = []
        own = {"/", "/search/"}
        for actor in (rival.editor, rival.approver, rival.viewer):
            client = client_of(actor)
            for path in {*pages(row), *forms(row)} - own:
                if not any(part.isdigit() for part in path.split("/")):
                    continue
                # 403 is the table's word on a role; a page of one's own role must not even be there.
                good = (404, 405) if actor is rival.editor else (404, 403, 405)
                answers = [client.get(path), client.post(path, {})]
                wrong += [
                    (actor.role, path, item.status_code) for item in answers if item.status_code not in good
                ]
            for name in POSTS:
                path = reverse(f"declarations:{name}", args=[row.pk])
                if client.post(path).status_code not in (404, 403):
                    wrong.append((actor.role, path))
            for name in PACK_POSTS:
                path = reverse(f"declarations:{name}", args=[row.pack_id])
                if client.post(path).status_code not in (404, 403):
                    wrong.append((actor.role, path))
            assert client.get(reverse("declarations:receipt", args=[row.pk])).status_code == 404
            found = client.get("/search/", {"q": row.number}).content.decode()
            assert str(row) not in found  # the page repeats what was typed, and no more
        assert wrong == []


@pytest.mark.django_db
def test_wrong_roles_are_refused() -> None:
    """The editor cannot send or submit, the approver cannot edit or freeze, the viewer can do nothing."""
    with clock.at(SUMMER):
        of, _verifier, row = build.verified()
        no = {
            of.editor: ["send", "submit", "withdraw"],
            of.approver: ["freeze", "reopen", "revise"],
            of.viewer: ["freeze", "reopen", "send", "submit", "revise", "withdraw"],
        }
        for actor, names in no.items():
            client = client_of(actor)
            for name in names:
                answer = client.post(
                    reverse(f"declarations:{name}", args=[row.pk]), {"sure": "on", "reason": "试一试"}
                )
                assert answer.status_code == 403, (actor.role, name)
        row.refresh_from_db()
        assert row.state == "verified"


@pytest.mark.django_db
def test_who_reads_which_declaration() -> None:
    """Maker always; body while it is open to it; authority once submitted; nobody else."""
    with clock.at(SUMMER):
        of, verifier, row = build.verified()
        rival, other_body = build.maker(), build.body()
        authority = factories.person(factories.organisation("authority"))
        supplier = factories.person(factories.organisation("supplier"))

        def readers() -> set[str]:
            actors = {
                "maker": of.viewer,
                "body": verifier,
                "authority": authority,
                "rival": rival.editor,
                "other body": other_body,
                "supplier": supplier,
            }
            return {
                name
                for name, actor in actors.items()
                if readable_declarations(actor).filter(pk=row.pk).exists()
            }

        assert readers() == {"maker", "body"}
        declarations.reopen(actor=of.editor, declaration=row)
        assert readers() == {"maker"}
        declarations.freeze_declaration(actor=of.editor, declaration=row)
        declarations.send_to_verification(actor=of.approver, declaration=row, body=verifier.organisation)
        build.signed(verifier, row, "V-again")
        declarations.submit(actor=of.approver, declaration=row)
        assert readers() == {"maker", "body", "authority"}
        assert not declarations_for(authority).exists()


@pytest.mark.django_db
def test_way_through_the_pages() -> None:
    """As people press the buttons, with the second click of each."""
    with clock.at(SUMMER):
        of, row = build.draft()
        editor, approver = client_of(of.editor), client_of(of.approver)
        freeze = reverse("declarations:freeze", args=[row.pk])
        assert [editor.post(freeze).status_code for _ in range(2)] == [302, 302]
        verifier = build.body()
        send = reverse("declarations:send", args=[row.pk])
        answers = [
            approver.post(
                send,
                {"body": verifier.organisation_id, "due_on": "2026-07-01", "assurance": "reasonable"},
            )
            for _ in range(2)
        ]
        assert [answer.status_code for answer in answers] == [302, 302]
        build.signed(verifier, row)
        submit = reverse("declarations:submit", args=[row.pk])
        assert approver.post(submit).status_code == 422  # nothing confirmed
        answers = [approver.post(submit, {"sure": "on"}) for _ in range(2)]
        assert [answer.headers["Location"] for answer in answers] == [
            reverse("declarations:receipt", args=[row.pk])
        ] * 2
        row.refresh_from_db()
        assert row.state == "submitted"
        assert row.snapshots.count() == 1
        page = approver.get(reverse("declarations:receipt", args=[row.pk])).content.decode()
        assert row.receipt.number in page and row.receipt.sha256 in page


@pytest.mark.django_db
def test_pack_form_refuses_2_kwh_with_the_reason() -> None:
    """The reason stands at the field and in the summary; what was typed stays."""
    of = build.maker()
    data = {
        "model": "LFP-2", "gbt34014": build.CODE, "chemistry": "LFP", "cell_format": "prismatic",
        "rated_energy_kwh": "２", "mass_kg": "20", "vehicle_category": "M1", "year": "2025", "own_cells": "bought",
        "plant_name": "示例一厂", "plant_province": "320000", "depth_of_discharge": "100%", "capacity_retention": "80",
        "cycles": "1500",
    }  # fmt: skip
    client = client_of(of.editor, "en")
    with clock.at(SUMMER):
        answer = client.post(reverse("declarations:pack_new"), data)
        assert answer.status_code == 422
        assert "above 2 kWh (notice 551 of 2025)" in answer.content.decode()
        assert not Pack.objects.exists()
        assert not of.organisation.plants.exists()
        answer = client.post(reverse("declarations:pack_new"), {**data, "rated_energy_kwh": "2.001"})
    made = Pack.objects.get()
    assert str(made.rated_energy_kwh) == "2.0010"
    assert (made.capacity_retention, made.cycles) == (factories.Decimal("0.8"), 1500)
    assert [plant.name for plant in made.plants.all()] == ["示例一厂"]


@pytest.mark.django_db
def test_test_report_file() -> None:
    """Kept with its digest, given back as an attachment, refused when it is something else."""
    of = build.maker()
    build.trial()
    with clock.at(SUMMER):
        made = build.pack(of, registered=False, lines=False)
        client = client_of(of.editor)
        attach = reverse("declarations:pack_report_attach", args=[made.pk])
        client.post(attach, {"test_report_file": SimpleUploadedFile("r.pdf", b"not a pdf")})
        made.refresh_from_db()
        assert made.test_report_sha256 == ""
        client.post(attach, {"test_report_file": SimpleUploadedFile("r.pdf", b"%PDF-1.7 example")})
        made.refresh_from_db()
        assert len(made.test_report_sha256) == 64
        answer = client.get(reverse("declarations:pack_report", args=[made.pk]))
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert b"".join(answer.streaming_content) == b"%PDF-1.7 example"
        assert (
            client_of(build.maker().editor)
            .get(reverse("declarations:pack_report", args=[made.pk]))
            .status_code
            == 404
        )


@pytest.mark.django_db
def test_queries_do_not_grow_with_the_rows(count_queries: Any) -> None:
    """Home, phase page and lists take as many queries for six packs as for two."""
    with clock.at(SUMMER):
        of = build.maker()
        phase = build.trial()
        for number in range(2):
            build.draft(of, phase=phase, model=f"P{number}", gbt34014=f"001PE0ABCDEF{number:02d}")
        client = client_of(of.editor)
        paths = ["/", "/packs/", "/declarations/", "/phase/"]

        def counts() -> list[int]:
            found = []
            for path in paths:
                client.get(path)
                with count_queries(connection) as queries:
                    client.get(path)
                found.append(len(queries))
            return found

        before = counts()
        for number in range(2, 6):
            build.draft(of, phase=phase, model=f"P{number}", gbt34014=f"001PE0ABCDEF{number:02d}")
        assert counts() == before
        assert max(before) < 45
        assert Declaration.objects.count() == 6


@pytest.mark.django_db
def test_visitor_sees_the_start_page_only() -> None:
    """The rest asks to sign in."""
    client = Client()
    assert client.get("/").status_code == 200
    assert client.get("/packs/").status_code == 302
