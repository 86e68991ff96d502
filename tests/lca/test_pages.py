"""Pages of the life-cycle part: what they show, to whom, in both languages, in few queries."""

from __future__ import annotations

import io
import json
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.roles import Role
from carbonfoot.ui.charts import STAGES
from lca import selectors
from lca.models import Calculation, Exchange, Inventory, UnitProcess
from lca.services import inventories
from tests.lca.test_results import publish
from tests.support import factories
from tests.support.inventories import calculated, module_inventory, pack_inventory

pytestmark = pytest.mark.django_db


def client_of(actor: Actor, language: str = "zh-hans") -> Client:
    client = Client()
    assert actor.user is not None
    client.force_login(actor.user)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client


def text_of(client: Client, name: str, *args: Any, status: int = 200, query: str = "") -> str:
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == status, response.content.decode()[:3000]
    return response.content.decode()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages(
    editor: Actor, pack: Inventory, done: list[Calculation], language: str
) -> None:
    client = client_of(editor, language)
    miit = done[0]
    process = pack.processes.get(code="cell")
    line = process.exchanges.get(code="cell.m1")
    emission = process.exchanges.get(code="cell.d1")
    pages: list[tuple[str, list[Any]]] = [
        ("lca:inventory_list", []),
        ("lca:inventory_detail", [pack.pk]),
        ("lca:inventory_edit", [pack.pk]),
        ("lca:process_new", [pack.pk]),
        ("lca:process_edit", [process.pk]),
        ("lca:line_new", [process.pk]),
        ("lca:line_edit", [line.pk]),
        ("lca:line_link", [line.pk]),
        ("lca:line_link", [emission.pk]),
        ("lca:result", [miit.pk]),
        ("lca:result_lines", [miit.pk]),
        ("lca:result_rulesets", [miit.pk]),
        ("lca:result_versions", [miit.pk]),
        ("lca:compare", [miit.pk, done[2].pk]),
        ("lca:reference", []),
        ("lca:releases", []),
        ("lca:factor", ["CN-2026.1", "elec.cn.footprint.2024"]),
        ("lca:rulesets", []),
        ("lca:ruleset", ["cn-miit-551", "2025.12"]),
    ]
    pages += [("lca:trace", [miit.pk, index]) for index in range(len(miit.ledger["lines"]))]
    for name, arguments in pages:
        page = text_of(client, name, *arguments)
        assert 'style="' not in page, name
        assert "{%" not in page and "{{" not in page, name


def test_result_page_shows_the_number_first(editor: Actor, done: list[Calculation]) -> None:
    page = text_of(client_of(editor), "lca:result", done[0].pk)
    assert done[0].per_functional_unit is not None
    shown = f"{Decimal(repr(done[0].per_functional_unit)):.4f}"
    assert f'<p class="figure-n">{shown}' in page
    assert "磷酸铁锂正极" in page and "LFP" in page
    english = text_of(client_of(editor, "en"), "lca:result", done[0].pk)
    assert "LFP cathode" in english and "energy delivered" in english


def test_trace_leads_to_sheet_and_cell(editor: Actor, done: list[Calculation]) -> None:
    ledger = done[0].ledger
    index = next(n for n, line in enumerate(ledger["lines"]) if line["exchange"] == "cell.e1")
    page = text_of(client_of(editor), "lca:trace", done[0].pk, index)
    for piece in (
        "能源!F14",
        "示例_自有过程.xlsx",
        "1,642,000",
        "0.5777",
        "CN-2026.1",
        "电芯制造",
        "外购电力",
    ):
        assert piece in page, piece
    assert text_of(client_of(editor), "lca:trace", done[0].pk, 999, status=404)


def test_unlinked_and_unknown_lines_switch_the_button_off(editor: Actor, pack: Inventory) -> None:
    process = pack.processes.get(code="cell")
    inventories.save_exchange(
        actor=editor,
        process=process,
        code="open",
        kind="material",
        name_zh="没有关联的料",
        amount=Decimal(1),
        unit="kg",
    )
    client = client_of(editor)
    page = text_of(client, "lca:inventory_detail", pack.pk)
    assert 'aria-disabled="true"' in page and "没有关联的料" in page
    assert reverse("lca:line_link", args=[Exchange.objects.get(code="open").pk]) in page
    response = client.post(reverse("lca:calculate", args=[pack.pk]))
    assert response.status_code == 422 and not Calculation.objects.exists()


def test_calculating_from_the_page(editor: Actor, pack: Inventory) -> None:
    client = client_of(editor)
    response = client.post(reverse("lca:calculate", args=[pack.pk]))
    assert response.status_code == 302 and response["Location"].endswith("#job")
    assert Calculation.objects.count() == 3
    page = text_of(client, "lca:inventory_detail", pack.pk)
    assert "hx-get" in page
    pending = Calculation.objects.first()
    assert pending is not None
    text_of(client, "lca:result", pending.pk)
    text_of(client, "lca:result_xlsx", pending.pk, status=404)


def test_failed_calculation_says_where(editor: Actor, pack: Inventory) -> None:
    Exchange.objects.filter(code="cell.m1").update(link={"factor": "gone.factor"})
    row = calculated(editor, pack, ["cn-miit-551"])[0]
    for language, words in (("zh-hans", "电芯制造 › 磷酸铁锂正极"), ("en", "Cell manufacture › LFP cathode")):
        page = text_of(client_of(editor, language), "lca:result", row.pk)
        assert words in page and "gone.factor" in page
        assert (
            words in text_of(client_of(editor, language), "lca:inventory_detail", pack.pk) or language == "en"
        )


def test_editing_a_line_keeps_three_answers_apart(editor: Actor, pack: Inventory) -> None:
    client = client_of(editor)
    line = Exchange.objects.get(code="cell.m1")
    url = reverse("lca:line_edit", args=[line.pk])
    form: dict[str, Any] = {
        "kind": "material", "name_zh": "正极", "name_en": "Cathode",
        "amount_0": "１２,３４５．５", "amount_1": "known", "unit": "kg",
        "data_kind": "measured", "version": Inventory.objects.get().version,
    }  # fmt: skip
    assert client.post(url, form).status_code == 302
    line.refresh_from_db()
    assert line.amount == Decimal("12345.5") and line.link == {"factor": "cam.lfp.greet2022"}
    stale = client.post(url, form)
    assert stale.status_code == 422
    form |= {"version": Inventory.objects.get().version, "amount_0": "", "amount_1": "known"}
    assert client.post(url, form).status_code == 422
    for state in ("unknown", "not_applicable"):
        form |= {"version": Inventory.objects.get().version, "amount_1": state}
        assert client.post(url, form).status_code == 302
        line.refresh_from_db()
        assert (line.amount, line.state) == (None, state)
    page = text_of(client, "lca:inventory_detail", pack.pk)
    assert "none--not-applicable" in page


def test_new_line_leads_to_choosing_its_link(editor: Actor, pack: Inventory) -> None:
    client = client_of(editor)
    process = pack.processes.get(code="cell")
    form = {
        "kind": "material", "name_zh": "铜箔", "name_en": "", "amount_0": "12", "amount_1": "known", "unit": "kg",
        "data_kind": "measured", "version": Inventory.objects.get().version,
    }  # fmt: skip
    response = client.post(reverse("lca:line_new", args=[process.pk]), form)
    line = Exchange.objects.get(name_zh="铜箔")
    assert response["Location"] == reverse("lca:line_link", args=[line.pk])
    page = text_of(client, "lca:line_link", line.pk)
    assert 'name="factor_key"' in page
    assert (
        client.post(
            reverse("lca:line_link", args=[line.pk]), {"factor_key": "elec.cn.footprint.2024"}
        ).status_code
        == 422
    )
    assert client.post(reverse("lca:line_link", args=[line.pk]), {}).status_code == 422
    assert (
        client.post(reverse("lca:line_link", args=[line.pk]), {"factor_key": "cam.lfp.greet2022"}).status_code
        == 302
    )
    line.refresh_from_db()
    assert line.link == {"factor": "cam.lfp.greet2022"}
    assert client.post(reverse("lca:line_link", args=[line.pk]), {"unlink": "1"}).status_code == 302
    assert client.post(reverse("lca:line_link", args=[line.pk]), {"burden_free": "自产"}).status_code == 302
    assert client.post(reverse("lca:line_delete", args=[line.pk])).status_code == 302


def test_process_forms(editor: Actor, pack: Inventory) -> None:
    client = client_of(editor)
    base = {
        "name_zh": "浆料", "name_en": "Slurry", "stage": "manufacturing", "group": "cell", "method": "", "reason": "",
        "products-TOTAL_FORMS": "2", "products-INITIAL_FORMS": "0", "products-0-id": "slurry",
        "products-0-amount": "1,000",
        "products-0-unit": "kg", "products-1-id": "", "products-1-amount": "", "products-1-unit": "piece",
    }  # fmt: skip
    form: dict[str, Any] = {**base, "code": "slurry", "version": Inventory.objects.get().version}
    assert client.post(reverse("lca:process_new", args=[pack.pk]), form).status_code == 302
    process = UnitProcess.objects.get(code="slurry")
    assert process.products == [{"id": "slurry", "amount": "1000", "unit": "kg"}]
    form = {**base, "method": "mass", "version": Inventory.objects.get().version}
    assert client.post(reverse("lca:process_edit", args=[process.pk]), form).status_code == 422
    form |= {"reason": "按质量", "products-0-amount": "0"}
    assert client.post(reverse("lca:process_edit", args=[process.pk]), form).status_code == 422
    form |= {"products-0-amount": "2000"}
    assert client.post(reverse("lca:process_edit", args=[process.pk]), form).status_code == 302
    process.refresh_from_db()
    assert process.allocation == {"method": "mass", "reason": "按质量"}
    assert client.post(reverse("lca:process_delete", args=[process.pk])).status_code == 302
    assert not UnitProcess.objects.filter(code="slurry").exists()


def test_omitted_flows_need_a_reason(editor: Actor, pack: Inventory) -> None:
    client = client_of(editor)
    url = reverse("lca:inventory_edit", args=[pack.pk])
    form: dict[str, Any] = {
        "name_zh": "示例", "name_en": "", "period_from": "2025-01-01", "period_to": "2025-12-31",
        "version": pack.version,
        "omitted-TOTAL_FORMS": "1", "omitted-INITIAL_FORMS": "0", "omitted-0-name_zh": "标签",
        "omitted-0-name_en": "",
        "omitted-0-reason": "", "omitted-0-share": "0.5",
    }  # fmt: skip
    assert client.post(url, form).status_code == 422
    assert client.post(url, {**form, "omitted-0-reason": "质量很小"}).status_code == 302
    stored = Inventory.objects.get().omitted[0]
    assert stored["estimated_mass_share"] == "0.005" and stored["name"] == {"zh": "标签", "en": "标签"}


def test_rivals_and_wrong_roles_find_nothing(editor: Actor, pack: Inventory, done: list[Calculation]) -> None:
    process = pack.processes.get(code="cell")
    line = process.exchanges.get(code="cell.m1")
    targets = [
        ("lca:inventory_detail", [pack.pk]), ("lca:inventory_edit", [pack.pk]), ("lca:inventory_document", [pack.pk]),
        ("lca:process_edit", [process.pk]), ("lca:line_new", [process.pk]), ("lca:line_edit", [line.pk]),
        ("lca:line_link", [line.pk]), ("lca:result", [done[0].pk]), ("lca:result_lines", [done[0].pk]),
        ("lca:trace", [done[0].pk, 0]), ("lca:result_rulesets", [done[0].pk]), ("lca:result_versions", [done[0].pk]),
        ("lca:compare", [done[0].pk, done[1].pk]), ("lca:result_xlsx", [done[0].pk]), ("lca:result_json", [done[0].pk]),
    ]  # fmt: skip
    rivals = [
        factories.person(factories.organisation(kind))
        for kind in ("maker", "supplier", "verifier", "authority")
    ]
    for rival in rivals:
        client = client_of(rival)
        for name, arguments in targets:
            assert client.get(reverse(name, args=arguments)).status_code in (403, 404), (rival.role, name)
        for name, arguments in targets[1:2] + targets[3:7]:
            assert client.post(reverse(name, args=arguments), {}).status_code in (403, 404)
        assert client.post(reverse("lca:calculate", args=[pack.pk])).status_code in (403, 404)
    viewer = client_of(factories.person(editor.organisation, Role.VIEWER))  # type: ignore[arg-type]
    assert viewer.get(reverse("lca:result", args=[done[0].pk])).status_code == 200
    assert viewer.post(reverse("lca:calculate", args=[pack.pk])).status_code == 403
    assert viewer.post(reverse("lca:line_delete", args=[line.pk])).status_code == 403


def test_buyer_never_sees_the_recipe_behind_a_result(editor: Actor, pack: Inventory) -> None:
    supplier = factories.person(factories.organisation("supplier"))
    module = module_inventory(supplier)
    secret = module.processes.get().exchanges.get(code="cathode.m1")
    secret.name_zh, secret.name_en, secret.amount = "金丝雀锂盐", "Canary lithium", Decimal("271.828")
    secret.save()
    result = publish(supplier, calculated(supplier, module), [editor.organisation])
    line = pack.processes.get(code="cell").exchanges.get(code="cell.m1")
    inventories.link_exchange(actor=editor, exchange=line, result=result)
    rows = calculated(editor, pack)
    client = client_of(editor)
    pages = [
        text_of(client, "lca:inventory_detail", pack.pk),
        text_of(client, "lca:line_link", line.pk),
        text_of(client, "lca:inventory_document", pack.pk),
        text_of(client, "lca:result", rows[0].pk),
        text_of(client, "lca:result_lines", rows[0].pk),
        text_of(client, "lca:result_rulesets", rows[0].pk),
        text_of(client, "lca:result_json", rows[0].pk),
    ]
    cut = 0
    for index, item in enumerate(rows[0].ledger["lines"]):
        page = text_of(client, "lca:trace", rows[0].pk, index)
        pages.append(page)
        if item["exchange"] == "cell.m1":
            cut += "配方" in page
    assert cut >= 1
    book = client.get(reverse("lca:result_xlsx", args=[rows[0].pk])).content
    sheets = load_workbook(io.BytesIO(book))
    pages.append(
        json.dumps(
            [[str(cell) for cell in row] for sheet in sheets for row in sheet.values], ensure_ascii=False
        )
    )
    for page in pages:
        for canary in ("金丝雀", "Canary", "271.828", "示例.xlsx"):
            assert canary not in page
    assert "示例supplier" in pages[3]


def test_a_scope_opens_the_recipe_to_the_verifier(
    editor: Actor, pack: Inventory, done: list[Calculation]
) -> None:
    verifier = factories.person(factories.organisation("verifier"))
    opened = done[0].pk

    def scope(actor: Actor) -> Any:
        wanted = actor.organisation_id == verifier.organisation_id
        return Calculation.objects.filter(pk=opened) if wanted else Calculation.objects.none()

    selectors.register_calculation_scope(scope)
    try:
        client = client_of(verifier)
        assert client.get(reverse("lca:result", args=[opened])).status_code == 200
        assert client.get(reverse("lca:result", args=[done[1].pk])).status_code == 404
        assert client.get(reverse("lca:inventory_detail", args=[pack.pk])).status_code == 403
    finally:
        selectors.inventories._calculation_scopes.remove(scope)


def test_exported_text_is_never_a_formula(editor: Actor, pack: Inventory) -> None:
    line = Exchange.objects.get(code="cell.m1")
    line.name_zh = line.name_en = '=HYPERLINK("http://x","y")'
    line.save()
    row = calculated(editor, pack, ["cn-miit-551"])[0]
    response = client_of(editor).get(reverse("lca:result_xlsx", args=[row.pk]))
    assert response["X-Content-Type-Options"] == "nosniff" and "attachment" in response["Content-Disposition"]
    book = load_workbook(io.BytesIO(response.content))
    cells = [cell for sheet in book for cells in sheet.iter_rows() for cell in cells if cell.value]
    assert any(str(cell.value).startswith("=HYPERLINK") for cell in cells)
    assert all(cell.data_type != "f" for cell in cells)
    row.refresh_from_db()  # what the database gives back has lost the order of the stages
    titles = [row.ledger["stages"][stage]["title"]["zh"] for stage in STAGES if stage in row.ledger["stages"]]
    assert [cell.value for cell in book.worksheets[1]["A"]][1:] == titles
    stored = json.loads(client_of(editor).get(reverse("lca:result_json", args=[row.pk])).content)
    assert stored["ledger"] == Calculation.objects.get(pk=row.pk).ledger


def test_comparison_names_what_changed(editor: Actor, pack: Inventory, done: list[Calculation]) -> None:
    line = Exchange.objects.get(code="cell.m1")
    inventories.link_exchange(actor=editor, exchange=line, factor_key="cam.lfp.cpcd2025")
    other = Exchange.objects.get(code="cell.m2")
    inventories.save_exchange(
        actor=editor, process=other.process, code=other.code, kind="material", name_zh=other.name_zh,
        name_en=other.name_en, amount=Decimal(50), unit="t",
    )  # fmt: skip
    newer = calculated(editor, pack)[0]
    page = text_of(client_of(editor, "en"), "lca:compare", done[0].pk, newer.pk)
    assert "source" in page and "amount" in page and "2 of" in page
    same = text_of(client_of(editor, "en"), "lca:compare", newer.pk, newer.pk)
    assert "No line differs" in same
    assert "r2" in text_of(client_of(editor), "lca:result_versions", newer.pk)


def test_factor_search_in_both_languages() -> None:
    release = selectors.current_release()
    assert selectors.factors(release, "磷酸铁锂")[0].key.startswith("cam.lfp")
    assert "elec.cn.footprint.2024" in {
        row.key for row in selectors.factors(release, "electricity footprint 2024")
    }
    assert selectors.factors(release, "grafite").first() is not None  # a slip of the pen
    assert not selectors.factors(release, "zzzzqqqq").exists()
    only = selectors.factors(release, "", {"linkable": "1"})
    assert not only.filter(category="gwp").exists()
    assert {row.tier for row in selectors.factors(release, "", {"tier": "official"})} == {"official"}


def test_reference_is_open_to_visitors_and_inventories_are_not() -> None:
    visitor = Client()
    for name, arguments in (
        ("lca:reference", []),
        ("lca:rulesets", []),
        ("lca:releases", []),
        ("lca:ruleset", ["eu-cfb-ev", "2024.04"]),
        ("lca:factor", ["CN-2026.1", "cam.lfp.greet2022"]),
    ):
        assert visitor.get(reverse(name, args=arguments)).status_code == 200
    assert visitor.get(reverse("lca:ruleset", args=["cn-miit-551", "1999"])).status_code == 404
    assert visitor.get(reverse("lca:factor", args=["CN-2026.1", "nothing"])).status_code == 404
    assert visitor.get(reverse("lca:inventory_list")).status_code == 302


def test_electricity_families_are_named(editor: Actor) -> None:
    page = text_of(client_of(editor, "en"), "lca:factor", "CN-2026.1", "elec.cn.footprint.2024")
    assert "never mixed" in page


def test_lists_take_a_fixed_number_of_queries(editor: Actor, pack: Inventory, count_queries: Any) -> None:
    client = client_of(editor)
    for name, arguments in (("lca:inventory_list", []), ("lca:inventory_detail", [pack.pk])):
        client.get(reverse(name, args=arguments))  # the first visit brings the reference data

    def queries(name: str, *arguments: Any) -> int:
        with count_queries(connection) as found:
            assert client.get(reverse(name, args=arguments)).status_code == 200
        return len(found)

    few = queries("lca:inventory_list"), queries("lca:inventory_detail", pack.pk)
    process = pack.processes.get(code="cell")
    for number in range(12):
        inventories.save_exchange(
            actor=editor, process=process, kind="material", name_zh=f"料{number}", amount=Decimal(1), unit="kg",
            factor_key="cam.lfp.greet2022",
        )  # fmt: skip
        pack_inventory(editor) if number < 3 else None
    many = queries("lca:inventory_list"), queries("lca:inventory_detail", pack.pk)
    assert many == few
    rows = calculated(editor, pack)
    assert queries("lca:result", rows[0].pk) <= 20
