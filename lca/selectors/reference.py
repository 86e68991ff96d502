"""Reading reference data: releases and their factors, which everybody who is signed in may see."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count, F, QuerySet

from lca.models import Factor, FactorRelease
from lca.reference import current_release
from lca.selectors.search import search


def releases() -> QuerySet[FactorRelease]:
    """All factor releases, newest first."""
    current_release()
    return FactorRelease.objects.order_by(F("published").desc(nulls_last=True), "-pk")


def tier_counts() -> list[tuple[int, str, int]]:
    """Release, tier and how many factors it has of the tier."""
    rows = Factor.objects.order_by().values_list("release_id", "tier")
    return [(release, tier, count) for release, tier, count in rows.annotate(Count("pk"))]


FACTOR_FILTERS = ("category", "tier", "region", "family", "reuse", "year")


def factors(
    release: FactorRelease, q: str = "", filters: Mapping[str, str] | None = None
) -> QuerySet[Factor]:
    """Factors of a release that the words ``q`` find in Chinese or English (``search``); all of them without ``q``.

    ``filters`` hold exact values for any of category, tier, region, family, reuse, year; ``linkable`` keeps emission
    factors only.
    """
    rows = Factor.objects.filter(release=release)
    for name, value in (filters or {}).items():
        if name == "linkable":
            rows = rows.filter(unit__startswith="kg CO2").exclude(category="gwp")
        elif name in FACTOR_FILTERS and value not in ("", None):
            rows = rows.filter(**{name: value})
    return search(rows, q) if q.strip() else rows


def factor_values(release: FactorRelease, name: str) -> list[str]:
    """The values that occur in a filterable column of a release, in order."""
    if name not in FACTOR_FILTERS:
        raise KeyError(name)
    rows = Factor.objects.filter(release=release).exclude(**{f"{name}__isnull": True}).order_by(name)
    return [str(value) for value in rows.values_list(name, flat=True).distinct() if value != ""]
