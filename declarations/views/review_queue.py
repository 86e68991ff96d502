"""The authority's desk: the queue with its filters and its export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from carbonfoot import clock
from carbonfoot.accounts.access import AccessDenied
from carbonfoot.csvs import csv_response
from carbonfoot.http import Request
from carbonfoot.problems import Problems
from carbonfoot.ui.lists import ordering, with_params
from declarations.forms.review import QueueFilter
from declarations.models import ReviewMatter
from declarations.selectors import review as selectors
from declarations.selectors.declarations import keys_first, listed
from declarations.services import reviewers
from declarations.shown import queue_status

PER_PAGE = 50
QUEUE_MAX = 5000  # flags are computed, not stored: a filter or order by flags looks at so many rows
CHUNK = 500  # rows of an export that are looked at together
NEXT_TRIES = 20
VIEWS: dict[str, tuple[str, ...]] = {
    "open": selectors.OPEN,
    "mine": selectors.OPEN,
    "free": selectors.OPEN,
    "maker": ("returned",),
    "accepted": ("accepted",),
    "conditions": ("accepted",),
}
SORTS: dict[str, str] = {
    "number": "number",
    "maker": "organisation__name_zh",
    "footprint": "calculation__per_functional_unit",
    "submitted": "receipt__submitted_at",
    "due": "term",
}


def _user_id(request: Request) -> int:
    return request.actor.user.pk if request.actor.user else 0


def _view_rows(request: Request, view: str) -> Any:
    rows = listed(selectors.submissions_for(request.actor)).filter(state__in=VIEWS[view])
    if view == "mine":
        return rows.filter(reviewer_id=_user_id(request))
    if view == "free":
        return rows.filter(reviewer__isnull=True)
    if view == "conditions":
        open_conditions = ReviewMatter.objects.filter(kind="condition").exclude(state="closed")
        return rows.filter(pk__in=open_conditions.values("declaration_id"))
    return rows


def _filtered(request: Request, rows: Any, form: QueueFilter) -> Any:
    rows = selectors.with_term(rows)
    if not form.is_valid():
        return rows
    data = form.cleaned_data
    for word in data["q"].split()[:6]:
        rows = rows.filter(
            Q(number__icontains=word)
            | Q(pack__model__icontains=word)
            | Q(organisation__name_zh__icontains=word)
            | Q(organisation__name_en__icontains=word)
            | Q(organisation__uscc__icontains=word)
            | Q(receipt__number__icontains=word)
        )
    for field, path in (
        ("phase", "phase__code"),
        ("chemistry", "pack__chemistry"),
        ("province", "organisation__province"),
    ):
        if data[field]:
            rows = rows.filter(**{path: data[field]})
    today = clock.today()
    if data["term"] == "late":
        rows = rows.filter(state__in=selectors.OPEN, term__lt=today)
    elif data["term"] == "soon":
        last = today + dt.timedelta(days=selectors.SOON_DAYS)
        rows = rows.filter(state__in=selectors.OPEN, term__gte=today, term__lte=last)
    reviewer = data["reviewer"]
    if reviewer == "none":
        return rows.filter(reviewer__isnull=True)
    if reviewer:
        return rows.filter(reviewer_id=_user_id(request) if reviewer == "me" else int(reviewer))
    return rows


def _has_flags(row: selectors.Row, wanted: str) -> bool:
    if wanted == "bad":
        return any(flag.kind == "bad" for flag in row.flags)
    return bool(row.flags) == (wanted != "none")


def _gravity(row: selectors.Row) -> tuple[int, int]:
    return sum(flag.kind == "bad" for flag in row.flags), len(row.flags)


@dataclass(frozen=True)
class Asked:
    """What a person asked of the queue: which rows, in which order, and whether flags must be computed for all."""

    view: str
    form: QueueFilter
    rows: Any
    sort: str
    flags: str

    @property
    def by_flags(self) -> bool:
        """Whether the filter or the order rests on flags."""
        return bool(self.flags) or self.sort.removeprefix("-") == "flags"

    def computed(self) -> list[selectors.Row]:
        """The rows with their flags, filtered and ordered by them."""
        rows = selectors.rows_of(list(self.rows[:QUEUE_MAX]))
        if self.flags:
            rows = [row for row in rows if _has_flags(row, self.flags)]
        if self.sort.removeprefix("-") == "flags":
            rows.sort(key=_gravity, reverse=self.sort.startswith("-"))
        return rows

    def whole(self) -> Iterator[selectors.Row]:
        """Every row that was asked for, some hundred at a time, whatever their number; not ordered by flags."""
        keys = list(self.rows.values_list("pk", flat=True))
        for start in range(0, len(keys), CHUNK):
            part = keys[start : start + CHUNK]
            found = {row.pk: row for row in self.rows.filter(pk__in=part)}
            for row in selectors.rows_of([found[key] for key in part if key in found]):
                if not self.flags or _has_flags(row, self.flags):
                    yield row


def _asked(request: Request) -> Asked:
    view = request.GET.get("view", "open")
    view = view if view in VIEWS else "open"
    form = QueueFilter(request.GET, colleagues=reviewers.colleagues(request.actor))
    sort = request.GET.get("sort", "due")
    order = ordering(request, SORTS, "due")
    rows = _filtered(request, _view_rows(request, view), form).order_by(*order)
    flags = form.cleaned_data.get("flag", "") if form.is_valid() else ""
    return Asked(view, form, rows, sort, flags)


LABELS = {
    "open": gettext_lazy("All open"),
    "mine": gettext_lazy("Mine"),
    "free": gettext_lazy("Nobody's"),
    "maker": gettext_lazy("With the maker"),
    "accepted": gettext_lazy("Accepted"),
    "conditions": gettext_lazy("Open conditions"),
}


@never_cache
def review_queue(request: Request) -> HttpResponse:
    """Submissions with their flags and terms, what is late first."""
    asked = _asked(request)
    sizes = {key: _view_rows(request, key).order_by().count() for key in VIEWS}
    tabs = [(LABELS[key], with_params(request, view=key), key == asked.view, sizes[key]) for key in VIEWS]
    if asked.by_flags:
        page: Any = Paginator(asked.computed(), PER_PAGE).get_page(request.GET.get("page"))
        rows = list(page)
    else:
        page = Paginator(asked.rows, PER_PAGE).get_page(request.GET.get("page"))
        first = (page.number - 1) * PER_PAGE
        rows = selectors.rows_of(keys_first(asked.rows, first, first + PER_PAGE))
    counts, mean = selectors.counts(request.actor), selectors.mean_days()
    people = reviewers.colleagues(request.actor)
    context = {
        "view": asked.view,
        "form": asked.form,
        "tabs": tabs,
        "page": page,
        "rows": [{"row": row, "status": queue_status(row.declaration)} for row in rows],
        "figures": [
            (_("Open"), counts["open"], _("%(count)s new in 7 days") % {"count": counts["new"]}),
            (_("Late"), counts["late"], _("past the term of the phase")),
            (_("Due within 5 days"), counts["soon"], ""),
            (_("Answers to read"), counts["answered"], _("to questions and conditions")),
            (_("Conditions overdue"), counts["conditions_late"], ""),
            (
                _("Mean time"),
                _("%(days).1f days") % {"days": mean} if mean is not None else _("none decided"),
                _("last 90 days"),
            ),
        ],
        "too_many": asked.by_flags and asked.rows[QUEUE_MAX : QUEUE_MAX + 1].exists(),
        "most": QUEUE_MAX,
        "can_next": sizes["free"] > 0,
        "loads": selectors.workload(request.actor, people),
    }
    return render(request, "declarations/review/queue.html", context)


HEAD = (
    "number", "version", "maker", "uscc", "pack", "chemistry", "kg_co2e_per_kwh_delivered", "flags", "state",
    "submitted", "due", "reviewer", "open_questions", "open_conditions", "conditions_overdue",
)  # fmt: skip


def _cells(row: selectors.Row) -> list[Any]:
    item = row.declaration
    return [
        item.number,
        item.version,
        item.organisation.name,
        item.organisation.uscc,
        item.pack.model,
        item.pack.chemistry,
        row.figures.per_functional_unit,
        "; ".join(str(flag.label) for flag in row.flags),
        item.get_state_display(),
        item.receipt.submitted_at.isoformat(timespec="minutes"),
        row.due_on,
        item.reviewer.name if item.reviewer else "",
        row.questions,
        row.conditions,
        row.conditions_late,
    ]


def review_export(request: Request) -> HttpResponse:
    """The filtered queue as CSV, for the authority's own lists."""
    asked = _asked(request)
    return csv_response("review-queue.csv", HEAD, (_cells(row) for row in asked.whole()))


@require_POST
def review_next(request: Request) -> HttpResponse:
    """Take up the submission that has waited longest and that nobody has.

    Two who press at once get two cases: whoever comes second goes on to the next one.
    """
    waiting = selectors.submissions_for(request.actor).filter(state="submitted", reviewer__isnull=True)
    for row in waiting.order_by("receipt__submitted_at", "pk")[:NEXT_TRIES]:
        try:
            reviewers.take_up(actor=request.actor, declaration=row)
        except (AccessDenied, Problems):
            continue
        return redirect("declarations:review", pk=row.pk)
    messages.info(request, _("Nothing waits to be taken up."))
    return redirect("declarations:review_queue")
