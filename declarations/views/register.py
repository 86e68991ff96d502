"""The public register: list and statistics, one entry with its digest check, downloads."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carbonfoot.csvs import formula_safe
from carbonfoot.http import Request
from carbonfoot.ui import charts
from carbonfoot.ui.lists import ordering
from declarations.forms.review import ANY, province_choices
from declarations.models import Chemistry, RegisterEntry, Statement
from declarations.selectors import register as selectors
from declarations.shown import province_name
from lca import rulesets

PER_PAGE = 25
SORTS = {
    "number": "number",
    "maker": "maker_zh",
    "energy": "rated_energy_kwh",
    "delivered": "per_functional_unit",
    "rated": "per_kwh_capacity",
    "day": "accepted_at",
}
GROUPS_SHOWN = 12


class RegisterFilter(forms.Form):
    """Filters of the register; all by GET."""

    q = forms.CharField(label=gettext_lazy("Maker, product, number"), required=False, max_length=80)
    chemistry = forms.ChoiceField(
        label=gettext_lazy("Chemistry"), required=False, choices=[ANY, *Chemistry.choices]
    )
    province = forms.ChoiceField(label=gettext_lazy("Province"), required=False, choices=province_choices)
    year = forms.ChoiceField(label=gettext_lazy("Year"), required=False)
    ruleset = forms.ChoiceField(label=gettext_lazy("Rule set"), required=False)
    maker = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, years: list[int], rulesets_: list[str], **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [ANY, *((str(year), str(year)) for year in years)]  # type: ignore[attr-defined]
        self.fields["ruleset"].choices = [ANY, *((name, name) for name in rulesets_)]  # type: ignore[attr-defined]


def _form_and_rows(request: Request) -> tuple[RegisterFilter, Any, Any]:
    everything = selectors.entries_for(request.actor)
    years = sorted({day.year for day in everything.order_by().dates("accepted_at", "year")}, reverse=True)
    form = RegisterFilter(request.GET, years=years, rulesets_=selectors.rulesets_of(everything))
    given = {key: value for key, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    return form, everything, selectors.search(everything, **given)


def register_list(request: Request) -> HttpResponse:
    """Statistics and the list."""
    form, everything, rows = _form_and_rows(request)
    names = selectors.rulesets_of(rows)
    statistics = selectors.statistics(rows, names[0]) if names else None
    page = Paginator(rows.order_by(*ordering(request, SORTS, "-day")), PER_PAGE).get_page(
        request.GET.get("page")
    )
    newest = everything.first()
    query = request.GET.copy()
    query.pop("page", None)
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "rows": [{"entry": entry, "bar": charts.stage_bar(entry.stages, small=True)} for entry in page],
        "statistics": statistics,
        "newest": newest,
        "other_rulesets": names[1:],
        "query": query.urlencode(),
        "is_empty": newest is None,
    }
    if statistics is not None:
        context |= _charts(statistics)
        context["ruleset_title"] = _ruleset_title(statistics.ruleset_id)
    return render(request, "register/list.html", context)


def _ruleset_title(name: str) -> Any:
    try:
        return rulesets.load(name).title
    except rulesets.RuleSetError:
        return {"zh": name, "en": name}


def _charts(statistics: selectors.Statistics) -> dict[str, Any]:
    unit = "kg CO2e/kWh"
    drawn = [item for item in statistics.by_chemistry if item.quartiles is not None]
    makers, provinces = statistics.by_maker[:GROUPS_SHOWN], statistics.by_province[:GROUPS_SHOWN]
    return {
        "distribution": charts.distribution(
            [
                charts.Dist(item.label, item.values, _("%(count)s packs") % {"count": item.count})
                for item in drawn
            ],
            unit=unit,
            label=_("Distribution of published results by chemistry"),
        )
        if drawn
        else "",
        "chemistry_table": charts.table(
            [_("Chemistry"), _("Packs"), _("Lower quartile"), _("Median"), _("Upper quartile")],
            [_spread_row(item) for item in statistics.by_chemistry],
            summary=_("Show as a table"),
        ),
        "maker_bars": charts.bars(
            [charts.Bar(group.label, group.count, href=f"?maker={group.key}") for group in makers],
            unit=_("packs"),
            decimals=0,
            label=_("Registered packs by maker"),
        ),
        "province_bars": charts.bars(
            [charts.Bar(province_name(group.key) or _("not stated"), group.count) for group in provinces],
            unit=_("packs"),
            decimals=0,
            label=_("Registered packs by province"),
        ),
        "maker_table": _group_table(_("Maker"), statistics.by_maker, str),
        "province_table": _group_table(_("Province"), statistics.by_province, province_name),
        "makers_hidden": max(len(statistics.by_maker) - GROUPS_SHOWN, 0),
    }


def _spread_row(item: selectors.Spread) -> list[Any]:
    if item.quartiles is None:
        return [item.label, item.count, _("too few"), _("too few"), _("too few")]
    return [item.label, item.count, *(f"{value:.4f}" for value in item.quartiles)]


def _group_table(head: str, groups: list[selectors.Group], label: Any) -> Any:
    rows = [[label(group.label) or _("not stated"), group.count, f"{group.median:.4f}"] for group in groups]
    return charts.table(
        [head, _("Packs"), _("Median, kg CO2e/kWh delivered")], rows, summary=_("Show as a table")
    )


def _versions(request: Request, number: str) -> list[RegisterEntry]:
    entries = list(selectors.versions_of(request.actor, number))
    if not entries:
        raise Http404
    return entries


def _chosen(entries: list[RegisterEntry], version: str) -> RegisterEntry:
    if not version:
        return next((entry for entry in entries if entry.declaration.state == "accepted"), entries[0])
    for entry in entries:
        if str(entry.version) == version:
            return entry
    raise Http404


def register_detail(request: Request, number: str) -> HttpResponse:
    """One entry: what is published, and whether a digest that the reader holds belongs to it."""
    entries = _versions(request, number)
    entry = _chosen(entries, request.GET.get("version", ""))
    asked = request.GET.get("sha256", "").strip()
    clean = selectors.clean_digest(asked)
    match = selectors.match_digest(entries, clean) if clean else None
    content = selectors.content_of(entry)
    figures = content["figures"]
    kinds = {
        "snapshot": _("the declared content (snapshot)"),
        "statement": _("the verification statement"),
        "report": _("a report file generated here"),
        "bundle": _("a verification bundle written here"),
        "entry": _("this register entry"),
    }
    stages = [
        charts.Stage(key, float(value))
        for key, value in figures["stages_per_functional_unit"].items()
        if value is not None
    ]
    context = {
        "entry": entry,
        "content": content,
        "figures": figures,
        "is_current": entry.declaration.state == "accepted",
        "versions": [{"entry": item, "current": item.declaration.state == "accepted"} for item in entries],
        "stage_bar": charts.stage_bar(stages),
        "stage_key": charts.stage_key(stages, 4),
        "integrity": selectors.integrity(entry),
        "asked": asked,
        "is_digest": bool(clean),
        "match": match,
        "match_kind": kinds[match.kind] if match else "",
        "chemistry": Chemistry(entry.chemistry).label,
        "province": province_name(entry.province),
        "opinion": Statement.Opinion(content["verification"]["opinion"]).label
        if content["verification"]
        else "",
        "ruleset_title": _ruleset_title(entry.ruleset_id),
    }
    return render(request, "register/detail.html", context)


def register_detail_json(request: Request, number: str) -> HttpResponse:
    """One entry as JSON, all accepted versions, the newest first."""
    entries = [
        {
            **selectors.content_of(entry),
            "state": "current" if entry.declaration.state == "accepted" else "superseded",
        }
        for entry in _versions(request, number)
    ]
    return _json({"format": "carbonfoot-register/1", "number": number, "versions": entries})


def _json(content: dict[str, Any]) -> HttpResponse:
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response["X-Content-Type-Options"] = "nosniff"
    return response


class _Echo:
    """A file that hands back what is written, so that csv can write into a stream."""

    def write(self, value: str) -> str:
        """Return the line."""
        return value


def register_csv(request: Request) -> StreamingHttpResponse:
    """What the filter leaves, as CSV with a byte order mark; figures as computed, text never as a formula."""
    _form, _everything, rows = _form_and_rows(request)
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(selectors.CSV_COLUMNS)
        for row in selectors.csv_rows(rows.order_by("-accepted_at", "-pk").iterator(chunk_size=500)):
            yield writer.writerow([formula_safe(cell) for cell in row])

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="carbonfoot-register.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def register_json(request: Request) -> StreamingHttpResponse:
    """What the filter leaves, as JSON, entry by entry with its digest."""
    _form, _everything, rows = _form_and_rows(request)

    def pieces() -> Iterator[str]:
        yield '{"format":"carbonfoot-register/1","entries":['
        for index, entry in enumerate(rows.order_by("-accepted_at", "-pk").iterator(chunk_size=500)):
            yield ("," if index else "") + json.dumps(selectors.content_of(entry), ensure_ascii=False)
        yield "]}"

    response = StreamingHttpResponse(pieces(), content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="carbonfoot-register.json"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
