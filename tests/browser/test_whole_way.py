"""The main job end to end, in both languages, each step by the one whose job it is."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import load_workbook
from playwright.sync_api import expect
from pypdf import PdfReader

from carbonfoot import clock
from declarations.demo.recipes import RECIPES
from declarations.models import Declaration, Pack, PackPart, Receipt
from lca.models import Exchange, PublishedResult
from suppliers.models import DataRequest
from suppliers.workbook.filling import fill, put
from tests.browser.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

Visit = Callable[..., Person]
HOUSING = RECIPES["housing"]
# Words and amounts that stand in the supplier's workbook and nowhere else in the demonstration.
SECRETS = ("密铝型材 K-7", "5025111", "镀锌钢板", "10830000")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_from_a_workbook_to_the_register(visit: Visit, language: str, tmp_path: Path) -> None:
    way = Way(visit, language, tmp_path)
    way.register_a_pack()
    way.ask_a_supplier()
    way.supplier_answers()
    way.use_the_result()
    way.complete_own_processes()
    way.calculate()
    way.follow_a_number_to_its_cell()
    way.declare()
    way.reports()
    way.verify()
    way.submit()
    way.review_returns()
    way.correct()
    way.review_accepts()
    way.register_shows()
    call_command("audit_verify")


class Way:
    """One walk; what a step leaves for the next is kept here."""

    def __init__(self, visit: Visit, language: str, folder: Path) -> None:
        self.visit, self.language, self.folder = visit, language, folder
        self.year = clock.today().year - 1
        self.model = f"WAY-{Pack.objects.count()}-{language}".upper()
        self.maker = visit("editor@maker.example", language)
        self.approver = visit("approver@maker.example", language)
        self.verifier = visit("verifier@verifier.example", language)
        self.regulator = visit("regulator@authority.example", language)
        self.pack = self.declaration = 0
        self.request = ""

    # -- the maker's product ------------------------------------------------------------------------------------------
    def register_a_pack(self) -> None:
        me = self.maker
        me.go("declarations:pack_list")
        me.follow("declarations:pack_new")
        me.fill(
            model=self.model,
            gbt34014=f"0DEMP1B0{'61' if self.language == 'en' else '60'}ALFP0000000009",
            chemistry="LFP",
            cell_format="prismatic",
            rated_energy_kwh="2",
            mass_kg="420",
            cycles="1500",
            depth_of_discharge="100",
            capacity_retention="82%",
            test_report="示例检字-060",
            own_cells="own",
        )
        me.fill(plants=True)
        me.send()
        # At 2 kWh it is out of scope, and the page says why, at the top and at the field; what was typed is kept.
        expect(me.page.locator("#errors")).to_be_focused()
        refusal = me.page.locator('.field:has([name="rated_energy_kwh"]) .err').inner_text()
        assert "2 kWh" in refusal
        assert refusal in me.page.locator("#errors").inner_text()
        assert me.page.input_value('[name="model"]') == self.model
        me.fill(rated_energy_kwh="６０")  # as an input method gives it
        me.send()
        self.pack = me.at("declarations:pack")["pk"]
        assert self.model in me.page.locator("h1").inner_text()

    def add_part(self, process: str, kind: str, name_zh: str, name_en: str, amount: str) -> None:
        me = self.maker
        me.go("declarations:part_new", self.pack, query=f"?process={process}")
        me.fill(
            module_type=kind, name_zh=name_zh, name_en=name_en, amount_0=amount, unit="kg", process=process
        )
        me.send()
        me.at("declarations:pack")

    def part(self, name_zh: str) -> int:
        return PackPart.objects.get(pack_id=self.pack, exchange__name_zh=name_zh).pk

    # -- supplier -----------------------------------------------------------------------------------------------------
    def ask_a_supplier(self) -> None:
        me = self.maker
        self.add_part("pack", "housing", "箱体", "Housing", "95.5")
        me.follow("declarations:part_ask", self.pack, self.part("箱体"))
        me.page.locator('[name="supplier"]').select_option(
            label="Example Housing Co. (demo)" if self.language == "en" else "示例箱体有限公司"
        )
        me.fill(
            due_on=(clock.today() + timedelta(days=20)).isoformat(), message="请提供数据。 Please answer."
        )
        me.send()
        me.at("declarations:pack")
        found = DataRequest.objects.filter(buyer__code="demo-maker").latest("pk")
        self.request = found.number
        assert self.request in me.text()

    def supplier_answers(self) -> None:
        supplier = self.visit("staff@housing.example", self.language)
        assert self.request in supplier.text()  # waits on the first page
        supplier.go("suppliers:request_list")
        supplier.follow("suppliers:request_detail", self.request)
        workbook = supplier.download(
            supplier.page.locator(f'a[href="/requests/{self.request}/workbook/"]')
        ).path()
        good = fill(Path(workbook).read_bytes(), self.recipe(), HOUSING.cover())
        book = load_workbook(io.BytesIO(good))
        sheet, cell = put(book, "materials", 1, "amount", "约五千吨")
        target = io.BytesIO()
        book.save(target)
        # Text where a number belongs: refused by sheet and cell, with the value and how to mend it.
        self.upload(supplier, "wrong.xlsx", target.getvalue())
        errors = supplier.wait_for(".errors").inner_text()
        assert cell in errors
        finding = supplier.page.locator(f'.finding:has(.where b:text-is("{cell}"))')
        assert "约五千吨" in finding.first.inner_text()
        assert supplier.page.locator(f'h2:has-text("{sheet}")').count() >= 1
        assert (
            supplier.form(
                "suppliers:upload_accept", supplier.at("suppliers:upload_detail")["upload_id"]
            ).count()
            == 0
        )
        # Mended, it is clean; accepting takes it over and publishes nothing.
        supplier.follow("suppliers:request_detail", self.request)
        self.upload(supplier, "good.xlsx", good)
        supplier.do("suppliers:upload_accept", supplier.at("suppliers:upload_detail")["upload_id"])
        self.finish_lines(supplier)
        assert DataRequest.objects.get(number=self.request).result is None
        supplier.do("suppliers:request_calculate", self.request)
        supplier.wait_for_job()
        supplier.follow("suppliers:request_preview", self.request)
        assert not [word for word in SECRETS if word in supplier.source()]
        supplier.fill(supplier.form("suppliers:request_publish", self.request), seen=True)
        supplier.do("suppliers:request_publish", self.request)
        supplier.at("suppliers:result_detail")

    def recipe(self) -> dict[str, list[dict[str, Any]]]:
        """The demonstration's recipe with amounts of its own."""
        tables = HOUSING.tables()
        tables["materials"][0] |= {"name": SECRETS[0], "amount": int(SECRETS[1]), "mass_kg": int(SECRETS[1])}
        return tables

    def upload(self, supplier: Person, name: str, content: bytes) -> None:
        file = self.folder / name
        file.write_bytes(content)
        form = supplier.form("suppliers:request_upload", self.request)
        supplier.fill(form, file=file)
        supplier.send(form)
        supplier.at("suppliers:upload_detail")
        supplier.wait_for_job()

    def finish_lines(self, supplier: Person) -> None:
        """Waste that is handed over is free of burden; the supplier says so, with the reason."""
        row = DataRequest.objects.get(number=self.request)
        assert row.inventory is not None
        supplier.go("lca:inventory_detail", row.inventory.pk)
        for line in row.inventory.processes.get().exchanges.filter(kind="waste", link={}):
            supplier.follow("lca:line_link", line.pk)
            form = supplier.page.locator('form:has([name="burden_free"])')
            supplier.fill(form, burden_free="移交回收，按截断法不计")
            supplier.send(form)
        supplier.go("suppliers:request_detail", self.request)

    def use_the_result(self) -> None:
        me = self.maker
        me.go("suppliers:request_detail", self.request)
        assert not [word for word in SECRETS if word in me.source()]
        me.do("suppliers:request_accept", self.request)
        me.go("declarations:part_result", self.pack, self.part("箱体"))
        result = PublishedResult.objects.filter(organisation__code="demo-housing").latest("published_at")
        me.press(me.page.locator(f'button[value="{result.pk}"], [value="{result.pk}"] ~ button').first)
        me.at("declarations:pack")
        me.go("suppliers:result_detail", result.pk)
        assert not [word for word in SECRETS if word in me.source()]

    # -- the maker's own part -----------------------------------------------------------------------------------------
    def complete_own_processes(self) -> None:
        me = self.maker
        for name_zh, name_en, kind, amount, factor in (
            ("磷酸铁锂", "LFP cathode material", "cathode", "0.521311", ""),
            ("石墨", "Graphite", "anode", "0.2", "anode.graphite.greet2022"),
        ):
            self.add_part("cell", kind, name_zh, name_en, amount)
            part = self.part(name_zh)
            if factor:
                me.go("declarations:part_factor", self.pack, part, query=f"?q={factor}")
                me.press(me.page.locator(f'button[value="{factor}"], [value="{factor}"] ~ button').first)
            else:
                me.go("declarations:part_result", self.pack, part)
                cathode = PublishedResult.objects.filter(
                    organisation__code="demo-cathode", product_zh__contains="磷酸铁锂"
                ).latest("published_at")
                me.press(
                    me.page.locator(f'button[value="{cathode.pk}"], [value="{cathode.pk}"] ~ button').first
                )
            me.at("declarations:pack")
        self.fill_in_the_cells()
        me.go("declarations:line_new", self.pack, "pack", "energy")
        me.fill(supply="grid", name_zh="装配用电", name_en="Assembly electricity", amount_0="85", unit="kWh")
        me.send()
        me.at("declarations:pack")
        for process in ("distribution", "recycling"):
            me.go("declarations:line_new", self.pack, process, "transport")
            me.fill(
                name_zh="公路运输",
                name_en="Road transport",
                mass_kg="420",
                distance_km="860",
                factor="trans.road.cn.heavy_diesel.cpcd",
            )
            me.send()
            me.at("declarations:pack")
        me.do("declarations:pack_register", self.pack)

    def fill_in_the_cells(self) -> None:
        """How much cell goes into a pack is a line of the inventory that is still unknown."""
        me = self.maker
        line = Exchange.objects.get(process__inventory__pack=self.pack, code="pack.cell")
        me.go("declarations:pack", self.pack)
        me.page.locator(
            'tr:has-text("{}") a.btn'.format(line.name_en if self.language == "en" else line.name_zh)
        )
        me.go("lca:line_edit", line.pk)
        me.fill(amount_0="310", unit="kg")
        me.send()

    def calculate(self) -> None:
        me = self.maker
        me.go("declarations:pack", self.pack)
        me.do("declarations:pack_calculate", self.pack)
        me.wait_for_job()
        expect(me.page.locator("aside .count").first).to_be_visible()
        me.page.locator("aside a[href^='/calculations/']").first.click()
        me.page.wait_for_load_state()
        me.look()
        self.calculation = me.at("lca:result")["pk"]
        text = me.text()
        for word in ("Materials", "Manufacturing", "Distribution", "Recycling"):
            assert me.say(word, "stage") in text
        assert me.page.locator("figure.fig svg").count() >= 2
        assert not [word for word in SECRETS if word in me.source()]

    def follow_a_number_to_its_cell(self) -> None:
        """The maker's trail ends at the supplier's published result; the supplier's own goes on to the cell."""
        me = self.maker
        me.go("lca:result_lines", self.calculation)
        assert not [word for word in SECRETS if word in me.source()]
        me.press(
            me.page.locator("tr", has_text="Housing" if self.language == "en" else "箱体")
            .locator("a.row")
            .first
        )
        me.at("lca:trace")
        assert (
            me.page.locator("ol.drill .note--in").count() == 1
        )  # here the buyer's way ends, and the page says so
        assert not [word for word in SECRETS if word in me.source()]
        supplier = self.visit("staff@housing.example", self.language)
        row = DataRequest.objects.get(number=self.request)
        calculation = (
            PublishedResult.objects.filter(organisation=row.supplier).latest("published_at").calculations
        )
        supplier.go("lca:result_lines", calculation.get(ruleset_id="cn-miit-551").pk)
        supplier.press(supplier.page.locator("tr", has_text=SECRETS[0]).locator("a.row").first)
        assert SECRETS[1] in supplier.page.locator("ol.drill").inner_text().replace(",", "")
        supplier.press(supplier.page.locator('ol.drill a[href^="/uploads/"]').first)
        supplier.at("suppliers:upload_cell")
        assert SECRETS[1] in supplier.text().replace(",", "")

    # -- declaration --------------------------------------------------------------------------------------------------
    def declare(self) -> None:
        me = self.maker
        me.go("declarations:new", query=f"?pack={self.pack}")
        me.send()
        self.declaration = me.at("declarations:detail")["pk"]
        self.freeze()

    def freeze(self) -> None:
        me = self.maker
        me.go("declarations:check", self.declaration)
        me.do("declarations:freeze", self.declaration)
        me.at("declarations:detail")
        assert Declaration.objects.get(pk=self.declaration).state == "frozen", me.text()

    def reports(self) -> None:
        me = self.maker
        code = "en" if self.language == "en" else "zh"
        for kind in ("pdf", "xlsx"):
            form = me.page.locator(
                f'form:has([name="kind"][value="{kind}"]):has([name="language"][value="{code}"])'
            )
            me.send(form)
            me.wait_for_job()
            me.go("declarations:detail", self.declaration)
        links = me.page.locator('aside a[href^="/reports/"]')
        assert links.count() == 2
        files = [me.download(links.nth(number)) for number in range(2)]
        pdf = next(file.path() for file in files if file.suggested_filename.endswith(".pdf"))
        xlsx = next(file.path() for file in files if file.suggested_filename.endswith(".xlsx"))
        reader = PdfReader(pdf)
        text = "".join(page.extract_text() for page in reader.pages)
        assert "WAY-" in text
        assert re.search("[\u4e00-\u9fff]{4}", text)
        fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]
        for font in fonts:
            inner = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
            described = inner["/FontDescriptor"]
            assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(described), font
        assert not [word for word in SECRETS if word in text]
        book = load_workbook(io.BytesIO(Path(xlsx).read_bytes()))
        cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
        assert any(isinstance(value, str) and value.startswith("=SUM(") for value in cells)
        assert not [word for word in SECRETS if any(word in str(value) for value in cells)]

    # -- verification -------------------------------------------------------------------------------------------------
    def send_to_body(self) -> None:
        self.approver.go("declarations:detail", self.declaration)
        self.approver.follow("declarations:send", self.declaration)
        self.approver.page.locator('[name="body"]').select_option(index=1)
        self.approver.send()
        self.approver.at("declarations:detail")
        me = self.verifier
        me.go("declarations:verification_list")
        me.follow("declarations:verification", self.declaration)
        form = me.form("declarations:engagement_take_on", self.declaration)
        me.fill(form, independent=True)
        me.send(form)

    def verify(self) -> None:
        self.send_to_body()
        me = self.verifier
        # The basis, and behind the supplier's result the recipe, down to the cell.
        housing = PublishedResult.objects.filter(organisation__code="demo-housing").latest("published_at")
        recipe = housing.calculations.get(ruleset_id="cn-miit-551")
        me.follow("declarations:verification_calculation", self.declaration, recipe.pk)
        assert SECRETS[0] in me.text()
        me.press(me.page.locator("tr", has_text=SECRETS[0]).locator("a.row").first)
        assert SECRETS[1] in me.page.locator(".sheet, .drill").first.inner_text().replace(",", "")
        me.go("declarations:verification_raise", self.declaration)
        me.fill(kind="minor", title="装配用电", text="请提供抄表记录。 Please show the meter readings.")
        me.send()
        finding = Declaration.objects.get(pk=self.declaration).findings.get()
        self.maker.go("declarations:verification", self.declaration)
        self.maker.follow("declarations:finding", finding.pk)
        form = self.maker.form("declarations:finding_reply", finding.pk)
        self.maker.fill(form, text="抄表记录附后。 Readings attached.")
        self.maker.send(form)
        me.go("declarations:finding", finding.pk)
        form = me.form("declarations:finding_close", finding.pk)
        me.fill(form, **{"close-reason": "抄表记录一致。 The readings agree."})
        me.send(form)
        self.sign("示例核字-WAY-1")

    def sign(self, number: str) -> None:
        me = self.verifier
        me.go("declarations:verification_sign", self.declaration)
        me.fill(report_number=f"{number}-{self.language}", opinion="unqualified", confirm=True)
        me.send()
        assert Declaration.objects.get(pk=self.declaration).state == "verified", me.text()

    # -- submission and review ----------------------------------------------------------------------------------------
    def submit(self) -> None:
        me = self.approver
        me.go("declarations:detail", self.declaration)
        me.follow("declarations:submit", self.declaration)
        me.fill(sure=True)
        me.send()
        me.at("declarations:receipt")
        receipt = Receipt.objects.get(declaration=self.declaration)
        text = me.text()
        assert receipt.number in text
        assert receipt.sha256 in me.source()
        assert re.search(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}", text)

    def take_up(self) -> None:
        me = self.regulator
        me.go("declarations:review_queue")
        me.follow("declarations:review", self.declaration)
        me.do("declarations:review_take_up", self.declaration)
        me.at("declarations:review")

    def review_returns(self) -> None:
        self.take_up()
        me = self.regulator
        form = me.form("declarations:review_return", self.declaration)
        me.fill(form, reason="回收环节的依据不足。 The recycling stage lacks its basis.")
        me.send(form)
        assert Declaration.objects.get(pk=self.declaration).state == "returned"
        self.maker.go("declarations:detail", self.declaration)
        assert "回收环节的依据不足" in self.maker.text()

    def correct(self) -> None:
        me = self.maker
        me.follow("declarations:revise", self.declaration)
        me.fill(reason="补充依据。 Basis added.")
        me.send()
        first, self.declaration = self.declaration, me.at("declarations:detail")["pk"]
        assert self.declaration != first
        me.go("declarations:choose_calculation", self.declaration)
        if not Declaration.objects.get(pk=self.declaration).calculation_id:
            me.page.locator('[name="calculation"]').first.check()
            me.send()
        self.freeze()
        self.send_to_body()
        self.sign("示例核字-WAY-2")
        self.submit()

    def review_accepts(self) -> None:
        self.take_up()
        me = self.regulator
        form = me.form("declarations:review_accept", self.declaration)
        me.fill(form, confirm=True)
        me.send(form)
        assert Declaration.objects.get(pk=self.declaration).state == "accepted", me.text()

    def register_shows(self) -> None:
        visitor = self.visit("", self.language)
        visitor.go("register:list")
        assert self.model in visitor.text()
        number = Declaration.objects.get(pk=self.declaration).number
        visitor.follow("register:detail", number)
        assert not [word for word in SECRETS if word in visitor.source()]
        value = Declaration.objects.get(pk=self.declaration).calculation.per_functional_unit
        shown = str(Decimal(value).quantize(Decimal("0.0001")))
        assert shown in visitor.text()
