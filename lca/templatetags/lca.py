"""``{% load lca %}``: exact numbers from wide columns, and units by name."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString

from carbonfoot.languages import in_language
from carbonfoot.ui.numbers import format_number, format_percent, to_decimal
from carbonfoot.ui.status import as_status, status_html
from carbonfoot.ui.text import co2, state_html
from lca.models import Calculation
from lca.presentation.impact import factor_title
from lca.presentation.words import DIFFERENCES, EOL_MATERIALS, UNITS, per_unit, word
from lca.reference import engine_release
from lca.releases.differences import Difference
from lca.selectors.impact import release_news
from lca.services.documents import plain

register = template.Library()
# The smallest share that is shown as a number.
SMALLEST = 1e-6


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
    return co2(word(UNITS, code))


@register.filter
def footprint_unit(code: Any) -> str:
    """The unit of a footprint per such a unit of product, the unit by its name."""
    return per_unit(code)


@register.filter
def eol_material(code: Any) -> Any:
    """What recovery rates call a material, by name; a dash where they have none for it."""
    return EOL_MATERIALS.get(str(code), "–")


@register.simple_tag
def amount(value: Any, state: str = "", unit: str = "") -> SafeString:
    """An exact amount with its unit, or the word for its absence."""
    shown = exact_text(value)
    if state in ("unknown", "not_applicable") or shown is None:
        return state_html(state if state == "not_applicable" else "unknown")
    return format_html('{} <span class="unit">{}</span>', shown, unit_name(unit))


@register.filter
def pick_name(zh: str, en: str) -> str:
    """The one of two names that the reader's language asks for."""
    return in_language(zh, en)


@register.filter
def facts(row: Difference) -> list[tuple[str, Any, Any]]:
    """Columns other than the value that differ between two releases: name, before, after."""
    return [(name, getattr(row.old, name), getattr(row.new, name)) for name in row.facts]


@register.filter
def small_share(value: float) -> str:
    """A share that may be very small, as a percentage with four decimals; below that, that it is less."""
    return f"< {format_percent(SMALLEST, 4)}" if value < SMALLEST else str(format_percent(value, 4))


@register.filter
def with_titles(values: Sequence[Any], titles: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Values with the titles of their columns, for tables that are stacked on narrow screens."""
    return list(zip(titles, values, strict=True))


@register.simple_tag
def difference_status(row: Difference) -> SafeString:
    """What became of a factor, with a warning where somebody should look twice."""
    kinds = {"new": "info", "gone": "bad", "value": "info", "facts": "idle", "same": "idle"}
    kind, label = ("warn" if row.suspect else kinds[row.kind]), DIFFERENCES[row.kind]
    return status_html(as_status(kind, label))


@register.inclusion_tag("lca/_newer_release.html", takes_context=True)
def newer_release(context: Context, calculation: Calculation | None) -> dict[str, Any]:
    """A note that a newer factor release is in force and what it would make of a result; nothing if there is none.

    Only for the organisation of the calculation: to others the change would say something of its recipe.
    """
    actor = getattr(context.get("request"), "actor", None)
    if calculation is None or actor is None or actor.organisation_id != calculation.organisation_id:
        return {"news": None}
    news = release_news(calculation)
    names: list[str] = []
    gone: list[str] = []
    if news is not None:
        release = engine_release(calculation.release)
        names = [factor_title(effect.key, release) for effect in news.impact.effects[:3]]
        gone = [factor_title(key, release) for key in news.impact.estimate.gone]
    return {"news": news, "names": names, "gone": gone}
