"""Every file of should_pass and should_fail: the expected codes at the expected cells, none missed, none invented."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from suppliers.workbook import Expectation
from suppliers.workbook.rulebook import all_rules

from .cases import SHOULD_FAIL
from .conftest import codes

HERE = Path(__file__).parent
# previous_version holds workbooks of the template before this one, as they were written then.
FOLDERS = ("should_pass", "should_fail", "previous_version")
FILES = [
    (folder, name, entry)
    for folder in FOLDERS
    for name, entry in json.loads((HERE / folder / "expected.json").read_text(encoding="utf-8")).items()
]


@pytest.mark.parametrize(("folder", "name", "entry"), FILES, ids=[f"{f}/{n}" for f, n, _ in FILES])
def test_expected_codes_at_expected_cells(folder, name, entry, look):
    findings = look(HERE / folder / f"{name}.xlsx", Expectation.from_dict(entry["expectation"]))
    assert codes(findings) == entry["findings"]


def test_every_rule_of_the_checks_has_a_failing_file():
    shown = {place[0] for case in SHOULD_FAIL for place in case.expect}
    rules = {code for code in all_rules() if not code.startswith("WB-0")}
    assert rules - shown == {"WB-114"}, "a note that only a CSV can have is tested in test_reader.py"


def test_files_and_expectations_belong_together():
    for folder in FOLDERS:
        stems = {path.stem for path in (HERE / folder).glob("*.xlsx")}
        assert stems == {name for f, name, _ in FILES if f == folder}
