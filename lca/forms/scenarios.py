"""Forms of scenarios: name and note, and one small form for each kind of change."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carbonfoot.ui import forms as ui
from carbonfoot.ui.text import pick
from lca.forms.end_of_life import BURDENS, BurdenField, ShareField
from lca.forms.inventories import VersionedForm
from lca.presentation.words import GENERATIONS, ROUTES, SUPPLIES
from lca.rulesets.model import GENERATION_TYPES
from lca.services.documents import plain


class ScenarioForm(ui.BaseForm):
    """Names and note of a new scenario."""

    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=120)
    name_en = forms.CharField(label=_("Name (English)"), max_length=120, required=False)
    note = forms.CharField(
        label=_("What it asks"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class ScenarioEditForm(ScenarioForm, VersionedForm):
    """The same of a scenario that is there."""


class ChangeForm(ui.BaseForm):
    """A change in the making; ``kind`` is what the engine calls it. Empty fields are left out of it."""

    kind = ""

    def as_change(self) -> dict[str, Any]:
        """The change as scenarios hold it."""
        found: dict[str, Any] = {"kind": self.kind}
        for name, value in self.cleaned_data.items():
            if isinstance(value, Decimal):
                found[name] = plain(value)
            elif value not in (None, ""):
                found[name] = value
        return found


class EitherForm(ChangeForm):
    """A change that states a new value, or by how much to multiply the present one: one of the two."""

    either = ""

    def clean(self) -> dict[str, Any]:
        """Exactly one of the two must be filled in."""
        cleaned = super().clean() or {}
        if not self.errors:
            stated = [name for name in (self.either, "times") if cleaned.get(name) is not None]
            if not stated:
                self.add_error(self.either, _("Fill in one of the two: a new value, or what to multiply by."))
            elif len(stated) == 2:
                self.add_error(
                    "times", _("Fill in only one of the two: a new value, or what to multiply by.")
                )
        return cleaned


class AmountForm(EitherForm):
    """Another amount of a line."""

    kind = either = "amount"
    amount = ui.AmountField(
        label=_("Set the amount over the period to"), min_value=0, required=False, max_digits=36
    )
    times = ui.AmountField(
        label=_("or multiply it by"), min_value=0, required=False, help_text=_("0.9 is ten per cent less.")
    )


class TransportForm(EitherForm):
    """Another distance of a transport line."""

    kind = "transport"
    either = "distance_km"
    distance_km = ui.AmountField(label=_("Set the distance to"), unit="km", min_value=0, required=False)
    times = ui.AmountField(label=_("or multiply it by"), min_value=0, required=False)


class ElectricityForm(ChangeForm):
    """Another grid, supply or generation type."""

    kind = "electricity"
    region = ui.CodeField(
        label=_("Place of the grid"),
        required=False,
        max_length=6,
        help_text=_("Country, or country and province: CN-32, DE, US."),
    )
    supply = forms.ChoiceField(
        label=_("Supply"),
        required=False,
        choices=[("", _("as it is")), *((code, SUPPLIES[code]) for code in ("grid", "direct", "self"))],
        help_text=_("Certificates have numbers and belong into the inventory itself."),
    )
    generation = forms.ChoiceField(
        label=_("Generation type"),
        required=False,
        choices=[("", _("as it is")), *((code, GENERATIONS[code]) for code in GENERATION_TYPES)],
        help_text=_("For a direct line or own generation."),
    )


class ElectricityScopeForm(ElectricityForm):
    """The same for all electricity of a unit process, or of the inventory."""

    process = forms.ChoiceField(label=_("Where"), required=False)
    field_order = ("process", "region", "supply", "generation")

    def __init__(self, *args: Any, processes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["process"].choices = [("", _("the whole inventory")), *processes]  # type: ignore[attr-defined]


class RouteForm(ChangeForm):
    """Another recycling route or collection rate."""

    kind = "route"
    route = forms.ChoiceField(
        label=_("Recycling route"),
        required=False,
        choices=[("", _("as it is")), *ROUTES.items(), ("none", _("no route"))],
    )
    collection_rate = ShareField(label=_("Collection rate"), help_text=_("0 to 1"))


class MaterialChangeForm(ChangeForm):
    """Other end-of-life parameters of one material."""

    kind = "material"
    material = forms.ChoiceField(label=_("Material"))
    r1 = ShareField(label=_("Recycled content, R1"), help_text=_("0 to 1"))
    e_recycled = BurdenField(
        label=BURDENS["e_recycled"],
        help_text=_("Needed where R1 is above 0: kg CO2e per kg, or a factor's key."),
    )
    r2 = ShareField(label=_("Recycled at end of life, R2"))
    r3 = ShareField(label=_("Used for energy, R3"))
    a = ShareField(label=_("Allocation factor, A"))
    e_recycling_eol = BurdenField(label=BURDENS["e_recycling_eol"])
    ed = BurdenField(label=BURDENS["ed"])

    def __init__(self, *args: Any, materials: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["material"].choices = materials  # type: ignore[attr-defined]


class ProductForm(ChangeForm):
    """Other facts of the product."""

    kind = "product"
    cycles = ui.AmountField(label=_("Tested cycles"), min_value=0, min_exclusive=True, required=False)
    depth_of_discharge = ShareField(label=_("Depth of discharge"), help_text=_("0 to 1"))
    capacity_retention = ShareField(label=_("Capacity retention"), help_text=_("0 to 1"))
    warranty_years = ui.AmountField(
        label=_("Warranty"), help_text=_("years"), min_value=0, min_exclusive=True, required=False
    )
    warranty_km = ui.AmountField(
        label=_("Warranty by mileage"), unit="km", min_value=0, min_exclusive=True, required=False
    )
    usable_energy_kwh = ui.AmountField(
        label=_("Usable energy"), unit="kWh", min_value=0, min_exclusive=True, required=False
    )


def names_of(document: Mapping[str, Any], part: str) -> list[tuple[str, str]]:
    """Codes and names of the processes, or of the end-of-life materials, of a document, for a choice."""
    if part == "processes":
        return [
            (row["id"], str(pick(row.get("name")) or row["id"])) for row in document.get("processes") or ()
        ]
    rows = (document.get("end_of_life") or {}).get("materials") or []
    return [
        (str(row.get("id") or number), str(pick(row.get("name")) or row.get("id") or number))
        for number, row in enumerate(rows, start=1)
    ]
