"""Forms of the suppliers app. They read and check the shape; services decide."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carbonfoot import clock
from carbonfoot.accounts.actor import Actor
from carbonfoot.accounts.models import Organisation
from carbonfoot.languages import language
from carbonfoot.ui import forms as ui
from suppliers import attachable
from suppliers.intake import ENDINGS
from suppliers.models import RequestState, SupplierLink
from suppliers.selectors import possible_suppliers
from suppliers.workbook.choices import MODULE_TYPES
from suppliers.workbook.limits import DEFAULT_LIMITS
from suppliers.workbook.units import UNITS

# Units in which parts are declared; the workbook knows more for amounts.
DECLARED_UNITS = ("kg", "piece", "kWh", "m2", "m", "m3")


def module_types() -> list[tuple[str, str]]:
    """Types of part in the reader's language."""
    return [(choice.key, choice.title.pick(language())) for choice in MODULE_TYPES]


def module_type_label(key: str) -> str:
    """One type of part in the reader's language; the key itself when it is not in the list."""
    return dict(module_types()).get(key, key)


class SupplierForm(ui.BaseForm):
    """A supplier with account by its code, or one without by its name."""

    mode = forms.ChoiceField(
        label=_("How does it take part?"),
        choices=SupplierLink.Mode.choices,
        initial=SupplierLink.Mode.LINKED,
        widget=ui.ChoiceRows(
            notes={
                "linked": _(
                    "It fills in the workbook and publishes its result itself; you never see its recipe."
                ),
                "managed": _("You upload for it. Every result is marked as entered by you."),
            }
        ),
    )
    code = ui.CodeField(
        label=_("Code of the supplier"),
        required=False,
        max_length=40,
        help_text=_("With account: its code on this site, or its unified social credit code."),
    )
    name_zh = forms.CharField(
        label=_("Name (Chinese)"), required=False, max_length=120, help_text=_("Without account.")
    )
    name_en = forms.CharField(label=_("Name (English)"), required=False, max_length=120)
    uscc = ui.USCCField(required=False)
    province = ui.ProvinceField(required=False)
    contact_email = forms.EmailField(
        label=_("E-mail of the contact"), required=False, help_text=_("Reminders go there as well.")
    )


class AskedForm(ui.BaseForm):
    """What is asked, and by when."""

    module_type = forms.ChoiceField(label=_("Type of part"))
    part_zh = forms.CharField(
        label=_("Part (Chinese)"), max_length=160, help_text=_("As the supplier knows it, with its number.")
    )
    part_en = forms.CharField(label=_("Part (English)"), max_length=160, required=False)
    declared_unit = forms.ChoiceField(
        label=_("Declared unit"), help_text=_("The footprint is stated per one of these."), initial="kg"
    )
    year = forms.TypedChoiceField(label=_("Year of data"), coerce=int)
    due_on = ui.DayField(label=_("Answer due on"))
    buyer_reference = forms.CharField(
        label=_("Your own reference"),
        max_length=80,
        required=False,
        help_text=_("Only your organisation sees it."),
    )
    message = forms.CharField(
        label=_("Message to the supplier"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        types: Any = self.fields["module_type"]
        types.choices = [("", _("Choose")), *module_types()]
        units: Any = self.fields["declared_unit"]
        known = {unit.symbol for unit in UNITS}
        units.choices = [(unit, unit) for unit in DECLARED_UNITS if unit in known]
        years: Any = self.fields["year"]
        years.choices = [(year, str(year)) for year in range(today.year, today.year - 6, -1)]
        self.fields["year"].initial = today.year - 1
        self.fields["due_on"].initial = today + dt.timedelta(days=28)


class RequestForm(AskedForm):
    """The same, and of whom."""

    supplier = forms.ModelChoiceField(
        label=_("Supplier"), queryset=Organisation.objects.none(), empty_label=_("Choose")
    )

    field_order = ("supplier",)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        supplier: Any = self.fields["supplier"]
        supplier.queryset = possible_suppliers(actor)
        supplier.label_from_instance = lambda organisation: organisation.name


class InvitationForm(AskedForm):
    """The company, the person there, and the first request. Without the company for a supplier that is there."""

    name_zh = forms.CharField(label=_("Name (Chinese)"), max_length=120)
    name_en = forms.CharField(label=_("Name (English)"), max_length=120, required=False)
    uscc = ui.USCCField(
        required=False, help_text=_("Nobody is found by it before the operator of this site has checked it.")
    )
    province = ui.ProvinceField(required=False)
    contact_name = forms.CharField(label=_("Name of the person"), max_length=80)
    email = forms.EmailField(label=_("E-mail of the person"), help_text=_("The invitation goes there."))
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)

    COMPANY = ("name_zh", "name_en", "uscc", "province")
    PERSON = ("contact_name", "email", "language")
    field_order = (*COMPANY, *PERSON)

    def __init__(self, *args: Any, supplier: Organisation | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = [name for name in self.fields if name not in (*self.COMPANY, *self.PERSON)]
        self.fieldsets = [
            (_("Company"), self.COMPANY),
            (_("Person"), self.PERSON),
            (_("First request"), asked),
        ]
        if supplier is not None:
            for name in self.COMPANY:
                del self.fields[name]
            self.fieldsets = self.fieldsets[1:]

    def company(self) -> dict[str, Any]:
        """Arguments of the invitation."""
        names = [name for name in (*self.COMPANY, *self.PERSON) if name in self.fields]
        return {name: self.cleaned_data[name] for name in names}

    def asked(self) -> dict[str, Any]:
        """Arguments of the first request."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in (*self.COMPANY, *self.PERSON)
        }


class AcceptForm(ui.BaseForm):
    """Who opens the account of the supplier."""

    name = forms.CharField(
        label=_("Your name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=_("At least 10 characters."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


class DaysField(forms.CharField):
    """Numbers of days, separated by commas, spaces or 、."""

    default_error_messages = {"days": _("Write whole numbers of days, such as 14, 3, 0.")}

    def to_python(self, value: Any) -> Any:
        """The numbers."""
        if isinstance(value, list):
            return value
        text = str(super().to_python(value) or "")
        words = "".join(
            char if char.isdigit() else " " if char in ",，、; ；\t" else "x" for char in text
        ).split()
        if any(not word.isdigit() or len(word) > 3 for word in words):
            raise forms.ValidationError(self.error_messages["days"], code="days")
        return [int(word) for word in words]


class ReminderForm(ui.BaseForm):
    """The ladder of reminders."""

    enabled = forms.BooleanField(label=_("Remind suppliers automatically"), required=False)
    before = DaysField(
        label=_("Days before the due date"),
        required=False,
        help_text=_("Such as 14, 3, 0. Zero is the due date itself."),
    )
    every = forms.IntegerField(
        label=_("After it, every so many days"), help_text=_("0: no reminders after the due date.")
    )
    at_most = forms.IntegerField(label=_("At most so often after it"))


class ManyFilesInput(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files, as a list. What may be in them the service says."""

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files that were chosen."""
        return [super(ManyFilesField, self).clean(item, initial) for item in data or []]


class RequestFilter(ui.BaseForm):
    """Filters of the request list."""

    q = forms.CharField(label=_("Number, part or company"), required=False, max_length=80)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state: Any = self.fields["state"]
        state.choices = [
            ("", pgettext_lazy("any state", "All")),
            ("overdue", _("Overdue")),
            *RequestState.choices,
        ]


class ResultFilter(ui.BaseForm):
    """Filters of the list of results."""

    q = forms.CharField(label=_("Product or supplier"), required=False, max_length=80)
    module_type = forms.ChoiceField(label=_("Type of part"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        types: Any = self.fields["module_type"]
        types.choices = [("", pgettext_lazy("any type", "All")), *module_types()]


class TextForm(ui.BaseForm):
    """A comment or a reason."""

    text = forms.CharField(label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, label: Any = "", required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = required
        if label:
            self.fields["text"].label = label


class DueForm(TextForm):
    """Another due date, with words to the supplier if there are any."""

    due_on = ui.DayField(label=_("Answer due on"))

    field_order = ("due_on", "text")


class CommentForm(TextForm):
    """A comment, with files if there are any."""

    attached = ManyFilesField(
        label=_("Files"),
        required=False,
        widget=ManyFilesInput(attrs={"accept": ",".join(attachable.ENDINGS)}),
        help_text=_(
            "At most 5 files, 10 MB each: PDF, PNG, JPEG, XLSX, CSV, TXT. Both sides can download them."
        ),
    )


class FileForm(ui.BaseForm):
    """The filled workbook, or one table of it as CSV. What is inside is the guard's business."""

    file = ui.UploadField(
        label=_("Filled workbook"),
        accept=ENDINGS,
        max_bytes=DEFAULT_LIMITS.file_bytes,
        help_text=_("All problems are listed after the upload. Nothing goes to the customer by uploading."),
    )


class PublishForm(ui.BaseForm):
    """What the supplier decides when it publishes."""

    product_zh = forms.CharField(label=_("Product (Chinese)"), max_length=160)
    product_en = forms.CharField(label=_("Product (English)"), max_length=160, required=False)
    valid_until = ui.DayField(label=_("Valid until"))
    seen = ui.YesField(label=_("I have looked at what the customer will see, and publish it."))
