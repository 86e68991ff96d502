"""Worked numbers of published methods, put through the engine's own formulas: found beside expected.

Two kinds of file, as they are published:

- CSV with one material a row for the Circular Footprint Formula: `A`, `R1`, `R2`, `Ev` and what else of the formula the
  row has (`R3 B Erecycled ErecyclingEoL Estar_v ED Qsin/Qp Qsout/Qp EER LHV XER_heat XER_elec ESE_heat ESE_elec`);
  an empty cell is the formula's default: E*v = Ev, quality ratios 1, the rest 0. Lines that begin with # are comments.
- JSON with lists under `pds`, `dqr` (`parts` with `pcf` and their `pds`, or `dqr`, or `ter`, `tir`, `ger`), `pcf_abs`
  (`pcf`, with `net` and `absolute`) and `tir` (`age_days`).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from lca.engine.problems import EngineProblem, InventoryError
from lca.engine.quality import absolute, aggregate_dqr, aggregate_pds, time_rating
from lca.engine.recycling import CircularFootprint

KINDS = ("pds", "dqr", "pcf_abs", "tir")
# A column of a CSV, folded -> parameter of the formula.
_COLUMNS = {
    "a": "a",
    "b": "b",
    "r1": "r1",
    "r2": "r2",
    "r3": "r3",
    "ev": "ev",
    "erecycled": "e_recycled",
    "erec": "e_recycled",
    "erecyclingeol": "e_recycling_eol",
    "ereceol": "e_recycling_eol",
    "estarv": "e_star_v",
    "e*v": "e_star_v",
    "ed": "ed",
    "qsin/qp": "q_in",
    "qin": "q_in",
    "qsout/qp": "q_out",
    "qout": "q_out",
    "eer": "e_er",
    "lhv": "lhv",
    "xerheat": "x_heat",
    "xheat": "x_heat",
    "xerelec": "x_elec",
    "xelec": "x_elec",
    "eseheat": "e_se_heat",
    "eseelec": "e_se_elec",
}
_NEEDED = ("a", "r1", "r2", "ev")
_SHARES = ("a", "b", "r1", "r2", "r3")


@dataclass(frozen=True, slots=True)
class Worked:
    """One worked number: which, what the engine finds, what the file expects (None if nothing)."""

    kind: str
    name: str
    found: float
    expected: float | None

    @property
    def difference(self) -> float | None:
        """The relative difference; the absolute one where zero is expected."""
        if self.expected is None:
            return None
        return abs(self.found - self.expected) / (abs(self.expected) or 1.0)


def is_worked(document: Any) -> bool:
    """Whether a JSON document holds worked numbers of data quality."""
    return (
        isinstance(document, Mapping)
        and "format" not in document
        and any(isinstance(document.get(kind), list) for kind in KINDS)
    )


def _fold(name: str) -> str:
    return "".join(character for character in name.casefold() if character not in " _-")


def _table(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [[cell.strip() for cell in row] for row in csv.reader(lines)]


def is_formula_table(text: str) -> bool:
    """Whether a text is a CSV with the parameters of the Circular Footprint Formula in its columns."""
    try:
        rows = _table(text)
    except csv.Error:
        return False
    columns = {_COLUMNS.get(_fold(cell)) for cell in rows[0]} if rows else set()
    return set(_NEEDED) <= columns


def run_formula_table(text: str) -> list[Worked]:
    """Return the formula's value for every row of a CSV, with the terms that a column `expected_TERM` asks for.

    Errors: InventoryError with every cell that is no number, or missing, or a share outside 0 to 1.
    """
    header, *rows = _table(text)
    folded = [_fold(cell) for cell in header]
    problems: list[EngineProblem] = []
    found: list[Worked] = []
    for number, row in enumerate(rows, 1):
        cells = dict(zip(folded, row, strict=False))
        name = cells.get("material") or cells.get("name") or str(number)
        values: dict[str, float] = {}
        before = len(problems)
        for column, parameter in _COLUMNS.items():
            if cells.get(column):
                values[parameter] = _cell(cells[column], f"{name}.{column}", parameter in _SHARES, problems)
        problems += [_missing(f"{name}.{parameter}") for parameter in _NEEDED if parameter not in values]
        if len(problems) > before:
            continue
        formula = CircularFootprint(**{"e_star_v": values["ev"], **values})
        wanted = {column: cells[column] for column in folded if column.startswith("expected")}
        found += _terms(name, formula, wanted, problems)
    if problems or not found:
        raise InventoryError(problems or [_missing("material")])
    return found


def _terms(
    name: str, formula: CircularFootprint, wanted: Mapping[str, str], problems: list[EngineProblem]
) -> Iterator[Worked]:
    for column, text in (wanted or {"expected": ""}).items():
        term = column.removeprefix("expected") or "total"
        if term not in ("total", "material", "recycling", "energy", "disposal"):
            continue
        expected = _cell(text, f"{name}.{column}", False, problems) if text else None
        yield Worked("cff", name if term == "total" else f"{name}, {term}", getattr(formula, term), expected)


def _cell(text: str, place: str, share: bool, problems: list[EngineProblem]) -> float:
    try:
        value = Decimal(text)
        if value.is_finite() and abs(value.adjusted()) <= 60 and (not share or 0 <= value <= 1):
            return float(value)
    except InvalidOperation:
        pass
    problems.append(EngineProblem("case.number", place, text, {"field": place}))
    return 0.0


def _missing(place: str) -> EngineProblem:
    return EngineProblem("case.field", place, "", {"field": place})


def run_worked(document: Mapping[str, Any], missing_dqr: int) -> list[Worked]:
    """Return every worked number of a document by the engine's formulas; a missing rating counts as `missing_dqr`.

    Errors: InventoryError with every part that cannot be read.
    """
    reader = _Reader(missing_dqr)
    found: list[Worked] = []
    for kind in KINDS:
        for number, case in enumerate(document.get(kind) or ()):
            place = f"{kind}[{number}]"
            if isinstance(case, Mapping):
                found += getattr(reader, kind)(case, place)
            else:
                reader.problems.append(_missing(place))
    if reader.problems or not found:
        raise InventoryError(reader.problems or [_missing("pds")])
    return found


class _Reader:
    """Reads the four kinds of worked numbers; every problem is remembered."""

    def __init__(self, missing_dqr: int) -> None:
        self.missing_dqr = missing_dqr
        self.problems: list[EngineProblem] = []

    def number(self, value: Any, place: str) -> float | None:
        """Return a number, or None where there is none; anything else is a problem."""
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)):
            self.problems.append(EngineProblem("case.number", place, repr(value), {"field": place}))
            return None
        return _cell(str(value), place, False, self.problems)

    def needed(self, value: Any, place: str) -> float:
        """Return a number that must be there."""
        number = self.number(value, place)
        if number is None:
            self.problems.append(_missing(place))
        return number or 0.0

    def parts(self, case: Mapping[str, Any], place: str) -> list[Mapping[str, Any]]:
        """Return the parts of an aggregate."""
        parts = case.get("parts")
        if not isinstance(parts, list) or not parts or not all(isinstance(part, Mapping) for part in parts):
            self.problems.append(_missing(f"{place}.parts"))
            return []
        return parts

    def aggregate(
        self,
        case: Mapping[str, Any],
        place: str,
        rating: str,
        formula: Callable[[Sequence[tuple[float, float | None]]], float | None],
    ) -> float | None:
        """Return the aggregate of the parts' `rating`, weighted by their footprints without signs."""
        rows = []
        for number, part in enumerate(self.parts(case, place)):
            inner = f"{place}.parts[{number}]"
            weight = self.needed(part.get("pcf"), f"{inner}.pcf")
            rows.append((weight, self.number(part.get(rating), f"{inner}.{rating}")))
        value = formula(rows)
        if rows and value is None:
            self.problems.append(_missing(f"{place}.parts"))
        return value

    def pds(self, case: Mapping[str, Any], place: str) -> list[Worked]:
        """The primary data share of an aggregate."""
        value = self.aggregate(case, place, "pds", aggregate_pds)
        return self._worked("pds", place, value, case.get("expected"))

    def dqr(self, case: Mapping[str, Any], place: str) -> list[Worked]:
        """The data quality rating of an aggregate: one figure, or technology, time and geography apart."""

        def formula(rows: Sequence[tuple[float, float | None]]) -> float | None:
            return aggregate_dqr(rows, self.missing_dqr)

        expected = case.get("expected")
        stated = {key for part in self.parts(case, place) for key in part} & {"ter", "tir", "ger"}
        found: list[Worked] = []
        for criterion in sorted(stated) or ["dqr"]:
            value = self.aggregate(case, place, criterion, formula)
            wanted = expected.get(criterion) if isinstance(expected, Mapping) else expected
            alone = not isinstance(expected, Mapping) and len(stated) > 1
            found += self._worked(criterion, place, value, None if alone else wanted)
        return found

    def pcf_abs(self, case: Mapping[str, Any], place: str) -> list[Worked]:
        """A footprint with and without the signs of its parts."""
        values = case.get("pcf")
        if not isinstance(values, list) or not values:
            self.problems.append(_missing(f"{place}.pcf"))
            return []
        parts = [self.needed(value, f"{place}.pcf[{number}]") for number, value in enumerate(values)]
        return [
            *self._worked("pcf_abs", place, absolute(parts), case.get("absolute")),
            *self._worked("net", place, sum(parts), case.get("net")),
        ]

    def tir(self, case: Mapping[str, Any], place: str) -> list[Worked]:
        """The time rating of an age in days."""
        age = self.needed(case.get("age_days"), f"{place}.age_days")
        return self._worked("tir", place, float(time_rating(age)), case.get("expected"))

    def _worked(self, kind: str, place: str, value: float | None, expected: Any) -> list[Worked]:
        wanted = self.number(expected, f"{place}.expected")
        return [] if value is None else [Worked(kind, place, value, wanted)]
