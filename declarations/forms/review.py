"""Forms of the authority's desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carbonfoot.languages import english
from carbonfoot.ui import forms as ui
from carbonfoot.ui.codes import PROVINCES
from declarations.models import Chemistry, Phase, Section

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
    reviewer = forms.ChoiceField(
        label=_("Reviewer"), required=False, choices=[ANY, ("me", _("me")), ("none", _("nobody yet"))]
    )

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
