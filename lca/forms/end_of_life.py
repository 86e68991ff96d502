"""Forms of what happens to a product at its end of life: route, collection, and the formula's parameters a material."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from carbonfoot.ui import forms as ui
from carbonfoot.ui.amounts import read_decimal
from carbonfoot.ui.text import pick
from lca import reference
from lca.engine.units import UnitError, compatible, split_factor_unit
from lca.forms.inventories import VersionedForm
from lca.presentation.words import EOL_KINDS, EOL_MATERIALS, ROUTES
from lca.services.documents import plain

BURDENS: Mapping[str, Any] = {
    "ev": _("Virgin material, Ev"),
    "e_recycled": _("Recycled material going in, Erecycled"),
    "e_recycling_eol": _("Recycling at end of life, ErecyclingEoL"),
    "e_star_v": _("Virgin material replaced, E*v"),
    "ed": _("Disposal, ED"),
    "e_er": _("Energy recovery, EER"),
}
ENERGY = ("lhv_mj", "x_heat", "x_elec", "e_se_heat", "e_se_elec")
SHARES = ("a", "b", "r1", "r2", "r3")
QUALITIES = ("q_in", "q_out")
GROUPS: Mapping[str, tuple[str, ...]] = {
    "what": ("name_zh", "name_en", "id", "mass_kg", "kind", "material"),
    "in": ("ev", "r1", "r1_source", "e_recycled", "q_in", "a"),
    "out": ("r2", "e_recycling_eol", "e_star_v", "q_out", "ed"),
    "energy": ("r3", "b", "e_er", *ENERGY),
}


# More digits than these no burden has, and no page could show.
MAX_DIGITS = 15


def _storable(number: Decimal) -> bool:
    """Whether a number has no more digits before and after the point than are kept."""
    exponent = number.normalize().as_tuple().exponent
    return number.adjusted() < MAX_DIGITS and isinstance(exponent, int) and -exponent <= MAX_DIGITS


class ShareField(ui.AmountField):
    """A share between 0 and 1, as the formula has it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, min_value=Decimal(0), max_value=Decimal(1), **kwargs)


class BurdenField(forms.CharField):
    """A burden per kg: a number in kg CO2e per kg, or the key of a factor per kg of the release or of one's own.

    Gives None, the number as exact text, or ``{"factor": key}``. ``own`` are the inventory's own factors by key.
    """

    default_error_messages = {
        "factor": _("There is no factor %(key)s in the release in force. Nearest: %(nearest)s"),
        "unit": _("The factor %(key)s is given in %(unit)s; here it must be per kg."),
        "digits": _("At most 15 digits before and after the point can be kept."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 120)
        super().__init__(**kwargs)
        self.own: Mapping[str, str] = {}

    def clean(self, value: Any) -> Any:
        """The burden in the form of the inventory document."""
        text = super().clean(value).strip()
        if not text:
            return None
        number = read_decimal(text)
        if number is not None:
            if not _storable(number):
                raise ValidationError(self.error_messages["digits"], code="digits")
            return plain(number)
        release = reference.current_factors()
        factor = release.get(text)
        unit = self.own.get(text) or (
            factor.unit if factor is not None and factor.is_emission_factor else None
        )
        if unit is None:
            nearest = ", ".join(release.nearest(text)) or "-"
            raise ValidationError(
                self.error_messages["factor"], code="factor", params={"key": text, "nearest": nearest}
            )
        try:
            fits = compatible("kg", split_factor_unit(unit)[1])
        except UnitError:
            fits = False
        if not fits:
            raise ValidationError(
                self.error_messages["unit"], code="unit", params={"key": text, "unit": unit}
            )
        return {"factor": text}

    def prepare_value(self, value: Any) -> Any:
        """A stored burden as it was typed."""
        return value.get("factor", "") if isinstance(value, Mapping) else value


class EndOfLifeForm(VersionedForm):
    """Where the spent product goes."""

    route = forms.ChoiceField(
        label=_("Recycling route"),
        required=False,
        choices=[("", _("none stated")), *ROUTES.items()],
        help_text=_(
            "A route gives recovery rates and burdens from the factor release to materials that state none."
        ),
    )
    collection_rate = ShareField(
        label=_("Collection rate"), help_text=_("Share of the spent products that reach recycling, 0 to 1.")
    )

    def as_document(self) -> dict[str, Any]:
        """Route and rate as inventories hold them; nothing for what is left empty."""
        found: dict[str, Any] = {}
        if self.cleaned_data.get("route"):
            found["route"] = self.cleaned_data["route"]
        if self.cleaned_data.get("collection_rate") is not None:
            found["collection_rate"] = plain(self.cleaned_data["collection_rate"])
        return found


class MaterialForm(ui.BaseForm):
    """One material in the product, with the parameters of the Circular Footprint Formula. Empty means the default."""

    id = ui.CodeField(label=_("Code"), max_length=40, required=False)
    name_zh = forms.CharField(label=_("Material (Chinese)"), max_length=120, required=False)
    name_en = forms.CharField(label=_("Material (English)"), max_length=120, required=False)
    mass_kg = ui.AmountField(
        label=_("Mass per reference flow"), unit="kg", min_value=0, required=False, max_digits=36
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=EOL_KINDS.items(), required=False)
    material = forms.ChoiceField(
        label=_("Recovered as"), required=False, choices=[("", _("none of these")), *EOL_MATERIALS.items()]
    )
    r1 = ShareField(label=_("Recycled content, R1"))
    r1_source = forms.CharField(label=_("R1 is traceable from"), max_length=300, required=False)
    r2 = ShareField(label=_("Recycled at end of life, R2"))
    r3 = ShareField(label=_("Used for energy, R3"))
    a = ShareField(label=_("Allocation factor, A"))
    b = ShareField(label=_("Allocation factor of energy, B"))
    q_in = ui.AmountField(label=_("Quality going in, Qsin/Qp"), min_value=0, required=False)
    q_out = ui.AmountField(label=_("Quality going out, Qsout/Qp"), min_value=0, required=False)
    ev = BurdenField(label=BURDENS["ev"])
    e_recycled = BurdenField(label=BURDENS["e_recycled"])
    e_recycling_eol = BurdenField(label=BURDENS["e_recycling_eol"])
    e_star_v = BurdenField(label=BURDENS["e_star_v"])
    ed = BurdenField(label=BURDENS["ed"])
    e_er = BurdenField(label=BURDENS["e_er"])
    lhv_mj = ui.AmountField(label=_("Lower heating value, LHV"), unit="MJ/kg", min_value=0, required=False)
    x_heat = ShareField(label=_("Efficiency of heat, Xheat"))
    x_elec = ShareField(label=_("Efficiency of electricity, Xelec"))
    e_se_heat = ui.AmountField(
        label=_("Heat replaced, ESEheat"), unit="kg CO2e/MJ", min_value=0, required=False
    )
    e_se_elec = ui.AmountField(
        label=_("Electricity replaced, ESEelec"), unit="kg CO2e/MJ", min_value=0, required=False
    )

    def __init__(
        self,
        *args: Any,
        own: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in BURDENS:
            field = self.fields[name]
            if isinstance(field, BurdenField):
                field.own = own or {}
            field.widget.attrs["list"] = "eol-factors"

    @property
    def title(self) -> str:
        """The stored name in the reader's language, or that this is another one."""
        name = pick({"zh": self.initial.get("name_zh") or "", "en": self.initial.get("name_en") or ""})
        return str(name or gettext("Another material"))

    def _bound(self, group: str) -> list[forms.BoundField]:
        return [self[name] for name in GROUPS[group]]

    @property
    def what(self) -> list[forms.BoundField]:
        """What the material is."""
        return self._bound("what")

    @property
    def going_in(self) -> list[forms.BoundField]:
        """Parameters of the material as it goes in."""
        return self._bound("in")

    @property
    def going_out(self) -> list[forms.BoundField]:
        """Parameters of recycling and disposal."""
        return self._bound("out")

    @property
    def of_energy(self) -> list[forms.BoundField]:
        """Parameters of energy recovery."""
        return self._bound("energy")

    @property
    def in_use(self) -> bool:
        """Whether the row holds a material; one without a name is left out."""
        return bool(self.cleaned_data.get("name_zh"))

    def clean(self) -> dict[str, Any]:
        """What the formula needs of a material that is there, all at once."""
        cleaned = super().clean() or {}
        if not cleaned.get("name_zh"):
            filled = [name for name, value in cleaned.items() if value not in (None, "") and name != "kind"]
            if filled and "name_zh" not in self.errors:
                self.add_error(
                    "name_zh", gettext("Enter a name, or clear the other fields of this material.")
                )
            return cleaned
        if cleaned.get("mass_kg") is None and "mass_kg" not in self.errors:
            self.add_error("mass_kg", gettext("Enter the mass in one reference flow."))
        if cleaned.get("ev") is None and "ev" not in self.errors:
            self.add_error("ev", gettext("The formula needs the burden of virgin material."))
        if cleaned.get("r1"):
            if not cleaned.get("r1_source"):
                self.add_error(
                    "r1_source",
                    gettext(
                        "Recycled content counts only where it can be traced: name the evidence, or leave R1 empty."
                    ),
                )
            if cleaned.get("e_recycled") is None and "e_recycled" not in self.errors:
                self.add_error(
                    "e_recycled", gettext("Recycled content needs the burden of the recycled material.")
                )
        if cleaned.get("r3") and cleaned.get("e_er") is None and "e_er" not in self.errors:
            self.add_error("e_er", gettext("Energy recovery needs its burden."))
        total = (cleaned.get("r2") or 0) + (cleaned.get("r3") or 0)
        if total > 1:
            self.add_error("r3", gettext("R2 and R3 add up to %(total)s, more than 1.") % {"total": total})
        return cleaned

    def as_document(self, number: int) -> dict[str, Any] | None:
        """The material as inventories hold it; None for an empty row."""
        data = self.cleaned_data
        if not self.in_use:
            return None
        found: dict[str, Any] = {
            "id": data.get("id") or f"m{number}",
            "name": {"zh": data["name_zh"], "en": data.get("name_en") or data["name_zh"]},
            "mass_kg": plain(data["mass_kg"]),
            "kind": data.get("kind") or "other",
        }
        for name in ("material", "r1_source"):
            if data.get(name):
                found[name] = data[name]
        for name in (*SHARES, *QUALITIES, *ENERGY):
            if data.get(name) is not None:
                found[name] = plain(data[name])
        for name in BURDENS:
            if data.get(name) is not None:
                found[name] = data[name]
        return found


class BaseMaterials(forms.BaseFormSet):
    """All materials: no code twice."""

    def clean(self) -> None:
        """Codes are what scenarios and results name a material by."""
        seen: set[str] = set()
        for form in self.forms:
            code = getattr(form, "cleaned_data", {}).get("id")
            if code and code in seen:
                form.add_error("id", gettext("Another material has this code."))
            seen.add(code or "")


MaterialFormSet = forms.formset_factory(MaterialForm, formset=BaseMaterials, extra=1, max_num=200)


def material_initial(item: Mapping[str, Any]) -> dict[str, Any]:
    """Initial values of the row of a stored material."""
    name = item.get("name") or {}
    numbers = {
        key: Decimal(str(item[key]))
        for key in ("mass_kg", *SHARES, *QUALITIES, *ENERGY)
        if item.get(key) is not None
    }
    return {
        "id": item.get("id"),
        "name_zh": name.get("zh") if isinstance(name, Mapping) else name,
        "name_en": name.get("en") if isinstance(name, Mapping) else "",
        "kind": item.get("kind") or "other",
        "material": item.get("material") or "",
        "r1_source": item.get("r1_source") or "",
        **numbers,
        **{key: item.get(key) for key in BURDENS},
    }
