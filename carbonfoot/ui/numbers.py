"""Numbers as people read them: exact decimals, one rounding half to even (GB/T 8170), grouped digits, a true minus."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation, localcontext
from typing import Any

MINUS = "\N{MINUS SIGN}"
_ENOUGH = Context(prec=60, rounding=ROUND_HALF_EVEN)


def to_decimal(value: Any) -> Decimal | None:
    """The exact decimal of a number or of its text; None for None, empty text and what is not finite.

    A float is read by its shortest text (0.1 is 0.1), as it is printed everywhere else. Raises ValueError for
    other text: a number that cannot be read must never be shown as if it were one.
    """
    if value is None or value == "":
        return None
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        value = repr(value)
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(f"not a number: {value!r}") from error
    return number if number.is_finite() else None


def round_half_even(value: Decimal, decimals: int) -> Decimal:
    """Round to ``decimals`` places (negative: tens, hundreds), half to even, as GB/T 8170 clause 3.2 asks."""
    with localcontext(_ENOUGH) as context:
        context.prec = max(60, len(value.as_tuple().digits) + abs(value.adjusted()) + abs(decimals) + 5)
        rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
        return abs(rounded) if rounded.is_zero() else rounded


def plain(value: Decimal) -> str:
    """The decimal without exponent, digits as they stand."""
    return format(value, "f")


def _dress(number: Decimal, *, grouping: bool, sign: bool) -> str:
    text = format(abs(number), ",f" if grouping else "f")
    if number.is_zero():
        return text
    if number < 0:
        return MINUS + text
    return "+" + text if sign else text


def format_number(
    value: Any, decimals: int | None = None, *, grouping: bool = True, sign: bool = False
) -> str | None:
    """A number for display; None when there is none.

    ``decimals`` None keeps the digits as given (trailing zeros of a decimal are information, those of a float are
    not there). Chinese and English write numbers alike here: 1,234.5, with U+2212 for negative.
    """
    number = to_decimal(value)
    if number is None:
        return None
    if decimals is not None:
        number = round_half_even(number, decimals)
    elif number.as_tuple().exponent > 0:  # type: ignore[operator]  # finite, so the exponent is a number
        number = round_half_even(number, 0)
    return _dress(number, grouping=grouping, sign=sign)


def decimals_for(value: Any, digits: int) -> int:
    """How many decimals show ``digits`` significant digits of ``value`` (never negative: 5,909 keeps its units)."""
    number = to_decimal(value)
    if number is None or number.is_zero():
        return 0
    places = max(digits - 1 - number.adjusted(), 0)
    if round_half_even(number, places).adjusted() > number.adjusted():  # 9.996 becomes 10.0, not 10.00
        places = max(places - 1, 0)
    return places


def format_significant(value: Any, digits: int = 3, *, sign: bool = False) -> str | None:
    """A number to ``digits`` significant digits; whole digits are never blanked out by zeros."""
    number = to_decimal(value)
    return None if number is None else format_number(number, decimals_for(number, digits), sign=sign)


def format_percent(share: Any, decimals: int = 1, *, sign: bool = False) -> str | None:
    """A share (0.299) as a percentage without a space (29.9%)."""
    number = to_decimal(share)
    return None if number is None else f"{format_number(number * 100, decimals, sign=sign)}%"


def format_size(size: int) -> str:
    """A number of bytes with a decimal unit: 184 kB, 1.2 MB."""
    if size < 1000:
        return f"{size} B"
    for unit, scale in (("kB", 1_000), ("MB", 1_000_000), ("GB", 1_000_000_000)):
        if size < 999.5 * scale or unit == "GB":
            value = Decimal(size) / scale
            return f"{format_number(value, 0 if value >= 10 else 1)} {unit}"
    raise AssertionError("unreachable")
