"""How form fields and their errors are drawn: label, hint, error, field; a summary on top that links to the fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm, BoundField, widgets
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from carbonfoot.problems import Problem, Problems
from carbonfoot.ui.text import sentences
from carbonfoot.ui.widgets import AmountOrStateWidget


@dataclass(frozen=True)
class ErrorLine:
    """One line of the summary; ``target`` is the id of the field, or empty."""

    target: str
    label: str
    message: str
    where: str = ""


def target_of(bound: BoundField) -> str:
    """The id that a link to the field must name: the first control of a group."""
    widget = bound.field.widget
    if isinstance(widget, widgets.MultiWidget | widgets.RadioSelect | widgets.CheckboxSelectMultiple):
        return f"{bound.auto_id}_0"
    return bound.id_for_label or bound.auto_id


def error_lines(source: Any) -> list[ErrorLine]:
    """Lines of the summary for a form, a Problems, or a list of Problem; in the order of the fields."""
    if isinstance(source, BaseForm):
        if not source.is_bound:
            return []
        lines = [ErrorLine("", "", str(error)) for error in source.non_field_errors()]
        for bound in source:
            lines += [
                ErrorLine(target_of(bound), str(bound.label).rstrip("。."), str(error))
                for error in bound.errors
            ]
        return lines
    items: Iterable[Problem] = source.items if isinstance(source, Problems) else (source or [])
    return [
        ErrorLine("", "", sentence(item), str(item.where or "")) for item in items if item.severity == "error"
    ]


def sentence(item: Problem) -> str:
    """Message and mend of a problem as one text."""
    return sentences(item.message, item.mend)


def summary_html(source: Any, title: Any = "") -> SafeString:
    """The error summary; nothing when there is no error."""
    lines = error_lines(source)
    if not lines:
        return mark_safe("")
    heading = title or ngettext("%(count)d thing to mend", "%(count)d things to mend", len(lines)) % {
        "count": len(lines)
    }
    return render_to_string("components/errors.html", {"lines": lines, "title": heading})


def _kind(bound: BoundField) -> str:
    widget = bound.field.widget
    if isinstance(widget, AmountOrStateWidget):
        return "amount_or_state"
    if isinstance(widget, widgets.RadioSelect | widgets.CheckboxSelectMultiple):
        return "group"
    if isinstance(widget, widgets.CheckboxInput):
        return "check"
    if isinstance(widget, widgets.FileInput):
        return "file"
    return "plain"


def _control(bound: BoundField, kind: str) -> SafeString | None:
    if kind in ("group", "amount_or_state"):
        return None
    attrs: dict[str, Any] = {}
    if kind != "check":
        own = bound.field.widget.attrs.get("class", "")
        attrs["class"] = f"in {own}".strip()
    if isinstance(bound.field.widget, widgets.Textarea) and bound.field.widget.attrs.get("rows") == "10":
        attrs["rows"] = "4"  # Django's ten rows are half a page
    return bound.as_widget(attrs=attrs)


def field_html(
    bound: BoundField,
    *,
    unit: str = "",
    wide: bool = False,
    label: Any = "",
    cls: str = "",
    optional: bool = True,
) -> SafeString:
    """One field. A hidden field is its input alone."""
    if bound.is_hidden:
        return bound.as_widget()
    kind = _kind(bound)
    field = bound.field
    data = {
        "bound": bound,
        "kind": kind,
        "label": label or bound.label,
        "unit": unit or getattr(field, "unit", ""),
        "control": _control(bound, kind),
        "parts": list(bound.subwidgets) if kind == "group" else [],
        "amount": field.widget.parts(bound) if isinstance(field.widget, AmountOrStateWidget) else None,
        "notes": getattr(field.widget, "choice_notes", {}),
        "optional": optional and not field.required and not field.disabled and kind != "check",
        "hint_id": f"{bound.auto_id}_helptext",
        "error_id": f"{bound.auto_id}_error",
        "described": bound.aria_describedby or "",
        "wide": wide or isinstance(field.widget, widgets.Textarea),
        "cls": cls,
        "target": target_of(bound),
    }
    return render_to_string("components/field.html", data)


def fields_html(form: BaseForm) -> SafeString:
    """All fields of a form in a grid, under the titles of ``form.fieldsets`` if it has them."""
    groups: list[tuple[Any, list[BoundField]]] = []
    named: set[str] = set()
    for title, names in getattr(form, "fieldsets", None) or ():
        groups.append((title, [form[name] for name in names if name in form.fields]))
        named.update(names)
    rest = [bound for bound in form.visible_fields() if bound.name not in named]
    if rest:
        groups.append(("", rest))
    return render_to_string(
        "components/form_fields.html", {"form": form, "groups": groups, "hidden": form.hidden_fields()}
    )
