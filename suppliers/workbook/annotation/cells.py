"""The cells of one sheet: copied row by row, with the rows that hold a mark taken apart and put together again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from .markup import ANY_TAG, HIDING, NotAsExpected, attribute, start_tag, text, whole, with_attribute, without
from .package import OFFICE
from .styles import Styles

_CHUNK = 1 << 18
_HEAD_MAX = 4 * 1000 * 1000
_ROW_MAX = 16 * 1000 * 1000
_TAIL_MAX = 24 * 1000 * 1000
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})\Z")
_ROW_OR_END = re.compile(start_tag("row").pattern + rb"|(?P<end></(?:[\w.\-]+:)?sheetData\s*>)")
_ROW_CLOSES = re.compile(rb"</(?:[\w.\-]+:)?row\s*>")
_MERGED = re.compile(rb"""<(?:[\w.\-]+:)?mergeCell\s[^<>]*?ref\s*=\s*["']([A-Z]+\d+):([A-Z]+\d+)["']""")
# What a sheet may hold after the drawing of its comments, in the order of the standard.
_AFTER_NOTES = {
    b"legacyDrawingHF", b"drawingHF", b"picture", b"oleObjects", b"controls", b"webPublishItems",
    b"tableParts", b"extLst",
}  # fmt: skip

Place = tuple[int, int]


@dataclass(slots=True)
class Mark:
    """What is done to a cell: its colour ("" takes an earlier one off), and a value in place of its own."""

    severity: str = ""
    value: str | None = None
    numeric: bool = False


@dataclass(slots=True)
class SheetMarks:
    """The marks of one sheet by row and column, and the relation to the drawing of its comments, if one is new."""

    marks: dict[Place, Mark] = field(default_factory=dict)
    drawing: str = ""

    def rows(self) -> dict[int, dict[int, Mark]]:
        """Return the marks by row."""
        found: dict[int, dict[int, Mark]] = {}
        for (row, column), mark in sorted(self.marks.items()):
            found.setdefault(row, {})[column] = mark
        return found


def place(address: str) -> Place | None:
    """Return (row, column) of an address, both from 1; None for what is none."""
    match = _ADDRESS.match(address)
    return (int(match[2]), column_number(match[1])) if match else None


def column_number(letters: str) -> int:
    """Return the number of a column from its letters, A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Return the letters of a column."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def merged_areas(source: IO[bytes]) -> list[tuple[Place, Place]]:
    """Return the first and last cell of every merged area of a sheet."""
    found: list[tuple[Place, Place]] = []
    tail = b""
    while chunk := source.read(_CHUNK):
        block = tail + chunk
        cut = max(block.rfind(b"<"), 0)
        for match in _MERGED.finditer(block, 0, cut):
            first, last = place(match[1].decode()), place(match[2].decode())
            if first and last:
                found.append((first, last))
        tail = block[cut:] if len(block) - cut < _CHUNK else b""
    return found


def shown_cell(at: Place, areas: list[tuple[Place, Place]]) -> Place:
    """Return the cell that shows the content of a place: the first one of its merged area, or itself."""
    for first, last in areas:
        if first[0] <= at[0] <= last[0] and first[1] <= at[1] <= last[1]:
            return first
    return at


def rewrite(source: IO[bytes], target: IO[bytes], sheet: SheetMarks, styles: Styles) -> None:
    """Copy a sheet with its marks. Raises NotAsExpected for a sheet that is built otherwise than offices do."""
    stream = _Stream(source)
    data = stream.until(start_tag("sheetData"), _HEAD_MAX)
    if data is None:
        raise NotAsExpected("sheetData")
    head = stream.take(data.start() - stream.at)
    if HIDING.search(head):
        raise NotAsExpected("comment")
    target.write(_unselected(head))
    columns = _column_styles(head)
    prefix: bytes = data["prefix"]
    tag = b"<" + prefix + b"sheetData" + data["attributes"].rstrip() + b">"
    target.write(tag)
    stream.take(data.end() - data.start())
    rows = sheet.rows()
    if data["empty"]:
        target.writelines(_new_row(prefix, number, rows[number], columns, styles) for number in sorted(rows))
        target.write(b"</" + prefix + b"sheetData>")
    else:
        target.writelines(_rows(stream, prefix, rows, columns, styles))
    target.write(_tail(stream.rest(_TAIL_MAX), prefix, sheet.drawing))


class _Stream:
    """Bytes of a part, read as far as something is looked for."""

    def __init__(self, source: IO[bytes]) -> None:
        self.source = source
        self.buffer = b""
        self.at = 0

    def _more(self) -> bool:
        chunk = self.source.read(_CHUNK)
        self.buffer, self.at = self.buffer[self.at :] + chunk, 0
        return bool(chunk)

    def until(self, pattern: re.Pattern[bytes], most: int, start: int = 0) -> re.Match[bytes] | None:
        """Return the next match from `start` bytes further on, None at the end of the part.

        The match counts from the buffer's begin; `take` with its places less `at` gives what lies before.
        """
        while True:
            if self.at > 4 * _CHUNK:
                self.buffer, self.at = self.buffer[self.at :], 0
            found = pattern.search(self.buffer, self.at + start)
            if found is not None:
                return found
            if len(self.buffer) - self.at > most:
                raise NotAsExpected("size")
            if not self._more():
                return None

    def take(self, count: int) -> bytes:
        """Return the next bytes of the buffer and go on behind them."""
        taken = self.buffer[self.at : self.at + count]
        self.at += count
        return taken

    def rest(self, most: int) -> bytes:
        """Return all that is left."""
        left = self.buffer[self.at :] + self.source.read(most)
        if self.source.read(1):
            raise NotAsExpected("size")
        return left


def _rows(
    stream: _Stream,
    prefix: bytes,
    rows: dict[int, dict[int, Mark]],
    columns: dict[int, int],
    styles: Styles,
) -> Iterator[bytes]:
    """Yield the rows up to the end of the cells, with the marked ones changed and missing ones put in."""
    left = sorted(rows, reverse=True)
    number = 0
    while True:
        found = stream.until(_ROW_OR_END, _ROW_MAX)
        if found is None:
            raise NotAsExpected("sheetData")
        gap = stream.take(found.start() - stream.at)
        if HIDING.search(gap):
            raise NotAsExpected("comment")
        yield gap
        if found["end"]:
            while left:
                missing = left.pop()
                yield _new_row(prefix, missing, rows[missing], columns, styles)
            yield stream.take(len(found[0]))
            return
        given = attribute(found["attributes"], "r")
        number = int(given) if given.isdigit() else number + 1
        while left and left[-1] < number:
            missing = left.pop()
            yield _new_row(prefix, missing, rows[missing], columns, styles)
        length = len(found[0])
        if not found["empty"]:
            closes = stream.until(_ROW_CLOSES, _ROW_MAX, start=length)
            if closes is None:
                raise NotAsExpected("row")
            length = closes.end() - stream.at
        row = stream.take(length)
        if left and left[-1] == number:
            row = _changed_row(row, number, rows[left.pop()], columns, styles)
        yield row


def _changed_row(
    row: bytes, number: int, wanted: dict[int, Mark], columns: dict[int, int], styles: Styles
) -> bytes:
    """Return a row with its marks, other cells as they are."""
    opening = start_tag("row").match(row)
    if opening is None or HIDING.search(row):
        raise NotAsExpected("row")
    prefix: bytes = opening["prefix"]
    given = without(opening["attributes"], "spans").rstrip()
    custom = attribute(given, "s") if attribute(given, "customFormat") in ("1", "true") else ""
    body = b"" if opening["empty"] else row[opening.end() : row.rindex(b"</")]
    made: list[bytes] = [b"<" + prefix + b"row" + given + b">"]
    left = sorted(wanted, reverse=True)
    column = at = 0

    def missing(upto: int) -> None:
        while left and left[-1] < upto:
            lacking = left.pop()
            base = int(custom) if custom.isdigit() else columns.get(lacking, 0)
            made.append(_new_cell(prefix, number, lacking, wanted[lacking], base, styles))

    for cell in whole("c").finditer(body):
        seen = place(attribute(cell["attributes"], "r").upper())
        column = seen[1] if seen else column + 1
        made.append(body[at : cell.start()])
        missing(column)
        at = cell.end()
        if left and left[-1] == column:
            made.append(_changed_cell(cell, number, column, wanted[left.pop()], styles))
        else:
            made.append(cell[0])
    made.append(body[at:])
    missing(1 << 20)
    return b"".join(made) + b"</" + prefix + b"row>"


def _changed_cell(cell: re.Match[bytes], number: int, column: int, mark: Mark, styles: Styles) -> bytes:
    given = cell["attributes"].rstrip()
    own = attribute(given, "s")
    base = int(own) if own.isdigit() else 0
    # A formula stays: others may share it, and the book's own list of formulas names its cell.
    if mark.value is not None and not start_tag("f").search(cell["content"] or b""):
        return _new_cell(cell["prefix"], number, column, mark, base, styles)
    given = with_attribute(given, "s", str(styles.marked(base, mark.severity)))
    opened = b"<" + cell["prefix"] + b"c" + given
    if cell["content"] is None:
        return opened + b"/>"
    return opened + b">" + cell["content"] + b"</" + cell["prefix"] + b"c>"


def _new_cell(prefix: bytes, number: int, column: int, mark: Mark, base: int, styles: Styles) -> bytes:
    p = prefix.decode()
    opened = f'<{p}c r="{column_letters(column)}{number}" s="{styles.marked(base, mark.severity)}"'
    if mark.value is None:
        return f"{opened}/>".encode()
    if mark.numeric:
        return f"{opened}><{p}v>{text(mark.value)}</{p}v></{p}c>".encode()
    inside = f'<{p}is><{p}t xml:space="preserve">{text(mark.value)}</{p}t></{p}is>'
    return f'{opened} t="inlineStr">{inside}</{p}c>'.encode()


def _new_row(
    prefix: bytes, number: int, wanted: dict[int, Mark], columns: dict[int, int], styles: Styles
) -> bytes:
    cells = b"".join(
        _new_cell(prefix, number, column, mark, columns.get(column, 0), styles)
        for column, mark in sorted(wanted.items())
    )
    return b"<" + prefix + b'row r="%d">' % number + cells + b"</" + prefix + b"row>"


def _unselected(head: bytes) -> bytes:
    """Take the selection off the tab: two selected tabs are edited together."""

    def view(match: re.Match[bytes]) -> bytes:
        given = without(match["attributes"], "tabSelected")
        return b"<" + match["prefix"] + b"sheetView" + given.rstrip() + match["empty"] + b">"

    return start_tag("sheetView").sub(view, head)


def _column_styles(head: bytes) -> dict[int, int]:
    """Return {column: format} of whole columns, for cells that are not there yet."""
    found: dict[int, int] = {}
    for match in start_tag("col").finditer(head):
        given = match["attributes"]
        first, last, number = (attribute(given, name) for name in ("min", "max", "style"))
        if first.isdigit() and last.isdigit() and number.isdigit():
            found |= dict.fromkeys(range(int(first), min(int(last), 512) + 1), int(number))
    return found


def _tail(tail: bytes, prefix: bytes, drawing: str) -> bytes:
    """Return what follows the cells, with the relation to the drawing of the comments where it belongs."""
    if not drawing:
        return tail
    if HIDING.search(tail):
        raise NotAsExpected("comment")
    line = b"<" + prefix + f'legacyDrawing xmlns:cfr="{OFFICE}" cfr:id="{drawing}"/>'.encode()
    depth = 0
    for tag in ANY_TAG.finditer(tail):
        if tag["close"]:
            if depth == 0:  # the end of the sheet itself
                return tail[: tag.start()] + line + tail[tag.start() :]
            depth -= 1
            continue
        if depth == 0 and tag["name"] in _AFTER_NOTES:
            return tail[: tag.start()] + line + tail[tag.start() :]
        depth += not tag["empty"]
    raise NotAsExpected("worksheet")
