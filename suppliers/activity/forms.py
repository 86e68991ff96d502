"""Forms of the pages of activity data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carbonfoot.languages import language
from carbonfoot.ui import forms as ui
from suppliers.activity.columns import FIELDS
from suppliers.activity.services import SUMMED, TABLES
from suppliers.models import ActivitySource
from suppliers.workbook.layout import BY_KEY
from suppliers.workbook.schema import Column


class SourceForm(ui.BaseForm):
    """A system that sends data."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("As your people call it: “Meters of hall 2”.")
    )
    code = forms.CharField(
        label=_("Code"),
        max_length=40,
        help_text=_(
            "Small letters, digits and hyphens. It is in the address of the API and does not change."
        ),
    )
    kind = forms.ChoiceField(label=_("Kind of system"), choices=ActivitySource.Kind.choices)


class FileForm(ui.BaseForm):
    """One file."""

    file = forms.FileField(
        label=_("CSV file"), help_text=_("With a row of titles; up to 10 MB and 50,000 rows.")
    )


class ColumnsForm(ui.BaseForm):
    """Which column of the file holds which field."""

    def __init__(self, data: Any, header: Sequence[str], guessed: Mapping[str, str]) -> None:
        super().__init__(data, initial=dict(guessed))
        titles = [(title, title) for title in dict.fromkeys(header) if title]
        for field in FIELDS:
            self.fields[field.key] = forms.ChoiceField(
                label=field.title,
                help_text=field.help,
                required=field.mandatory,
                choices=[("", _("Choose") if field.mandatory else _("not in the file")), *titles],
            )


class TableForm(ui.BaseForm):
    """Which table of an answer an item belongs to."""

    table = forms.ChoiceField(label=_("Table of the answer"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tables = [(key, BY_KEY[key].title.pick(language())) for key in TABLES]
        self.fields["table"].choices = [("", _("not part of any answer")), *tables]  # type: ignore[attr-defined]


def line_columns(table: str) -> list[Column]:
    """The columns of a line that a person says once for an item; the records give the rest."""
    return [column for column in BY_KEY[table].columns if column.key not in SUMMED] if table in TABLES else []
