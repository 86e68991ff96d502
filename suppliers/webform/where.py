"""Where a supplier finds what a field asks for, in both languages: shown beside the field, by table and column."""

from __future__ import annotations

from suppliers.workbook.text import Text

_RECORDS = Text(
    "ERP 或财务的领料、采购台账；没有系统时用出入库单汇总。",
    "Issues or purchases in the ERP or the accounts; without a system, add up the warehouse slips.",
)
_EVIDENCE = Text(
    "发票号、磅单号或台账页码，核查时会要求出示。",
    "Invoice, weighbridge or ledger number; a verifier asks to see it.",
)
_OWN = Text(
    "有自己的计量或台账就选“是”；引自文献、同行或平均值选“否”。",
    "Yes if you have a meter or a ledger for it; no if it comes from literature, others or an average.",
)
_KIND = Text(
    "电表、磅秤读数是实测；由配方或分摊算出是计算；凭经验是估算。",
    "Read off a meter or scale is measured; from a recipe or a split is calculated; by experience is estimated.",
)
_FACTOR = Text(
    "不确定可以留空，接受以后在清单页面选择。",
    "Leave it blank if unsure, and choose on the inventory's page after acceptance.",
)
_SHARED = {"company_specific": _OWN, "data_kind": _KIND, "evidence": _EVIDENCE, "factor": _FACTOR}

WHERE: dict[tuple[str, str], Text] = {
    ("production", "amount"): Text(
        "生产日报或成品入库的全年合计，只算合格品。",
        "The year's total of the production reports or of goods received into stock; good pieces only.",
    ),
    ("production", "mass_kg"): Text(
        "单位不是质量时：件数乘单件质量，单件质量见图纸或称重记录。",
        "If the unit is no mass: pieces times mass of one, from the drawing or a weighing record.",
    ),
    ("production", "price"): Text(
        "销售发票的年平均不含税单价。", "The year's mean price without tax on the sales invoices."
    ),
    ("production", "allocation"): Text(
        "有联产品时先看能否按质量分；价格相差很大时才按经济价值。",
        "Where there are co-products, by mass first; by economic value only where prices lie far apart.",
    ),
    ("materials", "name"): Text(
        "物料清单（BOM）或采购台账上的名称。", "As in the bill of materials or the purchase ledger."
    ),
    ("materials", "amount"): _RECORDS,
    ("materials", "mass_kg"): Text(
        "按件或按面积采购时：数量乘单件或单位面积质量。",
        "If bought by piece or area: quantity times its mass.",
    ),
    ("materials", "recycled_share"): Text(
        "供应商的再生料证书或声明。", "The supplier's certificate or statement of recycled content."
    ),
    ("materials", "supplier"): Text(
        "采购订单上的供货方；以后可以向它发数据请求。",
        "The vendor on the order; you can ask it for data later.",
    ),
    ("materials", "origin"): Text("原产地证明或送货单。", "Certificate of origin or delivery note."),
    ("energy", "amount"): Text(
        "十二张电费单、燃气账单或分表读数的合计；与其他产品共用时按产量或工时分摊。",
        "Twelve electricity or gas bills or the sub-meter; where other products share it, split by output or hours.",
    ),
    ("energy", "supply"): Text(
        "电费单上是电网；自家屋顶光伏选自发自用；买了绿证选绿证电力。",
        "A bill of the grid company is grid; your own roof is self-generated; else certificate backed.",
    ),
    ("energy", "generation"): Text(
        "购电合同或绿证上的发电类型。", "The kind of generation in the contract or certificate."
    ),
    ("energy", "region"): Text("用电的工厂所在省份。", "The province of the plant that uses it."),
    ("energy", "certificates"): Text(
        "绿证交易平台导出的编号，逐个粘贴。",
        "Numbers exported from the certificate platform, pasted one by one.",
    ),
    ("energy", "heating_value"): Text(
        "燃料检测报告或燃气公司公布的低位热值。",
        "The fuel's test report, or the gas company's lower heating value.",
    ),
    ("transport", "name"): Text(
        "送货单或物流合同上的货物。", "The goods on the delivery note or freight contract."
    ),
    ("transport", "amount"): Text(
        "磅单或送货单的全年合计。", "The year's total of weighbridge tickets or delivery notes."
    ),
    ("transport", "distance_km"): Text("地图上起点到终点的单程路程。", "One way from start to end on a map."),
    ("transport", "mode"): Text(
        "物流合同或运单；多种方式的每段各填一行。",
        "Freight contract or waybill; one line for each leg of several modes.",
    ),
    ("emissions", "gas"): Text(
        "工艺说明、设备铭牌（制冷剂）或排污许可。",
        "Process description, name plates (refrigerants) or the discharge permit.",
    ),
    ("emissions", "source"): Text("哪台设备或哪道工序。", "Which equipment or step."),
    ("emissions", "amount"): Text(
        "在线监测、物料衡算，或制冷剂全年补充量。",
        "Continuous monitoring, a mass balance, or the year's refill of refrigerant.",
    ),
    ("wastes", "name"): Text(
        "固废管理台账或危废转移联单。", "The waste ledger or the manifests of hazardous waste."
    ),
    ("wastes", "amount"): Text(
        "磅单、转移联单或污水流量计的全年合计。",
        "Total of weighbridge tickets, manifests or the waste water meter.",
    ),
    ("wastes", "treatment"): Text("与处置单位的合同。", "The contract with whoever takes it."),
    ("cover", "plant"): Text(
        "营业执照或排污许可上的生产地址。", "The site on the business licence or discharge permit."
    ),
    ("cover", "level"): Text(
        "有第三方核查报告就选核查碳足迹；多数企业选明细表。",
        "With a verifier's report choose the verified footprint; most companies choose the tables.",
    ),
    ("verified", "report_number"): Text("核查报告封面。", "The cover of the verification report."),
    ("verified", "cf_total"): Text("报告结论页的合计。", "The total on the page of conclusions."),
}


def where(table: str, column: str) -> Text | None:
    """Where the field's content is found; None where its own help says all."""
    return WHERE.get((table, column)) or (_SHARED.get(column) if table not in ("cover", "verified") else None)
