"""Forms on packs, plants, parts and the lines of own processes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.ui import forms as ui
from declarations.checks.pack_facts import SCOPE_REASON, VEHICLE_CATEGORIES
from declarations.models import CellFormat, Chemistry, Pack, PackState, Plant
from declarations.models.packs import SCOPE_MIN_KWH
from declarations.selectors.packs import plants_for
from declarations.services.packs import FACTS, FIRST_YEAR
from lca.models import DataKind
from suppliers.workbook.choices import MODULE_TYPES

CHOOSE = ("", _("Choose"))


def module_types() -> list[tuple[str, Any]]:
    """Module types with their titles in the reader's language."""
    language = get_language() or "zh-hans"
    return [CHOOSE, *((choice.key, choice.title.pick(language)) for choice in MODULE_TYPES)]


def data_years() -> list[tuple[str, str]]:
    """Natural years that data may be of, newest first."""
    return [(str(year), str(year)) for year in range(clock.today().year, FIRST_YEAR - 1, -1)]


class PackForm(ui.BaseForm):
    """The facts of a pack. Plants are ticked, or one is added on the way."""

    model = ui.CodeField(label=pgettext_lazy("pack", "Model"), max_length=60)
    gbt34014 = ui.CodeField(
        label=_("GB/T 34014 code"),
        max_length=24,
        help_text=_("24 characters, or the first 14, which name the type."),
    )
    chemistry = forms.ChoiceField(label=_("Chemistry"), choices=[CHOOSE, *Chemistry.choices])
    chemistry_detail = ui.CodeField(
        label=_("Chemistry in detail"), max_length=40, required=False, help_text=_("Such as NMC811.")
    )
    cell_format = forms.ChoiceField(label=_("Cell format"), choices=[CHOOSE, *CellFormat.choices])
    rated_energy_kwh = ui.AmountField(
        label=_("Rated energy"),
        unit="kWh",
        decimal_places=4,
        max_digits=12,
        help_text=_("Must be above 2 kWh to be in scope."),
    )
    usable_energy_kwh = ui.AmountField(
        label=_("Usable energy"),
        unit="kWh",
        decimal_places=4,
        max_digits=12,
        required=False,
        help_text=_("Needed for the EU rule set only."),
    )
    mass_kg = ui.AmountField(label=_("Mass"), unit="kg", decimal_places=4, max_digits=12)
    is_typical = forms.BooleanField(
        label=_("Typical product"),
        required=False,
        initial=True,
        help_text=_("It stands for others and counts in the trial phase."),
    )
    typical_reason = forms.CharField(
        label=_("Why it is typical"),
        required=False,
        max_length=1000,
        help_text=_(
            "For which products it stands, and why: volume, shared cell, common design. Frozen with the declaration."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    cycles = ui.AmountField(label=_("Tested cycles"), unit="", decimal_places=0, max_digits=6, required=False)
    depth_of_discharge = ui.PercentField(label=_("Depth of discharge"), decimal_places=5, required=False)
    capacity_retention = ui.PercentField(
        label=_("Capacity retention after these cycles"), decimal_places=5, required=False
    )
    test_report = ui.CodeField(label=_("Test report number"), max_length=80, required=False)
    test_standard = ui.CodeField(
        label=_("Test standard"),
        max_length=80,
        required=False,
        initial="GB/T 31484-2015",
        help_text=_("With its edition and amendments."),
    )
    vehicle_category = forms.ChoiceField(
        label=_("Vehicle category"), choices=[(value, value) for value in VEHICLE_CATEGORIES], initial="M1"
    )
    warranty_years = ui.AmountField(
        label=_("Warranty, years"),
        decimal_places=2,
        max_digits=5,
        required=False,
        help_text=_("Needed for the EU rule set only."),
    )
    plants = forms.ModelMultipleChoiceField(
        label=_("Plants that make it"),
        queryset=Plant.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    plant_name = ui.CodeField(label=_("Another plant: name"), max_length=120, required=False)
    plant_province = ui.ProvinceField(label=_("Another plant: province"), required=False)
    year = forms.ChoiceField(
        label=_("Data year"), choices=data_years, help_text=_("The natural year of the activity data.")
    )
    own_cells = forms.ChoiceField(
        label=_("Who makes the cells?"),
        choices=[("own", _("We make them")), ("bought", _("We buy them"))],
        widget=forms.RadioSelect,
        initial="bought",
    )

    fieldsets = (
        (
            _("Product"),
            (
                "model",
                "gbt34014",
                "chemistry",
                "chemistry_detail",
                "cell_format",
                "rated_energy_kwh",
                "mass_kg",
                "is_typical",
                "typical_reason",
            ),
        ),
        (
            _("Service life"),
            ("cycles", "depth_of_discharge", "capacity_retention", "test_report", "test_standard"),
        ),
        (_("For other rule sets"), ("usable_energy_kwh", "vehicle_category", "warranty_years")),
        (_("Where it is made"), ("plants", "plant_name", "plant_province")),
        (_("Inventory"), ("year", "own_cells")),
    )

    def __init__(self, *args: Any, actor: Actor, pack: Pack | None = None, **kwargs: Any) -> None:
        if pack is not None:
            initial = {name: getattr(pack, name) for name in FACTS}
            initial["cycles"] = Decimal(pack.cycles) if pack.cycles is not None else None
            initial["plants"] = list(pack.plants.all())
            kwargs["initial"] = initial
        super().__init__(*args, **kwargs)
        self.fields["plants"].queryset = plants_for(actor)  # type: ignore[attr-defined]
        if pack is None:
            self.fields["year"].initial = str(clock.today().year - 1)
        else:
            del self.fields["year"], self.fields["own_cells"]
        if not plants_for(actor).exists():
            del self.fields["plants"]
            self.fields["plant_name"].label, self.fields["plant_province"].label = (
                _("Plant: name"),
                _("Plant: province"),
            )

    def clean_rated_energy_kwh(self) -> Decimal | None:
        """Refuse what is out of scope at once, with the reason."""
        value: Decimal | None = self.cleaned_data.get("rated_energy_kwh")
        if value is not None and value <= SCOPE_MIN_KWH:
            raise forms.ValidationError(SCOPE_REASON, code="PACK-SCOPE")
        return value

    def facts(self) -> dict[str, Any]:
        """The facts as services take them."""
        found = {name: self.cleaned_data.get(name) for name in FACTS}
        found["cycles"] = int(found["cycles"]) if found["cycles"] is not None else None
        for name in ("chemistry_detail", "test_report", "test_standard"):
            found[name] = found[name] or ""
        return found


class PackFilter(forms.Form):
    """What narrows the list of packs."""

    q = forms.CharField(label=_("Model or code"), required=False)
    chemistry = forms.ChoiceField(
        label=_("Chemistry"), required=False, choices=[("", _("All")), *Chemistry.choices]
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *PackState.choices])


class PlantForm(ui.BaseForm):
    """A plant."""

    name = ui.CodeField(label=_("Name"), max_length=120)
    province = ui.ProvinceField()
    address = ui.CodeField(label=_("Address"), max_length=200, required=False)


class ReportFileForm(ui.BaseForm):
    """The test report as a file."""

    test_report_file = ui.UploadField(
        label=_("Test report"), accept=[".pdf", ".png", ".jpg", ".jpeg"], max_bytes=10 * 1024 * 1024
    )


class AskFileForm(ui.BaseForm):
    """Whom to ask for which part, as a file."""

    file = ui.UploadField(
        label=_("Filled template"),
        accept=(".xlsx", ".csv"),
        max_bytes=2_000_000,
        help_text=_("It fills the form below; nothing is sent before you press the button there."),
    )


class PartForm(ui.BaseForm):
    """A bought part with its amount per reference product of its process."""

    module_type = forms.ChoiceField(label=_("Module type"), choices=module_types)
    name_zh = ui.CodeField(label=_("Name (Chinese)"), max_length=160)
    name_en = ui.CodeField(label=_("Name (English)"), max_length=160, required=False)
    amount = ui.AmountOrStateField(label=_("Amount"))
    unit = ui.CodeField(
        label=_("Unit"), max_length=20, initial="kg", help_text=_("Such as kg, piece, kWh, m2.")
    )
    process = forms.ChoiceField(label=_("Unit process"), choices=[])

    def __init__(self, *args: Any, processes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["process"].choices = processes  # type: ignore[attr-defined]
        if len(processes) < 2:
            self.fields["process"].widget = forms.HiddenInput()
            self.fields["process"].initial = processes[0][0] if processes else ""


class AskForm(ui.BaseForm):
    """What a supplier is asked for a part."""

    supplier = forms.ModelChoiceField(
        label=_("Supplier"), queryset=Plant.objects.none(), empty_label=_("Choose")
    )
    year = forms.ChoiceField(label=_("Data year"), choices=data_years)
    declared_unit = ui.CodeField(
        label=_("Declared unit"),
        max_length=20,
        help_text=_("The result is per one of this unit; it must fit the amount above."),
    )
    due_on = ui.DayField(label=_("Due on"))
    message = forms.CharField(
        label=_("Message"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, suppliers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["supplier"].queryset = suppliers  # type: ignore[attr-defined]
        self.fields["year"].initial = str(clock.today().year - 1)


ENERGY_SUPPLIES = [
    ("grid", _("Electricity from the grid")),
    ("direct", _("Electricity by direct line")),
    ("self", _("Electricity, self-generated")),
    ("fuel", _("Fuel, steam or heat")),
]
GENERATION = [
    ("", _("Choose")),
    ("coal", _("Coal")),
    ("gas", pgettext_lazy("generation", "Gas")),
    ("hydro", _("Hydropower")),
    ("nuclear", _("Nuclear")),
    ("wind", _("Wind")),
    ("solar", _("Photovoltaic")),
    ("csp", _("Concentrated solar")),
    ("biomass", _("Biomass")),
]


class _LineForm(ui.BaseForm):
    """What every own line has."""

    name_zh = ui.CodeField(label=_("Name (Chinese)"), max_length=200)
    name_en = ui.CodeField(label=_("Name (English)"), max_length=200, required=False)
    amount = ui.AmountOrStateField(label=_("Amount"))
    unit = ui.CodeField(label=_("Unit"), max_length=20)
    data_kind = forms.ChoiceField(label=_("Where the amount comes from"), choices=DataKind.choices)


class EnergyLineForm(_LineForm):
    """Electricity by its supply, or another energy by its factor."""

    supply = forms.ChoiceField(
        label=_("Supply"), choices=ENERGY_SUPPLIES, widget=forms.RadioSelect, initial="grid"
    )
    generation = forms.ChoiceField(
        label=_("Generated from"),
        choices=GENERATION,
        required=False,
        help_text=_("For a direct line and for self-generated electricity."),
    )
    factor = ui.CodeField(
        label=_("Factor"),
        max_length=120,
        required=False,
        help_text=_("For fuel, steam and heat: key or words of the name."),
    )

    field_order = ("supply", "generation", "name_zh", "name_en", "amount", "unit", "factor", "data_kind")


class TransportLineForm(_LineForm):
    """Freight by mass and distance."""

    amount = None  # type: ignore[assignment]
    unit = None  # type: ignore[assignment]
    mass_kg = ui.AmountField(label=_("Mass"), unit="kg", min_value=0)
    distance_km = ui.AmountField(label=_("Distance"), unit="km", min_value=0)
    factor = ui.CodeField(label=_("Factor"), max_length=120, help_text=_("Key or words of the name."))

    field_order = ("name_zh", "name_en", "mass_kg", "distance_km", "factor", "data_kind")


class MaterialLineForm(_LineForm):
    """A material, a waste or another flow with a factor."""

    factor = ui.CodeField(label=_("Factor"), max_length=120, help_text=_("Key or words of the name."))

    field_order = ("name_zh", "name_en", "amount", "unit", "factor", "data_kind")


LINE_FORMS: dict[str, type[_LineForm]] = {
    "energy": EnergyLineForm,
    "transport": TransportLineForm,
    "material": MaterialLineForm,
    "waste": MaterialLineForm,
}
