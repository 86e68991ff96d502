"""The sheet that lists every finding, as the bytes of a part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .markup import quoted, text
from .package import MAIN

_LETTERS = "ABCDEFG"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list: its texts, its severity, and the cell that it leads to."""

    texts: tuple[str, ...]
    severity: str
    location: str = ""


def list_part(heads: Sequence[tuple[str, int]], lines: Iterable[Line], formats: dict[str, int]) -> bytes:
    """Return the part: a heading line that stays in sight, a filter, and links to the cells."""
    columns = "".join(
        f'<col min="{i}" max="{i}" width="{width}" customWidth="1"/>' for i, (_, width) in enumerate(heads, 1)
    )
    rows = [_row(1, [head for head, _ in heads], [formats["head"]] * len(heads))]
    links = []
    for number, line in enumerate(lines, start=2):
        styles = [formats["body"]] * len(heads)
        styles[2] = formats[line.severity]
        rows.append(_row(number, line.texts, styles))
        if line.location:
            links.append(f'<hyperlink ref="B{number}" location="{quoted(line.location)}"/>')
    linked = f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{MAIN.decode()}"><sheetViews><sheetView showGridLines="0" tabSelected="1" '
        'workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>'
        f"</sheetViews><cols>{columns}</cols><sheetData>{''.join(rows)}</sheetData>"
        f'<autoFilter ref="A1:{_LETTERS[len(heads) - 1]}{max(len(rows), 2)}"/>{linked}</worksheet>'
    ).encode()


def _row(number: int, texts: Sequence[str], styles: Sequence[int]) -> str:
    cells = "".join(
        f'<c r="{letter}{number}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text(value)}</t></is></c>'
        for letter, value, style in zip(_LETTERS, texts, styles, strict=False)
    )
    return f'<row r="{number}">{cells}</row>'
