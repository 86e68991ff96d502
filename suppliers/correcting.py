"""The form of corrections: one field for each cell of the findings on a page, as the workbook's schema has it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from carbonfoot.ui import forms as ui
from suppliers.models import UploadFinding
from suppliers.services.corrections import LENGTH_MAX, correctable
from suppliers.workbook.layout import BY_KEY
from suppliers.workbook.schema import NOT_APPLICABLE, UNKNOWN, Column
from suppliers.workbook.units import of_dimensions

PREFIX = "value-"
# What `clip` put in the place of what is too long to show: such a value is not offered for editing.
_CUT = "…"


def field_name(row: UploadFinding) -> str:
    """The name of a finding's field."""
    return f"{PREFIX}{row.position}"


def _options(column: Column, lang: str) -> list[tuple[str, str]]:
    """What may be chosen, by what the reader of the workbook understands; empty for a free text."""
    if column.type == "unit":
        return [(unit.symbol, unit.symbol) for unit in of_dimensions(column.dimensions)]
    options = [(choice.key, choice.title.pick(lang)) for choice in column.choices]
    if options and column.states:
        options += [(state.zh, state.pick(lang)) for state in (UNKNOWN, NOT_APPLICABLE)]
    return options


class CorrectionForm(ui.BaseForm):
    """Fields for the findings that can be corrected; a cell with two findings has one field, at the first."""

    def __init__(self, data: Any = None, *, rows: Iterable[UploadFinding], lang: str) -> None:
        super().__init__(data)
        self.positions: dict[str, int] = {}
        cells: set[tuple[str, str]] = set()
        for row in rows:
            if not correctable(row) or (row.sheet, row.cell) in cells:
                continue
            cells.add((row.sheet, row.cell))
            column = BY_KEY[row.table].column(row.column)
            title = column.title.pick(lang)
            name = field_name(row)
            options = _options(column, lang)
            if options:
                self.fields[name] = forms.ChoiceField(
                    label=title, required=False, choices=[("", _("Leave as it is")), *options]
                )
            else:
                self.fields[name] = forms.CharField(
                    label=title,
                    required=False,
                    max_length=LENGTH_MAX,
                    initial="" if row.value.endswith(_CUT) else row.value,
                )
            self.positions[name] = row.position

    def bound(self, row: UploadFinding) -> BoundField | None:
        """The field of a finding, if it has one."""
        name = field_name(row)
        return self[name] if name in self.fields else None

    def changed(self) -> dict[int, str]:
        """What was entered and differs from what stands in the file, by position of the finding. Only when valid."""
        return {
            position: text
            for name, position in self.positions.items()
            if (text := " ".join(self.cleaned_data.get(name, "").split()))
            and text != self.fields[name].initial
        }
