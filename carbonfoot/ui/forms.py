"""Forms and fields that pages are built with; docs/ui-kit.md shows how."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from carbonfoot.languages import english
from carbonfoot.problems import Problem, Problems
from carbonfoot.ui.amounts import Amount, read_decimal, read_percent
from carbonfoot.ui.codes import PROVINCES, battery_problem, compact, half_width, uscc_problem
from carbonfoot.ui.fieldviews import sentence
from carbonfoot.ui.numbers import format_number, format_size, plain
from carbonfoot.ui.text import colon
from carbonfoot.ui.widgets import STATES, AmountOrStateWidget

__all__ = [
    "Amount",
    "AmountField",
    "AmountOrStateField",
    "BaseForm",
    "BaseModelForm",
    "BatteryCodeField",
    "ChoiceRows",
    "CodeField",
    "DayField",
    "PercentField",
    "ProvinceField",
    "USCCField",
    "UploadField",
    "YesField",
]

REQUIRED = _("Not filled in.")


class _Pattern(forms.BaseForm):
    """What both kinds of form add: errors by the pattern, and problems of services at their fields."""

    fieldsets: Sequence[tuple[Any, Sequence[str]]] = ()
    use_required_attribute = False  # the server says what is missing, all of it at once
    notices: list[Problem]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.notices = []
        for field in self.fields.values():
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = REQUIRED

    def add_problems(
        self, problems: Problems | Sequence[Problem], rename: Mapping[str, str] | None = None
    ) -> None:
        """Put each error at its field, or into the summary when the form has no such field.

        ``rename`` maps names of the service to names of the form. Warnings and notes go to ``notices``.
        """
        for item in problems.items if isinstance(problems, Problems) else problems:
            if item.severity != "error":
                self.notices.append(item)
                continue
            name = (rename or {}).get(item.field, item.field)
            where = f"{item.where}{colon()}" if item.where else ""
            error = ValidationError(where + sentence(item), code=item.code)
            self.add_error(name if name in self.fields else None, error)


class BaseForm(_Pattern, forms.Form):
    """A form of this site."""


class BaseModelForm(_Pattern, forms.ModelForm):
    """A form of this site over a model. It only reads and checks: a service does the saving."""

    def save(self, commit: bool = True) -> Any:
        """Writes go through services."""
        raise TypeError("a form does not save: call a service with cleaned_data")


class CodeField(forms.CharField):
    """A short text as an identifier: full-width letters made ordinary, ends trimmed."""

    def to_python(self, value: Any) -> Any:
        """The cleaned text."""
        text = super().to_python(value)
        return half_width(text) if text else text


class AmountField(forms.CharField):
    """An exact decimal with a unit. Accepts full-width digits, separators of thousands and a decimal comma."""

    default_error_messages = {
        "number": _("“%(value)s” cannot be read as a number. Write it like 1234.5."),
        "min": _("Must be at least %(limit)s."),
        "above": _("Must be more than %(limit)s."),
        "max": _("Must be at most %(limit)s."),
        "places": _("At most %(limit)s digits after the decimal point."),
        "digits": _("At most %(limit)s digits."),
    }

    def __init__(
        self,
        *,
        unit: str = "",
        min_value: Decimal | int | None = None,
        max_value: Decimal | int | None = None,
        min_exclusive: bool = False,
        max_digits: int = 20,
        decimal_places: int = 12,
        **kwargs: Any,
    ) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "in--num", "autocomplete": "off"})
        kwargs.setdefault("widget", widget)
        super().__init__(**kwargs)
        self.unit = unit
        self.min_value, self.max_value, self.min_exclusive = min_value, max_value, min_exclusive
        self.max_digits, self.decimal_places = max_digits, decimal_places

    def _read(self, text: str) -> Decimal | None:
        return read_decimal(text)

    def to_python(self, value: Any) -> Any:
        """The exact decimal, or None for an empty field."""
        if isinstance(value, Decimal):
            return value
        text = super().to_python(value)
        if text in (None, ""):
            return None
        number = self._read(text)
        if number is None:
            raise ValidationError(self.error_messages["number"], code="number", params={"value": text})
        return number

    def validate(self, value: Any) -> None:
        """Limits, with the limit in the sentence."""
        if value is None:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return
        checks = [
            (
                "above" if self.min_exclusive else "min",
                self.min_value,
                value <= self.min_value
                if self.min_exclusive and self.min_value is not None
                else self.min_value is not None and value < self.min_value,
            ),
            ("max", self.max_value, self.max_value is not None and value > self.max_value),
        ]
        for code, limit, broken in checks:
            if broken:
                raise ValidationError(
                    self.error_messages[code], code=code, params={"limit": self._limit(limit)}
                )
        digits = value.as_tuple()
        if -digits.exponent > self.decimal_places:
            raise ValidationError(
                self.error_messages["places"], code="places", params={"limit": self.decimal_places}
            )
        if max(len(digits.digits), len(digits.digits) + digits.exponent) > self.max_digits:
            raise ValidationError(
                self.error_messages["digits"], code="digits", params={"limit": self.max_digits}
            )

    def run_validators(self, value: Any) -> None:
        """Limits are checked in :meth:`validate`; the text validators of the base class do not apply to numbers."""

    def _limit(self, limit: Decimal | int | None) -> str:
        return f"{format_number(limit)} {self.unit}".strip()

    def prepare_value(self, value: Any) -> Any:
        """The decimal as people write it, without an exponent."""
        return plain(value) if isinstance(value, Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare as numbers: 1.50 is 1.5."""
        try:
            return bool(self.to_python(data) != self.to_python(initial))
        except ValidationError:
            return True


class PercentField(AmountField):
    """A share, typed as a percentage; 12 and 12% both give 0.12."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("unit", "%")
        kwargs.setdefault("min_value", Decimal(0))
        kwargs.setdefault("max_value", Decimal(1))
        super().__init__(**kwargs)

    def _read(self, text: str) -> Decimal | None:
        return read_percent(text)

    def _limit(self, limit: Decimal | int | None) -> str:
        return f"{format_number(Decimal(limit or 0) * 100)}%"

    def prepare_value(self, value: Any) -> Any:
        """0.12 as 12."""
        return plain((value * 100).normalize()) if isinstance(value, Decimal) else value


class AmountOrStateField(forms.MultiValueField):
    """A number, or "unknown" or "not applicable": gives an :class:`Amount`.

    Nothing chosen and nothing typed is an error when required, and ``Amount(None, "unknown")`` otherwise.
    """

    widget = AmountOrStateWidget
    default_error_messages = {
        "neither": _("Give a number, or say that it is unknown or not applicable."),
        "both": _("There is a number, and also the answer that there is none. Keep one of them."),
    }

    def __init__(self, *, unit: str = "", **kwargs: Any) -> None:
        own = {
            name: kwargs.pop(name)
            for name in ("label", "help_text", "initial", "disabled", "required")
            if name in kwargs
        }
        self.unit = unit
        fields = (
            AmountField(unit=unit, required=False, **kwargs),
            forms.ChoiceField(choices=STATES, required=False),
        )
        super().__init__(fields, require_all_fields=False, **own)

    def clean(self, value: Any) -> Amount:
        """The amount; checks the number and the choice together."""
        if isinstance(value, Amount):
            return value
        typed, chosen = [*(value or []), "", ""][:2]
        number = self.fields[0].clean(typed)
        state = self.fields[1].clean(chosen or "known")
        if state != "known":
            if number is not None:
                raise ValidationError(self.error_messages["both"], code="both")
            return Amount(None, state)
        if number is None:
            if self.required:
                raise ValidationError(self.error_messages["neither"], code="neither")
            return Amount(None, "unknown")
        return Amount(number, "known")

    def compress(self, data_list: Any) -> Amount:
        """Not used: :meth:`clean` sees both parts."""
        return self.clean(data_list)


class USCCField(CodeField):
    """A unified social credit code 统一社会信用代码, with its check character (GB 32100-2015)."""

    default_error_messages = {
        "length": _("A unified social credit code has 18 characters; this has %(count)d."),
        "character": _("Only digits and capital letters without I, O, S, V and Z."),
        "check": _("The check character does not fit: one character is wrong or two are swapped."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Unified social credit code"))
        super().__init__(**kwargs)
        self.widget.attrs.update(autocomplete="off", spellcheck="false")

    def to_python(self, value: Any) -> Any:
        """Without spaces, in capitals."""
        text = super().to_python(value)
        return compact(text) if text else text

    def validate(self, value: Any) -> None:
        """Length, alphabet and check character."""
        super().validate(value)
        problem = uscc_problem(value) if value else ""
        if problem:
            raise ValidationError(self.error_messages[problem], code=problem, params={"count": len(value)})


class BatteryCodeField(CodeField):
    """A traction battery code 动力蓄电池编码 of 24 characters (GB/T 34014)."""

    default_error_messages = {
        "length": _("A battery code to GB/T 34014 has 24 characters; this has %(count)d."),
        "character": _("Only digits and capital letters without I and O."),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Battery code (GB/T 34014)"))
        super().__init__(**kwargs)
        self.widget.attrs.update(autocomplete="off", spellcheck="false")

    def to_python(self, value: Any) -> Any:
        """Without spaces, in capitals."""
        text = super().to_python(value)
        return compact(text) if text else text

    def validate(self, value: Any) -> None:
        """Length and alphabet."""
        super().validate(value)
        problem = battery_problem(value) if value else ""
        if problem:
            raise ValidationError(self.error_messages[problem], code=problem, params={"count": len(value)})


class ProvinceField(forms.ChoiceField):
    """A province by its code (GB/T 2260), with names in the reader's language."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Province"))
        super().__init__(choices=self._choices_now, **kwargs)

    @staticmethod
    def _choices_now() -> list[tuple[str, Any]]:
        index = 1 if english() else 0
        return [("", _("Choose")), *((code, names[index]) for code, names in PROVINCES.items())]


class DayField(forms.DateField):
    """A date with the browser's own picker; also reads 2026年9月16日, 2026/9/16 and 2026.9.16."""

    default_error_messages = {"invalid": _("Write the date like 2026-09-16.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Any:
        """A date, or None."""
        if value in self.empty_values:
            return None
        if isinstance(value, dt.date):
            return super().to_python(value)
        match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", half_width(value))
        try:
            return dt.date(*map(int, match.groups())) if match else self._refuse()
        except ValueError:
            return self._refuse()

    def _refuse(self) -> Any:
        raise ValidationError(self.error_messages["invalid"], code="invalid")


def _is_spreadsheet(name: str) -> bool:
    return PurePath(name).suffix.lower() in (".xls", ".xlsm", ".xlsb", ".ods", ".et", ".numbers")


class UploadField(forms.FileField):
    """A file with a limit and a list of endings. What is inside is checked later, by the guard of the workbook."""

    default_error_messages = {
        "ending": _("“%(name)s” is not of a kind that can be read here: %(accept)s."),
        "spreadsheet": _(
            "“%(name)s” is a spreadsheet in another format. Open it in Excel, WPS or LibreOffice, "
            "save it as “Excel workbook (.xlsx)” and upload that."
        ),
        "large": _("The file has %(size)s; at most %(limit)s can be taken."),
        "empty": _("The file is empty."),
    }

    def __init__(self, *, accept: Sequence[str] = (), max_bytes: int = 10_000_000, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": ",".join(accept)} if accept else {}))
        super().__init__(**kwargs)
        self.accept, self.max_bytes = tuple(accept), max_bytes

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The upload, if its ending and size are allowed."""
        upload = super().clean(data, initial)
        if isinstance(upload, UploadedFile):
            name = upload.name or ""
            if self.accept and PurePath(name).suffix.lower() not in self.accept:
                params = {"name": name, "accept": ", ".join(self.accept)}
                # Renaming does not help; saving in the other format does, and most people can do it at once.
                code = "spreadsheet" if ".xlsx" in self.accept and _is_spreadsheet(name) else "ending"
                raise ValidationError(self.error_messages[code], code=code, params=params)
            if (upload.size or 0) > self.max_bytes:
                params = {"size": format_size(upload.size or 0), "limit": format_size(self.max_bytes)}
                raise ValidationError(self.error_messages["large"], code="large", params=params)
        return upload


class YesField(forms.BooleanField):
    """A declaration that must be ticked."""

    default_error_messages = {"required": _("Must be ticked to go on.")}


class ChoiceRows(forms.RadioSelect):
    """Radio buttons under each other, each with a remark: ``ChoiceRows(notes={"key": _("…")})``."""

    def __init__(self, *args: Any, notes: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.choice_notes = dict(notes or {})
