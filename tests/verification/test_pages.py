"""Pages of verification: what each party finds, and what it does not."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.urls import reverse

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from carbonfoot.audit.models import AuditEvent
from declarations.models import Engagement, Finding, Statement
from suppliers.models import DataRequest, Upload
from tests.support import factories as make

pytestmark = pytest.mark.django_db
CANARY = "金丝雀配方7731"


def client_of(actor: Actor, language: str = "en") -> Client:
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user)
    client.cookies["language"] = language
    return client


def supplier_upload(supplier: Any, buyer: Any) -> Upload:
    request = DataRequest.objects.create(
        number=f"R-{supplier.pk}",
        buyer=buyer,
        supplier=supplier,
        part_zh="电芯",
        module_type="cell",
        year=2025,
        due_on="2026-12-01",
    )
    return Upload.objects.create(
        request=request,
        organisation=supplier,
        file=ContentFile(b"workbook bytes", name="recipe.xlsx"),
        filename="recipe.xlsx",
        size=14,
        sha256="d" * 64,
        state="accepted",
        accepted_at=make.clock.now(),
        reading={},
    )


@pytest.fixture
def scene() -> dict[str, Any]:
    maker, body, supplier = (
        make.organisation("maker"),
        make.organisation("verifier"),
        make.organisation("supplier"),
    )
    upload = supplier_upload(supplier, maker)
    source = {
        "kind": "upload",
        "upload": str(upload.pk),
        "file": "recipe.xlsx",
        "sheet": "材料",
        "cell": "F12",
    }
    content = make.ledger()
    content["lines"][0] |= {"name": {"zh": CANARY, "en": CANARY}, "provenance": source}
    recipe = make.calculation(
        supplier,
        content,
        document={"processes": [{"id": "cell", "exchanges": [{"id": "x", "provenance": source}]}]},
    )
    result = make.result(supplier, maker, calculations=[recipe])
    pack = make.calculation(maker, results=[result])
    declaration = make.declaration("in_verification", maker=maker, body=body, calculation=pack)
    return {
        "maker": maker,
        "supplier": supplier,
        "declaration": declaration,
        "recipe": recipe,
        "upload": upload,
        "verifier": make.person(body),
        "editor": make.person(maker),
        "supplier_person": make.person(supplier),
        "stranger": make.person(make.organisation("verifier")),
        "rival": make.person(make.organisation("maker")),
        "regulator": make.person(make.organisation("authority")),
    }


def room_urls(scene: dict[str, Any]) -> list[str]:
    pk, recipe = scene["declaration"].pk, scene["recipe"].pk
    return [
        reverse("declarations:verification_calculation", args=[pk, recipe]),
        reverse("declarations:verification_line", args=[pk, recipe, "pack.m1"]),
        reverse("declarations:verification_upload", args=[pk, scene["upload"].pk]),
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_verifier_walks_down_to_the_cell(scene: dict[str, Any], language: str) -> None:
    """List, clean room, recipe, line with sheet and cell, the file; each look is logged for the supplier."""
    client = client_of(scene["verifier"], language)
    listed = client.get(reverse("declarations:verification_list")).content.decode()
    assert scene["declaration"].number in listed
    room = client.get(reverse("declarations:verification", args=[scene["declaration"].pk])).content.decode()
    calculation, line, file = room_urls(scene)
    assert calculation in room and scene["declaration"].snapshot.sha256 in room
    assert CANARY in client.get(calculation).content.decode()
    assert CANARY in client.get(calculation, {"q": CANARY}).content.decode()
    assert client.get(calculation, {"sample": "14"}).status_code == 200
    page = client.get(line).content.decode()
    assert "材料" in page and "F12" in page and file in page
    response = client.get(file)
    assert b"".join(response.streaming_content) == b"workbook bytes"  # type: ignore[attr-defined]
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    own = AuditEvent.objects.filter(readers=scene["supplier"])
    assert set(own.values_list("verb", flat=True)) == {
        "verification.recipe_viewed",
        "verification.upload_downloaded",
    }
    assert CANARY not in str(list(own.values_list("data", "object_label")))


@pytest.mark.parametrize("who", ["stranger", "rival", "editor", "supplier_person", "regulator"])
def test_nobody_else_enters_the_room(scene: dict[str, Any], who: str) -> None:
    """Other roles are refused, another body finds nothing; no page or refusal holds the recipe."""
    client = client_of(scene[who])
    for url in room_urls(scene):
        response = client.get(url)
        assert response.status_code == (404 if who == "stranger" else 403)
        assert CANARY not in response.content.decode()
    assert not AuditEvent.objects.filter(verb__startswith="verification.").exists()


def test_another_body_and_a_rival_find_nothing(scene: dict[str, Any]) -> None:
    """404 for everything of this engagement."""
    finding = raise_over_page(scene)
    statement_of = scene["declaration"].pk
    for who in ("stranger", "rival"):
        client = client_of(scene[who])
        for name, pk in (
            ("verification", statement_of),
            ("finding", finding.pk),
            ("evidence", finding.entries.get().pk),
        ):
            assert client.get(reverse(f"declarations:{name}", args=[pk])).status_code == 404
    stranger = client_of(scene["stranger"])
    for name, pk in (
        ("verification_raise", statement_of),
        ("verification_sign", statement_of),
        ("finding_close", finding.pk),
        ("finding_ask_again", finding.pk),
    ):
        assert stranger.post(reverse(f"declarations:{name}", args=[pk]), {}).status_code == 404
    assert (
        client_of(scene["rival"])
        .post(reverse("declarations:finding_reply", args=[finding.pk]), {"text": "x"})
        .status_code
        == 404
    )


def raise_over_page(scene: dict[str, Any], **changes: str) -> Finding:
    url = reverse("declarations:verification_raise", args=[scene["declaration"].pk])
    fields = {
        "kind": "major",
        "title": "Meter",
        "place": f"recipe:{scene['recipe'].pk}",
        "text": "Missing.",
        **changes,
    }
    response = client_of(scene["verifier"]).post(url, fields)
    assert response.status_code == 302, response.content.decode()
    return Finding.objects.get()


def test_finding_by_pages(scene: dict[str, Any]) -> None:
    """Raised, answered with a file, closed, signed; the button is off with its reason until then."""
    declaration, verifier = scene["declaration"], client_of(scene["verifier"])
    finding = raise_over_page(scene)
    room = reverse("declarations:verification", args=[declaration.pk])
    assert "Finding NC-01 is open." in verifier.get(room).content.decode()
    sign = reverse("declarations:verification_sign", args=[declaration.pk])
    assert "NC-01" in verifier.get(sign).content.decode()
    fields = {
        "snapshot_sha256": declaration.snapshot.sha256,
        "report_number": "HC-1",
        "opinion": "unqualified",
        "confirm": "on",
    }
    refused = verifier.post(sign, fields)
    assert refused.status_code == 422 and not Statement.objects.exists()
    maker = client_of(scene["editor"])
    page = maker.get(reverse("declarations:finding", args=[finding.pk])).content.decode()
    assert "The recipe of “Example cell”" in page and CANARY not in page
    response = maker.post(
        reverse("declarations:finding_reply", args=[finding.pk]),
        {"text": "Here.", "evidence": ContentFile(b"%PDF-1.7", name="meter.pdf")},
    )
    assert response.status_code == 302
    entry = finding.entries.get(text="Here.")
    file = verifier.get(reverse("declarations:evidence", args=[entry.pk]))
    assert (
        file["Content-Disposition"].startswith("attachment") and file["X-Content-Type-Options"] == "nosniff"
    )
    close = reverse("declarations:finding_close", args=[finding.pk])
    assert verifier.post(close, {"close-reason": ""}).status_code == 422
    assert verifier.post(close, {"close-reason": "Complete."}).status_code == 302
    signed = verifier.post(sign, fields)
    statement = Statement.objects.get()
    assert signed["Location"] == reverse("declarations:statement", args=[statement.pk])
    for client in (verifier, maker):
        assert "HC-1" in client.get(signed["Location"]).content.decode()
        assert client.get(room).status_code == 200
    assert verifier.post(sign, fields)["Location"] == signed["Location"]
    assert client_of(scene["stranger"]).get(signed["Location"]).status_code == 404


def test_maker_sees_state_but_no_recipe(scene: dict[str, Any]) -> None:
    """Findings and figures for the maker, in every role; no line of the supplier's."""
    for role in (Role.EDITOR, Role.APPROVER, Role.VIEWER):
        page = client_of(make.person(scene["maker"], role)).get(
            reverse("declarations:verification", args=[scene["declaration"].pk])
        )
        assert page.status_code == 200
        assert CANARY not in page.content.decode()


def test_reopened_declaration_closes_the_room(scene: dict[str, Any]) -> None:
    """While the maker works on it again, the body sees that and nothing else."""
    declaration = scene["declaration"]
    declaration.state = "draft"
    declaration.save()
    client = client_of(scene["verifier"])
    page = client.get(reverse("declarations:verification", args=[declaration.pk]))
    assert page.status_code == 200 and declaration.snapshot.sha256 not in page.content.decode()
    assert [client.get(url).status_code for url in room_urls(scene)] == [404, 404, 404]


def test_list_needs_few_queries(scene: dict[str, Any], count_queries: Any) -> None:
    """The number of queries does not grow with the list."""
    body = scene["declaration"].engagement.organisation
    client = client_of(scene["verifier"])
    url = reverse("declarations:verification_list")
    for sort in ("open", "-open", "due"):
        assert scene["declaration"].number in client.get(url, {"sort": sort, "view": "all"}).content.decode()
    client.get(url)
    with count_queries(connection) as one:
        client.get(url)
    for _number in range(4):
        make.declaration("in_verification", body=body)
    with count_queries(connection) as five:
        client.get(url)
    assert len(five) == len(one)


def test_result_pages_open_for_the_verifier_and_are_logged(scene: dict[str, Any]) -> None:
    """The result page of a supplier's calculation: the engaged body reads it, the owner reads that it did."""
    recipe = scene["recipe"]
    for name in ("result", "result_lines"):
        url = reverse(f"lca:{name}", args=[recipe.pk])
        for who in ("editor", "rival", "stranger"):
            assert client_of(scene[who]).get(url).status_code == 404
        assert client_of(scene["verifier"]).get(url).status_code == 200
        assert client_of(scene["supplier_person"]).get(url).status_code == 200
    events = AuditEvent.objects.filter(verb="calculation.viewed", readers=scene["supplier"])
    assert events.count() == 2


def test_nothing_of_the_content_before_the_engagement_is_taken_on(scene: dict[str, Any]) -> None:
    """Its digest, figures, control plan and earlier findings are not found by address either."""
    finding = raise_over_page(scene)
    declaration = scene["declaration"]
    Engagement.objects.filter(declaration=declaration).update(state="asked", answer=None)
    client = client_of(scene["verifier"])
    addresses = [
        reverse(f"declarations:{name}", args=[declaration.pk])
        for name in ("verification_sign", "plan_checks", "changes")
    ]
    addresses.append(reverse("declarations:finding", args=[finding.pk]))
    assert [client.get(address).status_code for address in addresses] == [404] * 4
    page = client.get(reverse("declarations:verification", args=[declaration.pk]))
    assert page.status_code == 200 and declaration.snapshot.sha256 not in page.content.decode()
