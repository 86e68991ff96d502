"""The supplier's way in a real browser: pages fit their width, an upload by hand, a double click on publish."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, sync_playwright

from carbonfoot.accounts.actor import Actor
from lca.models import PublishedResult
from suppliers.models import Upload
from suppliers.services.publishing import calculate_answer, publish_answer
from suppliers.services.uploads import accept_upload
from tests.suppliers.conftest import World
from tests.suppliers.conftest import browser as signed_in
from tests.suppliers.test_flow import upload
from tests.support.workbooks import edited, filled, run_jobs

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    # Playwright's loop must not make Django believe that it runs inside asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def open_page(
    chromium: Browser, server: Any, actor: Actor, language: str, width: int
) -> tuple[Page, list[str]]:
    """A page of a signed-in person, and the errors that its console will hold."""
    context = chromium.new_context(viewport={"width": width, "height": 900})
    session = signed_in(actor).cookies["sessionid"].value
    context.add_cookies(
        [
            {"name": "sessionid", "value": session, "url": server.url},
            {"name": "language", "value": language, "url": server.url},
        ]
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    return page, errors


def test_pages_fit_and_nothing_is_refused_by_the_policy(
    world: World, live_server: Any, chromium: Browser
) -> None:
    request = world.ask()
    bad = upload(world, request, edited(filled(request), {("物料", "C6"): "很多"}))
    done = world.ask(part_zh="电解液 E-32", part_en="Electrolyte E-32")
    accept_upload(actor=world.supplier, upload=upload(world, done, filled(done)))
    calculate_answer(actor=world.supplier, request=done)
    run_jobs("lca.calculate")
    preview = reverse("suppliers:request_preview", args=[done.number])
    mine = [
        reverse("suppliers:request_list"),
        reverse("suppliers:request_detail", args=[request.number]),
        reverse("suppliers:upload_detail", args=[bad.pk]),
        preview,
    ]
    pages = [(world.supplier, path) for path in mine]
    result = publish_answer(actor=world.supplier, request=done)
    pages.remove((world.supplier, preview))
    pages += [
        (world.buyer, reverse("suppliers:request_list")),
        (world.buyer, reverse("suppliers:request_new")),
        (world.buyer, reverse("suppliers:request_detail", args=[done.number])),
        (world.buyer, reverse("suppliers:result_detail", args=[result.pk])),
        (world.buyer, reverse("suppliers:supplier_list")),
    ]
    for language, width in (("zh-hans", 390), ("en", 390), ("zh-hans", 1440), ("en", 1440)):
        for actor, path in pages:
            page, errors = open_page(chromium, live_server, actor, language, width)
            response = page.goto(live_server.url + path)
            assert response is not None and response.status == 200, path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, language, width)
            assert not errors, (path, errors)
            page.context.close()


def test_upload_by_hand_and_double_click_on_publish(
    world: World, live_server: Any, chromium: Browser, tmp_path: Path
) -> None:
    request = world.ask()
    file = tmp_path / "answer.xlsx"
    file.write_bytes(filled(request))
    page, errors = open_page(chromium, live_server, world.supplier, "en", 1440)
    page.goto(live_server.url + reverse("suppliers:request_detail", args=[request.number]))
    page.set_input_files("input[type=file]", str(file))
    page.get_by_role("button", name="Upload and check").dblclick()
    page.wait_for_url("**/uploads/**")
    assert Upload.objects.count() == 1
    run_jobs("suppliers.check_upload")
    page.reload()
    page.get_by_role("button", name="Accept the whole upload").click()
    page.get_by_role("button", name="Calculate").click()
    page.wait_for_load_state()
    run_jobs("lca.calculate")
    page.goto(live_server.url + reverse("suppliers:request_preview", args=[request.number]))
    page.get_by_label("I have looked at what the customer will see").check()
    page.locator("form[action$='/publish/'] button[type=submit]").dblclick()
    page.wait_for_url("**/results/**")
    assert PublishedResult.objects.count() == 1
    assert not errors


def test_the_form_of_an_answer_on_a_phone(world: World, live_server: Any, chromium: Browser) -> None:
    """Begin with the example, give amounts, fill the one that is unknown, hand in: at 390 px, saving by itself."""
    request = world.ask()
    page, errors = open_page(chromium, live_server, world.supplier, "zh-hans", 390)

    def step(key: str) -> None:
        page.goto(live_server.url + reverse("suppliers:form_step", args=[request.number, key]))
        assert page.evaluate("document.documentElement.scrollWidth") <= 390

    step("product")
    page.fill("#id_row-0-amount", "1000")
    page.select_option("#id_row-0-unit", "t")
    page.select_option("#id_row-0-data_kind", "measured")
    with page.expect_response(lambda answer: answer.url.endswith("/product/save/")):
        page.select_option("#id_cover-plant_region", "CN-32")
    page.click("button[name=go]")
    page.click("form[action$='/form/example/'] button")
    for row, amount in enumerate(("425", "425", "126", "24")):
        if not page.locator(f"#id_row-{row}-amount_0").is_visible():
            page.click(f"#row-{row} > summary")
        page.fill(f"#id_row-{row}-amount_0", amount)
        page.select_option(f"#id_row-{row}-unit", "t")
        page.select_option(f"#id_row-{row}-data_kind", "measured")
        page.select_option(f"#id_row-{row}-company_specific", "yes")
    page.click("button[name=go]")
    page.select_option("#id_row-0-amount_1", "unknown")
    page.select_option("#id_row-0-data_kind", "estimated")
    page.select_option("#id_row-0-region", "CN-32")
    page.click("button[name=go]")
    for key in ("transport", "emissions", "wastes"):
        page.select_option(f"#id_cover-{key}_answer", "not_applicable")
        page.click("button[name=go]")
    page.goto(live_server.url + reverse("suppliers:form_gap", args=[request.number, "energy", 0]))
    page.check("input[name=choice]")
    page.click("main form button[type=submit]")
    assert page.url.endswith("/form/check/") and page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("form[action$='/form/hand-in/'] button")
    made = Upload.objects.get(request=request)
    assert page.url.endswith(reverse("suppliers:upload_detail", args=[made.pk]))
    assert run_jobs("suppliers.check_upload") == ["succeeded"]
    made.refresh_from_db()
    energy = made.reading["tables"]["energy"][0]["values"]
    assert (made.errors, energy["amount"]["value"], energy["reference"]["value"]) == (
        0,
        "416000",
        "electrolyte.carbonate.premise",
    )
    assert errors == []
    page.context.close()
