"""The user's own workbook back: cells coloured by severity, a comment at each, and a sheet that lists all findings."""

from __future__ import annotations

import io
import warnings
from collections import defaultdict
from pathlib import Path, PurePosixPath

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from . import style
from .findings import RANK, SEVERITIES, Finding
from .layout import FINDINGS
from .template import write_text
from .text import Text, fold

AUTHOR = "carbonfoot"
# More comments than this make a file that no office opens quickly; the list sheet has all of them.
MAX_COMMENTS = 3000
_COLOURS = {fill.fgColor.rgb for fill in style.SEVERITY.values()}
_HEADS = (
    (Text("工作表", "Sheet"), 20),
    (Text("单元格", "Cell"), 10),
    (Text("严重程度", "Severity"), 10),
    (Text("代码", "Code"), 10),
    (Text("看到的值", "Value seen"), 26),
    (Text("问题", "What is wrong"), 64),
    (Text("怎样改", "How to mend"), 56),
)


def annotate_file(path: Path, target: Path, findings: list[Finding], lang: str, filename: str) -> None:
    """Write the annotated copy of the workbook at `path` to `target`.

    A file that the guard refused is never opened: what comes back then is the list alone, as for a CSV.
    """
    refused = any(finding.code.startswith("WB-0") for finding in findings)
    if refused or PurePosixPath(filename).suffix.lower() != ".xlsx":
        target.write_bytes(list_only(findings, lang))
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(path, keep_links=False)
    _clear(book)
    by_cell: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.sheet in book.sheetnames and finding.cell:
            by_cell[finding.sheet, finding.cell].append(finding)
    for count, ((sheet, cell), here) in enumerate(by_cell.items()):
        _mark(book[sheet], cell, here, lang, comment=count < MAX_COMMENTS)
    _list(book, findings, lang)
    book.save(target)


def list_only(findings: list[Finding], lang: str) -> bytes:
    """Return a workbook that holds nothing but the list of findings."""
    book = Workbook()
    _list(book, findings, lang)
    for sheet in book.worksheets[1:]:
        book.remove(sheet)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _clear(book: Workbook) -> None:
    """Take off what an earlier annotation left, since people mend the copy and upload that."""
    own = {fold(name) for name in (FINDINGS.zh, FINDINGS.en, FINDINGS.both())}
    for sheet in list(book.worksheets):
        if fold(sheet.title) in own and len(book.sheetnames) > 1:
            book.remove(sheet)
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None and cell.comment.author == AUTHOR:
                    cell.comment = None
                    if cell.fill.fgColor.rgb in _COLOURS:
                        cell.fill = style.INPUT


def _mark(sheet: Worksheet, address: str, findings: list[Finding], lang: str, *, comment: bool) -> None:
    cell = sheet[address]
    if isinstance(cell, MergedCell):
        for area in sheet.merged_cells.ranges:
            if address in area:
                cell = sheet.cell(area.min_row, area.min_col)
    if isinstance(cell, MergedCell):
        return
    worst = min(findings, key=lambda finding: RANK[finding.severity])
    cell.fill = style.SEVERITY[worst.severity]
    if not comment:
        return
    lines = [
        f"{finding.code} {SEVERITIES[finding.severity].pick(lang)}\n{finding.message(lang)}\n{finding.mend(lang)}"
        for finding in findings
    ]
    note = Comment("\n\n".join(lines)[:4000], AUTHOR)
    note.width, note.height = 360, min(60 + 60 * len(findings), 300)
    cell.comment = note


def _list(book: Workbook, findings: list[Finding], lang: str) -> None:
    page = book.create_sheet(FINDINGS.both(), 0)
    page.sheet_view.showGridLines = False
    for index, (head, width) in enumerate(_HEADS, start=1):
        cell = page.cell(1, index)
        write_text(cell, head.pick(lang))
        cell.font, cell.fill, cell.border = style.STRONG, style.OPTIONAL, style.BOX
        page.column_dimensions[cell.column_letter].width = width
    for number, finding in enumerate(findings, start=2):
        texts = (
            finding.sheet,
            finding.cell,
            SEVERITIES[finding.severity].pick(lang),
            finding.code,
            finding.value,
            finding.message(lang),
            finding.mend(lang),
        )
        for index, text in enumerate(texts, start=1):
            cell = page.cell(number, index)
            write_text(cell, text)
            cell.font, cell.border, cell.alignment = style.BODY, style.BOX, style.WRAP
        page.cell(number, 3).fill = style.SEVERITY[finding.severity]
        if finding.sheet in book.sheetnames and finding.cell:
            place = finding.sheet.replace("'", "''")
            link = page.cell(number, 2)
            link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{place}'!{finding.cell}")
    page.freeze_panes = "A2"
    page.auto_filter.ref = f"A1:G{max(len(findings) + 1, 2)}"
    book.active = 0
    for sheet in book.worksheets[1:]:
        sheet.sheet_view.tabSelected = False
