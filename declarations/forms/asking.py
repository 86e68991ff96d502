"""The form that asks for many parts of a pack: one small form for each part."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carbonfoot import clock
from carbonfoot.accounts.models import Organisation
from carbonfoot.problems import Problem
from carbonfoot.ui import forms as ui
from declarations.forms.packs import module_types
from declarations.selectors.asking import Proposal
from declarations.services.bulk import Ask
from suppliers.forms import DECLARED_UNITS
from suppliers.workbook.units import BY_SYMBOL

YEARS_BACK = 6


class RowForm(ui.BaseForm):
    """What is asked of whom for one part; ``ask`` says whether at all. What is missing the service says."""

    ask = forms.BooleanField(label=_("Ask for this part"), required=False)
    supplier = forms.ChoiceField(label=_("Supplier"), required=False)
    module_type = forms.ChoiceField(label=_("Type of part"), required=False)
    declared_unit = forms.ChoiceField(label=_("Declared unit"), required=False)
    year = forms.TypedChoiceField(label=_("Year of data"), coerce=int, empty_value=None, required=False)
    due_on = ui.DayField(label=_("Due on"), required=False)
    message = forms.CharField(label=_("Message"), required=False, max_length=4000)

    def __init__(
        self, *args: Any, proposal: Proposal, suppliers: Sequence[Organisation], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.proposal = proposal
        self.suppliers = {str(item.pk): item for item in suppliers}
        fields: dict[str, Any] = dict(self.fields)
        fields["supplier"].choices = [
            ("", _("Choose")),
            *((key, item.name) for key, item in self.suppliers.items()),
        ]
        fields["module_type"].choices = module_types()
        units = dict.fromkeys((*DECLARED_UNITS, proposal.declared_unit))
        fields["declared_unit"].choices = [(unit, unit) for unit in units if unit in BY_SYMBOL]
        year = clock.today().year
        years = dict.fromkeys((*range(year, year - YEARS_BACK, -1), proposal.year))
        fields["year"].choices = [(str(item), str(item)) for item in years]

    def as_ask(self) -> Ask:
        """The row as the service takes it; fields that could not be read are missing in it."""
        values: Mapping[str, Any] = getattr(self, "cleaned_data", {})
        return Ask(
            part=self.proposal.part,
            supplier=self.suppliers.get(values.get("supplier") or ""),
            module_type=values.get("module_type") or "",
            declared_unit=values.get("declared_unit") or "",
            year=values.get("year"),
            due_on=values.get("due_on"),
            message=values.get("message") or "",
        )


@dataclass
class AskingForm:
    """All rows of a pack's form, with the key that makes a second click harmless."""

    batch: uuid.UUID
    rows: list[RowForm]
    bound: bool

    @classmethod
    def build(
        cls, proposals: Sequence[Proposal], suppliers: Sequence[Organisation], data: Any = None
    ) -> AskingForm:
        """The form of a pack; with ``data``, as it was sent."""
        rows = []
        for item in proposals:
            initial = {
                "ask": item.supplier is not None,
                "supplier": str(item.supplier.pk) if item.supplier else "",
                "module_type": item.part.module_type,
                "declared_unit": item.declared_unit,
                "year": item.year,
                "due_on": item.due_on,
            }
            typed = data is not None and any(key.startswith(f"{item.part.pk}-") for key in data)
            if item.asked and not typed:
                continue
            rows.append(
                RowForm(
                    data if typed else None,
                    prefix=str(item.part.pk),
                    initial=initial,
                    proposal=item,
                    suppliers=suppliers,
                )
            )
        return cls(_batch(data), rows, data is not None)

    def chosen(self) -> list[RowForm]:
        """The rows that are ticked."""
        return [row for row in self.rows if row.is_bound and row["ask"].data in (True, "on", "1", "true")]

    def problems(self) -> list[Problem]:
        """What cannot be read in the ticked rows, at its field, with the part's name."""
        found = []
        for row in self.chosen():
            row.is_valid()
            where = row.proposal.part.exchange.name
            found += [
                Problem("ASK-FORM", message, field=f"{row.prefix}-{name}", where=where)
                for name, messages in row.errors.items()
                for message in messages
            ]
        return found

    def add(self, problems: Sequence[Problem]) -> None:
        """Put each problem at its field, so that the summary can lead there."""
        by_prefix = {row.prefix: row for row in self.rows}
        for item in problems:
            prefix, _dash, name = item.field.partition("-")
            row = by_prefix.get(prefix)
            if row is not None and row.is_bound and name in row.fields and name not in row.errors:
                row.add_error(name, str(item.message))


def _batch(data: Any) -> uuid.UUID:
    try:
        return uuid.UUID(str(data.get("batch", ""))) if data is not None else uuid.uuid4()
    except ValueError:
        return uuid.uuid4()


def file_data(rows: Mapping[int, Mapping[str, str]]) -> dict[str, str]:
    """Rows of a file as if they had been typed into the form."""
    data = {"batch": str(uuid.uuid4())}
    for part, values in rows.items():
        data[f"{part}-ask"] = "on"
        data |= {f"{part}-{name}": value for name, value in values.items()}
    return data
