"""Checks of what people enter into an inventory. Everything wrong is collected; nothing is changed silently."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _

from carbonfoot.problems import Collector
from lca.engine.pedigree import deviation
from lca.engine.units import UnitError, canonical_unit
from lca.models import AmountState

# Columns of Exchange.amount: more digits than these would be cut, so they are refused.
MAX_DECIMALS = 15
MAX_WHOLE_DIGITS = 21


def clean_unit(found: Collector, text: str, field: str = "unit") -> str:
    """The canonical code of a unit; an unknown one is noted and stays as it is."""
    try:
        return canonical_unit(text)
    except UnitError:
        found.add(
            "UNIT-UNKNOWN",
            _("The unit %(unit)s is not known.") % {"unit": text or "-"},
            field=field,
            value=text,
        )
        return text


def clean_choice(
    found: Collector, value: str, allowed: Sequence[str], field: str, *, empty: bool = False
) -> None:
    """Note a value that is none of the choices."""
    if value not in allowed and not (empty and value == ""):
        found.add("CHOICE", _("This is not one of the choices."), field=field, value=value)


def clean_period(found: Collector, period_from: dt.date, period_to: dt.date) -> None:
    """Note a period that does not run forward."""
    if period_to <= period_from:
        found.add(
            "PERIOD-ORDER", _("The period must end after it begins."), field="period_to", value=str(period_to)
        )


def exact_number(value: Any) -> Decimal | None:
    """The exact, finite number of a value, or None."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def clean_amount(found: Collector, amount: Any, state: str) -> None:
    """Note an amount that is missing, contradicts its state, is no exact number, or has too many digits."""
    if state == AmountState.KNOWN and amount is None:
        found.add(
            "AMOUNT-MISSING",
            _("Enter an amount, or say that it is unknown or not applicable; an empty amount is never zero."),
            field="amount",
        )
    if state != AmountState.KNOWN and amount is not None:
        found.add(
            "AMOUNT-AND-STATE",
            _("A line has an amount or is marked, not both."),
            field="amount",
            value=str(amount),
        )
    if amount is None:
        return
    if isinstance(amount, float) or exact_number(amount) is None:
        found.add("AMOUNT-NUMBER", _("This is not an exact number."), field="amount", value=str(amount))
        return
    exponent = Decimal(amount).normalize().as_tuple().exponent
    if isinstance(exponent, int) and (
        -exponent > MAX_DECIMALS or Decimal(amount).adjusted() >= MAX_WHOLE_DIGITS
    ):
        found.add(
            "AMOUNT-DIGITS",
            _("An amount has at most 21 digits before and 15 after the decimal point."),
            field="amount",
            value=str(amount),
        )


def clean_uncertainty(found: Collector, uncertainty: Mapping[str, Any] | None) -> None:
    """Note a spread that is neither a geometric standard deviation nor five pedigree scores."""
    try:
        deviation(uncertainty)
    except ValueError:
        given = dict(uncertainty or {})
        found.add(
            "UNCERTAINTY",
            _(
                "State a geometric standard deviation from 1 to below 100, or five pedigree scores from 1 to 5."
            ),
            field="gsd" if "gsd" in given else "spread",
            value=str(given),
        )


def clean_products(found: Collector, products: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Products with canonical units; what is wrong with them is noted."""
    cleaned: list[dict[str, Any]] = []
    if not products:
        found.add("PROCESS-NO-PRODUCT", _("A unit process has at least one product."), field="products")
    for product in products:
        amount = None if isinstance(product.get("amount"), float) else exact_number(product.get("amount"))
        if amount is None or amount <= 0:
            found.add(
                "PRODUCT-AMOUNT",
                _("The output of a product is an exact number above zero."),
                field="products",
                value=str(product.get("amount") or ""),
            )
        unit = clean_unit(found, str(product.get("unit") or ""), "products")
        cleaned.append(
            {
                **product,
                "id": str(product.get("id") or ""),
                "amount": str(product.get("amount")),
                "unit": unit,
            }
        )
    identifiers = [product["id"] for product in cleaned]
    if "" in identifiers or len(set(identifiers)) != len(identifiers):
        found.add("PRODUCT-ID", _("Each product has a name of its own."), field="products")
    return cleaned
