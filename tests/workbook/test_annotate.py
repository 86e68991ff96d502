"""The user's own workbook comes back marked, and nothing in it comes alive."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from suppliers.workbook import annotate, inspect_upload
from suppliers.workbook.findings import Finding

from . import hostile
from .cases import MANY, build
from .filling import expectation_for, good_book, put


def _annotated(tmp_path, book, lang="zh"):
    path = tmp_path / "upload.xlsx"
    book.save(path)
    result = inspect_upload(path, path.name, expectation_for("electrolyte"))
    return result, load_workbook(io.BytesIO(annotate(path, result.findings, lang, filename=path.name)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_finding_is_coloured_commented_and_listed(tmp_path, lang):
    result, copy = _annotated(tmp_path, build(MANY), lang)
    assert len(result.findings) == 7
    listed = copy["检查结果 Findings"]
    assert copy.sheetnames[0] == listed.title
    for number, finding in enumerate(result.findings, start=2):
        cell = copy[finding.sheet][finding.cell]
        assert finding.code in cell.comment.text and finding.message(lang) in cell.comment.text
        assert cell.fill.fgColor.rgb[-6:] == "F8D0CC"
        row = [item.value for item in listed[number]]
        assert row[0] == finding.sheet and row[1] == finding.cell and row[3] == finding.code
        assert row[5] == finding.message(lang)


def test_the_users_own_content_stays(tmp_path):
    _, copy = _annotated(tmp_path, build(MANY))
    assert copy["物料 Materials"]["A6"].value == "碳酸乙烯酯 EC"
    assert copy["物料 Materials"]["C6"].value == 5208000
    assert copy["封面 Cover"].data_validations.dataValidation


def test_text_that_looks_like_a_formula_stays_text(tmp_path):
    book = good_book("electrolyte")
    title, cell = put(book, "materials", 1, "note", '=cmd|" /C calc"!A0')
    book[title][cell].data_type = "s"
    result, copy = _annotated(tmp_path, book)
    assert [finding.code for finding in result.findings] == ["WB-215"]
    formulas = [
        c.coordinate
        for sheet in copy.worksheets
        for row in sheet.iter_rows()
        for c in row
        if c.data_type == "f"
    ]
    assert formulas == []
    assert copy[title][cell].value == '=cmd|" /C calc"!A0'
    assert copy["检查结果 Findings"]["E2"].value.startswith("=cmd")


def test_mended_copy_uploaded_again_is_clean(tmp_path):
    book = good_book("electrolyte")
    title, cell = put(book, "materials", 1, "amount", "很多")
    _, copy = _annotated(tmp_path, book)
    copy[title][cell] = 5208000
    again, clean = _annotated(tmp_path, copy)
    assert again.findings == []
    assert clean[title][cell].comment is None and clean[title][cell].fill.fgColor.rgb[-6:] != "F8D0CC"
    assert clean.sheetnames.count("检查结果 Findings") == 1


@pytest.mark.parametrize("build_file", [hostile.text, hostile.bomb, hostile.far_cell])
def test_refused_file_gives_the_list_alone(tmp_path, build_file):
    path = tmp_path / "upload.xlsx"
    build_file(path)
    result = inspect_upload(path, path.name)
    copy = load_workbook(io.BytesIO(annotate(path, result.findings, "en", filename=path.name)))
    assert copy.sheetnames == ["检查结果 Findings"]
    assert copy.active["D2"].value == result.findings[0].code


def test_findings_survive_storage(tmp_path):
    path = tmp_path / "upload.xlsx"
    build(MANY).save(path)
    result = inspect_upload(path, path.name, expectation_for("electrolyte"))
    for finding in result.findings:
        stored = Finding.from_dict(finding.to_dict())
        assert stored == finding
        assert stored.message("zh") == finding.message("zh") and stored.mend("en") == finding.mend("en")
