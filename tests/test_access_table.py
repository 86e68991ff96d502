"""The access table covers every address, and the middleware holds each role to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from carbonfoot.accounts import access
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.middleware import SESSION_MEMBERSHIP
from carbonfoot.accounts.models import Membership, Organisation, User
from carbonfoot.accounts.roles import ROLES_BY_KIND, Role

# Served by Django itself for local runs, never in production.
NOT_OURS = {"static"}
# Ends the session that the walk needs; it has a test of its own.
ENDS_SESSION = "accounts:signout"


def addresses(
    resolver: URLResolver | None = None, prefix: str = "", space: str = ""
) -> Iterator[tuple[str, str]]:
    """(name, path with ``1`` or a nil UUID for parameters) of every address of the site."""
    for item in (resolver or get_resolver()).url_patterns:
        route = prefix + str(item.pattern)
        if isinstance(item, URLResolver):
            yield from addresses(item, route, f"{space}{item.namespace}:" if item.namespace else space)
        elif isinstance(item, URLPattern):
            yield f"{space}{item.name}", _filled(route)


def _filled(route: str) -> str:
    values = {"uuid": "00000000-0000-4000-8000-000000000000", "int": "1"}
    return "/" + re.sub(r"<(?:(\w+):)?\w+>", lambda found: values.get(found[1] or "", "x"), route)


ADDRESSES = sorted(set(addresses()))


def test_every_address_is_listed() -> None:
    """An address without a row would be refused to everybody: somebody forgot it."""
    names = {name for name, _path in ADDRESSES} - NOT_OURS
    assert not any(name.endswith(("None", ":")) for name in names), "an address without a name"
    assert names - set(access.ROUTES) == set()


def test_no_row_without_address() -> None:
    """A row for an address that is gone hides mistakes."""
    assert set(access.ROUTES) - {name for name, _path in ADDRESSES} == set()


def test_rows_name_actions() -> None:
    """Every address asks for an action of the table, and every action has a role."""
    assert set(access.ROUTES.values()) - set(access.ACTIONS) == set()
    assert all(rules and all(item.roles for item in rules) for rules in access.ACTIONS.values())


def test_unknown_action_is_an_error() -> None:
    """Not a refusal: a typing mistake must not look like a lack of rights."""
    with pytest.raises(KeyError):
        access.check(Actor(user=None, organisation=None, role=Role.ADMINISTRATOR), "no.such")


def _client(kind: str, role: str, code: str) -> Client:
    organisation = Organisation.objects.create(code=code, kind=kind, name_zh="示例", name_en="Example")
    user = User.objects.create_user(f"{code}@example.test", name=code)
    membership = Membership.objects.create(user=user, organisation=organisation, role=role)
    client = Client()
    client.force_login(user)
    session = client.session
    session[SESSION_MEMBERSHIP] = membership.pk
    session.save()
    return client


ROLES = sorted((kind.value, role) for kind, roles in ROLES_BY_KIND.items() for role in roles)  # type: ignore[attr-defined]


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "role"), ROLES)
def test_each_role_at_each_address(kind: str, role: str) -> None:
    """Whoever the table refuses gets 403 on GET and on POST; nobody else does because of the table."""
    client = _client(kind, role, f"{kind}-{role}")
    client.raise_request_exception = False
    wrong = []
    for name, path in ADDRESSES:
        if name in NOT_OURS or name.startswith("api:") or name == ENDS_SESSION:
            continue
        allowed = role in {r for item in access.ACTIONS[access.ROUTES[name]] for r in item.roles}
        for method in (client.get, client.post):
            answer = method(path)
            if not allowed and answer.status_code != 403:
                wrong.append(f"{name}: {role} got {answer.status_code} instead of 403")
            if allowed and answer.status_code >= 500:
                wrong.append(f"{name}: {role} got {answer.status_code}")
    assert wrong == []


@pytest.mark.django_db
def test_visitor_at_each_address() -> None:
    """A visitor reads what is public and is asked to sign in everywhere else."""
    client = Client(raise_request_exception=False)
    wrong = []
    for name, path in ADDRESSES:
        if name in NOT_OURS or name.startswith("api:"):
            continue
        public = Role.ANONYMOUS in {r for item in access.ACTIONS[access.ROUTES[name]] for r in item.roles}
        for method in (client.get, client.post):
            answer = method(path)
            to_signin = answer.status_code == 302 and answer.headers["Location"].startswith("/signin/")
            if not public and not to_signin:
                wrong.append(f"{name}: {answer.status_code} instead of sign-in")
            if public and answer.status_code >= 500:
                wrong.append(f"{name}: {answer.status_code}")
    assert wrong == []


@pytest.mark.django_db
def test_signing_out_ends_the_session() -> None:
    """Only by POST, so that no picture or link can sign a person out."""
    client = _client("maker", "editor", "leaving")
    assert client.get("/signout/").status_code == 405
    assert client.get("/account/").status_code == 200
    client.post("/signout/")
    assert client.get("/account/").status_code == 302


@pytest.mark.django_db
def test_unlisted_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Default deny: take a row away and the address is closed even to the administrator."""
    client = _client("operator", "administrator", "op")
    assert client.get("/account/").status_code == 200
    monkeypatch.delitem(access.ROUTES, "accounts:account")
    assert client.get("/account/").status_code == 403


@pytest.mark.django_db
def test_refusal_says_who_may() -> None:
    """A refused action names the roles that have it."""
    decision = access.check(Actor(user=None, organisation=None, role=Role.VIEWER), "pack.create")
    assert not decision
    assert str(Role.EDITOR.label) in str(decision.reason)
