"""What only a person can say in an export; it goes into the file and is kept nowhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carbonfoot.ui import forms as ui
from declarations.passport.catenax_fields import INCINERATION
from declarations.passport.services import asked_of

_YES_NO = [("", _("not said")), ("true", _("yes")), ("false", _("no"))]


class GivenForm(ui.BaseForm):
    """Fields of both models; those that a model does not ask for are taken out."""

    performance_class = forms.CharField(
        label=_("Performance class"), required=False, help_text=_("once the European act has set classes")
    )
    study = forms.URLField(label=_("Web address of the public study"), required=False, assume_scheme="https")
    bpnl = forms.RegexField(
        r"^BPNL[0-9A-Z]{12}$",
        label=_("Business partner number (BPNL)"),
        required=False,
        help_text=_("BPNL and 12 letters or digits"),
    )
    product_id = forms.CharField(
        label=_("Identifier of the product as a URI"), required=False, help_text=_("such as urn:gtin:…")
    )
    ccs = forms.ChoiceField(label=_("Captured and stored CO2 included"), choices=_YES_NO, required=False)
    exempted = forms.DecimalField(label=_("Emissions left out, %"), required=False, min_value=0, max_value=10)
    valid_until = ui.DayField(label=_("Holds until"), required=False)
    mass_balance = forms.ChoiceField(label=_("Mass balance used"), choices=_YES_NO, required=False)
    incineration = forms.ChoiceField(
        label=_("Allocation of waste incineration"),
        choices=[("", _("not said")), *((name, name) for name in INCINERATION)],
        required=False,
    )
    no_biogenic = forms.ChoiceField(label=_("Biogenic carbon is negligible"), choices=_YES_NO, required=False)
    packaging = forms.ChoiceField(label=_("Packaging included"), choices=_YES_NO, required=False)

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = asked_of(key)
        for name in [name for name in self.fields if name not in asked]:
            del self.fields[name]

    @property
    def given(self) -> dict[str, str]:
        """What was said, as texts; what does not fit is left out and told at its field."""
        self.is_valid()
        said = getattr(self, "cleaned_data", {})
        return {name: str(value) for name, value in said.items() if value not in (None, "")}
