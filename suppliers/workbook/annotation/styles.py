"""Formats: the same as a cell has, in the colour of a finding; and the formats of the list."""

from __future__ import annotations

import re

from suppliers.workbook import style

from .markup import NotAsExpected, start_tag, whole, with_attribute, without

COLOURS = {name: str(fill.fgColor.rgb)[-6:] for name, fill in style.SEVERITY.items()}


class Styles:
    """The formats of a workbook, to which others are added at the end: no number that a cell holds changes."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.fills = _Section(content, "fills", "fill")
        self.fonts = _Section(content, "fonts", "font")
        self.borders = _Section(content, "borders", "border")
        self.formats = _Section(content, "cellXfs", "xf")
        self._made: dict[tuple[int, str], int] = {}
        self._fills: dict[str, int] = {}
        self._ours = {
            number
            for number, fill in enumerate(self.fills.entries)
            if any(colour.encode() in fill.upper() for colour in COLOURS.values())
        }

    def marked(self, number: int, severity: str) -> int:
        """Return the format that is like `number` with a severity's colour; without one's, if `severity` is empty."""
        key = (number, severity)
        if key not in self._made:
            self._made[key] = self._made_for(number, severity)
        return self._made[key]

    def _made_for(self, number: int, severity: str) -> int:
        if not 0 <= number < len(self.formats.entries):
            number = 0
        found = start_tag("xf").match(self.formats.entries[number])
        if found is None:
            raise NotAsExpected("xf")
        if not severity and _fill_of(found["attributes"]) not in self._ours:
            return number
        fill = self._fill(severity) if severity else 0
        given = with_attribute(found["attributes"], "fillId", str(fill))
        given = with_attribute(given, "applyFill", "1") if severity else without(given, "applyFill")
        rest = self.formats.entries[number][found.end() :]
        slash = b"/" if found["empty"] else b""
        return self.formats.add(b"<" + found["prefix"] + b"xf" + given + slash + b">" + rest)

    def _fill(self, severity: str) -> int:
        if severity not in self._fills:
            p = self.fills.prefix
            colour = f'<{p}fgColor rgb="FF{COLOURS[severity]}"/><{p}bgColor indexed="64"/>'
            self._fills[severity] = self.fills.add(
                f'<{p}fill><{p}patternFill patternType="solid">{colour}</{p}patternFill></{p}fill>'.encode()
            )
        return self._fills[severity]

    def for_list(self) -> dict[str, int]:
        """Return the formats of the list: "head", "body", and one for each severity."""
        p = self.formats.prefix
        face = f'<{p}sz val="10"/><{p}color rgb="FF{style.INK}"/><{p}name val="{style.FONT}"/>'
        body = self.fonts.add(f"<{p}font>{face}</{p}font>".encode())
        bold = self.fonts.add(f"<{p}font><{p}b/>{face}</{p}font>".encode())
        line = f'style="thin"><{p}color rgb="FF{style.LINE}"/>'
        sides = "".join(f"<{p}{side} {line}</{p}{side}>" for side in ("left", "right", "top", "bottom"))
        border = self.borders.add(f"<{p}border>{sides}<{p}diagonal/></{p}border>".encode())
        # 49 is the built-in text format: nothing in the list is ever taken for a number or a formula.
        text = (
            f'numFmtId="49" fontId="{{font}}" fillId="{{fill}}" borderId="{border}" xfId="0" '
            'applyNumberFormat="1" applyFont="1" applyBorder="1" applyAlignment="1" applyFill="1"'
        )
        wrap = f'<{p}alignment vertical="top" wrapText="1"/>'

        def add(font: int, fill: int) -> int:
            given = text.format(font=font, fill=fill)
            return self.formats.add(f"<{p}xf {given}>{wrap}</{p}xf>".encode())

        made = {severity: add(body, self._fill(severity)) for severity in COLOURS}
        return made | {"head": add(bold, 0), "body": add(body, 0)}

    def render(self) -> bytes:
        """Return the part with everything added."""
        content = self.content
        for section in (self.fills, self.fonts, self.borders, self.formats):
            content = section.render(content)
        return content


class _Section:
    """One list of the part: fills, fonts, borders or formats."""

    def __init__(self, content: bytes, name: str, entry: str) -> None:
        found = re.search(
            rb"<((?:[\w.\-]+:)?)" + name.encode() + rb"([^<>]*)>(.*?)</\1" + name.encode() + rb"\s*>",
            content,
            re.DOTALL,
        )
        if found is None:
            raise NotAsExpected(name)
        self.name, self.whole = name, found[0]
        self.prefix = found[1].decode()
        self.attributes, self.body = found[2], found[3]
        self.entries = [match[0] for match in whole(entry).finditer(self.body)]
        self.added: list[bytes] = []

    def add(self, entry: bytes) -> int:
        """Add an entry and return its number."""
        self.entries.append(entry)
        self.added.append(entry)
        return len(self.entries) - 1

    def render(self, content: bytes) -> bytes:
        """Return the part with what was added to this list."""
        if not self.added:
            return content
        given = with_attribute(self.attributes, "count", str(len(self.entries)))
        tag = (self.prefix + self.name).encode()
        made = b"<" + tag + given + b">" + self.body + b"".join(self.added) + b"</" + tag + b">"
        return content.replace(self.whole, made, 1)


def _fill_of(attributes: bytes) -> int:
    found = re.search(rb"""\sfillId\s*=\s*["'](\d+)["']""", attributes)
    return int(found[1]) if found else 0
