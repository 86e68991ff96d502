"""Green certificate numbers in a cell."""

from __future__ import annotations

import re
from collections.abc import Iterator

from suppliers.workbook.reading import Cell, Reading, Table

_SEPARATOR = re.compile(r"[;；,，、\n\r]+")
_FORM = re.compile(r"\d{32}\Z")


def is_certificate(number: str) -> bool:
    """Say whether a number has the form of a green certificate: 17 digits of project, 15 of electricity."""
    return _FORM.match(number) is not None and number.isascii()


def split(text: str) -> list[str]:
    """Return the numbers of a cell without the spaces and hyphens that people group digits with."""
    numbers: list[str] = []
    for piece in _SEPARATOR.split(text):
        words = piece.split()
        if len(words) > 1 and all(is_certificate(word) for word in words):
            numbers += words
        elif words:
            numbers.append("".join(words).replace("-", ""))
    return numbers


def certificate_cells(reading: Reading) -> Iterator[tuple[Table, Cell]]:
    """Yield the filled certificate cells of the energy table."""
    table = reading.tables.get("energy")
    if table is None or not reading.wants_tables:
        return
    for row in table.rows:
        cell = row.get("certificates")
        if cell is not None and cell.text:
            yield table, cell
