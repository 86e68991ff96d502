"""Flags: a declared figure against published ranges, its peers, its own version before, and itself.

A flag is a question, never a verdict. Every rule is one function; texts are lazy and read in the reader's language. A
flag says what it compares, with what, and where that comes from. Those that rest on other makers' figures, or on what
only the authority checks, are for the authority alone; the others a maker reads before it submits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from carbonfoot.ui.numbers import format_number, format_percent, format_significant
from declarations.figures import STAGES, Figures
from lca import rulesets
from lca.data import load_benchmarks

PEERS_LEAST = 5  # fewer peers say nothing about a spread
FENCE = 1.5  # Tukey's fences: this many interquartile ranges beyond the quartiles (Tukey, Exploratory Data Analysis)
FENCE_LEAST = 0.05  # of the median: where peers hardly differ, a small difference is no question
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
    """One question. ``kind`` is warn, or bad (outside what is published, or not reproduced).

    ``basis`` says what is compared and how; ``source`` where the other side comes from. ``is_internal``: for the
    authority alone.
    """

    code: str
    kind: str
    label: Any
    detail: Any
    section: str
    basis: Any = ""
    source: Any = ""
    is_internal: bool = False


@dataclass(frozen=True)
class Range:
    """A published range in kg CO2e per kWh of capacity, and where it stands."""

    low: float
    high: float
    source: Any


@dataclass(frozen=True)
class Spread:
    """How peers lie: their number, quartiles and median, in the unit of the figure."""

    count: int
    first: float
    median: float
    third: float

    @property
    def fences(self) -> tuple[float, float]:
        """Tukey's fences, at least ``FENCE_LEAST`` of the median away from the quartiles."""
        reach = max(FENCE * (self.third - self.first), FENCE_LEAST * abs(self.median))
        return self.first - reach, self.third + reach


@dataclass(frozen=True)
class Case:
    """What the rules look at. ``peers`` are spreads of accepted packs of the same chemistry under the same rule set, by
    the keys of ``PEER_FIGURES``."""

    chemistry: str
    figures: Figures
    range: Range | None = None
    peers: Mapping[str, Spread] = field(default_factory=dict)
    before: Figures | None = None
    recalculated: Figures | None = None
    signed: dict[str, Any] = field(default_factory=dict)
    verification_required: bool = False


def _stage_per_kwh(figures: Figures, stage: str) -> float | None:
    total, per_kwh, value = figures.per_functional_unit, figures.per_kwh_capacity, figures.stages.get(stage)
    return value / total * per_kwh if total and per_kwh is not None and value is not None else None


def _delivered_ratio(figures: Figures) -> float | None:
    total, per_kwh = figures.per_functional_unit, figures.per_kwh_capacity
    return per_kwh / total if total and per_kwh is not None else None


@dataclass(frozen=True)
class PeerFigure:
    """A figure in which a pack is compared with its peers."""

    code: str
    value: Callable[[Figures], float | None]
    name: Any
    unit: str
    section: str


PEER_FIGURES: dict[str, PeerFigure] = {
    "per_kwh": PeerFigure(
        "PEERS",
        lambda figures: figures.per_kwh_capacity,
        _("Footprint per kWh of rated energy"),
        "kg CO2e/kWh",
        "activity",
    ),
    "materials": PeerFigure(
        "PEERS-MATERIALS",
        lambda figures: _stage_per_kwh(figures, "materials"),
        _("Materials per kWh of rated energy"),
        "kg CO2e/kWh",
        "activity",
    ),
    "manufacturing": PeerFigure(
        "PEERS-MANUFACTURING",
        lambda figures: _stage_per_kwh(figures, "manufacturing"),
        _("Manufacturing per kWh of rated energy"),
        "kg CO2e/kWh",
        "electricity",
    ),
    "delivered": PeerFigure(
        "PEERS-DELIVERED",
        _delivered_ratio,
        _("Energy delivered over service life per kWh of rated energy"),
        "kWh/kWh",
        "energy",
    ),
}


def published_range(chemistry: str, ruleset_id: str, version: str | None = None) -> Range | None:
    """The range of a chemistry: the rule set's, else that of the factor release's comparison figures, else None."""
    try:
        ruleset = rulesets.load(ruleset_id, version)
    except rulesets.RuleSetError:
        return None
    found = ruleset.plausibility.get(FAMILY.get(chemistry, chemistry))
    if found is not None:
        return Range(float(found.low), float(found.high), _("literature ranges stated in the rule set"))
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
    basis = _("Materials and manufacturing alone, per kWh of rated energy, as published studies state it.")
    yield Flag("RANGE", "bad", label, detail, "activity", basis, bounds.source)


def far_from_peers(case: Case) -> Iterator[Flag]:
    """Beyond the fences of accepted packs of the same chemistry, figure by figure, when there are enough of them."""
    for key, figure in PEER_FIGURES.items():
        value, spread = figure.value(case.figures), case.peers.get(key)
        if value is None or spread is None or spread.count < PEERS_LEAST:
            continue
        low, high = spread.fences
        if low <= value <= high:
            continue
        text = _("%(name)s: far below its peers") if value < low else _("%(name)s: far above its peers")
        detail = _words(
            _(
                "%(value)s %(unit)s; the median of %(count)s accepted packs is %(median)s, usual %(low)s to %(high)s."
            ),
            value=_number(value),
            unit=figure.unit,
            count=spread.count,
            median=_number(spread.median),
            low=_number(low),
            high=_number(high),
        )
        yield Flag(
            figure.code,
            "warn",
            _words(text, name=figure.name),
            detail,
            figure.section,
            _(
                "Tukey's fences: 1.5 interquartile ranges, and at least 5% of the median, beyond the quartiles."
            ),
            _("accepted declarations of the same chemistry under the same rule set"),
            is_internal=True,
        )


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
    basis = _(
        "The result per kWh delivered of this version and of the one before; more than 5% is asked about."
    )
    yield Flag("CHANGE", "warn", label, detail, "product", basis, _("the version before"))


def empty_stage(case: Case) -> Iterator[Flag]:
    """A stage in which nothing is emitted."""
    names = {
        "materials": _("Materials are zero"),
        "manufacturing": _("Manufacturing is zero"),
        "distribution": _("Distribution is zero"),
        "recycling": _("Recycling is zero"),
    }
    for stage in STAGES:
        if case.figures.stages.get(stage) == 0.0:
            yield Flag(
                "STAGE-ZERO",
                "warn",
                names[stage],
                _("Ask whether it was left out."),
                "activity",
                _("Each life-cycle stage of the result."),
                _("this declaration"),
            )


def weak_data(case: Case) -> Iterator[Flag]:
    """Hardly any primary data, or much that is estimated."""
    primary, estimated = case.figures.primary_share, case.figures.estimated_share
    if primary is not None and primary < PRIMARY_LEAST:
        detail = _words(_("Primary data share %(share)s."), share=_percent(primary))
        basis = _(
            "The share of the result that rests on the maker's and suppliers' own data; below 5% is asked about."
        )
        yield Flag(
            "PRIMARY", "warn", _("Hardly any primary data"), detail, "quality", basis, _("this declaration")
        )
    if estimated is not None and estimated > ESTIMATED_MOST:
        detail = _words(_("%(share)s of the result rests on estimated amounts."), share=_percent(estimated))
        basis = _("The share of the result whose amounts are estimated; above 20% is asked about.")
        yield Flag(
            "ESTIMATED", "warn", _("Much is estimated"), detail, "quality", basis, _("this declaration")
        )


def over_cut_off(case: Case) -> Iterator[Flag]:
    """More is left out than the rule set allows, or nobody knows how much."""
    if case.figures.omitted_within is False:
        share = case.figures.omitted_share
        detail = (
            _("The share of an omitted flow is unknown.")
            if share is None
            else _words(_("%(share)s of the mass is left out."), share=_percent(share))
        )
        basis = _("What is left out, against the cut-off of the rule set.")
        yield Flag("CUTOFF", "warn", _("Cut-off over its limit"), detail, "cutoff", basis, _("the rule set"))


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
                _("The frozen figures against the stored calculation that they name."),
                _("the calculation"),
                is_internal=True,
            )
            return


def not_as_signed(case: Case) -> Iterator[Flag]:
    """No statement where one is asked for, or one that names other figures."""
    basis = _("The declared result against the figures that the verification body signed.")
    if not case.signed:
        if case.verification_required:
            yield Flag(
                "UNSIGNED",
                "bad",
                _("No statement"),
                _("The phase asks for a verification statement."),
                "verification",
                basis,
                _("the phase"),
                is_internal=True,
            )
        return
    now, then = case.figures.per_functional_unit, case.signed.get("per_functional_unit")
    if now is not None and then is not None and abs(now - float(then)) > RECALCULATED * max(abs(now), 1.0):
        detail = _words(_("Declared %(now)s, signed %(then)s."), now=_number(now), then=_number(float(then)))
        yield Flag(
            "SIGNED",
            "bad",
            _("Differs from the statement"),
            detail,
            "verification",
            basis,
            _("the verification statement"),
            is_internal=True,
        )


def engine_warnings(case: Case) -> Iterator[Flag]:
    """The engine itself warned."""
    if case.figures.warnings:
        label = _words(_("%(count)s warnings of the calculation"), count=case.figures.warnings)
        yield Flag(
            "WARNINGS",
            "warn",
            label,
            _("They are listed with the result."),
            "activity",
            _("Findings of the calculation that are more than a note."),
            _("the calculation"),
        )


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


def for_maker(case: Case) -> list[Flag]:
    """The flags that a maker reads before it submits: none rests on others, or on what only the authority checks."""
    return [flag for flag in flags(case) if not flag.is_internal]
