"""Numbers as people write them, read to exact decimals.

Takes full-width digits, decimal commas, thousands separators, typographic minus signs and a percent
sign. Never guesses in silence: what was interpreted is said in `Number.notes`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation

_MINUS = dict.fromkeys(map(ord, "\u2212\u2013\u2014\ufe63\uff0d"), "-")
_GROUPING = dict.fromkeys(map(ord, "'\u2019\u02bc`_"), "'")
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?\Z")
_TEN_THOUSAND = {"万": 4, "亿": 8, "千": 3, "百万": 6}
MAX_DIGITS = 40
# Digits after the decimal point that an amount of an inventory keeps.
DECIMALS_MAX = 15


@dataclass(frozen=True, slots=True)
class Number:
    """A number read from text. `notes` holds what had to be interpreted: decimal_comma, full_width,
    ambiguous_comma, grouping."""

    value: Decimal
    percent: bool = False
    notes: tuple[str, ...] = ()


def from_float(value: float | int) -> Decimal:
    """Return a spreadsheet's binary number as the decimal that the person saw.

    Spreadsheets keep 15 significant digits, so 0.30000000000000004 was 0.3.
    """
    if isinstance(value, int):
        return Decimal(value)
    return tidy(Decimal(f"{value:.15g}"))


def tidy(value: Decimal) -> Decimal:
    """Return the decimal without an exponent above zero, so that 1E+3 is written 1000; -0 is 0."""
    if value == 0:
        return Decimal(0) if value.as_tuple().exponent in (0,) or value.is_signed() else value
    exponent = value.as_tuple().exponent
    return Decimal(format(value, "f")) if isinstance(exponent, int) and exponent > 0 else value


def to_decimals(value: Decimal) -> Decimal:
    """Return the number rounded, half to even, to the decimals that an inventory keeps; unchanged if it has no more."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent <= DECIMALS_MAX:
        return value
    return value.quantize(Decimal(1).scaleb(-DECIMALS_MAX), ROUND_HALF_EVEN, Context(prec=100))


def parse_number(text: str) -> Number | None:
    """Return the number in `text`, or None if it is not one.

    "1,234.5", "1.234,5", "1 234,5", "１２.５", "12 %" and "−3" are numbers. "1,234" is read as one
    thousand two hundred and thirty-four, as Chinese and English readers do, with the note
    `ambiguous_comma`. Units, words, ranges and signs such as "≈" make it no number.
    """
    if len(text) > 200:
        return None
    notes: list[str] = []
    flat = unicodedata.normalize("NFKC", text).translate(_MINUS).translate(_GROUPING)
    if any("\uff10" <= c <= "\uff19" for c in text):
        notes.append("full_width")
    flat = "".join(flat.split())
    percent = flat.endswith("%")
    flat = flat[:-1] if percent else flat
    if not flat or not flat.isascii():
        return None
    spaced = re.search(r"\d[\s\u00a0\u202f]+\d", text.strip()) is not None
    if spaced and not _grouped_by_space(text):
        return None
    mantissa, exponent = re.match(r"([^eE]*)((?:[eE].*)?)\Z", flat).groups()  # type: ignore[union-attr]
    plain = _separators(mantissa, notes)
    if plain is None:
        return None
    plain += exponent
    if not _PLAIN.match(plain) or sum(c.isdigit() for c in plain) > MAX_DIGITS:
        return None
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value.adjusted()) > 60:
        return None
    return Number(tidy(value), percent, tuple(notes))


def _grouped_by_space(text: str) -> bool:
    """Say whether the spaces between digits stand every three digits, as in "1 234 567,8"."""
    flat = unicodedata.normalize("NFKC", text).strip().rstrip("%").strip()
    return re.match(r"[+\-\u2212]?\s*\d{1,3}(?:\s\d{3})+(?:[.,]\d+)?\Z", flat) is not None


def _separators(mantissa: str, notes: list[str]) -> str | None:
    """Return the mantissa with grouping taken out and a point as decimal sign, or None."""
    sign = mantissa[:1] if mantissa[:1] in "+-" else ""
    body = mantissa[len(sign) :]
    if "'" in body:
        head, _, tail = body.partition(".")
        if not re.match(r"\d{1,3}(?:'\d{3})+\Z", head):
            return None
        body = head.replace("'", "") + (f".{tail}" if tail else "")
        notes.append("grouping")
    commas, points = body.count(","), body.count(".")
    if not commas and points <= 1:
        return sign + body
    if commas and points:
        return _both(sign, body, notes)
    mark = "," if commas else "."
    if body.count(mark) > 1:
        if not _groups(body, mark):
            return None
        notes.append("grouping")
        return sign + body.replace(mark, "")
    whole, _, rest = body.partition(",")
    if not whole.isdigit() or not rest.isdigit():
        return None
    if len(rest) == 3 and len(whole) <= 3 and not whole.startswith("0"):
        notes.append("ambiguous_comma")
        return sign + whole + rest
    notes.append("decimal_comma")
    return f"{sign}{whole}.{rest}"


def _both(sign: str, body: str, notes: list[str]) -> str | None:
    """Read a body with commas and points: the last kind is the decimal sign."""
    decimal = "," if body.rindex(",") > body.rindex(".") else "."
    group = "." if decimal == "," else ","
    if body.count(decimal) != 1:
        return None
    whole, _, rest = body.partition(decimal)
    if not _groups(whole, group) or not rest.isdigit():
        return None
    notes.append("decimal_comma" if decimal == "," else "grouping")
    return f"{sign}{whole.replace(group, '')}.{rest}"


def _groups(body: str, mark: str) -> bool:
    return re.match(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}})+\Z", body) is not None


def suggest(text: str) -> tuple[Decimal, str] | None:
    """Return (number, rest) if text is a number with words around it, to offer as a mend: "12 kg", "1.2万"."""
    flat = unicodedata.normalize("NFKC", text).strip()
    match = re.match(r"(?:约|大约|≈|~|ca\.?|about)?\s*([+\-\u2212]?[\d.,]+)\s*(\D{0,20})\Z", flat)
    if match is None:
        return None
    number = parse_number(match.group(1))
    if number is None:
        return None
    rest = match.group(2).strip()
    for word, power in sorted(_TEN_THOUSAND.items(), key=lambda item: -len(item[0])):
        if rest.startswith(word):
            return tidy(number.value.scaleb(power)), rest[len(word) :].strip()
    return number.value, rest


def plain(value: Decimal) -> str:
    """Return the decimal as plain digits, never in exponent form."""
    return format(value, "f")


def readable(value: Decimal, digits: int = 4) -> str:
    """Return the decimal rounded to `digits` significant digits for a message, in plain digits."""
    if value == 0:
        return "0"
    return f"{Decimal(f'{value:.{digits}g}').normalize():,f}"
