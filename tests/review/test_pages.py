"""Pages of the authority and of the operator."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Membership, Organisation, User
from carbonfoot.accounts.passwords import change_password
from carbonfoot.accounts.roles import Role
from declarations.models import Declaration, RegisterEntry, ReviewDecision
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
    authority, maker = make.organisation("authority"), make.organisation("maker")
    return {
        "declaration": make.declaration("submitted", maker=maker),
        "maker": maker,
        "regulator": make.person(authority),
        "colleague": make.person(authority),
        "editor": make.person(maker),
    }


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_queue_to_register(scene: dict[str, Any], language: str) -> None:
    """Queue, take up the next one, note, accept: the public page is there."""
    client, declaration = client_of(scene["regulator"], language), scene["declaration"]
    assert declaration.number in client.get(reverse("declarations:review_queue")).content.decode()
    response = client.post(reverse("declarations:review_next"))
    page_url = reverse("declarations:review", args=[declaration.pk])
    assert response["Location"] == page_url
    page = client.get(page_url).content.decode()
    assert declaration.snapshot.sha256 in page and "0.0556" in page
    client.post(
        reverse("declarations:review_note", args=[declaration.pk]),
        {"section": "energy", "verdict": "doubt", "text": "Page 12?"},
    )
    assert "Page 12?" in client.get(page_url).content.decode()
    accept = reverse("declarations:review_accept", args=[declaration.pk])
    assert client.post(accept, {}).status_code == 422
    done = client.post(accept, {"confirm": "on"})
    assert done["Location"] == reverse("register:detail", args=[declaration.number])
    assert Client().get(done["Location"]).status_code == 200
    assert client.get(page_url).status_code == 200
    assert client.post(accept, {"confirm": "on"}).status_code == 302
    assert RegisterEntry.objects.count() == 1


def test_return_by_page(scene: dict[str, Any]) -> None:
    """Without a reason nothing happens; with one the maker reads it."""
    client, declaration = client_of(scene["regulator"]), scene["declaration"]
    client.post(reverse("declarations:review_take_up", args=[declaration.pk]))
    url = reverse("declarations:review_return", args=[declaration.pk])
    refused = client.post(url, {"reason": " ", "section_energy": "x"})
    assert refused.status_code == 422
    assert Declaration.objects.get(pk=declaration.pk).state == "in_review"
    response = client.post(url, {"reason": "See the sections.", "section_energy": "Page 12."})
    assert response["Location"] == reverse("declarations:review_queue")
    assert ReviewDecision.objects.get(kind="returned").sections == [{"section": "energy", "text": "Page 12."}]


def test_colleague_must_take_over(scene: dict[str, Any]) -> None:
    """The colleague's page offers to take over, and no decision."""
    declaration = scene["declaration"]
    client_of(scene["regulator"]).post(reverse("declarations:review_take_up", args=[declaration.pk]))
    colleague = client_of(scene["colleague"])
    page = colleague.get(reverse("declarations:review", args=[declaration.pk])).content.decode()
    assert "Take over" in page and "Accept and publish" not in page
    accept = reverse("declarations:review_accept", args=[declaration.pk])
    assert colleague.post(accept, {"confirm": "on"}).status_code == 422
    colleague.post(reverse("declarations:review_take_over", args=[declaration.pk]))
    assert colleague.post(accept, {"confirm": "on"}).status_code == 302


@pytest.mark.parametrize("state", ["draft", "frozen", "in_verification", "verified"])
def test_regulator_finds_no_draft(scene: dict[str, Any], state: str) -> None:
    """404 for the page and every verb."""
    draft, client = make.declaration(state), client_of(scene["regulator"])
    assert client.get(reverse("declarations:review", args=[draft.pk])).status_code == 404
    for verb in ("take_up", "take_over", "note", "return", "accept"):
        url = reverse(f"declarations:review_{verb}", args=[draft.pk])
        assert client.post(url, {"reason": "x", "confirm": "on"}).status_code == 404
    assert draft.number not in client.get(reverse("declarations:review_queue")).content.decode()


def test_maker_and_verifier_are_refused(scene: dict[str, Any]) -> None:
    """403 at the door."""
    for who in (
        scene["editor"],
        make.person(make.organisation("verifier")),
        make.person(make.organisation("supplier")),
    ):
        client = client_of(who)
        for name in ("review_queue", "coverage", "review_export"):
            assert client.get(reverse(f"declarations:{name}")).status_code == 403
        assert client.get(reverse("declarations:review", args=[scene["declaration"].pk])).status_code == 403


def test_queue_filters_sorts_and_exports(scene: dict[str, Any]) -> None:
    """By flag, chemistry and text; late first; text cells are no formulas."""
    low = make.declaration(
        "submitted", content=make.ledger(20), pack=make.pack(scene["maker"], "=LOW(1)"), maker=scene["maker"]
    )
    client = client_of(scene["regulator"])
    url = reverse("declarations:review_queue")
    bad = client.get(url, {"flag": "bad"}).content.decode()
    assert low.number in bad and scene["declaration"].number not in bad
    assert low.number not in client.get(url, {"flag": "none"}).content.decode()
    assert low.number not in client.get(url, {"chemistry": "NMC"}).content.decode()
    assert low.number in client.get(url, {"q": "=LOW"}).content.decode()
    for sort in ("number", "-footprint", "flags", "submitted", "-due", "nonsense"):
        assert client.get(url, {"sort": sort}).status_code == 200
    content = client.get(reverse("declarations:review_export"), {"flag": "bad"}).content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content)))
    assert [row[4] for row in rows[1:]] == ["'=LOW(1)"]


def test_late_is_said(scene: dict[str, Any]) -> None:
    """Thirty days after the receipt."""
    client = client_of(scene["regulator"])
    url = reverse("declarations:review_queue")
    clock.set_process_time(clock.now() + dt.timedelta(days=30))
    assert "late" not in client.get(url).content.decode().split("<tbody>")[1]
    clock.set_process_time(clock.now() + dt.timedelta(days=2))
    assert "2 days late" in client.get(url).content.decode().split("<tbody>")[1]


def test_queue_needs_few_queries(scene: dict[str, Any], count_queries: Any) -> None:
    """The number of queries does not grow with the queue."""
    client, url = client_of(scene["regulator"]), reverse("declarations:review_queue")
    client.get(url)
    with count_queries(connection) as one:
        client.get(url)
    for _number in range(4):
        make.declaration("submitted")
    with count_queries(connection) as five:
        client.get(url)
    assert len(five) == len(one)


def test_coverage_page(scene: dict[str, Any]) -> None:
    """Names makers with what is missing, and no pack that was not submitted."""
    make.pack(scene["maker"], "SECRET-PACK", chemistry="NCA")
    client = client_of(scene["regulator"])
    page = client.get(reverse("declarations:coverage"), {"state": "short"}).content.decode()
    assert scene["maker"].name_en in page and "NCA" in page and "SECRET-PACK" not in page
    assert client.get(reverse("declarations:coverage"), {"phase": "nowhere", "q": "x"}).status_code == 200


def test_operator_creates_organisation_and_role() -> None:
    """A first password is shown once; the role works; ending it ends access."""
    operator = make.person(make.organisation("operator"))
    client = client_of(operator)
    fields = {"code": "new-body", "kind": "verifier", "name_zh": "示例核查", "name_en": "Example body (demo)"}
    assert client.post(reverse("accounts:organisation_create"), {**fields, "code": "a b"}).status_code == 422
    response = client.post(reverse("accounts:organisation_create"), fields)
    page = reverse("accounts:organisation", args=["new-body"])
    assert response["Location"] == page
    assert "new-body" in client.get(reverse("accounts:organisations"), {"q": "new"}).content.decode()
    grant = reverse("accounts:membership_grant", args=["new-body"])
    person = {"email": "v@example.org", "name": "Verifier 1", "role": "verifier", "language": "en"}
    assert client.post(grant, {**person, "role": "regulator"}).status_code == 422
    assert client.post(grant, {**person, "name": ""}).status_code == 422
    answer = client.post(grant, person)
    password = answer.content.decode().split('id="first-password">')[1].split("<")[0]
    assert User.objects.get(email="v@example.org").check_password(password)
    assert password not in client.get(page).content.decode()
    membership = Membership.objects.get(user__email="v@example.org")
    newcomer = Client()
    newcomer.force_login(membership.user)
    work = reverse("declarations:verification_list")
    assert newcomer.get(work)["Location"] == reverse("accounts:account"), (
        "a password that others know comes first"
    )
    who = Actor(membership.user, membership.organisation, Role.VERIFIER)
    change_password(actor=who, current=password, new="a-good-way-to-sign-in")
    newcomer.force_login(User.objects.get(pk=membership.user_id))
    assert newcomer.get(work).status_code == 200
    client.post(reverse("accounts:membership_end", args=[membership.pk]))
    assert newcomer.get(reverse("declarations:verification_list")).status_code != 200
    own = Membership.objects.get(user=operator.user)
    client.post(reverse("accounts:membership_end", args=[own.pk]))
    own.refresh_from_db()
    assert own.is_active


def test_operator_moves_no_phase_backwards() -> None:
    """Dates are data; a last day before the first is refused at its field. Moving forwards: test_phases.py."""
    phase = make.phase()
    client = client_of(make.person(make.organisation("operator")))
    assert phase.name_en in client.get(reverse("declarations:phase_admin")).content.decode()
    url = reverse("declarations:phase_edit", args=[phase.code])
    form = client.get(url).context["form"]
    data = {name: "" if form[name].value() in (None, False) else form[name].value() for name in form.fields}
    refused = client.post(url, data | {"starts_on": "2026-12-31", "ends_on": "2026-01-01", "reason": "示例"})
    assert refused.status_code == 422
    assert {"starts_on", "ends_on"} & set(refused.context["form"].errors)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.VERIFIER, Role.REGULATOR, Role.SUPPLIER])
def test_administration_is_for_the_operator(role: str) -> None:
    """403 for everybody else."""
    kinds = {"editor": "maker", "verifier": "verifier", "regulator": "authority", "supplier": "supplier"}
    client = client_of(make.person(make.organisation(kinds[role]), role))
    before = Organisation.objects.count()
    for name in ("accounts:organisations", "accounts:organisation_create", "declarations:phase_admin"):
        assert client.get(reverse(name)).status_code == 403
    client.post(
        reverse("accounts:organisation_create"),
        {"code": "x", "kind": "maker", "name_zh": "x", "name_en": "x"},
    )
    assert Organisation.objects.count() == before
