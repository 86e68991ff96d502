"""The workbook part: which tabs there are, a tab put in before them, a tab taken out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .markup import (
    HIDING,
    NotAsExpected,
    attribute,
    quoted,
    start_tag,
    whole,
    with_attribute,
    without,
)
from .package import MAIN, OFFICE, Package

_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab: its title, the part behind it, and the tag that names it."""

    title: str
    part: str
    relation: str
    tag: bytes


class Book:
    """The workbook part of a package. Changes go into the package at once."""

    def __init__(self, package: Package) -> None:
        self.package = package
        roots = [relation.target for relation in package.relations("") if relation.kind == "officeDocument"]
        if len(roots) != 1:
            raise NotAsExpected("workbook")
        self.part = roots[0]
        root = start_tag("workbook").search(self.content)
        if root is None or MAIN not in root["attributes"] or HIDING.search(self.content):
            raise NotAsExpected("workbook")
        styles = [relation.target for relation in package.relations(self.part) if relation.kind == "styles"]
        if len(styles) != 1:
            raise NotAsExpected("styles")
        self.prefix = root["prefix"].decode()
        self.styles = styles[0]

    @property
    def content(self) -> bytes:
        """The part as it is by now."""
        return self.package.part(self.part)

    def tabs(self) -> list[Tab]:
        """Return the tabs in their order; sheets of charts are tabs with a part as well."""
        targets = {relation.id: relation for relation in self.package.relations(self.part)}
        found = []
        for match in start_tag("sheet").finditer(self.content):
            given = match["attributes"]
            key = re.search(rb"""\s[\w.\-]+:id\s*=\s*["']([^"']*)["']""", given)
            relation = targets.get(key[1].decode() if key else "")
            if relation is None:
                raise NotAsExpected("sheet")
            part = relation.target if relation.kind == "worksheet" else ""
            found.append(Tab(attribute(given, "name"), part, relation.id, match[0]))
        return found

    def remove(self, tab: Tab) -> None:
        """Take a tab out with all that belongs to it."""
        index = [other.relation for other in self.tabs()].index(tab.relation)
        self._save(self._renumbered(self.content.replace(tab.tag, b"", 1), index, -1))
        for relation in self.package.relations(tab.part):
            if relation.kind in ("comments", "vmlDrawing"):
                self.package.remove(relation.target)
        self.package.unrelate(self.part, tab.relation)
        self.package.remove(tab.part)

    def put_first(self, title: str, content: bytes) -> None:
        """Put a tab in before all others and open the book on it."""
        part = self.package.free_name("xl/worksheets/sheet{}.xml")
        self.package.changed[part] = content
        self.package.declare(part, _SHEET_TYPE)
        key = self.package.relate(self.part, "worksheet", part)
        used = [
            attribute(match["attributes"], "sheetId") for match in start_tag("sheet").finditer(self.content)
        ]
        number = max((int(value) for value in used if value.isdigit()), default=0) + 1
        line = f'<{self.prefix}sheet xmlns:cfr="{OFFICE}" name="{quoted(title)}" sheetId="{number}" cfr:id="{key}"/>'
        content = self._renumbered(self.content, 0, 1)
        sheets = start_tag("sheets").search(content)
        if sheets is None or sheets["empty"]:
            raise NotAsExpected("sheets")
        content = content[: sheets.end()] + line.encode() + content[sheets.end() :]
        self._save(start_tag("workbookView").sub(self._first, content))

    @staticmethod
    def _first(match: re.Match[bytes]) -> bytes:
        given = without(with_attribute(match["attributes"], "activeTab", "0"), "firstSheet")
        return b"<" + match["prefix"] + b"workbookView" + given.rstrip() + match["empty"] + b">"

    def _renumbered(self, content: bytes, index: int, step: int) -> bytes:
        """Names that belong to a tab count the tabs before it; those of a tab that goes go with it."""

        def name(match: re.Match[bytes]) -> bytes:
            own = attribute(match["attributes"], "localSheetId")
            if not own.isdigit() or int(own) < index:
                return match[0]
            if step < 0 and int(own) == index:
                return b""
            given = with_attribute(match["attributes"], "localSheetId", str(int(own) + step))
            tag = match["prefix"] + b"definedName"
            return b"<" + tag + given + b">" + (match["content"] or b"") + b"</" + tag + b">"

        content = whole("definedName").sub(name, content)
        names = whole("definedNames").search(content)
        if names and not (names["content"] or b"").strip():
            content = content.replace(names[0], b"", 1)
        return content

    def _save(self, content: bytes) -> None:
        self.package.changed[self.part] = content
