"""Small pieces of text: units with a lowered 2, words for what has no number, the page's language of a pair."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeData, SafeString, mark_safe
from django.utils.translation import gettext, pgettext

from carbonfoot.languages import english
from carbonfoot.ui.numbers import format_number, format_significant, to_decimal

# CO2e, CO2, N2O, CH4, NF3, SF6, m2, m3 as they are typed in data. Chinese fonts have no glyph for a subscript two.
_LOWERED = re.compile(r"\b(CO|SO|NO|O|H|N(?=2O))2(?=O\b|e\b|eq\b|\b)|\b(CH|NH)([34])\b|\b(SF|CF|NF)([346])\b")
_RAISED = re.compile(r"(?<![A-Za-z])(m)([23])\b")


def _lower(match: re.Match[str]) -> str:
    if match[1]:
        return f"{match[1]}<sub>2</sub>"
    return f"{match[2] or match[4]}<sub>{match[3] or match[5]}</sub>"


def co2(value: Any) -> SafeString:
    """Any text, escaped, with chemical formulas and square and cubic metres set properly."""
    text = str(conditional_escape(value)).replace("₂", "2")
    if isinstance(value, SafeData) and "<" in text:
        return mark_safe(text)  # noqa: S308 - already markup, and safe
    return mark_safe(_RAISED.sub(r"\1<sup>\2</sup>", _LOWERED.sub(_lower, text)))  # noqa: S308 - escaped above


def unit_html(unit: str) -> SafeString:
    """A unit, small and quiet, after its number."""
    return format_html('<span class="unit">{}</span>', co2(unit)) if unit else mark_safe("")


def state_word(state: str) -> str:
    """The word that stands where a number is missing. Each means something else, and none is an empty cell."""
    if state == "not_applicable":
        return pgettext("amount", "not applicable")
    if state == "zero":
        return pgettext("amount", "zero")
    return pgettext("amount", "unknown")


def state_html(state: str) -> SafeString:
    """The word for a missing number, marked so that it does not look like a number."""
    return format_html('<span class="none none--{}">{}</span>', state.replace("_", "-"), state_word(state))


def blank_html() -> SafeString:
    """The words for a text that nobody has filled in yet."""
    return format_html('<span class="none">{}</span>', gettext("not filled in"))


def figure_html(
    value: Any, unit: str = "", decimals: int | None = None, *, sig: int | None = None, sign: bool = False
) -> SafeString:
    """A number with its unit; the word "unknown" when there is no number."""
    number = to_decimal(value)
    if number is None:
        return state_html("unknown")
    shown = (
        format_number(number, decimals, sign=sign)
        if sig is None
        else format_significant(number, sig, sign=sign)
    )
    return format_html("{} {}", shown, unit_html(unit)) if unit else mark_safe(escape(shown))  # noqa: S308 - escaped


def value_html(value: Any, state: str = "", unit: str = "", decimals: int | None = None) -> SafeString:
    """A number, or the word for its absence. A measured zero is the number 0 with its unit, never "unknown"."""
    number = to_decimal(value)
    if state in ("unknown", "not_applicable") or number is None:
        return state_html(state if state == "not_applicable" else "unknown")
    return figure_html(number, unit, decimals)


def colon() -> str:
    """What stands between a label and what is said of it."""
    return ": " if english() else "："


def labelled(label: Any, message: Any) -> SafeString:
    """A label and what is said of it, as markup."""
    return format_html("{}{}{}", co2(label), colon(), co2(message))


def sentences(*parts: Any) -> str:
    """Sentences one after the other: with a space in English, without one in Chinese."""
    return (" " if english() else "").join(str(part).strip() for part in parts if part)


def listed(items: Iterable[Any]) -> str:
    """Items one after the other with the comma of the language."""
    return (", " if english() else "，").join(str(item) for item in items)


def pick(pair: Any, language: str | None = None) -> Any:
    """The page's language of a ``{"zh": …, "en": …}`` pair; the other language when that is all there is."""
    if not isinstance(pair, Mapping):
        return pair
    first, second = ("en", "zh") if english(language) else ("zh", "en")
    return pair.get(first) or pair.get(second) or ""


def digest_html(digest: str) -> SafeString:
    """A long digest, shortened for reading, whole in the title and for copying."""
    if len(digest) <= 16:
        return format_html("<code>{}</code>", digest)
    return format_html('<code title="{}">{}…{}</code>', digest, digest[:8], digest[-8:])
