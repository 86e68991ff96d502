"""Lists that sort, filter and page by plain GET: addresses that change one parameter and keep the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.forms import BaseForm, Field
from django.forms.widgets import HiddenInput
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext


def with_params(request: HttpRequest | None, **changes: Any) -> str:
    """``?…`` with some parameters changed; None takes one out. Changing anything but the page returns to page 1."""
    query = request.GET.copy() if request is not None else None
    if query is None:
        from django.http import QueryDict

        query = QueryDict(mutable=True)
    if "page" not in changes:
        query.pop("page", None)
    for key, value in changes.items():
        if value is None:
            query.pop(key, None)
        else:
            query[key] = str(value)
    return "?" + query.urlencode()


@dataclass(frozen=True)
class PageLink:
    """One entry of a pager; without ``url`` it cannot be pressed."""

    label: str
    url: str = ""
    current: bool = False
    gap: bool = False


@dataclass(frozen=True)
class PagerView:
    """What the pager shows: the range, previous, numbers with gaps, next."""

    first: int
    last: int
    total: int
    links: list[PageLink]


def pager_view(page: Page[Any], request: HttpRequest | None, param: str = "page") -> PagerView:
    """Links of a Django page; at most about seven numbers, with the ends always there."""
    paginator = page.paginator
    links = [
        PageLink(
            pgettext("pager", "Previous"),
            with_params(request, **{param: page.number - 1}) if page.has_previous() else "",
        )
    ]
    shown = {1, paginator.num_pages, *range(page.number - 1, page.number + 2)}
    last = 0
    for number in sorted(n for n in shown if 1 <= n <= paginator.num_pages):
        if number > last + 1:
            links.append(PageLink("…", gap=True))
        links.append(
            PageLink(str(number), with_params(request, **{param: number}), current=number == page.number)
        )
        last = number
    links.append(
        PageLink(
            pgettext("pager", "Next"),
            with_params(request, **{param: page.number + 1}) if page.has_next() else "",
        )
    )
    return PagerView(
        page.start_index(), page.end_index(), paginator.count, links if paginator.num_pages > 1 else []
    )


@dataclass(frozen=True)
class SortView:
    """State of a sortable column head: where a press leads and how the column is sorted now."""

    url: str
    direction: str  # "", "ascending" or "descending"

    @property
    def icon(self) -> str:
        """The mark that shows the direction."""
        return {"": "sort", "ascending": "up", "descending": "down"}[self.direction]


def sort_view(request: HttpRequest | None, key: str, param: str = "sort", default: str = "") -> SortView:
    """A press sorts by the column; a second press turns it round. ``default`` is the order when none was asked for."""
    now = (request.GET.get(param) if request is not None else "") or default
    if now == key:
        return SortView(with_params(request, **{param: f"-{key}"}), "ascending")
    return SortView(with_params(request, **{param: key}), "descending" if now == f"-{key}" else "")


def ordering(request: HttpRequest, allowed: dict[str, str], default: str, param: str = "sort") -> list[str]:
    """Order for a queryset from ``?sort=``; ``allowed`` maps keys to model fields, anything else is the default."""
    asked = request.GET.get(param, default)
    if asked.removeprefix("-") not in allowed:
        asked = default
    field = allowed[asked.removeprefix("-")]
    return [f"-{field}" if asked.startswith("-") else field, "pk"]


@dataclass(frozen=True)
class Chip:
    """A filter in force; ``url`` takes it off."""

    label: str
    value: str
    url: str


def _shown(field: Field, value: Any) -> str:
    choices = getattr(field, "choices", None)
    if choices:
        wanted = [str(item) for item in (value if isinstance(value, list | tuple) else [value])]
        found = [str(label) for key, label in choices if str(key) in wanted]
        if found:
            return ", ".join(found)
    return str(value)


def chips_of(form: BaseForm, request: HttpRequest | None) -> list[Chip]:
    """One chip for each filled field of a bound GET form."""
    if not form.is_bound:
        return []
    form.is_valid()
    chips = []
    for name, field in form.fields.items():
        value = getattr(form, "cleaned_data", {}).get(name)
        if value in (None, "", [], False) or isinstance(field.widget, HiddenInput):
            continue
        raw = form[name].data
        shown = gettext("yes") if value is True else _shown(field, raw)
        chips.append(
            Chip(str(form[name].label), shown, with_params(request, **{form.add_prefix(name): None}))
        )
    return chips
