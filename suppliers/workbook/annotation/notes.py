"""Comments of one sheet: ours are put in and taken off again, those of people stay."""

from __future__ import annotations

import re
from typing import Any

from .cells import Place, column_letters, place
from .markup import (
    NotAsExpected,
    attribute,
    insert_before_end,
    start_tag,
    text,
    whole,
)
from .package import MAIN, Package

AUTHOR = "carbonfoot"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_NEW_COMMENTS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="'
    + MAIN
    + b'"><authors></authors><commentList></commentList></comments>'
)
_NEW_DRAWING = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/>'
    b'</o:shapelayout><v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
    b'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    b'<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)
_SHAPE = (
    # Each shape says what its prefixes mean: writers of drawings choose their own.
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel" id="_x0000_cf{number}" type="#_x0000_t202" '
    'style="position:absolute;margin-left:60pt;margin-top:2pt;'
    'width:270pt;height:{height}pt;z-index:{number};visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>'
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_ROW = re.compile(rb"<(?:[\w.\-]+:)?Row>\s*(\d+)\s*<")
_COLUMN = re.compile(rb"<(?:[\w.\-]+:)?Column>\s*(\d+)\s*<")


class Notes:
    """The comments of one sheet, whose part and drawing may be there or not."""

    def __init__(self, package: Package, sheet: str) -> None:
        self.package, self.sheet = package, sheet
        relations = package.relations(sheet)
        self.part = next((relation.target for relation in relations if relation.kind == "comments"), "")
        drawings = [relation.target for relation in relations if relation.kind == "vmlDrawing"]
        # A sheet may have two: one for its comments and one for pictures in its header.
        self.drawing = next((name for name in drawings if b"ClientData" in package.part(name)), "")
        self.content = package.part(self.part) if self.part else _NEW_COMMENTS
        if self.part and (not self.drawing or not whole("commentList").search(self.content)):
            raise NotAsExpected("comments")

    def clear(self) -> set[Place]:
        """Take off the comments of an earlier annotation and return their cells."""
        if not self.part:
            return set()
        authors = [match["content"] or b"" for match in whole("author").finditer(self.content)]
        ours = {str(number) for number, author in enumerate(authors) if author.strip() == AUTHOR.encode()}
        gone: set[Place] = set()

        def keep(match: re.Match[bytes]) -> bytes:
            at = place(attribute(match["attributes"], "ref"))
            if attribute(match["attributes"], "authorId") not in ours or at is None:
                return match[0]
            gone.add(at)
            return b""

        self.content = whole("comment").sub(keep, self.content)
        if gone:
            self.package.changed[self.part] = self.content
            self._drop_shapes(gone)
        return gone

    def _drop_shapes(self, gone: set[Place]) -> None:
        def keep(match: re.Match[bytes]) -> bytes:
            row, column = _ROW.search(match[0]), _COLUMN.search(match[0])
            at = (int(row[1]) + 1, int(column[1]) + 1) if row and column else None
            return b"" if at in gone else match[0]

        drawing = self.package.part(self.drawing)
        self.package.changed[self.drawing] = whole("shape").sub(keep, drawing)

    def taken(self) -> set[Place]:
        """Return the cells that hold a comment of somebody else's: it is not written over."""
        found = (
            place(attribute(m["attributes"], "ref")) for m in start_tag("comment").finditer(self.content)
        )
        return {at for at in found if at is not None}

    def add(self, notes: dict[Place, str]) -> str:
        """Put comments in; return the id of the relation to a new drawing, empty where there was one."""
        if not notes:
            return ""
        prefix = _prefix(self.content)
        author = len(list(start_tag("author").finditer(self.content)))
        names = f"<{prefix}author>{AUTHOR}</{prefix}author>".encode()
        lines = "".join(
            f'<{prefix}comment ref="{column_letters(column)}{row}" authorId="{author}"><{prefix}text>'
            f'<{prefix}t xml:space="preserve">{text(note)}</{prefix}t></{prefix}text></{prefix}comment>'
            for (row, column), note in sorted(notes.items())
        )
        content = insert_before_end(self.content, "authors", names)
        content = insert_before_end(content, "commentList", lines.encode())
        shapes = "".join(
            _SHAPE.format(
                number=number, row=row - 1, column=column - 1, height=min(45 + note.count("\n") * 24, 225)
            )
            for number, ((row, column), note) in enumerate(sorted(notes.items()), start=1)
        )
        made = ""
        if not self.part:
            self.part = self.package.free_name("xl/comments{}.xml")
            self.package.declare(self.part, _COMMENTS_TYPE)
            self.package.relate(self.sheet, "comments", self.part)
        if not self.drawing:
            self.drawing = self.package.free_name("xl/drawings/vmlDrawing{}.vml")
            self.package.changed[self.drawing] = _NEW_DRAWING
            self.package.declare(self.drawing, _DRAWING_TYPE)
            made = self.package.relate(self.sheet, "vmlDrawing", self.drawing)
        drawing = self.package.part(self.drawing)
        self.package.changed[self.part] = content
        self.package.changed[self.drawing] = insert_before_end(drawing, "xml", shapes.encode())
        return made


def _prefix(content: bytes) -> str:
    found: Any = start_tag("commentList").search(content)
    prefix: bytes = found["prefix"]
    return prefix.decode()
