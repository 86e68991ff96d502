"""Every page of the maker's side opens, in both languages, for everyone who may see it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from declarations.models import Declaration
from declarations.services import declarations, verification
from tests.declarations import build

SUMMER = "2026-06-01T09:00+08:00"


def client_of(actor: Actor, language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(actor.user)
    client.cookies["language"] = language
    return client


def pages(row: Declaration) -> list[str]:
    pack = row.pack
    part = pack.parts.first()
    assert part is not None and row.plan is not None
    names: list[tuple[str, list[Any]]] = [
        ("home", []),
        ("search", []),
        ("declarations:pack_list", []),
        ("declarations:pack", [pack.pk]),
        ("declarations:plan_list", []),
        ("declarations:plan", [row.plan.pk]),
        ("declarations:phase", []),
        ("declarations:list", []),
        ("declarations:detail", [row.pk]),
        ("declarations:choose_plan", [row.pk]),
        ("declarations:choose_calculation", [row.pk]),
        ("declarations:check", [row.pk]),
        ("declarations:send", [row.pk]),
        ("declarations:submit", [row.pk]),
        ("declarations:history", [row.pk]),
    ]
    return [reverse(name, args=args) for name, args in names]


def forms(row: Declaration) -> list[str]:
    pack = row.pack
    part = pack.parts.first()
    assert part is not None
    names: list[tuple[str, list[Any]]] = [
        ("declarations:pack_new", []),
        ("declarations:pack_edit", [pack.pk]),
        ("declarations:part_new", [pack.pk]),
        ("declarations:part_edit", [pack.pk, part.pk]),
        ("declarations:part_ask", [pack.pk, part.pk]),
        ("declarations:part_result", [pack.pk, part.pk]),
        ("declarations:part_factor", [pack.pk, part.pk]),
        ("declarations:line_new", [pack.pk, "pack", "energy"]),
        ("declarations:line_new", [pack.pk, "distribution", "transport"]),
        ("declarations:line_new", [pack.pk, "recycling", "material"]),
        ("declarations:plant_new", []),
        ("declarations:new", []),
        ("declarations:assign", [row.pk]),
    ]
    return [reverse(name, args=args) for name, args in names]


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_pages_open(language: str) -> None:
    """Draft and submitted, for editor, approver and viewer."""
    with clock.at(SUMMER):
        of, row = build.draft()
        wrong = []
        for actor in (of.editor, of.approver, of.viewer):
            client = client_of(actor, language)
            wrong += [(actor.role, path) for path in pages(row) if client.get(path).status_code != 200]
        client = client_of(of.editor, language)
        wrong += [("form", path) for path in forms(row) if client.get(path).status_code != 200]
        declarations.freeze_declaration(actor=of.editor, declaration=row)
        verifier = build.body()
        declarations.send_to_verification(actor=of.approver, declaration=row, body=verifier.organisation)
        build.signed(verifier, row)
        declarations.submit(actor=of.approver, declaration=row)
        client = client_of(of.approver, language)
        wrong += [
            ("submitted", path) for path in pages(row) if client.get(path, follow=True).status_code != 200
        ]
        assert wrong == []
        body = client.get(reverse("declarations:receipt", args=[row.pk])).content.decode()
        assert row.receipt.number in body and row.receipt.sha256 in body


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["supplier", "verifier", "authority", "operator"])
def test_home_by_role(kind: str) -> None:
    """Everybody has a first page, and so has a visitor."""
    from tests.support import factories

    build.trial()
    actor = factories.person(factories.organisation(kind))
    assert client_of(actor).get("/").status_code == 200
    assert Client().get("/").status_code == 200
    assert client_of(actor).get("/search/?q=D-2026").status_code == 200


@pytest.mark.django_db
def test_verification_begins_with_the_answer_of_the_body() -> None:
    """While the body is asked nothing is to be answered; then its findings are, and not once they are answered."""
    with clock.at(SUMMER):
        of, row = build.frozen()
        verifier = build.body()
        declarations.send_to_verification(actor=of.approver, declaration=row, body=verifier.organisation)
        address, client = reverse("declarations:detail", args=[row.pk]), client_of(of.editor, "en")
        asked = client.get(address).content.decode()
        assert "is asked and has not answered yet." in asked and "answer its findings" not in asked
        assert "Answered here once the verification has begun." in asked
        row.refresh_from_db()
        build.taken_on(verifier, row)
        assert "answer its findings" in client.get(address).content.decode()
        finding = verification.raise_finding(
            actor=verifier, declaration=row, kind="minor", title="Meter", text="Which?"
        )
        assert "To be answered" in client.get(address).content.decode()
        verification.reply_finding(actor=of.editor, finding=finding, text="The main one.")
        assert "To be answered" not in client.get(address).content.decode()
