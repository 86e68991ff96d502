"""``{% load declarations %}``: words for what inventories hold as keys."""

from __future__ import annotations

from django import template

from declarations.forms.packs import ENERGY_SUPPLIES, GENERATION
from lca.models import Exchange

register = template.Library()


@register.filter
def supply_text(line: Exchange) -> str:
    """How the electricity of a line is supplied, and what it is generated from."""
    supply = dict(ENERGY_SUPPLIES).get(line.electricity.get("supply", ""), "")
    source = dict(GENERATION).get(line.electricity.get("generation", "") or "-", "")
    return " · ".join(str(part) for part in (supply, source) if part)
