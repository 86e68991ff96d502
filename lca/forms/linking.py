"""Forms of what a line is linked to: the search for factors, and lines without one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carbonfoot.ui import forms as ui
from lca.engine.gases import GASES
from lca.presentation.words import CATEGORIES, TIERS, word


class FactorSearch(ui.BaseForm):
    """Search for factors by words in either language, and by what they are."""

    q = forms.CharField(label=_("Words"), required=False, max_length=80)
    category = forms.ChoiceField(label=_("Category"), required=False)
    tier = forms.ChoiceField(label=_("Tier"), required=False)
    region = forms.ChoiceField(label=_("Region"), required=False)

    def __init__(self, *args: Any, values: Mapping[str, list[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, table in (("category", CATEGORIES), ("tier", TIERS), ("region", {})):
            field = self.fields[name]
            choices = [(value, word(table, value)) for value in values[name]]
            field.choices = [("", _("all")), *sorted(choices, key=lambda pair: str(pair[1]))]  # type: ignore[attr-defined]


class BurdenFreeForm(ui.BaseForm):
    """Why a line counts as free of burden."""

    burden_free = forms.CharField(label=_("Reason"), max_length=200)


class GasForm(ui.BaseForm):
    """Which gas a direct emission is."""

    gas = forms.ChoiceField(label=_("Gas"), choices=[(gas, gas) for gas in GASES])
