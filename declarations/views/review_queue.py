"""The authority's desk: the queue with its filters, its export, and the coverage of a phase."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from carbonfoot.csvs import csv_response
from carbonfoot.http import Request
from carbonfoot.ui.lists import with_params
from declarations.forms.review import QueueFilter
from declarations.models import Chemistry, Phase
from declarations.selectors import review as selectors
from declarations.services import review as services
from declarations.shown import province_name, queue_status

PER_PAGE = 50
QUEUE_MAX = 5000  # above this the queue asks for a filter: flags are computed for every row
VIEWS: dict[str, tuple[str, ...]] = {
    "open": selectors.OPEN,
    "mine": ("in_review",),
    "free": ("submitted",),
    "maker": ("returned",),
    "accepted": ("accepted",),
}


def _user_id(request: Request) -> int:
    return request.actor.user.pk if request.actor.user else 0


def _view_rows(request: Request, view: str) -> Any:
    reach = selectors.taken_up_by if view == "mine" else selectors.submissions_for
    return reach(request.actor).filter(state__in=VIEWS[view])


def _filtered(request: Request, rows: Any, form: QueueFilter) -> Any:
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
    if data["reviewer"] == "me":
        rows = rows.filter(reviewer_id=_user_id(request))
    elif data["reviewer"] == "none":
        rows = rows.filter(state="submitted")
    return rows


def _flagged(rows: list[selectors.Row], wanted: str) -> list[selectors.Row]:
    if wanted == "any":
        return [row for row in rows if row.flags]
    if wanted == "bad":
        return [row for row in rows if any(flag.kind == "bad" for flag in row.flags)]
    if wanted == "none":
        return [row for row in rows if not row.flags]
    return rows


SORTS: dict[str, Any] = {
    "number": lambda row: (row.declaration.number, row.declaration.version),
    "maker": lambda row: row.declaration.organisation.name,
    "footprint": lambda row: row.figures.per_functional_unit or 0.0,
    "flags": lambda row: (sum(flag.kind == "bad" for flag in row.flags), len(row.flags)),
    "submitted": lambda row: row.declaration.receipt.submitted_at,
    "due": lambda row: row.due_on,
}


def _sorted(rows: list[selectors.Row], asked: str) -> list[selectors.Row]:
    key = asked.removeprefix("-")
    if key not in SORTS:
        asked, key = "due", "due"
    return sorted(rows, key=SORTS[key], reverse=asked.startswith("-"))


def _queue(request: Request) -> tuple[str, QueueFilter, selectors.Queue]:
    view = request.GET.get("view", "open")
    view = view if view in VIEWS else "open"
    form = QueueFilter(request.GET)
    rows = list(
        _filtered(request, _view_rows(request, view), form).order_by("receipt__submitted_at", "pk")[
            :QUEUE_MAX
        ]
    )
    queue = selectors.queue(rows)
    wanted = form.cleaned_data.get("flag", "") if form.is_valid() else ""
    queue.rows = _sorted(_flagged(queue.rows, wanted), request.GET.get("sort", "due"))
    return view, form, queue


@never_cache
def review_queue(request: Request) -> HttpResponse:
    """Submissions with their flags and terms, what is late first."""
    view, form, queue = _queue(request)
    counts = {key: _view_rows(request, key).order_by().count() for key in VIEWS}
    labels = {
        "open": _("All open"),
        "mine": _("Mine"),
        "free": _("To be taken up"),
        "maker": _("With the maker"),
        "accepted": _("Accepted"),
    }
    tabs = [(labels[key], with_params(request, view=key), key == view, counts[key]) for key in VIEWS]
    page = Paginator(queue.rows, PER_PAGE).get_page(request.GET.get("page"))
    mean = selectors.mean_days()
    context = {
        "view": view,
        "form": form,
        "tabs": tabs,
        "page": page,
        "rows": [{"row": row, "status": queue_status(row.declaration)} for row in page],
        "figures": [
            (_("Open"), counts["open"], _("%(count)s new in 7 days") % {"count": queue.new}),
            (_("Late"), queue.late, _("past the term of the phase")),
            (_("Due within 5 days"), queue.soon, ""),
            (_("With flags"), queue.flagged, _("%(count)s grave") % {"count": queue.grave}),
            (
                _("Mean time"),
                _("%(days).1f days") % {"days": mean} if mean is not None else _("none decided"),
                _("last 90 days"),
            ),
        ],
        "too_many": counts[view] > QUEUE_MAX,
        "most": QUEUE_MAX,
        "can_next": counts["free"] > 0,
    }
    return render(request, "declarations/review/queue.html", context)


def review_export(request: Request) -> HttpResponse:
    """The filtered queue as CSV, for the authority's own lists."""
    _view, _form, queue = _queue(request)
    head = [
        "number",
        "version",
        "maker",
        "uscc",
        "pack",
        "chemistry",
        "kg_co2e_per_kwh_delivered",
        "flags",
        "state",
    ]
    head += ["submitted", "due", "reviewer"]
    lines = []
    for row in queue.rows:
        item = row.declaration
        cells = [item.number, item.version, item.organisation.name, item.organisation.uscc, item.pack.model]
        cells += [
            item.pack.chemistry,
            row.figures.per_functional_unit,
            "; ".join(str(flag.label) for flag in row.flags),
        ]
        cells += [
            item.get_state_display(),
            item.receipt.submitted_at.isoformat(timespec="minutes"),
            row.due_on,
        ]
        lines.append([*cells, getattr(item, "reviewer_name", "")])
    return csv_response("review-queue.csv", head, lines)


@require_POST
def review_next(request: Request) -> HttpResponse:
    """Take up the submission that has waited longest."""
    for row in (
        selectors.submissions_for(request.actor)
        .filter(state="submitted")
        .order_by("receipt__submitted_at", "pk")
    ):
        services.take_up(actor=request.actor, declaration=row)
        return redirect("declarations:review", pk=row.pk)
    messages.info(request, _("Nothing waits to be taken up."))
    return redirect("declarations:review_queue")


def coverage(request: Request) -> HttpResponse:
    """All makers against a phase: packs and chemistries that are missing."""
    phases = list(Phase.objects.all())
    phase = next((item for item in phases if item.code == request.GET.get("phase")), None)
    phase = phase or next((item for item in phases if item.is_open()), phases[0] if phases else None)
    rows = selectors.coverage(request.actor, phase) if phase else []
    total = len(rows)
    only = request.GET.get("state", "")
    q = request.GET.get("q", "").strip().lower()
    counts = {key: sum(row.state == key for row in rows) for key in ("short", "filed", "met")}
    if only in counts:
        rows = [row for row in rows if row.state == only]
    if q:
        rows = [
            row for row in rows if q in f"{row.maker.name_zh} {row.maker.name_en} {row.maker.uscc}".lower()
        ]
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    statuses = {
        "short": ("bad", _("Something is missing")),
        "filed": ("info", _("All submitted")),
        "met": ("ok", _("All accepted")),
    }
    context = {
        "phase": phase,
        "tabs": [(item.name, with_params(request, phase=item.code), item == phase) for item in phases],
        "page": page,
        "rows": [
            {
                "row": row,
                "status": statuses[row.state],
                "missing": [str(Chemistry(key).label) for key in row.missing_chemistries],
                "in_use": [str(Chemistry(key).label) for key in sorted(row.in_use)],
                "province": province_name(row.maker.province),
            }
            for row in page
        ],
        "figures": [
            (_("Makers"), total),
            (_("Something is missing"), counts["short"]),
            (_("All submitted"), counts["filed"]),
            (_("All accepted"), counts["met"]),
        ],
        "q": request.GET.get("q", ""),
        "state": only,
    }
    return render(request, "declarations/review/coverage.html", context)
