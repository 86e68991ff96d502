"""Invented content for the page of components. The texts are data here, so that no catalogue has to carry them."""

# ruff: noqa: E501

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from typing import Any

from django import forms as django_forms
from django.core.paginator import Paginator
from django.http import HttpRequest

from carbonfoot.accounts.access import Decision
from carbonfoot.languages import english
from carbonfoot.problems import Problem
from carbonfoot.ui import charts, forms, jobviews, sheets
from carbonfoot.ui.status import Status


def say(zh: str, en: str) -> str:
    """The text in the language of the page."""
    return en if english() else zh


def tree() -> list[charts.Node]:
    """A pack's contributions."""

    def item(zh: str, en: str, value: str, note_zh: str, note_en: str) -> charts.Node:
        return charts.Node(say(zh, en), Decimal(value), note=say(note_zh, note_en), href="#charts")

    cells = (
        item("磷酸铁锂正极", "LFP cathode", "1200.4", "示例正极材料 v3", "Demo Cathode v3"),
        item("人造石墨负极", "Synthetic graphite anode", "868.8", "示例负极材料 v2", "Demo Anode v2"),
        item("电芯铝壳", "Cell case, aluminium", "391.9", "背景因子 铝材", "background factor, aluminium"),
        item("铝箔", "Aluminium foil", "273.5", "背景因子 铝箔", "background factor, foil"),
        item("电解液", "Electrolyte", "258.0", "示例电解液 v1", "Demo Electrolyte v1"),
        item("铜箔", "Copper foil", "234.5", "背景因子 铜箔", "background factor, foil"),
        item("隔膜", "Separator", "74.7", "示例隔膜 v2", "Demo Separator v2"),
        item("其他电芯物料", "Other cell materials", "61.2", "文献因子", "literature factor"),
    )
    system = (
        item("箱体（铝）", "Case, aluminium", "713.3", "背景因子 铝材", "background factor, aluminium"),
        item(
            "电子与 BMS",
            "Electronics and BMS",
            "272.0",
            "背景因子 电子部件",
            "background factor, electronics",
        ),
        item("热管理", "Thermal management", "115.4", "文献因子", "literature factor"),
        item("线束与铜排", "Harness and busbars", "67.3", "背景因子 铜材", "background factor, copper"),
        item("其他系统部件", "Other system parts", "48.2", "文献因子", "literature factor"),
    )
    making = (
        item(
            "外购电力（电芯）",
            "Bought electricity (cells)",
            "948.6",
            "电力碳足迹因子 全国 2024",
            "CFP factor, national 2024",
        ),
        item("蒸汽", "Steam", "152.6", "园区热力", "site heat"),
        item("自发光伏", "Own photovoltaics", "25.3", "光伏碳足迹因子 2024", "CFP factor, photovoltaic"),
    )
    return [
        charts.Node(
            say("材料获取", "Materials"),
            Decimal("4579.2"),
            "materials",
            children=(
                charts.Node(say("电芯物料", "Cell materials"), Decimal("3363.0"), children=cells),
                charts.Node(say("系统部件", "System parts"), Decimal("1216.2"), children=system),
            ),
        ),
        charts.Node(
            say("电池制造", "Manufacturing"),
            Decimal("1228.2"),
            "manufacturing",
            children=(
                charts.Node(say("电芯制造", "Cell making"), Decimal("1126.5"), children=making),
                charts.Node(say("模组与装配", "Modules and assembly"), Decimal("101.7")),
            ),
        ),
        charts.Node(say("分销运输", "Distribution"), Decimal("59.1"), "distribution"),
        charts.Node(say("回收利用", "Recycling"), Decimal("42.8"), "recycling"),
    ]


STAGES = {
    "materials": Decimal("0.0625"),
    "manufacturing": Decimal("0.0168"),
    "distribution": Decimal("0.0008"),
    "recycling": Decimal("0.0006"),
}


class SampleForm(forms.BaseForm):
    """Fields with hints, units, states and errors."""

    report = forms.CodeField(label="")
    energy = forms.AmountField(label="", unit="kWh", min_value=Decimal(2), min_exclusive=True)
    retention = forms.AmountField(label="", max_value=Decimal(1))
    mass = forms.AmountOrStateField(label="", unit="kg", required=False)
    uscc = forms.USCCField()
    battery = forms.BatteryCodeField(required=False)
    province = forms.ProvinceField()
    day = forms.DayField(label="")
    year = django_forms.CharField(label="", disabled=True)
    supply = django_forms.ChoiceField(label="")
    file = forms.UploadField(label="", accept=[".xlsx", ".csv"], required=False)
    text = django_forms.CharField(label="", widget=django_forms.Textarea, required=False)
    sure = forms.YesField(label="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "report": ("检测报告编号", "Number of the test report"),
            "energy": ("额定能量", "Rated energy"),
            "retention": ("容量保持率 r", "Capacity retention r"),
            "mass": ("质量", "Mass"),
            "day": ("报告日期", "Date of the report"),
            "year": ("数据年", "Year of the data"),
            "supply": ("供电方式", "Supply of electricity"),
            "file": ("工作簿", "Workbook"),
            "text": ("说明", "Remarks"),
            "sure": (
                "我受所属组织授权，声明内容真实",
                "I am authorised by my organisation, and what is declared is true",
            ),
        }
        for name, pair in labels.items():
            self.fields[name].label = say(*pair)
        self.fields["report"].help_text = say("与报告封面一致", "As on the cover of the report")
        self.fields["energy"].help_text = say(
            "大于2 kWh 才在申报范围内", "Only packs above 2 kWh are in scope"
        )
        self.fields["year"].help_text = say("由请求确定，不可改", "Set by the request")
        choices = [("grid", say("全国电网", "National grid")), ("direct", say("直供", "Direct supply"))]
        notes = {"direct": say("须有合同和分时记录", "Needs a contract and hourly records")}
        self.fields["supply"] = django_forms.ChoiceField(
            label=labels["supply"][english()], choices=choices, widget=forms.ChoiceRows(notes=notes)
        )


class SampleFilter(forms.BaseForm):
    """A GET form of a list."""

    q = django_forms.CharField(label="", required=False)
    state = django_forms.ChoiceField(label="", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].label = say("零件或供应商", "Part or supplier")
        choices = [("", say("全部", "All")), ("published", say("已公布", "Published"))]
        self.fields["state"] = django_forms.ChoiceField(
            label=say("状态", "State"), choices=choices, required=False
        )


def jobs() -> list[jobviews.JobView]:
    """Jobs under way, done and failed."""
    shared: dict[str, Any] = {"url": "#jobs", "cancel_url": "#jobs", "poll": "600s"}
    return [
        jobviews.JobView(
            id="a", title=say("核算 LFP-78A", "Calculate LFP-78A"), state="running", percent=56, is_open=True,
            text=say("求解前景系统，第3步，共5步", "Solving the system, step 3 of 5"),
            took=say("12秒", "12 seconds"), failed=False, number="J-1", **shared,
        ),
        jobviews.JobView(
            id="b", title=say("检查工作簿", "Check the workbook"), state="succeeded", percent=100, is_open=False,
            text=say("已完成", "Done"), took=say("3秒", "3 seconds"), failed=False, number="J-2", **shared,
        ),
        jobviews.JobView(
            id="c", title=say("生成核查包", "Make the bundle"), state="failed", percent=None, is_open=False,
            text=say("没有完成：有需要改正的内容", "Not finished: there is something to mend"), took="", failed=True,
            number="J-3", unchanged=say("您的数据没有变化。", "Your data have not been changed."),
            problems=[{"where": "cell.m1", "message": say("没有关联因子", "No factor is linked"), "mend": ""}], **shared,
        ),
    ]  # fmt: skip


def snippet() -> sheets.Snippet:
    """Three rows of a workbook."""
    rows = [
        (13, say("蒸汽", "Steam"), "GJ", "25,900.0", ""),
        (14, say("外购电力", "Bought electricity"), "kWh", "28,735,000", "ok"),
        (15, say("自发光伏", "Own photovoltaics"), "t/年", "8,505,000", "bad"),
    ]
    return sheets.Snippet(
        columns=["B", "D", "F"],
        sheet=say("能源", "Energy"),
        file="demo_2025.xlsx",
        rows=[
            sheets.SheetRow(n, [sheets.Cell(name), sheets.Cell(unit), sheets.Cell(value, num=True, hit=hit)])
            for n, name, unit, value, hit in rows
        ],
    )


def drawings() -> dict[str, Any]:
    """All charts."""
    draw = random.Random(551)  # noqa: S311 - invented values for a picture
    lfp = [draw.gauss(0.084, 0.015) for _ in range(243)]
    nmc = [draw.gauss(0.107, 0.016) for _ in range(128)]
    unit = say("kg CO2e/kWh（交付电量）", "kg CO2e/kWh delivered")
    return {
        "stages": STAGES,
        "credit": {**STAGES, "recycling": Decimal("-0.0121")},
        "tree": charts.contribution_tree(tree()),
        "bars": charts.bars(
            [
                charts.Bar(say("甲配方", "Recipe A"), Decimal("75.4"), note=say("额定能量78.4 kWh", "78.4 kWh rated")),
                charts.Bar(say("乙配方", "Recipe B"), Decimal("92.6"), "mat", href="#charts"),
                charts.Bar(say("回收抵扣", "Recycling credit"), Decimal("-12.1"), "rec"),
                charts.Bar(say("未填", "Not known"), None),
            ],
            "kg CO2e/kWh",
            1,
        ),
        "waterfall": charts.waterfall(
            (say("cn-miit-551 结果", "Result, cn-miit-551"), Decimal("0.0806")),
            [
                charts.Step(say("服务寿命能量定义", "Definition of lifetime energy"), Decimal("0.0516"), "73,304 → 44,700 kWh"),
                charts.Step(say("电力模型", "Electricity model"), Decimal("0.0081"), say("全国因子 → 消费组合", "national → mix")),
                charts.Step(say("报废环节公式", "End-of-life formula"), Decimal("-0.0184"), "cut-off → CFF"),
            ],
            (say("eu-cfb-ev 结果", "Result, eu-cfb-ev"), Decimal("0.1219")),
            unit,
        ),
        "position": charts.position(
            Decimal("75.4"), 41, 110, say("本次申报", "This declaration"), say("文献范围（磷酸铁锂）", "literature, LFP"),
            points=[draw.gauss(78, 14) for _ in range(126)], unit="kg CO2e/kWh",
        ),
        "distribution": charts.distribution(
            [
                charts.Dist(say("磷酸铁锂", "LFP"), lfp, say("243款", "243 packs")),
                charts.Dist(say("三元", "NMC"), nmc, say("128款", "128 packs")),
                charts.Dist(say("钠离子", "Sodium ion"), [], say("款数不足10，不画", "fewer than 10, not drawn")),
            ],
            unit,
        ),
        "histogram": charts.histogram(
            [0.07 + 0.001 * n for n in range(25)],
            [2, 5, 11, 22, 40, 66, 95, 121, 140, 150, 148, 137, 120, 99, 78, 59, 43, 30, 20, 13, 8, 5, 3, 2],
            0.0745, 0.0895,
            [
                charts.Mark(say("2.5%分位", "2.5 percentile"), 0.0745),
                charts.Mark(say("中位数", "Median"), 0.0803, main=True),
                charts.Mark(say("97.5%分位", "97.5 percentile"), 0.0895),
            ],
            unit, 4,
        ),
        "tornado": charts.tornado(
            [
                charts.Swing(say("磷酸铁锂正极因子", "Factor of LFP cathode"), -0.0052, 0.0063, -0.0028, 0.0028, "GSD 1.23"),
                charts.Swing(say("外购电力", "Bought electricity"), -0.0009, 0.0009, -0.0021, 0.0021, "GSD 1.04"),
                charts.Swing(say("回收抵扣", "Recycling credit"), 0.0011, -0.0014, 0.0005, -0.0005, "GSD 1.30"),
            ],
            unit,
        ),
        "curve": charts.curve(
            [(-0.5 + 0.1 * n, 0.07 + 0.002 * n) for n in range(11)],
            say("投入变化", "change of the input"), unit, (0.0, 0.08), 4,
        ),
        "countdown": charts.countdown(dt.date(2025, 12, 30), dt.date(2026, 12, 31), dt.date(2026, 9, 16)),
        "coverage": charts.coverage(
            [say("数据", "Data"), say("核算", "Calculated"), say("核查", "Verified"), say("提交", "Submitted")],
            [
                charts.Row("LFP-78A", "LFP · 78.4 kWh", "#charts", ["ok", "ok", "now", "no"], say("等待审批", "Awaiting approval")),
                charts.Row("NMC-64A", "NMC · 64.0 kWh", "#charts", ["ok", "ok", "bad", "no"], say("2项不符合", "2 findings")),
                charts.Row(say("磷酸锰铁锂", "LMFP"), say("尚无", "none yet"), "", ["missing"] * 4, say("选择产品", "choose a pack")),
            ],
        ),
        "chart_table": charts.table(
            [say("化学体系", "Chemistry"), say("款数", "Packs"), say("中位数", "Median")],
            [["LFP", 243, Decimal("0.082")], ["NMC", 128, Decimal("0.106")], ["Na", 3, None]],
        ),
    }  # fmt: skip


def context(request: HttpRequest) -> dict[str, Any]:
    """Everything that the page of components shows."""
    bound = SampleForm(
        {
            "energy": "1,5",
            "retention": "87",
            "uscc": "91320000MA1EXAMP0X",
            "mass_0": "648,63",
            "mass_1": "known",
            "day": "2026年9月16日",
        },
        initial={"year": "2025"},
    )
    bound.add_problems(
        [
            Problem(
                "demo", say("编号与另一份报告相同。", "The number is that of another report."), field="report"
            )
        ]
    )
    return {
        "bound": bound,
        "plain": SampleForm(initial={"year": "2025", "mass": forms.Amount(None, "not_applicable")}),
        "filter": SampleFilter({"q": say("电解", "electrolyte"), "state": "published"}),
        "page": Paginator(range(218), 12).page(3),
        "jobs": jobs(),
        "snippet": snippet(),
        "off": Decision(False, say("还有5项未完成，暂不能提交", "5 tasks are not finished yet")),
        "statuses": [
            Status("idle", say("未开始", "Not started")),
            Status("info", say("进行中", "In progress")),
            Status("ok", say("已完成", "Done")),
            Status("warn", say("等待审批", "Awaiting approval")),
            Status("bad", say("需修改", "To be mended")),
            Status("locked", say("尚不能开始", "Cannot begin yet")),
            Status("idle", say("已被取代", "Superseded"), "back"),
            Status("plain", say("假定", "assumed")),
        ],
        "tasks": [
            {"nr": "1.1", "label": say("产品信息", "The product"), "url": "#", "text": "LFP-78A, 78.4 kWh",
             "status": ("ok", say("已完成", "Done")), "note": say("8月18日", "18 Aug")},
            {"nr": "2.1", "label": say("服务寿命交付电量", "Energy over service life"), "url": "#", "next": True,
             "text": say("缺检测报告编号", "The number of the test report is missing"),
             "status": ("bad", say("需修改", "To be mended")), "note": say("9月17日到期", "due 17 Sep")},
            {"nr": "4.3", "label": say("核对并提交", "Check and submit"), "locked": True,
             "text": say("核查开始后才能进行", "Opens when verification begins"),
             "status": ("locked", say("尚不能开始", "Cannot begin yet"))},
        ],
        "events": [
            {"text": say("修改 2.1 服务寿命交付电量", "Changed 2.1, energy over service life"), "when": "2026-09-16 10:38",
             "note": "r: 0.86 → 0.87", "kind": "now", "code": "#48213 · 4be0…91c7 ← 1d77…0a3e"},
            {"text": say("批准第3次核算", "Approved calculation 3"), "when": "2026-09-10 16:02", "kind": "ok"},
            {"text": say("提出不符合项 NC-02", "Raised finding NC-02"), "when": "2026-09-04 15:03", "kind": "bad"},
            {"text": say("主管部门审核", "Review by the authority"), "kind": "todo"},
        ],
        "steps": [
            (say("1 了解请求", "1 The request"), say("完成", "done"), "done"),
            (say("2 填写工作簿", "2 Fill in the workbook"), say("现在", "now"), "now"),
            (say("3 上传并改正", "3 Upload and mend"), say("约20分钟", "about 20 minutes"), "todo"),
            (say("4 确认并公布", "4 Confirm and publish"), say("由您决定", "you decide"), "todo"),
        ],
        "tabs": [("cn-miit-551", "#", True), ("eu-cfb-ev", "#", False), (say("版本", "Versions"), "#", False, 4)],
        "seg": [(say("树", "Tree"), "#", True), (say("表格", "Table"), "#", False)],
        "stats": [
            (say("初级数据占比 PDS", "Primary data share"), "29.9%", say("活动数据与因子均为初级", "activity data and factors")),
            ("DQR", "2.03", say("1最好，5最差", "1 best, 5 worst")),
            (say("截去份额", "Cut off"), None, say("限值1%", "limit 1%")),
        ],
        "facts": [
            (say("用量", "Amount"), "1,642.0 kWh"),
            (say("因子", "Factor"), "0.5777 kg CO2e/kWh"),
            (say("来源", "Source"), ""),
        ],
        "moment": dt.datetime(2026, 11, 20, 1, 14, 7, tzinfo=dt.UTC),
        "sha": "7c1f9e03d44a4b0c9e7f1d770a3e4be091c7e2f977b090aa3c15dd20b85da204",
        "number": Decimal("5909.25"),
        "small": Decimal("0.08061"),
        "fall": Decimal("-0.0062"),
        **drawings(),
    }  # fmt: skip
