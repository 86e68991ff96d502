"""The cases of should_pass and should_fail: what is done to a good workbook, and what must be found where.

An expectation is (code, table, row, column), or (code, sheet title, cell) where no column is meant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from openpyxl.workbook import Workbook

from suppliers.workbook.filling import address
from suppliers.workbook.layout import BY_KEY
from suppliers.workbook.typical import ELECTRICITY_PER_KG

from . import filling
from .filling import good_book, put, verified_book

Place = tuple[str, str, int, str] | tuple[str, str, str]


@dataclass(frozen=True)
class Case:
    """A workbook to build: its base, the edits, what is expected, and changes of the expectation."""

    name: str
    edit: Callable[[Workbook], Any]
    expect: tuple[Place, ...] = ()
    base: str = "electrolyte"
    changes: dict[str, Any] = field(default_factory=dict)


def _set(*edits: tuple[str, int, str, Any]) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        for table, row, column, value in edits:
            put(book, table, row, column, value)

    return edit


def _then(*edits: Callable[[Workbook], Any]) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        for one in edits:
            one(book)

    return edit


def _clear(table: str, rows: int = 12) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        for row in range(1, rows):
            for column in BY_KEY[table].columns:
                put(book, table, row, column.key, None)

    return edit


def _drop_sheet(table: str) -> Callable[[Workbook], None]:
    return lambda book: book.remove(book[BY_KEY[table].shown])


def _rename_header(table: str, column: str, title: str | None) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        _, cell = address(book, table, 1, column)
        sheet = book[BY_KEY[table].shown]
        letter = cell.rstrip("0123456789")
        sheet[f"{letter}4"], sheet[f"{letter}5"] = None, title

    return edit


def _blank_row(table: str, book: Workbook, row: int) -> None:
    """Clear the row of keys (4) or of titles (5)."""
    sheet = book[BY_KEY[table].shown]
    for cell in sheet[row]:
        cell.value = None


def _text_cell(table: str, row: int, column: str, text: str) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        title, cell = put(book, table, row, column, text)
        book[title][cell].data_type = "s"

    return edit


def _error_cell(table: str, row: int, column: str, text: str) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        title, cell = put(book, table, row, column, text)
        book[title][cell].data_type = "e"

    return edit


def _percent_cell(table: str, row: int, column: str, value: float) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        title, cell = put(book, table, row, column, value)
        book[title][cell].number_format = "0%"

    return edit


def _swap_columns(book: Workbook) -> None:
    """Move the materials' amount column to the far right, as people do."""
    sheet = book[BY_KEY["materials"].shown]
    for row in range(4, 12):
        sheet.cell(row, 20).value = sheet.cell(row, 3).value
        sheet.cell(row, 3).value = None


def _copy_row(table: str, source: int, target: int, **changes: Any) -> Callable[[Workbook], None]:
    def edit(book: Workbook) -> None:
        for column in BY_KEY[table].columns:
            title, cell = address(book, table, source, column.key)
            put(book, table, target, column.key, changes.get(column.key, book[title][cell].value))

    return edit


def _note_sheet(book: Workbook) -> None:
    book.create_sheet("内部计算")["A1"] = "草稿"


CERTIFICATE = "32050012778104201" + "202503000000128"
CERTIFICATE_2 = "32050012778104201" + "202503000000129"

SHOULD_PASS: tuple[Case, ...] = (
    *(Case(f"good_{module_type}", _set(), base=module_type) for module_type in filling.MODULE_TYPES),
    Case(
        "english_titles",
        _then(
            _rename_header("materials", "amount", "Yearly amount"),
            lambda book: _blank_row("materials", book, 4),
            lambda book: setattr(book["物料 Materials"], "title", "Materials"),
            lambda book: setattr(book["能源 Energy"], "title", "energy"),
        ),
    ),
    Case("keys_only", lambda book: [_blank_row(key, book, 5) for key in ("materials", "energy")]),
    Case("columns_reordered", _swap_columns),
    Case("trailing_blank_rows", _set(("materials", 60, "note", "  "), ("materials", 61, "name", ""))),
    Case("percent_12", _set(("materials", 1, "recycled_share", 12))),
    Case("percent_text", _set(("materials", 1, "recycled_share", "12 %"))),
    Case("percent_format", _percent_cell("materials", 1, "recycled_share", 0.12)),
    Case(
        "unit_words",
        _set(
            ("energy", 1, "unit", "千瓦时"), ("transport", 1, "unit", "吨"), ("materials", 1, "unit", "公斤")
        ),
    ),
    Case("not_applicable_amount", _set(("materials", 4, "amount", "不适用"))),
    Case("zero_amount", _set(("wastes", 1, "amount", 0))),
    Case("grouped_by_space", _set(("materials", 1, "amount", "5 208 000"))),
    Case(
        "emissions_zero_and_sheet_gone",
        _then(_set(("cover", 0, "emissions_answer", "零 Zero")), _drop_sheet("emissions")),
    ),
    Case(
        "certificates_two",
        _set(
            ("energy", 1, "supply", "绿证"),
            ("energy", 1, "generation", "风电"),
            ("energy", 1, "certificates", f"{CERTIFICATE}；{CERTIFICATE_2}"),
        ),
    ),
)

FAIL_COVER: tuple[Case, ...] = (
    Case(
        "wrong_request",
        _set(("cover", 0, "request_number", "R-2025-0011")),
        (("WB-101", "cover", 0, "request_number"),),
    ),
    Case(
        "version_unknown",
        _set(("cover", 0, "template_version", "自制表格 1.0")),
        (("WB-102", "cover", 0, "template_version"),),
    ),
    Case(
        "last_years_template",
        _set(("cover", 0, "template_version", "carbonfoot-workbook/2025.1")),
        (("WB-103", "cover", 0, "template_version"),),
    ),
    Case(
        "template_from_the_future",
        _set(("cover", 0, "template_version", "carbonfoot-workbook/2031.1")),
        (("WB-104", "cover", 0, "template_version"),),
    ),
    Case(
        "last_years_data", _set(("cover", 0, "period_year", 2024)), (("WB-105", "cover", 0, "period_year"),)
    ),
    Case("other_part", _set(("cover", 0, "part_number", "E-32")), (("WB-106", "cover", 0, "part_number"),)),
    Case("sheet_missing", _drop_sheet("energy"), (("WB-107", "能源 Energy", ""),)),
    Case("column_missing", _rename_header("materials", "unit", None), (("WB-108", "物料 Materials", "A5"),)),
    Case(
        "column_unknown",
        _then(_rename_header("materials", "evidence", "仓库号")),
        (("WB-109", "物料 Materials", "L5"),),
    ),
    Case("sheet_unknown", _note_sheet, (("WB-110", "内部计算", ""),)),
    Case(
        "column_twice",
        _rename_header("materials", "evidence", "年用量"),
        (("WB-111", "物料 Materials", "L5"),),
    ),
    Case(
        "header_gone",
        _then(*(_rename_header("wastes", column.key, None) for column in BY_KEY["wastes"].columns)),
        (("WB-112", "废物 Wastes", "A1"),),
    ),
    Case("both_levels", _set(("verified", 0, "cf_total", 3.4)), (("WB-113", "cover", 0, "level"),)),
    Case("level_blank", _set(("cover", 0, "level", None)), (("WB-201", "cover", 0, "level"),)),
)

FAIL_CELLS: tuple[Case, ...] = (
    Case("mandatory_blank", _set(("materials", 2, "amount", None)), (("WB-201", "materials", 2, "amount"),)),
    Case(
        "text_for_number",
        _set(("materials", 2, "amount", "大约五千吨")),
        (("WB-202", "materials", 2, "amount"),),
    ),
    Case(
        "number_with_unit",
        _set(("materials", 1, "amount", "5208 t")),
        (("WB-202", "materials", 1, "amount"),),
    ),
    Case("lone_dash", _set(("materials", 1, "amount", "—")), (("WB-202", "materials", 1, "amount"),)),
    Case("negative_mass", _set(("wastes", 1, "amount", -12.4)), (("WB-203", "wastes", 1, "amount"),)),
    Case("unit_per_year", _set(("materials", 1, "unit", "t/年")), (("WB-204", "materials", 1, "unit"),)),
    Case("unit_unknown", _set(("energy", 2, "unit", "桶")), (("WB-204", "energy", 2, "unit"),)),
    Case("unit_does_not_fit", _set(("materials", 4, "unit", "kWh")), (("WB-205", "materials", 4, "unit"),)),
    Case("electricity_by_volume", _set(("energy", 1, "unit", "m3")), (("WB-205", "energy", 1, "unit"),)),
    Case(
        "product_by_piece", _set(("production", 1, "unit", "piece")), (("WB-205", "production", 1, "unit"),)
    ),
    Case("not_in_list", _set(("materials", 1, "group", "主要材料")), (("WB-206", "materials", 1, "group"),)),
    Case(
        "formula_error", _error_cell("energy", 2, "amount", "#DIV/0!"), (("WB-207", "energy", 2, "amount"),)
    ),
    Case(
        "formula_without_value",
        _set(("energy", 2, "amount", "=125000*1.1")),
        (("WB-208", "energy", 2, "amount"),),
    ),
    Case(
        "distance_too_far",
        _set(("transport", 1, "distance_km", 350000)),
        (("WB-209", "transport", 1, "distance_km"),),
    ),
    Case("decimal_comma", _set(("wastes", 1, "amount", "12,4")), (("WB-211", "wastes", 1, "amount"),)),
    Case("full_width", _set(("wastes", 1, "amount", "１２．４")), (("WB-211", "wastes", 1, "amount"),)),
    Case("ambiguous_comma", _set(("energy", 2, "amount", "125,500")), (("WB-212", "energy", 2, "amount"),)),
    Case(
        "unknown_refused", _set(("production", 1, "amount", "未知")), (("WB-213", "production", 1, "amount"),)
    ),
    Case(
        "fraction_for_percent",
        _set(("materials", 1, "recycled_share", 0.12)),
        (("WB-214", "materials", 1, "recycled_share"),),
    ),
    Case(
        "formula_as_text",
        _text_cell("materials", 1, "note", '=HYPERLINK("http://example.invalid","x")'),
        (("WB-215", "materials", 1, "note"),),
    ),
    Case(
        "text_too_long",
        _set(("materials", 1, "evidence", "凭" * 201)),
        (("WB-216", "materials", 1, "evidence"),),
    ),
    Case(
        "number_became_date",
        _set(("wastes", 1, "amount", filling.A_DATE)),
        (("WB-217", "wastes", 1, "amount"),),
    ),
    Case(
        "certificate_as_number",
        _set(("energy", 1, "certificates", 3.205001277810420e31)),
        (("WB-218", "energy", 1, "certificates"),),
    ),
    Case(
        "amount_unknown",
        _set(("materials", 4, "amount", "未知 unknown")),
        (("WB-219", "materials", 4, "amount"),),
    ),
    Case(
        "amount_as_percent", _percent_cell("wastes", 1, "amount", 12.4), (("WB-220", "wastes", 1, "amount"),)
    ),
    Case(
        "too_many_digits",
        _set(("wastes", 1, "amount", "0.0123456789012345")),
        (("WB-221", "wastes", 1, "amount"),),
    ),
)

_ROW1 = {
    "kind": "联产品 Co-product",
    "name": "副产溶剂",
    "amount": 100,
    "unit": "t",
    "data_kind": "实测 Measured",
}


def _co_product(**changes: Any) -> Callable[[Workbook], None]:
    return _set(*(("production", 2, key, value) for key, value in (_ROW1 | changes).items()))


FAIL_TABLES: tuple[Case, ...] = (
    Case("materials_empty", _then(_clear("materials"), _set()), (("WB-301", "物料 Materials", "A6"),)),
    Case(
        "production_blank", _set(("production", 1, "amount", None)), (("WB-302", "production", 1, "amount"),)
    ),
    Case("production_row_gone", _clear("production"), (("WB-302", "产量 Production", "A6"),)),
    Case("production_zero", _set(("production", 1, "amount", 0)), (("WB-303", "production", 1, "amount"),)),
    Case(
        "two_declared_products",
        _copy_row("production", 1, 2, name="电解液 E-40"),
        (("WB-304", "production", 2, "kind"),),
    ),
    Case("row_twice", _copy_row("wastes", 1, 2), (("WB-305", "wastes", 2, "name"),)),
    Case(
        "table_unanswered",
        _set(("cover", 0, "emissions_answer", None)),
        (("WB-306", "cover", 0, "emissions_answer"),),
    ),
    Case(
        "answer_contradicts",
        _set(("cover", 0, "wastes_answer", "零 Zero")),
        (("WB-307", "cover", 0, "wastes_answer"),),
    ),
    Case(
        "more_out_than_in",
        _then(_set(("materials", 2, "amount", 2000000)), _set(("materials", 4, "unit", "kg"))),
        (("WB-308", "production", 1, "amount"),),
    ),
    Case(
        "more_in_than_out",
        _set(("materials", 2, "amount", 25580000)),
        (("WB-309", "production", 1, "amount"),),
    ),
    Case("allocation_missing", _co_product(), (("WB-310", "production", 1, "allocation"),)),
    Case(
        "allocation_without_price",
        _then(
            _co_product(),
            _set(("production", 1, "allocation", "按经济价值"), ("production", 1, "price", 21.5)),
        ),
        (("WB-313", "production", 2, "price"),),
    ),
    Case(
        "same_material_twice",
        _copy_row("materials", 3, 5, amount=1200),
        (("WB-311", "materials", 5, "name"),),
    ),
    Case(
        "wastes_unknown",
        _then(_clear("wastes"), _set(("cover", 0, "wastes_answer", "未知 Unknown"))),
        (("WB-312", "cover", 0, "wastes_answer"),),
    ),
    Case("electricity_1000_times", _set(("energy", 1, "unit", "MWh")), (("WB-401", "energy", 1, "amount"),)),
    Case(
        "electricity_out_of_range",
        _set(("energy", 1, "amount", 124000000)),
        (("WB-402", "energy", 1, "amount"),),
    ),
    Case("material_1000_times", _set(("materials", 3, "unit", "t")), (("WB-403", "materials", 3, "amount"),)),
    Case(
        "transport_1000_times", _set(("transport", 1, "unit", "kg")), (("WB-404", "transport", 1, "amount"),)
    ),
    Case(
        "tenfold_change",
        _set(),
        (("WB-405", "materials", 3, "amount"),),
        changes={
            "previous": {
                "production": {"电解液 E-31": ("11000", "t")},
                "materials": {"六氟磷酸锂 LiPF6": ("140", "t"), "碳酸乙烯酯 EC": ("4700", "t")},
            }
        },
    ),
)

FAIL_REFERENCE: tuple[Case, ...] = (
    Case(
        "reference_as_own",
        _set(
            ("materials", 1, "reference", "electrolyte.carbonate.premise"),
            ("materials", 1, "company_specific", "是"),
            ("materials", 1, "data_kind", "实测"),
            ("materials", 2, "reference", "electrolyte.carbonate.premise"),
            ("materials", 2, "company_specific", "否"),
            ("materials", 2, "data_kind", "估算"),
        ),
        (
            ("WB-314", "materials", 1, "company_specific"),
            ("WB-314", "materials", 1, "data_kind"),
        ),
    ),
)

FAIL_PREVIOUS: tuple[Case, ...] = (
    Case(
        "same_as_last_period",
        _set(),
        (("WB-406", "production", 1, "amount"),),
        changes={
            "previous": {
                "production": {"电解液 E-31": ("12400", "t")},
                "materials": {
                    "碳酸乙烯酯 EC": ("5208", "t"),
                    "碳酸甲乙酯 EMC": ("5580", "t"),
                    "六氟磷酸锂 LiPF6": ("1736000", "kg"),
                },
            }
        },
    ),
)

_GREEN = (
    ("energy", 1, "supply", "绿证电力"),
    ("energy", 1, "generation", "光伏"),
)

FAIL_FACTORS: tuple[Case, ...] = (
    Case(
        "certificate_31_digits",
        _set(*_GREEN, ("energy", 1, "certificates", CERTIFICATE[:-1])),
        (("WB-501", "energy", 1, "certificates"),),
    ),
    Case(
        "certificate_twice",
        _set(*_GREEN, ("energy", 1, "certificates", f"{CERTIFICATE};{CERTIFICATE}")),
        (("WB-502", "energy", 1, "certificates"),),
    ),
    Case(
        "region_missing",
        _set(("energy", 1, "region", None), ("cover", 0, "plant_region", None)),
        (("WB-503", "energy", 1, "region"),),
    ),
    Case("supply_missing", _set(("energy", 1, "supply", None)), (("WB-504", "energy", 1, "supply"),)),
    Case(
        "generation_missing",
        _set(("energy", 1, "supply", "自发自用")),
        (("WB-505", "energy", 1, "generation"),),
    ),
    Case(
        "provincial_co2_factor",
        _set(("energy", 1, "factor", "elec.cn.co2.prov.JS.2023")),
        (("WB-506", "energy", 1, "factor"),),
    ),
    Case(
        "provincial_co2_factor_in_words",
        _set(("energy", 1, "factor", "省级电力 CO2 排放因子（江苏）")),
        (("WB-506", "energy", 1, "factor"),),
    ),
    Case(
        "factor_unknown",
        _set(("materials", 1, "factor", "碳酸乙烯酯，国内平均")),
        (("WB-507", "materials", 1, "factor"),),
        changes={"factors": {"elyte.ec.greet2022": {"unit": "kg CO2e/kg"}}},
    ),
    Case("certificate_missing", _set(*_GREEN), (("WB-508", "energy", 1, "certificates"),)),
    Case(
        "factor_per_kg_for_kwh",
        _set(("energy", 1, "factor", "elyte.ec.greet2022")),
        (("WB-509", "energy", 1, "factor"),),
        changes={"factors": {"elyte.ec.greet2022": {"unit": "kg CO2e/kg"}}},
    ),
)


def _verified(*edits: tuple[str, Any]) -> Callable[[Workbook], None]:
    return _set(*(("verified", 0, key, value) for key, value in edits))


FAIL_VERIFIED: tuple[Case, ...] = (
    Case(
        "stages_do_not_add_up",
        _verified(("cf_total", 3.55)),
        (("WB-601", "verified", 0, "cf_total"),),
        "verified",
    ),
    Case(
        "verified_in_future",
        _verified(("verified_on", "2026-12-01")),
        (("WB-602", "verified", 0, "verified_on"),),
        "verified",
    ),
    Case(
        "verified_too_early",
        _verified(("verified_on", "2025-06-30")),
        (("WB-603", "verified", 0, "verified_on"),),
        "verified",
    ),
    Case(
        "verified_expired",
        _verified(("valid_until", "2026-06-30")),
        (("WB-604", "verified", 0, "valid_until"),),
        "verified",
    ),
    Case(
        "verified_total_zero",
        _verified(("cf_materials", 0), ("cf_manufacturing", 0), ("cf_distribution", 0), ("cf_total", 0)),
        (("WB-605", "verified", 0, "cf_total"),),
        "verified",
    ),
    Case(
        "verified_date_unreadable",
        _verified(("verified_on", "三月中旬")),
        (("WB-210", "verified", 0, "verified_on"),),
        "verified",
    ),
    Case(
        "report_number_blank",
        _verified(("report_number", None)),
        (("WB-201", "verified", 0, "report_number"),),
        "verified",
    ),
)

MANY = Case(
    "everything_at_once",
    _set(
        ("cover", 0, "request_number", "R-2025-0011"),
        ("cover", 0, "emissions_answer", None),
        ("materials", 2, "unit", "t/年"),
        ("materials", 4, "amount", "若干"),
        ("energy", 1, "supply", None),
        ("energy", 2, "amount", -3),
        ("transport", 1, "mode", "骡车"),
    ),
    (
        ("WB-101", "cover", 0, "request_number"),
        ("WB-306", "cover", 0, "emissions_answer"),
        ("WB-204", "materials", 2, "unit"),
        ("WB-202", "materials", 4, "amount"),
        ("WB-504", "energy", 1, "supply"),
        ("WB-203", "energy", 2, "amount"),
        ("WB-206", "transport", 1, "mode"),
    ),
)


def _bad_of(module_type: str) -> tuple[Case, ...]:
    """Four bad workbooks of a type of part: words and units, slips of 1000, gaps, and electricity with repeats."""
    last = len(filling.good_tables(module_type)["materials"])
    words = (
        ("materials", 1, "amount", "大约五千吨", "WB-202"),
        ("energy", 2, "unit", "桶", "WB-204"),
        ("transport", 1, "mode", "骡车", "WB-206"),
        ("wastes", 1, "amount", -3, "WB-203"),
    )
    slips = [("transport", 1, "unit", "kg", "WB-404", "amount")]
    if module_type in ELECTRICITY_PER_KG:
        slips.append(("energy", 1, "unit", "MWh", "WB-401", "amount"))
    gaps = (
        ("cover", 0, "emissions_answer", None, "WB-306"),
        ("production", 1, "amount", "未知", "WB-213"),
        ("materials", last, "data_kind", None, "WB-201"),
        ("energy", 1, "supply", None, "WB-504"),
    )
    green = (
        ("energy", 1, "certificates", CERTIFICATE[:-1], "WB-501"),
        ("materials", 1, "recycled_share", 0.12, "WB-214"),
        ("transport", 1, "distance_km", 350000, "WB-209"),
    )

    def case(name: str, faults: Any, *more: Any, also: tuple[Place, ...] = ()) -> Case:
        edit = _then(_set(*(fault[:4] for fault in faults)), *more)
        expect = tuple((fault[4], fault[0], fault[1], (*fault, fault[2])[5]) for fault in faults)
        return Case(f"{module_type}_{name}", edit, expect + also, module_type)

    return (
        case("words", words),
        case("slips", slips),
        case("gaps", gaps),
        case(
            "green_and_twice",
            green,
            _set(("energy", 1, "supply", "绿证电力"), ("energy", 1, "generation", "光伏")),
            _copy_row("wastes", 1, 2),
            also=(("WB-305", "wastes", 2, "name"),),
        ),
    )


FAIL_TYPES: tuple[Case, ...] = tuple(
    case for module_type in filling.MODULE_TYPES for case in _bad_of(module_type)
)

SHOULD_FAIL: tuple[Case, ...] = (
    *FAIL_COVER,
    *FAIL_CELLS,
    *FAIL_TABLES,
    *FAIL_PREVIOUS,
    *FAIL_REFERENCE,
    *FAIL_FACTORS,
    *FAIL_VERIFIED,
    *FAIL_TYPES,
    MANY,
)


def build(case: Case) -> Workbook:
    """Return the workbook of a case."""
    book = verified_book() if case.base == "verified" else good_book(case.base)
    case.edit(book)
    return book


def places(case: Case, book: Workbook) -> list[list[str]]:
    """Return the expected [code, sheet, cell] of a case, sorted."""
    found = []
    for place in case.expect:
        if len(place) == 4:
            code, table, row, column = place
            found.append([code, *address(book, table, row, column)])
        else:
            found.append(list(place))
    return sorted(found)
