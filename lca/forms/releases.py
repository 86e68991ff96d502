"""Forms of drafts of factor releases."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carbonfoot.ui import forms as ui
from lca.models import FactorRelease
from lca.presentation.words import CATEGORIES, DIFFERENCES, word
from lca.releases.columns import MAX_BYTES


class DraftForm(ui.BaseForm):
    """A file with a whole release, and what it shall be called."""

    code = ui.CodeField(
        label=_("Code"),
        max_length=40,
        help_text=_("Such as CN-2026.2; it never means anything else afterwards."),
    )
    title_zh = forms.CharField(label=_("Title (Chinese)"), max_length=200)
    title_en = forms.CharField(label=_("Title (English)"), max_length=200)
    source = forms.CharField(
        label=_("What is new, and where from"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    file = ui.UploadField(
        label=_("File with all factors"),
        accept=[".csv", ".xlsx"],
        max_bytes=MAX_BYTES,
        help_text=_("A release is whole: factors that are not in the file are gone."),
    )


class DifferenceSearch(ui.BaseForm):
    """Which differences are shown."""

    q = forms.CharField(label=_("Words"), required=False, max_length=80)
    kind = forms.ChoiceField(label=_("Difference"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    suspect = forms.BooleanField(label=_("only those to look at twice"), required=False)
    against = forms.ChoiceField(label=_("Compared with"), required=False)

    def __init__(
        self,
        *args: Any,
        releases: Sequence[FactorRelease],
        base: str,
        categories: Collection[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("all that differ")), *DIFFERENCES.items()]  # type: ignore[attr-defined]
        named = sorted(((key, word(CATEGORIES, key)) for key in categories), key=lambda pair: str(pair[1]))
        self.fields["category"].choices = [("", _("all")), *named]  # type: ignore[attr-defined]
        codes = [base, *(row.code for row in releases if row.code != base)]
        self.fields["against"].choices = [(code, code) for code in codes]  # type: ignore[attr-defined]
