"""What a release would change, in words and figures for pages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from carbonfoot.languages import in_language
from carbonfoot.ui.numbers import format_percent
from lca.models import InventoryKind
from lca.presentation import words
from lca.presentation.result import ruleset_of
from lca.reference import engine_release
from lca.selectors.impact import CLASSES, Impact
from lca.services.problems import as_problem


@dataclass(frozen=True)
class Responsible:
    """A factor behind a change: its name, old and new value, and its effect as a share of the result."""

    key: str
    name: str
    old: Any
    new: Any
    unit: str
    share: float | None


@dataclass(frozen=True)
class ImpactRow:
    """One calculation under other factors. Figures are per functional unit where there is one, else per unit."""

    impact: Impact
    name: str
    unit: str
    decimals: int
    old: float | None
    estimated: float | None
    exact: float | None
    responsible: list[Responsible]
    others: int
    gone: list[str]
    problems: list[Any]


RESPONSIBLE_SHOWN = 3


def factor_title(key: str, *releases: Any) -> str:
    """A factor's name in the reader's language from the first release that has it; its key if none has."""
    for release in releases:
        factor = release.get(key)
        if factor is not None:
            return in_language(factor.name_zh, factor.name_en) or key
    return key


def impact_row(item: Impact) -> ImpactRow:
    """The row of one calculation."""
    row = item.calculation
    ruleset = ruleset_of(row)
    per_unit = row.per_functional_unit is None
    release = engine_release(row.release)
    guess = None if item.estimate.gone else item.old + item.estimate.kgco2e
    exact = item.exact.per_piece if item.exact else None
    if not per_unit:
        exact = item.exact.per_functional_unit if item.exact else None
    shown = item.effects[:RESPONSIBLE_SHOWN]
    return ImpactRow(
        impact=item,
        name=row.revision.inventory.name,
        unit=_unit(item, per_unit),
        decimals=ruleset.decimals("per_functional_unit") if ruleset and not per_unit else 3,
        old=item.old if per_unit else row.per_functional_unit,
        estimated=guess if per_unit else item.scaled(guess),
        exact=exact,
        responsible=[
            Responsible(
                effect.key,
                factor_title(effect.key, release),
                effect.old,
                effect.new,
                factor.unit if (factor := release.get(effect.key)) else "",
                effect.kgco2e / abs(item.old) if item.old else None,
            )
            for effect in shown
        ],
        others=len(item.effects) - len(shown),
        gone=[factor_title(key, release) for key in item.estimate.gone],
        problems=[as_problem(problem) for problem in (item.exact.problems if item.exact else [])],
    )


def _unit(item: Impact, per_unit: bool) -> str:
    row = item.calculation
    if per_unit:
        inventory = row.revision.inventory
        if inventory.kind == InventoryKind.BATTERY_PACK or inventory.reference_unit == "piece":
            return _("kg CO2e per piece")
        return words.per_unit(inventory.reference_unit)
    ruleset = ruleset_of(row)
    by_capacity = ruleset is not None and ruleset.functional_unit.kind == "rated_capacity"
    return _("kg CO2e per kWh of rated energy") if by_capacity else _("kg CO2e per kWh delivered")


def class_columns() -> list[str]:
    """The classes of change as column titles: below the first end, between ends, from the last on."""
    ends = [format_percent(end, 1) for end in CLASSES]
    middle = [f"{low} – {high}" for low, high in pairwise(ends)]
    return [f"< {ends[0]}", *middle, f"≥ {ends[-1]}"]
