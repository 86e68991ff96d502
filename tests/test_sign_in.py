"""Signing in: guessing is slowed down, and the broker is not needed."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from carbonfoot import clock
from carbonfoot.accounts.throttle import LIMIT
from tests.support import factories

PASSWORD = "a-long-password-1"


@pytest.fixture(autouse=True)
def quick_hashes(settings: pytest.FixtureRequest) -> None:
    """What is tested is the count of failures, not the time that a guess costs (tests/security/test_settings.py)."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


def _account() -> str:
    actor = factories.person(factories.organisation("maker"))
    assert actor.user is not None
    actor.user.set_password(PASSWORD)
    actor.user.save()
    return actor.user.email


def _try(email: str, password: str) -> int:
    return Client().post("/signin/", {"email": email, "password": password}).status_code


@pytest.mark.django_db
def test_guessing_is_slowed_down() -> None:
    """After ten failures even the right password waits for a quarter of an hour; other accounts do not."""
    email, other = _account(), _account()
    assert [_try(email, "wrong") for _ in range(LIMIT)] == [422] * LIMIT
    assert _try(email, PASSWORD) == 422
    assert _try(other, PASSWORD) == 302
    clock.set_process_time(clock.now() + dt.timedelta(minutes=16))
    assert _try(email, PASSWORD) == 302


@pytest.mark.django_db
def test_success_ends_the_count() -> None:
    """Nine failures, a success, nine failures: never blocked."""
    email = _account()
    for _ in range(2):
        for _ in range(LIMIT - 1):
            _try(email, "wrong")
        assert _try(email, PASSWORD) == 302


@pytest.mark.django_db
def test_works_without_the_broker(settings: pytest.FixtureRequest) -> None:
    """A broker that is away stops no one from signing in, and the count goes on."""
    settings.CACHES = {  # type: ignore[attr-defined]
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    email = _account()
    assert _try(email, "wrong") == 422
    assert _try(email, PASSWORD) == 302


@pytest.mark.django_db
def test_unknown_account_answers_the_same() -> None:
    """The page does not tell which addresses have an account."""
    email = _account()
    pages = []
    for address in (email, "nobody@example.org"):
        page = Client().post("/signin/", {"email": address, "password": "wrong"}).content.decode()
        assert 'class="errors"' in page
        pages.append(re.sub(r'"\w{64}"', '"token"', page.replace(address, "")))
    assert pages[0] == pages[1]


@pytest.mark.django_db
def test_a_form_sent_after_the_session_ended_leads_back() -> None:
    """To sign-in with the page it stood on, saying that nothing was stored; never to another site."""
    answer = Client().post(
        "/packs/new/", {"model": "x"}, headers={"referer": "http://testserver/packs/new/?a=1"}
    )
    assert answer.headers["Location"] == "/signin/?expired=1&next=%2Fpacks%2Fnew%2F"
    assert "note--warn" in Client().get(answer.headers["Location"]).content.decode()
    foreign = Client().post("/packs/new/", {}, headers={"referer": "http://elsewhere.example/packs/"})
    assert foreign.headers["Location"] == "/signin/?expired=1"


@pytest.mark.django_db
def test_an_address_for_forms_explains_itself() -> None:
    """GET on an address that only takes POST is a page, with the method that it takes."""
    actor = factories.person(factories.organisation("maker"))
    client = Client()
    client.force_login(actor.user)  # type: ignore[arg-type]
    answer = client.get("/signout/")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "POST"
    assert b"<h1" in answer.content


@pytest.mark.django_db
def test_another_language_on_a_form_with_mistakes_leads_to_its_page() -> None:
    """The page of a refused form stands at an address that only takes POST; choosing a language there asks by GET."""
    actor = factories.person(factories.organisation("maker"))
    client = Client()
    client.force_login(actor.user)  # type: ignore[arg-type]
    form = "/findings/7/reply/"
    page = f"http://testserver{form}"
    chosen = client.post("/language/", {"language": "en", "next": form}, headers={"referer": page})
    assert chosen.headers["Location"] == form
    answer = client.get(form, headers={"referer": page})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/findings/7/")
    assert client.get(form, headers={"referer": "http://testserver/findings/7/"}).status_code == 405
    assert client.get("/signout/", headers={"referer": "http://testserver/signout/"}).status_code == 405


@pytest.mark.django_db
def test_what_a_person_saw_is_kept_by_no_shared_cache() -> None:
    """Pages of those who are signed in are private; signing out clears the browser's own copies."""
    actor = factories.person(factories.organisation("maker"))
    client = Client()
    assert "Cache-Control" not in client.get("/register/").headers
    client.force_login(actor.user)  # type: ignore[arg-type]
    assert client.get("/account/").headers["Cache-Control"] == "private, no-cache"
    assert client.post("/signout/").headers["Clear-Site-Data"] == '"cache"'
