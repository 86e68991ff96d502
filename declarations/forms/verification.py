"""Forms of verification."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carbonfoot.ui import forms as ui
from declarations.models import Finding, Statement
from declarations.services.verification import EVIDENCE_MAX_BYTES, EVIDENCE_TYPES

TEXT = forms.Textarea(attrs={"rows": 5})


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

    def __init__(self, *args: Any, places: list[tuple[Any, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = places  # type: ignore[attr-defined]


class ReplyForm(ui.BaseForm):
    """The maker's answer."""

    text = forms.CharField(label=_("Answer"), widget=TEXT)
    evidence = ui.UploadField(
        label=_("File as evidence"),
        required=False,
        accept=list(EVIDENCE_TYPES),
        max_bytes=EVIDENCE_MAX_BYTES,
        help_text=_("One file, at most 20 MB."),
    )


class AskForm(ui.BaseForm):
    """The verifier asks again."""

    text = forms.CharField(label=_("What is still missing"), widget=TEXT)


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
