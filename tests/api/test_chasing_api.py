"""Invitations, logs, requests for many parts and who owes what, by token."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from carbonfoot import clock
from suppliers.models import DataRequest, SupplierInvitation
from tests.api.test_api import token_client
from tests.declarations.test_asking import Scene, scene  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db
JSON = "application/json"


def test_requests_and_matrix(scene: Scene) -> None:  # noqa: F811
    """Whole or nothing with the part's name; the same key sends once; a rival's token finds nothing."""
    client, rival = token_client(scene.of.editor), token_client(Scene().of.editor)
    path = f"/api/v1/packs/{scene.pack.pk}/requests/"
    assert scene.first.organisation is not None
    row = {
        "part": scene.parts[0].pk,
        "supplier": scene.first.organisation.code,
        "year": 2025,
        "due_on": (clock.today() + dt.timedelta(days=9)).isoformat(),
    }
    bad = {
        "batch": str(uuid.uuid4()),
        "requests": [row, row | {"part": scene.parts[1].pk, "supplier": "nobody"}],
    }
    refused = client.post(path, bad, content_type=JSON)
    assert refused.status_code == 422 and refused.json()["problems"][0]["code"] == "ASK-SUPPLIER"
    assert refused.json()["problems"][0]["where"] == "负极乙" and not DataRequest.objects.exists()
    twice = client.post(path, bad | {"requests": [row, row]}, content_type=JSON)
    assert [item["code"] for item in twice.json()["problems"]] == ["ASK-TWICE"]
    good = {"batch": str(uuid.uuid4()), "requests": [row]}
    numbers = [client.post(path, good, content_type=JSON).json()["requests"] for _twice in range(2)]
    assert numbers[0] == numbers[1] and DataRequest.objects.count() == 1
    assert rival.post(path, good, content_type=JSON).status_code == 404
    duty = client.get(f"/api/v1/packs/{scene.pack.pk}/responsibility/").json()[0]
    assert (duty["turn"], duty["request"], duty["share"]) == ("supplier", numbers[0][0], None)
    assert len(client.get("/api/v1/responsibility/").json()) == 3
    assert rival.get(f"/api/v1/packs/{scene.pack.pk}/responsibility/").status_code == 404
    log = client.get(f"/api/v1/requests/{numbers[0][0]}/log/")
    assert log.status_code == 200 and log.json()[0]["kind"] == "event"
    assert rival.get(f"/api/v1/requests/{numbers[0][0]}/log/").status_code == 404


def test_invitations(scene: Scene) -> None:  # noqa: F811
    """Made, listed and revoked; nobody else's."""
    client = token_client(scene.of.editor)
    body = {
        "name_zh": "接口供应商",
        "contact_name": "赵工",
        "email": "zhao@api.example",
        "first_request": {
            "part_zh": "铝壳",
            "module_type": "housing",
            "year": 2025,
            "due_on": (clock.today() + dt.timedelta(days=9)).isoformat(),
        },
    }
    made = client.post("/api/v1/invitations/", body, content_type=JSON)
    assert made.status_code == 201 and made.json()["state"] == "waiting", made.json()
    key = made.json()["id"]
    rival = token_client(Scene().of.editor)
    assert rival.get(f"/api/v1/invitations/{key}/").status_code == 404
    assert rival.post(f"/api/v1/invitations/{key}/revoke/").status_code == 404
    assert client.post(f"/api/v1/invitations/{key}/revoke/").json()["state"] == "revoked"
    assert client.get("/api/v1/invitations/").json()["count"] == 1
    wrong = client.post("/api/v1/invitations/", body | {"email": "x"}, content_type=JSON)
    assert wrong.status_code == 422 and SupplierInvitation.objects.count() == 1
