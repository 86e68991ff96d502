"""The schema holds together: one name, one column; both languages; codes, docs and units agree."""

from __future__ import annotations

from pathlib import Path

import pytest

from lca.engine.units import convert
from suppliers.workbook import SHEETS
from suppliers.workbook.checks import all_checks
from suppliers.workbook.layout import find_sheet
from suppliers.workbook.reference import renew
from suppliers.workbook.rulebook import all_rules
from suppliers.workbook.schema import ACCEPTED_VERSIONS, VERSION, state_of, version_year
from suppliers.workbook.text import Text
from suppliers.workbook.units import UNITS, find_unit, of_dimensions, without_year

ROOT = Path(__file__).parents[2]
BASE = {"mass": "kg", "energy": "MJ", "volume": "m3", "area": "m2", "length": "m", "count": "piece"}
COLUMNS = [(sheet, column) for sheet in SHEETS for column in sheet.columns]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.key)
def test_every_name_means_one_column(sheet):
    seen: dict[str, str] = {}
    for column in sheet.columns:
        for name in column.names():
            assert seen.setdefault(name, column.key) == column.key
    assert len(sheet.columns) <= 20
    assert len(sheet.shown) <= 31


def test_every_sheet_is_found_by_key_title_and_tab():
    for sheet in SHEETS:
        for name in (
            sheet.key,
            sheet.title.zh,
            sheet.title.en,
            sheet.shown,
            sheet.title.en.upper(),
            f" {sheet.title.zh} ",
        ):
            assert find_sheet(name) is sheet


@pytest.mark.parametrize(("sheet", "column"), COLUMNS, ids=[f"{s.key}.{c.key}" for s, c in COLUMNS])
def test_every_column_has_both_languages_and_its_lists(sheet, column):
    for text in (column.title, column.help, *(choice.title for choice in column.choices)):
        assert text.zh.strip() and text.en.strip()
    assert bool(column.choices) == (column.type == "choice")
    assert bool(column.dimensions) == (column.type == "unit")
    names = [name for choice in column.choices for name in {choice.key, choice.title.zh, choice.title.en}]
    assert len(names) == len(set(names)) or column.key in ("standard", "gwp_set")


def test_every_rule_speaks_both_languages():
    for rule in all_rules().values():
        for text in (rule.title, rule.message, rule.mend):
            assert text.zh and text.en
        assert rule.code.startswith("WB-") and len(rule.code) == 6


def test_one_rule_one_file_one_code():
    assert len(all_checks()) == len({code for code in all_rules() if not code.startswith("WB-0")})


def test_page_of_rules_and_columns_is_current():
    text = (ROOT / "docs" / "workbook.md").read_text(encoding="utf-8")
    assert renew(text) == text, "run: python -m suppliers.workbook.reference docs/workbook.md"


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.symbol)
def test_units_agree_with_the_engine(unit):
    multiple, symbol = (
        (10_000, unit.symbol.removeprefix("10^4 ")) if unit.symbol.startswith("10^4") else (1, unit.symbol)
    )
    assert convert(multiple, symbol, BASE[unit.dimension]) == unit.factor


def test_every_unit_word_is_read_as_its_unit():
    for unit in UNITS:
        for word in (unit.symbol, *unit.words):
            found = find_unit(word)
            assert found is not None and (found is unit or word == "千克")
    assert find_unit("Mg") is find_unit("t")
    assert find_unit("kg 千克") is find_unit("kg")
    assert find_unit("桶") is None and find_unit("") is None
    assert without_year("t/年") is find_unit("t") and without_year("kWh/a") is find_unit("kWh")
    assert without_year("t") is None
    assert [unit.symbol for unit in of_dimensions(("mass",))] == ["kg", "t", "g", "mg"]


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("未知", "unknown"),
        ("Unknown", "unknown"),
        ("未知 unknown", "unknown"),
        ("不适用", "not_applicable"),
        ("n.a.", "not_applicable"),
        ("N/A", "not_applicable"),
        ("0", None),
        ("零", None),
        ("-", None),
        ("", None),
    ],
)
def test_unknown_not_applicable_and_zero_are_three_things(text, state):
    assert state_of(text) == state


def test_versions():
    assert VERSION in ACCEPTED_VERSIONS
    assert version_year(VERSION) == 2026
    assert version_year("other/2026.1") is None and version_year("") is None


def test_messages_never_fail_for_want_of_a_parameter():
    assert Text("甲{a}乙{b}", "a {a} b {b}").format("zh", {"a": Text("一", "one")}) == "甲一乙{b}"
    assert Text("", "{x}").format("en", {"x": [Text("一", "one"), "two"]}) == "one, two"
