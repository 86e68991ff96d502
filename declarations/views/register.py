"""The public register: the list, one entry with its digests, and its QR code."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import segno
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from carbonfoot.files import download
from carbonfoot.http import Request
from carbonfoot.ui import charts
from carbonfoot.ui.charts.svg import safe
from carbonfoot.ui.lists import with_params
from declarations.forms.register import DigestFileForm, RegisterFilter
from declarations.models import RegisterEntry
from declarations.register_shown import history, parts, standing
from declarations.selectors import register as selectors
from declarations.selectors import register_digests as digests
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
# Fields that the page of an entry shows by themselves.
FIGURES = ("per_functional_unit", "per_kwh_capacity", "per_piece", "delivered_energy_kwh", "stages")
SHARES = ("primary_data_share", "data_quality_rating", "verified_share")


class Counted(Paginator):
    """Pages of a list that was counted before, and not beyond COUNT_MAX."""

    def __init__(self, rows: Any, found: int) -> None:
        super().__init__(rows, PER_PAGE)
        self._found = min(found, selectors.COUNT_MAX)

    @cached_property
    def count(self) -> int:
        """How many entries can be paged through."""
        return self._found


def asked_for(request: Request) -> tuple[RegisterFilter, selectors.Filter]:
    """The filter form and what it asks for; what is no choice of the form asks for nothing."""
    everything = selectors.entries_for(request.actor)
    form = RegisterFilter(
        request.GET, years=selectors.years_of(everything), rulesets=selectors.rulesets_of(everything)
    )
    form.is_valid()
    given = {key: value for key, value in form.cleaned_data.items() if value}
    return form, selectors.Filter(**given)


def only_maker(request: Request, asked: selectors.Filter) -> dict[str, str] | None:
    """The one maker that the list is narrowed to, by a chart, and how to take that off."""
    if not asked.maker:
        return None
    one = selectors.newest_of(selectors.entries_for(request.actor).filter(maker_code=asked.maker))
    return {"name": one.maker if one else asked.maker, "url": with_params(request, maker=None)}


def tabs(request: Request, current: str) -> list[tuple[Any, str, bool]]:
    """List and statistics, both with the filter in force."""
    query = with_params(request, page=None, sort=None)
    return [
        (_("Products"), reverse("register:list") + query, current == "list"),
        (_("Statistics"), reverse("register:statistics") + query, current == "statistics"),
        (_("Check a document"), reverse("register:check"), current == "check"),
        (_("What is public"), reverse("register:fields"), current == "fields"),
    ]


def _order(request: Request) -> tuple[str, str]:
    """Column and key in one direction, as the indexes have them."""
    asked = request.GET.get("sort", "-day")
    column = SORTS.get(asked.removeprefix("-"))
    if column is None:
        asked, column = "-day", "accepted_at"
    sign = "-" if asked.startswith("-") else ""
    return f"{sign}{column}", f"{sign}pk"


def register_list(request: Request) -> HttpResponse:
    """What stands in the register."""
    form, asked = asked_for(request)
    everything = selectors.entries_for(request.actor)
    rows = selectors.search(everything, asked)
    found = selectors.count(rows)
    page = Counted(selectors.listed(rows).order_by(*_order(request)), found).get_page(request.GET.get("page"))
    newest = selectors.newest_of(everything)
    query = request.GET.copy()
    query.pop("page", None)
    context: dict[str, Any] = {
        "tabs": tabs(request, "list"),
        "form": form,
        "maker_only": only_maker(request, asked),
        "page": page,
        "rows": [{"entry": entry, "bar": charts.stage_bar(entry.stages, small=True)} for entry in page],
        "newest": newest,
        "query": query.urlencode(),
        "is_empty": newest is None,
        "too_many": found > selectors.COUNT_MAX,
        "most": selectors.COUNT_MAX,
    }
    return render(request, "register/list.html", context)


def ruleset_title(name: str) -> Any:
    """The title of a rule set in both languages; its name if the site has it no more."""
    try:
        return rulesets.load(name).title
    except rulesets.RuleSetError:
        return {"zh": name, "en": name}


def _versions(request: Request, number: str) -> list[RegisterEntry]:
    entries = list(selectors.versions_of(request.actor, number))
    if not entries:
        raise Http404
    return entries


def _chosen(entries: list[RegisterEntry], version: str) -> RegisterEntry:
    if not version:
        return next((entry for entry in entries if entry.stands), entries[0])
    for entry in entries:
        if str(entry.version) == version:
            return entry
    raise Http404


def _address(entry: RegisterEntry) -> str:
    """Where the page of an entry says whether the digest of the declared content is the one that stands."""
    return f"{settings.PUBLIC_URL}{reverse('register:detail', args=[entry.number])}?sha256={entry.snapshot_sha256}"


def _qr(entry: RegisterEntry) -> SafeString:
    code = segno.make(_address(entry), error="m", micro=False)
    title = _("QR code of %(number)s") % {"number": entry.number}
    drawing = code.svg_inline(
        scale=4, border=4, svgclass="qr", lineclass=None, omitsize=True, title=title, light="#fff"
    )
    return safe(drawing)  # drawn by segno from an address of ours, which it encodes


def match_words(kind: str) -> str:
    """What a digest is one of."""
    return {
        "snapshot": _("the declared content (snapshot)"),
        "statement": _("the verification statement"),
        "report": _("a report file generated here"),
        "bundle": _("a verification bundle written here"),
        "entry": _("this register entry"),
    }[kind]


def register_detail(request: Request, number: str) -> HttpResponse:
    """One entry: what is published, and whether a digest that the reader holds belongs to it."""
    entries = _versions(request, number)
    entry = _chosen(entries, request.GET.get("version", ""))
    asked = request.GET.get("sha256", "").strip()
    clean = digests.clean_digest(asked)
    match = digests.match(request.actor, clean, number) if clean else None
    content = selectors.content_of(entry)
    versions = history(entries)
    stages = [
        charts.Stage(key, float(value))
        for key, value in (content["figures"].get("stages_per_functional_unit") or {}).items()
    ]
    context = {
        "entry": entry,
        "content": content,
        "figures": content["figures"],
        "shares": parts({"figures": content["figures"]}, leave_out=FIGURES),
        "parts": [part for part in parts(content, leave_out=("digests", *FIGURES, *SHARES)) if part.rows],
        "status": standing(entry),
        "after": next(item.after for item in versions if item.entry == entry),
        "versions": versions,
        "stage_bar": charts.stage_bar(stages) if stages else "",
        "stage_key": charts.stage_key(stages, 4) if stages else "",
        "integrity": digests.integrity(entry),
        "asked": asked,
        "is_digest": bool(clean),
        "match": match,
        "match_kind": match_words(match.kind) if match else "",
        "match_after": next(item.after for item in versions if item.entry == match.entry) if match else None,
        "file_form": DigestFileForm(),
        "qr": _qr(entry),
        "address": _address(entry),
        "ruleset_title": ruleset_title(entry.ruleset_id),
    }
    return render(request, "register/detail.html", context)


def register_qr(request: Request, number: str) -> HttpResponse:
    """The QR code as a drawing to be printed on the product or its papers."""
    entry = _chosen(_versions(request, number), request.GET.get("version", ""))
    drawing = '<?xml version="1.0" encoding="utf-8"?>\n' + _qr(entry).replace(
        "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1
    )
    return download(drawing.encode(), f"{entry.number}-v{entry.version}.svg", "image/svg+xml")


def register_content(request: Request, number: str) -> HttpResponse:
    """The public content of one version byte by byte: its SHA-256 is the digest of the entry."""
    entry = _chosen(_versions(request, number), request.GET.get("version", ""))
    return download(entry.content.encode(), f"{entry.number}-v{entry.version}.json", "application/json")


def register_detail_json(request: Request, number: str) -> HttpResponse:
    """One entry as JSON, all accepted versions, the newest first."""
    states = {"ok": "current", "idle": "superseded", "bad": "ended"}
    entries = [
        {**selectors.content_of(entry), "state": states[standing(entry)[0]]}
        for entry in _versions(request, number)
    ]
    content = {"format": "carbonfoot-register/1", "number": number, "versions": entries}
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response["X-Content-Type-Options"] = "nosniff"
    return response
