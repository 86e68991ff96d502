"""Forms of the authority's desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carbonfoot.accounts.models import User
from carbonfoot.languages import english
from carbonfoot.ui import forms as ui
from carbonfoot.ui.codes import PROVINCES
from declarations.decisions import Condition
from declarations.models import Chemistry, Phase, Section
from declarations.services.evidence import EVIDENCE_MAX_BYTES, EVIDENCE_TYPES

ANY = ("", _("all"))


def province_choices() -> list[tuple[str, Any]]:
    """Provinces in the reader's language."""
    return [ANY, *((code, names[1] if english() else names[0]) for code, names in PROVINCES.items())]


class QueueFilter(forms.Form):
    """Filters of the queue; all by GET."""

    q = forms.CharField(label=_("Number, maker, credit code"), required=False, max_length=80)
    phase = forms.ChoiceField(label=_("Phase"), required=False)
    chemistry = forms.ChoiceField(label=_("Chemistry"), required=False, choices=[ANY, *Chemistry.choices])
    province = forms.ChoiceField(label=_("Province"), required=False, choices=province_choices)
    flag = forms.ChoiceField(
        label=_("Flags"),
        required=False,
        choices=[ANY, ("any", _("with flags")), ("bad", _("with grave flags")), ("none", _("without flags"))],
    )
    term = forms.ChoiceField(
        label=_("Term"),
        required=False,
        choices=[ANY, ("late", _("past its term")), ("soon", _("due within 5 days"))],
    )
    reviewer = forms.ChoiceField(label=_("Reviewer"), required=False)

    def __init__(self, *args: Any, colleagues: Iterable[User], **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        phases = [(phase.code, phase.name) for phase in Phase.objects.all()]
        self.fields["phase"].choices = [ANY, *phases]  # type: ignore[attr-defined]
        people = [(str(user.pk), user.name) for user in colleagues]
        fixed = [ANY, ("me", _("me")), ("none", _("nobody yet"))]
        self.fields["reviewer"].choices = [*fixed, *people]  # type: ignore[attr-defined]


class AssignReviewForm(ui.BaseForm):
    """To whom a case is given."""

    reviewer = forms.ChoiceField(label=_("To whom"))
    note = forms.CharField(
        label=_("Why"),
        required=False,
        max_length=500,
        help_text=_("Needed when a colleague is at work on it. The authority alone reads it."),
    )

    def __init__(self, *args: Any, colleagues: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in colleagues}
        self.fields["reviewer"].choices = [(key, user.name) for key, user in self.people.items()]  # type: ignore[attr-defined]

    def chosen(self) -> User:
        """The colleague."""
        return self.people[self.cleaned_data["reviewer"]]


class AskForm(ui.BaseForm):
    """A question to the maker."""

    section = forms.ChoiceField(label=_("Section"), choices=Section.choices)
    text = forms.CharField(
        label=pgettext_lazy("review", "Question"), widget=forms.Textarea(attrs={"rows": 3})
    )
    due_on = ui.DayField(
        label=_("Answer asked for until"),
        required=False,
        help_text=_("The authority's own term runs on meanwhile."),
    )


class AnswerForm(ui.BaseForm):
    """The maker's answer to the authority."""

    text = forms.CharField(label=_("Answer"), widget=forms.Textarea(attrs={"rows": 5}))
    evidence = ui.UploadField(
        label=_("File as evidence"),
        required=False,
        accept=list(EVIDENCE_TYPES),
        max_bytes=EVIDENCE_MAX_BYTES,
        help_text=_("One file, at most 20 MB."),
    )


class SayForm(ui.BaseForm):
    """A text that closes a matter, or opens it again."""

    text = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))


class DecisionFilter(forms.Form):
    """Filters of the list of decisions; all by GET."""

    q = forms.CharField(label=_("Number, maker"), required=False, max_length=80)
    kind = forms.ChoiceField(
        label=_("Decision"),
        required=False,
        choices=[ANY, ("accepted", _("Accepted")), ("returned", _("Returned"))],
    )
    phase = forms.ChoiceField(label=_("Phase"), required=False)
    conditions = forms.ChoiceField(
        label=_("Conditions"),
        required=False,
        choices=[ANY, ("any", _("with conditions")), ("open", _("with open conditions"))],
    )
    since = ui.DayField(label=_("From"), required=False)
    until = ui.DayField(label=_("To"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        phases = [(phase.code, phase.name) for phase in Phase.objects.all()]
        self.fields["phase"].choices = [ANY, *phases]  # type: ignore[attr-defined]


class NoteForm(ui.BaseForm):
    """A note on a section."""

    section = forms.ChoiceField(choices=Section.choices, widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        label=_("Verdict"),
        required=False,
        choices=[("ok", _("In order")), ("doubt", _("In doubt")), ("", _("Remark"))],
    )
    text = forms.CharField(label=_("Note"), required=False)


class ReturnForm(ui.BaseForm):
    """The reason of a return, and one for each section concerned."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("What must be changed, and which evidence is needed. The maker reads this."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, label in Section.choices:
            self.fields[f"section_{key}"] = forms.CharField(
                label=label, required=False, widget=forms.Textarea(attrs={"rows": 2})
            )

    def sections(self) -> dict[str, str]:
        """Reasons by section, of those that were given."""
        return {
            key: self.cleaned_data[f"section_{key}"]
            for key in Section.values
            if self.cleaned_data[f"section_{key}"]
        }


class AcceptForm(ui.BaseForm):
    """Acceptance is final, and says so."""

    confirm = ui.YesField(
        label=_("Accept this content and publish it in the register. This cannot be taken back.")
    )


class ConditionalForm(ui.BaseForm):
    """An acceptance with its reason and conditions: ``rows`` places for conditions, of which some may stay empty."""

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        help_text=_("The maker reads this. It stands in the decision."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, rows: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = rows
        for nr in range(1, rows + 1):
            self.fields[f"section_{nr}"] = forms.ChoiceField(
                label=_("Section"), required=False, choices=[("", _("choose")), *Section.choices]
            )
            self.fields[f"text_{nr}"] = forms.CharField(
                label=_("What the maker has to do"),
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"due_on_{nr}"] = ui.DayField(label=_("Due on"), required=False)
        self.fields["confirm"] = ui.YesField(
            label=_("Accept this content and publish it in the register. This cannot be taken back.")
        )

    def places(self) -> list[dict[str, Any]]:
        """The fields of each place, for the page."""
        return [
            {"nr": nr, "fields": [self[f"section_{nr}"], self[f"due_on_{nr}"], self[f"text_{nr}"]]}
            for nr in range(1, self.rows + 1)
        ]

    def clean(self) -> dict[str, Any]:
        """A place that is begun is filled."""
        data = super().clean() or {}
        for nr in range(1, self.rows + 1):
            names = [f"section_{nr}", f"text_{nr}", f"due_on_{nr}"]
            begun = any(data.get(name) for name in names)
            for name in names:
                if begun and not data.get(name) and name not in self.errors:
                    self.add_error(name, _("A condition has a section, a text and a day."))
        return data

    def conditions(self) -> tuple[list[Condition], dict[str, str]]:
        """The conditions, and which field of this form each field of the service's problems is."""
        found, rename = [], {}
        for nr in range(1, self.rows + 1):
            if not self.cleaned_data.get(f"text_{nr}"):
                continue
            data = self.cleaned_data
            found.append(Condition(data[f"section_{nr}"], data[f"text_{nr}"], data[f"due_on_{nr}"]))
            for name in ("section", "text", "due_on"):
                rename[f"condition_{len(found)}_{name}"] = f"{name}_{nr}"
        return found, rename
