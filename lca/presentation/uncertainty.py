"""How sure a result is, in words and in the unit of its headline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from carbonfoot.ui.numbers import format_number, format_percent
from carbonfoot.ui.text import listed, pick
from lca import profiles
from lca.assessments import NotAssessable, assessment_of, compared
from lca.engine.assessment import AMOUNT, FACTOR, RESULT, Assessment, Input
from lca.engine.spreads import Profile
from lca.models import Calculation, UncertaintyRun
from lca.presentation.bases import same_functional_unit
from lca.presentation.lines import process_names, supplier_names
from lca.presentation.result import headline, ruleset_of
from lca.presentation.words import CATEGORIES, DATA_KINDS, TIERS, word

ORIGINS: dict[str, tuple[str, Any]] = {
    "stated": ("ok", gettext_lazy("stated")),
    "derived": ("plain", gettext_lazy("assumed by the profile")),
    "none": ("idle", gettext_lazy("no spread")),
}
KINDS: dict[str, Any] = {
    "amount": gettext_lazy("Amount"),
    "factor": gettext_lazy("Factor"),
    "result": gettext_lazy("Supplier's result"),
    "end_of_life": gettext_lazy("End-of-life model"),
}
PARTS: dict[str, Any] = {
    "amount": gettext_lazy("Amounts"),
    "factor": gettext_lazy("Factors and suppliers' results"),
}
SCORES: dict[str, Any] = {
    "reliability": gettext_lazy("reliability"),
    "completeness": gettext_lazy("completeness"),
    "ter": "TeR",
    "tir": "TiR",
    "ger": "GeR",
}
# Rows of the tables, and steps of the response curve.
TOP, SWINGS = 20, 12
STEPS = tuple(round(-0.5 + 0.1 * number, 1) for number in range(11))
MOST_CHOICES = 300


@dataclass(frozen=True)
class Scale:
    """From kg CO2e per reference flow to the unit of the headline."""

    factor: float
    unit: Any
    decimals: int


@dataclass(frozen=True)
class InputView:
    """One input with its share of the variance to first order, and among the draws where there was a run."""

    key: str
    kind: Any
    name: str
    where: str
    url: str
    gsd: float
    origin: tuple[str, Any]
    how: str
    share: float
    drawn: float | None


@dataclass(frozen=True)
class Reach:
    """What one input does: the result at both ends of its own spread, and 10 % down and up, as differences."""

    view: InputView
    low: float
    high: float
    tenth_low: float
    tenth_high: float


def scale_of(calculation: Calculation) -> Scale:
    """The headline's unit where there is a headline, else kg CO2e per reference flow."""
    ledger = calculation.ledger
    head = headline(ledger, ruleset_of(calculation))
    if head.value is not None and ledger["total"]:
        return Scale(head.value / ledger["total"], head.unit, head.decimals)
    return Scale(1.0, _("kg CO2e per reference flow"), 2)


def interval_view(calculation: Calculation) -> dict[str, Any]:
    """The first-order interval of 95 % for the head of a result, or why there is none."""
    try:
        assessment = assessment_of(calculation)
    except NotAssessable as error:
        return {"reason": error.reason}
    return first_order_view(assessment, scale_of(calculation))


def first_order_view(assessment: Assessment, scale: Scale) -> dict[str, Any]:
    """The first-order interval and deviation in the unit of the headline."""
    interval, total = assessment.interval, assessment.total
    deviation = assessment.first_order.deviation
    low, high = sorted((interval.low * scale.factor, interval.high * scale.factor))
    return {
        "low": low,
        "high": high,
        "total": total * scale.factor,
        "sd": deviation * abs(scale.factor),
        "relative": deviation / abs(total) if total else None,
        "form": interval.form,
        "unit": scale.unit,
        "decimals": scale.decimals,
        "certain": not deviation,
    }


def how_text(basis: Mapping[str, Any]) -> str:
    """Where a spread comes from, in words."""
    if basis.get("amount") == "stated":
        if "gsd" in basis:
            return _("GSD %(gsd)s given with the line") % {"gsd": basis["gsd"]}
        scores = ", ".join(str(score) for score in basis["pedigree"])
        return _("pedigree (%(scores)s) given with the line") % {"scores": scores}
    if "end_of_life" in basis:
        return _("end-of-life model: GSD %(gsd)s") % {"gsd": format_number(basis["end_of_life"], 2)}
    parts = []
    if basis.get("amount") == "derived":
        found = basis["data_kind"]
        parts.append(str(word(DATA_KINDS, "" if found == "not_stated" else found)))
        if basis["primary"]:
            parts.append(_("company-specific"))
    elif "factor" in basis:
        gsd = format_number(basis["gsd"], 2)
        if basis["factor"] == "category":
            parts.append(
                _("category %(name)s: GSD %(gsd)s")
                % {"name": word(CATEGORIES, basis["category"]), "gsd": gsd}
            )
        else:
            parts.append(_("tier %(name)s: GSD %(gsd)s") % {"name": word(TIERS, basis["tier"]), "gsd": gsd})
    elif "result" in basis:
        share = basis.get("verified_share")
        parts.append(
            _("share verified unknown")
            if share is None
            else _("%(share)s verified") % {"share": format_percent(share, 0)}
        )
    missing = basis.get("missing") or ()
    for name, label in SCORES.items():
        if name in basis:
            shown = f"{label} {round(basis[name], 1):g}"
            parts.append(_("%(score)s (not rated)") % {"score": shown} if name in missing else shown)
    if basis.get("several"):
        parts.append(_("lines rate it differently"))
    return str(listed(parts))


def _viewer(calculation: Calculation) -> Callable[[Input, float, float | None], InputView]:
    """A function that makes the view of an input, with names and addresses of this calculation."""
    ledger = calculation.ledger
    processes, suppliers = process_names(ledger), supplier_names(calculation)
    places = {
        (line["process"], line["exchange"]): index
        for index, line in reversed(list(enumerate(ledger["lines"])))
    }
    release = calculation.release.code
    products = {
        str(item["id"]): str(pick(item.get("product")) or "")
        for item in calculation.revision.document.get("results") or ()
    }

    def view(item: Input, share: float, drawn: float | None) -> InputView:
        name, url = str(pick(item.name) or item.key), ""
        where = processes.get(item.process, item.process)
        if item.kind == AMOUNT and (item.process, item.exchange) in places:
            url = reverse("lca:trace", args=[calculation.pk, places[item.process, item.exchange]])
        elif item.kind in (FACTOR, RESULT):
            where = ngettext("%(count)s line", "%(count)s lines", item.uses) % {"count": item.uses}
            scheme, _sep, key = item.key.partition(":")
            if scheme == "factor":
                url = reverse("lca:factor", args=[release, key])
            elif scheme == "result" and suppliers.get(key):
                name = f"{products.get(key) or name} · {suppliers[key]}"
        return InputView(
            key=item.key,
            kind=KINDS[item.kind],
            name=name,
            where=where,
            url=url,
            gsd=item.deviation.gsd,
            origin=ORIGINS[item.deviation.origin if item.deviation.sigma else "none"],
            how=how_text(item.deviation.basis),
            share=share,
            drawn=drawn,
        )

    return view


def input_views(
    calculation: Calculation, assessment: Assessment, run: UncertaintyRun | None = None
) -> tuple[list[InputView], dict[str, Any]]:
    """The inputs with the largest shares of the variance, and what the others have together."""
    shares = assessment.first_order.shares
    drawn: dict[str, float] = {}
    if run is not None:
        drawn = {row["key"]: row["drawn_share"] for row in run.outcome["inputs"]}
    view = _viewer(calculation)
    ranked = [item for item in assessment.inputs if item.effect]
    ranked.sort(key=lambda item: -shares.get(item.key, 0.0))
    rows = [
        view(item, shares.get(item.key, 0.0), drawn.get(item.key) if run else None) for item in ranked[:TOP]
    ]
    rest = {
        "count": len(ranked) - len(rows),
        "share": sum(shares.get(item.key, 0.0) for item in ranked[TOP:]),
        "drawn": None
        if run is None
        else sum(drawn.get(item.key, 0.0) for item in ranked[TOP:]) + run.outcome["others"]["drawn_share"],
        # What no single input explains: several varying together, and the bend of the log-normal.
        "unexplained": None
        if run is None
        else max(0.0, 1.0 - sum(drawn.values()) - run.outcome["others"]["drawn_share"]),
    }
    return rows, rest


def every_input(calculation: Calculation, assessment: Assessment) -> list[tuple[Input, InputView]]:
    """All inputs with an effect on the result, the largest share of the variance first."""
    shares, view = assessment.first_order.shares, _viewer(calculation)
    ranked = sorted(
        (item for item in assessment.inputs if item.elasticity), key=lambda item: -shares.get(item.key, 0.0)
    )
    return [(item, view(item, shares.get(item.key, 0.0), None)) for item in ranked]


def reaches(calculation: Calculation, assessment: Assessment, scale: Scale) -> list[Reach]:
    """What the inputs with the largest effect do at both ends of their spread, and at 10 %; exact for any change.

    An input that closes a loop may have no result there, and is left out.
    """
    view, base, found = _viewer(calculation), assessment.total, []
    for item in assessment.inputs[:SWINGS]:
        if not item.elasticity:
            continue
        try:
            ends = assessment.by_sigma(item.key)
            tenths = assessment.response(item.key, [0.9, 1.1])
        except ValueError:
            continue
        moved = [(float(value) - base) * scale.factor for value in (*ends, *tenths)]
        shown = view(item, assessment.first_order.shares.get(item.key, 0.0), None)
        found.append(Reach(shown, *moved))
    return found


def response_rows(assessment: Assessment, key: str, scale: Scale) -> list[tuple[float, float]]:
    """(change of the input as a share, result) for the steps of the curve; without steps that have no result.

    Raises KeyError for an input that is not there.
    """
    rows = []
    for step in STEPS:
        try:
            (value,) = assessment.response(key, [1 + step])
        except ValueError:
            break
        rows.append((step, float(value) * scale.factor))
    return rows


def choices(calculation: Calculation, assessment: Assessment, words: str = "") -> list[tuple[str, str]]:
    """Inputs to choose from by name, the strongest first, at most MOST_CHOICES; ``words`` narrow them."""
    view, found = _viewer(calculation), []
    for item in assessment.inputs:
        if not item.elasticity:
            continue
        shown = view(item, 0.0, None)
        name = " · ".join(str(part) for part in (shown.kind, shown.name, shown.where) if part)
        if words.lower() in name.lower():
            found.append((item.key, name))
        if len(found) == MOST_CHOICES:
            break
    return found


def origin_rows(origins: Mapping[str, Mapping[str, float]]) -> list[dict[str, Any]]:
    """Shares of the result by where the spread of its amounts and of its factors comes from."""
    return [
        {"label": label, "shares": [(ORIGINS[name], origins[part][name]) for name in ORIGINS]}
        for part, label in PARTS.items()
    ]


def profile_view(profile: Profile) -> dict[str, Any]:
    """The profile with its assumptions in the reader's language."""
    return {
        "title": pick(profile.title),
        "name": profile.name,
        "sha256": profile.sha256,
        "assumptions": [{**item, "text": pick(item)} for item in profile.assumptions],
        "sources": profile.sources,
    }


def run_view(run: UncertaintyRun, scale: Scale) -> dict[str, Any]:
    """A done run in the unit of the headline."""
    outcome, factor = run.outcome, scale.factor
    # The database keeps no order of names.
    names = sorted(outcome["percentiles"], key=float)
    values = [outcome["percentiles"][name] * factor for name in names]
    edges = [edge * factor for edge in outcome["histogram"]["edges"]]
    return {
        "run": run,
        "percentiles": list(zip(names, values, strict=True)),
        "low": values[0],
        "median": values[2],
        "high": values[-1],
        "mean": outcome["mean"] * factor,
        "sd": outcome["sd"] * abs(factor),
        "edges": edges,
        "counts": outcome["histogram"]["counts"],
        "first_order": {name: outcome["first_order"][name] * factor for name in ("low", "high")},
    }


def paired_view(first: Calculation, second: Calculation) -> dict[str, Any]:
    """Two calculations drawn in pairs: how likely the second is above the first, and the interval of the difference.

    Per functional unit where both have the same, else per reference flow; or the reason why they are not compared.
    """
    scales = (scale_of(first), scale_of(second))
    if not same_functional_unit(first, second):
        return {
            "reason": _(
                "The two results are per different functional units: there is no difference between them to draw."
            )
        }
    if scales[0].unit != scales[1].unit:
        scales = (Scale(1.0, _("kg CO2e per reference flow"), 2),) * 2
    try:
        found = compared(first, second, (scales[0].factor, scales[1].factor))
    except NotAssessable as error:
        return {"reason": error.reason}
    return {
        "paired": found,
        "less": found.less,
        "more": None if found.less is None else 1 - found.less,
        "clear": found.low > 0 or found.high < 0,
        "unit": scales[0].unit,
        "decimals": scales[0].decimals,
    }


def newest_profile() -> dict[str, Any]:
    """The profile that assessments made today follow."""
    return profile_view(profiles.load())
