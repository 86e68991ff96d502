"""The tables of a year's totals: production, materials, energy, transport, direct emissions, wastes."""

from __future__ import annotations

from decimal import Decimal

from .choices import (
    ALLOCATIONS,
    CARRIERS,
    DATA_KINDS,
    DIRECTIONS,
    GASES,
    GENERATIONS,
    MATERIAL_GROUPS,
    MODES,
    PRODUCT_KINDS,
    REFERENCES,
    REGIONS,
    SUPPLIES,
    TREATMENTS,
    WASTE_KINDS,
    YES_NO,
)
from .schema import Column, Sheet
from .text import Text
from .units import AREA, COUNT, ENERGY, LENGTH, MASS, VOLUME

_NOT_NEGATIVE = (Decimal(0), Decimal("1e15"))


def _name(zh: str, en: str, help_zh: str, help_en: str, example: str) -> Column:
    return Column("name", Text(zh, en), Text(help_zh, help_en), mandatory=True, example=example, width=26)


def _amount(zh: str, en: str, *, positive: bool = False, states: bool = True, example: str = "") -> Column:
    return Column(
        "amount",
        Text(zh, en),
        Text(
            "全年合计，只填数字，单位另填。不知道填“未知”，没有这回事填“不适用”，没有发生填0。",
            "The year's total, digits only; the unit has its own column. Write unknown, n.a. or 0: "
            "the three mean different things.",
        )
        if states
        else Text(
            "全年合计，只填数字，单位另填。", "The year's total, digits only; the unit has its own column."
        ),
        type="number",
        mandatory=True,
        states=states,
        unit_key="unit",
        limits=_NOT_NEGATIVE,
        positive=positive,
        example=example,
    )


def _unit(dimensions: tuple[str, ...], example: str) -> Column:
    return Column(
        "unit",
        Text("单位", "Unit"),
        Text("从列表选择。不必写“/年”。", "Choose from the list. No “/year” is needed."),
        type="unit",
        mandatory=True,
        dimensions=dimensions,
        example=example,
        width=10,
    )


_FACTOR = Column(
    "factor",
    Text("背景因子", "Background factor"),
    Text(
        "可从“背景因子”表复制编码；不确定可以留空，上传后在网页上选择。",
        "You may copy a key from the “Background factors” sheet; leave blank if unsure and choose on the page.",
    ),
    optional_group=True,
    example="elyte.ec.greet2022",
    width=24,
)
_SUPPLIER = Column(
    "supplier",
    Text("上级供应商", "Supplier of it"),
    Text("从哪家公司购买。", "The company it is bought from."),
    optional_group=True,
    width=20,
)
_OWN = Column(
    "company_specific",
    Text("企业自有数据", "Company-specific data"),
    Text(
        "用量取自贵公司自己的记录选“是”，取自文献或平均值选“否”。",
        "Yes if the amount comes from your own records, no if from literature or averages.",
    ),
    type="choice",
    choices=YES_NO,
    example="是 Yes",
    width=14,
)
_DATA_KIND = Column(
    "data_kind",
    Text("数据类型", "Kind of data"),
    Text("实测、计算或估算。", "Measured, calculated or estimated."),
    type="choice",
    choices=DATA_KINDS,
    mandatory=True,
    example="实测 Measured",
    width=14,
)
_EVIDENCE = Column(
    "evidence",
    Text("凭证", "Evidence"),
    Text("台账、发票或检测报告的编号。", "The number of the ledger, invoice or test report."),
    optional_group=True,
    width=20,
)
_NOTE = Column(
    "note",
    Text("备注", "Note"),
    Text("计算方法或特殊情况。", "How it was worked out, or anything special."),
    optional_group=True,
    width=24,
    max_length=1000,
)
_LAST = Column(
    "last_period",
    Text("上一期用量", "Last period's amount"),
    Text(
        "平台填写，供对照；平台不读取这一列。",
        "Filled in by the platform for comparison; it is not read.",
    ),
    optional_group=True,
    width=18,
)

_REFERENCE = Column(
    "reference",
    Text("参考数据来源", "Reference data"),
    Text(
        "用量取自哪份公开的参考清单，不是贵公司的数据时填写；这一行须为估算、非企业自有数据。",
        "The published inventory that the amount is taken from, where it is not your own; "
        "such a row is estimated and not company-specific.",
    ),
    type="choice",
    choices=REFERENCES,
    optional_group=True,
    width=24,
)

PRODUCTION = Sheet(
    "production",
    Text("产量", "Production"),
    Text(
        "声明产品一行，同一过程的联产品各一行。声明产品的产量是全部用量的分母。",
        "One row for the declared product, one for each co-product of the same process. "
        "The declared product's amount is what all other amounts are divided by.",
    ),
    (
        Column(
            "kind",
            Text("产品类别", "Kind of product"),
            Text("声明产品，或联产品。", "Declared product or co-product."),
            type="choice",
            choices=PRODUCT_KINDS,
            mandatory=True,
            example="声明产品 Declared product",
            width=26,
        ),
        _name("产品名称", "Product name", "产品的名称。", "The product's name.", "电解液 E-31"),
        _amount("年产量", "Yearly production", positive=True, states=False, example="12400"),
        _unit((MASS, COUNT, ENERGY, AREA, LENGTH, VOLUME), "t"),
        Column(
            "mass_kg",
            Text("产量折合质量（kg）", "Mass of that amount (kg)"),
            Text(
                "单位不是质量时填写，用于物料平衡和按质量分配。",
                "Needed where the unit is not a mass, for the mass balance and allocation by mass.",
            ),
            type="number",
            states=True,
            limits=_NOT_NEGATIVE,
            example="12400000",
            width=20,
        ),
        Column(
            "price",
            Text("单价（元/单位）", "Price (CNY per unit)"),
            Text("仅在按经济价值分配时填写。", "Only for allocation by economic value."),
            type="number",
            states=True,
            limits=_NOT_NEGATIVE,
            optional_group=True,
        ),
        Column(
            "allocation",
            Text("分配方法", "Allocation"),
            Text("有联产品时填写。", "Needed where there are co-products."),
            type="choice",
            choices=ALLOCATIONS,
            optional_group=True,
        ),
        Column(
            "allocation_reason",
            Text("分配理由", "Reason for the allocation"),
            Text("为什么选用这种方法。", "Why this method was chosen."),
            optional_group=True,
            width=24,
            max_length=1000,
        ),
        _DATA_KIND,
        _NOTE,
        _LAST,
    ),
    duplicates=("kind", "name"),
)

MATERIALS = Sheet(
    "materials",
    Text("物料", "Materials"),
    Text(
        "全年投入的原材料、辅料、包装和外购零部件，包括损耗。",
        "All raw and auxiliary materials, packaging and purchased parts put in over the year, losses included.",
    ),
    (
        _name("物料名称", "Material", "物料的名称。", "The material's name.", "碳酸乙烯酯 EC"),
        Column(
            "group",
            Text("物料类别", "Group"),
            Text("从列表选择。", "Choose from the list."),
            type="choice",
            choices=MATERIAL_GROUPS,
            mandatory=True,
            example="原材料 Raw material",
            width=18,
        ),
        _amount("年用量", "Yearly amount", example="5120.02"),
        _unit((MASS, VOLUME, AREA, LENGTH, COUNT), "t"),
        Column(
            "mass_kg",
            Text("折合质量（kg）", "Mass of that amount (kg)"),
            Text(
                "单位不是质量时填写，用于物料平衡。",
                "Needed where the unit is not a mass, for the mass balance.",
            ),
            type="number",
            states=True,
            limits=_NOT_NEGATIVE,
            optional_group=True,
        ),
        Column(
            "recycled_share",
            Text("再生料比例（%）", "Recycled content (%)"),
            Text("12 或 12% 都可以。", "12 and 12% are both read."),
            type="percent",
            states=True,
            limits=(Decimal(0), Decimal(100)),
            optional_group=True,
        ),
        _FACTOR,
        _SUPPLIER,
        Column(
            "origin",
            Text("产地", "Origin"),
            Text("省份，或中国以外的国家。", "Province, or country outside China."),
            type="choice",
            choices=REGIONS,
            optional_group=True,
        ),
        _OWN,
        _DATA_KIND,
        _EVIDENCE,
        _NOTE,
        _LAST,
        _REFERENCE,
    ),
    duplicates=("name", "unit", "supplier", "origin"),
    words=("材料", "原辅料", "material"),
)

ENERGY_TABLE = Sheet(
    "energy",
    Text("能源", "Energy"),
    Text(
        "全年用能。电力按供电方式分行填写。",
        "Energy used over the year. Electricity takes one row for each kind of supply.",
    ),
    (
        Column(
            "carrier",
            Text("能源品种", "Energy carrier"),
            Text("从列表选择。", "Choose from the list."),
            type="choice",
            choices=CARRIERS,
            mandatory=True,
            example="电力 Electricity",
            width=18,
        ),
        _amount("年用量", "Yearly amount", example="8640000"),
        _unit((ENERGY, VOLUME, MASS), "kWh"),
        Column(
            "supply",
            Text("供电方式", "Electricity supply"),
            Text("电力必填。", "Mandatory for electricity."),
            type="choice",
            choices=SUPPLIES,
            example="电网供电 Grid",
            width=18,
        ),
        Column(
            "generation",
            Text("发电类型", "Generation"),
            Text("电网供电以外的电力必填。", "Mandatory for electricity that is not from the grid."),
            type="choice",
            choices=GENERATIONS,
            width=18,
        ),
        Column(
            "region",
            Text("用电所在地", "Place of use"),
            Text(
                "电力必填：省份，或中国以外的国家。",
                "Mandatory for electricity: province, or country outside China.",
            ),
            type="choice",
            choices=REGIONS,
            example="江苏 Jiangsu",
        ),
        Column(
            "certificates",
            Text("绿证编号", "Green certificate numbers"),
            Text(
                "每个32位：项目17位，电量15位。多个之间用分号隔开。",
                "32 digits each: 17 for the project, 15 for the electricity. Separate several with semicolons.",
            ),
            type="certificates",
            optional_group=True,
            width=36,
            max_length=32767,
        ),
        Column(
            "heating_value",
            Text("低位热值（MJ/单位）", "Lower heating value (MJ per unit)"),
            Text("燃料有检测值时填写。", "If there is a tested value for the fuel."),
            type="number",
            states=True,
            limits=(Decimal(0), Decimal(200000)),
            optional_group=True,
            width=20,
        ),
        _FACTOR,
        _OWN,
        _DATA_KIND,
        _EVIDENCE,
        _NOTE,
        _LAST,
        _REFERENCE,
    ),
    duplicates=("carrier", "unit", "supply", "generation", "region", "certificates", "evidence"),
    words=("能耗",),
)

TRANSPORT = Sheet(
    "transport",
    Text("运输", "Transport"),
    Text(
        "物料运入和产品运出，每种货物每段路一行。",
        "Materials coming in and products going out, one row for each kind of goods and leg.",
    ),
    (
        _name("货物", "Goods", "运的是什么。", "What is carried.", "碳酸乙烯酯 EC"),
        Column(
            "direction",
            Text("方向", "Direction"),
            Text("运入或运出。", "Inbound or outbound."),
            type="choice",
            choices=DIRECTIONS,
            mandatory=True,
            example="运入 Inbound",
        ),
        Column(
            "mode",
            Text("运输方式", "Mode"),
            Text("从列表选择。", "Choose from the list."),
            type="choice",
            choices=MODES,
            mandatory=True,
            example="重型货车 Heavy lorry",
            width=18,
        ),
        _amount("货物质量", "Mass carried", example="5120.02"),
        _unit((MASS,), "t"),
        Column(
            "distance_km",
            Text("运输距离（km）", "Distance (km)"),
            Text("单程距离。不知道填“未知”。", "One way. Write unknown if you do not know."),
            type="number",
            mandatory=True,
            states=True,
            limits=(Decimal(0), Decimal(40000)),
            example="350",
        ),
        Column("origin", Text("起点", "From"), Text("城市。", "City."), optional_group=True),
        Column("destination", Text("终点", "To"), Text("城市。", "City."), optional_group=True),
        _FACTOR,
        _DATA_KIND,
        _NOTE,
        _LAST,
    ),
    required=False,
    duplicates=("name", "direction", "mode", "amount", "distance_km", "origin", "destination"),
)

EMISSIONS = Sheet(
    "emissions",
    Text("直接排放", "Direct emissions"),
    Text(
        "工艺过程和逸散的温室气体。燃料燃烧已按能源表计算，不要重复填写。",
        "Greenhouse gases from the process and from leaks. Burning of fuels is worked out from the energy table; "
        "do not enter it again.",
    ),
    (
        Column(
            "gas",
            Text("气体", "Gas"),
            Text("从列表选择。", "Choose from the list."),
            type="choice",
            choices=GASES,
            mandatory=True,
            example="CO2",
            width=22,
        ),
        Column(
            "source",
            Text("来源", "Source"),
            Text("哪个工序。", "Which step of the process."),
            mandatory=True,
            example="碳酸锂分解",
            width=24,
        ),
        _amount("年排放量", "Yearly amount", example="38.5"),
        _unit((MASS,), "t"),
        _OWN,
        _DATA_KIND,
        _EVIDENCE,
        _NOTE,
        _LAST,
        _REFERENCE,
    ),
    required=False,
    duplicates=("gas", "source"),
    words=("排放",),
)

WASTES = Sheet(
    "wastes",
    Text("废物", "Wastes"),
    Text("全年产生的废物及去向。", "Wastes of the year and where they went."),
    (
        _name("废物名称", "Waste", "废物的名称。", "The waste's name.", "废 NMP"),
        Column(
            "kind",
            Text("废物类别", "Kind of waste"),
            Text("从列表选择。", "Choose from the list."),
            type="choice",
            choices=WASTE_KINDS,
            mandatory=True,
            example="危险废物 Hazardous waste",
            width=20,
        ),
        _amount("年产生量", "Yearly amount", example="12.4"),
        _unit((MASS, VOLUME), "t"),
        Column(
            "treatment",
            Text("处置方式", "Treatment"),
            Text("从列表选择。", "Choose from the list."),
            type="choice",
            choices=TREATMENTS,
            mandatory=True,
            example="焚烧 Incineration",
            width=20,
        ),
        _FACTOR,
        _OWN,
        _DATA_KIND,
        _EVIDENCE,
        _NOTE,
        _LAST,
        _REFERENCE,
    ),
    required=False,
    duplicates=("name", "kind", "treatment", "unit"),
    words=("废弃物",),
)

TABLES: tuple[Sheet, ...] = (PRODUCTION, MATERIALS, ENERGY_TABLE, TRANSPORT, EMISSIONS, WASTES)
