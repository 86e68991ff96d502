"""Reach that ends: a verification body, a file, a token, each no further and no longer than it was given."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from carbonfoot import clock
from carbonfoot.accounts import people, services
from carbonfoot.accounts.actor import Actor, site_actor
from carbonfoot.accounts.models import ApiCredential, Membership
from carbonfoot.accounts.roles import Role
from carbonfoot.audit.models import AuditEvent
from carbonfoot.problems import Problems
from declarations.models import ReportFile
from declarations.reports.selectors import reports_for
from declarations.selectors import verification
from suppliers.models import DataRequest, Upload
from tests.api.test_api import token_client
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> dict[str, Any]:
    maker, body = make.organisation("maker"), make.organisation("verifier")
    return {
        "maker": maker,
        "body": body,
        "declaration": make.declaration("in_verification", maker=maker, body=body),
        "verifier": make.person(body),
        "editor": make.person(maker),
    }


@pytest.mark.parametrize("state", ["draft", "frozen", "withdrawn"])
def test_reports_close_with_the_clean_room(scene: dict[str, Any], state: str) -> None:
    """While the maker works on it again, or has withdrawn it, the body reads no report of it."""
    row = scene["declaration"]
    report = ReportFile.objects.create(
        snapshot=row.snapshot, kind="json", language="zh", requested_at=clock.now()
    )
    assert list(reports_for(scene["verifier"])) == [report]
    row.state = state
    row.save()
    assert not reports_for(scene["verifier"]).exists()
    assert list(reports_for(scene["editor"])) == [report]


def _upload(of: Any) -> Upload:
    request = DataRequest.objects.create(
        number=f"R-{uuid.uuid4().hex[:8]}",
        buyer=make.organisation("maker"),
        supplier=of,
        part_zh="示例",
        module_type="cathode",
        declared_unit="kg",
        year=2025,
        due_on=clock.today(),
        created_by=None,
    )
    key = uuid.uuid4()
    upload = Upload(
        id=key, request=request, organisation=of, filename="x.xlsx", size=1, sha256="0" * 64, uploaded_by=None
    )
    upload.file.save(f"{key}.upload", ContentFile(b"x"), save=False)
    upload.save()
    return upload


def _declared(scene: dict[str, Any], upload: str) -> Any:
    line = {"id": "pack.m0", "provenance": {"kind": "upload", "upload": upload, "sheet": "S", "cell": "A1"}}
    content = make.ledger()
    for item in content["lines"]:
        item["provenance"] = line["provenance"]
    calculation = make.calculation(
        scene["maker"], content, document={"processes": [{"id": "pack", "exchanges": [line]}]}
    )
    return make.declaration(
        "in_verification", maker=scene["maker"], body=scene["body"], calculation=calculation
    )


def test_a_named_upload_of_somebody_else_stays_closed(scene: dict[str, Any]) -> None:
    """A document may name any upload as its source; that opens no file of another organisation."""
    foreign, own = _upload(make.organisation("supplier")), _upload(scene["maker"])
    assert not verification.uploads_behind(scene["verifier"], _declared(scene, str(foreign.pk))).exists()
    assert list(verification.uploads_behind(scene["verifier"], _declared(scene, str(own.pk)))) == [own]


def test_a_source_that_is_no_upload_is_no_crash(scene: dict[str, Any]) -> None:
    """The name of an upload comes from a document, which may say anything."""
    row = _declared(scene, "u-1")
    client = Client(raise_request_exception=False)
    client.force_login(scene["verifier"].user)
    line = row.calculation.ledger["lines"][0]["id"]
    path = f"/verification/{row.pk}/calculations/{row.calculation_id}/lines/{line}/"
    assert client.get(path).status_code == 200


def test_a_look_over_the_api_is_logged(scene: dict[str, Any]) -> None:
    """A recipe read with a verifier's token is noted for its owner, as on the pages."""
    calculation = scene["declaration"].calculation
    client = token_client(scene["verifier"])
    assert client.get(f"/api/v1/calculations/{calculation.pk}/").status_code == 200
    event = AuditEvent.objects.get(verb="calculation.viewed")
    assert event.organisation == scene["body"]
    assert list(event.readers.all()) == [scene["maker"]]


# -- tokens -----------------------------------------------------------------------------------------------------------


def _works(token: str) -> bool:
    client = Client(headers={"authorization": f"Bearer {token}"}, raise_request_exception=False)
    return bool(client.get("/api/v1/packs/").status_code == 200)


def _operator() -> Actor:
    return make.person(make.organisation("operator"))


def test_a_token_for_the_work_of_staff() -> None:
    """The approver gives out a token that writes packs; nobody gives one with a role that the kind does not have."""
    approver = make.person(make.organisation("maker"), Role.APPROVER)
    credential, _token = services.issue_token(actor=approver, label="ERP", role=Role.EDITOR)
    assert credential.role == Role.EDITOR
    assert services.issue_token(actor=approver, label="BI")[0].role == Role.APPROVER
    for role in (Role.ADMINISTRATOR, Role.REGULATOR, Role.ANONYMOUS, "x"):
        with pytest.raises(Problems):
            services.issue_token(actor=approver, label="no", role=role)


def test_the_page_of_tokens_offers_the_roles_of_the_kind() -> None:
    """The form has the organisation's roles; the new token's role stands in the list."""
    approver = make.person(make.organisation("maker"), Role.APPROVER)
    client = Client()
    assert approver.user is not None
    client.force_login(approver.user)
    page = client.get("/account/tokens/").content.decode()
    assert 'value="editor"' in page
    assert 'value="administrator"' not in page
    sent = client.post("/account/tokens/", {"label": "ERP", "role": "editor", "days": "30"})
    assert sent.status_code == 200
    assert ApiCredential.objects.get().role == Role.EDITOR
    assert (
        client.post("/account/tokens/", {"label": "x", "role": "regulator", "days": "30"}).status_code == 422
    )


def test_a_token_ends_with_the_role_of_who_issued_it() -> None:
    """Whoever leaves knows the secret: it is void, and the log says so."""
    approver = make.person(make.organisation("maker"), Role.APPROVER)
    _credential, token = services.issue_token(actor=approver, label="ERP")
    assert _works(token)
    membership = Membership.objects.get(user=approver.user)
    people.end_membership(actor=_operator(), membership=membership)
    assert not _works(token)
    assert ApiCredential.objects.get().revoked_at is not None
    assert AuditEvent.objects.filter(verb="token.revoked").count() == 1


def test_a_token_ends_with_a_change_of_role() -> None:
    """Who may not issue tokens any more leaves none behind; the same role again changes nothing."""
    approver = make.person(make.organisation("maker"), Role.APPROVER)
    _credential, token = services.issue_token(actor=approver, label="ERP")
    given: dict[str, Any] = {
        "actor": site_actor(),
        "user": approver.user,
        "organisation": approver.organisation,
    }
    services.grant_membership(**given, role=Role.APPROVER)
    assert _works(token)
    services.grant_membership(**given, role=Role.VIEWER)
    assert not _works(token)


def test_a_token_of_a_closed_account_is_void() -> None:
    """An account that may not sign in has no token either."""
    approver = make.person(make.organisation("maker"), Role.APPROVER)
    _credential, token = services.issue_token(actor=approver, label="ERP")
    assert approver.user is not None
    approver.user.is_active = False
    approver.user.save()
    assert not _works(token)


# -- sessions ---------------------------------------------------------------------------------------------------------


def test_a_session_ends_with_role_account_and_organisation() -> None:
    """Each request asks anew who somebody is."""
    for end in ("membership", "account", "organisation"):
        editor = make.person(make.organisation("maker"))
        assert editor.user is not None
        assert editor.organisation is not None
        client = Client()
        client.force_login(editor.user)
        assert client.get("/packs/").status_code == 200
        if end == "membership":
            Membership.objects.filter(user=editor.user).update(is_active=False)
        elif end == "account":
            type(editor.user).objects.filter(pk=editor.user.pk).update(is_active=False)
        else:
            type(editor.organisation).objects.filter(pk=editor.organisation.pk).update(is_active=False)
        assert client.get("/packs/").status_code in (302, 403), end
