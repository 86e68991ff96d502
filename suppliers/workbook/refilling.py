"""From neutral rows back into a template: an answer as a filled workbook, or as the beginning of the next one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .layout import BY_KEY, SHEETS
from .rows import Rows
from .schema import NOT_APPLICABLE, UNKNOWN
from .schema_cover import PREFILLED_KEYS
from .template import FIRST_ROW
from .text import Text

# More blank rows than this between two filled ones are not kept: they come from another layout.
GAPS_MAX = 200
# What another year says anew; everything else of a row stays as a beginning.
YEARLY = ("amount", "mass_kg", "certificates", "price", "evidence", "note")
_WORDS: Mapping[str, Text] = {"unknown": UNKNOWN, "not_applicable": NOT_APPLICABLE}
Values = dict[str, str]
Filled = dict[str, list[Values]]


def refill(
    tables: Rows, cover: Mapping[str, Any], verified: Mapping[str, Any], lang: str = "zh"
) -> tuple[Filled, Values]:
    """Return (rows, cover) for `TemplateRequest` that hold the same answer, states in words.

    Rows stand in the same lines as in a workbook of the template, blank ones between them kept, so that what is read
    back has the same places; rows of another layout stand one below the other.
    """
    rows: Filled = {}
    for sheet in SHEETS:
        if not sheet.form and tables.get(sheet.key):
            rows[sheet.key] = _placed(tables[sheet.key], lang)
    if verified.get("values"):
        rows["verified"] = [_words(verified["values"], lang)]
    given = _words(cover.get("values", {}), lang)
    return rows, {key: value for key, value in given.items() if key not in PREFILLED_KEYS}


def begin_next(rows: Filled, year: int) -> Filled:
    """Return the rows as a beginning for another year: what stays the same stays, amounts are asked for again.

    The amount of `year` is said beside the blank, for comparison. A verified footprint is of its year alone.
    """
    begun: Filled = {}
    for table, filled in rows.items():
        if BY_KEY[table].form:
            continue
        begun[table] = [_begun(values, year) for values in filled if values]
    return begun


def _begun(values: Values, year: int) -> Values:
    row = {key: value for key, value in values.items() if key not in YEARLY}
    amount = " ".join(part for part in (values.get("amount", ""), values.get("unit", "")) if part)
    if amount:
        row["last_period"] = f"{year}: {amount}"
    return row


def _placed(rows: list[dict[str, Any]], lang: str) -> list[Values]:
    filled = [_words(row["values"], lang) for row in rows]
    numbers = [int(row["row"]) for row in rows]
    steps = [b - a for a, b in zip([FIRST_ROW - 1, *numbers], numbers, strict=False)]
    if any(step < 1 for step in steps) or sum(steps) - len(steps) > GAPS_MAX:
        return filled
    placed: list[Values] = []
    for step, values in zip(steps, filled, strict=True):
        placed += [{} for _ in range(step - 1)] + [values]
    return placed


def _words(values: Mapping[str, Any], lang: str) -> Values:
    found: Values = {}
    for key, entry in values.items():
        state = _WORDS.get(entry["state"])
        if state is not None:
            found[key] = state.pick(lang)
        else:
            text = entry.get("shown") if entry["state"] == "bad" else entry.get("value")
            if text not in (None, ""):
                found[key] = str(text)
    return found
