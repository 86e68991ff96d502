"""The main pages of every role, in both languages: read by axe, squeezed to a phone, walked with the keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from declarations.models import Declaration, Finding, Pack
from lca.models import Calculation
from suppliers.models import DataRequest, Upload
from tests.browser.person import SHOTS, Person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
Visit = Callable[..., Person]

# axe knows no rule set of ours: its rules for WCAG 2.2 AA, all of them.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"], "resultTypes": ["violations"]}

# What must fit: the page itself; a wide table scrolls in its own named region.
OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return '';
  const out = [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > wide + 1
    && !e.closest('.table-wrap, .scroll, [role=region]'));
  return out.slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join('\\n') || 'wider than the screen';
}"""

UNLABELLED = """() => [...document.querySelectorAll('main input, main select, main textarea')]
  .filter(e => e.type !== 'hidden' && !(e.labels && e.labels.length) && !e.getAttribute('aria-label')
    && !e.getAttribute('aria-labelledby')).map(e => e.outerHTML.slice(0, 120))"""


def pages() -> dict[str, list[str]]:
    """Account -> addresses of its main pages."""
    pack = Pack.objects.get(model="LFP-100A")
    open_pack = Pack.objects.get(model="LFP-52C")
    declaration = Declaration.objects.filter(pack=pack, state="accepted").latest("pk")
    verifying = Finding.objects.latest("pk").declaration
    submitted = Declaration.objects.filter(pack__model="NMC-90B").latest("pk")
    calculation = Calculation.objects.get(pk=declaration.calculation_id)
    answered = DataRequest.objects.filter(supplier__code="demo-cathode", state="published").earliest("pk")
    waiting = DataRequest.objects.filter(
        supplier__code="demo-cathode", state__in=("sent", "opened")
    ).earliest("pk")
    upload = Upload.objects.filter(request=answered).latest("uploaded_at")
    finding = Finding.objects.latest("pk")

    def at(name: str, *args: Any) -> str:
        return reverse(name, args=args)

    return {
        "": [
            at("home"),
            at("accounts:signin"),
            at("register:list"),
            at("register:detail", declaration.number),
        ],
        "editor@maker.example": [
            at("home"),
            at("declarations:pack_list"),
            at("declarations:pack_new"),
            at("declarations:pack", open_pack.pk),
            at("lca:inventory_detail", open_pack.inventory_id),
            at("lca:result", calculation.pk),
            at("lca:result_lines", calculation.pk),
            at("lca:trace", calculation.pk, 1),
            at("declarations:list"),
            at("declarations:detail", declaration.pk),
            at("declarations:check", declaration.pk),
            at("declarations:plan", declaration.plan_id),
            at("declarations:phase"),
            at("suppliers:request_list"),
            at("suppliers:request_detail", answered.number),
            at("suppliers:result_list"),
            at("lca:reference"),
            at("audit:list"),
        ],
        "approver@maker.example": [at("declarations:receipt", declaration.pk)],
        "staff@cathode.example": [
            at("home"),
            at("suppliers:request_list"),
            at("suppliers:request_detail", waiting.number),
            at("suppliers:upload_detail", upload.pk),
            at("suppliers:result_list"),
        ],
        "verifier@verifier.example": [
            at("home"),
            at("declarations:verification_list"),
            at("declarations:verification", verifying.pk),
            at("declarations:verification_calculation", verifying.pk, verifying.calculation_id),
            at("declarations:finding", finding.pk),
        ],
        "regulator@authority.example": [
            at("home"),
            at("declarations:review_queue"),
            at("declarations:review", submitted.pk),
            at("declarations:coverage"),
        ],
        "admin@operator.example": [at("home"), at("accounts:organisations"), at("declarations:phase_admin")],
    }


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_main_pages_fit_a_phone_and_are_labelled(visit: Visit, language: str) -> None:
    wrong: list[str] = []
    axe = Axe()
    for email, addresses in pages().items():
        person = visit(email, language)
        for address in addresses:
            person.page.set_viewport_size({"width": 1440, "height": 900})
            person.open(address)
            wrong += [f"{address}: unlabelled {field}" for field in person.page.evaluate(UNLABELLED)]
            if wide := person.page.evaluate(OVERFLOW):
                wrong.append(f"{address} at 1440: {wide}")
            person.page.set_viewport_size({"width": 390, "height": 844})
            if SHOTS:
                person.look()
            if wide := person.page.evaluate(OVERFLOW):
                wrong.append(f"{address} at 390: {wide}")
            # Names and colours do not hang on the language: axe, the slow one, reads one of them.
            if language == "zh-hans":
                found = axe.run(person.page, options=RULES).response["violations"]
                wrong += [f"{address}: {item['id']} {item['nodes'][0]['html'][:200]}" for item in found]
    if wrong:
        pytest.fail("\n".join(wrong))


def test_the_keyboard_is_enough(visit: Visit) -> None:
    editor = visit("editor@maker.example", "en")
    page = editor.page
    editor.go("declarations:pack_list")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert (
        page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0
    )  # seen once it has the focus
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    # Every stop shows where the focus is, and none is a trap.
    seen = []
    for _stop in range(12):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "(() => { const e = document.activeElement, s = getComputedStyle(e);"
                " return [e.outerHTML.slice(0, 80), s.outlineStyle !== 'none' || s.boxShadow !== 'none']; })()"
            )
        )
    assert len({html for html, _shown in seen}) > 8
    assert [html for html, shown in seen if not shown] == []
    page.locator("main table a.row").first.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    editor.at("declarations:pack")
