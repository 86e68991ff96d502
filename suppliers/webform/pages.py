"""What the pages of the form show: rows with their fields, findings and figures, and how far each step is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carbonfoot.ui.fieldviews import ErrorLine, error_lines
from carbonfoot.ui.status import Status
from lca.module_references import Reference, references_of
from lca.reference import current_factors
from suppliers.models import AnswerDraft, DataRequest
from suppliers.statuses import SEVERITY
from suppliers.webform.checking import Checked, said
from suppliers.webform.fields import RowForm
from suppliers.webform.gaps import TABLES, is_open
from suppliers.webform.steps import Rows, Step, Values, filled, indices, steps_for
from suppliers.webform.usual import ExampleLine, example, own_intensity, usual
from suppliers.webform.where import where
from suppliers.workbook.schema import NOT_APPLICABLE, UNKNOWN, state_of

_STATES = {"unknown": UNKNOWN, "not_applicable": NOT_APPLICABLE}


@dataclass
class FieldView:
    """A field with where its content is found and what is usual for it."""

    bound: Any
    where: str = ""
    usual: Sequence[str] = ()
    own: tuple[str, str] | None = None


@dataclass
class RowView:
    """One row of a step: its fields, the less usual ones apart, and what the checks say of it."""

    number: int
    form: RowForm
    fields: list[FieldView]
    more: list[FieldView]
    title: str = ""
    amount: str = ""
    notes: list[dict[str, Any]] = field(default_factory=list)
    blank: bool = False
    gap_url: str = ""
    convertible: bool = False

    @property
    def open(self) -> bool:
        """Whether the row is shown opened: something is to be typed or mended in it."""
        return self.blank or bool(self.form.errors) or bool(self.gap_url)


def row_views(
    request: DataRequest,
    step: Step,
    rows: Rows,
    checked: Checked | None,
    language: str,
    *,
    extra: int = 0,
) -> list[RowView]:
    """The rows of a step with what the checks say of each; ``extra`` blank ones, and one where there is none."""
    table = rows.get(step.table, [])
    places = indices(step, rows)
    if step.single and not places:
        places = [len(table)]
    columns = step.columns()
    found = []
    for number, index in enumerate(places):
        texts = table[index] if index < len(table) else {}
        form = RowForm(columns, texts, language=language, prefix=f"row-{number}")
        notes = []
        for place, finding in checked.of(step.key) if checked is not None else []:
            if place[0] == step.table and place[1] == index:
                if finding.severity == "error":
                    form.point_out(finding, place[2], language)
                else:
                    notes.append(said(finding, language))
        view = _row(request, step, rows, texts, form, number, language)
        view.notes = notes
        view.convertible = any(
            place[1] == index and place[2] == "unit" and finding.offer
            for place, finding in (checked.of(step.key) if checked is not None else [])
            if place[0] == step.table
        )
        if step.table in TABLES and filled(texts) and is_open(texts):
            view.gap_url = reverse("suppliers:form_gap", args=[request.number, step.table, index])
        found.append(view)
    blanks = max(extra, 0 if found else 1) if not step.single else 0
    for number in range(len(found), len(found) + blanks):
        form = RowForm(columns, {}, language=language, prefix=f"row-{number}")
        view = _row(request, step, rows, {}, form, number, language)
        view.blank = True
        found.append(view)
    return found


def _row(
    request: DataRequest, step: Step, rows: Rows, texts: Values, form: RowForm, number: int, language: str
) -> RowView:
    views: dict[bool, list[FieldView]] = {False: [], True: []}
    for column in form.columns:
        found = where(step.table, column.key)
        view = FieldView(form[column.key], found.pick(language) if found else "")
        if column.key == "amount" and step.table != "production":
            view.usual = usual(request.module_type, step.table, texts, language)
            view.own = own_intensity(rows, texts)
        views[column.optional_group and column.key != "factor"].append(view)
    title = texts.get("name") or _shown(form, "carrier") or _shown(form, "gas")
    stated = _STATES.get(state_of(texts.get("amount", "")) or "")
    unit = texts.get("unit", "")
    amount = (
        stated.pick(language)
        if stated
        else f"{texts['amount']} {unit}".strip()
        if texts.get("amount")
        else ""
    )
    return RowView(number, form, views[False], views[True], str(title), amount)


def _shown(form: RowForm, name: str) -> str:
    """A chosen entry of a list in words."""
    if name not in form.fields:
        return ""
    value = form.data.get(form.add_prefix(name), "")
    choices: Any = form.fields[name].choices  # type: ignore[attr-defined]
    return str(dict(choices).get(value, value)) if value else ""


def cover_form(
    step: Step, cover: Mapping[str, str], checked: Checked | None, language: str
) -> tuple[RowForm | None, list[FieldView]]:
    """The cover's fields of a step with what the checks say of them; None where it asks for none."""
    columns = step.cover_columns()
    if not columns:
        return None, []
    form = RowForm(columns, cover, language=language, prefix="cover")
    for place, finding in checked.of(step.key) if checked is not None else []:
        if place[1] < 0 and finding.severity == "error":
            form.point_out(finding, place[2] if place[0] == "cover" else columns[0].key, language)
    views = []
    for column in columns:
        found = where("cover", column.key)
        views.append(FieldView(form[column.key], found.pick(language) if found else ""))
    return form, views


def general_notes(step: Step, checked: Checked, language: str) -> list[dict[str, Any]]:
    """What the checks say of a step as a whole, but for its errors when a field of the cover shows them."""
    return [
        said(finding, language)
        for place, finding in checked.of(step.key)
        if place[1] < 0 and (finding.severity != "error" or not step.cover)
    ]


def tasks(
    request: DataRequest, draft: AnswerDraft | None, cover: Mapping[str, str], checked: Checked, here: str
) -> list[dict[str, Any]]:
    """The steps as a list of tasks with how far each is."""
    found: list[dict[str, Any]] = []
    for number, step in enumerate(steps_for(cover), start=1):
        found.append(
            {
                "nr": number,
                "label": step.title,
                "url": reverse("suppliers:form_step", args=[request.number, step.key]),
                "text": "",
                "status": _status(step, draft, checked),
                "next": step.key == here,
            }
        )
    found.append(
        {
            "nr": len(found) + 1,
            "label": _("Check and hand in"),
            "url": reverse("suppliers:form_check", args=[request.number]),
            "text": "",
            "status": None,
            "next": here == "check",
        }
    )
    return found


def saved(draft: AnswerDraft | None, step: Step) -> bool:
    """Whether a person has saved the step: before that nobody is told what is wrong with it."""
    return draft is not None and bool(draft.versions.get(step.key, {}).get("saved"))


def _status(step: Step, draft: AnswerDraft | None, checked: Checked) -> Status:
    if not saved(draft, step):
        return Status("idle", _("Optional") if step.key == "coproducts" else _("Not begun"))
    errors, warnings = checked.count(step.key, "error"), checked.count(step.key, "warning")
    if errors:
        return Status("bad", ngettext("%(count)d to mend", "%(count)d to mend", errors) % {"count": errors})
    if warnings:
        text = ngettext("%(count)d question", "%(count)d questions", warnings) % {"count": warnings}
        return Status("warn", text)
    return Status("ok", _("Done"))


def error_summary(form: RowForm | None, rows: Sequence[RowView]) -> list[ErrorLine]:
    """The errors of all rows of a step in one summary, each with its line."""
    found = error_lines(form) if form is not None else []
    for row in rows:
        where_to = f"{row.number + 1}. {row.title}".strip() if len(rows) > 1 else ""
        for line in error_lines(row.form):
            label = " · ".join(part for part in (where_to, line.label) if part)
            found.append(replace(line, label=label, target=line.target or f"row-{row.number}"))
    return found


def listed(
    request: DataRequest, step: Step, rows: Rows, checked: Checked, language: str
) -> list[dict[str, Any]]:
    """The findings of a step for the page of all of them: which line, what, and the way there."""
    url = reverse("suppliers:form_step", args=[request.number, step.key])
    places = indices(step, rows)
    titles = {view.number: view.title for view in row_views(request, step, rows, None, language)}
    found = []
    for place, finding in checked.of(step.key):
        number = places.index(place[1]) if place[0] == step.table and place[1] in places else -1
        line = f"{number + 1}. {titles.get(number, '')}".strip() if number >= 0 and not step.single else ""
        anchor = f"#row-{number}" if line else ""
        found.append(
            said(finding, language)
            | {"line": line, "url": url + anchor, "status": SEVERITY[finding.severity]}
        )
    return found


def factor_options(step: Step, language: str) -> list[tuple[str, str]]:
    """Keys of emission factors with name and unit, for the field that takes one."""
    if all(column.key != "factor" for column in step.columns()):
        return []
    return [
        (item.key, f"{item.name_en if language == 'en' else item.name_zh} · {item.unit}")
        for item in current_factors().factors.values()
        if item.is_emission_factor
    ]


@dataclass(frozen=True)
class Example:
    """A published inventory as a worked example beside a step."""

    reference: Reference
    lines: list[ExampleLine]


def examples(request: DataRequest, step: Step, language: str) -> list[Example]:
    """The worked examples for the type of part, with their lines of the step's table."""
    return [
        Example(reference, example(reference, step.table, language))
        for reference in references_of(request.module_type)
    ]
