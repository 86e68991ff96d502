"""The two form sheets: the cover, and level 0 for suppliers that have a verified footprint."""

from __future__ import annotations

from decimal import Decimal

from .choices import GWP_SETS, LEVELS, MODULE_TYPES, REGIONS, STANDARDS, TABLE_ANSWERS
from .schema import BOTH, PUBLISHED, RECIPE, Column, Sheet
from .text import Text
from .units import AREA, COUNT, ENERGY, LENGTH, MASS, VOLUME

_PREFILLED = Text("已由购买方填好，请勿修改。", "Filled in by the buyer; please leave as it is.")
_ANSWER = Text(
    "该表没有数据时，请选择：零、不适用或未知。三者含义不同。",
    "If the table has no data, choose zero, not applicable or unknown. The three mean different things.",
)

PREFILLED_KEYS = (
    "template_version",
    "request_number",
    "buyer",
    "supplier",
    "part_number",
    "part_name",
    "module_type",
    "declared_unit",
    "period_year",
)

COVER = Sheet(
    "cover",
    Text("封面", "Cover"),
    Text("请求的内容，以及贵公司选择的填报方式。", "What is asked for, and how you choose to answer."),
    (
        Column(
            "template_version",
            Text("模板版本", "Template version"),
            _PREFILLED,
            mandatory=True,
            visibility=BOTH,
        ),
        Column(
            "request_number", Text("请求编号", "Request number"), _PREFILLED, mandatory=True, visibility=BOTH
        ),
        Column("buyer", Text("购买方", "Buyer"), _PREFILLED, visibility=BOTH),
        Column("supplier", Text("供应商", "Supplier"), _PREFILLED, visibility=BOTH),
        Column("part_number", Text("零件号", "Part number"), _PREFILLED, visibility=BOTH),
        Column("part_name", Text("零件名称", "Part name"), _PREFILLED, visibility=BOTH),
        Column(
            "module_type",
            Text("零件类型", "Part type"),
            _PREFILLED,
            type="choice",
            choices=MODULE_TYPES,
            mandatory=True,
            visibility=BOTH,
        ),
        Column(
            "declared_unit",
            Text("声明单位", "Declared unit"),
            Text(
                "碳足迹按每一声明单位计。已由购买方填好，请勿修改。",
                "The footprint is stated per declared unit. Filled in by the buyer; please leave as it is.",
            ),
            type="unit",
            dimensions=(MASS, COUNT, ENERGY, AREA, LENGTH, VOLUME),
            mandatory=True,
            visibility=BOTH,
        ),
        Column(
            "period_year",
            Text("数据年度", "Data year"),
            Text(
                "全部用量须为这一自然年的合计。已由购买方填好，请勿修改。",
                "All amounts are totals of this calendar year. Filled in by the buyer; please leave as it is.",
            ),
            type="year",
            mandatory=True,
            visibility=BOTH,
            limits=(Decimal(2015), Decimal(2100)),
        ),
        Column(
            "level",
            Text("填报方式", "Way of answering"),
            Text(
                "已有经核查的碳足迹，选“填写已核查的碳足迹”，只填那一张表；否则选“填写明细表”。",
                "If you have a verified footprint choose “Enter a verified footprint” and fill that sheet only; "
                "otherwise choose “Fill in the tables”.",
            ),
            type="choice",
            choices=LEVELS,
            mandatory=True,
            visibility=BOTH,
        ),
        Column(
            "plant",
            Text("生产工厂", "Plant"),
            Text("生产这个零件的工厂名称。", "The name of the plant that makes the part."),
            visibility=RECIPE,
        ),
        Column(
            "plant_region",
            Text("工厂所在地", "Place of the plant"),
            Text("省份，或中国以外的国家。", "Province, or country outside China."),
            type="choice",
            choices=REGIONS,
            visibility=RECIPE,
        ),
        *(
            Column(
                f"{key}_answer",
                Text(f"{zh}表有无数据", f"{en}: any data?"),
                _ANSWER,
                type="choice",
                choices=TABLE_ANSWERS,
                visibility=RECIPE,
            )
            for key, zh, en in (
                ("transport", "运输", "Transport"),
                ("emissions", "直接排放", "Direct emissions"),
                ("wastes", "废物", "Wastes"),
            )
        ),
        Column(
            "remark",
            Text("说明", "Remark"),
            Text("需要让核查机构知道的情况。", "Anything that the verifier should know."),
            visibility=RECIPE,
            max_length=2000,
        ),
    ),
    form=True,
)


def _stage(key: str, zh: str, en: str) -> Column:
    return Column(
        key,
        Text(f"{zh}（kg CO2e/声明单位）", f"{en} (kg CO2e per declared unit)"),
        Text(
            f"报告中{zh}阶段的数值。报告没有这一阶段填“不适用”，没有分开列出填“未知”。",
            f"The report's figure for {en.lower()}. Write n.a. if the report has no such stage, "
            "unknown if it is not given apart.",
        ),
        type="number",
        mandatory=True,
        states=True,
        visibility=PUBLISHED,
        limits=(Decimal(-10000), Decimal(1000000)),
        words=(zh, en),
    )


def _rating(key: str, zh: str, en: str) -> Column:
    return Column(
        key,
        Text(f"数据质量：{zh}", f"Data quality: {en}"),
        Text("1最好，5最差。", "1 is best, 5 is worst."),
        type="number",
        states=True,
        visibility=PUBLISHED,
        limits=(Decimal(1), Decimal(5)),
        optional_group=True,
    )


STAGE_KEYS = ("cf_materials", "cf_manufacturing", "cf_distribution", "cf_recycling")

VERIFIED = Sheet(
    "verified",
    Text("核查碳足迹", "Verified footprint"),
    Text(
        "仅在已有第三方核查报告时填写，填写后不必填明细表。",
        "Only if a third party has verified the footprint; the tables are then not needed.",
    ),
    (
        _stage("cf_materials", "材料获取", "Material acquisition"),
        _stage("cf_manufacturing", "制造", "Manufacturing"),
        _stage("cf_distribution", "分销运输", "Distribution"),
        _stage("cf_recycling", "回收利用", "Recycling"),
        Column(
            "cf_total",
            Text("合计（kg CO2e/声明单位）", "Total (kg CO2e per declared unit)"),
            Text(
                "报告中的总数，应等于各阶段之和。",
                "The report's total; it should equal the sum of the stages.",
            ),
            type="number",
            mandatory=True,
            visibility=PUBLISHED,
            limits=(Decimal(-10000), Decimal(1000000)),
            words=("合计", "Total"),
        ),
        Column(
            "report_number",
            Text("核查报告编号", "Report number"),
            Text("核查报告封面上的编号。", "The number on the cover of the verification report."),
            mandatory=True,
            visibility=PUBLISHED,
        ),
        Column(
            "verifier",
            Text("核查机构", "Verification body"),
            Text(
                "出具报告的第三方核查机构全称。", "The full name of the third party that issued the report."
            ),
            mandatory=True,
            visibility=PUBLISHED,
        ),
        Column(
            "verified_on",
            Text("核查日期", "Date of verification"),
            Text("报告签发日期，如 2026-03-18。", "The report's date of issue, such as 2026-03-18."),
            type="date",
            mandatory=True,
            visibility=PUBLISHED,
        ),
        Column(
            "valid_until",
            Text("有效期至", "Valid until"),
            Text("报告写明的有效期。", "The validity that the report states."),
            type="date",
            states=True,
            visibility=PUBLISHED,
        ),
        Column(
            "standard",
            Text("核算标准", "Standard"),
            Text("报告依据的标准。", "The standard that the report follows."),
            type="choice",
            choices=STANDARDS,
            mandatory=True,
            visibility=PUBLISHED,
        ),
        Column(
            "gwp_set",
            Text("GWP 数据", "GWP set"),
            Text("报告采用的全球变暖潜势。", "The global warming potentials that the report uses."),
            type="choice",
            choices=GWP_SETS,
            visibility=PUBLISHED,
            optional_group=True,
        ),
        Column(
            "primary_share",
            Text("初级数据占比（%）", "Primary data share (%)"),
            Text("报告写明的初级数据占比。", "The primary data share that the report states."),
            type="percent",
            states=True,
            visibility=PUBLISHED,
            limits=(Decimal(0), Decimal(100)),
            optional_group=True,
        ),
        _rating("dqr_ter", "技术代表性 TeR", "technological representativeness TeR"),
        _rating("dqr_tir", "时间代表性 TiR", "time-related representativeness TiR"),
        _rating("dqr_ger", "地理代表性 GeR", "geographical representativeness GeR"),
    ),
    form=True,
    words=("level 0", "verified pcf"),
)
