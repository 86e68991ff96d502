"""Fields of the form, made from the columns of the workbook's schema: a field for each column, kept as text.

A field refuses nothing: what was typed is kept, and the workbook's own checks say what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from carbonfoot.ui import forms as ui
from carbonfoot.ui.widgets import AmountOrStateWidget
from suppliers.workbook import Finding
from suppliers.workbook.numbers import plain
from suppliers.workbook.schema import NOT_APPLICABLE, UNKNOWN, Column, state_of
from suppliers.workbook.units import BY_SYMBOL, CONVERSIONS, of_dimensions

_WORDS = {"unknown": UNKNOWN.en, "not_applicable": NOT_APPLICABLE.en}
FACTOR_LIST = "factor-keys"
LONG = 400


class StatedText(forms.MultiValueField):
    """A number as typed beside a choice of what its absence means: unknown and not applicable are two things."""

    def __init__(self, **kwargs: Any) -> None:
        parts = (forms.CharField(required=False), forms.CharField(required=False))
        widget = AmountOrStateWidget()
        super().__init__(fields=parts, widget=widget, require_all_fields=False, required=False, **kwargs)

    def compress(self, data_list: list[Any]) -> str:
        """The text of the workbook's cell."""
        text, state = [*data_list, "", "known"][:2] if len(data_list) != 1 else (data_list[0], "known")
        return _WORDS.get(state, str(text or ""))


def posted(column: Column, name: str, text: str) -> dict[str, str]:
    """What a browser would post for a text of the draft: a state is the choice beside an empty number."""
    if not (column.states and column.numeric):
        return {name: text}
    state = state_of(text) if text else None
    return {f"{name}_0": "" if state else text, f"{name}_1": state or "known"}


def field_for(column: Column, language: str, text: str) -> forms.Field:
    """The field of a column; ``text`` is what stands there, so that a choice of another day is not lost."""
    label, help_text = column.title.pick(language), column.help.pick(language)
    if column.states and column.numeric:
        return StatedText(label=label, help_text=help_text)
    options = _options(column, language)
    if options:
        if text and not _offered(options, text):
            options = [*options, (text, text)]
        return forms.ChoiceField(
            label=label, help_text=help_text, required=False, choices=[("", _("Choose")), *options]
        )
    attrs: dict[str, Any] = {}
    if column.numeric:
        attrs = {"inputmode": "decimal", "class": "in--num", "autocomplete": "off"}
    if column.key == "factor":
        attrs = {"list": FACTOR_LIST, "autocomplete": "off"}
    widget: forms.Widget = forms.TextInput(attrs=attrs)
    if column.type == "certificates" or column.max_length > LONG:
        widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, help_text=help_text, required=False, widget=widget)


def _options(column: Column, language: str) -> list[Any]:
    if column.type == "unit":
        usual = [(unit.symbol, unit.symbol) for unit in of_dimensions(column.dimensions)]
        others = [
            (word, f"{word} (= {plain(factor)} {symbol})")
            for word, (symbol, factor) in CONVERSIONS.items()
            if BY_SYMBOL[symbol].dimension in column.dimensions
        ]
        return [*usual, (_("Will be converted"), others)] if others else usual
    if column.choices:
        return [(choice.key, choice.title.pick(language)) for choice in column.choices]
    return []


def _offered(options: list[Any], text: str) -> bool:
    return any(
        key == text or (isinstance(label, list) and any(inner == text for inner, _label in label))
        for key, label in options
    )


class RowForm(ui.BaseForm):
    """The fields of one row of a table, or of the cover, filled with the texts of the draft.

    It is bound to those texts, so that findings stand at their fields whether the page was posted or opened.
    """

    def __init__(
        self, columns: list[Column], texts: Mapping[str, str], *, language: str, prefix: str
    ) -> None:
        data: dict[str, str] = {}
        for column in columns:
            data |= posted(column, f"{prefix}-{column.key}", texts.get(column.key, ""))
        super().__init__(data, prefix=prefix)
        for column in columns:
            self.fields[column.key] = field_for(column, language, texts.get(column.key, ""))
        self.columns = columns

    def point_out(self, finding: Finding, column: str, language: str) -> None:
        """Put an error of the checks at its field, or at the row as a whole."""
        text = f"{finding.message(language)} {finding.mend(language)}".strip()
        self.add_error(column if column in self.fields else None, ValidationError(text, code=finding.code))


def typed(data: QueryDict, columns: list[Column], prefix: str) -> dict[str, str]:
    """What was posted for a row, by column, right or wrong; a state that was chosen counts more than the number."""
    found = {}
    for column in columns:
        name = f"{prefix}-{column.key}"
        if column.states and column.numeric:
            found[column.key] = _WORDS.get(data.get(f"{name}_1", ""), data.get(f"{name}_0", ""))
        else:
            found[column.key] = data.get(name, "")
    return found
