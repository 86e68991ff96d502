"""Files that no supplier would send by mistake, built when they are needed: none is kept in the repository."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

from openpyxl.utils import get_column_letter

from .filling import good_book

_MEBI = 1024 * 1024
Parts = dict[str, bytes]


def parts() -> Parts:
    """Return the parts of a good workbook by name."""
    buffer = io.BytesIO()
    good_book("electrolyte").save(buffer)
    return parts_of(buffer)


def parts_of(source: Path | io.BytesIO) -> Parts:
    """Return the parts of an archive by name."""
    with zipfile.ZipFile(source) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(path: Path, content: Parts) -> None:
    """Write parts as an archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)


def _sheet_part(content: Parts) -> str:
    """Return the part of the sheet that holds the materials, known by a key of its columns."""
    return next(
        name
        for name, data in content.items()
        if "worksheets/" in name and b">recycled_share<" in data and b">merge" not in data
    )


def _insert_row(content: Parts, row: bytes) -> Parts:
    name = _sheet_part(content)
    return content | {name: content[name].replace(b"</sheetData>", row + b"</sheetData>")}


def far_cell(path: Path) -> None:
    """A value in the last cell that a spreadsheet has."""
    row = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    pack(path, _insert_row(parts(), row))


def far_row(path: Path) -> None:
    """A value a million rows down."""
    pack(path, _insert_row(parts(), b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'))


def far_prefixed(path: Path) -> None:
    """A far cell whose elements carry a namespace prefix."""
    row = b'<x:row xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="900000">'
    pack(path, _insert_row(parts(), row + b'<x:c r="AAA900000"><x:v>1</x:v></x:c></x:row>'))


def million_rows(path: Path) -> None:
    """A million rows of one number each."""
    content = parts()
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>7</v></c></row>' % (i, i) for i in range(200, 1_000_200))
    pack(path, _insert_row(content, rows))


def rows_without_places(path: Path) -> None:
    """Too many rows that do not say which row they are."""
    pack(path, _insert_row(parts(), b"<row><c><v>7</v></c></row>" * 60_000))


def too_many_cells(path: Path) -> None:
    """More cells than the limit, within the rows and columns."""
    letters = [chr(65 + i) for i in range(20)]
    rows = b"".join(
        b'<row r="%d">' % r
        + b"".join(b'<c r="%s%d"><v>1</v></c>' % (c.encode(), r) for c in letters)
        + b"</row>"
        for r in range(200, 26_000)
    )
    pack(path, _insert_row(parts(), rows))


def bomb(path: Path) -> None:
    """One part that is compressed a thousand times."""
    content = parts()
    name = _sheet_part(content)
    pack(path, content | {name: content[name].replace(b"<sheetData>", b"<sheetData>" + b" " * (60 * _MEBI))})


def inflated(path: Path) -> None:
    """More than 200 MB once unpacked, in parts that are each within the ratio."""
    content = parts()
    for number in range(60):
        content[f"xl/media/part{number}.bin"] = b"a" * (4 * _MEBI)
    pack(path, content)


def lying_size(path: Path) -> None:
    """An archive whose directory claims a small size for a large part."""
    content = parts()
    pack(path, content | {"xl/media/big.xml": b"<a>" + b" " * (30 * _MEBI) + b"</a>"})
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"xl/media/big.xml"))
    struct.pack_into("<I", data, at + 24, 100)
    path.write_bytes(data)


def dtd(path: Path) -> None:
    """Entities that expand to a billion laughs."""
    content = parts()
    name = _sheet_part(content)
    body = content[name].split(b"?>", 1)[-1]
    laugh = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbb"><!ENTITY c "&b;&b;&b;">]>'
    pack(path, content | {name: laugh + body})


def dtd_in_utf16(path: Path) -> None:
    """The same, in an encoding in which a search for bytes finds nothing."""
    content = parts()
    text = '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "x">]><sst/>'
    pack(path, content | {"xl/sharedStrings.xml": text.encode("utf-16")})


def odd_encoding(path: Path) -> None:
    """A part that declares an encoding other than UTF-8."""
    content = parts()
    body = content["xl/styles.xml"].split(b"?>", 1)[-1]
    pack(path, content | {"xl/styles.xml": b'<?xml version="1.0" encoding="cp037"?>' + body})


def macro(path: Path) -> None:
    """A workbook with a macro project, renamed to .xlsx."""
    pack(path, parts() | {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0" + b"\x00" * 600})


def external_link(path: Path) -> None:
    """A workbook that takes values from another file."""
    link = b'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    pack(path, parts() | {"xl/externalLinks/externalLink1.xml": link})


def external_relation(path: Path) -> None:
    """A relation to something outside that is no hyperlink."""
    content = parts()
    name = "xl/_rels/workbook.xml.rels"
    relation = (
        b'<Relationship Id="rId99" TargetMode="External" Target="file:///server/share/a.xlsx" '
        b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/externalLinkPath"/>'
    )
    pack(path, content | {name: content[name].replace(b"</Relationships>", relation + b"</Relationships>")})


def embedded(path: Path) -> None:
    """A workbook with an embedded object."""
    pack(path, parts() | {"xl/embeddings/oleObject1.bin": b"\x00" * 64})


def connection(path: Path) -> None:
    """A workbook that fetches data."""
    pack(path, parts() | {"xl/connections.xml": b"<connections/>"})


def too_many_sheets(path: Path) -> None:
    """More tabs than the limit."""
    book = good_book("electrolyte")
    for number in range(15):
        book.create_sheet(f"附表{number}")
    book.save(path)


def _ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + stream.encode("utf-16-le") + b"\x00" * 512


def encrypted(path: Path) -> None:
    """A workbook with a password: an OLE container around the encrypted package."""
    path.write_bytes(_ole("EncryptedPackage"))


def old_xls(path: Path) -> None:
    """A workbook of Excel 97, renamed to .xlsx."""
    path.write_bytes(_ole("Workbook"))


def text(path: Path) -> None:
    """A text file named .xlsx."""
    path.write_text("物料,用量\n碳酸乙烯酯,5120\n", encoding="utf-8")


def truncated(path: Path) -> None:
    """Half a workbook."""
    pack(path, parts())
    path.write_bytes(path.read_bytes()[:20_000])


def word(path: Path) -> None:
    """A Word document, renamed to .xlsx."""
    pack(path, {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<a/>"})


def plain_archive(path: Path) -> None:
    """An ordinary archive, renamed to .xlsx."""
    pack(path, {"readme.txt": b"hello"})


def climbing(path: Path) -> None:
    """A part whose name climbs out of the archive."""
    pack(path, parts() | {"xl/../../evil.xml": b"<a/>"})


def broken_xml(path: Path) -> None:
    """A workbook whose sheet is not well-formed."""
    content = parts()
    name = _sheet_part(content)
    pack(path, content | {name: content[name][:-200]})


def strings_out_of_range(path: Path) -> None:
    """A cell that names a shared string which does not exist."""
    pack(path, _insert_row(parts(), b'<row r="300"><c r="A300" t="s"><v>99999999</v></c></row>'))


def empty(path: Path) -> None:
    """Nothing."""
    path.write_bytes(b"")


def oversized(path: Path) -> None:
    """More than 10 MB."""
    path.write_bytes(b"PK\x03\x04" + b"\x00" * (11 * 1000 * 1000))


def nested_archive(path: Path) -> None:
    """Archives within archives, each of them a bomb to whoever unpacks them all."""
    inner = b"0" * (4 * _MEBI)
    for _ in range(6):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(8):
                archive.writestr(f"{number}.zip", inner)
        inner = buffer.getvalue()
    pack(path, parts() | {"xl/media/inner.zip": inner})


def strings_bomb(path: Path) -> None:
    """Shared strings that would fill the memory of whoever holds them as objects."""
    line = b"<si><t>" + b"x" * 120 + b"%07d</t></si>"
    strings = b"".join(line % i for i in range(520_000))
    content = parts()
    head = b'<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    pack(path, content | {"xl/sharedStrings.xml": head + strings + b"</sst>"})


def many_short_strings(path: Path) -> None:
    """Millions of strings of one letter: small as bytes, large as objects."""
    head = b'<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    strings = b"".join(b"<si><t>%x</t></si>" % i for i in range(1_200_000))
    pack(path, parts() | {"xl/sharedStrings.xml": head + strings + b"</sst>"})


def wide(path: Path) -> None:
    """Three hundred columns."""
    cells = "".join(f'<c r="{get_column_letter(i)}300"><v>1</v></c>' for i in range(1, 301))
    pack(path, _insert_row(parts(), f'<row r="300">{cells}</row>'.encode()))


def hundred_sheets(path: Path) -> None:
    """A hundred tabs that all lead to one part."""
    content = parts()
    book = content["xl/workbook.xml"]
    line = b'<sheet xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" name="s%d" '
    line += b'sheetId="%d" r:id="rId1"/>'
    more = b"".join(line % (i, i + 100) for i in range(100))
    pack(path, content | {"xl/workbook.xml": book.replace(b"</sheets>", more + b"</sheets>")})


def overlapping(path: Path) -> None:
    """Two parts of the directory that are the same bytes of the file."""
    content = parts()
    pack(path, content | {"xl/media/a.xml": b"<a/>" * 2000, "xl/media/b.xml": b"<a/>" * 2000})
    data = bytearray(path.read_bytes())
    first, second = (data.rindex(b"PK\x01\x02", 0, data.rindex(name)) for name in (b"a.xml", b"b.xml"))
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    path.write_bytes(data)


def short_size(path: Path) -> None:
    """A directory that claims more bytes than the part has."""
    content = parts()
    pack(path, content | {"xl/media/a.bin": b"x" * 100})
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"xl/media/a.bin"))
    struct.pack_into("<I", data, at + 24, 5000)
    path.write_bytes(data)


def twice_named(path: Path) -> None:
    """Two parts of one name: readers differ in which one they take."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in [*parts().items(), ("xl/workbook.xml", b"<workbook/>")]:
                archive.writestr(name, data)


def absolute_path(path: Path) -> None:
    """A part whose name begins at the root."""
    pack(path, parts() | {"/etc/cron.d/evil": b"x"})


def drive_path(path: Path) -> None:
    """A part whose name begins with a drive."""
    pack(path, parts() | {"C:/evil.xml": b"<a/>"})


def backslash_path(path: Path) -> None:
    """A part that climbs by backslashes."""
    pack(path, parts() | {"xl\\..\\..\\evil.xml": b"<a/>"})


def deep_xml(path: Path) -> None:
    """Elements within elements, a hundred thousand deep."""
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    pack(path, _insert_row(parts(), b'<row r="300"><c r="A300"><is>' + deep + b"</is></c></row>"))


def deep_styles(path: Path) -> None:
    """The same in a part that is read as a whole tree."""
    content = parts()
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    styles = content["xl/styles.xml"].replace(b"</styleSheet>", deep + b"</styleSheet>")
    pack(path, content | {"xl/styles.xml": styles})


def long_attribute(path: Path) -> None:
    """One attribute of twenty megabytes: a tag that never ends."""
    row = b'<row r="300" x="' + b"y" * (20 * _MEBI) + b'"><c r="A300"><v>1</v></c></row>'
    pack(path, _insert_row(parts(), row))


def million_merged(path: Path) -> None:
    """Merged areas without number, which a reader would expand."""
    content = parts()
    name = _sheet_part(content)
    merged = b"".join(b'<mergeCell ref="A%d:XFD%d"/>' % (i, i) for i in range(1000, 30_000))
    found = content[name].replace(b"</sheetData>", b"</sheetData><mergeCells>" + merged + b"</mergeCells>")
    pack(path, content | {name: found})


HOSTILE: dict[Callable[[Path], None], str] = {
    far_cell: "WB-017",
    far_row: "WB-016",
    far_prefixed: "WB-017",
    million_rows: "WB-016",
    rows_without_places: "WB-016",
    too_many_cells: "WB-018",
    bomb: "WB-010",
    inflated: "WB-009",
    lying_size: "WB-006",
    dtd: "WB-011",
    dtd_in_utf16: "WB-019",
    odd_encoding: "WB-019",
    macro: "WB-012",
    external_link: "WB-013",
    external_relation: "WB-013",
    embedded: "WB-014",
    connection: "WB-026",
    too_many_sheets: "WB-015",
    encrypted: "WB-005",
    old_xls: "WB-004",
    text: "WB-003",
    truncated: "WB-006",
    word: "WB-007",
    plain_archive: "WB-007",
    climbing: "WB-008",
    broken_xml: "WB-023",
    strings_out_of_range: "WB-023",
    empty: "WB-001",
    oversized: "WB-002",
    nested_archive: "WB-014",
    strings_bomb: "WB-009",
    many_short_strings: "WB-008",
    wide: "WB-017",
    hundred_sheets: "WB-015",
    overlapping: "WB-006",
    short_size: "WB-006",
    twice_named: "WB-008",
    absolute_path: "WB-008",
    drive_path: "WB-008",
    backslash_path: "WB-008",
    deep_xml: "WB-008",
    deep_styles: "WB-008",
    long_attribute: "WB-010",
}
