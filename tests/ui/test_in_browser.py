"""What the style sheet and the small script do, in a real browser."""

# ruff: noqa: E501

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation
from playwright.sync_api import Browser, Page, sync_playwright

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation, User
from carbonfoot.accounts.roles import Role
from carbonfoot.ui import samples

pytestmark = [pytest.mark.browser]
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright's loop must not make Django believe that it runs inside asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS.split())
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    yield context.new_page()
    context.close()


def kit(language: str) -> str:
    """The page of components with style sheets and script inside it."""
    request = RequestFactory().get("/?q=a")
    maker = Organisation(
        code="m", kind="maker", name_zh="示例动力电池股份有限公司", name_en="Demo Traction Battery Co. (demo)"
    )
    request.actor = Actor(User(email="editor@example.org", name="Editor (demo)"), maker, Role.EDITOR)  # type: ignore[attr-defined]
    request.session = {}  # type: ignore[assignment]
    with translation.override(language):
        return render_to_string("components/kit.html", samples.context(request), request=request)


def show(page: Page, html: str) -> None:
    page.set_content(html)
    for name in ("css/tokens.css", "css/app.css"):
        page.add_style_tag(path=Path(settings.BASE_DIR) / "static" / name)
    page.add_script_tag(path=Path(settings.BASE_DIR) / "static/js/app.js")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("width", [1440, 1000, 600, 390, 320])
@pytest.mark.usefixtures("bare_shell")
def test_nothing_runs_out_of_the_page(page: Page, language: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    show(page, kit(language))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    # One drawing of each chart is seen, never both and never none.
    shown = page.evaluate(
        "[...document.querySelectorAll('figure.fig')].map(f => [...f.querySelectorAll(':scope > svg')]"
        ".filter(s => getComputedStyle(s).display !== 'none').length)"
    )
    assert set(shown) == {1}
    small = page.evaluate(
        "[...document.querySelectorAll('main a.btn, main button, .side a, .top a, .top button')]"
        ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 23.5).map(e => e.outerHTML.slice(0, 80))"
    )
    assert small == []


def test_a_form_is_sent_once(page: Page) -> None:
    sent = []
    page.route(
        "http://demo.invalid/**",
        lambda route: (sent.append(route.request.post_data), route.fulfill(status=204)),
    )
    show(
        page,
        '<body data-offline=""><form method="post" action="http://demo.invalid/submit"><input name="a" value="1">'
        '<button name="go" value="yes">Send</button></form></body>',
    )
    page.click("button", click_count=2, delay=20)
    page.evaluate("document.querySelector('form').requestSubmit()")
    page.wait_for_timeout(200)
    assert sent == ["a=1&go=yes"]
    assert "is-busy" in (page.get_attribute("button", "class") or "")


def test_a_button_that_is_off_sends_nothing(page: Page) -> None:
    sent = []
    page.route("http://demo.invalid/**", lambda route: (sent.append(1), route.fulfill(status=204)))
    show(
        page,
        '<body><form method="post" action="http://demo.invalid/"><button aria-disabled="true">Off</button></form>'
        '<a id="l" href="http://demo.invalid/" aria-disabled="true">Off</a></body>',
    )
    page.click("button", force=True)
    page.click("#l", force=True)
    page.focus("button")
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    assert sent == []


def test_questions_are_asked_before_it_is_sent(page: Page) -> None:
    sent: list[int] = []
    asked: list[str] = []
    answers = iter([False, True])
    page.route("http://demo.invalid/**", lambda route: (sent.append(1), route.fulfill(status=204)))
    page.on("dialog", lambda d: (asked.append(d.message), d.accept() if next(answers) else d.dismiss()))
    show(
        page,
        '<body><form method="post" action="http://demo.invalid/"><button data-confirm="Sure?">Go</button></form></body>',
    )
    page.click("button")
    page.wait_for_timeout(100)
    assert sent == []
    page.click("button")
    page.wait_for_timeout(100)
    assert sent == [1]
    assert asked == ["Sure?", "Sure?"]


def test_saying_why_there_is_no_number_clears_the_number(page: Page) -> None:
    show(
        page,
        '<body><div class="amount-state"><div class="with-unit"><input value="5"></div><select>'
        '<option value="known">number</option><option value="unknown">unknown</option></select></div></body>',
    )
    page.select_option("select", "unknown")
    assert page.input_value("input") == ""
    page.select_option("select", "known")
    page.keyboard.type("7")
    assert page.input_value("input") == "7"


def test_who_types_a_number_has_one(page: Page) -> None:
    show(
        page,
        '<body><div class="amount-state"><div class="with-unit"><input value=""></div><select>'
        '<option value="known">number</option><option value="unknown" selected>unknown</option></select></div></body>',
    )
    page.fill("input", "310")
    assert page.input_value("select") == "known"
    assert page.input_value("input") == "310"


def test_a_change_of_language_keeps_what_was_typed(page: Page) -> None:
    """Once, on the same page, and nothing that is secret."""
    script = (Path(settings.BASE_DIR) / "static/js/keep.js").read_text()
    body = (
        '<form class="lang" method="post"><button>English</button></form><main><form method="post">'
        '<input name="a" value="stored"><input name="b" value="x"><textarea name="c"></textarea>'
        '<input type="checkbox" name="d"><select name="e"><option>1</option><option>2</option></select>'
        f'<input type="password" name="p"></form></main><script>{script}</script>'
    )
    page.route("**/*", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto("http://form.example/edit/")
    for name, text in (("a", "typed"), ("c", "a longer text"), ("p", "secret")):
        page.fill(f"[name={name}]", text)
    page.check("[name=d]")
    page.select_option("[name=e]", "2")
    page.click("form.lang button")
    page.wait_for_load_state()
    shown = [page.input_value(f"[name={name}]") for name in "abcep"]
    assert shown == ["typed", "x", "a longer text", "2", ""]
    assert page.is_checked("[name=d]")
    page.reload()
    assert page.input_value("[name=a]") == "stored"


def test_errors_get_the_focus(page: Page) -> None:
    show(page, '<body><div class="errors" id="errors" tabindex="-1"><h2>2 things to mend</h2></div></body>')
    assert page.evaluate("document.activeElement.id") == "errors"


@pytest.mark.django_db(transaction=True)
def test_the_pages_obey_the_security_policy(page: Page, live_server: Any) -> None:
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: refused.append(str(error)))
    page.goto(f"{live_server.url}/signin/")
    assert page.locator("h1").inner_text() == "登录"
    assert refused == []
    page.click("button:has-text('English')")
    page.wait_for_url("**/signin/**")
    assert page.locator("h1").inner_text() == "Sign in"
    page.click("form:not(.lang) button")
    page.wait_for_selector("#errors")
    assert page.evaluate("document.activeElement.id") == "errors"
    page.click("#errors a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_email"
    # The browser itself reports the status 422 of the answer; nothing else may be reported.
    assert [text for text in refused if "422" not in text] == []
