"""A site as `make run` gives it: demo data, a web server, a real worker, and one browser for all tests here.

The demonstration is loaded once for the whole folder, because loading it takes longer than most of these tests: each
works on packs, requests and declarations of its own, or on those that it alone may change.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import Browser, sync_playwright
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from declarations.demo import load
from tests.browser.person import FLAGS, Person
from tests.support.worker import Worker

PASSWORD = "carbonfoot-demo"
HERE = Path(__file__).resolve().parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whichever test here comes first loads the demonstration too, beside what the other cores do."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(900))


@dataclass
class Site:
    """Where the site is, and its worker, which a test may kill."""

    url: str
    worker: Worker
    sessions: dict[str, Any] = field(default_factory=dict)  # cookies of those who have signed in before

    def start_worker(self) -> None:
        """Another worker takes the place of the one that is gone."""
        self.worker = Worker(beat=True)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for all tests."""
    # Playwright's loop must not make Django believe that it runs inside asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def db(
    django_db_setup: None, flush_past_triggers: None, browser: Browser, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """In place of pytest-django's: the database with the demonstration in it, kept from test to test."""
    with django_db_blocker.unblock():
        load.load(PASSWORD)
        yield
        call_command("flush", verbosity=0, interactive=False)
        connections.close_all()  # those of Playwright's loop, which nobody else knows


@pytest.fixture(scope="package")
def site(db: None) -> Iterator[Site]:
    """The site with its demonstration."""
    # A thread that waits for the browser's next request must not hold on to the database.
    settings = connections.settings["default"]
    kept, settings["CONN_MAX_AGE"] = settings["CONN_MAX_AGE"], 0
    server = LiveServer("127.0.0.1:0")
    found = Site(server.url, Worker(beat=True))
    yield found
    found.worker.stop()
    server.stop()
    settings["CONN_MAX_AGE"] = kept


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Person]]:
    """``visit("editor@maker.example", "en")``: somebody signed in, on their first page, with a profile of their own."""
    with ExitStack() as stack:

        def enter(email: str = "", language: str = "zh-hans", **options: Any) -> Person:
            person = Person(browser, site.url, language, **options)
            stack.callback(person.leave)
            if email in site.sessions:
                person.context.add_cookies(site.sessions[email])
                person.go("home")
            elif email:
                person.sign_in(email, PASSWORD)
                cookies = person.context.cookies()
                site.sessions[email] = [item for item in cookies if item["name"] != "language"]
            return person

        yield enter
