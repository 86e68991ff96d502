"""CSV, formulas with stored results, and files that people have changed."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from suppliers.workbook.examine import examine

from . import hostile
from .conftest import codes
from .filling import expectation_for, good_book, put

HEAD = "物料名称,物料类别,年用量,单位,数据类型\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (HEAD + '碳酸乙烯酯,原材料,"5,120.02",t,实测\n', "utf-8"),
        (HEAD + "碳酸乙烯酯,原材料,5120.02,t,实测\n\n\n", "utf-8-sig"),
        (HEAD + "碳酸乙烯酯,原材料,5120.02,吨,实测\n", "gb18030"),
        (HEAD.replace(",", ";") + "碳酸乙烯酯;原材料;5120,02;t;实测\n", "utf-8"),
        (HEAD.replace(",", "\t") + "碳酸乙烯酯\t原材料\t5120.02\tt\t实测\n", "utf-16"),
        ("name,group,amount,unit,data_kind\nEC,raw,5120.02,t,measured\n", "utf-8"),
    ],
    ids=["comma", "bom", "gb18030", "semicolon", "tab-utf16", "keys"],
)
def test_csv_of_one_table(text, encoding, tmp_path):
    path = tmp_path / "data.csv"
    path.write_bytes(text.encode(encoding))
    answer = examine(path, "物料.csv", expectation_for("electrolyte"))
    assert answer["single"] == "materials"
    assert [row["values"]["amount"]["value"] for row in answer["tables"]["materials"]] == ["5120.02"]
    assert answer["tables"]["materials"][0]["values"]["amount"]["cell"] == "C2"
    assert not [item for item in answer["findings"] if item["severity"] == "error"]
    assert "WB-114" in {item["code"] for item in answer["findings"]}


def test_csv_errors_by_cell(tmp_path, look):
    path = tmp_path / "data.csv"
    path.write_text(HEAD + "碳酸乙烯酯,原材料,很多,t,实测\n碳酸甲乙酯,原材料,3,kWh,实测\n", encoding="utf-8")
    found = codes(look(path, expectation_for("electrolyte"), "物料.csv"))
    assert found == [["WB-114", "物料", ""], ["WB-202", "物料", "C2"], ["WB-205", "物料", "D3"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"a,b\n1,2\n", "WB-025"), (b"\x00\x01\x02", "WB-024"), (b"PK\x03\x04zip", "WB-024")],
)
def test_csv_that_is_none(content, code, tmp_path, look):
    path = tmp_path / "data.csv"
    path.write_bytes(content)
    assert [finding.code for finding in look(path)] == [code]


def test_formula_with_a_stored_result_is_read(tmp_path):
    book = good_book("electrolyte")
    title, cell = put(book, "energy", 2, "amount", "=B6*0.1")
    path = tmp_path / "formula.xlsx"
    book.save(path)
    content = hostile.parts_of(path)
    name = next(name for name, data in content.items() if b"B6*0.1" in data)
    content[name] = re.sub(
        rb"(<f>B6\*0\.1</f>)<v ?/?>(?:</v>)?", rb"\g<1><v>186000.00000000003</v>", content[name]
    )
    hostile.pack(path, content)
    answer = examine(path, path.name, expectation_for("electrolyte"))
    assert answer["findings"] == []
    row = answer["tables"]["energy"][1]
    assert row["sheet"] == title and row["values"]["amount"] == {
        "value": "186000",
        "state": "known",
        "cell": cell,
    }


def test_formula_that_gives_an_empty_text_is_blank(tmp_path):
    book = good_book("electrolyte")
    put(book, "energy", 2, "note", '=IF(B6>0,"","x")')
    path = tmp_path / "formula.xlsx"
    book.save(path)
    content = hostile.parts_of(path)
    name = next(name for name, data in content.items() if b"IF(B6" in data)
    content[name] = re.sub(rb"<c (r=\"M7\"[^>]*)>", rb'<c \1 t="str">', content[name])
    hostile.pack(path, content)
    assert examine(path, path.name, expectation_for("electrolyte"))["findings"] == []


def test_title_rows_above_and_a_renamed_tab(tmp_path):
    book = good_book("electrolyte")
    sheet = book["物料 Materials"]
    sheet.insert_rows(1, 7)
    sheet["A1"] = "内部编号 2025-7"
    sheet.title = "原辅料"
    path = tmp_path / "moved.xlsx"
    book.save(path)
    answer = examine(path, path.name, expectation_for("electrolyte"))
    assert answer["findings"] == []
    assert answer["tables"]["materials"][0]["row"] == 13


def test_amounts_are_exact(tmp_path):
    book = good_book("electrolyte")
    for row, value in enumerate((5120.02, 0.1 + 0.2, "1.284,50", "12345678901234567890.12"), start=1):
        put(book, "materials", row, "amount", value)
    path = tmp_path / "exact.xlsx"
    book.save(path)
    rows = examine(path, path.name, expectation_for("electrolyte"))["tables"]["materials"]
    amounts = [Decimal(row["values"]["amount"]["value"]) for row in rows]
    assert amounts == [
        Decimal("5120.02"),
        Decimal("0.3"),
        Decimal("1284.50"),
        Decimal("12345678901234567890.12"),
    ]


def test_hidden_notes_of_the_supplier_are_not_reported(tmp_path):
    book = good_book("electrolyte")
    book.create_sheet("草稿").sheet_state = "hidden"
    path = tmp_path / "hidden.xlsx"
    book.save(path)
    assert examine(path, path.name, expectation_for("electrolyte"))["findings"] == []


def test_empty_template_says_what_is_missing_and_nothing_else(tmp_path, look):
    from suppliers.workbook import build_template

    from .filling import request_for

    path = tmp_path / "empty.xlsx"
    path.write_bytes(build_template(request_for("electrolyte")))
    found = [code for code, _, _ in codes(look(path, expectation_for("electrolyte")))]
    assert found == ["WB-201", "WB-201", "WB-301", "WB-301", "WB-302", "WB-306", "WB-306", "WB-306"]
