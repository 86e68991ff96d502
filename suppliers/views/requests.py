"""Lists of data requests, a new one, and the page of one for each side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from carbonfoot.accounts.access import check
from carbonfoot.accounts.roles import Role
from carbonfoot.audit.selectors import events_of
from carbonfoot.audit.verbs import verb_text
from carbonfoot.http import Request
from carbonfoot.problems import Problem, Problems
from carbonfoot.ui.dates import format_moment
from carbonfoot.ui.lists import ordering, with_params
from lca.models import Exchange
from lca.selectors import newer_result, results_for
from suppliers import visibility
from suppliers.chasing import log_of
from suppliers.forms import CommentForm, FileForm, RequestFilter, RequestForm, module_type_label
from suppliers.intake import earlier_upload
from suppliers.models import DataRequest, RequestState
from suppliers.selectors import (
    answers,
    draft_of,
    has_account,
    notes_of,
    overdue,
    own_uploads,
    requests_inbox,
    requests_outbox,
)
from suppliers.services import requests as services
from suppliers.services.publishing import Progress, progress_of
from suppliers.services.reminders import ladders, next_reminder
from suppliers.shown import scores_of, steps_of
from suppliers.statuses import overdue_status, request_status, upload_status
from suppliers.views.common import inventory_url, the_request
from suppliers.workbook.units import BY_SYMBOL

PER_PAGE = 30
SORTS = {
    "due": "due_on",
    "number": "number",
    "state": "state",
    "supplier": "supplier__name_zh",
    "buyer": "buyer__name_zh",
    "part": "part_zh",
}


def _filtered(rows: QuerySet[DataRequest], form: RequestFilter) -> QuerySet[DataRequest]:
    if not form.is_valid():
        return rows
    state, text = form.cleaned_data["state"], form.cleaned_data["q"].strip()
    if state == "overdue":
        rows = overdue(rows)
    elif state:
        rows = rows.filter(state=state)
    for word in text.split():
        names = Q()
        for column in (
            "number",
            "part_zh",
            "part_en",
            "supplier__name_zh",
            "supplier__name_en",
            "buyer__name_zh",
            "buyer__name_en",
        ):
            names |= Q(**{f"{column}__icontains": word})
        rows = rows.filter(names)
    return rows


def request_list(request: Request) -> HttpResponse:
    """Requests received and sent, the most urgent first."""
    actor = request.actor
    inbox, outbox = requests_inbox(actor), requests_outbox(actor)
    counts = {"in": inbox.count(), "out": outbox.count()}
    usual = "in" if actor.role == Role.SUPPLIER else "out"
    box = request.GET.get("box", usual)
    box = box if box in counts else usual
    form = RequestFilter(request.GET)
    rows = _filtered(inbox if box == "in" else outbox, form).order_by(*ordering(request, SORTS, "due"))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    boxes = [(_("Received"), with_params(request, box="in"), box == "in", counts["in"])]
    boxes.append((_("Sent"), with_params(request, box="out"), box == "out", counts["out"]))
    if actor.role != Role.SUPPLIER:
        boxes = [item for item in boxes if item[3] or item[2]]
    data = {
        "box": box,
        "boxes": boxes if len(boxes) > 1 else [],
        "form": form,
        "filtered": bool(request.GET.get("q") or request.GET.get("state")),
        "page": page,
        "rows": [{"it": row, "status": request_status(row), "late": overdue_status(row)} for row in page],
        "may_ask": check(actor, "request.create"),
    }
    return render(request, "suppliers/request_list.html", data)


def request_new(request: Request) -> HttpResponse:
    """Ask a supplier for data; facts of a part may come with the address."""
    actor = request.actor
    asked = (
        "supplier",
        "module_type",
        "part_zh",
        "part_en",
        "declared_unit",
        "year",
        "due_on",
        "buyer_reference",
    )
    initial = {key: request.GET[key] for key in asked if key in request.GET}
    form = RequestForm(request.POST if request.method == "POST" else None, actor=actor, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_request(actor=actor, **form.cleaned_data)
        except Problems as problems:
            form.add_problems(problems)
        else:
            messages.success(request, _("Request %(number)s has been sent.") % {"number": made.number})
            return redirect("suppliers:request_detail", number=made.number)
    has_suppliers = form.fields["supplier"].queryset.exists()  # type: ignore[attr-defined]
    data = {"form": form, "has_suppliers": has_suppliers}
    return render(request, "suppliers/request_new.html", data, status=422 if form.errors else 200)


def _history(request: Request, row: DataRequest) -> list[dict[str, Any]]:
    kinds = {
        "request.returned": "bad",
        "request.declined": "bad",
        "request.published": "ok",
        "request.accepted": "ok",
    }
    return [
        {
            "text": verb_text(event.verb),
            "when": format_moment(event.at),
            "note": event.organisation.name if event.organisation else event.actor_label,
            "kind": kinds.get(event.verb, ""),
        }
        for event in events_of(request.actor, row)[:30]
    ]


def _decisions(request: Request, row: DataRequest) -> dict[str, Any]:
    names = (
        "fill",
        "publish",
        "decline",
        "accept",
        "return",
        "remind",
        "change_due",
        "withdraw",
        "revise",
        "comment",
    )
    return {name: check(request.actor, f"request.{name}", row) for name in names}


def shared_context(request: Request, row: DataRequest) -> dict[str, Any]:
    """What both sides of a request see: the request itself, its result if granted, what was said."""
    actor = request.actor
    result = results_for(actor).filter(pk=row.result_id).first() if row.result_id else None
    unit = BY_SYMBOL.get(row.declared_unit)
    return {
        "it": row,
        "status": request_status(row),
        "late": overdue_status(row),
        "module_type": module_type_label(row.module_type),
        "unit": unit.symbol if unit else row.declared_unit,
        "result": result,
        "scores": scores_of(result) if result else [],
        "newer": newer_result(actor, result) if result else None,
        "notes": notes_of(actor, row),
        "history": _history(request, row),
        "can": _decisions(request, row),
        "comment_form": CommentForm(label=_("Comment")),
        "log": log_of(actor, row),
        "next_reminder": next_reminder(row, ladders([row.buyer_id])[row.buyer_id]),
        "waits_for_account": not row.managed
        and row.buyer_id == actor.organisation_id
        and not has_account(row.supplier),
        "is_buyer": row.buyer_id == actor.organisation_id,
        "fills": answers(actor, row),
    }


def _open_lines(row: DataRequest, progress: Progress) -> list[tuple[Problem, Exchange | None]]:
    """What keeps the answer from being calculated, each with its line, so that one click leads there."""
    lines = {line.code: line for line in Exchange.objects.filter(process__inventory=row.inventory_id)}
    return [(item, lines.get(item.value)) for item in progress.missing[:8]]


def fill_context(request: Request, row: DataRequest) -> dict[str, Any]:
    """What only the side that answers sees: uploads, inventory, how far the answer is."""
    progress: Progress = progress_of(request.actor, row)
    uploads = [
        {"it": upload, "status": upload_status(upload)} for upload in own_uploads(request.actor, row)[:20]
    ]
    return {
        "progress": progress,
        "open_lines": _open_lines(row, progress),
        "uploads": uploads,
        "inventory_url": inventory_url(row),
        "steps": steps_of(row, progress, bool(uploads)),
        "file_form": FileForm(),
        "earlier": earlier_upload(row, same_year=True),
        "draft": draft_of(request.actor, row),
        "matrix": visibility.matrix(row),
        "next_url": reverse("suppliers:request_detail", args=[row.number]),
    }


def request_detail(request: Request, number: str) -> HttpResponse:
    """One request. The supplier's first look is noted; the buyer never gets what belongs to the supplier."""
    row = the_request(request, number)
    if (
        answers(request.actor, row)
        and row.state == RequestState.SENT
        and check(request.actor, "request.fill", row)
    ):
        services.open_request(actor=request.actor, request=row)
        row = the_request(request, number)
    data = shared_context(request, row)
    if data["fills"]:
        data |= fill_context(request, row)
    template = "suppliers/request_fill.html" if data["fills"] else "suppliers/request_buyer.html"
    return render(request, template, data)
