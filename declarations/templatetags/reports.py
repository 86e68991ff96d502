"""Small filters of the report templates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import gettext as _

from carbonfoot.ui.dates import format_moment
from carbonfoot.ui.numbers import to_decimal
from declarations.models import CellFormat

register = template.Library()


@register.filter
def isoday(text: str) -> dt.date | str:
    """The date of an ISO text; the text itself when it is none."""
    try:
        return dt.date.fromisoformat(text)
    except (TypeError, ValueError):
        return text


@register.filter
def cell_format(key: str) -> str:
    """A cell format in words."""
    return str(CellFormat(key).label) if key in CellFormat.values else key


@register.filter
def eol_model(key: str) -> str:
    """An end-of-life model in words."""
    names = {
        "cut_off": _("cut-off: burdens to the hand-over for recycling, no credit"),
        "cff": _("Circular Footprint Formula"),
        "substitution": _("substitution: credit for recovered materials"),
    }
    return names.get(key, key)


@register.filter
def plus(first: Any, second: Any) -> Decimal | None:
    """The exact sum; None when one is unknown."""
    left, right = to_decimal(first), to_decimal(second)
    return None if left is None or right is None else left + right


@register.filter
def isomoment(text: Any) -> str:
    """An ISO time as day and minute in China; the text itself when it is none."""
    try:
        return format_moment(dt.datetime.fromisoformat(str(text)))
    except ValueError:
        return str(text or "")
