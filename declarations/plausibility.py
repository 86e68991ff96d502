"""Flags for the reviewer: a declared figure against published ranges, its peers, its own version before.

A flag is a question, never a verdict. Every rule is one function; texts are lazy and read in the reader's language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from statistics import quantiles
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from carbonfoot.ui.numbers import format_number, format_percent, format_significant
from declarations.figures import STAGES, Figures
from lca import rulesets
from lca.data import load_benchmarks

PEERS_LEAST = 5  # fewer peers say nothing about a spread
FENCE = 1.5  # Tukey's fences: this many interquartile ranges beyond the quartiles
CHANGE = 0.05  # against the version before
PRIMARY_LEAST = 0.05
ESTIMATED_MOST = 0.2
RECALCULATED = 1e-9

# Chemistry -> (low, high) keys of published figures, where the rule set itself has no range.
PUBLISHED = {"SIB": ("bench.sib.review.low", "bench.sib.review.high")}
# The rule sets speak of families; the declaration of chemistries.
FAMILY = {"LFP": "LFP", "NMC": "NMC"}


@dataclass(frozen=True)
class Flag:
    """One question. ``kind`` is warn, or bad (outside what is published, or not reproduced)."""

    code: str
    kind: str
    label: Any
    detail: Any
    section: str


@dataclass(frozen=True)
class Range:
    """A published range in kg CO2e per kWh of capacity, and where it stands."""

    low: float
    high: float
    source: Any


@dataclass(frozen=True)
class Case:
    """What the rules look at. ``peers`` are kg CO2e per kWh of capacity of accepted packs of the same chemistry."""

    chemistry: str
    figures: Figures
    range: Range | None = None
    peers: Sequence[float] = ()
    before: Figures | None = None
    recalculated: Figures | None = None
    signed: dict[str, Any] = field(default_factory=dict)
    verification_required: bool = False


def published_range(chemistry: str, ruleset_id: str, version: str | None = None) -> Range | None:
    """The range of a chemistry: the rule set's, else that of the factor release's comparison figures, else None."""
    try:
        ruleset = rulesets.load(ruleset_id, version)
    except rulesets.RuleSetError:
        return None
    found = ruleset.plausibility.get(FAMILY.get(chemistry, chemistry))
    if found is not None:
        return Range(float(found.low), float(found.high), found.source)
    keys = PUBLISHED.get(chemistry)
    return _benchmark_range(*keys) if keys else None


@lru_cache(maxsize=16)
def _benchmark_range(low: str, high: str) -> Range | None:
    figures = load_benchmarks()
    if low not in figures or high not in figures:
        return None
    return Range(float(figures[low].value), float(figures[high].value), figures[high].source_title)


def _words(text: Any, **values: Any) -> Any:
    """A sentence whose numbers are formatted when it is read, in the reader's language."""
    return lazy(
        lambda: str(text) % {key: value() if callable(value) else value for key, value in values.items()}, str
    )()


def _number(value: float) -> Callable[[], str]:
    return lambda: format_significant(value, 3) or ""


def _percent(value: float, sign: bool = False) -> Callable[[], str]:
    return lambda: (
        (format_number(value * 100, 1, sign=True) or "") + "%" if sign else format_percent(value) or ""
    )


def outside_range(case: Case) -> Iterator[Flag]:
    """Below or above what is published for the chemistry, cradle to gate as in the literature."""
    value, bounds = case.figures.gate_per_kwh_capacity, case.range
    if value is None or bounds is None or bounds.low <= value <= bounds.high:
        return
    label = _("Below the published range") if value < bounds.low else _("Above the published range")
    detail = _words(
        _(
            "Materials and manufacturing: %(value)s kg CO2e/kWh of rated energy; published: %(low)s to %(high)s."
        ),
        value=_number(value),
        low=_number(bounds.low),
        high=_number(bounds.high),
    )
    yield Flag("RANGE", "bad", label, detail, "activity")


def far_from_peers(case: Case) -> Iterator[Flag]:
    """Beyond Tukey's fences of accepted packs of the same chemistry, when there are enough of them."""
    value = case.figures.per_kwh_capacity
    if value is None or len(case.peers) < PEERS_LEAST:
        return
    first, middle, third = quantiles(case.peers, n=4)
    spread = FENCE * (third - first)
    if first - spread <= value <= third + spread:
        return
    detail = _words(
        _("%(value)s kg CO2e/kWh of rated energy; the median of %(count)s accepted packs is %(median)s."),
        value=_number(value),
        count=len(case.peers),
        median=_number(middle),
    )
    label = _("Far below its peers") if value < middle else _("Far above its peers")
    yield Flag("PEERS", "warn", label, detail, "activity")


def changed_since(case: Case) -> Iterator[Flag]:
    """A correction that moves the result."""
    now, then = case.figures.per_functional_unit, case.before.per_functional_unit if case.before else None
    if now is None or not then or abs(now / then - 1) <= CHANGE:
        return
    change = now / then - 1
    label = _words(_("%(change)s against the version before"), change=_percent(change, sign=True))
    detail = _words(
        _("%(then)s then, %(now)s now, kg CO2e/kWh delivered."), then=_number(then), now=_number(now)
    )
    yield Flag("CHANGE", "warn", label, detail, "product")


def empty_stage(case: Case) -> Iterator[Flag]:
    """A stage in which nothing is emitted, or more is saved than emitted."""
    names = {
        "materials": _("Materials are zero"),
        "manufacturing": _("Manufacturing is zero"),
        "distribution": _("Distribution is zero"),
        "recycling": _("Recycling is zero"),
    }
    for stage in STAGES:
        if case.figures.stages.get(stage) == 0.0:
            yield Flag("STAGE-ZERO", "warn", names[stage], _("Ask whether it was left out."), "activity")


def weak_data(case: Case) -> Iterator[Flag]:
    """Hardly any primary data, or much that is estimated."""
    primary, estimated = case.figures.primary_share, case.figures.estimated_share
    if primary is not None and primary < PRIMARY_LEAST:
        detail = _words(_("Primary data share %(share)s."), share=_percent(primary))
        yield Flag("PRIMARY", "warn", _("Hardly any primary data"), detail, "quality")
    if estimated is not None and estimated > ESTIMATED_MOST:
        detail = _words(_("%(share)s of the result rests on estimated amounts."), share=_percent(estimated))
        yield Flag("ESTIMATED", "warn", _("Much is estimated"), detail, "quality")


def over_cut_off(case: Case) -> Iterator[Flag]:
    """More is left out than the rule set allows, or nobody knows how much."""
    if case.figures.omitted_within is False:
        share = case.figures.omitted_share
        detail = (
            _("The share of an omitted flow is unknown.")
            if share is None
            else _words(_("%(share)s of the mass is left out."), share=_percent(share))
        )
        yield Flag("CUTOFF", "warn", _("Cut-off over its limit"), detail, "cutoff")


def not_reproduced(case: Case) -> Iterator[Flag]:
    """What was frozen is not what the stored calculation says."""
    if case.recalculated is None:
        return
    for now, then in (
        (case.figures.per_functional_unit, case.recalculated.per_functional_unit),
        (case.figures.per_kwh_capacity, case.recalculated.per_kwh_capacity),
    ):
        if now is not None and then is not None and abs(now - then) > RECALCULATED * max(abs(then), 1.0):
            yield Flag(
                "REPRODUCED",
                "bad",
                _("Not what was calculated"),
                _words(_("Declared %(now)s, calculated %(then)s."), now=_number(now), then=_number(then)),
                "verification",
            )
            return


def not_as_signed(case: Case) -> Iterator[Flag]:
    """No statement where one is asked for, or one that names other figures."""
    if not case.signed:
        if case.verification_required:
            yield Flag(
                "UNSIGNED",
                "bad",
                _("No statement"),
                _("The phase asks for a verification statement."),
                "verification",
            )
        return
    now, then = case.figures.per_functional_unit, case.signed.get("per_functional_unit")
    if now is not None and then is not None and abs(now - float(then)) > RECALCULATED * max(abs(now), 1.0):
        detail = _words(_("Declared %(now)s, signed %(then)s."), now=_number(now), then=_number(float(then)))
        yield Flag("SIGNED", "bad", _("Differs from the statement"), detail, "verification")


def engine_warnings(case: Case) -> Iterator[Flag]:
    """The engine itself warned."""
    if case.figures.warnings:
        label = _words(_("%(count)s warnings of the calculation"), count=case.figures.warnings)
        yield Flag("WARNINGS", "warn", label, _("They are listed with the result."), "activity")


RULES: tuple[Callable[[Case], Iterator[Flag]], ...] = (
    outside_range,
    far_from_peers,
    changed_since,
    not_reproduced,
    not_as_signed,
    empty_stage,
    weak_data,
    over_cut_off,
    engine_warnings,
)


def flags(case: Case) -> list[Flag]:
    """All flags of a case, the grave ones first."""
    found = [flag for rule in RULES for flag in rule(case)]
    return sorted(found, key=lambda flag: flag.kind != "bad")


def percentile(value: float | None, peers: Sequence[float]) -> float | None:
    """Share of peers at or below a value, 0 to 1; None without peers."""
    if value is None or not peers:
        return None
    return sum(peer <= value for peer in peers) / len(peers)
