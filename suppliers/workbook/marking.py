"""The user's own workbook back: cells coloured by severity, a comment at each, and a sheet that lists all findings."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from openpyxl import Workbook

from . import style
from .annotation.book import Book, Tab
from .annotation.cells import Mark, Place, SheetMarks, merged_areas, place, rewrite, shown_cell
from .annotation.listing import Line, list_part
from .annotation.markup import NotAsExpected
from .annotation.notes import Notes
from .annotation.package import Package
from .annotation.styles import Styles
from .findings import RANK, SEVERITIES, Finding
from .layout import FINDINGS, find_sheet
from .numbers import parse_number, plain
from .template import write_text
from .text import Text, fold

# More comments than this make a file that no office opens quickly; the list sheet has all of them.
MAX_COMMENTS = 3000
# An office shows no more of a comment, and none longer than a cell may hold.
NOTE_LENGTH = 4000
_HEADS = (
    (Text("工作表", "Sheet"), 20),
    (Text("单元格", "Cell"), 10),
    (Text("严重程度", "Severity"), 10),
    (Text("代码", "Code"), 10),
    (Text("看到的值", "Value seen"), 26),
    (Text("问题", "What is wrong"), 64),
    (Text("怎样改", "How to mend"), 56),
)
_CORRECTED = Text("已在网页上更正为“{after}”", "Corrected on the page to “{after}”")
_OWN_LISTS = {fold(name) for name in (FINDINGS.zh, FINDINGS.en, FINDINGS.both())}


@dataclass(frozen=True, slots=True)
class Correction:
    """A cell whose value was corrected on the page: what stood there, and what counts instead.

    `table` and `column` are schema keys; `by` and `when` say who corrected it, in words.
    """

    sheet: str
    cell: str
    table: str
    column: str
    before: str
    after: str
    by: str = ""
    when: str = ""

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Correction:
        """Return the correction from its fields."""
        return cls(**data)


def annotate_file(
    path: Path,
    target: Path,
    findings: Sequence[Finding],
    lang: str,
    filename: str,
    corrections: Sequence[Correction] = (),
) -> None:
    """Write the annotated copy of the workbook at `path` to `target`.

    A file that the guard refused is never opened: what comes back then is the list alone, as for a CSV, and for a
    workbook that is built in a way in which marks cannot be written safely.
    """
    lines = [*_lines(findings, lang), *_corrected_lines(corrections, lang)]
    refused = any(finding.code.startswith("WB-0") for finding in findings)
    if not refused and PurePosixPath(filename).suffix.lower() == ".xlsx":
        try:
            with zipfile.ZipFile(path) as archive:
                _annotate(Package(archive), findings, corrections, lines, lang).write(target)
            return
        except (NotAsExpected, zipfile.BadZipFile):
            pass
    target.write_bytes(_list_only(lines, lang))


def list_only(findings: Sequence[Finding], lang: str) -> bytes:
    """Return a workbook that holds nothing but the list of findings."""
    return _list_only(_lines(findings, lang), lang)


def _annotate(
    package: Package,
    findings: Sequence[Finding],
    corrections: Sequence[Correction],
    lines: Sequence[Line],
    lang: str,
) -> Package:
    book = Book(package)
    for tab in book.tabs():
        if fold(tab.title) in _OWN_LISTS and tab.part and len(book.tabs()) > 1:
            book.remove(tab)
    styles = Styles(package.part(book.styles))
    tabs = book.tabs()
    titles = {tab.title for tab in tabs}
    left = MAX_COMMENTS
    for tab in tabs:
        if tab.part:
            here = [finding for finding in findings if finding.sheet == tab.title and finding.cell]
            mended = [item for item in corrections if item.sheet == tab.title]
            left -= _mark_sheet(package, tab, here, mended, styles, lang, left)
    shown = [
        line if line.texts[0] in titles else Line(line.texts, line.severity, location="") for line in lines
    ]
    heads = [(head.pick(lang), width) for head, width in _HEADS]
    book.put_first(FINDINGS.both(), list_part(heads, shown, styles.for_list()))
    # Rows are rewritten while the copy is written and may ask for formats: the part of formats comes last.
    package.last[book.styles] = styles.render
    return package


def _mark_sheet(
    package: Package,
    tab: Tab,
    findings: Sequence[Finding],
    corrections: Sequence[Correction],
    styles: Styles,
    lang: str,
    most: int,
) -> int:
    """Plan the marks of one sheet and write its comments; return how many comments it takes."""
    notes = Notes(package, tab.part)
    sheet = SheetMarks({at: Mark() for at in notes.clear()})
    areas = []
    if findings or corrections:
        with package.archive.open(tab.part) as source:
            areas = merged_areas(source)
    said: dict[Place, list[str]] = defaultdict(list)
    worst: dict[Place, str] = {}
    for item in corrections:
        at = place(item.cell)
        if at is not None:
            value, numeric = _as_cell(item)
            sheet.marks[at] = Mark("note", value, numeric)
            said[at].append(_corrected(item, lang))
    for finding in findings:
        at = place(finding.cell)
        if at is None:
            continue
        at = shown_cell(at, areas)
        worst[at] = min(finding.severity, worst.get(at, finding.severity), key=lambda name: RANK[name])
        sheet.marks.setdefault(at, Mark()).severity = worst[at]
        severity = SEVERITIES[finding.severity].pick(lang)
        said[at].append(f"{finding.code} {severity}\n{finding.message(lang)}\n{finding.mend(lang)}")
    free = [at for at in said if at not in notes.taken()][:most]
    sheet.drawing = notes.add({at: "\n\n".join(said[at])[:NOTE_LENGTH] for at in free})
    package.rewritten[tab.part] = partial(rewrite, sheet=sheet, styles=styles)
    return len(free)


def _as_cell(item: Correction) -> tuple[str, bool]:
    """Return the corrected value as a cell holds it, and whether it is a number."""
    schema = find_sheet(item.table)
    column = next((c for c in schema.columns if c.key == item.column), None) if schema else None
    number = parse_number(item.after) if column is not None and column.numeric else None
    if number is None or number.percent or number.notes:
        return item.after, False
    return plain(number.value), True


def _corrected(item: Correction, lang: str) -> str:
    who = ", ".join(part for part in (item.by, item.when) if part)
    sentence = _CORRECTED.format(lang, {"after": item.after})
    return f"{sentence} ({who})" if who else sentence


def _lines(findings: Sequence[Finding], lang: str) -> list[Line]:
    lines = []
    for finding in findings:
        texts = (
            finding.sheet,
            finding.cell,
            SEVERITIES[finding.severity].pick(lang),
            finding.code,
            finding.value,
            finding.message(lang),
            finding.mend(lang),
        )
        lines.append(Line(texts, finding.severity, _location(finding.sheet, finding.cell)))
    return lines


def _corrected_lines(corrections: Sequence[Correction], lang: str) -> list[Line]:
    note = SEVERITIES["note"].pick(lang)
    return [
        Line(
            (item.sheet, item.cell, note, "", item.before, _corrected(item, lang), ""),
            "note",
            _location(item.sheet, item.cell),
        )
        for item in corrections
    ]


def _location(sheet: str, cell: str) -> str:
    escaped = sheet.replace("'", "''")
    return f"'{escaped}'!{cell}" if sheet and cell else ""


def _list_only(lines: Sequence[Line], lang: str) -> bytes:
    book = Workbook()
    page: Any = book.active
    page.title = FINDINGS.both()
    page.sheet_view.showGridLines = False
    for index, (head, width) in enumerate(_HEADS, start=1):
        cell = page.cell(1, index)
        write_text(cell, head.pick(lang))
        cell.font, cell.fill, cell.border = style.STRONG, style.OPTIONAL, style.BOX
        page.column_dimensions[cell.column_letter].width = width
    for number, line in enumerate(lines, start=2):
        for index, text in enumerate(line.texts, start=1):
            cell = page.cell(number, index)
            write_text(cell, text)
            cell.font, cell.border, cell.alignment = style.BODY, style.BOX, style.WRAP
        page.cell(number, 3).fill = style.SEVERITY[line.severity]
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:G{max(len(lines) + 1, 2)}"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
