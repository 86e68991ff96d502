"""Forms of families of packs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carbonfoot.ui import forms as ui
from carbonfoot.ui.text import pick
from declarations.checks.pack_facts import SCOPE_REASON
from declarations.models import FamilyBasis, Pack
from declarations.models.packs import SCOPE_MIN_KWH
from lca.engine.variants import ScalableLine

DRIVER_WORDS: dict[str, Any] = {
    "cells": _("number of cells"),
    "energy": _("rated energy"),
    "mass": _("mass of the pack"),
    "housing": _("mass of the housing"),
    "piece": pgettext_lazy("scaling", "unchanged, per pack"),
}


class _ScalingFacts(ui.BaseForm):
    """What scaling goes by."""

    cell_model = ui.CodeField(
        label=_("Cell model"), max_length=60, help_text=_("As the cell's maker calls it, without variants.")
    )
    cells = ui.AmountField(label=_("Number of cells"), min_value=1)
    housing_kg = ui.AmountField(
        label=_("Mass of the housing"),
        unit="kg",
        required=False,
        min_value=0,
        min_exclusive=True,
        help_text=_("Without it, the housing is scaled by the mass of the pack."),
    )

    def clean_cells(self) -> int:
        """A whole number."""
        value = self.cleaned_data["cells"]
        if value != value.to_integral_value():
            raise forms.ValidationError(_("Enter a whole number."), code="FAMILY-CELLS")
        return int(value)


class MemberForm(_ScalingFacts):
    """Facts of a member."""


class FamilyForm(ui.BaseForm):
    """Name, sense and reason of a family."""

    name = ui.CodeField(label=_("Name of the family"), max_length=80)
    basis = forms.ChoiceField(
        label=_("In what sense does the pack represent?"),
        choices=FamilyBasis.choices,
        widget=forms.RadioSelect,
        initial=FamilyBasis.NEAREST,
    )
    reason = forms.CharField(
        label=_("Why it stands for the others"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Frozen with every declaration of a variant; the verifier and the authority read it."),
    )


class NewFamilyForm(FamilyForm, _ScalingFacts):
    """A family with the pack that represents it."""

    representative = forms.ModelChoiceField(
        label=_("Representative pack"), queryset=Pack.objects.none(), empty_label=_("Choose")
    )
    field_order = ("name", "representative", "cell_model", "cells", "housing_kg", "basis", "reason")

    def __init__(self, *args: Any, packs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["representative"].queryset = packs  # type: ignore[attr-defined]


class AddVariantForm(_ScalingFacts):
    """A pack that exists already."""

    pack = forms.ModelChoiceField(label=_("Pack"), queryset=Pack.objects.none(), empty_label=_("Choose"))
    field_order = ("pack", "cell_model", "cells", "housing_kg")

    def __init__(self, *args: Any, packs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pack"].queryset = packs  # type: ignore[attr-defined]


class NewVariantForm(_ScalingFacts):
    """A pack that is made as a variant."""

    cell_model = None  # type: ignore[assignment]
    model = ui.CodeField(label=pgettext_lazy("pack", "Model"), max_length=60)
    gbt34014 = ui.BatteryCodeField()
    rated_energy_kwh = ui.AmountField(label=_("Rated energy"), unit="kWh")
    usable_energy_kwh = ui.AmountField(label=_("Usable energy"), unit="kWh", required=False)
    mass_kg = ui.AmountField(label=_("Mass"), unit="kg", min_value=0, min_exclusive=True)
    field_order = (
        "model",
        "gbt34014",
        "rated_energy_kwh",
        "usable_energy_kwh",
        "mass_kg",
        "cells",
        "housing_kg",
    )

    def clean_rated_energy_kwh(self) -> Any:
        """Refuse what is out of scope at once, with the reason."""
        value = self.cleaned_data.get("rated_energy_kwh")
        if value is not None and value <= SCOPE_MIN_KWH:
            raise forms.ValidationError(SCOPE_REASON, code="PACK-SCOPE")
        return value


class ScaleForm(ui.BaseForm):
    """By what each line is scaled."""

    def __init__(
        self, *args: Any, lines: Sequence[ScalableLine], drivers: Mapping[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        words = [(name, DRIVER_WORDS[name]) for name in drivers]
        for number, line in enumerate(lines):
            label = _("Scale “%(line)s” by") % {"line": pick(line.name) or line.id}
            select = forms.Select(attrs={"aria-label": label, "class": "in in--s"})
            self.fields[f"line_{number}"] = forms.ChoiceField(
                label=label, choices=words, initial=line.driver, widget=select
            )

    def chosen(self) -> dict[str, str]:
        """Driver by line, where another than the usual was chosen."""
        given = {line.key: self.cleaned_data[f"line_{number}"] for number, line in enumerate(self.lines)}
        return {line.key: given[line.key] for line in self.lines if given[line.key] != line.driver}
