"""Template, fill, read: what comes back is what went in, through openpyxl and as an earlier answer offered again."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from suppliers.workbook import SHEETS, build_template
from suppliers.workbook.examine import examine
from suppliers.workbook.layout import BY_KEY
from suppliers.workbook.schema import Column
from suppliers.workbook.schema_tables import TABLES
from suppliers.workbook.units import of_dimensions

from .filling import ANSWERS, MODULE_TYPES, expectation_for, good_book, request_for

TEXT = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S"), exclude_characters="=@+-"),
    min_size=1,
    max_size=40,
).filter(lambda text: text.strip() == text)
CERTIFICATE = st.integers(min_value=10**31, max_value=10**32 - 1).map(str)


def values(column: Column) -> st.SearchStrategy[str]:
    """Return values of a column as neutral rows hold them."""
    if column.choices:
        return st.sampled_from([choice.key for choice in column.choices])
    if column.type == "unit":
        return st.sampled_from([unit.symbol for unit in of_dimensions(column.dimensions)])
    if column.type in ("number", "percent"):
        high = min(column.limits[1] or Decimal("1e9"), Decimal("1e9"))
        number = st.decimals(min_value=0, max_value=high, allow_nan=False, places=3)
        return number.map(lambda value: format(value.normalize(), "f"))
    if column.type == "certificates":
        return CERTIFICATE
    return TEXT


def rows(key: str) -> st.SearchStrategy[list[dict[str, str]]]:
    """Return rows of a table, some cells left blank."""
    columns = BY_KEY[key].columns
    row = st.fixed_dictionaries({}, optional={column.key: values(column) for column in columns})
    return st.lists(row.filter(bool), min_size=1, max_size=4)


def plain_rows(answer: dict, key: str) -> list[dict[str, str]]:
    """Return the known values of the rows that were read."""
    return [
        {name: entry["value"] for name, entry in row["values"].items() if entry["state"] == "known"}
        for row in answer["tables"].get(key, [])
    ]


def _same(text: str) -> str:
    try:
        return format(Decimal(text).normalize(), "f")
    except ArithmeticError:
        return text


# Each example builds a workbook: without shrinking, since a smaller failing one would take minutes to find.
@settings(
    max_examples=10,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.fixed_dictionaries({table.key: rows(table.key) for table in TABLES}))
def test_rows_written_into_a_template_are_read_back(tmp_path, tables):
    path = tmp_path / "round.xlsx"
    path.write_bytes(build_template(request_for("electrolyte", rows=tables)))
    answer = examine(path, path.name, expectation_for("electrolyte"))
    for key, written in tables.items():
        read = plain_rows(answer, key)
        wanted = [
            {name: _same(v) if BY_KEY[key].column(name).numeric else v for name, v in row.items()}
            for row in written
        ]
        got = [
            {name: _same(v) if BY_KEY[key].column(name).numeric else v for name, v in row.items()}
            for row in read
        ]
        assert got == wanted


@pytest.mark.parametrize("module_type", MODULE_TYPES)
def test_an_answer_offered_again_is_the_same_answer(module_type, tmp_path):
    first = tmp_path / "first.xlsx"
    good_book(module_type).save(first)
    answer = examine(first, first.name, expectation_for(module_type))
    earlier = {table.key: plain_rows(answer, table.key) for table in TABLES}
    cover = {name: entry["value"] for name, entry in answer["cover"]["values"].items()}
    second = tmp_path / "second.xlsx"
    request = request_for(module_type, rows=earlier, cover={key: cover[key] for key in ANSWERS})
    second.write_bytes(build_template(request))
    again = examine(second, second.name, expectation_for(module_type))
    assert again["findings"] == []
    assert again["tables"] == answer["tables"]
    assert again["cover"] == answer["cover"]


def test_cover_is_filled_in_and_every_sheet_is_there():
    book = load_workbook(io.BytesIO(build_template(request_for("cathode"))))
    assert {sheet.shown for sheet in SHEETS} <= set(book.sheetnames)
    cover = {row[0].value: row[2].value for row in book["封面 Cover"].iter_rows(min_row=4)}
    assert cover["request_number"] == "R-2026-0308"
    assert cover["module_type"] == "正极材料 Cathode material"
    assert cover["period_year"] == 2025


def test_what_the_buyer_wrote_never_becomes_a_formula():
    request = request_for("cathode", part_name='=HYPERLINK("x")', buyer="@SUM(1)", supplier="+1+1")
    book = load_workbook(io.BytesIO(build_template(request)))
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"]


def test_english_comes_first_on_request():
    book = load_workbook(io.BytesIO(build_template(replace(request_for("cathode"), language="en"))))
    assert book["物料 Materials"]["A5"].value == "Material\n物料名称 *"


def test_unknown_module_type_and_unit_are_refused():
    with pytest.raises(ValueError, match="module type"):
        build_template(replace(request_for("cathode"), module_type="wheel"))
    with pytest.raises(ValueError, match="declared unit"):
        build_template(request_for("cathode", declared_unit="斤"))


def test_dates_are_read_in_every_form(tmp_path):
    from .filling import put, verified_book

    for given_date in (
        dt.date(2026, 3, 18),
        "2026-03-18",
        "2026/3/18",
        "2026年3月18日",
        "20260318",
        20260318,
        "２０２６-０３-１８",
    ):
        book = verified_book()
        put(book, "verified", 0, "verified_on", given_date)
        path = tmp_path / "date.xlsx"
        book.save(path)
        answer = examine(path, path.name, expectation_for("electrolyte"))
        assert answer["findings"] == []
        assert answer["verified"]["values"]["verified_on"]["value"] == "2026-03-18"
