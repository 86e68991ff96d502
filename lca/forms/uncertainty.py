"""Forms of uncertainty: a Monte Carlo run, the input of a response curve, and the spread that a line states."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from carbonfoot.ui import forms as ui
from lca.engine.outcome import MAX_DRAWS, MAX_SEED, MIN_DRAWS, USUAL_SEED

INDICATORS: Mapping[str, tuple[Any, tuple[Any, ...]]] = {
    "reliability": (
        _("Reliability"),
        (
            _("1: measured and verified"),
            _("2: measured without verification, or verified and partly assumed"),
            _("3: not verified, partly a qualified estimate"),
            _("4: qualified estimate"),
            _("5: plain estimate"),
        ),
    ),
    "completeness": (
        _("Completeness"),
        (
            _("1: all sites, long enough to even out"),
            _("2: more than half of the sites, long enough"),
            _("3: some of the sites, or more of them for a short time"),
            _("4: one site, or some for a short time"),
            _("5: not known, or few sites for a short time"),
        ),
    ),
    "temporal": (
        _("Time"),
        (
            _("1: less than 3 years from the period"),
            _("2: less than 6 years"),
            _("3: less than 10 years"),
            _("4: less than 15 years"),
            _("5: older, or age not known"),
        ),
    ),
    "geographical": (
        _("Place"),
        (
            _("1: the area itself"),
            _("2: a larger area that includes it"),
            _("3: an area with like conditions"),
            _("4: an area with somewhat like conditions"),
            _("5: another or an unknown area"),
        ),
    ),
    "technological": (
        _("Technology"),
        (
            _("1: the company, process and material itself"),
            _("2: the same process and material, other companies"),
            _("3: the same process and material, another technology"),
            _("4: a related process or material"),
            _("5: a related process, at laboratory scale or another technology"),
        ),
    ),
}


class RunForm(ui.BaseForm):
    """How many draws, and from which seed."""

    draws = forms.IntegerField(
        label=_("Draws"),
        min_value=MIN_DRAWS,
        max_value=MAX_DRAWS,
        help_text=_("From 1,000 to 100,000; 10,000 give the interval to about one per cent."),
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        min_value=0,
        max_value=MAX_SEED,
        required=False,
        help_text=format_lazy(
            _("Empty: the usual one, {seed}. Runs with the same seed and number of draws are paired."),
            seed=USUAL_SEED,
        ),
    )


class InputForm(ui.BaseForm):
    """Which input the response curve is for."""

    find = forms.CharField(label=_("Words"), required=False, max_length=80)
    input = forms.ChoiceField(label=_("Input"), required=False)

    def __init__(self, *args: Any, options: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["input"].choices = options  # type: ignore[attr-defined]


class SpreadFields(ui.BaseForm):
    """The spread of a line's amount, as its own: a geometric standard deviation, or five pedigree scores."""

    spread = forms.ChoiceField(
        label=_("Spread of the amount"),
        required=False,
        choices=[
            ("", _("not stated: assumed by the profile")),
            ("gsd", _("geometric standard deviation (GSD)")),
            ("pedigree", _("five pedigree scores")),
        ],
        help_text=_(
            "How far the true amount may lie from the stated one. It changes no result, only how sure it is."
        ),
    )
    gsd = ui.AmountField(
        label=_("GSD"),
        min_value=1,
        max_value=99,
        required=False,
        help_text=_("1.05: the amount is within about 10% in 95 of 100 cases; 1.23: within a factor of 1.5."),
    )
    basic = ui.AmountField(
        label=_("Basic variance"),
        min_value=0,
        max_value=9,
        required=False,
        help_text=_(
            "Variance of the logarithm before the scores; empty for the usual one of this kind of line."
        ),
    )
    SPREAD_NAMES = ("spread", "gsd", *(f"pedigree_{name}" for name in INDICATORS), "basic")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, scores) in INDICATORS.items():
            self.fields[f"pedigree_{name}"] = forms.ChoiceField(
                label=label,
                required=False,
                choices=[("", _("not chosen")), *((str(n), text) for n, text in enumerate(scores, start=1))],
            )

    def clean(self) -> dict[str, Any]:
        """A chosen way to state the spread needs its numbers."""
        cleaned = super().clean() or {}
        if cleaned.get("spread") == "gsd" and cleaned.get("gsd") is None and "gsd" not in self.errors:
            self.add_error("gsd", _("Enter the geometric standard deviation."))
        if cleaned.get("spread") == "pedigree":
            for name in INDICATORS:
                if not cleaned.get(f"pedigree_{name}"):
                    self.add_error(f"pedigree_{name}", _("Choose a score."))
        return cleaned

    def uncertainty(self) -> dict[str, Any]:
        """The spread as inventories hold it; empty where none is stated."""
        data = self.cleaned_data
        if data.get("spread") == "gsd":
            return {"gsd": format(data["gsd"].normalize(), "f")}
        if data.get("spread") != "pedigree":
            return {}
        found: dict[str, Any] = {"pedigree": [int(data[f"pedigree_{name}"]) for name in INDICATORS]}
        if data.get("basic") is not None:
            found["basic"] = format(data["basic"], "f")
        return found


def spread_initial(uncertainty: Mapping[str, Any]) -> dict[str, Any]:
    """Initial values of SpreadFields from what a line states."""
    if "gsd" in uncertainty:
        return {"spread": "gsd", "gsd": Decimal(str(uncertainty["gsd"]))}
    if "pedigree" not in uncertainty:
        return {}
    scores = dict(zip(INDICATORS, uncertainty["pedigree"], strict=False))
    found: dict[str, Any] = {"spread": "pedigree"}
    found |= {f"pedigree_{name}": str(score) for name, score in scores.items()}
    if uncertainty.get("basic") is not None:
        found["basic"] = Decimal(str(uncertainty["basic"]))
    return found
