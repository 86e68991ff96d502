"""Impatient fingers, wrong roles, rivals, a worker that dies: the site keeps what it promised."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import expect

from carbonfoot.jobs.models import Job, JobState
from declarations.demo import people
from declarations.models import Declaration, Pack, PackPart, Receipt
from lca.models import Calculation, PublishedResult
from lca.services.inventories import save_exchange
from suppliers.models import DataRequest, Upload
from tests.browser.conftest import Site
from tests.browser.person import Person
from tests.browser.scenes import verified_declaration
from tests.support.worker import wait_until

pytestmark = [pytest.mark.browser]
Visit = Callable[..., Person]

# Two posts of the same form at the same moment, as no page of ours would send them.
BOTH_AT_ONCE = """async () => {
  const form = document.querySelector('main form[method=post]');
  const send = () => fetch(location.href, {method: 'POST', body: new URLSearchParams(new FormData(form))});
  return (await Promise.all([send(), send()])).map(answer => [answer.status, new URL(answer.url).pathname]);
}"""


def test_however_often_it_is_submitted_there_is_one_receipt(visit: Visit) -> None:
    row = verified_declaration("NMC-64A")
    approver = visit("approver@maker.example")
    approver.go("declarations:submit", row.pk)
    second = approver.context.new_page()
    second.goto(approver.page.url)
    third = approver.context.new_page()
    third.goto(approver.page.url)
    for page in (approver.page, second, third):
        page.locator('[name="sure"]').check()
    receipt = reverse("declarations:receipt", args=[row.pk])
    assert third.evaluate(BOTH_AT_ONCE) == [[200, receipt]] * 2
    approver.page.locator("main form[method=post] button.btn--main").dblclick()
    second.locator("main form[method=post] button.btn--main").click()
    for page in (approver.page, second):
        page.wait_for_url(f"**{receipt}")
    assert Receipt.objects.filter(declaration=row).count() == 1
    number = Receipt.objects.get(declaration=row).number
    assert number in approver.text()
    assert number in second.locator("main").inner_text()
    # Back: the page of the form is a page of the receipt by now, or sends what leads to the same receipt.
    approver.page.go_back()
    if approver.page.url.endswith(reverse("declarations:submit", args=[row.pk])):
        approver.send()
    assert approver.page.url.endswith(receipt)
    assert Receipt.objects.filter(declaration=row).count() == 1


def test_a_wrong_role_finds_the_button_off_and_reads_why(visit: Visit) -> None:
    row = verified_declaration("NMC-64A")
    editor = visit("editor@maker.example")
    editor.go("declarations:submit", row.pk)
    off = editor.page.locator(
        "main button[aria-disabled=true]", has_text=editor.say("Submit the declaration")
    )
    why = editor.page.locator(f"#{off.get_attribute('aria-describedby')}").inner_text()
    assert editor.say("Approver") in why
    assert editor.page.locator("main form[method=post]").count() == 0
    token = editor.page.locator('meta[name="csrf-token"]').get_attribute("content") or ""
    answer = editor.page.request.post(
        editor.page.url,
        form={"sure": "on", "csrfmiddlewaretoken": token},
        headers={"Referer": editor.page.url},
    )
    assert answer.status == 403
    viewer = visit("viewer@maker.example", "en")
    viewer.go("declarations:pack", row.pack_id)
    off = viewer.page.locator("main button[aria-disabled=true]", has_text="Calculate")
    assert (
        "Your role does not allow this"
        in viewer.page.locator(f"#{off.get_attribute('aria-describedby')}").inner_text()
    )
    viewer.go("declarations:check", row.pk)
    for email, path in (
        ("staff@anode.example", reverse("declarations:list")),
        ("verifier@verifier.example", reverse("declarations:pack_list")),
        ("editor@maker.example", reverse("declarations:review_queue")),
        ("regulator@authority.example", reverse("suppliers:request_list")),
    ):
        stranger = visit(email, "en")
        stranger.open(path, status=403)
        assert "Your role does not allow this" in stranger.text()
        assert not Receipt.objects.filter(declaration=row).exists()


def test_addresses_of_others_lead_nowhere(visit: Visit) -> None:
    pack = Pack.objects.get(model="LFP-100A")
    declaration = Declaration.objects.filter(pack=pack).latest("pk")
    calculation = declaration.calculation
    assert calculation is not None
    request = DataRequest.objects.filter(supplier__code="demo-cathode").earliest("pk")
    upload = Upload.objects.filter(request=request).latest("uploaded_at")
    result = PublishedResult.objects.filter(organisation__code="demo-cathode").latest("published_at")
    recipe = result.calculations.get(ruleset_id="cn-miit-551")
    makers = [
        reverse("declarations:pack", args=[pack.pk]),
        reverse("declarations:pack_edit", args=[pack.pk]),
        reverse("declarations:pack_report", args=[pack.pk]),
        reverse("declarations:part_ask", args=[pack.pk, PackPart.objects.filter(pack=pack)[0].pk]),
        reverse("declarations:detail", args=[declaration.pk]),
        reverse("declarations:receipt", args=[declaration.pk]),
        reverse("declarations:history", args=[declaration.pk]),
        reverse("declarations:verification", args=[declaration.pk]),
        reverse("declarations:plan", args=[declaration.plan_id]),
        reverse("lca:inventory_detail", args=[pack.inventory_id]),
        reverse("lca:inventory_document", args=[pack.inventory_id]),
        reverse("lca:result", args=[calculation.pk]),
        reverse("lca:result_json", args=[calculation.pk]),
        reverse("lca:trace", args=[calculation.pk, 1]),
        reverse("suppliers:request_detail", args=[request.number]),
        reverse("suppliers:result_detail", args=[result.pk]),
    ]
    suppliers = [
        reverse("suppliers:upload_detail", args=[upload.pk]),
        reverse("suppliers:upload_file", args=[upload.pk]),
        reverse("suppliers:upload_annotated", args=[upload.pk]),
        reverse("lca:result", args=[recipe.pk]),
        reverse("lca:result_lines", args=[recipe.pk]),
        reverse("lca:result_xlsx", args=[recipe.pk]),
        reverse("lca:inventory_detail", args=[request.inventory_id]),
    ]
    rival = visit("editor@rival.example", "en")
    rival.open(makers[0], status=404)
    assert "belongs to another organisation" in rival.text()
    answers = {path: rival.page.request.get(path).status for path in makers + suppliers}
    assert {path: status for path, status in answers.items() if status != 404} == {}
    other = visit("staff@anode.example", "en")
    paths = [reverse("suppliers:request_detail", args=[request.number]), *suppliers]
    answers = {path: other.page.request.get(path).status for path in paths}
    assert {path: status for path, status in answers.items() if status != 404} == {}
    # The customer itself: the published result, never what it was made from.
    maker = visit("editor@maker.example", "en")
    answers = {path: maker.page.request.get(path).status for path in suppliers}
    assert {path: status for path, status in answers.items() if status != 404} == {}
    assert maker.page.request.get(makers[-1]).status == 200


@pytest.mark.timeout(600)
def test_a_worker_dies_in_the_middle_of_a_calculation(visit: Visit, site: Site) -> None:
    pack = Pack.objects.get(model="LFP-78A")
    line = pack.inventory.processes.get(code="pack").exchanges.filter(kind="energy")[0]  # type: ignore[union-attr]
    editor = visit("editor@maker.example", "en")
    save_exchange(
        actor=people.actor("editor@maker.example"), process=line.process,
        code=line.code, kind=line.kind, name_zh=line.name_zh,
        name_en=line.name_en, amount=(line.amount or 0) + 1, state="known", unit=line.unit,
        electricity=line.electricity, data_kind=line.data_kind, primary=line.primary,
    )  # fmt: skip
    site.worker.stop()
    try:
        editor.go("declarations:pack", pack.pk)
        editor.do("declarations:pack_calculate", pack.pk)
        expect(editor.page.locator(".job progress")).to_be_visible()
        waiting = Calculation.objects.filter(revision__inventory__pack=pack, state="pending").latest("pk")
        job = Job.objects.get(pk=waiting.job_id)
        keys = job.args["calculations"]
        assert len(keys) > 1
        with transaction.atomic():
            # Whoever calculates stands still at the last rule set: this is the middle.
            Calculation.objects.select_for_update().get(pk=keys[-1])
            site.start_worker()
            wait_until(lambda: Job.objects.get(pk=job.pk).step == len(keys) - 1, seconds=120)
            expect(editor.page.locator(".job--running progress[value]")).to_be_visible()
            site.worker.kill()
        assert Job.objects.get(pk=job.pk).state == JobState.RUNNING
        editor.page.reload()
        expect(editor.page.locator(".job progress")).to_be_visible()
    finally:
        if site.worker.process.poll() is not None:
            site.start_worker()
    editor.wait_for_job()
    expect(editor.page.locator(".job")).to_have_count(0)
    assert Job.objects.get(pk=job.pk).state == JobState.SUCCEEDED
    assert set(Calculation.objects.filter(job=job).values_list("state", flat=True)) == {"done"}
