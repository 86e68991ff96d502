"""Workbooks of 5,000 and 50,000 rows checked and annotated as the site does it, beside plain pandas.read_excel.

Each step runs in a process of its own: ours in the limited child that every upload gets, pandas in a fresh interpreter
that only reads all sheets of the same file. Peak memory is what the operating system says of that process. One row in
twenty has something wrong with it. The files are made once in a temporary folder.
`--quick` is a small size for tests of this script.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from openpyxl import load_workbook

from suppliers.workbook import Expectation, Finding, TemplateRequest, annotate, build_template, inspect_upload
from suppliers.workbook.filling import address

ROOT = Path(__file__).resolve().parent.parent
FULL, QUICK = (5_000, 50_000), (200, 500)
# Seconds for checking and annotating together, by number of rows; megabytes of the child that reads.
SECONDS = {5_000: 10.0, 50_000: 60.0}
MEGABYTES = 300.0
ONE_BAD_IN = 20
REQUEST = TemplateRequest(
    request_number="R-2026-0001",
    buyer="示例电池有限公司",
    part_number="",
    part_name="电解液",
    module_type="electrolyte",
    declared_unit="kg",
    period_year=2025,
)
COVER = {
    "level": "tables",
    "plant": "一号工厂",
    "plant_region": "CN-32",
    "transport_answer": "not_applicable",
    "emissions_answer": "not_applicable",
    "wastes_answer": "not_applicable",
}
PANDAS = """
import json, resource, sys, time
import pandas
begun, used = time.perf_counter(), time.process_time()
pandas.read_excel(sys.argv[1], sheet_name=None)
print(json.dumps({
    "seconds": time.perf_counter() - begun,
    "processor": time.process_time() - used,
    "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def make_file(path: Path, rows: int) -> None:
    """A filled workbook with this many materials; one in twenty has a wrong unit, word or number."""
    book = load_workbook(io.BytesIO(build_template(REQUEST)))
    for key, value in COVER.items():
        sheet, cell = address(book, "cover", 0, key)
        book[sheet][cell] = value
    places = {key: address(book, "materials", 1, key) for key in _material(0)}
    sheet, first = places["name"]
    page = book[sheet]
    columns = {key: page[cell].column for key, (_, cell) in places.items()}
    start = page[first].row
    for number in range(rows):
        for key, value in _material(number).items():
            page.cell(start + number, columns[key], value)
    lines = {
        "production": {"kind": "reference", "name": "电解液", "amount": 40 * rows, "unit": "kg"},
        "energy": {"carrier": "electricity", "amount": 6 * rows, "unit": "kWh", "supply": "grid"},
    }
    for table, line in lines.items():
        for key, value in {**line, "data_kind": "measured"}.items():
            sheet, cell = address(book, table, 1, key)
            book[sheet][cell] = value
    book.save(path)


def _material(number: int) -> dict[str, Any]:
    wrong = number % ONE_BAD_IN == 7
    kind = number // ONE_BAD_IN % 3
    return {
        "name": f"溶剂 {number:05d}",
        "group": "主要材料" if wrong and kind == 0 else "raw",
        "amount": "约四十" if wrong and kind == 1 else 40.25,
        "unit": "桶" if wrong and kind == 2 else "kg",
        "supplier": f"示例化工{number % 97}厂",
        "company_specific": "yes",
        "data_kind": "measured",
        "evidence": f"台账-2025-{number:05d}",
        "note": "全年合计",
    }


def _children() -> tuple[float, float]:
    """Processor seconds and peak megabytes of the children that ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def check_side(path: Path) -> dict[str, Any]:
    """Check one file as a worker does, keep its findings beside it, and say what the child took."""
    expect = Expectation(request_number=REQUEST.request_number, period_year=2025, declared_unit="kg")
    begun = time.perf_counter()
    found = inspect_upload(path, path.name, expect)
    seconds = time.perf_counter() - begun
    # A job stores five thousand findings and no more.
    listed = [finding.to_dict() for finding in found.findings[:5000]]
    path.with_suffix(".json").write_text(json.dumps(listed), encoding="utf-8")
    processor, megabytes = _children()
    return {
        "seconds": seconds,
        "processor": processor,
        "megabytes": megabytes,
        "findings": len(found.findings),
        "rows": found.stats.get("rows", 0),
        "level": found.level,
    }


def annotate_side(path: Path) -> dict[str, Any]:
    """Annotate one file with the findings beside it. In a process of its own: a child inherits its parent's peak."""
    stored = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    findings = [Finding.from_dict(item) for item in stored]
    begun = time.perf_counter()
    copy = annotate(path, findings, "zh", filename=path.name)
    seconds = time.perf_counter() - begun
    processor, megabytes = _children()
    return {"seconds": seconds, "processor": processor, "megabytes": megabytes, "bytes": len(copy)}


def _run(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, cwd=ROOT)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def measure(folder: Path, rows: int) -> dict[str, Any]:
    """Both sides on one file."""
    path = folder / f"rows{rows}.xlsx"
    make_file(path, rows)
    check = _run([sys.executable, __file__, "--side", "check", "--file", str(path)])
    if check["rows"] < rows or check["level"] != "tables" or check["findings"] < rows // ONE_BAD_IN:
        raise SystemExit(f"the file of {rows:,} rows was not read as it was made: {check}")
    marked = _run([sys.executable, __file__, "--side", "annotate", "--file", str(path)])
    if marked["bytes"] < path.stat().st_size // 2:
        raise SystemExit(f"the copy of {rows:,} rows is not the whole workbook: {marked}")
    peer = _run([sys.executable, "-c", PANDAS, str(path)])
    return {"check": check, "annotate": marked, "pandas": peer, "bytes": path.stat().st_size}


def report(measured: dict[int, dict[str, Any]]) -> None:
    """Print both sides with their limits, then the figures."""
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; seconds on the clock (of the processor), peak MB"
    )
    print(f"{'rows':>8} {'check':>20} {'annotate':>20} {'both':>14} {'pandas reads':>20}")
    for rows, sides in measured.items():
        cells = [_cell(sides[name]) for name in ("check", "annotate")]
        both = sides["check"]["seconds"] + sides["annotate"]["seconds"]
        peak = max(sides["check"]["megabytes"], sides["annotate"]["megabytes"])
        limit = SECONDS.get(rows)
        print(
            f"{rows:>8,} {cells[0]:>20} {cells[1]:>20} {both:5.1f}s {peak:4.0f} MB {_cell(sides['pandas']):>20}"
        )
        if limit is not None:
            fits = "within" if both <= limit and peak <= MEGABYTES else "over"
            print(f"{'':>8} limit {limit:.0f} s and {MEGABYTES:.0f} MB: {fits}")
        found = sides["check"]["findings"]
        print(f"{'':>8} {found:,} findings in {sides['bytes'] / 1e6:.1f} MB; pandas only reads")
    for rows, sides in measured.items():
        for name in ("check", "annotate", "pandas"):
            print(f"figure: {name}_{rows} {sides[name]['seconds']:.1f} s")
            print(f"figure: {name}_processor_{rows} {sides[name]['processor']:.1f} s")
            print(f"figure: {name}_memory_{rows} {sides[name]['megabytes']:.0f} MB")
        both = sides["check"]["seconds"] + sides["annotate"]["seconds"]
        print(f"figure: both_{rows} {both:.1f} s")


def _cell(side: dict[str, Any]) -> str:
    return f"{side['seconds']:.1f}s ({side['processor']:.1f}) {side['megabytes']:.0f}MB"


def main() -> int:
    """Measure every size and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument(
        "--side", choices=("check", "annotate"), help="measure this step of --file and print JSON"
    )
    parser.add_argument("--file", type=Path)
    given = parser.parse_args()
    if given.side:
        print(json.dumps({"check": check_side, "annotate": annotate_side}[given.side](given.file)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        report({rows: measure(Path(folder), rows) for rows in (QUICK if given.quick else FULL)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
