"""Fills workbooks as a supplier would, with openpyxl, for the files in should_pass and should_fail."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from suppliers.workbook import Expectation, TemplateRequest, build_template
from suppliers.workbook.filling import put

REQUEST_NUMBER = "R-2026-0308"
YEAR = 2025
TODAY = "2026-09-16"
A_DATE = dt.date(2025, 12, 4)  # what a spreadsheet makes of "12-4"

RawRow = Mapping[str, Any]
RawTables = Mapping[str, Sequence[RawRow]]

ANSWERS = {
    "level": "填写明细表 Fill in the tables",
    "plant": "一号工厂（示例）",
    "plant_region": "江苏 Jiangsu",
    "transport_answer": "有数据，见表 Data in the table",
    "emissions_answer": "不适用 Not applicable",
    "wastes_answer": "有数据，见表 Data in the table",
}

_PARTS: dict[str, tuple[str, str, str]] = {
    # module type: (part name, declared unit, yearly production as text)
    "electrolyte": ("电解液 E-31", "kg", "12400000"),
    "cathode": ("磷酸铁锂正极材料 C-07", "kg", "20000000"),
    "anode": ("人造石墨负极材料 A-12", "kg", "9000000"),
    "separator": ("湿法隔膜 S-09", "m2", "150000000"),
    "foil": ("铜箔 6 µm F-06", "kg", "8000000"),
    "casing": ("方形铝壳 K-174", "piece", "40000000"),
    "cell": ("磷酸铁锂电芯 L-280", "kWh", "10000000"),
    "module": ("磷酸铁锂模组 M-12", "kWh", "2000000"),
    "bms": ("电池管理系统 B-02", "piece", "300000"),
    "housing": ("电池包下箱体 H-78", "piece", "250000"),
    "thermal": ("液冷板 T-05", "piece", "500000"),
    "other": ("高压连接器 O-19", "piece", "800000"),
}
MODULE_TYPES = tuple(_PARTS)

# (material, group, unit, amount for each unit of product in that unit)
_RECIPES: dict[str, Sequence[tuple[str, str, str, str]]] = {
    "electrolyte": (
        ("碳酸乙烯酯 EC", "原材料 Raw material", "kg", "0.42"),
        ("碳酸甲乙酯 EMC", "原材料 Raw material", "kg", "0.45"),
        ("六氟磷酸锂 LiPF6", "原材料 Raw material", "kg", "0.14"),
        ("吨桶", "包装材料 Packaging", "piece", "0.001"),
    ),
    "cathode": (
        ("磷酸铁", "原材料 Raw material", "kg", "0.96"),
        ("碳酸锂", "原材料 Raw material", "kg", "0.24"),
        ("葡萄糖", "辅助材料 Auxiliary material", "kg", "0.1"),
    ),
    "anode": (
        ("石油焦", "原材料 Raw material", "kg", "1.25"),
        ("沥青", "原材料 Raw material", "kg", "0.15"),
    ),
    "separator": (
        ("聚乙烯 PE", "原材料 Raw material", "kg", "0.0085"),
        ("白油", "辅助材料 Auxiliary material", "kg", "0.002"),
    ),
    "foil": (
        ("阴极铜", "原材料 Raw material", "kg", "1.02"),
        ("硫酸", "辅助材料 Auxiliary material", "kg", "0.03"),
    ),
    "casing": (("3003铝板", "原材料 Raw material", "kg", "0.19"),),
    "cell": (
        ("磷酸铁锂", "原材料 Raw material", "kg", "2.2"),
        ("石墨", "原材料 Raw material", "kg", "1.15"),
        ("铜箔", "原材料 Raw material", "kg", "0.6"),
        ("铝箔", "原材料 Raw material", "kg", "0.35"),
        ("电解液", "原材料 Raw material", "kg", "1.3"),
        ("隔膜", "外购零部件 Purchased part", "m2", "12"),
    ),
    "module": (
        ("电芯", "外购零部件 Purchased part", "kg", "5.9"),
        ("铝端板", "外购零部件 Purchased part", "kg", "0.35"),
        ("导热胶", "辅助材料 Auxiliary material", "kg", "0.08"),
    ),
    "thermal": (
        ("3003铝板", "原材料 Raw material", "kg", "3.4"),
        ("钎剂", "辅助材料 Auxiliary material", "kg", "0.05"),
    ),
    "other": (
        ("铜合金", "原材料 Raw material", "kg", "0.21"),
        ("尼龙66", "原材料 Raw material", "kg", "0.09"),
    ),
    "bms": (
        ("印制电路板组件", "外购零部件 Purchased part", "kg", "0.6"),
        ("塑料外壳", "外购零部件 Purchased part", "kg", "0.9"),
    ),
    "housing": (
        ("6061铝型材", "原材料 Raw material", "kg", "62"),
        ("螺栓", "外购零部件 Purchased part", "kg", "1.5"),
    ),
}
# kg of one unit of product, and kWh of electricity for it
_FACTS: dict[str, tuple[str, str]] = {
    "electrolyte": ("1", "0.15"),
    "cathode": ("1", "4.5"),
    "anode": ("1", "11"),
    "separator": ("0.0085", "0.06"),
    "foil": ("1", "8.5"),
    "casing": ("0.165", "0.5"),
    "cell": ("5.9", "32"),
    "module": ("6.2", "1.4"),
    "bms": ("1.4", "2.2"),
    "thermal": ("3.2", "6.5"),
    "other": ("0.28", "0.4"),
    "housing": ("58", "120"),
}


def request_for(module_type: str, **changes: Any) -> TemplateRequest:
    """Return the request for a part of this type."""
    name, unit, _ = _PARTS[module_type]
    facts: dict[str, Any] = {
        "request_number": REQUEST_NUMBER,
        "buyer": "示例电池有限公司",
        "supplier": "示例材料有限公司",
        "part_number": name.rsplit(" ", 1)[-1],
        "part_name": name,
        "module_type": module_type,
        "declared_unit": unit,
        "period_year": YEAR,
    }
    return TemplateRequest(**(facts | changes))


def expectation_for(module_type: str, **changes: Any) -> Expectation:
    """Return what that request expects."""
    request = request_for(module_type)
    facts: dict[str, Any] = {
        "request_number": request.request_number,
        "period_year": request.period_year,
        "buyer": request.buyer,
        "part_number": request.part_number,
        "module_type": request.module_type,
        "declared_unit": request.declared_unit,
        "today": TODAY,
    }
    return Expectation(**(facts | changes))


def _cell(text: str) -> int | float:
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else float(number)


def good_tables(module_type: str) -> dict[str, list[dict[str, Any]]]:
    """Return a plausible year of a part: nothing in it is to be found."""
    name, unit, made = _PARTS[module_type]
    mass, electricity = _FACTS[module_type]
    pieces = Decimal(made)
    measured, own = "实测 Measured", "是 Yes"
    production: dict[str, Any] = {
        "kind": "声明产品 Declared product",
        "name": name,
        "amount": _cell(made),
        "unit": unit,
        "data_kind": measured,
    }
    if unit != "kg":
        production["mass_kg"] = _cell(str(pieces * Decimal(mass)))
    materials = [
        {
            "name": material,
            "group": group,
            "amount": _cell(str(pieces * Decimal(amount))),
            "unit": material_unit,
            "company_specific": own,
            "data_kind": measured,
        }
        for material, group, material_unit, amount in _RECIPES[module_type]
    ]
    first = materials[0]
    return {
        "production": [production],
        "materials": materials,
        "energy": [
            {
                "carrier": "电力 Electricity",
                "amount": _cell(str(pieces * Decimal(electricity))),
                "unit": "kWh",
                "supply": "电网供电 Grid",
                "region": "江苏 Jiangsu",
                "company_specific": own,
                "data_kind": measured,
            },
            {"carrier": "天然气 Natural gas", "amount": 125000.5, "unit": "m3", "data_kind": measured},
        ],
        "transport": [
            {
                "name": first["name"],
                "direction": "运入 Inbound",
                "mode": "重型货车 Heavy lorry",
                "amount": _cell(str(Decimal(str(first["amount"])) / 1000)),
                "unit": "t",
                "distance_km": 350,
                "data_kind": "计算 Calculated",
            }
        ],
        "wastes": [
            {
                "name": "废包装",
                "kind": "一般固体废物 General solid waste",
                "amount": 12.4,
                "unit": "t",
                "treatment": "外部回收 Recycling elsewhere",
                "data_kind": measured,
            }
        ],
    }


VERIFIED = {
    "cf_materials": 2.873,
    "cf_manufacturing": 0.515,
    "cf_distribution": 0.062,
    "cf_recycling": "不适用",
    "cf_total": 3.45,
    "report_number": "示例核字2026-018",
    "verifier": "示例核查有限公司",
    "verified_on": "2026-03-18",
    "valid_until": "2027-03-17",
    "standard": "GB/T 24067",
    "primary_share": "58%",
}


@cache
def _template(module_type: str) -> bytes:
    return build_template(request_for(module_type))


def open_template(module_type: str) -> Workbook:
    """Return the template of a request as an openpyxl workbook."""
    return load_workbook(io.BytesIO(_template(module_type)))


def fill(book: Workbook, tables: RawTables, answers: RawRow | None = None) -> Workbook:
    """Write rows and the cover's answers into a template."""
    for key, value in (ANSWERS if answers is None else answers).items():
        put(book, "cover", 0, key, value)
    for table, rows in tables.items():
        for number, row in enumerate(rows, start=1):
            for column, value in row.items():
                put(book, table, number, column, value)
    return book


def good_book(module_type: str) -> Workbook:
    """Return a filled workbook without any finding."""
    return fill(open_template(module_type), good_tables(module_type))


def verified_book(module_type: str = "electrolyte") -> Workbook:
    """Return a workbook that answers with a verified footprint, without any finding."""
    book = fill(open_template(module_type), {}, {"level": "填写已核查的碳足迹 Enter a verified footprint"})
    for key, value in VERIFIED.items():
        put(book, "verified", 0, key, value)
    return book
