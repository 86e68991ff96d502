"""``{% load lca %}``: exact numbers from wide columns, and units by name."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from carbonfoot.ui.numbers import format_number, to_decimal
from carbonfoot.ui.text import co2, state_html
from lca.services.documents import plain

register = template.Library()


def exact_text(value: Any) -> str | None:
    """An exact number without the zeros that its column's scale added; None when there is none."""
    number = to_decimal(value)
    return None if number is None else format_number(Decimal(plain(number) or "0"))


@register.filter
def exact(value: Any) -> str | SafeString:
    """A grouped number with all its digits and no more; the word "unknown" when there is none."""
    return exact_text(value) or state_html("unknown")


@register.filter
def unit_name(code: Any) -> SafeString:
    """A unit as people call it; ``kg`` and ``kWh`` are the same in both languages."""
    return co2(_("piece") if code == "piece" else code)


@register.simple_tag
def amount(value: Any, state: str = "", unit: str = "") -> SafeString:
    """An exact amount with its unit, or the word for its absence."""
    shown = exact_text(value)
    if state in ("unknown", "not_applicable") or shown is None:
        return state_html(state if state == "not_applicable" else "unknown")
    return format_html('{} <span class="unit">{}</span>', shown, unit_name(unit))
