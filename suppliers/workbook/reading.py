"""What was read from a file, before any judgement: sheets, columns and cells with their places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from .schema import Column, Sheet

State = Literal["known", "unknown", "not_applicable", "blank", "bad"]
CellValue = Decimal | str | None
# {sheet title: {cell: text}}: what counts instead of what the file holds, as a person wrote it on the page.
Corrections = dict[str, dict[str, str]]


@dataclass(slots=True)
class Cell:
    """One cell as read. `value` is a Decimal, a key of a list, an ISO date or text, by the column's type.

    `state` is "bad" where the content could not be read; `problem` then names why. `shown` is the
    content as the user sees it. `corrected` says that the value was given on the page, not by the file.
    """

    column: Column
    address: str
    shown: str = ""
    value: CellValue = None
    state: State = "blank"
    problem: str = ""
    notes: tuple[str, ...] = ()
    params: dict[str, Any] = field(default_factory=dict)
    corrected: bool = False

    @property
    def known(self) -> bool:
        """Whether a value was read."""
        return self.state == "known"

    @property
    def number(self) -> Decimal | None:
        """The number, or None where there is none."""
        return self.value if isinstance(self.value, Decimal) else None

    @property
    def text(self) -> str:
        """The text or key, or an empty string."""
        return self.value if isinstance(self.value, str) else ""


@dataclass(slots=True)
class Row:
    """A row of a table: its number in the sheet, its cells by column key.

    Blank cells of a data table are not kept; `get` makes one where the file has the column.
    """

    number: int
    cells: dict[str, Cell]
    table: Table | None = None

    def get(self, key: str) -> Cell | None:
        """Return the cell of a column, or None if the file lacks the column."""
        cell = self.cells.get(key)
        if cell is None and self.table is not None and key in self.table.letters:
            return Cell(self.table.schema.column(key), f"{self.table.letters[key]}{self.number}")
        return cell

    def text(self, key: str) -> str:
        """Return the text or key in a column, or an empty string."""
        cell = self.cells.get(key)
        return cell.text if cell is not None else ""

    def number_in(self, key: str) -> Decimal | None:
        """Return the number in a column, or None."""
        cell = self.cells.get(key)
        return cell.number if cell is not None else None


@dataclass(slots=True)
class Table:
    """A sheet that was found: its schema, its title in the file, where its columns stand, its rows.

    `letters` maps column keys to column letters; unknown and repeated columns come with their cell.
    A form sheet has exactly one row, whose cells stand below each other.
    """

    schema: Sheet
    title: str
    header_row: int = 0
    letters: dict[str, str] = field(default_factory=dict)
    unknown_columns: list[tuple[str, str]] = field(default_factory=list)
    repeated_columns: list[tuple[Column, str]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    @property
    def key(self) -> str:
        """The schema's key."""
        return self.schema.key

    @property
    def form(self) -> Row:
        """The one row of a form sheet, empty if nothing was found."""
        return self.rows[0] if self.rows else Row(0, {})

    def anchor(self) -> str:
        """Return a cell to point at when the whole table is meant: the first cell under the header."""
        letter = next(iter(self.letters.values()), "A")
        return f"{letter}{self.header_row + 1}" if self.header_row else "A1"


@dataclass(slots=True)
class Reading:
    """A file as read. `single` is the key of the only table where a CSV was given.

    `headless` lists sheets that were found by their name and whose header row was not.
    """

    tables: dict[str, Table] = field(default_factory=dict)
    titles: list[str] = field(default_factory=list)
    unknown_sheets: list[str] = field(default_factory=list)
    repeated_sheets: list[tuple[Sheet, str]] = field(default_factory=list)
    headless: list[tuple[Sheet, str]] = field(default_factory=list)
    single: str = ""
    cells: int = 0
    index: Any = None  # what the checks sort the cells into, once; see checks.base.index

    @property
    def cover(self) -> Row:
        """The cover's cells, empty if there is no cover."""
        table = self.tables.get("cover")
        return table.form if table else Row(0, {})

    @property
    def level(self) -> str:
        """ "tables", "verified" or "" where the cover does not say."""
        return self.cover.text("level")

    @property
    def wants_tables(self) -> bool:
        """Whether the tables are to be checked: they are, unless the cover chose the verified footprint."""
        return bool(self.single) or self.level != "verified"

    def rows(self, key: str) -> list[Row]:
        """Return the rows of a table, none if the file lacks it."""
        table = self.tables.get(key)
        return table.rows if table else []

    def filled(self) -> Iterator[tuple[Table, Row]]:
        """Yield every row of every data table."""
        for table in self.tables.values():
            if not table.schema.form:
                for row in table.rows:
                    yield table, row
