"""Hostile files are refused with one clear finding, before any parser, and the worker lives."""

from __future__ import annotations

import tracemalloc
import zipfile
from dataclasses import replace

import pytest

from suppliers.workbook import DEFAULT_LIMITS, Expectation, inspect_upload
from suppliers.workbook.examine import examine
from suppliers.workbook.findings import Finding, Refused
from suppliers.workbook.guard import scan, sheet_titles

from . import hostile
from .filling import expectation_for, good_book
from .hostile import HOSTILE


@pytest.mark.parametrize(("build", "code"), HOSTILE.items(), ids=[build.__name__ for build in HOSTILE])
def test_hostile_file_is_refused_with_one_code(build, code, tmp_path):
    path = tmp_path / "upload.xlsx"
    build(path)
    answer = examine(path, "upload.xlsx", Expectation())
    findings = [Finding.from_dict(item) for item in answer["findings"]]
    assert [finding.code for finding in findings] == [code]
    assert answer["level"] == "" and answer["tables"] == {}
    for lang in ("zh", "en"):
        for sentence in (findings[0].message(lang), findings[0].mend(lang)):
            assert sentence and "{" not in sentence


def test_far_cell_is_named_by_sheet_and_cell(tmp_path):
    path = tmp_path / "upload.xlsx"
    hostile.far_cell(path)
    with pytest.raises(Refused) as caught:
        scan(path, path.name)
    assert (caught.value.finding.sheet, caught.value.finding.cell) == ("物料 Materials", "XFD1048576")


def test_guard_reads_a_bomb_in_little_memory(tmp_path):
    path = tmp_path / "upload.xlsx"
    hostile.bomb(path)
    tracemalloc.start()
    # With the ratio let through, the guard inflates all of it, chunk by chunk.
    scan(path, path.name, replace(DEFAULT_LIMITS, ratio=2000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000


@pytest.mark.parametrize(
    ("name", "code"), [("a.xlsm", "WB-012"), ("a.ods", "WB-007"), ("a.exe", "WB-020"), ("a", "WB-020")]
)
def test_other_types_are_refused_by_name(name, code, tmp_path):
    path = tmp_path / "upload"
    good_book("electrolyte").save(path)
    with pytest.raises(Refused) as caught:
        scan(path, name)
    assert caught.value.finding.code == code


def test_styled_cells_without_content_far_out_are_let_through(tmp_path):
    path = tmp_path / "upload.xlsx"
    content = hostile.parts()
    row = b'<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/></row>'
    hostile.pack(path, hostile._insert_row(content, row))
    answer = examine(path, path.name, expectation_for("electrolyte"))
    assert answer["findings"] == []


def test_hyperlinks_are_let_through(tmp_path):
    path = tmp_path / "upload.xlsx"
    book = good_book("electrolyte")
    book["物料 Materials"]["M6"] = "见网页"
    book["物料 Materials"]["M6"].hyperlink = "https://example.invalid/"
    book.save(path)
    assert examine(path, path.name, expectation_for("electrolyte"))["findings"] == []


def test_titles_of_sheets_by_part(tmp_path):
    path = tmp_path / "upload.xlsx"
    good_book("electrolyte").save(path)
    with zipfile.ZipFile(path) as archive:
        assert "物料 Materials" in sheet_titles(archive).values()


def test_child_that_runs_out_of_memory_is_a_finding(tmp_path):
    path = tmp_path / "upload.xlsx"
    good_book("electrolyte").save(path)
    limits = replace(DEFAULT_LIMITS, memory_bytes=16 * 1024 * 1024)
    result = inspect_upload(path, path.name, expectation_for("electrolyte"), limits=limits)
    assert [finding.code for finding in result.findings] in (["WB-022"], ["WB-023"])
    assert result.refused and not result.ok


def test_child_that_runs_too_long_is_a_finding(tmp_path):
    path = tmp_path / "upload.xlsx"
    good_book("electrolyte").save(path)
    limits = replace(DEFAULT_LIMITS, wall_seconds=0)
    result = inspect_upload(path, path.name, limits=limits)
    assert [finding.code for finding in result.findings] == ["WB-021"]
    assert result.stats["sha256"]


@pytest.mark.parametrize(
    "build",
    [hostile.far_cell, hostile.dtd, hostile.macro, hostile.text, hostile.broken_xml, hostile.oversized],
)
def test_worker_lives_and_reads_the_next_file(build, tmp_path):
    bad, good = tmp_path / "bad.xlsx", tmp_path / "good.xlsx"
    build(bad)
    good_book("electrolyte").save(good)
    first = inspect_upload(bad, bad.name)
    assert first.refused and [finding.code for finding in first.findings] == [HOSTILE[build]]
    second = inspect_upload(good, good.name, expectation_for("electrolyte"))
    assert second.ok and not second.findings
