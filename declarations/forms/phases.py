"""Forms on phases: their dates and rules, extensions and waivers, the authority's list of makers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carbonfoot.ui import forms as ui
from declarations.forms.review import ANY, province_choices
from declarations.models import Chemistry, Pack, Phase, Relief
from declarations.selectors.packs import packs_for
from declarations.services.phases import COLUMNS
from lca import rulesets


class CoverageFilter(forms.Form):
    """What narrows the list of makers; all by GET."""

    q = forms.CharField(label=_("Maker, credit code"), required=False, max_length=80)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            ANY,
            ("short", _("Something is missing")),
            ("late", _("Late")),
            ("filed", _("All submitted")),
            ("met", _("All accepted")),
            ("waived", _("Exempt")),
        ],
    )
    chemistry = forms.ChoiceField(
        label=_("Missing chemistry"), required=False, choices=[ANY, *Chemistry.choices]
    )
    province = forms.ChoiceField(label=_("Province"), required=False, choices=province_choices)
    relief = forms.ChoiceField(
        label=_("Extension or waiver"),
        required=False,
        choices=[ANY, ("asked", _("to be decided")), ("granted", _("in force"))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class ReliefForm(ui.BaseForm):
    """What a maker asks for."""

    kind = forms.ChoiceField(
        label=_("What is asked for"),
        choices=Relief.Kind.choices,
        widget=forms.RadioSelect,
        initial="extension",
    )
    pack = forms.ModelChoiceField(
        label=_("For"), queryset=Pack.objects.none(), required=False, empty_label=_("the whole phase")
    )
    wanted_until = ui.DayField(
        label=_("Last day wanted"),
        required=False,
        help_text=_("For an extension. A day in China, after the last day of the phase."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("What stands in the way, and what has been done so far. The authority reads this."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        packs = packs_for(actor).filter(state="registered").order_by("model")
        self.fields["pack"].queryset = packs  # type: ignore[attr-defined]


class ReliefDecisionForm(ui.BaseForm):
    """What the authority decides. The two buttons of the page say which."""

    until = ui.DayField(
        label=_("Until"),
        required=False,
        help_text=_(
            "The new last day of an extension. For a waiver: empty for the whole phase. A day in China."
        ),
    )
    conditions = forms.CharField(
        label=_("Conditions"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("The maker reads this."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class PhaseForm(ui.BaseForm):
    """Everything about a phase that is data. The name of a field is the name of the column."""

    name_zh = forms.CharField(label=_("Name in Chinese"), max_length=60)
    name_en = forms.CharField(label=_("Name in English"), max_length=60)
    starts_on = ui.DayField(label=_("First day"))
    ends_on = ui.DayField(
        label=_("Last day"), required=False, help_text=_("Empty: without end. Days in China.")
    )
    ruleset_id = forms.ChoiceField(label=_("Rule set"))
    every_pack = forms.BooleanField(label=_("Every registered pack is declared"), required=False)
    min_packs = forms.IntegerField(
        label=_("Packs a maker declares at least"),
        min_value=0,
        max_value=1000,
        help_text=_("Typical packs, where not every pack is declared."),
    )
    every_chemistry = forms.BooleanField(label=_("Every chemistry in use is covered"), required=False)
    verification_required = forms.BooleanField(label=_("Each with a verification statement"), required=False)
    review_days = forms.IntegerField(
        label=_("Days in which the authority decides"),
        min_value=1,
        max_value=1000,
        help_text=_("Counted from the receipt. No text that we could read says how many: an assumption."),
    )
    source = forms.CharField(
        label=_("Where this comes from"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(
        label=_("Reason of the change"),
        help_text=_("Kept in the log."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, phase: Phase, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {name: getattr(phase, name) for name in COLUMNS})
        super().__init__(*args, **kwargs)
        choices = {(row.id, row.id) for row in rulesets.available()} | {(phase.ruleset_id, phase.ruleset_id)}
        self.fields["ruleset_id"].choices = sorted(choices)  # type: ignore[attr-defined]

    def changes(self) -> dict[str, Any]:
        """The cleaned values of the phase's own columns."""
        return {name: self.cleaned_data[name] for name in COLUMNS}
