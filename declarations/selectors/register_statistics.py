"""Counts, medians and spreads of what stands in the register, computed by the database."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace

from django.contrib.postgres.fields import ArrayField
from django.db.models import Aggregate, Count, F, FloatField, Func, IntegerField, Max, Min, QuerySet, Value
from django.db.models.functions import ExtractYear, Least

from carbonfoot.languages import in_language
from declarations.models import Chemistry, RegisterEntry

# Counts are of rows, not of keys: only then is the index enough, and no row is read.
GROUPS_MOST = 100  # makers that are named; the rest is counted
SPREAD_LEAST = 10  # a chemistry with fewer packs gets no quartiles: they would tell of single makers
BINS = 28


class Quartiles(Aggregate):
    """Lower quartile, median and upper quartile, interpolated between neighbours (SQL's PERCENTILE_CONT)."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(FloatField())


@dataclass(frozen=True)
class Spread:
    """Results of one chemistry, kg CO2e per kWh delivered. Quartiles and histogram only where there are enough packs.

    ``counts`` are packs between ``low`` and ``high`` of the statistics in BINS equal steps.
    """

    chemistry: str
    count: int
    quartiles: tuple[float, float, float] | None
    counts: tuple[int, ...] = ()

    @property
    def label(self) -> str:
        """The chemistry in words."""
        return str(Chemistry(self.chemistry).label)


@dataclass(frozen=True)
class Group:
    """Entries of one maker, province or year: how many, and their median in kg CO2e per kWh delivered."""

    key: str
    label: str
    count: int
    median: float


@dataclass(frozen=True)
class Statistics:
    """Figures of the register under one rule set; results of different rule sets are never mixed."""

    ruleset_id: str
    count: int
    makers: int
    median: float | None
    primary_share: float | None
    low: float
    high: float
    by_chemistry: list[Spread]
    by_maker: list[Group]
    by_province: list[Group]
    by_year: list[Group]


def rulesets_by_count(rows: QuerySet[RegisterEntry]) -> list[str]:
    """Rule sets with entries, the one with most entries first."""
    counted = (
        rows.order_by().values_list("ruleset_id").annotate(count=Count("*")).order_by("-count", "ruleset_id")
    )
    return [name for name, _count in counted]


def statistics(rows: QuerySet[RegisterEntry], ruleset_id: str) -> Statistics:
    """Counts, medians and spreads of these entries under one rule set, in seven queries whatever their number."""
    rows = rows.order_by().filter(ruleset_id=ruleset_id)
    whole = rows.aggregate(
        count=Count("*"),
        low=Min("per_functional_unit"),
        high=Max("per_functional_unit"),
        quartiles=Quartiles("per_functional_unit"),
        primary=Quartiles("primary_share"),
    )
    low, high = whole["low"] or 0.0, whole["high"] or 0.0
    makers = _groups(rows, "maker_code")
    return Statistics(
        ruleset_id=ruleset_id,
        count=whole["count"],
        makers=len(makers),
        median=whole["quartiles"][1] if whole["quartiles"] else None,
        primary_share=whole["primary"][1] if whole["primary"] else None,
        low=low,
        high=high,
        by_chemistry=_spreads(rows, low, high),
        by_maker=_named(rows, makers[:GROUPS_MOST]),
        by_province=_groups(rows, "province"),
        by_year=sorted(
            _groups(rows.annotate(year=ExtractYear("accepted_at")), "year"), key=lambda group: group.key
        ),
    )


def _spreads(rows: QuerySet[RegisterEntry], low: float, high: float) -> list[Spread]:
    found = (
        rows.values("chemistry")
        .annotate(count=Count("*"), quartiles=Quartiles("per_functional_unit"))
        .order_by("-count", "chemistry")
    )
    counts = _histograms(rows, low, high)
    return [
        Spread(row["chemistry"], row["count"], tuple(row["quartiles"]), tuple(counts[row["chemistry"]]))
        if row["count"] >= SPREAD_LEAST
        else Spread(row["chemistry"], row["count"], None)
        for row in found
    ]


def _histograms(rows: QuerySet[RegisterEntry], low: float, high: float) -> dict[str, list[int]]:
    """Packs by chemistry in BINS equal steps from ``low`` to ``high``; the last step holds its upper end."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * BINS)
    if high <= low:
        for chemistry, count in rows.values_list("chemistry").annotate(count=Count("*")):
            counts[chemistry][0] = count
        return counts
    step = Func(
        F("per_functional_unit"),
        Value(low),
        Value(high),
        Value(BINS),
        function="WIDTH_BUCKET",
        template="%(function)s(%(expressions)s)",
        output_field=IntegerField(),
    )
    found = rows.values("chemistry", step=Least(step, Value(BINS))).annotate(count=Count("*"))
    for row in found:
        counts[row["chemistry"]][row["step"] - 1] = row["count"]
    return counts


def _groups(rows: QuerySet[RegisterEntry], key: str) -> list[Group]:
    """Entries by a column, the largest group first."""
    found = rows.values(key).annotate(count=Count("*"), quartiles=Quartiles("per_functional_unit"))
    return [
        Group(str(row[key]), str(row[key]), row["count"], row["quartiles"][1])
        for row in found.order_by("-count", key)
    ]


def _named(rows: QuerySet[RegisterEntry], groups: list[Group]) -> list[Group]:
    """The makers by name, as each stood in its newest entry."""
    newest = rows.filter(maker_code__in=[group.key for group in groups]).order_by(
        "maker_code", "-accepted_at", "-pk"
    )
    found = newest.distinct("maker_code").values_list("maker_code", "maker_zh", "maker_en")
    names = {code: in_language(zh, en) for code, zh, en in found}
    return [replace(group, label=names[group.key]) for group in groups]
