"""The one schema of the supplier workbook: what its parts are made of and how they are found.

The content stands in `schema_cover` and `schema_tables`. Template, reader, checks, messages, docs and
API fields are all driven by it: nothing about a column is written anywhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from .choices import Choice
from .text import Text, fold

FAMILY = "carbonfoot-workbook"
VERSION = f"{FAMILY}/2026.3"
# Versions that are still read: those that differ from this one by added optional columns only. 2026.2 added
# `last_period`, 2026.3 `reference`. A version that renames a column keeps its old title in `Column.words`, so that both
# are found.
ACCEPTED_VERSIONS: tuple[str, ...] = (VERSION, f"{FAMILY}/2026.2", f"{FAMILY}/2026.1")

ColumnType = Literal["text", "number", "percent", "unit", "choice", "date", "year", "certificates"]

UNKNOWN_WORDS = ("未知", "不知道", "unknown", "not known")
NOT_APPLICABLE_WORDS = ("不适用", "n.a.", "n/a", "na", "not applicable")
ZERO_WORDS = ("零", "zero", "nil")
UNKNOWN = Text("未知", "unknown")
NOT_APPLICABLE = Text("不适用", "n.a.")

_STATES = {fold(word): "unknown" for word in UNKNOWN_WORDS} | {
    fold(word): "not_applicable" for word in NOT_APPLICABLE_WORDS
}


@dataclass(frozen=True, slots=True)
class Visibility:
    """Who can see what a column holds."""

    key: str
    title: Text


BOTH = Visibility("both", Text("贵公司和购买方可见", "visible to you and the buyer"))
RECIPE = Visibility(
    "recipe",
    Text("仅贵公司和受委托的核查机构可见", "visible to you and the engaged verifier only"),
)
PUBLISHED = Visibility(
    "published", Text("由贵公司公布后购买方可见", "visible to the buyer once you publish it")
)
VISIBILITIES = (BOTH, RECIPE, PUBLISHED)


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table, or one line of a form sheet.

    `states`: the cell may say unknown or not applicable in words. `unit_key`: the column that holds the
    unit of this amount. `dimensions`: what a unit column may measure. `limits`: lowest and highest value.
    """

    key: str
    title: Text
    help: Text
    type: ColumnType = "text"
    mandatory: bool = False
    states: bool = False
    choices: tuple[Choice, ...] = ()
    dimensions: tuple[str, ...] = ()
    unit_key: str = ""
    limits: tuple[Decimal | None, Decimal | None] = (None, None)
    positive: bool = False
    visibility: Visibility = RECIPE
    optional_group: bool = False
    example: str = ""
    width: int = 16
    max_length: int = 200
    words: tuple[str, ...] = ()

    @property
    def numeric(self) -> bool:
        """Whether a number is expected."""
        return self.type in ("number", "percent", "year")

    def names(self) -> set[str]:
        """Return every folded name by which a header can call the column."""
        names = (self.key, self.title.zh, self.title.en, *self.words)
        return {part for name in names for part in header_parts(name)}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the workbook: a form (label, value) or a table (one thing a row)."""

    key: str
    title: Text
    help: Text
    columns: tuple[Column, ...]
    form: bool = False
    required: bool = True
    duplicates: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The name on the sheet's tab."""
        return self.title.both()

    def column(self, key: str) -> Column:
        """Return the column with this key; KeyError if there is none."""
        for column in self.columns:
            if column.key == key:
                return column
        raise KeyError(key)

    def names(self) -> set[str]:
        """Return every folded name by which a tab can call the sheet."""
        return {fold(name) for name in (self.key, self.title.zh, self.title.en, self.shown, *self.words)}


_TRIM = re.compile(r"[*＊:：]+|\((?:必填|required|选填|optional)\)")

_BRACKETS = re.compile(r"\([^()]*\)")


def header_key(title: object) -> str:
    """Return a header as it is compared: spaces, stars, colons and "(required)" taken off."""
    return _TRIM.sub("", fold(title))


def header_parts(title: object) -> list[str]:
    """Return the names that a header cell offers, most exact first.

    The whole, each line or side of a bar, and each of these without what stands in brackets.
    """
    text = str(title)
    parts = [header_key(part) for part in (text, *re.split(r"[\r\n|]+", text))]
    parts += [_BRACKETS.sub("", part) for part in parts]
    return [part for part in dict.fromkeys(parts) if part]


@lru_cache(maxsize=20_000)
def state_of(text: str) -> str | None:
    """Return "unknown" or "not_applicable" if the text is one of the words for it (or both languages)."""
    folded = fold(text)
    if folded in _STATES:
        return _STATES[folded]
    pieces = [fold(piece) for piece in re.split(r"[/|／\s]+", text.strip()) if piece]
    states = {_STATES.get(piece) for piece in pieces}
    if len(pieces) == 2 and len(states) == 1:
        return states.pop()
    return None


def version_year(version: str) -> int | None:
    """Return the year of a template version of this family, or None for anything else."""
    match = re.match(rf"{FAMILY}/(20\d\d)\.\d+\Z", version.strip())
    return int(match.group(1)) if match else None


def order(version: str) -> tuple[int, int]:
    """Return (year, number) of a template version of this family, to compare versions by."""
    year, _, number = version.strip().rpartition("/")[2].partition(".")
    return int(year), int(number)
