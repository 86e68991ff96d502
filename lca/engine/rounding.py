"""Rounding to GB/T 8170: half to even, on exact decimals, once, at output."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext

Number = Decimal | int | float | str


def exact(value: Number) -> Decimal:
    """Return `value` as a Decimal; a float is taken at its shortest decimal form (0.15 means 0.15).

    Errors: ValueError for something that is not a finite number.
    """
    try:
        result = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    except ArithmeticError as error:
        raise ValueError(f"not a number: {value!r}") from error
    if not result.is_finite():
        raise ValueError(f"not a finite number: {value!r}")
    return result


def round_places(value: Number, places: int) -> Decimal:
    """Round to `places` decimals, half to even (GB/T 8170-2008, 3.2). Negative places round to tens, hundreds."""
    return round_interval(value, Decimal(1).scaleb(-places))


def round_interval(value: Number, interval: Number) -> Decimal:
    """Round to a multiple of `interval` (GB/T 8170-2008, 3.2 and 3.4: 0.5 and 0.2 unit rounding), half to even.

    Errors: ValueError unless the interval is positive.
    """
    step, number = exact(interval), exact(value)
    if step <= 0:
        raise ValueError("the rounding interval must be positive")
    with localcontext() as context:
        # As many digits as the numbers can need: the default 28 would round twice.
        context.prec = max(
            28, len(number.as_tuple().digits) + abs(number.adjusted()) + abs(step.adjusted()) + 8
        )
        multiple = (number / step).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
        if (number / step) * step != number:
            # A quotient that does not terminate: decide with exact integers instead.
            multiple = Decimal(_half_even_quotient(number, step))
        return multiple * step


def _half_even_quotient(number: Decimal, step: Decimal) -> int:
    top_n, top_d = number.as_integer_ratio()
    low_n, low_d = step.as_integer_ratio()
    numerator, denominator = top_n * low_d, top_d * low_n
    quotient, rest = divmod(numerator, denominator)
    twice = 2 * rest
    return quotient + (1 if twice > denominator or (twice == denominator and quotient % 2) else 0)


def round_significant(value: Number, digits: int) -> Decimal:
    """Round to `digits` significant digits, half to even. Zero stays zero. Errors: ValueError for digits < 1."""
    if digits < 1:
        raise ValueError("at least one significant digit")
    number = exact(value)
    if number == 0:
        return Decimal(0)
    return round_places(number, digits - 1 - number.adjusted())
