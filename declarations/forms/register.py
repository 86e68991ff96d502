"""Forms of the public register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carbonfoot.ui import forms as ui
from declarations.forms.review import ANY, province_choices
from declarations.models import Chemistry
from declarations.publication import CHOICE, FIELDS

FILE_MAX = 20 * 1024 * 1024


class RegisterFilter(forms.Form):
    """Filters of the register; all by GET."""

    q = forms.CharField(label=_("Maker, product, number"), required=False, max_length=80)
    chemistry = forms.ChoiceField(label=_("Chemistry"), required=False, choices=[ANY, *Chemistry.choices])
    province = forms.ChoiceField(label=_("Province"), required=False, choices=province_choices)
    year = forms.ChoiceField(label=_("Year"), required=False)
    ruleset = forms.ChoiceField(label=_("Rule set"), required=False)
    maker = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, years: list[int], rulesets: list[str], **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [ANY, *((str(year), str(year)) for year in years)]  # type: ignore[attr-defined]
        self.fields["ruleset"].choices = [ANY, *((name, name) for name in rulesets)]  # type: ignore[attr-defined]


class DigestFileForm(ui.BaseForm):
    """A document whose digest is computed; it is not kept."""

    file = ui.UploadField(
        label=_("The document as a file"),
        help_text=_(
            "The report as PDF, workbook or JSON, or the statement. Only its digest is computed; the file is not kept."
        ),
        max_bytes=FILE_MAX,
    )


class PublicationForm(ui.BaseForm):
    """Which of the fields that need not be public are public from now on."""

    fields_ = forms.MultipleChoiceField(
        label=_("Public from now on"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(
        label=_("Decision on which it rests"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Its number and date, or what the authority wrote. Everyone can read it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(key, field.label) for key, field in FIELDS.items() if key in CHOICE]
        self.fields["fields_"].choices = choices  # type: ignore[attr-defined]
