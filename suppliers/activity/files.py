"""A CSV of records: its titles, and its rows by field. What is refused as a whole is refused with a sentence."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterator, Mapping

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Problems, problem

ROWS_MAX = 50_000
COLUMNS_MAX = 200
FIELD_MAX = 2_000
_ENCODINGS = ("utf-8-sig", "gb18030")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = (",", ";", "\t", "|")


def _decode(content: bytes) -> str:
    for encoding in ("utf-16",) if content[:2] in _UTF16 else _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise _refusal()


def _refusal() -> Problems:
    return problem(
        "ACT-FILE",
        _("This is no table of text."),
        field="file",
        mend=_("Export it as CSV, in UTF-8 or GB 18030, with a row of titles."),
    )


def _separator(line: str) -> str:
    return max(_SEPARATORS, key=line.count)


def _lines(content: bytes) -> Iterator[list[str]]:
    text = _decode(content)
    first = next((line for line in text.splitlines() if line.strip()), "")
    csv.field_size_limit(FIELD_MAX)
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=_separator(first)):
            if len(cells) > COLUMNS_MAX:
                raise problem("ACT-COLUMNS", _("The file has more than 200 columns."), field="file")
            if any(cell.strip() for cell in cells):
                yield [cell.strip() for cell in cells]
            else:
                yield []
    except csv.Error as error:
        raise _refusal() from error


def header_of(content: bytes) -> list[str]:
    """The titles in the first row that holds anything. Raises Problems for what is no table."""
    header = next((cells for cells in _lines(content) if cells), [])
    if len(header) < 2:
        raise _refusal()
    return header


def head_of(content: bytes, count: int) -> list[list[str]]:
    """The first ``count`` rows that hold anything, to show what the columns look like."""
    return list(itertools.islice((cells for cells in _lines(content) if cells), count))


def rows_of(content: bytes, columns: Mapping[str, str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The number of each row, as a spreadsheet counts, with its values by field.

    Raises Problems if a column that was named is not in this file, and after 50,000 rows.
    """
    places: dict[str, int] | None = None
    count = 0
    for number, cells in enumerate(_lines(content), start=1):
        if not cells:
            continue
        if places is None:
            gone = sorted(set(columns.values()) - set(cells))
            if gone:
                raise problem(
                    "ACT-COLUMN-GONE",
                    _("The file has no column “%(title)s”.") % {"title": gone[0]},
                    field="file",
                    mend=_("Name the columns of this system anew."),
                )
            places = {key: cells.index(title) for key, title in columns.items()}
            continue
        count += 1
        if count > ROWS_MAX:
            raise problem(
                "ACT-ROWS-MAX", _("The file has more than 50,000 rows."), field="file", mend=_("Split it.")
            )
        yield number, {key: cells[at] if at < len(cells) else "" for key, at in places.items()}
