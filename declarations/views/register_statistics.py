"""Statistics of the register: by chemistry, maker, province and year, for any filter."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from carbonfoot import clock
from carbonfoot.audit.canonical import digest
from carbonfoot.http import Request
from carbonfoot.ui import charts
from carbonfoot.ui.lists import with_params
from carbonfoot.ui.numbers import format_number
from declarations.selectors import register as selectors
from declarations.selectors import register_statistics as select
from declarations.shown import province_name
from declarations.views.register import asked_for, only_maker, ruleset_title, tabs

SHOWN = 12
# So long the same filter is answered from the cache: many visitors cost one count. The page says when it was made.
KEPT_SECONDS = 60


def _counted(request: Request, asked: selectors.Filter) -> dict[str, Any]:
    """Statistics under the rule set with most entries, the other rule sets, and when they were counted."""
    key = "register:statistics:" + digest([*astuple(asked), get_language()])
    kept: dict[str, Any] | None = cache.get(key)
    if kept is not None:
        return kept
    rows = selectors.search(selectors.entries_for(request.actor), asked)
    names = select.rulesets_by_count(rows)
    found = {
        "statistics": select.statistics(rows, names[0]) if names else None,
        "others": names[1:],
        "at": clock.now(),
    }
    cache.set(key, found, KEPT_SECONDS)
    return found


@require_safe
def register_statistics(request: Request) -> HttpResponse:
    """Charts with their tables."""
    form, asked = asked_for(request)
    found = _counted(request, asked)
    statistics: select.Statistics | None = found["statistics"]
    context: dict[str, Any] = {
        "tabs": tabs(request, "statistics"),
        "form": form,
        "maker_only": only_maker(request, asked),
        "statistics": statistics,
        "other_rulesets": found["others"],
        "counted_at": found["at"],
        "kept": KEPT_SECONDS,
    }
    if statistics is not None:
        context |= _charts(request, statistics)
        context["ruleset_title"] = ruleset_title(statistics.ruleset_id)
    return render(request, "register/statistics.html", context)


def _charts(request: Request, found: select.Statistics) -> dict[str, Any]:
    drawn = [item for item in found.by_chemistry if item.quartiles is not None]
    return {
        "distribution": charts.distribution(
            [
                charts.Dist(
                    item.label,
                    charts.Binned(found.low, found.high, item.counts, item.quartiles[1]),  # type: ignore[index]
                    _("%(count)s packs") % {"count": format_number(item.count, 0)},
                )
                for item in drawn
            ],
            unit="kg CO2e/kWh",
            label=_("Distribution of published results by chemistry"),
        )
        if drawn
        else "",
        "chemistry_table": charts.table(
            [_("Chemistry"), _("Packs"), _("Lower quartile"), _("Median"), _("Upper quartile")],
            [_spread_row(item) for item in found.by_chemistry],
            summary=_("Show as a table"),
        ),
        "maker_bars": _bars(request, found.by_maker, "maker", _("Registered packs by maker")),
        "maker_table": _group_table(_("Maker"), [(group.label, group) for group in found.by_maker]),
        "makers_hidden": found.makers - len(found.by_maker),
        "makers_below": max(len(found.by_maker) - SHOWN, 0),
        "province_bars": _bars(
            request, found.by_province, "province", _("Registered packs by province"), province_name
        ),
        "province_table": _group_table(
            _("Province"), [(province_name(group.key), group) for group in found.by_province]
        ),
        "year_bars": _bars(request, found.by_year, "year", _("Registered packs by year")),
        "year_table": _group_table(_("Year"), [(group.label, group) for group in found.by_year]),
    }


def _bars(request: Request, groups: list[select.Group], name: str, label: str, words: Any = None) -> Any:
    """The largest groups; a bar leads to the statistics of its group."""
    return charts.bars(
        [
            charts.Bar(
                (words(group.key) if words else group.label) or _("not stated"),
                group.count,
                href=with_params(request, **{name: group.key}) if group.key else "",
            )
            for group in groups[:SHOWN]
        ],
        unit=_("packs"),
        decimals=0,
        label=label,
    )


def _spread_row(item: select.Spread) -> list[Any]:
    if item.quartiles is None:
        return [item.label, item.count, _("too few"), _("too few"), _("too few")]
    return [item.label, item.count, *(format_number(value, 4) for value in item.quartiles)]


def _group_table(head: str, groups: list[tuple[str, select.Group]]) -> Any:
    rows = [
        [label or _("not stated"), group.count, format_number(group.median, 4)] for label, group in groups
    ]
    return charts.table(
        [head, _("Packs"), _("Median, kg CO2e/kWh delivered")], rows, summary=_("Show as a table")
    )
