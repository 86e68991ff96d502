"""``{% load families %}``: the family in a frozen content, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

from declarations import frozen_family as words

register = template.Library()


@register.filter
def frozen_family(content: Mapping[str, Any] | None) -> words.FrozenFamily | None:
    """``{% with family=frozen.content|frozen_family %}``: None where the pack is in no family."""
    return words.frozen_family(content)
