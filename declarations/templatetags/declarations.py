"""``{% load declarations %}``: words for what inventories hold as keys."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from carbonfoot.languages import in_language
from carbonfoot.ui.status import Status
from declarations.forms.packs import ENERGY_SUPPLIES, GENERATION
from declarations.models import ReviewMatter
from declarations.plans import SECTIONS
from declarations.shown import matter_status as status_of_matter
from lca.data import load_release
from lca.models import Exchange
from lca.reference import current_factors

register = template.Library()


@register.filter
def supply_text(line: Exchange) -> str:
    """How the electricity of a line is supplied, and what it is generated from."""
    supply = dict(ENERGY_SUPPLIES).get(line.electricity.get("supply", ""), "")
    source = dict(GENERATION).get(line.electricity.get("generation", "") or "-", "")
    return " · ".join(str(part) for part in (supply, source) if part)


@register.filter
def factor_name(key: str) -> str:
    """A background factor's name in the reader's language; its key when the current release does not have it."""
    # Names are the same in every release that has the factor; a table of lines must not ask for each of them.
    factor = load_release().get(key) or current_factors().get(key)
    if factor is None:
        return key
    return in_language(factor.name_zh, factor.name_en) or key


@register.filter
def plan_sections(sections: Mapping[str, str]) -> list[tuple[str, str]]:
    """The written sections of a frozen data quality control plan as (title, text), in the plan's order."""
    return [(str(row.title), sections[row.key]) for row in SECTIONS if sections.get(row.key)]


@register.filter
def matter_status(matter: ReviewMatter) -> Status:
    """The state of a question or condition of the authority as word, mark and colour."""
    return status_of_matter(matter)
