"""Hostile content inside files that a guard lets through: read right or refused in a sentence, without endless work."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from suppliers.workbook.examine import examine
from suppliers.workbook.findings import Finding

from . import hostile
from .filling import expectation_for

# Of processor time, ten times what the largest of these files needs on a quiet machine: it catches what grows without
# bound, and no busy neighbour.
LIMIT_SECONDS = 10.0
HEAD = "name,group,amount,unit,data_kind\n"
GOOD = HEAD + "碳酸乙烯酯,原材料,5208,t,实测\n"

# (content of the materials' first amount as XML, the code expected at C6, or none)
CELLS = {
    "huge": ('<c r="C6"><v>1e400</v></c>', "WB-202"),
    "huge_text": ('<c r="C6" t="inlineStr"><is><t>1e400</t></is></c>', "WB-202"),
    "long_digits": ('<c r="C6" t="inlineStr"><is><t>' + "9" * 5000 + "</t></is></c>", "WB-202"),
    "nan_text": ('<c r="C6" t="inlineStr"><is><t>NaN</t></is></c>', "WB-202"),
    "infinity_text": ('<c r="C6" t="inlineStr"><is><t>-Infinity</t></is></c>', "WB-202"),
    "escaped_control": ('<c r="C6" t="inlineStr"><is><t>52_x0007_08</t></is></c>', "WB-202"),
    "right_to_left": ('<c r="C6" t="inlineStr"><is><t>\u202e8025</t></is></c>', "WB-202"),
    "formula_text": ('<c r="C6" t="inlineStr"><is><t>=1+1</t></is></c>', "WB-215"),
    "error": ('<c r="C6" t="e"><v>#REF!</v></c>', "WB-207"),
    "formula_kept": ('<c r="C6"><f>5208*1000</f><v>5208000</v></c>', ""),
    "markup_as_text": ('<c r="C6" t="inlineStr"><is><t>&lt;b&gt;5&lt;/b&gt;</t></is></c>', "WB-202"),
}


def look(path: Path, name: str = "") -> list[Finding]:
    """Examine the file, without endless work."""
    used = time.process_time()
    answer = examine(path, name or path.name, expectation_for("electrolyte"))
    assert time.process_time() - used < LIMIT_SECONDS
    findings = [Finding.from_dict(item) for item in answer["findings"]]
    for finding in findings:
        for lang in ("zh", "en"):
            sentence = finding.message(lang) + finding.mend(lang)
            assert sentence and sentence.isprintable()
    return findings


@pytest.mark.parametrize(("cell", "code"), CELLS.values(), ids=CELLS)
def test_hostile_cells(cell, code, tmp_path):
    path = tmp_path / "upload.xlsx"
    content = hostile.parts()
    name = hostile._sheet_part(content)
    start = content[name].index(b'<c r="C6"')
    end = min(
        at for mark in (b"</c>", b"/>") if (at := content[name].find(mark, start) + len(mark)) > len(mark)
    )
    content[name] = content[name][:start] + cell.encode() + content[name][end:]
    hostile.pack(path, content)
    found = [(finding.code, finding.cell) for finding in look(path) if finding.sheet == "物料 Materials"]
    assert found == ([(code, "C6")] if code else [])


def test_raw_control_characters_are_refused(tmp_path):
    path = tmp_path / "upload.xlsx"
    row = b'<row r="300"><c r="A300" t="inlineStr"><is><t>a\x01b</t></is></c></row>'
    hostile.pack(path, hostile._insert_row(hostile.parts(), row))
    assert [finding.code for finding in look(path)] == ["WB-023"]


def test_merged_areas_without_number_are_read(tmp_path):
    path = tmp_path / "upload.xlsx"
    hostile.million_merged(path)
    assert look(path) == []


CSV_READ = {
    "utf8": GOOD.encode(),
    "utf8_mark": GOOD.encode("utf-8-sig"),
    "gbk": GOOD.encode("gbk"),
    "gb18030": GOOD.replace("碳酸", "\U00020000碳酸").encode("gb18030"),
    "utf16_mark": GOOD.encode("utf-16"),
    "utf16_big": b"\xfe\xff" + GOOD.encode("utf-16-be"),
    "semicolons_commas_inside": GOOD.replace(",", ";").replace("碳酸乙烯酯", "碳酸乙烯酯,电池级").encode(),
    "tabs_old_mac_lines": GOOD.replace(",", "\t").replace("\n", "\r").encode(),
    "title_with_other_separators": ("物料;清单;;;\n" + GOOD).encode(),
    "no_last_line_end": GOOD.rstrip().encode(),
}
CSV_REFUSED = {
    "nul_at_the_beginning": (b"\x00" + GOOD.encode(), "WB-024"),
    "nul_later": (GOOD.encode() + b"x" * 5000 + b"\x00", "WB-024"),
    "utf16_without_mark": (GOOD.encode("utf-16-le"), "WB-024"),
    "other_encoding": (GOOD.encode() + b"\xff\xff\xff", "WB-024"),
    "quotation_never_closed": (HEAD.encode() + b'"' + b"a," * 40_000, "WB-024"),
    "line_of_nine_megabytes": (HEAD.encode() + b"a" * 9_000_000, "WB-024"),
    "columns_without_number": (b"a," * 4_000_000, "WB-017"),
    "rows_without_number": (HEAD.encode() + b"a,,,,\n" * 60_000, "WB-016"),
    "hundred_megabytes": (b"a" * 100_000_000, "WB-002"),
    "archive": (b"PK\x03\x04" + b"x" * 50, "WB-024"),
    "another_table": (b"a,b,c\n1,2,3\n", "WB-025"),
    "blank_lines": (b"\n" * 1000, "WB-025"),
}


@pytest.mark.parametrize("content", CSV_READ.values(), ids=CSV_READ)
def test_csv_of_every_office_is_read(content, tmp_path):
    path = tmp_path / "materials.csv"
    path.write_bytes(content)
    answer = examine(path, path.name, expectation_for("electrolyte"))
    assert answer["single"] == "materials"
    values = answer["tables"]["materials"][0]["values"]
    assert (values["amount"]["value"], values["unit"]["value"]) == ("5208", "t")
    assert "碳酸乙烯酯" in values["name"]["value"]


@pytest.mark.parametrize(("content", "code"), CSV_REFUSED.values(), ids=CSV_REFUSED)
def test_csv_that_is_none_is_refused(content, code, tmp_path):
    path = tmp_path / "materials.csv"
    path.write_bytes(content)
    assert [finding.code for finding in look(path)] == [code]


def test_formula_in_a_csv_is_an_error_and_no_formula(tmp_path):
    path = tmp_path / "materials.csv"
    path.write_text(GOOD.replace("碳酸乙烯酯", '"=HYPERLINK(""http://example.invalid"")"'), encoding="utf-8")
    assert "WB-215" in {finding.code for finding in look(path)}
