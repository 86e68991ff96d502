"""Builds should_pass/ and should_fail/ with what is expected of each file, by openpyxl and by LibreOffice.

    python -m tests.workbook.build_files

The files are committed, so that tests read what an office wrote on another day. Run this again after a
change of the template, and look at what differs in expected.json. LibreOffice (`soffice`) opens and
saves a copy of each listed case; without it those copies are left as they are.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from openpyxl.workbook import Workbook

from suppliers.workbook import template
from suppliers.workbook.layout import INSTRUCTIONS, LISTS

from . import filling
from .cases import SHOULD_FAIL, SHOULD_PASS, Case, build, places
from .filling import good_book, verified_book

HERE = Path(__file__).parent
FOLDERS = {"should_pass": SHOULD_PASS, "should_fail": SHOULD_FAIL}
# LibreOffice works formulas out when it saves, so that this one is mended by it.
MENDED_BY_OFFICE = {"formula_without_value"}


def _slim(book: Workbook) -> Workbook:
    """Leave out what no reader looks at, to keep the repository small: instructions and drop-downs."""
    for text in (INSTRUCTIONS, LISTS):
        book.remove(book[text.both()])
    for sheet in book.worksheets:
        sheet.data_validations.dataValidation.clear()
    return book


def _office(folder: Path, names: list[str]) -> bool:
    """Save a copy of each workbook through LibreOffice as lo_NAME.xlsx; False without LibreOffice."""
    program = shutil.which("soffice")
    if program is None:
        return False
    with tempfile.TemporaryDirectory() as scratch:
        profile = f"-env:UserInstallation=file://{scratch}/profile"
        sources = [str(folder / f"{name}.xlsx") for name in names]
        command = [program, profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
        subprocess.run([*command, "--outdir", f"{scratch}/out", *sources], check=True, capture_output=True)
        for name in names:
            shutil.copy(f"{scratch}/out/{name}.xlsx", folder / f"lo_{name}.xlsx")
    return True


def expectation(case: Case) -> dict[str, object]:
    """Return the expectation that a case is checked against, as JSON-able data."""
    module_type = "electrolyte" if case.base == "verified" else case.base
    return filling.expectation_for(module_type, **case.changes).to_dict()


def main() -> int:
    """Write all files and the two expected.json."""
    template.FORMATTED_ROWS = 8
    for folder_name, cases in FOLDERS.items():
        folder = HERE / folder_name
        folder.mkdir(exist_ok=True)
        expected: dict[str, object] = {}
        for case in cases:
            whole = folder_name == "should_pass" and case.name.startswith("good_")
            book = build(case)
            (book if whole else _slim(book)).save(folder / f"{case.name}.xlsx")
            original = verified_book() if case.base == "verified" else good_book(case.base)
            found = places(case, original)
            expected[case.name] = {"findings": found, "expectation": expectation(case)}
            office = [] if case.name in MENDED_BY_OFFICE else found
            expected[f"lo_{case.name}"] = {"findings": office, "expectation": expectation(case)}
        if not _office(folder, [case.name for case in cases]):
            print("soffice was not found: the lo_ files stay as they are", file=sys.stderr)
        text = json.dumps(expected, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / "expected.json").write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
