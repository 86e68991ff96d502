"""The checks of a release's file: every problem at once, by row and column, with what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Collector, Problems
from lca import rulesets
from lca.engine.factors import FAMILIES, Factor
from lca.engine.units import UnitError, split_factor_unit
from lca.models import Factor as FactorRow
from lca.presentation.words import BOUNDARIES, CATEGORIES, REUSE
from lca.reference import plain_value
from lca.releases.columns import COLUMNS, MAX_BYTES, MAX_COLUMNS, MAX_ROWS, REQUIRED
from lca.releases.reader import Sheet, Unreadable, read
from lca.rulesets import RuleSet

TIERS = ("official", "model", "literature", "database")
# Values that are no emission factors, so that their units are free.
PARAMETERS = ("gwp", "recycling_inventory", "recycling_recovery", "cell_energy")
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_WHOLE, _DECIMALS = 15, 15
_LIMITS = {"rows": MAX_ROWS, "columns": MAX_COLUMNS, "size": MAX_BYTES // 1_000_000}

FILE_PROBLEMS: dict[str, tuple[Any, Any]] = {
    "empty": (_("The file is empty."), _("Download the present release and start from it.")),
    "ending": (_("Only .csv and .xlsx files can be read."), _("Save the table as one of them.")),
    "rows": (
        _("The file has more rows than can be read (%(limit)s)."),
        _("Split the release, or take out rows that are no factors."),
    ),
    "columns": (
        _("The file has more columns than can be read (%(limit)s)."),
        _("Keep the columns of the template only."),
    ),
    "binary": (_("This is no text file, whatever its name says."), _("Save the table as CSV again.")),
    "csv": (_("The rows cannot be told apart: a quotation mark is open."), _("Save the table as CSV again.")),
    "encoding": (_("The text is neither UTF-8 nor GB 18030."), _("Save it as “CSV UTF-8”.")),
    "workbook": (
        _("The file is damaged, or no Excel workbook."),
        _("Open it, save it as “Excel workbook (.xlsx)” and upload that."),
    ),
    "limits": (
        _("The file takes more memory or time than a table of factors needs."),
        _("Copy the table into a new, empty workbook, or save it as CSV."),
    ),
    "archive": (_("The workbook has too many parts."), _("Copy the table into a new, empty workbook.")),
    "inflated": (
        _("Unpacked, the workbook is larger than can be read."),
        _("Copy the table into a new, empty workbook."),
    ),
    "encrypted": (_("The file needs a password."), _("Remove the password and save it again.")),
    "foreign": (
        _("The workbook holds macros, links to other files or embedded objects."),
        _("Copy the table into a new, empty workbook."),
    ),
    "dtd": (
        _("A part of the workbook declares a document type."),
        _("Copy the table into a new, empty workbook."),
    ),
    "size": (
        _("The file is larger than %(limit)s MB."),
        _("Take out pictures and sheets that are not needed."),
    ),
}


def read_factors(content: bytes, filename: str) -> list[Factor]:
    """The factors that a file states, in its order. Raises Problems with all that is wrong, by row and column."""
    found = Collector()
    try:
        if len(content) > MAX_BYTES:
            raise Unreadable("size")
        sheet = read(content, filename)
    except Unreadable as error:
        message, mend = FILE_PROBLEMS[error.code]
        if error.code in _LIMITS:
            message = str(message) % {"limit": _LIMITS[error.code]}
        found.add(f"REL-FILE-{error.code.upper()}", message, field="file", mend=mend, value=error.detail[:80])
        raise Problems(found.items) from error
    columns = _columns(found, sheet)
    factors = list(_factors(found, sheet, columns)) if columns else []
    if columns and not sheet.rows:
        found.add("REL-NO-ROWS", _("There is no row under the header."), field="file")
    found.done()
    _check_rulesets(found, {factor.key for factor in factors})
    found.done()
    return factors


def _columns(found: Collector, sheet: Sheet) -> dict[str, int]:
    """Where the columns stand. Nothing when one is missing, unknown or there twice: rows would only repeat it."""
    columns: dict[str, int] = {}
    before = len(found.items)
    for position, title in enumerate(sheet.header):
        name = title.strip().lower()
        if name in columns:
            found.add(
                "REL-COLUMN-TWICE",
                _("The column %(name)s is there twice.") % {"name": name},
                field="file",
                value=title,
            )
        elif name in COLUMNS:
            columns[name] = position
        elif name:
            found.add(
                "REL-COLUMN-UNKNOWN",
                _("There is no column %(name)s in a release.") % {"name": name[:40]},
                field="file",
                value=title[:80],
                mend=_("Take it out, or correct its name."),
            )
    for name in COLUMNS:
        if name not in columns:
            found.add(
                "REL-COLUMN-MISSING",
                _("The column %(name)s is missing.") % {"name": name},
                field="file",
                mend=_("Download the present release: it has all columns."),
            )
    return columns if len(found.items) == before else {}


class _Row:
    """One row being read; notes problems at its cells."""

    def __init__(self, found: Collector, number: int, texts: dict[str, str]) -> None:
        self.found, self.number, self.texts = found, number, texts

    def say(self, column: str, code: str, message: Any, mend: Any = "") -> None:
        where = _("row %(row)s, column %(column)s") % {"row": self.number, "column": column}
        self.found.add(
            code,
            message,
            field="file",
            where=str(where),
            value=self.texts.get(column, "")[:80],
            mend=mend,
        )

    def text(self, column: str) -> str:
        """The text of a column, checked for what every column has in common."""
        text = self.texts[column]
        if column in REQUIRED and not text:
            self.say(column, "REL-MISSING", _("This must not be empty."))
        if text.startswith("="):
            self.say(
                column,
                "REL-FORMULA",
                _("This is a formula."),
                _("Copy the column and paste it as values."),
            )
        limit = getattr(FactorRow._meta.get_field(column), "max_length", None) or 2000
        if len(text) > limit:
            self.say(
                column,
                "REL-LONG",
                _("At most %(limit)s characters can be kept here.") % {"limit": limit},
            )
        return text

    def one_of(self, column: str, allowed: Iterable[str]) -> str:
        """A word of a closed list; empty only where the column may be."""
        text, words = self.text(column), sorted(allowed)
        if text and text not in words:
            self.say(
                column,
                "REL-WORD",
                _("“%(value)s” is none of the words that are known here.") % {"value": text[:40]},
                _("One of: %(words)s") % {"words": ", ".join(words)},
            )
        return text


def _factors(found: Collector, sheet: Sheet, columns: dict[str, int]) -> Iterator[Factor]:
    first: dict[str, int] = {}
    for number, cells in sheet.rows:
        texts = {
            name: cells[position].strip() if position < len(cells) else ""
            for name, position in columns.items()
        }
        row = _Row(found, number, texts)
        key = _key(row, first)
        family, category = row.one_of("family", FAMILIES), row.one_of("category", CATEGORIES)
        value, unit = _value(row), row.text("unit")
        _check_unit(row, unit, category, family)
        yield Factor(
            key=key,
            name_en=row.text("name_en"),
            name_zh=row.text("name_zh"),
            category=category,
            value=value,
            unit=unit,
            region=row.text("region"),
            year=_year(row),
            tier=row.one_of("tier", TIERS),
            family=family,
            source_title=row.text("source_title"),
            source_ref=row.text("source_ref"),
            licence=row.text("licence"),
            note=row.text("note"),
            basis=row.text("basis"),
            boundary=row.one_of("boundary", BOUNDARIES),
            reuse=row.one_of("reuse", REUSE),
        )


def _key(row: _Row, first: dict[str, int]) -> str:
    key = row.text("key")
    if key and not _KEY.fullmatch(key):
        row.say("key", "REL-KEY", _("A key is made of letters, digits, dots, hyphens and underscores."))
    elif key.startswith("own."):
        row.say("key", "REL-KEY-OWN", _("Keys that begin with “own.” belong to organisations' own factors."))
    if key in first:
        row.say(
            "key",
            "REL-KEY-TWICE",
            _("This key is in row %(row)s already.") % {"row": first[key]},
            _("Give each factor a key of its own."),
        )
    elif key:
        first[key] = row.number
    return key


def _too_many_digits(row: _Row) -> None:
    row.say(
        "value",
        "REL-VALUE-DIGITS",
        _("At most 15 digits before and after the point can be kept."),
        _("Round it: no factor is known to so many digits."),
    )


def _value(row: _Row) -> Decimal:
    text = row.text("value")
    try:
        value = Decimal(text) if text else Decimal(0)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        row.say(
            "value",
            "REL-VALUE",
            _("This cannot be read as a number."),
            _("Write it with a point and without separators: 1234.5."),
        )
        return Decimal(0)
    if value.adjusted() >= _WHOLE:
        _too_many_digits(row)
        return Decimal(0)
    exact = plain_value(value)
    exponent = exact.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > _DECIMALS:
        _too_many_digits(row)
    if value < 0:
        row.say(
            "value",
            "REL-VALUE-NEGATIVE",
            _("A factor is never below zero."),
            _("Credits belong to the end-of-life model, where they must be earned."),
        )
    return exact


def _year(row: _Row) -> int | None:
    text = row.text("year")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or not 1990 <= int(text) <= 2100:
        row.say(
            "year", "REL-YEAR", _("A year is four digits, 1990 to 2100; leave it empty if it is not known.")
        )
        return None
    return int(text)


def _check_unit(row: _Row, unit: str, category: str, family: str) -> None:
    """Emission factors are kg CO2e or kg CO2 per a known unit; electricity families never take each other's."""
    if not unit or category in PARAMETERS:
        return
    try:
        gas, per = split_factor_unit(unit)
    except UnitError:
        row.say(
            "unit",
            "REL-UNIT",
            _("The unit of an emission factor is kg CO2e (or kg CO2) per a unit that is known here."),
            _("For example kg CO2e/kg, kg CO2e/kWh, kg CO2e/tkm."),
        )
        return
    wanted = {"electricity_footprint": "kg CO2e", "electricity_co2": "kg CO2"}.get(family)
    if wanted is None:
        return
    if not category.startswith("electricity"):
        row.say("family", "REL-FAMILY", _("Only electricity belongs to one of the electricity families."))
    elif gas != wanted or per not in ("kWh", "MWh", "MJ"):
        row.say(
            "unit",
            "REL-FAMILY-UNIT",
            _(
                "Electricity carbon footprint factors are in kg CO2e, electricity CO2 factors in kg CO2, per kWh."
            ),
            _("Check the family: the two are never mixed."),
        )


def needed_keys(ruleset: RuleSet) -> set[str]:
    """Keys of factors that a rule set names: without them nothing with grid electricity could be calculated."""
    rule = ruleset.electricity
    keys = {*rule.grid.values(), rule.certificate_td, rule.direct_td}
    for table in rule.generation.values():
        keys |= set(table.values())
    return {key for key in keys if key}


def _check_rulesets(found: Collector, keys: set[str]) -> None:
    for ruleset in rulesets.available():
        for key in sorted(needed_keys(ruleset) - keys):
            found.add(
                "REL-RULESET",
                _("The rule set %(ruleset)s names the factor %(key)s; the file does not have it.")
                % {"ruleset": f"{ruleset.id} {ruleset.version}", "key": key},
                field="file",
                value=key,
                mend=_("Keep the key, or change the rule set first."),
            )
