"""Forms of inventories, their unit processes and lines."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carbonfoot.ui import forms as ui
from lca.engine.model import ALLOCATION_METHODS
from lca.engine.units import UNITS
from lca.forms.uncertainty import SpreadFields, spread_initial
from lca.models import DataKind, Exchange, ExchangeKind, Stage, UnitProcess
from lca.presentation.words import GENERATIONS, GROUPS, METHODS, SUPPLIES
from lca.rulesets.model import GENERATION_TYPES
from lca.services.documents import plain

UNIT_CHOICES = [(code, code) for code in UNITS]
COMPONENTS = ("cathode", "anode", "electrolyte", "separator", "casing", "cell", "module", "pack")


class VersionedForm(ui.BaseForm):
    """A form that remembers which version of the inventory it was opened on."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class InventoryForm(VersionedForm):
    """Name and period of an inventory."""

    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=120)
    name_en = forms.CharField(label=_("Name (English)"), max_length=120, required=False)
    period_from = ui.DayField(label=_("Period from"))
    period_to = ui.DayField(
        label=_("Period to"), help_text=_("Amounts are totals of this period, usually a year.")
    )


class OmittedForm(ui.BaseForm):
    """One omitted flow; a row without a name is left out."""

    name_zh = forms.CharField(label=_("Omitted flow (Chinese)"), max_length=120, required=False)
    name_en = forms.CharField(label=_("Omitted flow (English)"), max_length=120, required=False)
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)
    share = ui.PercentField(label=_("Estimated share of mass"), required=False)

    def clean(self) -> dict[str, Any]:
        """An omitted flow says why it is omitted."""
        cleaned = super().clean() or {}
        if cleaned.get("name_zh") and not cleaned.get("reason"):
            self.add_error("reason", _("Say why this flow is left out."))
        return cleaned

    def as_document(self) -> dict[str, Any] | None:
        """The flow as inventories hold it, or None for an empty row."""
        data = self.cleaned_data
        if not data.get("name_zh"):
            return None
        share = data.get("share")
        return {
            "name": {"zh": data["name_zh"], "en": data.get("name_en") or data["name_zh"]},
            "reason": data["reason"],
            "estimated_mass_share": None if share is None else str(share),
        }


OmittedFormSet = forms.formset_factory(OmittedForm, extra=2)


class ProcessForm(VersionedForm):
    """A unit process; its products stand in a formset beside it."""

    code = ui.CodeField(
        label=_("Code"), max_length=60, help_text=_("Lines link to it, so it cannot be changed later.")
    )
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=120)
    name_en = forms.CharField(label=_("Name (English)"), max_length=120, required=False)
    stage = forms.ChoiceField(
        label=_("Life-cycle stage"),
        choices=Stage.choices,
        help_text=_(
            "By what the process does, not by who runs it. Rule sets may count bought materials elsewhere."
        ),
    )
    group = forms.CharField(
        label=_("Group"),
        max_length=40,
        required=False,
        help_text=_("Processes of one group are shown together."),
    )
    method = forms.ChoiceField(
        label=_("Allocation among co-products"), choices=list(METHODS.items()), required=False
    )
    reason = forms.CharField(
        label=_("Reason for this allocation"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, process: UnitProcess | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if process is not None:
            del self.fields["code"]

    def clean(self) -> dict[str, Any]:
        """Departing from the rule set's default needs a reason."""
        cleaned = super().clean() or {}
        if cleaned.get("method") and not cleaned.get("reason"):
            self.add_error("reason", _("Say why the rule set's default is departed from."))
        return cleaned

    def allocation(self) -> dict[str, str]:
        """The allocation as inventories hold it; empty for the rule set's default."""
        method = self.cleaned_data.get("method", "")
        if method not in ALLOCATION_METHODS:
            return {}
        return {"method": method, "reason": self.cleaned_data["reason"]}


class ProductForm(ui.BaseForm):
    """One output of a unit process."""

    id = ui.CodeField(label=_("Product"), max_length=60, required=False)
    amount = ui.AmountField(
        label=_("Output over the period"), min_value=0, min_exclusive=True, max_digits=36, required=False
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=UNIT_CHOICES, required=False)
    mass_kg = ui.AmountField(label=_("Mass"), unit="kg", min_value=0, required=False)
    price = ui.AmountField(label=_("Price per unit"), min_value=0, required=False)

    def as_document(self, before: Mapping[str, Any]) -> dict[str, Any] | None:
        """The product as inventories hold it, keeping what this form does not show; None for an empty row."""
        data = self.cleaned_data
        if not data.get("id"):
            return None
        kept = {key: value for key, value in before.items() if key not in ("mass_kg", "allocation")}
        allocation = {key: value for key, value in (before.get("allocation") or {}).items() if key != "price"}
        if data.get("price") is not None:
            allocation["price"] = str(data["price"])
        kept |= {"id": data["id"], "amount": str(data.get("amount") or ""), "unit": data["unit"]}
        if data.get("mass_kg") is not None:
            kept["mass_kg"] = str(data["mass_kg"])
        return kept | ({"allocation": allocation} if allocation else {})


ProductFormSet = forms.formset_factory(ProductForm, extra=1)


def product_initial(product: Mapping[str, Any]) -> dict[str, Any]:
    """Initial values of a product's row."""

    def number(value: Any) -> Decimal | None:
        return None if value in (None, "") else Decimal(str(value))

    return {
        "id": product.get("id"),
        "amount": number(product.get("amount")),
        "unit": product.get("unit"),
        "mass_kg": number(product.get("mass_kg")),
        "price": number((product.get("allocation") or {}).get("price")),
    }


class LineForm(SpreadFields, VersionedForm):
    """One line of a unit process. Unknown, not applicable and zero are three different answers."""

    kind = forms.ChoiceField(label=_("Kind"), choices=ExchangeKind.choices)
    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=200)
    name_en = forms.CharField(label=_("Name (English)"), max_length=200, required=False)
    amount = ui.AmountOrStateField(
        label=_("Amount over the period"),
        max_digits=36,
        decimal_places=15,
        help_text=_("The total of the period. Zero is a number: write 0 only if it was measured as nothing."),
    )
    unit = forms.ChoiceField(label=_("Unit"), choices=UNIT_CHOICES)
    data_kind = forms.ChoiceField(label=_("Activity data"), choices=DataKind.choices)
    primary = forms.BooleanField(label=_("Company-specific data"), required=False)
    component = forms.ChoiceField(
        label=_("Component"),
        required=False,
        choices=[("", _("none")), *((code, GROUPS[code]) for code in COMPONENTS)],
        help_text=_("Rule sets ask for company-specific data on some components."),
    )
    stage = forms.ChoiceField(
        label=_("Life-cycle stage"),
        required=False,
        choices=[("", _("as the rule set says")), *Stage.choices],
    )
    supply = forms.ChoiceField(
        label=_("Supply"),
        required=False,
        choices=[("", _("no electricity")), *SUPPLIES.items()],
        help_text=_("For electricity only."),
    )
    generation = forms.ChoiceField(
        label=_("Generation type"),
        required=False,
        choices=[("", _("none")), *((g, GENERATIONS[g]) for g in GENERATION_TYPES)],
    )
    region = ui.CodeField(
        label=_("Place"),
        required=False,
        max_length=6,
        help_text=_("Country, or country and province: CN-32."),
    )
    certificates = forms.CharField(
        label=_("Green certificate numbers"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("32 digits each, one a line."),
    )
    note = forms.CharField(
        label=_("Remark"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    fieldsets = (
        (_("What flows"), ("kind", "name_zh", "name_en", "amount", "unit")),
        (_("How well it is known"), ("data_kind", "primary", "component", "stage", "note")),
        (_("Electricity"), ("supply", "generation", "region", "certificates")),
        (_("How sure the amount is"), SpreadFields.SPREAD_NAMES),
    )

    def electricity(self) -> dict[str, Any]:
        """The electricity part of the line; empty when it is none."""
        data = self.cleaned_data
        if not data.get("supply"):
            return {}
        found = {"supply": data["supply"], "generation": data.get("generation"), "region": data.get("region")}
        numbers = data.get("certificates", "").split()
        return {key: value for key, value in found.items() if value} | (
            {"certificates": numbers} if numbers else {}
        )

    def service_arguments(self) -> dict[str, Any]:
        """What :func:`lca.services.inventories.save_exchange` takes."""
        data = self.cleaned_data
        names = (
            "kind",
            "name_zh",
            "name_en",
            "unit",
            "data_kind",
            "primary",
            "component",
            "stage",
            "note",
            "version",
        )
        amount = data["amount"]
        return {
            **{name: data[name] for name in names},
            "amount": amount.value,
            "state": amount.state,
            "electricity": self.electricity(),
            "uncertainty": self.uncertainty(),
        }


def line_initial(line: Exchange) -> dict[str, Any]:
    """Initial values of the form of an existing line."""
    electricity = line.electricity or {}
    amount = None if line.amount is None else Decimal(plain(line.amount) or "0")
    return {
        "kind": line.kind,
        "name_zh": line.name_zh,
        "name_en": line.name_en,
        "amount": ui.Amount(amount, line.state),  # type: ignore[arg-type]
        "unit": line.unit,
        "data_kind": line.data_kind,
        "primary": line.primary,
        "component": line.component,
        "stage": line.stage,
        "supply": electricity.get("supply", ""),
        "generation": electricity.get("generation", ""),
        "region": electricity.get("region", ""),
        "certificates": "\n".join(electricity.get("certificates", [])),
        "note": line.note,
        **spread_initial(line.uncertainty or {}),
    }
