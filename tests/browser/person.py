"""Somebody at a browser: goes to pages, fills in forms, presses buttons, and reads what stands there."""

from __future__ import annotations

import html
import os
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Browser, Download, Locator, Page, expect

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Waiting is for the page, never a measure of it: other work may share the machine.
PATIENCE_MS = 60_000
# A folder to keep a picture of each page in, to look at them: BROWSER_SHOTS=var/shots pytest tests/browser
SHOTS = os.environ.get("BROWSER_SHOTS", "")
# Not the small forms beside the heading, which are buttons.
BODY_FORM = "main .stack form[method=post]"
expect.set_options(timeout=PATIENCE_MS)


class Person:
    """A browser profile of its own, in one language. Pages are named by URL names, texts by their msgids."""

    def __init__(
        self, browser: Browser, url: str, language: str = "zh-hans", *, script: bool = True, width: int = 1440
    ) -> None:
        self.language = language
        self.context = browser.new_context(
            base_url=url, viewport={"width": width, "height": 900}, java_script_enabled=script
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.context.add_cookies([{"name": "language", "value": language, "url": url}])
        self.page: Page = self.context.new_page()
        self.refused: list[str] = []  # what the browser's own console calls an error
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.refused.append(str(error)))
        self._shown = 0

    def _hear(self, message: Any) -> None:
        # The browser reports every answer of 400 and above by itself; that is no fault of the page.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.refused.append(message.text)

    def leave(self) -> None:
        """Close the profile; the browser must have had nothing to complain of."""
        self.context.close()
        assert self.refused == []

    # -- words --------------------------------------------------------------------------------------------------------
    def say(self, msgid: str, context: str = "", **params: Any) -> str:
        """A text of the site in this person's language."""
        with translation.override(self.language):
            text = translation.pgettext(context, msgid) if context else translation.gettext(msgid)
        return text % params if params else text

    # -- going --------------------------------------------------------------------------------------------------------
    def sign_in(self, email: str, password: str) -> None:
        """Sign in; ends on the first page."""
        self.go("accounts:signin")
        self.fill(email=email, password=password)
        self.send()
        expect(self.page.locator("header a.org")).to_be_visible()

    def go(self, name: str, *args: Any, query: str = "", status: int = 200) -> None:
        """Open a page by its URL name; it must answer with the status."""
        self.open(reverse(name, args=args) + query, status)

    def open(self, path: str, status: int = 200) -> None:
        """Open a page by its address."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == status, (path, answer.status)
        self.look()

    def look(self) -> None:
        """What every page keeps, whoever looks at it: one heading, the language, nothing out of the page."""
        assert self.page.locator("h1").count() == 1, self.page.url
        lang = self.page.locator("html").get_attribute("lang")
        assert lang == ("en" if self.language == "en" else "zh-Hans"), (self.page.url, lang)
        if SHOTS:
            self._shown += 1
            name = self.page.url.split("/", 3)[3].partition("?")[0].replace("/", "_") or "home"
            folder = Path(SHOTS) / self.language
            folder.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=folder / f"{name}-{self._shown:02d}.png", full_page=True)

    def at(self, name: str) -> dict[str, Any]:
        """The arguments of the present address, which must be the page of that URL name."""
        from django.urls import resolve

        found = resolve("/" + self.page.url.split("/", 3)[3].partition("?")[0].partition("#")[0])
        assert found.view_name == name, (self.page.url, self.page.locator("main").inner_text()[:2000])
        return found.kwargs

    # -- forms --------------------------------------------------------------------------------------------------------
    def form(self, name: str, *args: Any) -> Locator:
        """The forms that are sent to an address."""
        return self.page.locator(f'form[action="{reverse(name, args=args)}"]')

    def fill(self, within: Locator | None = None, **values: Any) -> None:
        """Fill in fields by name; a list is ticked, True ticks a box, a Path is a file."""
        place = within or self.page.locator(BODY_FORM)
        for name, value in values.items():
            field = place.locator(f'[name="{name}"]')
            tag = field.first.evaluate("e => e.tagName + ':' + (e.type || '')")
            if tag.startswith("SELECT"):
                field.select_option(str(value))
            elif tag.endswith(":radio"):
                place.locator(f'[name="{name}"][value="{value}"]').check()
            elif tag.endswith(":checkbox"):
                field.first.set_checked(bool(value))
            elif tag.endswith(":file"):
                field.set_input_files(value)
            else:
                field.fill(str(value))

    def send(self, within: Locator | None = None) -> None:
        """Press the one button that sends the form, and wait for the page that follows."""
        place = within or self.page.locator(BODY_FORM)
        self.press(place.locator("button:not([type=button])").first)

    def press(self, button: Locator) -> None:
        """Press a button or a link that leads to another page."""
        with self.page.expect_navigation(wait_until="load"):
            button.click()
        self.look()

    def do(self, name: str, *args: Any) -> None:
        """Press the button whose form is sent to an address, wherever it stands on the page."""
        self.press(self.form(name, *args).first.locator("button:not([type=button])"))

    def follow(self, name: str, *args: Any) -> None:
        """Follow the link to an address."""
        self.press(self.page.locator(f'main a[href^="{reverse(name, args=args)}"]').first)

    def download(self, link: Locator) -> Download:
        """What a link gives as a file."""
        with self.page.expect_download() as waiting:
            link.click()
        return waiting.value

    # -- reading ------------------------------------------------------------------------------------------------------
    def text(self) -> str:
        """Everything that can be read in the main part of the page."""
        return self.page.locator("main").inner_text()

    def source(self) -> str:
        """The whole page as it came, with what is not shown."""
        return html.unescape(self.page.content())

    def wait_for(self, selector: str) -> Locator:
        """Wait until something is there."""
        place = self.page.locator(selector).first
        expect(place).to_be_visible()
        return place

    def wait_for_job(self) -> None:
        """Wait until the work shown on this page is over: the page then shows the result by itself."""
        expect(self.page.locator(".job--queued, .job--published, .job--running")).to_have_count(0)
        self.page.wait_for_load_state("load")
        self.look()
