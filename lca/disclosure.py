"""How exactly a result tells its figures to a customer: exactly enough to declare with, not enough to compute back.

Amounts in a recipe have few digits, and the factors behind them are public. A figure with fifteen digits is then an
equation with few solutions, and two versions with fifteen digits each are one for the amount that changed. With four
digits a great many recipes fit, and a change below the last digit does not show. Decision 32.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal

SIGNIFICANT_DIGITS = 4
_SHARE = Decimal("0.01")
_RATING = Decimal("0.1")
# Six and four decimals are what binary figures are good for here: 0.29 must not become 0.28 for a last bit.
_EXACT_SHARE = Decimal("0.000001")
_EXACT_RATING = Decimal("0.0001")


def last_digit(figures: Mapping[str, Decimal]) -> Decimal:
    """The step in which these stages (kg CO2e) are told: the fourth digit of what they come to without their signs."""
    size = sum((abs(value) for value in figures.values()), Decimal(0))
    return Decimal(1).scaleb(size.adjusted() - SIGNIFICANT_DIGITS + 1) if size else Decimal(1)


def disclosed_stages(stages: Mapping[str, float]) -> dict[str, str]:
    """Stages (kg CO2e per declared unit) as exact text, all in one step, so that they add up to the rounded total.

    The sum is rounded once; the largest stage takes what the rounding of the others leaves, which in the worst case
    moves it by two steps. The total is off by half a step at most, 0.05 %.
    """
    exact = {stage: Decimal(repr(float(value))) for stage, value in stages.items()}
    step = last_digit(exact)
    told = {stage: _to_step(value, step) for stage, value in exact.items()}
    if told:
        largest = max(exact, key=lambda stage: abs(exact[stage]))
        rest = sum((value for stage, value in told.items() if stage != largest), Decimal(0))
        told[largest] = _to_step(sum(exact.values(), Decimal(0)), step) - rest
    return {stage: format(value, "f") if value else "0" for stage, value in told.items()}


def _to_step(value: Decimal, step: Decimal) -> Decimal:
    return value.quantize(step, ROUND_HALF_EVEN)


def disclosed_share(value: float | Decimal | None, *, upwards: bool = False) -> Decimal | None:
    """A share (0 to 1) in whole hundredths, never better than it is: downwards, or upwards for a share of estimates."""
    if value is None:
        return None
    exact = min(max(Decimal(str(value)), Decimal(0)), Decimal(1)).quantize(_EXACT_SHARE)
    return exact.quantize(_SHARE, ROUND_CEILING if upwards else ROUND_FLOOR)


def disclosed_rating(value: float | Decimal | None) -> str | None:
    """A data quality rating (1 best, 5 worst) in tenths, never better than it is."""
    return (
        None
        if value is None
        else str(Decimal(str(value)).quantize(_EXACT_RATING).quantize(_RATING, ROUND_CEILING))
    )
