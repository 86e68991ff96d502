"""Widgets that Django does not have."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

STATES = (
    ("known", _("number")),
    ("unknown", pgettext_lazy("amount", "unknown")),
    ("not_applicable", pgettext_lazy("amount", "not applicable")),
)


class AmountOrStateWidget(forms.MultiWidget):
    """A number beside a choice of what its absence means. Two controls, so that both work without JavaScript."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            [
                forms.TextInput(attrs={"inputmode": "decimal", "class": "in in--num", "autocomplete": "off"}),
                forms.Select(choices=STATES, attrs={"class": "in"}),
            ],
            attrs,
        )

    def decompress(self, value: Any) -> list[Any]:
        """An ``Amount``, a bare number, or nothing yet."""
        if value is None:
            return ["", "known"]
        if isinstance(value, int | float | Decimal | str):
            return [value, "known"]
        return [value.value, value.state]

    def parts(self, bound: BoundField) -> list[Any]:
        """The two controls, ready to be drawn."""
        attrs: dict[str, Any] = {"id": bound.auto_id}
        if bound.errors:
            attrs["aria-invalid"] = "true"
        described = bound.aria_describedby
        if described:
            attrs["aria-describedby"] = described
        if bound.field.disabled:
            attrs["disabled"] = True
        context = self.get_context(bound.html_name, bound.value(), attrs)
        return [
            forms.boundfield.BoundWidget(widget, part, bound.form.renderer)
            for widget, part in zip(self.widgets, context["widget"]["subwidgets"], strict=True)
        ]
