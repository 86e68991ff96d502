"""What a cell holds after we wrote a value into it. Template and form go by this alone, so that both are read alike."""

from __future__ import annotations

from decimal import Decimal

from .choices import Choice, find_choice
from .numbers import plain
from .schema import Column

# A spreadsheet keeps this many digits of a number.
DIGITS = 15


def as_written(column: Column, value: str) -> int | float | str:
    """Return the content of the cell: numbers as numbers, all else, and what a number would not hold, as text."""
    if column.type == "choice":
        return shown_choice(column.choices, value)
    if column.type not in ("number", "percent", "year"):
        return value
    try:
        number = Decimal(value)
    except ArithmeticError:
        return value
    if not number.is_finite():
        return value
    if column.type == "percent" and 0 < number < 1:
        # A bare 0.5 is asked about, since a fraction may be meant.
        return f"{plain(number)}%"
    if len(number.as_tuple().digits) > DIGITS:
        return plain(number)
    whole = number == number.to_integral_value() and abs(number) < 10**DIGITS
    return int(number) if whole else float(number)


def shown_choice(choices: tuple[Choice, ...], key: str) -> str:
    """Return the drop-down entry of a key, or the key itself where there is none."""
    choice = find_choice(choices, key)
    return choice.shown if choice else key
