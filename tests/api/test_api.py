"""The API: tokens, the access table, one shape of errors, and a schema that is current."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from carbonfoot import clock
from carbonfoot.accounts import access
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import ROLES_BY_KIND, Role
from carbonfoot.accounts.services import issue_token, revoke_token
from declarations.models import Pack
from declarations.services import packs
from tests.support import factories
from tests.test_access_table import ADDRESSES

SCHEMA = Path(__file__).resolve().parent.parent.parent / "docs" / "openapi.yaml"
FACTS = {
    "model": "API-1",
    "gbt34014": "0DEMP1B100ALFP0000000009",
    "chemistry": "LFP",
    "cell_format": "prismatic",
    "rated_energy_kwh": "60",
    "mass_kg": "400",
    "cycles": 1500,
    "depth_of_discharge": "1",
    "capacity_retention": "0.8",
    "test_report": "T-1",
}
EXACT = ("rated_energy_kwh", "mass_kg", "depth_of_discharge", "capacity_retention")


def token_client(actor: Actor, role: str = "") -> Client:
    """A client with a token of the actor's organisation; ``role`` replaces the token's role."""
    issuer = Actor(user=actor.user, organisation=actor.organisation, role=Role.APPROVER)
    _credential, token = issue_token(actor=issuer, label="test", days=1, role=role or actor.role)
    return Client(
        headers={"authorization": f"Bearer {token}", "accept-language": "en"}, raise_request_exception=False
    )


def test_schema_is_current() -> None:
    """The committed schema is the one that the code gives; mend with: make openapi"""
    out = io.StringIO()
    call_command(
        "spectacular", "--validate", "--fail-on-warn", "--api-version", "1", "--lang", "en", stdout=out
    )
    assert out.getvalue().strip() == SCHEMA.read_text("utf-8").strip()


@pytest.mark.django_db
def test_no_token_and_wrong_tokens() -> None:
    """Missing, malformed, unknown, revoked and expired tokens are 401, and say so in one shape."""
    actor = factories.person(factories.organisation("maker"), Role.APPROVER)
    credential, token = issue_token(actor=actor, label="x", days=1)
    client = Client()
    sent = ["", "Bearer", "Basic abc", "Bearer cf_x_y", f"Bearer {token}0", f"Bearer {token[:-1]}"]
    for value in sent:
        answer = client.get("/api/v1/packs/", headers={"authorization": value} if value else {})
        assert answer.status_code == 401, value
        assert answer.json()["problems"][0]["message"]
    good = {"authorization": f"Bearer {token}"}
    assert client.get("/api/v1/packs/", headers=good).status_code == 200
    clock.set_process_time(clock.now() + dt.timedelta(days=2))
    assert client.get("/api/v1/packs/", headers=good).status_code == 401
    clock.set_process_time(None)
    revoke_token(actor=actor, credential=credential)
    assert client.get("/api/v1/packs/", headers=good).status_code == 401


@pytest.mark.django_db
def test_session_is_no_token() -> None:
    """A signed-in browser cannot be made to call the API."""
    actor = factories.person(factories.organisation("maker"))
    client = Client()
    client.force_login(actor.user)
    assert client.post("/api/v1/packs/", FACTS, content_type="application/json").status_code == 401


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "role"),
    sorted((kind.value, role) for kind, roles in ROLES_BY_KIND.items() for role in roles),  # type: ignore[attr-defined]
)
def test_each_role_at_each_address(kind: str, role: str) -> None:
    """The table holds for tokens as it does for people; nothing crashes on nonsense."""
    client = token_client(factories.person(factories.organisation(kind), role), role)
    wrong = []
    for name, path in ADDRESSES:
        if not name.startswith("api:"):
            continue
        allowed = role in {r for item in access.ACTIONS[access.ROUTES[name]] for r in item.roles}
        for method in ("get", "post", "put"):
            answer = getattr(client, method)(path, content_type="application/json")
            if answer.status_code >= 500 or (not allowed and answer.status_code not in (403, 404, 405)):
                wrong.append(f"{method} {name}: {role} got {answer.status_code}")
            if not allowed and method == "get" and answer.status_code == 200:
                wrong.append(f"{name}: {role} may read what the table refuses")
    assert wrong == []


@pytest.mark.django_db
def test_pack_by_api_and_its_rival() -> None:
    """A pack is created through the same service; a rival's token does not find it."""
    client = token_client(factories.person(factories.organisation("maker")))
    made = client.post("/api/v1/packs/", FACTS, content_type="application/json")
    assert made.status_code == 201, made.content
    pack = Pack.objects.get()
    assert made.json()["rated_energy_kwh"] == "60.0000"
    rival = token_client(factories.person(factories.organisation("maker")))
    for path in (
        f"/api/v1/packs/{pack.pk}/",
        f"/api/v1/packs/{pack.pk}/parts/",
        f"/api/v1/inventories/{pack.inventory_id}/",
    ):
        assert client.get(path).status_code == 200, path
        assert rival.get(path).status_code == 404, path
    assert rival.get("/api/v1/packs/").json()["count"] == 0


@pytest.mark.django_db
def test_every_problem_at_once() -> None:
    """Two kilowatt-hours, no chemistry, a wrong code: all of them, with codes and fields, and no pack."""
    client = token_client(factories.person(factories.organisation("maker")))
    facts = {**FACTS, "rated_energy_kwh": "2", "gbt34014": "IO", "capacity_retention": "1.2"}
    answer = client.post("/api/v1/packs/", facts, content_type="application/json")
    assert answer.status_code == 422
    assert {row["code"] for row in answer.json()["problems"]} >= {"PACK-SCOPE", "PACK-CODE", "PACK-FRACTION"}
    assert not Pack.objects.exists()


@pytest.mark.django_db
def test_inventory_document_goes_round() -> None:
    """What the API gives as a document it takes back; an old version is refused."""
    actor = factories.person(factories.organisation("maker"))
    client = token_client(actor)
    client.post("/api/v1/packs/", FACTS, content_type="application/json")
    pack = Pack.objects.get()
    part = {"module_type": "cathode", "name_zh": "正极", "amount": "1.50", "unit": "kg", "process": "cell"}
    assert (
        client.post(f"/api/v1/packs/{pack.pk}/parts/", part, content_type="application/json").status_code
        == 201
    )
    path = f"/api/v1/inventories/{pack.inventory_id}/"
    body = client.get(path).json()
    again = client.put(path, body, content_type="application/json")
    assert again.status_code == 200, again.content
    assert again.json()["document"] == body["document"]
    assert client.put(path, body, content_type="application/json").status_code == 422


@pytest.mark.django_db
def test_list_of_packs_asks_the_database_the_same_number_of_times(
    django_assert_max_num_queries: object,
) -> None:
    """However many packs there are."""
    actor = factories.person(factories.organisation("maker"))
    client = token_client(actor)
    facts = {key: Decimal(str(value)) if key in EXACT else value for key, value in FACTS.items()}
    for number in range(3):
        packs.create_pack(actor=actor, **{**facts, "model": f"Q-{number}"})
    with django_assert_max_num_queries(4):  # type: ignore[operator]
        assert client.get("/api/v1/packs/").json()["count"] == 3
