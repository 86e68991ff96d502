"""Forms on declarations and plans."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carbonfoot.accounts.models import Organisation, User
from carbonfoot.accounts.selectors import verification_bodies
from carbonfoot.ui import forms as ui
from declarations.models import Assurance, Chemistry, DeclarationState, Pack, Phase, QualityPlan
from declarations.plans import SECTIONS
from declarations.services.engagements import SCOPE_MAX
from lca.models import Calculation


class DeclarationFilter(forms.Form):
    """What narrows the list of declarations."""

    q = forms.CharField(label=_("Number, model or code"), required=False)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *DeclarationState.choices]
    )
    phase = forms.ChoiceField(label=_("Phase"), required=False)
    chemistry = forms.ChoiceField(
        label=_("Chemistry"), required=False, choices=[("", _("All")), *Chemistry.choices]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("All")), *((phase.code, phase.name) for phase in Phase.objects.all())]
        self.fields["phase"].choices = choices  # type: ignore[attr-defined]


class NewDeclarationForm(ui.BaseForm):
    """Which pack is declared in which phase."""

    pack = forms.ModelChoiceField(label=_("Pack"), queryset=Pack.objects.none(), empty_label=_("Choose"))
    phase = forms.ModelChoiceField(label=_("Phase"), queryset=Phase.objects.none(), empty_label=None)

    def __init__(self, *args: Any, packs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pack"].queryset = packs  # type: ignore[attr-defined]
        self.fields["phase"].queryset = Phase.objects.all()  # type: ignore[attr-defined]


class ChoosePlanForm(ui.BaseForm):
    """The plan that a declaration rests on."""

    plan = forms.ModelChoiceField(
        label=_("Adopted plan"),
        queryset=QualityPlan.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args: Any, plans: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = plans  # type: ignore[attr-defined]


class ChooseCalculationForm(ui.BaseForm):
    """The calculation that is declared; the page shows the choices as a table."""

    calculation = forms.ModelChoiceField(
        label=_("Calculation"),
        queryset=Calculation.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args: Any, calculations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["calculation"].queryset = calculations  # type: ignore[attr-defined]


class SendForm(ui.BaseForm):
    """To which body a declaration goes, and by when it is to be verified."""

    body = forms.ModelChoiceField(
        label=_("Verification body"), queryset=Organisation.objects.none(), empty_label=_("Choose")
    )
    due_on = ui.DayField(label=_("To be verified by"), required=False)
    assurance = forms.ChoiceField(
        label=_("Level of assurance"),
        choices=Assurance.choices,
        initial=Assurance.REASONABLE,
        help_text=_("As agreed with the body, in the terms of ISO 14064-3; the trial rules do not fix it."),
        widget=forms.RadioSelect,
    )
    scope = forms.CharField(
        label=_("Scope, if it is not the whole declaration"),
        required=False,
        max_length=SCOPE_MAX,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = verification_bodies()  # type: ignore[attr-defined]


class ReasonForm(ui.BaseForm):
    """A reason in words."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class SubmitForm(ui.BaseForm):
    """What the approver confirms."""

    sure = ui.YesField(
        label=_(
            "I have read the frozen content and declare on behalf of my organisation that it is true and complete."
        )
    )


class AssignForm(ui.BaseForm):
    """Who is in charge."""

    assigned_to = forms.ModelChoiceField(
        label=_("In charge"), queryset=User.objects.none(), empty_label=_("Choose")
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assigned_to"].queryset = people  # type: ignore[attr-defined]


class PlanForm(ui.BaseForm):
    """The sections of a plan."""

    title = forms.CharField(label=_("Title"), max_length=160)

    def __init__(self, *args: Any, plan: QualityPlan, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"title": plan.title, **plan.sections})
        super().__init__(*args, **kwargs)
        for section in SECTIONS:
            self.fields[section.key] = forms.CharField(
                label=section.title,
                help_text=section.hint,
                required=False,
                max_length=20_000,
                widget=forms.Textarea(attrs={"rows": 5}),
            )

    def sections(self) -> dict[str, str]:
        """The texts by section."""
        return {section.key: self.cleaned_data.get(section.key, "") for section in SECTIONS}
