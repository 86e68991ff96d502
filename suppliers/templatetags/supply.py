"""``{% load supply %}``: words for keys that results hold."""

from __future__ import annotations

from django import template

from carbonfoot.ui.charts import Stage
from suppliers.forms import module_type_label

register = template.Library()


@register.filter
def module_word(key: str) -> str:
    """A type of part in the reader's language."""
    return module_type_label(key)


@register.filter
def stage_word(key: str) -> str:
    """A life-cycle stage in the reader's language."""
    return str(Stage(key, 0).name)
