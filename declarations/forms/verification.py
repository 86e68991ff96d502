"""Forms of verification."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from carbonfoot.ui import forms as ui
from declarations.models import Finding, Statement
from declarations.services.checking import SEED_MAX, SIZE_MAX
from declarations.services.engagements import INDEPENDENCE
from declarations.services.evidence import EVIDENCE_MAX_BYTES, EVIDENCE_TYPES

TEXT = forms.Textarea(attrs={"rows": 5})


def evidence_field() -> ui.UploadField:
    """One file beside what is written, if there is one."""
    return ui.UploadField(
        label=_("File as evidence"),
        required=False,
        accept=list(EVIDENCE_TYPES),
        max_bytes=EVIDENCE_MAX_BYTES,
        help_text=_("One file, at most 20 MB."),
    )


class FindingForm(ui.BaseForm):
    """A new finding."""

    kind = forms.ChoiceField(label=_("How serious"), choices=Finding.Kind.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title"), max_length=160)
    place = forms.ChoiceField(label=_("Where"), required=False)
    text = forms.CharField(
        label=_("What was found"),
        help_text=_("Say what was found, what is expected, and which evidence would settle it."),
        widget=TEXT,
    )
    evidence = evidence_field()

    def __init__(self, *args: Any, places: list[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]


class ReplyForm(ui.BaseForm):
    """The maker's answer."""

    text = forms.CharField(label=_("Answer"), widget=TEXT)
    evidence = evidence_field()


class AskForm(ui.BaseForm):
    """The verifier asks again."""

    text = forms.CharField(label=_("What is still missing"), widget=TEXT)
    evidence = evidence_field()


class TakeOnForm(ui.BaseForm):
    """The body takes the engagement on."""

    independent = ui.YesField(label=INDEPENDENCE)
    note = forms.CharField(
        label=_("Safeguards and remarks"),
        required=False,
        help_text=_("For example relations in earlier years, and who is kept away from this verification."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class RefuseForm(ui.BaseForm):
    """The body refuses the engagement."""

    reason = forms.CharField(label=_("Why it is refused"), widget=forms.Textarea(attrs={"rows": 3}))


class DrawForm(ui.BaseForm):
    """A sample of one calculation."""

    calculation = forms.ChoiceField(label=pgettext_lazy("sample", "From"))
    size = forms.IntegerField(label=_("Lines"), min_value=1, max_value=SIZE_MAX, initial=14)
    seed = forms.CharField(
        label=_("Seed"),
        required=False,
        max_length=SEED_MAX,
        help_text=_("Empty: one is made that nobody could know before."),
    )

    def __init__(self, *args: Any, calculations: list[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["calculation"].choices = calculations  # type: ignore[attr-defined]


class ReasonOfChangeForm(ui.BaseForm):
    """Why figures and facts differ from the content first sent."""

    keys = forms.MultipleChoiceField(label=_("The reason is for"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}))
    finding = forms.ModelChoiceField(
        label=_("Finding that led to it"),
        queryset=Finding.objects.none(),
        required=False,
        empty_label=_("none"),
    )

    def __init__(
        self, *args: Any, changes: list[tuple[Any, Any]], findings: QuerySet[Finding], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keys"].choices = changes  # type: ignore[attr-defined]
        self.fields["finding"].queryset = findings  # type: ignore[attr-defined]


class CloseForm(ui.BaseForm):
    """Closing a finding."""

    reason = forms.CharField(label=_("Reason for closing"), widget=TEXT)


class SignForm(ui.BaseForm):
    """The statement. The digest is that of the content that the signer read."""

    snapshot_sha256 = forms.CharField(widget=forms.HiddenInput)
    report_number = ui.CodeField(label=_("Number of the verification report"), max_length=60)
    opinion = forms.ChoiceField(
        label=_("Opinion"), choices=Statement.Opinion.choices, widget=forms.RadioSelect
    )
    remarks = forms.CharField(
        label=_("Remarks"), required=False, help_text=_("Needed for an opinion with remarks."), widget=TEXT
    )
    confirm = ui.YesField(label=_("I have verified this very content and sign for the verification body."))
