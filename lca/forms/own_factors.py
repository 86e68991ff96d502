"""The form of an own factor."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.ui import forms as ui
from lca.engine.units import UNITS
from lca.models import OwnFactorVersion
from lca.presentation.words import BOUNDARIES, CATEGORIES, FAMILIES
from lca.releases.check import PARAMETERS
from lca.services.documents import plain
from lca.services.own_factors import FIELDS, MAX_BYTES

UNIT_CHOICES = [
    *((f"kg CO2e/{code}", f"kg CO2e/{code}") for code in UNITS),
    *((f"kg CO2/{code}", f"kg CO2/{code}") for code in ("kWh", "MWh", "MJ", "kg")),
]
EVIDENCE = [".pdf", ".xlsx", ".csv", ".docx", ".png", ".jpg", ".jpeg"]


class OwnFactorForm(ui.BaseForm):
    """What the value is, what it covers, where it comes from, and the evidence."""

    slug = ui.CodeField(
        label=_("Short name"),
        max_length=60,
        help_text=_("Small letters, digits and hyphens: nmp-supplier-a."),
    )
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=200)
    name_en = forms.CharField(label=_("Name (English)"), max_length=200, required=False)
    category = forms.ChoiceField(label=_("Category"))
    value = ui.AmountField(label=_("Value"), min_value=0, max_digits=30, decimal_places=15)
    unit = forms.ChoiceField(label=_("Unit"), choices=UNIT_CHOICES, initial="kg CO2e/kg")
    boundary = forms.ChoiceField(
        label=_("Covers"),
        choices=list(BOUNDARIES.items()),
        help_text=_(
            "A value that leaves out the supply of its inputs is not comparable with one that does not."
        ),
    )
    basis = forms.CharField(
        label=_("Basis of the mass"),
        max_length=120,
        required=False,
        help_text=_("Which substance a kilogram means: with or without crystal water, solution or pure."),
    )
    family = forms.ChoiceField(
        label=_("Electricity family"),
        choices=[(key, FAMILIES[key]) for key in ("other", "electricity_footprint", "electricity_co2")],
    )
    region = forms.CharField(label=_("Region"), max_length=40, required=False)
    year = forms.IntegerField(label=_("Year"), min_value=1990, max_value=2100)
    valid_from = ui.DayField(label=_("Valid from"))
    valid_until = ui.DayField(label=_("Valid until"))
    source = forms.CharField(
        label=_("Source"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who calculated or measured it, by which method, in which report."),
    )
    primary = forms.BooleanField(
        label=_("Company-specific data"),
        required=False,
        help_text=_(
            "The value was determined from the supplier's or one's own data, not taken from a database."
        ),
    )
    note = forms.CharField(
        label=_("Remark"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    file = ui.UploadField(label=_("Evidence"), accept=EVIDENCE, max_bytes=MAX_BYTES)
    fieldsets: tuple[tuple[Any, tuple[str, ...]], ...] = (
        (_("What it is"), ("slug", "name_zh", "name_en", "category")),
        (_("Value"), ("value", "unit", "boundary", "basis", "family")),
        (_("When and where"), ("region", "year", "valid_from", "valid_until")),
        (_("Where it comes from"), ("source", "primary", "note", "file")),
    )

    def __init__(self, *args: Any, version: OwnFactorVersion | None = None, **kwargs: Any) -> None:
        if version is not None:
            kwargs["initial"] = initial_of(version)
        else:
            today = clock.today()
            kwargs.setdefault(
                "initial", {"year": today.year, "valid_from": today, "valid_until": _in_years(today, 3)}
            )
        super().__init__(*args, **kwargs)
        named = [(key, title) for key, title in CATEGORIES.items() if key not in PARAMETERS]
        self.fields["category"].choices = sorted(named, key=lambda pair: str(pair[1]))  # type: ignore[attr-defined]
        if version is not None:
            del self.fields["slug"]
            self.fields["file"].required = False
            self.fields["file"].help_text = _("Leave it empty to keep the present evidence.")
            self.fieldsets = ((_("What it is"), ("name_zh", "name_en", "category")), *self.fieldsets[1:])


def _in_years(day: dt.date, years: int) -> dt.date:
    return day.replace(year=day.year + years, day=min(day.day, 28))


def initial_of(version: OwnFactorVersion) -> dict[str, Any]:
    """Initial values of the form of an existing factor."""
    return {name: getattr(version, name) for name in FIELDS} | {"value": plain(version.value)}
