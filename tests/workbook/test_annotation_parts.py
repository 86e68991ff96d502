"""The annotated copy is the user's own file: what carries no mark comes out as it went in, whoever wrote it."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName

from suppliers.workbook.findings import Finding
from suppliers.workbook.marking import Correction, annotate_file

from . import hostile
from .conftest import codes
from .filling import expectation_for, good_book, put

HERE = Path(__file__).parent
MATERIALS = "物料 Materials"


def finding(cell: str, severity: str = "error", sheet: str = MATERIALS) -> Finding:
    return Finding("WB-202", severity, sheet, cell, "很多", {"how": {"zh": "填数字", "en": "enter digits"}})  # type: ignore[arg-type]


def annotated(source: Path, findings: list[Finding], corrections: tuple[Correction, ...] = ()) -> Path:
    target = source.with_name("annotated.xlsx")
    annotate_file(source, target, findings, "en", "upload.xlsx", corrections)
    return target


def own_book() -> Workbook:
    """A filled workbook with what people add: a colour, a formula, a comment, a picture's neighbour, names, widths."""
    book = good_book("electrolyte")
    page = book[MATERIALS]
    page["C6"].font = Font(name="Arial", bold=True, color="FF00AA00")
    page["C6"].fill = PatternFill("solid", fgColor="FF123456")
    page["Z6"] = "=C6*2"
    page["A7"].comment = Comment("自己的批注", "张三")
    page["C8"].comment = Comment("也是自己的", "张三")
    page.column_dimensions["C"].width = 33
    page.row_dimensions[6].height = 41
    page.merge_cells("A20:B21")
    extra = book.create_sheet("内部计算")
    extra["A1"], extra["B2"] = "草稿", "=SUM(1,2)"
    extra.sheet_view.tabSelected = True
    extra.defined_names["own"] = DefinedName("own", attr_text="'内部计算'!$A$1")
    return book


def test_only_marked_cells_differ(tmp_path):
    path = tmp_path / "own.xlsx"
    own_book().save(path)
    before, copy = (
        load_workbook(path),
        load_workbook(annotated(path, [finding("C6"), finding("A7"), finding("A21")])),
    )
    for sheet in before.worksheets:
        other = copy[sheet.title]
        assert other.column_dimensions["C"].width == sheet.column_dimensions["C"].width
        for row in sheet.iter_rows():
            for cell in row:
                now = other[cell.coordinate]
                assert now.value == cell.value and now.number_format == cell.number_format
                assert (now.font.b, now.font.name) == (cell.font.b, cell.font.name)
                if (sheet.title, cell.coordinate) not in {(MATERIALS, at) for at in ("C6", "A7", "A20")}:
                    assert now.fill.fgColor.rgb == cell.fill.fgColor.rgb
    page = copy[MATERIALS]
    assert page.row_dimensions[6].height == 41
    assert [page[at].fill.fgColor.rgb[-6:] for at in ("C6", "A7", "A20")] == ["F8D0CC"] * 3
    assert page["A20"].comment is not None, "a merged area is marked at the cell that shows it"
    assert page["A7"].comment.text == "自己的批注" and page["C8"].comment.text == "也是自己的"
    assert "WB-202" in page["C6"].comment.text
    assert page.data_validations.count == before[MATERIALS].data_validations.count
    assert copy["内部计算"].defined_names["own"].attr_text == "'内部计算'!$A$1"
    assert [bool(sheet.sheet_view.tabSelected) for sheet in copy.worksheets] == [True] + [False] * len(
        before.worksheets
    )
    assert copy.active.title == copy.sheetnames[0] == "检查结果 Findings"


def test_parts_without_marks_are_the_same_bytes(tmp_path):
    path = tmp_path / "own.xlsx"
    own_book().save(path)
    content = hostile.parts_of(path) | {"xl/media/image1.png": b"\x89PNG" + bytes(range(256)) * 40}
    hostile.pack(path, content)
    copy = hostile.parts_of(annotated(path, [finding("C6")]))
    touched = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
    changed = {name for name, data in content.items() if copy[name] != data} - touched
    assert all("worksheets/" in name or "comments" in name or "vml" in name.lower() for name in changed)
    # The sheet with the mark, and the one whose tab was selected beside it.
    assert len([name for name in changed if name.startswith("xl/worksheets/sheet")]) <= 3
    with zipfile.ZipFile(path.with_name("annotated.xlsx")) as archive:
        assert archive.testzip() is None


def test_cells_and_rows_that_are_not_there_are_put_in_place(tmp_path):
    path = tmp_path / "own.xlsx"
    good_book("electrolyte").save(path)
    wanted = ["A3000", "Z6", "B3", "D900"]
    target = annotated(path, [finding(cell) for cell in wanted])
    page = load_workbook(target)[MATERIALS]
    assert all(page[cell].fill.fgColor.rgb[-6:] == "F8D0CC" for cell in wanted)
    name = next(n for n, data in hostile.parts_of(target).items() if b'r="A3000"' in data and "sheet" in n)
    rows = [int(part.split(b'"')[0]) for part in hostile.parts_of(target)[name].split(b'<row r="')[1:]]
    assert rows == sorted(set(rows))


def test_corrected_values_are_written_and_formulas_stay(tmp_path):
    path = tmp_path / "own.xlsx"
    book = own_book()
    put(book, "materials", 2, "amount", "很多")
    book.save(path)
    made = (
        Correction(MATERIALS, "C7", "materials", "amount", "很多", "5580000", "李四", "2026-09-16 10:00"),
        Correction(MATERIALS, "Z6", "materials", "note", "=C6*2", "7"),
        Correction(MATERIALS, "A8", "materials", "name", "旧", '=HYPERLINK("x")'),
    )
    page = load_workbook(annotated(path, [], made))[MATERIALS]
    assert page["C7"].value == 5580000 and "李四" in page["C7"].comment.text
    assert page["Z6"].value == "=C6*2"
    assert page["A8"].value == '=HYPERLINK("x")' and page["A8"].data_type == "s"


def test_marks_of_two_rounds_do_not_pile_up(tmp_path, look):
    path = tmp_path / "own.xlsx"
    own_book().save(path)
    first = annotated(path, [finding("C6"), finding("C9", "warning")])
    again = tmp_path / "again.xlsx"
    again.write_bytes(first.read_bytes())
    second = load_workbook(annotated(again, [finding("C9", "note")]))
    page = second[MATERIALS]
    assert page["C6"].comment is None and page["C6"].fill.fill_type is None
    assert page["C9"].fill.fgColor.rgb[-6:] == "D9E8F6" and page["C9"].comment.text.count("WB-202") == 1
    assert second.sheetnames.count("检查结果 Findings") == 1
    assert page["A7"].comment.text == "自己的批注"
    assert second["检查结果 Findings"].max_row == 2


@pytest.mark.parametrize("name", ["lo_everything_at_once", "everything_at_once", "lo_good_cell"])
def test_files_of_both_offices_are_marked_and_read_the_same(name, tmp_path, look):
    folder = "should_pass" if "good" in name else "should_fail"
    source = tmp_path / "upload.xlsx"
    source.write_bytes((HERE / folder / f"{name}.xlsx").read_bytes())
    module_type = "cell" if "cell" in name else "electrolyte"
    findings = look(source, expectation_for(module_type))
    entry = json.loads((HERE / folder / "expected.json").read_text(encoding="utf-8"))[name]
    assert codes(findings) == entry["findings"]
    target = annotated(source, findings)
    copy = load_workbook(target)
    for one in findings:
        assert one.code in copy[one.sheet][one.cell].comment.text
    assert codes(look(target, expectation_for(module_type))) == entry["findings"]


@pytest.mark.parametrize("part", ["xl/workbook.xml", "sheet"])
def test_unusual_markup_gives_the_list_alone(part, tmp_path):
    path = tmp_path / "own.xlsx"
    content = hostile.parts()
    name = hostile._sheet_part(content) if part == "sheet" else part
    at = content[name].index(b"<sheetData>" if part == "sheet" else b"<sheets>")
    content[name] = content[name][:at] + b"<!-- <row r='6'/> -->" + content[name][at:]
    hostile.pack(path, content)
    copy = load_workbook(annotated(path, [finding("C6")]))
    assert copy.sheetnames == ["检查结果 Findings"] and copy.active["D2"].value == "WB-202"


def test_prefixed_markup_of_other_writers_is_marked(tmp_path):
    path = tmp_path / "own.xlsx"
    content = hostile.parts()
    name = hostile._sheet_part(content)

    sheet = re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1x:", content[name]).replace(b"xmlns=", b"xmlns:x=", 1)
    hostile.pack(path, content | {name: sheet})
    page = load_workbook(annotated(path, [finding("C6"), finding("A4000")]))[MATERIALS]
    assert page["C6"].fill.fgColor.rgb[-6:] == page["A4000"].fill.fgColor.rgb[-6:] == "F8D0CC"
    assert page["C6"].comment is not None


def test_control_characters_and_markup_in_findings_stay_text(tmp_path):
    path = tmp_path / "own.xlsx"
    good_book("electrolyte").save(path)
    odd = Finding("WB-202", "error", MATERIALS, "C6", "<b>&\x07\ud800 \"'", {"how": "]]>"})
    copy = load_workbook(annotated(path, [odd]))
    assert copy.worksheets[0]["E2"].value == "<b>& \"'"
