"""The guard: looks at a file as bytes, before any parser, and refuses what no workbook needs.

Everything here is bounded: members are inflated in chunks and counted as they come, and nothing is
built from what is read. XML is searched as bytes, which is why only UTF-8 is let through: in another
encoding a document type declaration would look like something else.
"""

from __future__ import annotations

import html
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO, Any, NoReturn

from . import refusals
from .findings import Refused, Rule, found
from .limits import DEFAULT_LIMITS, Limits
from .text import Text

_CHUNK = 1 << 18
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
# What a part of a workbook may not be: an archive, or a file of an older office. Packed pictures begin otherwise.
_ARCHIVES = (_ZIP, b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf", _OLE)
# Depth of elements is looked at in steps of this many bytes: exact enough, and as fast as counting.
_STEP = 1 << 12
_MB = 1000 * 1000

_TAG = rb"<(?:[A-Za-z_][\w.\-]*:)?"
_DECLARES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)")
_ENCODING = re.compile(rb"""\A(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']{1,40})["']""")
_CELL = re.compile(_TAG + rb"c((?:\s[^<>]*)?/?)>")
_ROW = re.compile(_TAG + rb"row[\s>/]")
_FORMULA = re.compile(_TAG + rb"f[\s>/]")
_REF = re.compile(rb"""\sr\s*=\s*["']\$?([A-Za-z]{1,9})\$?(\d{1,12})["']""")
_STRING = re.compile(_TAG + rb"si[\s>/]")
_SHEET = re.compile(_TAG + rb"sheet\s")
_RELATION = re.compile(_TAG + rb"Relationship\s[^<>]*>")
_MACRO_TYPE = re.compile(rb"macroEnabled|vbaProject|ms-excel\.(?:macrosheet|intlmacrosheet)", re.IGNORECASE)
_UTF8 = {b"utf-8", b"utf8", b"us-ascii", b"ascii"}


@dataclass(slots=True)
class Scan:
    """What the guard learnt: kind of file, cells counted, and the sheet parts that hold formulas."""

    kind: str
    cells: int = 0
    empty_cells: int = 0
    sheets: int = 0
    formula_parts: set[str] = field(default_factory=set)


def scan(path: Path, filename: str, limits: Limits = DEFAULT_LIMITS) -> Scan:
    """Look at the file and return what it is; raises Refused with one finding.

    `filename` is what the user called the file; only its ending is used.
    """
    extension = PurePosixPath(filename.replace("\\", "/")).suffix.lower()
    size = path.stat().st_size
    if size == 0:
        _refuse(refusals.EMPTY)
    if size > limits.file_bytes:
        _refuse(refusals.TOO_LARGE, size=round(size / _MB, 1), limit=limits.file_bytes // _MB)
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith(_OLE):
        _refuse_ole(path)
    if extension in (".xlsm", ".xlsb", ".xltm"):
        _refuse(refusals.MACROS, part=extension)
    if extension not in (".xlsx", ".csv"):
        if extension == ".ods":
            _refuse(
                refusals.NO_WORKBOOK_PART,
                seen=Text("OpenDocument表格（.ods）", "an OpenDocument sheet (.ods)"),
            )
        _refuse(refusals.EXTENSION, extension=extension or Text("没有扩展名的", "Nameless"))
    if extension == ".csv":
        return _scan_csv(head, extension)
    if not head.startswith(_ZIP):
        _refuse(refusals.NOT_A_WORKBOOK, extension=extension, seen=_looks_like(head))
    return _scan_archive(path, limits)


def _refuse(of: Rule, *, sheet: str = "", cell: str = "", **params: Any) -> NoReturn:
    raise Refused(found(of, sheet=sheet, cell=cell, **params))


def _refuse_ole(path: Path) -> NoReturn:
    """An OLE container is an encrypted workbook or an old .xls; the stream names say which."""
    with path.open("rb") as stream:
        content = stream.read(4 * _MB)
    if "EncryptedPackage".encode("utf-16-le") in content or "EncryptionInfo".encode("utf-16-le") in content:
        _refuse(refusals.ENCRYPTED)
    _refuse(refusals.OLD_XLS)


def _looks_like(head: bytes) -> Text:
    start = head.lstrip()[:200].lower()
    if head.startswith(b"%PDF"):
        return Text("PDF文件", "a PDF file")
    if start.startswith((b"<html", b"<!doctype html", b"<table")):
        return Text("网页", "a web page")
    if start.startswith((b"<?xml", b"<")):
        return Text("XML文件", "an XML file")
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8")):
        return Text("图片", "a picture")
    if head.startswith((b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        return Text("压缩包", "a compressed archive")
    if b"\x00" not in head:
        return Text("文本文件", "a text file")
    return Text("其他二进制文件", "another binary file")


def _scan_csv(head: bytes, extension: str) -> Scan:
    binary = head.startswith((_ZIP, b"%PDF", b"\x89PNG", b"\xff\xd8\xff"))
    utf16 = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if binary or (b"\x00" in head and not utf16):
        _refuse(refusals.CSV_TEXT, part=Text("内容是二进制", "the content is binary"))
    return Scan("csv")


def _scan_archive(path: Path, limits: Limits) -> Scan:
    try:
        with zipfile.ZipFile(path) as archive:
            return _scan_members(archive, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, OSError, ValueError) as error:
        raise Refused(found(refusals.DAMAGED, part=type(error).__name__)) from error
    except (NotImplementedError, RuntimeError) as error:
        # zipfile raises these for unknown compression and for members that need a password.
        raise Refused(found(refusals.ARCHIVE, part=type(error).__name__)) from error


def _scan_members(archive: zipfile.ZipFile, limits: Limits) -> Scan:
    members = archive.infolist()
    # The name as the archive has it: `filename` has been made harmless, and another reader may not do so.
    _check_names([member.orig_filename for member in members], limits)
    total = sum(member.file_size for member in members)
    if total > limits.inflated_bytes:
        _refuse(refusals.INFLATED, limit=limits.inflated_bytes // _MB, part=Text("全部内容", "all parts"))
    for member in members:
        if member.flag_bits & 0x1:
            _refuse(refusals.ENCRYPTED)
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            _refuse(refusals.ARCHIVE, part=member.filename[:80])
        _check_size(member, limits)
    result = Scan("xlsx")
    inflated = 0
    for member in members:
        inflated += _scan_member(archive, member, limits, result, inflated)
    return result


def _check_size(member: zipfile.ZipInfo, limits: Limits) -> None:
    name = member.filename.lower()
    size, packed = member.file_size, member.compress_size
    if size > limits.ratio_from_bytes and size > limits.ratio * max(packed, 1):
        _refuse(refusals.RATIO, part=member.filename[:80])
    if name.endswith("sharedstrings.xml"):
        most = limits.strings_bytes
    elif _is_sheet(name) or not _is_xml(name):
        most = limits.inflated_bytes
    else:
        most = limits.other_part_bytes
    if size > most:
        _refuse(refusals.INFLATED, limit=most // _MB, part=member.filename[:80])


def _check_names(names: list[str], limits: Limits) -> None:
    if len(names) > limits.members:
        _refuse(refusals.ARCHIVE, part=Text(f"{len(names)}个部件", f"{len(names)} parts"))
    lowered = [name.lower().replace("\\", "/").lstrip("/") for name in names]
    if len(set(lowered)) != len(lowered):
        _refuse(refusals.ARCHIVE, part=Text("部件重名", "two parts of one name"))
    for name in (name.lower().replace("\\", "/") for name in names):
        if name.startswith("/") or ".." in name.split("/") or ":" in name or "\x00" in name:
            _refuse(refusals.ARCHIVE, part=name[:80])
    if "mimetype" in lowered and "content.xml" in lowered:
        _refuse(refusals.NO_WORKBOOK_PART, seen=Text("OpenDocument文件", "an OpenDocument file"))
    if any(name.startswith("word/") for name in lowered):
        _refuse(refusals.NO_WORKBOOK_PART, seen=Text("Word文档", "a Word document"))
    if any(name.startswith("ppt/") for name in lowered):
        _refuse(refusals.NO_WORKBOOK_PART, seen=Text("演示文稿", "a presentation"))
    for name in lowered:
        leaf = name.rsplit("/", 1)[-1]
        if leaf.startswith("vbaproject") or "/macrosheets/" in name or "/dialogsheets/" in name:
            _refuse(refusals.MACROS, part=leaf)
        if "/externallinks/" in name:
            _refuse(refusals.EXTERNAL, part=leaf)
        if "/embeddings/" in name or "/activex/" in name or leaf.startswith("oleobject"):
            _refuse(refusals.EMBEDDED, part=leaf)
        if leaf == "connections.xml" or "/querytables/" in name:
            _refuse(refusals.CONNECTIONS, part=leaf)
    if "[content_types].xml" not in lowered or not any(name.startswith("xl/") for name in lowered):
        _refuse(refusals.NO_WORKBOOK_PART, seen=Text("普通压缩包", "an ordinary archive"))


def _is_xml(name: str) -> bool:
    return name.endswith((".xml", ".rels", ".vml"))


def _is_sheet(name: str) -> bool:
    return "worksheets/" in name and name.endswith(".xml")


def _scan_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits, result: Scan, before: int
) -> int:
    """Inflate one member in chunks, search it, and return its size in bytes."""
    lowered = member.filename.lower()
    searcher = _Searcher(archive, member.filename, limits, result, before)
    with archive.open(member) as stream:
        _pump(stream, searcher, looks_xml=_is_xml(lowered))
    if searcher.size != member.file_size:
        _refuse(refusals.DAMAGED, part=member.filename[:80])
    if lowered.endswith("workbook.xml") and searcher.sheets:
        result.sheets = searcher.sheets
        if searcher.sheets > limits.sheets:
            _refuse(refusals.SHEETS, count=searcher.sheets, limit=limits.sheets)
    return searcher.size


def _pump(stream: IO[bytes], searcher: _Searcher, *, looks_xml: bool) -> None:
    tail = b""
    first = True
    is_xml = looks_xml
    while chunk := stream.read(_CHUNK):
        if first:
            if chunk.startswith(_ARCHIVES):
                _refuse(refusals.EMBEDDED, part=searcher.name[:80])
            # A part is what the relations call it, not what its name ends in: search anything that begins as XML.
            begins_as_xml = chunk.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")
            is_xml = is_xml or begins_as_xml or chunk[:2] in (b"\xff\xfe", b"\xfe\xff")
            if is_xml:
                searcher.start(chunk[:400])
            first = False
        searcher.grow(len(chunk))
        if not is_xml:
            continue
        block = tail + chunk
        cut = block.rfind(b"<")
        # Keep the last, perhaps unfinished tag for the next round; a tag of 64 kB is not one of ours.
        if cut <= 0 or len(block) - cut > 65536:
            cut = len(block)
        searcher.search(block[:cut])
        tail = block[cut:]
    if is_xml and tail:
        searcher.search(tail)


class _Searcher:
    """Searches the chunks of one XML part and counts against the limits."""

    def __init__(
        self, archive: zipfile.ZipFile, name: str, limits: Limits, result: Scan, before: int
    ) -> None:
        self.archive = archive
        self.name = name
        self.lowered = name.lower()
        self.limits = limits
        self.result = result
        self.before = before
        self.size = 0
        self.sheets = 0
        self.rows = 0
        self.depth = 0
        self.strings = 0

    def grow(self, count: int) -> None:
        self.size += count
        if self.before + self.size > self.limits.inflated_bytes:
            _refuse(refusals.INFLATED, limit=self.limits.inflated_bytes // _MB, part=self.name[:80])

    def start(self, head: bytes) -> None:
        """Refuse what is not UTF-8, by byte order mark, zero bytes or declaration."""
        if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head:
            _refuse(refusals.ENCODING, part=self.name[:80])
        declared = _ENCODING.match(head)
        if declared and declared.group(1).lower() not in _UTF8:
            _refuse(refusals.ENCODING, part=self.name[:80])

    def search(self, block: bytes) -> None:
        """Search a block that ends between two tags."""
        if b"<!" in block and _DECLARES.search(block):
            _refuse(refusals.DTD, part=self.name[:80])
        self._deepen(block)
        if self.lowered.endswith(".rels"):
            self._relations(block)
        elif self.lowered.endswith("[content_types].xml"):
            if _MACRO_TYPE.search(block):
                _refuse(refusals.MACROS, part=self.name[:80])
        elif self.lowered.endswith("sharedstrings.xml"):
            self._strings(block)
        elif self.lowered.endswith("workbook.xml"):
            self.sheets += len(_SHEET.findall(block))
        elif _ROW.search(block) or _CELL.search(block):
            self._cells(block)

    def _deepen(self, block: bytes) -> None:
        """Refuse elements within elements beyond any use: a parser pays for each with its stack or its memory."""
        start = 0
        while start < len(block):
            # A step ends before a tag, so that none is counted by its halves.
            end = block.rfind(b"<", start + 1, start + _STEP)
            if end < 0:
                end = block.find(b"<", start + _STEP)
            step = block[start : end if end > 0 else len(block)]
            start += len(step)
            closing = step.count(b"</")
            opening = step.count(b"<") - closing - step.count(b"<?") - step.count(b"<!")
            self.depth += opening - closing - step.count(b"/>")
            if self.depth > self.limits.depth:
                _refuse(
                    refusals.ARCHIVE,
                    part=Text(
                        f"{self.name[:60]}嵌套超过{self.limits.depth}层",
                        f"{self.name[:60]} is nested more than {self.limits.depth} deep",
                    ),
                )

    def _strings(self, block: bytes) -> None:
        """Refuse more texts than there may be cells: each becomes an object, however short it is."""
        self.strings += len(_STRING.findall(block))
        if self.strings > self.limits.cells:
            _refuse(
                refusals.ARCHIVE,
                part=Text(f"超过{self.limits.cells}条文本", f"more than {self.limits.cells} texts"),
            )

    def _relations(self, block: bytes) -> None:
        for relation in _RELATION.findall(block):
            if b"vbaProject" in relation:
                _refuse(refusals.MACROS, part=self.name[:80])
            external = re.search(rb"""TargetMode\s*=\s*["']External["']""", relation)
            if external and not re.search(rb"""Type\s*=\s*["'][^"']*/hyperlink["']""", relation):
                _refuse(refusals.EXTERNAL, part=self.name[:80])

    def _cells(self, block: bytes) -> None:
        """Count cells with content and find those outside the limits.

        Cells with a style and no content are let through far out, since offices write them for whole
        rows; the reader never looks beyond the limits either way.
        """
        limits = self.limits
        if _FORMULA.search(block):
            self.result.formula_parts.add(self.name)
        every = _CELL.findall(block)
        filled = [attributes for attributes in every if not attributes.endswith(b"/")]
        self.result.empty_cells += len(every) - len(filled)
        # One search over all of them: half a million cells must not take a second.
        places = _REF.findall(b"\n".join(filled))
        columns = {letters: _column(letters) for letters in {letters for letters, _ in places}}
        far = {letters for letters, column in columns.items() if column > limits.columns}
        if far:
            letters, digits = next(place for place in places if place[0] in far)
            cell = (letters + digits).decode().upper()
            _refuse(refusals.COLUMNS, cell=cell, limit=limits.columns, sheet=self._sheet())
        last = max((int(digits) for _, digits in places), default=0)
        # Cells that do not say where they stand count by their rows.
        self.rows += len(_ROW.findall(block)) if len(places) < len(filled) else 0
        if max(last, self.rows) > limits.last_row:
            cell = f"A{max(last, self.rows)}"
            _refuse(refusals.ROWS, cell=cell, limit=limits.rows, sheet=self._sheet())
        self.result.cells += len(filled)
        if self.result.cells > limits.cells or self.result.empty_cells > 4 * limits.cells:
            _refuse(refusals.CELLS, limit=limits.cells, sheet=self._sheet())

    def _sheet(self) -> str:
        """Return the tab's title, or the part's name where the workbook does not tell."""
        return sheet_titles(self.archive).get(self.name.lower(), PurePosixPath(self.name).stem)


def sheet_titles(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return {lower-case part name: tab title} as far as simple reading of the workbook's parts tells.

    Only to name a sheet in a refusal and to know which tab holds formulas: no parser, bounded bytes.
    """
    book = _head(archive, "xl/workbook.xml")
    relations = _head(archive, "xl/_rels/workbook.xml.rels")
    targets: dict[str, str] = {}
    for relation in _RELATION.findall(relations):
        identity, target = _attribute(relation, b"Id"), _attribute(relation, b"Target")
        targets[identity] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    titles: dict[str, str] = {}
    for sheet in re.findall(_TAG + rb"sheet\s[^<>]*>", book):
        relation_id = re.search(rb"""\s\w+:id\s*=\s*["']([^"']*)["']""", sheet)
        part = targets.get(relation_id.group(1).decode("utf-8", "replace") if relation_id else "")
        if part:
            titles[part.lower()] = html.unescape(_attribute(sheet, b"name"))
    return titles


def _head(archive: zipfile.ZipFile, name: str) -> bytes:
    try:
        with archive.open(name) as stream:
            return stream.read(_MB)
    except KeyError:
        return b""


def _attribute(tag: bytes, name: bytes) -> str:
    match = re.search(rb"\s" + name + rb"""\s*=\s*["']([^"']*)["']""", tag)
    return match.group(1).decode("utf-8", "replace") if match else ""


@lru_cache(maxsize=4096)
def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
